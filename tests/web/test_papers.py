"""Does an office name the source of a figure, and does the platform compare the figure with its paper?"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import capacity
from marketplace.capacity import Evidence, SheetFields
from marketplace.database import day_of, reading, writing
from marketplace.journal import Entry
from marketplace.organisations import Organisation, OrganisationKind, Role, User, add_user
from marketplace.parks import park_by_code
from tests.web.conftest import PASSWORD

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PARK = "G342020"
ADDRESS = f"/parks/{PARK}/capacity/evidence/land"
SAID = {"text": "皖自然资规〔2026〕12号 国土空间规划批复", "dated_on": "2026-05-08"}
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
Browser = Callable[[str], TestClient]


@pytest.fixture
def office(app: FastAPI, speaking: Callable[[str], None], signed_in: Browser) -> TestClient:
    speaking(PARK)
    with writing(app.state.engine) as session:
        fields = SheetFields.model_validate({"land_mu": 500, "prohibited": ["2614"]})
        capacity.save_sheet(session, park_by_code(session, PARK), fields, by=None, now=NOW)
        session.commit()
    return signed_in("park")


def hand_in(browser: TestClient, where: str = ADDRESS, **said: str) -> str:
    files = {"file": ("批复.pdf", PDF, "application/pdf")}
    answer = browser.post(where, data={**SAID, **said}, files=files)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def evidence(app: FastAPI) -> str:
    with reading(app.state.engine) as session:
        return session.exec(select(Evidence.public_id)).one()


def source(app: FastAPI) -> str:
    with reading(app.state.engine) as session:
        return str(capacity.sheet_of(session, park_by_code(session, PARK), on=day_of(NOW))["land"].source)


def colleague(app: FastAPI, role: Role) -> None:
    with writing(app.state.engine) as session:
        house = session.exec(select(Organisation).where(Organisation.kind == OrganisationKind.PARK)).one()
        user = add_user(session, house, "assistant", "助理", PASSWORD, now=NOW)
        user.role = role
        session.commit()


def test_an_office_names_a_source_and_takes_its_paper_back_as_it_was(app: FastAPI, office: TestClient) -> None:
    assert "500" in office.get(ADDRESS).text
    assert hand_in(office) == f"{ADDRESS}?done=stands"
    page = office.get(f"{ADDRESS}?done=stands").text
    assert SAID["text"] in page
    paper = office.get(f"{ADDRESS}/{evidence(app)}/file")
    assert (paper.content, paper.headers["content-disposition"].partition(";")[0]) == (PDF, "attachment")
    assert office.get(f"/parks/{PARK}/capacity/evidence/steam").text.count("<form") > 0
    assert office.get(f"/parks/{PARK}/capacity/evidence/nothing").status_code == 404


@pytest.mark.parametrize(
    ("said", "where"), [({"text": "见 www.example.cn"}, "text"), ({"dated_on": "2027-01-01"}, "dated_on")]
)
def test_a_refused_source_keeps_what_was_typed(office: TestClient, said: dict[str, str], where: str) -> None:
    answer = office.post(ADDRESS, data={**SAID, **said})
    assert answer.status_code == 422
    assert f'href="#f-{where}"' in answer.text
    assert said[where] in answer.text


def test_what_an_editor_names_waits_and_an_approver_lets_it_stand_or_deletes_it(
    app: FastAPI, office: TestClient, signed_in: Browser
) -> None:
    colleague(app, Role.EDITOR)
    editor = signed_in("assistant")
    assert hand_in(editor) == f"{ADDRESS}?done=waits"
    assert source(app) == "declared"
    assert f"{evidence(app)}/stand" not in editor.get(ADDRESS).text
    assert editor.post(f"{ADDRESS}/{evidence(app)}/stand").status_code == 404
    assert f"{evidence(app)}/stand" in office.get(ADDRESS).text
    assert office.post(f"{ADDRESS}/{evidence(app)}/stand").status_code == 303
    assert source(app) == "document"
    assert office.post(f"{ADDRESS}/{evidence(app)}/delete").status_code == 303
    assert source(app) == "declared"


def test_the_desk_verifies_a_figure_and_the_journal_has_it(
    app: FastAPI, office: TestClient, signed_in: Browser
) -> None:
    desk = signed_in("platform")
    assert "园区为数据提交依据文件后" in desk.get("/desk/papers").text
    hand_in(office)
    where = f"/desk/papers/{evidence(app)}"
    assert where in desk.get("/desk/papers").text
    assert "待核对" in desk.get("/desk/papers").text
    page = desk.get(where).text
    assert SAID["text"] in page
    assert f"{ADDRESS}/{evidence(app)}/file" in page
    assert desk.get(f"{ADDRESS}/{evidence(app)}/file").content == PDF
    assert desk.post(f"{where}/verify").headers["location"] == "/desk/papers?done=verified"
    assert source(app) == "verified"
    assert "已核实" in signed_in("enterprise").get(f"/parks/{PARK}").text
    with reading(app.state.engine) as session:
        last = session.exec(select(Entry).where(Entry.about == "evidence").order_by(Entry.id.desc())).first()
        moderator = session.exec(select(User.id).where(User.login == "platform")).one()
    assert last is not None
    assert (last.by_user_id, last.facts) == (moderator, {"name": "land", "source": "verified"})
    assert desk.post(f"{where}/verify").status_code == 409
    assert f"{where}/verify" not in desk.get(where).text


def test_a_doubt_needs_a_reason_and_its_office_reads_it(app: FastAPI, office: TestClient, signed_in: Browser) -> None:
    hand_in(office)
    desk, where = signed_in("platform"), f"/desk/papers/{evidence(app)}"
    refused = desk.post(f"{where}/doubt", data={"why": ""})
    assert refused.status_code == 422
    assert 'href="#f-why"' in refused.text
    assert desk.post(f"{where}/doubt", data={"why": "other_figure"}).status_code == 303
    assert source(app) == "declared"
    assert "平台未予核实：文件所载数值与填报不符" in office.get(ADDRESS).text
    assert "平台已核对一项数据的依据文件" in office.get("/inbox").text
    assert desk.get("/desk/papers").text.count("待核对") == 0
    hand_in(office)
    assert "平台未予核实" not in office.get(ADDRESS).text


def test_the_papers_are_for_the_platforms_moderators(app: FastAPI, office: TestClient, signed_in: Browser) -> None:
    hand_in(office)
    where = f"/desk/papers/{evidence(app)}"
    for browser in (office, signed_in("enterprise")):
        assert {browser.get(path).status_code for path in ("/desk/papers", where)} == {404}
        assert {browser.post(f"{where}/{verb}").status_code for verb in ("verify", "doubt")} == {404}
    assert signed_in("platform").get("/desk/papers/nothingthere").status_code == 404
    assert source(app) == "document"
