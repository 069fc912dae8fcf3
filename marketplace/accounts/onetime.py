"""How is something given to one person that works once, and not for long?"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from marketplace.accounts.tables import OneTime, Purpose
from marketplace.database import public_id
from marketplace.errors import Fault, Refusal

LASTS = {
    Purpose.SECOND: timedelta(minutes=5),
    Purpose.LINK: timedelta(minutes=30),
    Purpose.CODE: timedelta(hours=24),
    Purpose.FIRST: timedelta(hours=24),
    Purpose.MAIL: timedelta(hours=24),
}
SPENT = Fault("", "This link or code was used already, is too old, or was never given out: ask for a new one")


def issue(session: Session, purpose: Purpose, user_id: int | None, *, now: datetime) -> str:
    """A new random token; earlier ones of the same person for the same purpose end, but for those at the door."""
    if purpose != Purpose.SECOND:
        revoke(session, purpose, user_id)
    token = secrets.token_urlsafe(32)
    _keep(session, purpose, user_id, token, now=now)
    return token


def issue_code(session: Session, user_id: int, *, now: datetime) -> str:
    """Twelve letters and digits to be read out, which open only together with the person's sign-in name."""
    revoke(session, Purpose.CODE, user_id)
    code = public_id()
    _keep(session, Purpose.CODE, user_id, of_person(user_id, code), now=now)
    return "-".join(code[at : at + 4] for at in (0, 4, 8))


def holder(session: Session, purpose: Purpose, token: str, *, now: datetime) -> int | None:
    """Whom a token is for, while it can be used; it stays as it is. Raises Refusal."""
    row = session.exec(select(OneTime).where(OneTime.token_hash == hashed(token), OneTime.purpose == purpose)).first()
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise Refusal(SPENT)
    return row.user_id


def use(session: Session, purpose: Purpose, token: str, *, now: datetime) -> int | None:
    """Use a token up in one guarded statement; whom it is for. Raises Refusal: of two at once, one is too late."""
    spent = update(OneTime).where(col(OneTime.token_hash) == hashed(token), col(OneTime.purpose) == purpose)
    spent = spent.where(col(OneTime.used_at).is_(None), col(OneTime.expires_at) > now).values(used_at=now)
    rows = session.connection().execute(spent.returning(col(OneTime.user_id))).all()
    if not rows:
        raise Refusal(SPENT)
    user_id: int | None = rows[0][0]
    return user_id


def revoke(session: Session, purpose: Purpose, user_id: int | None) -> None:
    """What was given out before works no more."""
    ended = delete(OneTime).where(col(OneTime.purpose) == purpose)
    whose = col(OneTime.user_id).is_(None) if user_id is None else col(OneTime.user_id) == user_id
    session.connection().execute(ended.where(whose))


def tidy(session: Session, *, now: datetime) -> None:
    """Throw away what can be used no more."""
    session.connection().execute(delete(OneTime).where(col(OneTime.expires_at) < now))


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _keep(session: Session, purpose: Purpose, user_id: int | None, token: str, *, now: datetime) -> None:
    row = OneTime(token_hash=hashed(token), purpose=purpose, created_at=now, expires_at=now + LASTS[purpose])
    row.user_id = user_id
    session.add(row)
    session.flush()


def of_person(user_id: int, code: str) -> str:
    """A code as the token it stands for, however it is typed: it opens for its person alone."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return f"{user_id}:{plain}"
