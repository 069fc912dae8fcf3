"""Does an office take its sheet to Excel and back, with a look before anything is kept?"""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace.capacity import SheetFields, document, fields_of, lines, save_sheet
from marketplace.database import reading, writing
from marketplace.parks import park_by_code
from marketplace.sheets import Leaf, read_sheet, workbook
from web import sheet_files

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINE, THEIRS = "G342020", "G341129"
ADDRESS = f"/parks/{MINE}/capacity"
Browser = Callable[[str], TestClient]
WAYS = ["GET sheet.xlsx", "GET sheet.csv", "GET import", "POST import", "POST import/confirm"]
SAID = {
    "land_mu": "10 公顷",
    "land_mu_used": 50,
    "power_kva": 9000,
    "energy_tce": 900,
    "energy_basis": "calorific",
    "emissions_t_a": {"COD": 20, "Pb": "0.5"},
    "replacement": {"COD": 2},
    "land_10k_mu": "18.5",
    "steam_cny_t": "0.21 元/kg",
    "wastewater_cny_m3": "2.75",
    "hazardous_waste_cny_t": 2600,
    "green_power_share": "12.5%",
    "chemical_park": False,
    "prohibited": ["2614", "1711"],
    "supply_modes": ["sale", "lease_then_sale"],
    "available_on": "2027-06-30",
}


@pytest.fixture
def browser(app: FastAPI, speaking: Callable[[str], None], signed_in: Browser) -> TestClient:
    speaking(MINE)
    with writing(app.state.engine) as session:
        fields = SheetFields.model_validate(SAID)
        save_sheet(session, park_by_code(session, MINE), fields, by=None, now=NOW)
        session.commit()
    return signed_in("park")


def sheet(app: FastAPI) -> dict[str, object]:
    with reading(app.state.engine) as session:
        return document(fields_of(session, park_by_code(session, MINE)))


def hand_in(browser: TestClient, name: str, content: bytes, where: str = ADDRESS):  # type: ignore[no-untyped-def]
    return browser.post(f"{where}/import", files={"file": (name, content)})


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="(document|mark)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def csv(*typed: str) -> str:
    return "\r\n".join(["项目,单位,总量或数值,其中已用", *typed])


@pytest.mark.parametrize(
    "verb", ["GET sheet.xlsx", "GET sheet.csv", "GET import", "POST import", "POST import/confirm"]
)
def test_the_files_of_a_sheet_are_the_offices_own(
    client: TestClient, browser: TestClient, signed_in: Browser, verb: str
) -> None:
    method, _, tail = verb.partition(" ")
    assert client.request(method, f"{ADDRESS}/{tail}").status_code == 303
    assert signed_in("enterprise").request(method, f"{ADDRESS}/{tail}").status_code == 404
    assert browser.request(method, f"/parks/{THEIRS}/capacity/{tail}").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["sheet.xlsx", "sheet.csv"])
def test_what_went_out_comes_back_as_nothing_new(app: FastAPI, browser: TestClient, lang: str, name: str) -> None:
    browser.cookies.set("lang", lang)
    out = browser.get(f"{ADDRESS}/{name}")
    assert out.headers["content-disposition"].startswith("attachment;")
    page = hand_in(browser, name, out.content).text
    assert hidden(page) == {}
    assert ("没有需要保存的内容" in page) if lang == "zh" else ("there is nothing to keep" in page)
    assert not re.search("未采纳|not taken", page)


def test_the_template_names_every_field_with_its_unit_and_offers_words(browser: TestClient) -> None:
    book = browser.get(f"{ADDRESS}/sheet.xlsx").content
    found = {row.cells["code"]: row.cells for row in read_sheet("a.xlsx", book, sheet_files.columns())}
    assert len(found) == len(lines())
    assert (found["power_kva"]["unit"], found["power_kva"]["value"]) == ("kVA", "9000")
    assert (found["steam_cny_t"]["unit"], found["steam_cny_t"]["value"]) == ("元/吨", "210")
    assert (found["emissions_t_a.COD"]["value"], found["emissions_t_a.COD"]["multiple"]) == ("20", "2")
    assert (found["chemical_park"]["value"], found["energy_basis"]["value"]) == ("否", "当量值")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_looked_at_first_and_then_exactly_that_is_kept(
    app: FastAPI, browser: TestClient, encoding: str
) -> None:
    before = sheet(app)
    typed = ("供电,kVA,20 MVA,", "用地,亩,１６０亩,", "天然气,,也许,", "不存在的项目,,5,")
    page = hand_in(browser, "清单.csv", csv(*typed).encode(encoding))
    assert page.status_code == 200
    assert sheet(app) == before
    rows = re.findall(r'data-label="行号">(\d+)</td><td data-label="列">([^<]*)<', page.text)
    assert rows == [("4", "总量或数值"), ("5", "项目")]
    assert "9,000 kVA" in page.text
    answer = browser.post(f"{ADDRESS}/import/confirm", data=hidden(page.text))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ADDRESS}?done=imported")
    after = sheet(app)
    assert (after["power_kva"], after["land_mu"]) == ("20000", "160")
    changed = ("power_kva", "land_mu", "typed")
    assert {name: after[name] for name in after if name not in changed} == {
        name: before[name] for name in before if name not in changed
    }
    again = hand_in(browser, "清单.csv", csv(*typed[:2]).encode(encoding))
    assert hidden(again.text) == {}


def test_a_sheet_that_moved_after_the_look_is_a_conflict(app: FastAPI, browser: TestClient) -> None:
    shown = hidden(hand_in(browser, "a.csv", csv("供电,,5000,").encode()).text)
    with writing(app.state.engine) as session:
        fields = SheetFields.model_validate({**SAID, "land_mu": 170})
        save_sheet(session, park_by_code(session, MINE), fields, by=None, now=NOW)
        session.commit()
    assert browser.post(f"{ADDRESS}/import/confirm", data=shown).status_code == 409
    assert (sheet(app)["power_kva"], sheet(app)["land_mu"]) == ("9000", "170")


@pytest.mark.parametrize(
    "document", ["", "{", "[]", '{"land_mu": "many"}', '{"held": 5}', "[" * 20_000, '{"land_mu": 5, "land_mu_used": 9}']
)
def test_a_confirmation_that_nobody_was_shown_is_refused(app: FastAPI, browser: TestClient, document: str) -> None:
    before = sheet(app)
    shown = hidden(hand_in(browser, "a.csv", csv("供电,,5000,").encode()).text)
    answer = browser.post(f"{ADDRESS}/import/confirm", data={**shown, "document": document})
    assert answer.status_code == 422
    assert sheet(app) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "甲,乙\r\n1,2".encode()),
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.csv", b""),
        ("a.xlsx", workbook([Leaf("甲", ["没有这一列"], [["5"]])])),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_a_reason(browser: TestClient, name: str, content: bytes) -> None:
    answer = hand_in(browser, name, content)
    assert answer.status_code == 422
    assert 'href="#f-file"' in answer.text


def test_without_a_file_one_is_asked_for(browser: TestClient) -> None:
    assert browser.post(f"{ADDRESS}/import", data={"file": ""}).status_code == 422
