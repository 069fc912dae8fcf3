"""Are codes given, and does a second factor wait for another admin, on the pages as by the rules?"""

import re
from collections.abc import Callable

from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace.accounts import SecondFactor
from marketplace.database import writing
from marketplace.organisations import Role, User, sign_in
from tests.web.conftest import NOW, SAME_ORIGIN


def another_admin(app: FastAPI) -> TestClient:
    """A second admin of the platform, beside somebody of a park's office who has a second factor."""
    with writing(app.state.engine) as session:
        park, one = (session.exec(select(User).where(User.login == login)).one() for login in ("park", "platform"))
        other = User(login="o", name="另一位", password_hash="-", organisation_id=one.organisation_id, created_at=NOW)
        other.role = Role.ADMIN
        session.add(other)
        session.add(SecondFactor(user_id=park.id, secret="x", created_at=NOW, confirmed_at=NOW))
        session.flush()
        token = sign_in(session, other.id, now=NOW, two_factors=True)
        session.commit()
    made = TestClient(app, headers=SAME_ORIGIN, follow_redirects=False)
    made.cookies.set("session", token)
    return made


def test_a_code_is_shown_once_and_only_for_who_may_be_helped(signed_in: Callable[[str], TestClient]) -> None:
    root = signed_in("platform")
    assert 'class="secret"' not in root.get("/desk/codes").text
    assert 'class="secret"' in root.post("/desk/codes", data={"login": "park", "what": "code"}).text
    refused = root.post("/desk/codes", data={"login": "nobody", "what": "code"})
    assert refused.status_code == 422
    assert 'value="nobody"' in refused.text


def test_a_second_factor_waits_for_another_admin(app: FastAPI, signed_in: Callable[[str], TestClient]) -> None:
    root, other = signed_in("platform"), another_admin(app)
    asked = root.post("/desk/codes", data={"login": "park", "what": "second"})
    assert asked.headers["location"] == "/desk/codes?done=waits"
    page = root.get("/desk/codes?done=waits").text
    (kept,) = re.findall(r"/desk/codes/[a-z0-9]{12}/turn-down", page)
    agreed = kept.replace("turn-down", "agree")
    assert agreed not in page
    assert root.post(agreed).status_code == 404
    assert agreed in other.get("/desk/codes").text
    assert other.post(agreed).headers["location"] == "/desk/codes?done=agree"
    assert other.post(agreed).status_code == 404
