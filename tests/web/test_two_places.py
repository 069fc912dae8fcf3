"""Does the owner of a need of two places see pairs, each place with its own conditions, and how the score adds up?"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace.matches import PARK_SIDE
from web import labels
from web.app import create_app
from web.settings import Settings

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
NEED = {"mode": "hq_base", "industry": "3841", "land_mu": "150", "building_m2": "5000", "origin": "3101"}


@pytest.fixture(scope="module")
def app(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    path = tmp_path_factory.mktemp("two") / "market.db"
    path.write_bytes(filled.read_bytes())
    made = create_app(f"sqlite:///{path}", Settings(demo=True), clock=lambda: NOW)
    yield made
    made.state.engine.dispose()


@pytest.fixture(scope="module")
def browser(app: FastAPI) -> TestClient:
    made = TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert made.post("/sign-in", data={"login": "enterprise", "password": PASSWORD}).status_code == 303
    return made


def published(browser: TestClient, **changed: str) -> str:
    answer = browser.post("/needs", data={**NEED, **changed})
    assert answer.status_code == 303, re.findall(r'class="complaint[^>]*>(.*?)</', answer.text, re.S)
    return str(answer.headers["location"]).partition("?")[0]


def words(text: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def pair_links(text: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'href="(/needs/[^"]+/pairs/[^"]+)"', text)]


def test_a_need_of_head_office_and_base_ranks_pairs(browser: TestClient) -> None:
    need = published(browser)
    shown = browser.get(need).text
    assert shown.count("result-pair") == 20
    assert {"总部", "基地"} <= set(words(shown).split())
    assert "个两地组合" in shown
    for link in pair_links(shown)[:2]:
        pair = browser.get(link)
        assert pair.status_code == 200
        assert "两地之间" in pair.text


def test_the_points_of_a_pair_add_up_and_no_park_weighs_in_the_open(browser: TestClient) -> None:
    text = browser.get(pair_links(browser.get(published(browser)).text)[0]).text
    rows = re.findall(r'<td class="num">(\d+\.\d\d)</td>', text.partition("sums-total")[0])
    total = float(re.findall(r"sums-score.*?<b>(\d+\.\d\d)</b>", text, re.S)[0])
    assert sum(map(float, rows)) == pytest.approx(total, abs=0.005 * (len(rows) + 1))
    for name in set(PARK_SIDE) - {"chain_gap"}:
        assert f'<td class="name">{labels.CRITERIA[name]}' not in text


def test_a_head_office_that_stays_is_asked_for_nothing(browser: TestClient) -> None:
    need = published(browser, hq="310100")
    shown = browser.get(need).text
    assert "留在原地" in shown
    pair = browser.get(pair_links(shown)[0]).text
    assert "总部留在原地：对此地不提出要求。" in pair


def test_official_ties_can_be_left_out(browser: TestClient) -> None:
    need = published(browser)
    without = browser.get(f"{need}?ties=off").text
    assert "未计入官方联系" in without
    assert all("ties=off" in link for link in pair_links(without))
    assert labels.CRITERIA["institution"] not in words(
        browser.get(pair_links(without)[0], headers={"accept-language": "en"}).text
    )


def test_research_and_manufacturing_rank_pairs_by_what_joins_them(browser: TestClient) -> None:
    need = published(browser, mode="rd_manufacturing")
    shown = words(browser.get(need).text)
    assert "研发地" in shown
    assert "制造地" in shown
    assert "技术梯度" in shown


def test_a_market_for_a_product_ranks_single_parks(browser: TestClient) -> None:
    need = published(browser, mode="market_product", output_10k_a="150000", land_mu="", building_m2="")
    shown = words(browser.get(need).text)
    assert "市场可消化的产量" in shown
    first = re.findall(r'href="(/needs/[^"]+/parks/[^"]+)"', browser.get(need).text)[0]
    assert "运费" in words(browser.get(unescape(first)).text)


def test_pages_of_single_parks_lead_back_to_the_pairs(browser: TestClient) -> None:
    need = published(browser)
    single = ("parks/G321085", "compare?park=G321085")
    for address in (f"{need}/{page}" for page in single):
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["location"]) == (303, need)
    relocation = published(browser, mode="relocation")
    assert browser.get(f"{relocation}/pairs/G321085/G321014").headers["location"] == relocation
    assert browser.get(f"{need}/pairs/G321085/G321085").status_code == 404
    assert browser.get(f"{need}/pairs/G321085/none").status_code == 404


def test_the_form_says_what_each_mode_asks(browser: TestClient) -> None:
    said: dict[str, Any] = {mode: browser.get(f"/needs/new?mode={mode}").text for mode in ("relocation", "hq_base")}
    for mode, text in said.items():
        assert f'name="mode" value="{mode}"' in text
    assert "总部用房" in said["hq_base"]
    assert "总部用房" not in said["relocation"]
    assert browser.get("/needs/new?mode=enclave").status_code == 200


def test_a_need_of_two_parks_is_refused_with_the_way_to_go(browser: TestClient) -> None:
    answer = browser.post("/needs", data={**NEED, "mode": "partner"})
    assert answer.status_code == 422
    assert "园区页面" in answer.text


def test_the_interface_ranks_pairs_and_keeps_the_parks_side_whole(browser: TestClient) -> None:
    need = {"mode": "hq_base", "industry": "3841", "land_mu": 150, "origin": "310114"}
    first = browser.post("/api/v1/ranking?top=3", json=need).json()["results"][0]
    assert set(first["parks"]) == {"hq", "base"}
    assert sum(part["share"] for part in first["contributions"]) == pytest.approx(first["score"], abs=1e-9)
    assert {part["criterion"] for part in first["contributions"] if part["side"] == "park"} == {"park"}


def test_the_form_weighs_what_the_mode_values(browser: TestClient) -> None:
    offered = {
        mode: set(re.findall(r'name="weights\.(\w+)"', browser.get(f"/needs/new?mode={mode}").text))
        for mode in ("relocation", "hq_base", "rd_manufacturing", "market_product")
    }
    assert offered["market_product"] == {"cover", "freight", "channel"}
    pair = {"home", "region", "zone", "match", "absorption", "access", "pilot", "factors"}
    assert offered["rd_manufacturing"] == pair
    assert {"access", "institution", "talent", "industry_chain"} <= offered["hq_base"]
    assert offered["relocation"].isdisjoint({"access", "cover"})
    need = published(browser, mode="rd_manufacturing", **{"weights.match": "90", "weights.pilot": "0"})
    assert "中试平台 0 %" in words(browser.get(need).text)


def test_a_link_says_which_data_it_was_made_on(browser: TestClient) -> None:
    shown = browser.get(published(browser)).text
    assert "2026.3-0-0" not in shown
    assert re.search(r"数据版本 \S+-2543-\d+", words(shown))
