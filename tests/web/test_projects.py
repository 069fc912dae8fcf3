"""Is a project walked from the exchange to the start of work on its pages, and shown to nobody else?"""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlmodel import col, select
from starlette.testclient import TestClient

from marketplace import exchanges, needs
from marketplace.database import day_of, public_id, writing
from marketplace.needs import NeedFields, NeedStatus
from marketplace.organisations import viewer_by_login
from marketplace.parks import Park, park_by_code
from tests.web.conftest import NOW
from web import ledgers

PAPER = {"file": ("合同.pdf", b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer <</Size 1>>\nstartxref\n9\n%%EOF\n")}
Browser = Callable[[str], TestClient]


@pytest.fixture
def exchange(app: FastAPI, speaking: Callable[[str], None]) -> str:
    """An exchange that is open, of the park's office and the enterprise."""
    with writing(app.state.engine) as session:
        code = session.exec(select(Park.code).where(col(Park.adcode).startswith("3401"))).first() or ""
    speaking(code)
    with writing(app.state.engine) as session:
        firm, office = viewer_by_login(session, "enterprise"), viewer_by_login(session, "park")
        park = park_by_code(session, code)
        need = needs.enter(session, NeedFields(industry="3841", title="二期", origin="310114"), owner=firm, now=NOW)
        values = {"listing_id": public_id(), "listed_on": day_of(NOW)}
        needs.LIFE.move(session, need, NeedStatus.OPEN, now=NOW, **values)
        made = exchanges.show_interest(session, need, park, by=office, now=NOW)
        for by in (office, firm):
            side = exchanges.side_of(made, by)
            assert side
            digest = exchanges.opening_for(session, need, side, by).sha256
            exchanges.consent(session, made, need, park, digest, by=by, now=NOW)
        session.commit()
        return made.public_id


def post(browser: TestClient, path: str, files: object = None, **fields: str) -> str:
    """Sends a form with the version its page shows; where it leads."""
    asked = browser.get(path)
    version = re.search(r'name="version" value="(\d+)"', asked.text) if asked.status_code == 200 else None
    said = {**fields, **({"version": version[1]} if version else {})}
    answer = browser.post(path, data=said, files=files)
    assert answer.status_code == 303, (answer.status_code, re.findall(r'class="complaint">.*?</p>', answer.text))
    return answer.headers["location"]


@pytest.fixture
def project(exchange: str, signed_in: Browser) -> str:
    where = post(signed_in("park"), f"/exchanges/{exchange}/project", title="电芯二期")
    return where.partition("?")[0]


def contract(browser: TestClient, project: str, files: object = None, **said: str) -> str:
    fields = {"signing": "contract", "amount_10k": "8亿", "signed_on": "2026-11-23", "start_by": "2027-03-01"}
    return post(browser, f"{project}/signing", files, **{**fields, **said})


def test_an_open_exchange_leads_to_its_project_and_again_to_the_same(
    exchange: str, project: str, signed_in: Browser
) -> None:
    firm = signed_in("enterprise")
    page = firm.get(f"/exchanges/{exchange}").text
    assert "“电芯二期”，当前阶段：洽谈" in page[page.index('id="project"') : page.index('id="held"')]
    assert firm.get(f"/exchanges/{exchange}/project").headers["location"] == project
    assert "电芯二期" in firm.get("/projects").text
    assert "电芯二期" in firm.get(project).text


def test_once_there_is_a_project_the_exchange_leads_to_it(exchange: str, project: str, signed_in: Browser) -> None:
    for who in ("park", "enterprise"):
        page = signed_in(who).get(f"/exchanges/{exchange}").text
        step = page[page.index('id="next"') : page.index('id="clocks"')]
        assert f'href="{project}"' in step
        assert "到项目中办理" in step
        assert "研判" not in page[page.index('<h2 id="clocks-title"') : page.index('id="write"')].partition("<p")[0]
    assert contract(signed_in("park"), project).endswith("waits")
    assert "确认对方登记的内容" in signed_in("enterprise").get(f"/exchanges/{exchange}").text


def test_a_ledger_calls_a_project_by_its_title_to_its_own_people_alone(app: FastAPI, project: str) -> None:
    with writing(app.state.engine) as session:
        titles = {
            who: ledgers.about(session, "project", project.rpartition("/")[2], viewer_by_login(session, who), NOW)
            for who in ("park", "enterprise", "platform")
        }
    assert titles["park"] == titles["enterprise"] == ledgers.About("电芯二期", project)
    assert "电芯" not in titles["platform"].title
    assert titles["platform"].path == ""


def test_a_contract_waits_for_the_other_side_and_counts_when_it_confirms(project: str, signed_in: Browser) -> None:
    park, firm = signed_in("park"), signed_in("enterprise")
    assert contract(park, project) == f"{project}?done=waits"
    shown = firm.get(project).text
    assert "下一步" not in shown  # registration is not next while the contract waits
    [path] = re.findall(r'action="(/projects/\w+/entries/\w+/confirm)"', shown)
    assert firm.post(path).headers["location"] == f"{project}?done=confirmed"
    assert "双方已确认" in firm.get(project).text
    assert firm.post(path).status_code == 409
    assert "/projects" in park.get(project).text


def test_a_contract_that_one_side_documents_binds_the_other_once_it_confirms(
    exchange: str, project: str, signed_in: Browser
) -> None:
    firm = signed_in("enterprise")
    contract(signed_in("park"), project, PAPER)
    shown = firm.get(project).text
    [path] = re.findall(r'action="(/projects/\w+/entries/\w+/confirm)"', shown)
    assert "turn-down" not in shown
    assert firm.post(path).headers["location"] == f"{project}?done=confirmed"
    firm.post(f"/exchanges/{exchange}/withdraw")
    assert [signed_in(login).get(project).status_code for login in ("enterprise", "park")] == [200, 200]


def test_work_starts_once_the_approvals_are_entered(project: str, signed_in: Browser) -> None:
    park = signed_in("park")
    contract(park, project, PAPER)
    for stage in ("registered", "supplied"):
        post(park, f"{project}/stage", PAPER, stage=stage, reached_on="2026-11-23")
    refused = park.post(
        f"{project}/stage", data={"stage": "started", "reached_on": "2026-11-23", "version": version(park, project)}
    )
    assert (refused.status_code, "环评批复" in refused.text) == (422, True)
    for approval in ("eia_approval", "energy_exemption"):
        post(park, f"{project}/approval", approval=approval, approval_number="7 号", dated_on="2026-11-20")
    post(park, f"{project}/stage", PAPER, stage="started", reached_on="2026-11-23")
    taken = re.findall(r'href="(/projects/proofs/\w+)"', park.get(project).text)[0]
    got = signed_in("enterprise").get(taken)
    assert (got.content, got.headers["content-disposition"].partition(";")[0]) == (PAPER["file"][1], "attachment")
    assert signed_in("platform").get(taken).status_code == 404


def version(browser: TestClient, project: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', browser.get(f"{project}/stage").text)
    assert found
    return found[1]


def test_a_refused_form_keeps_what_was_typed(project: str, signed_in: Browser) -> None:
    park = signed_in("park")
    said = {"signing": "contract", "amount_10k": "八亿", "signed_on": "2027-01-01", "version": version(park, project)}
    refused = park.post(f"{project}/signing", data=said)
    assert refused.status_code == 422
    assert 'value="八亿"' in refused.text
    assert 'value="2027-01-01"' in refused.text


@pytest.mark.parametrize(
    ("what", "one", "two", "rows"),
    [
        (
            "stage",
            {"stage": "visit", "reached_on": "2026-11-23"},
            {"stage": "assessment", "reached_on": "2026-11-22"},
            [["考察", "研判"], ["2026-11-23", "2026-11-22"]],
        ),
        (
            "signing",
            {"signing": "framework", "amount_10k": "8亿", "signed_on": "2026-11-23"},
            {"signing": "framework", "amount_10k": "80000", "signed_on": "2026-11-22"},
            [["2026-11-23", "2026-11-22"]],
        ),
        (
            "payment",
            {"amount_10k": "500", "paid_on": "2026-11-23"},
            {"amount_10k": "501", "paid_on": "2026-11-23"},
            [["500", "501"]],
        ),
    ],
)
def test_a_second_editor_reads_what_was_entered_meanwhile_beside_what_they_typed(
    project: str, signed_in: Browser, what: str, one: dict[str, str], two: dict[str, str], rows: list[list[str]]
) -> None:
    park, firm = signed_in("park"), signed_in("enterprise")
    if what == "payment":
        contract(park, project, PAPER)
    before = version(firm, project)
    post(park, f"{project}/{what}", **one)
    late = firm.post(f"{project}/{what}", data={**two, "version": before})
    assert late.status_code == 409
    body = late.text.partition("<tbody>")[2].partition("</tbody>")[0]
    said = [re.findall(r"<td data-label[^>]*>(.*?)</td>", row) for row in body.split("</tr>")[:-1]]
    assert said == rows
    assert f'name="version" value="{version(firm, project)}"' in late.text
    assert all(f'value="{text}"' in late.text for name, text in two.items() if name != "stage")
    if what != "payment":  # another kind was entered meanwhile: the sentence alone
        other = {"amount_10k": "7", "paid_on": "2026-11-23"}
        elsewhere = firm.post(f"{project}/payment", data={**other, "version": before})
        assert (elsewhere.status_code, "<tbody>" in elsewhere.text) == (409, False)


def test_nobody_else_reads_a_project_and_the_platform_reads_no_name(project: str, signed_in: Browser) -> None:
    for login in ("organizer", "platform"):
        assert signed_in(login).get(project).status_code == 404
    text = signed_in("platform").get("/projects").text
    assert ("洽谈" in text, "电芯二期" in text) == (True, False)


def test_after_a_withdrawal_nothing_is_left_of_a_project_without_a_contract(
    exchange: str, project: str, signed_in: Browser
) -> None:
    signed_in("enterprise").post(f"/exchanges/{exchange}/withdraw")
    for login in ("enterprise", "park"):
        browser = signed_in(login)
        assert (browser.get(project).status_code, "电芯二期" in browser.get("/projects").text) == (404, False)


def test_the_same_is_there_as_json_for_both_sides_alone(project: str, signed_in: Browser) -> None:
    park = signed_in("park")
    contract(park, project, PAPER)
    one = signed_in("enterprise").get(f"/api/v1{project}").json()
    assert (one["stage"], one["next_stage"], one["side"], one["paid_in_10k"]) == ("signed", "registered", "need", 0)
    assert [(each["kind"], each["amount_10k"], each["counts_the_project"]) for each in one["signings"]] == [
        ("contract", 80_000, True)
    ]
    listed = park.get("/api/v1/projects").json()["projects"]
    assert [each["title"] for each in listed] == ["电芯二期"]
    assert signed_in("organizer").get(f"/api/v1{project}").status_code == 404


def test_the_workbook_holds_no_formula_and_goes_to_who_may_read_it(project: str, signed_in: Browser) -> None:
    platform, park = signed_in("platform"), signed_in("park")
    said = {"title": "=1+1", "held_on": "2026-11-23", "adcode": "340000"}
    assert platform.post("/projects/occasions", data=said).status_code == 303
    value = re.search(r'<option value="(\w+)">=1', park.get(f"{project}/signing").text)
    assert value
    contract(park, project, PAPER, occasion=value[1])
    for browser in (platform, park):
        book = browser.get("/projects/cohorts.xlsx").content
        with zipfile.ZipFile(io.BytesIO(book)) as parts:
            sheet = parts.read("xl/worksheets/sheet1.xml").decode()
            assert "=1+1" in parts.read("xl/sharedStrings.xml").decode()
        assert "<f>" not in sheet
        assert "=1+1" in browser.get("/projects/cohorts").text
    for path in ("/projects/cohorts", "/projects/cohorts.xlsx"):
        assert signed_in("enterprise").get(path).status_code == 404
