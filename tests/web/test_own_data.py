"""Can a person read, correct and carry away what is kept about them, take a consent back, and leave?"""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace.database import reading, writing
from marketplace.journal import Act, Entry
from marketplace.organisations import Organisation, Role, SignIn, User, add_user
from marketplace.personal import INVENTORY
from marketplace.retention import PERIODS
from tests.web.conftest import NOW, PASSWORD
from web import journal_rows, personal_words

SignedIn = Callable[[str], TestClient]


@pytest.fixture
def colleague(app: FastAPI) -> str:
    """A second person of the enterprise, who may leave without handing anything over."""
    with writing(app.state.engine) as session:
        house = session.exec(select(Organisation).where(Organisation.name == "enterprise organisation")).one()
        add_user(session, house, "colleague", "同事甲", PASSWORD, now=NOW, role=Role.EDITOR, email="jia@example.com")
        session.commit()
    return "colleague"


def user(app: FastAPI, login: str) -> User | None:
    with reading(app.state.engine) as session:
        return session.exec(select(User).where(User.login == login)).first()


def acts(app: FastAPI) -> list[Act]:
    with reading(app.state.engine) as session:
        return [entry.act for entry in session.exec(select(Entry).order_by(Entry.id))]


def test_everybody_reads_what_is_kept_and_for_how_long(client: TestClient) -> None:
    page = client.get("/privacy").text
    for words in ("保存的个人信息", "个人信息保护法", "180 天", "法定义务"):
        assert words in page
    english = client.get("/privacy", headers={"accept-language": "en"}).text
    assert "180 days" in english
    assert "第十三条" not in english


def test_every_table_that_is_about_people_or_has_a_period_is_called_something() -> None:
    about = {kept.table for kept in INVENTORY} | {period.table for period in PERIODS if period.days is not None}
    assert about - set(personal_words.TABLES) == set()
    assert set(journal_rows.ACTS) == set(Act)


def test_a_stranger_is_sent_to_the_door(client: TestClient) -> None:
    for path in ("/account/data", "/account/data/delete", "/account/data/organisation"):
        assert client.get(path).status_code == 303
        assert client.post(path).status_code == 303
    assert client.post("/account/data/export").status_code == 303


def test_a_person_corrects_their_data(app: FastAPI, signed_in: SignedIn) -> None:
    browser = signed_in("enterprise")
    told = {"name": "新名字", "email": "new@example.com", "phone": "021-5555"}
    assert browser.post("/account/data", data=told).status_code == 422  # letters to an address let somebody in
    told["password"] = PASSWORD
    assert browser.post("/account/data", data=told).headers["location"] == "/account/data?done=changed"
    row = user(app, "enterprise")
    assert row is not None
    assert (row.name, row.email, row.phone) == ("新名字", "new@example.com", "021-5555")
    refused = browser.post("/account/data", data={**told, "email": "none"})
    assert refused.status_code == 422
    assert 'value="none"' in refused.text


def test_no_other_column_can_be_sent_along(app: FastAPI, signed_in: SignedIn) -> None:
    more = {"name": "x", "role": "viewer", "login": "other", "organisation_id": "1", "id": "2", "public_id": "abc"}
    signed_in("enterprise").post("/account/data", data=more)
    row = user(app, "enterprise")
    assert row is not None
    assert row.role == Role.ADMIN


def test_a_person_carries_everything_away_in_one_file(app: FastAPI, signed_in: SignedIn) -> None:
    browser = signed_in("enterprise")
    browser.post("/account/data", data={"name": "=HYPERLINK(1)"})
    answer = browser.post("/account/data/export")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told = json.loads(archive.read("data.json"))
        assert '"\'=HYPERLINK(1)"' in archive.read("user_account.csv").decode("utf-8-sig")
    assert told["user_account"][0]["login"] == "enterprise"
    assert not any("hash" in name for rows in told.values() for row in rows for name in row)
    assert acts(app)[-1] == Act.EXPORTED


def test_a_wrong_password_deletes_nothing_and_five_are_enough(
    app: FastAPI, signed_in: SignedIn, colleague: str
) -> None:
    browser = signed_in(colleague)
    for _ in range(5):
        assert browser.post("/account/data/delete", data={"password": "wrong password"}).status_code == 422
    assert browser.post("/account/data/delete", data={"password": PASSWORD}).status_code == 429
    assert user(app, colleague) is not None


def test_a_person_leaves_and_every_browser_of_theirs_is_signed_out(
    app: FastAPI, signed_in: SignedIn, colleague: str
) -> None:
    browser, other = signed_in(colleague), signed_in(colleague)
    assert "2 个浏览器将退出登录" in browser.get("/account/data/delete").text
    answer = browser.post("/account/data/delete", data={"password": PASSWORD})
    assert answer.headers["location"] == "/privacy?done=account"
    assert "您的账号已注销" in browser.get("/privacy?done=account").text
    assert other.get("/account/data").status_code == 303
    assert user(app, colleague) is None
    with reading(app.state.engine) as session:
        assert session.exec(select(SignIn)).all() == []
    assert acts(app)[-1] == Act.DELETED


def test_the_last_admin_is_told_to_hand_over(app: FastAPI, signed_in: SignedIn, colleague: str) -> None:
    browser = signed_in("enterprise")
    page = browser.get("/account/data/delete").text
    assert "请先移交管理员" in page
    assert 'type="password"' not in page
    assert browser.post("/account/data/delete", data={"password": PASSWORD}).status_code == 409
    assert user(app, "enterprise") is not None


def test_an_admin_deletes_the_organisation_and_an_editor_cannot(
    app: FastAPI, signed_in: SignedIn, colleague: str
) -> None:
    assert signed_in(colleague).get("/account/data/organisation").status_code == 404
    assert signed_in(colleague).post("/account/data/organisation", data={"password": PASSWORD}).status_code == 404
    browser = signed_in("enterprise")
    assert "2 个账号" in browser.get("/account/data/organisation").text
    answer = browser.post("/account/data/organisation", data={"password": PASSWORD})
    assert answer.headers["location"] == "/privacy?done=organisation"
    assert user(app, "enterprise") is None
    assert user(app, colleague) is None
    with reading(app.state.engine) as session:
        assert "enterprise organisation" not in session.exec(select(Organisation.name)).all()


def test_the_platform_cannot_be_deleted(app: FastAPI, signed_in: SignedIn) -> None:
    browser = signed_in("platform")
    assert "平台自身的单位不能注销" in browser.get("/account/data/organisation").text
    assert browser.post("/account/data/organisation", data={"password": PASSWORD}).status_code == 409
