"""How is the platform's first admin let in from a terminal?"""

from datetime import UTC, datetime

from marketplace import accounts
from marketplace.database import check_version, engine_for, writing
from web.settings import Settings

HERE = "http://127.0.0.1:8000"


def first_link(url: str) -> str:
    """The link that opens the page for the first admin, once within 24 hours. Raises Refusal where there is one."""
    engine = engine_for(url)
    try:
        check_version(engine)
        with writing(engine) as session:
            token = accounts.first_token(session, now=datetime.now(UTC))
            session.commit()
    finally:
        engine.dispose()
    return f"{(Settings().public_url or HERE).rstrip('/')}/first-admin?token={token}"
