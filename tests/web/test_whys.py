"""Is the owner of a need told how sure the order is, what would change it, and why a park is not further up?"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace.capacity import SheetFields, save_sheet
from marketplace.database import writing
from marketplace.explanations import Lever, Offer, Slide, Step, sure_of, what_if
from marketplace.matches import PARK_SIDE
from marketplace.needs import NeedFields
from marketplace.parks import park_by_code
from matching.records import Park
from web import labels, whatif
from web.app import create_app
from web.i18n import Language, current
from web.settings import Settings

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PASSWORD = "correct horse battery"
LEADS, SMALL, DEAR, SECOND, THIRD = "G321085", "G341129", "G322072", "G322016", "G321093"
ROOM = {"land_mu": 900, "largest_plot_mu": 400}
SHEETS: dict[str, dict[str, Any]] = {
    LEADS: ROOM | {"land_10k_mu": 8},
    SECOND: ROOM | {"land_10k_mu": 16},
    THIRD: ROOM | {"land_10k_mu": 18},
    DEAR: ROOM | {"land_10k_mu": 29},
    SMALL: {"land_mu": 102, "largest_plot_mu": 102, "land_10k_mu": 33},
}
ASKS = {"industry": "3841", "land_mu": "150", "land_price_max_10k_mu": "30", "origin": "3101", "title": "电芯二期"}
Page = Callable[..., str]


@pytest.fixture(scope="module")
def app(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """One app for all of these tests: five parks have declared a sheet."""
    path = tmp_path_factory.mktemp("whys") / "market.db"
    path.write_bytes(filled.read_bytes())
    made = create_app(f"sqlite:///{path}", Settings(demo=True), clock=lambda: NOW)
    with writing(made.state.engine) as session:
        for code, sheet in SHEETS.items():
            save_sheet(session, park_by_code(session, code), SheetFields.model_validate(sheet), by=None, now=NOW)
        session.commit()
    yield made
    made.state.engine.dispose()


@pytest.fixture(scope="module")
def browser(app: FastAPI) -> TestClient:
    made = TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert made.post("/sign-in", data={"login": "enterprise", "password": PASSWORD}).status_code == 303
    return made


@pytest.fixture(scope="module")
def address(browser: TestClient) -> str:
    answer = browser.post("/needs", data={**ASKS, "mode": "relocation"})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


@pytest.fixture
def page(browser: TestClient, address: str) -> Page:
    def at(path: str = "", *, language: str = "en", part: bool = False) -> str:
        headers = {"accept-language": language} | ({"hx-request": "true"} if part else {})
        answer = browser.get(address + path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    return at


@pytest.fixture
def english() -> Iterator[None]:
    token = current.set(Language.EN)
    yield
    current.reset(token)


def test_the_list_asks_for_its_chances_apart_and_has_a_place_for_each(page: Page, address: str) -> None:
    shown = page()
    assert f'hx-get="{address}/sure?on=2026-11-23"' in shown
    assert f'href="{address}/sure?on=2026-11-23"' in shown  # the same without JavaScript
    assert f'id="sure-{LEADS}"' in shown


def test_the_chances_stand_in_the_order_of_the_list_with_their_pictures(page: Page, app: FastAPI) -> None:
    shown, part = page("/sure"), page("/sure", part=True)
    sure = sure_of(app.state.market, NeedFields.model_validate(ASKS), on=TODAY)
    assert re.findall(r'data-sure-of="(\w+)"', shown) == list(sure.confidence)
    assert next(iter(sure.confidence)) == LEADS
    assert f"top three {100 * sure.confidence[LEADS].top3:.0f} %" in shown
    assert "<html" in shown
    assert "<html" not in part
    assert "前三概率" in page("/sure", language="zh")


@pytest.mark.usefixtures("english")
def test_the_weight_that_changes_who_leads_is_said_in_percent(page: Page, app: FastAPI) -> None:
    sure = sure_of(app.state.market, NeedFields.model_validate(ASKS), on=TODAY)
    nearest = sure.sensitivity.slides[0]
    way = "raised" if nearest.to > nearest.weight else "lowered"
    sentence = (
        f"If the weight of “{labels.criterion(nearest.criterion)}” is {way} from {100 * nearest.weight:.1f} % to "
    )
    assert sentence in page("/sure")
    assert {slide.criterion for slide in sure.sensitivity.slides}.isdisjoint(PARK_SIDE)


def test_a_park_is_told_what_it_would_take_in_units_people_use(page: Page) -> None:
    shown = page(f"/parks/{SMALL}", language="zh")
    assert "用地：150 亩（10.0 公顷） → 102 亩（6.8 公顷）" in shown
    assert "最高地价：30 万元/亩 → 33 万元/亩" in shown
    dear = page(f"/parks/{DEAR}", language="zh")
    assert re.search(r"若地价降到 [\d.]+ 万元/亩，即进入前三。", dear)


def test_why_not_is_told_gates_first_then_points_with_the_parks_side_as_one(page: Page) -> None:
    shown = page(f"/why?called={SMALL}")
    assert shown.index("Land: 48 mu (3.2 ha) short") < shown.index("Its verdict alone puts it behind")
    for name in PARK_SIDE:
        assert f"<td>{labels.criterion(name)}</td>" not in shown
    assert "Both have the same verdict: the points decide." in page(f"/why?called={DEAR}")
    assert "It stands ahead." in page(f"/why?called={LEADS}&place=10")


def test_a_part_of_a_name_offers_the_parks_of_that_name(page: Page, app: FastAPI) -> None:
    assert "Which of these?" in page("/why?called=经济开发区")
    assert "No listed park is called “无此园区”" in page("/why?called=无此园区")
    name = next(park.name for park in app.state.market.index(TODAY).parks if park.code == DEAR)
    shown = page(f"/why?called={name}")
    assert f"/parks/{DEAR}?on=2026-11-23" in shown
    assert "Which of these?" not in shown
    assert "Which of these?" not in page("/why")


def test_another_organisation_is_told_nothing(app: FastAPI, address: str) -> None:
    stranger = TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert stranger.get(address + "/sure").status_code in (303, 404)
    assert stranger.get(address + f"/why?called={DEAR}").status_code in (303, 404)


@pytest.mark.usefixtures("english")
def test_what_must_fall_is_rounded_down_and_what_must_rise_is_rounded_up() -> None:
    land = Step("land_m2", -20_000.0, 79_999.0, "m2", 0.2)
    assert whatif.step(land) == "Land: 150 mu (10.0 ha) → 119.9 mu (7.99 ha)"
    money = Step("investment_cny", 1_000_000.0, 81_000_010.0, "CNY", 0.1)
    assert whatif.step(money) == "Investment: 80 million CNY → 81.01 million CNY"
    day = Step("needed_on", 30.0, float(date(2027, 1, 31).toordinal()), "d", 0.1)
    assert whatif.step(day) == "Needed by: 2027-01-01 → 2027-01-31"
    sluggish = Slide("land_price", 0.08, 0.14503, "P")
    assert whatif.slide(sluggish, {"P": Park("P", "B Park")}).endswith("from 8.0 % to 14.6 %, B Park leads.")
    assert whatif.slide(Slide("land_price", 0.08, 0.0317, "P"), {"P": Park("P", "B Park")}).endswith(
        "from 8.0 % to 3.1 %, B Park leads."
    )
    price = Lever("land_price", (Offer("land_price_cny_m2", 300.0, 270.007, "CNY/m2"),), 0.7)
    assert whatif.lever(price) == "If Land price falls to 18 10k CNY/mu, it is among the first three."


def test_one_park_is_explained_against_the_leader_for_its_need(app: FastAPI) -> None:
    need = NeedFields.model_validate(ASKS)
    found = what_if(app.state.market, need, DEAR, on=TODAY)
    assert found.contrast is not None
    parts = whatif.parts_of(found.contrast)
    gap = 100 * (found.contrast.match.score - found.contrast.reference.score)
    assert sum(part.by for part in parts) == pytest.approx(gap, abs=0.05)


def test_the_interface_tells_the_same_with_the_parks_side_as_one_part(browser: TestClient, app: FastAPI) -> None:
    need = {name: value for name, value in ASKS.items() if name != "title"}
    sure = browser.post("/api/v1/ranking/sure?top=3", json=need).json()
    assert [each["park"] for each in sure["confidence"]][:1] == [LEADS]
    assert len(sure["confidence"]) == 3
    assert {each["criterion"] for each in sure["sensitivity"]["weights"]}.isdisjoint(PARK_SIDE)
    why = browser.post(f"/api/v1/ranking/why/{SMALL}", json=need).json()
    assert [step["field"] for step in why["joint"]["steps"]] == ["land_m2", "land_price_max_cny_m2"]
    assert (why["against"]["reference"], why["against"]["behind_by_verdict"]) == (LEADS, True)
    named = [part["criterion"] for part in why["against"]["differences"]]
    assert set(named).isdisjoint(PARK_SIDE)
    assert named[-1] == "park"
    found = what_if(app.state.market, NeedFields.model_validate(ASKS), SMALL, on=TODAY)
    assert found.contrast is not None
    gap = found.contrast.match.score - found.contrast.reference.score
    assert sum(part["by"] for part in why["against"]["differences"]) == pytest.approx(gap, abs=1e-9)
    assert browser.post("/api/v1/ranking/why/NOWHERE", json=need).status_code == 404
