"""Is the owner of a need of two places told as much of its pairs as another of its parks?"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace.matches import PARK_SIDE, ROLES, Mode
from marketplace.needs import NeedFields
from marketplace.pair_explanations import sure_of_pairs
from tests.web.conftest import NOW
from tests.web.test_two_places import NEED, pair_links, published
from web import labels
from web.app import create_app
from web.settings import Settings

TODAY = NOW.date()
OTHER = "G341132"
MODES = pytest.mark.parametrize("mode", ["hq_base", "rd_manufacturing"])


@pytest.fixture(scope="module")
def app(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    path = tmp_path_factory.mktemp("pairs") / "market.db"
    path.write_bytes(filled.read_bytes())
    made = create_app(f"sqlite:///{path}", Settings(demo=True), clock=lambda: NOW)
    yield made
    made.state.engine.dispose()


@pytest.fixture(scope="module")
def browser(app: FastAPI) -> TestClient:
    made = TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert made.post("/sign-in", data={"login": "enterprise", "password": "correct horse battery"}).status_code == 303
    return made


def keys(text: str) -> list[str]:
    return re.findall(r'data-sure-of="([\w-]+)"', text)


@MODES
def test_the_pairs_of_a_list_have_their_chances(browser: TestClient, app: FastAPI, mode: str) -> None:
    need = published(browser, mode=mode)
    listed = browser.get(need).text
    assert f'hx-get="{need}/sure?on=2026-11-23"' in listed
    shown = re.findall(r'class="result-sure" id="sure-([\w-]+)"', listed)
    page, part = browser.get(f"{need}/sure"), browser.get(f"{need}/sure", headers={"hx-request": "true"})
    assert keys(page.text)[:20] == shown
    assert keys(part.text) == keys(page.text)
    assert ("<html" in page.text, "<html" in part.text) == (True, False)
    sure = sure_of_pairs(app.state.market, NeedFields.model_validate({**NEED, "mode": mode}), on=TODAY)
    assert f"前三概率 {100 * sure[0][1].top3:.0f} %" in part.text
    assert all(browser.get(link).status_code == 200 for link in pair_links(part.text)[:2])


def test_chances_without_official_ties_are_other_chances(browser: TestClient) -> None:
    need = published(browser)
    assert f'hx-get="{need}/sure?on=2026-11-23&amp;ties=off"' in browser.get(f"{need}?ties=off").text
    with_them, without = (browser.get(f"{need}/sure{ties}").text for ties in ("", "?ties=off"))
    assert keys(with_them) != keys(without)
    assert pair_links(without)
    assert all("ties=off" in link for link in pair_links(without))


def test_pairs_are_spread_over_cities_where_asked_and_say_how_far_they_moved(browser: TestClient) -> None:
    need = published(browser)
    plain, spread = browser.get(need).text, browser.get(f"{need}?diverse=1").text
    order = [re.findall(r'id="sure-([\w-]+)"', text) for text in (plain, spread)]
    assert order[0] != order[1]
    assert 'class="order-switches' in plain
    assert spread.count('<input type="hidden" name="diverse" value="1">') >= 2  # the sliders carry it, so does keep
    assert re.search(r"多样化：上升 \d+ 位|多样化.*?位", spread)
    points = [dict(zip(keys_, re.findall(r'class="result-points"[^>]*>([\d.]+)', text), strict=False))
              for keys_, text in zip(order, (plain, spread), strict=True)]  # fmt: skip
    both = points[0].keys() & points[1].keys()
    assert both
    assert all(points[0][key] == points[1][key] for key in both)


@MODES
def test_the_interface_says_how_sure_pairs_are(browser: TestClient, mode: str) -> None:
    need = {"mode": mode, "industry": "3841", "land_mu": 150, "building_m2": 5000, "origin": "310114"}
    said = browser.post("/api/v1/ranking/sure?top=3", json=need).json()
    ranked = browser.post("/api/v1/ranking?top=3", json=need).json()
    assert [row["parks"] for row in said["confidence"]] == [row["parks"] for row in ranked["results"]]
    assert all(0 <= row["rank1"] <= row["top3"] <= row["top10"] <= 1 for row in said["confidence"])


@MODES
def test_a_park_that_is_asked_about_is_told_of_in_both_roles(browser: TestClient, mode: str) -> None:
    need = published(browser, mode=mode)
    shown = browser.get(f"{need}/why?called={OTHER}", headers={"accept-language": "en"}).text
    assert all(f'id="against-{role}"' in shown for role in ROLES[Mode(mode)])
    assert "Not known yet: " in shown
    assert "Both have the same verdict: the points decide." in shown
    for name in set(PARK_SIDE) - {"chain_gap"}:
        assert f": {labels.criterion(name)}</td>" not in shown
    assert all(browser.get(link).status_code == 200 for link in pair_links(shown))
    assert "哪一个" in browser.get(f"{need}/why?called=经济开发区").text
    assert browser.get(f"{need}/why").status_code == 200


def test_a_region_that_is_excluded_is_mended_by_no_amount_in_either_role(browser: TestClient) -> None:
    need = published(browser, **{"regions.exclude": "340000"})
    shown = browser.get(f"{need}/why?called={OTHER}").text
    assert shown.count("以下各项无法靠调整数量解决：地区。") == 2
    assert shown.count("仅因硬性条件的判断就排在其后") == 2
    assert "未进前 200 名" in shown


def test_a_pair_stands_beside_the_first_and_the_first_beside_the_second(browser: TestClient) -> None:
    need = published(browser)
    links = pair_links(browser.get(need).text)
    first, last = (browser.get(link, headers={"accept-language": "en"}).text for link in (links[0], links[-1]))
    assert "rank 2" in first
    assert "It stands ahead." in first
    assert "rank 1" in last
    parts = map(float, re.findall(r'<td class="num (?:more|less)">([+-][\d.]+)', last))
    own, leader = re.findall(r"(\d+\.\d) points against (\d+\.\d)", last)[0]
    assert sum(parts) == pytest.approx(float(own) - float(leader), abs=0.2)


def test_the_interface_says_why_not_with_the_parks_side_as_one_part_of_each_place(browser: TestClient) -> None:
    need = {"mode": "hq_base", "industry": "3841", "land_mu": 150, "building_m2": 5000, "origin": "310114"}
    told = browser.post(f"/api/v1/ranking/why/{OTHER}", json=need).json()
    assert [(each["place"], each["parks"][each["place"]]) for each in told["pairs"]] == [("hq", OTHER), ("base", OTHER)]
    for each in told["pairs"]:
        gap = each["score"] - each["reference"]["score"]
        assert sum(part["by"] for part in each["differences"]) == pytest.approx(gap, abs=1e-9)
        assert {part["criterion"] for part in each["differences"]}.isdisjoint(set(PARK_SIDE))
        assert [part["place"] for part in each["differences"] if part["criterion"] == "park"] == ["base"]
    assert browser.post("/api/v1/ranking/why/NOWHERE", json=need).status_code == 404
