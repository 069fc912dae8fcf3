"""Does an office keep one part of its sheet true without touching the others?"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace.capacity import Section, Sheet, SheetFields, save_sheet, sheet_of
from marketplace.database import reading, writing
from marketplace.parks import park_by_code

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINE, THEIRS = "G342020", "G341129"
ADDRESS = f"/parks/{MINE}/capacity"
Browser = Callable[[str], TestClient]


@pytest.fixture
def browser(app: FastAPI, speaking: Callable[[str], None], signed_in: Browser) -> TestClient:
    speaking(MINE)
    with writing(app.state.engine) as session:
        said = {"land_mu": 400, "power_kva": 9000, "land_10k_mu": 18, "prohibited": ["2614"]}
        long_ago = (NOW - timedelta(days=100)).date()
        fields = SheetFields.model_validate(said)
        save_sheet(session, park_by_code(session, MINE), fields, by=None, now=NOW, as_of=long_ago)
        session.commit()
    return signed_in("park")


def sheet(app: FastAPI) -> Sheet:
    with reading(app.state.engine) as session:
        return sheet_of(session, park_by_code(session, MINE), on=NOW.date())


def mark(page: str) -> str:
    found = re.search(r'name="mark" value="(\w+)"', page)
    assert found
    return found.group(1)


def today(app: FastAPI) -> set[str]:
    return {line.name for line in sheet(app).entries if line.as_of == NOW.date()}


@pytest.mark.parametrize("tail", ["", "/land", "/quotas", "/reconfirm", "/land/reconfirm"])
def test_only_who_speaks_for_a_park_finds_the_parts_of_its_sheet(
    app: FastAPI, client: TestClient, browser: TestClient, signed_in: Browser, tail: str
) -> None:
    verb = "POST" if tail.endswith("reconfirm") else "GET"
    assert client.request(verb, ADDRESS + tail).status_code == 303
    assert signed_in("enterprise").request(verb, ADDRESS + tail).status_code == 404
    assert browser.request(verb, f"/parks/{THEIRS}/capacity{tail}").status_code == 404
    assert today(app) == set()


def test_a_part_that_is_none_is_not_there(browser: TestClient) -> None:
    for address in (f"{ADDRESS}/nothing", f"{ADDRESS}/nothing/reconfirm"):
        assert browser.post(address, data={"mark": "x"}).status_code == 404
    assert browser.get(f"{ADDRESS}/nothing").status_code == 404


def test_one_part_is_saved_and_the_others_keep_their_dates(app: FastAPI, browser: TestClient) -> None:
    page = browser.get(f"{ADDRESS}/energy").text
    data = {"mark": mark(page), "power_kva": "20 MVA", "land_mu": "1", "prohibited": ""}
    answer = browser.post(f"{ADDRESS}/energy", data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ADDRESS}?done=saved")
    assert today(app) == {"power"}
    now = sheet(app)
    assert (now["power"].value, now["land"].value, now["prohibited"].value) == (20_000, 400, ["2614"])


@pytest.mark.parametrize(
    ("part", "said"), [(Section.LAND, {"land"}), (Section.PRICES, {"land_10k_mu"}), (Section.WATER, set())]
)
def test_one_click_confirms_one_part(app: FastAPI, browser: TestClient, part: Section, said: set[str]) -> None:
    answer = browser.post(f"{ADDRESS}/{part}/reconfirm")
    assert answer.headers["location"] == f"{ADDRESS}?done={'part' if said else 'same'}"
    assert today(app) == said


def test_one_click_confirms_all_of_it(app: FastAPI, browser: TestClient) -> None:
    assert browser.post(f"{ADDRESS}/reconfirm").headers["location"] == f"{ADDRESS}?done=confirmed"
    assert today(app) == {"land", "power", "land_10k_mu", "prohibited"}


def test_who_was_slower_in_the_same_part_sees_both_versions_and_in_another_part_nothing(
    app: FastAPI, browser: TestClient
) -> None:
    land, prices = (mark(browser.get(f"{ADDRESS}/{part}").text) for part in ("land", "prices"))
    assert browser.post(f"{ADDRESS}/land", data={"mark": land, "land_mu": "500"}).status_code == 303
    assert browser.post(f"{ADDRESS}/prices", data={"mark": prices, "land_10k_mu": "20"}).status_code == 303
    late = browser.post(f"{ADDRESS}/land", data={"mark": land, "land_mu": "600"})
    assert late.status_code == 409
    assert re.search(r"<td>用地</td><td>500</td><td>600</td>", late.text)
    assert "<td>地价</td>" not in late.text
    assert (sheet(app)["land"].value, sheet(app)["land_10k_mu"].value) == (500, 20)
    assert browser.post(f"{ADDRESS}/land", data={"mark": mark(late.text), "land_mu": "600"}).status_code == 303


def test_what_is_wrong_stays_typed_and_nothing_is_written(app: FastAPI, browser: TestClient) -> None:
    form = mark(browser.get(f"{ADDRESS}/water").text)
    answer = browser.post(f"{ADDRESS}/water", data={"mark": form, "water_t_d": "3 亩", "wastewater_t_d": "77"})
    assert answer.status_code == 422
    assert re.search(r'name="water_t_d"[^>]*aria-invalid="true"', answer.text)
    assert 'value="77"' in answer.text
    assert today(app) == set()


def test_the_overview_says_what_is_old_and_what_is_missing_with_a_way_to_the_field(browser: TestClient) -> None:
    page = browser.get(ADDRESS).text
    assert "土地与厂房" in page
    assert f'href="{ADDRESS}/land#f-largest_plot_mu"' in page or f'href="{ADDRESS}/land#f-land_mu"' in page
    assert page.count("1 项已过期") == 2  # land and power; a price holds for 180 days, a list for ever
