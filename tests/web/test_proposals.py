"""Does a change of a sheet wait on a page of its own until a colleague lets it stand?"""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select
from starlette.testclient import TestClient

from marketplace import members
from marketplace.database import writing
from marketplace.members import PersonFields
from marketplace.organisations import Organisation, Role, User, sign_in
from tests.web.conftest import NOW, SAME_ORIGIN

SHEET = "/parks/G341132/sheet"
Colleague = Callable[[Role], TestClient]


@pytest.fixture
def colleague(app: FastAPI) -> Colleague:
    """A browser of somebody else of the park's office."""

    def entered(session: Session, role: Role) -> str:
        office = session.exec(select(User).where(User.login == "park")).one().organisation_id
        fields = PersonFields(person=f"同事{role}", login=f"park-{role}")
        user = members.enter(session, session.get_one(Organisation, office), fields, "-", role, now=NOW)
        return sign_in(session, user.id, now=NOW)

    def browser(role: Role) -> TestClient:
        with writing(app.state.engine) as session:
            token = entered(session, role)
            session.commit()
        made = TestClient(app, headers=SAME_ORIGIN, follow_redirects=False)
        made.cookies.set(app.state.settings.session_cookie, token)
        return made

    return browser


def save(browser: TestClient, **said: str) -> str:
    version = re.findall(r'name="version" value="(\d+)"', browser.get(SHEET).text)[0]
    answer = browser.post(SHEET, data={"version": version, **said})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def test_an_editors_change_waits_is_compared_and_approved(
    signed_in: Callable[[str], TestClient], speaking: Callable[[str], None], colleague: Colleague, client: TestClient
) -> None:
    speaking("G341132")
    admin, editor = signed_in("park"), colleague(Role.EDITOR)
    waiting = save(editor, land_mu="500", land_mu_used="120")
    assert waiting.startswith(f"{SHEET}/proposals/")
    assert "提交审批" in editor.get(SHEET).text
    assert "提交审批" not in admin.get(SHEET).text
    shown = editor.get(waiting).text
    assert "待审批" in shown
    assert "500 亩（33.33 公顷）" in shown
    assert "批准" not in re.findall(r"<main.*</main>", shown, re.DOTALL)[0].replace("已批准", "")
    assert "380" not in client.get("/parks/G341132").text
    assert "待审批" in admin.get(SHEET).text
    assert waiting in admin.get(f"{SHEET}/proposals").text
    assert editor.post(f"{waiting}/approve").status_code == 404
    assert admin.post(f"{waiting}/approve").status_code == 303
    assert "380" in client.get("/parks/G341132").text


def test_a_change_is_returned_with_a_reason_or_taken_back(
    signed_in: Callable[[str], TestClient], speaking: Callable[[str], None], colleague: Colleague
) -> None:
    speaking("G341132")
    admin, editor = signed_in("park"), colleague(Role.EDITOR)
    waiting = save(editor, land_mu="500")
    assert admin.post(f"{waiting}/return").status_code == 422
    assert admin.post(f"{waiting}/return", data={"reason": "请附批复"}).status_code == 303
    assert "请附批复" in editor.get(waiting).text
    again = save(editor, land_mu="600")
    assert admin.post(f"{again}/withdraw").status_code == 404
    assert editor.post(f"{again}/withdraw").status_code == 303


def test_both_versions_are_shown_where_the_sheet_moved(
    signed_in: Callable[[str], TestClient], speaking: Callable[[str], None], colleague: Colleague
) -> None:
    speaking("G341132")
    admin, editor = signed_in("park"), colleague(Role.EDITOR)
    first, second = save(editor, land_mu="500"), save(editor, land_mu="777")
    assert admin.post(f"{first}/approve").status_code == 303
    answer = admin.post(f"{second}/approve")
    assert answer.status_code == 409
    text = re.sub(r"<[^>]+>", " ", answer.text)
    assert "填写之后的变动" in text
    assert {"500", "777"} <= set(text.split())


def test_a_viewer_reads_and_others_find_nothing(
    signed_in: Callable[[str], TestClient], speaking: Callable[[str], None], colleague: Colleague
) -> None:
    speaking("G341132")
    waiting = save(colleague(Role.EDITOR), land_mu="500")
    viewer = colleague(Role.VIEWER)
    assert viewer.get(waiting).status_code == 200
    for path in (waiting, f"{SHEET}/proposals"):
        for login in ("enterprise", "organizer", "platform"):
            assert signed_in(login).get(path).status_code == 404
    for answer in ("approve", "return", "withdraw"):
        assert viewer.post(f"{waiting}/{answer}").status_code == 404
    assert viewer.post(SHEET).status_code == 404
