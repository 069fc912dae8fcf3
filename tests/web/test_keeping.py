"""Can an enterprise order, keep, check and mark on the pages, for its own needs alone?"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import learning
from marketplace.capacity import SheetFields, save_sheet
from marketplace.database import reading, writing
from marketplace.learning import Crowding, LearnedVersion
from marketplace.parks import park_by_code
from marketplace.signals import Signal
from matching.learn import TERMS, Learned
from web.app import create_app
from web.settings import Settings

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
ASKS = {"industry": "3841", "land_mu": "150", "origin": "3101", "title": "电芯二期"}
Sign = Callable[[str], TestClient]


@pytest.fixture(scope="module")
def app(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """One app for all of these tests; the clock is moved by `later`."""
    path = tmp_path_factory.mktemp("keeping") / "market.db"
    path.write_bytes(filled.read_bytes())
    made = create_app(f"sqlite:///{path}", Settings(demo=True), clock=lambda: NOW)
    with writing(made.state.engine) as session:
        theta = dict.fromkeys(TERMS, 1.0) | {"industry_chain": 0.0, "text": 0.0, "distance": 3.0}
        learned = Learned(theta, 400, "2026-11-01-1", gate={"promoted": True})
        row = LearnedVersion(version="2026-11-01-1", promoted=True, document=learned.document, made_at=NOW)
        session.add(row)
        session.commit()
    yield made
    made.state.engine.dispose()


def browser_of(app: FastAPI, login: str) -> TestClient:
    made = TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert made.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
    return made


@pytest.fixture(scope="module")
def browser(app: FastAPI) -> TestClient:
    return browser_of(app, "enterprise")


@pytest.fixture
def need(browser: TestClient) -> str:
    answer = browser.post("/needs", data=ASKS)
    assert answer.status_code == 303, answer.text
    return f"/needs/{answer.headers['location'].split('/')[2].split('?')[0]}"


def listed(page: str) -> list[str]:
    return re.findall(r'name="park" value="(\w+)"', page)


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def shown(browser: TestClient, address: str, **params: Any) -> str:
    answer = browser.get(address, params=params or None)
    assert answer.status_code == 200, answer.text
    return answer.text


def crowded(app: FastAPI, page: str) -> str:
    """The leader of a page becomes dear; the version of the prices."""
    with writing(app.state.engine) as session:
        version = f"2026-11-23-{1 + len(session.exec(select(Crowding.id)).all())}"
        session.add(Crowding(version=version, needs=9, prices={listed(page)[0]: 0.02}, made_at=NOW))
        session.commit()
    return version


def test_switches_are_off_until_asked_for(browser: TestClient, need: str) -> None:
    page = shown(browser, need)
    assert "评分之外的排序" in page
    assert "checked" not in page.split("order-switches")[1].split("</form>")[0]
    assert "排名后移" not in page


def test_a_crowded_leader_falls_and_its_score_stays(app: FastAPI, browser: TestClient, need: str) -> None:
    plain = shown(browser, need, standing="unverified")
    page = shown(browser, need, standing="unverified", uncrowded=crowded(app, plain))
    leader = listed(plain)[0]
    assert listed(page)[0] == listed(plain)[1] != leader
    long = shown(browser, need, standing="unverified", uncrowded=crowded(app, plain), top=100)
    assert leader in listed(long)[1:]
    assert "竞争热度：排名后移" in long
    with reading(app.state.engine) as session:
        assert learning.crowding(session) is not None


def test_a_learned_and_a_diverse_order_say_how_far_rows_moved(browser: TestClient, need: str) -> None:
    assert "学习调整：排名前移" in shown(browser, need, learned="2026-11-01-1")
    assert "多样化：排名前移" in shown(browser, need, diverse="1")


def test_the_permanent_link_and_the_sliders_carry_the_order(browser: TestClient, need: str) -> None:
    page = shown(browser, need, diverse="1", learned="2026-11-01-1")
    link = next(href for href in re.findall(r'href="([^"]*)"', page) if "data=" in href)
    assert "diverse=1" in link
    assert "learned=2026-11-01-1" in link
    sliders = page.split('id="weights"')[1].split("</form>")[0]
    assert 'name="diverse" value="1"' in sliders


def test_an_unknown_version_is_no_page(browser: TestClient, need: str) -> None:
    assert browser.get(need, params={"learned": "2020-01-01-1"}).status_code == 404
    assert browser.get(need, params={"uncrowded": "x"}).status_code == 404


def kept(browser: TestClient, need: str, **fields: str) -> str:
    answer = browser.post(f"{need}/keep", data=fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def changed(app: FastAPI, code: str, land: int) -> None:
    with writing(app.state.engine) as session:
        sheet = SheetFields.model_validate({"land_mu": land, "largest_plot_mu": land})
        save_sheet(session, park_by_code(session, code), sheet, by=None, now=NOW + timedelta(hours=1))
        session.commit()


def test_a_kept_list_stays_and_is_made_again_after_a_sheet_changed(
    app: FastAPI, browser: TestClient, need: str
) -> None:
    before = listed(shown(browser, need))
    address = kept(browser, need, diverse="1", **{"w.land_price": "60", "top": "20"})
    page = main_of(shown(browser, address))
    changed(app, before[-1], 900)
    assert before[-1] in listed(shown(browser, need))[:3]
    assert main_of(shown(browser, address)) == page
    assert "逐字节一致" in shown(browser, address, check="1")
    assert address in shown(browser, need)


def test_a_link_of_yesterday_shows_yesterdays_list(app: FastAPI, browser: TestClient, need: str) -> None:
    page = shown(browser, need)
    link = next(href for href in re.findall(r'href="([^"]*)"', page) if "data=" in href).replace("&amp;", "&")
    changed(app, listed(page)[-2], 800)
    assert listed(shown(browser, need)) != listed(page)
    again = shown(browser, link)
    assert listed(again) == listed(page)
    assert "已按此链接所指的数据" in again
    assert "数据已更新" not in again


def test_a_kept_list_and_a_mark_are_their_owners_alone(app: FastAPI, browser: TestClient, need: str) -> None:
    address = kept(browser, need)
    stranger = browser_of(app, "park")
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{need}/keep").status_code == 404
    assert stranger.post(f"{need}/parks/G341129/star").status_code == 404
    anybody = TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert anybody.get(address).status_code in (303, 401)
    assert browser.get(f"{need}/kept/nothing").status_code == 404


def signals_of(app: FastAPI) -> list[tuple[str, int | None]]:
    with reading(app.state.engine) as session:
        return [(str(row.kind), row.rank) for row in session.exec(select(Signal).order_by("id"))]


def test_looking_at_a_match_is_noted_once_with_its_rank(app: FastAPI, browser: TestClient, need: str) -> None:
    before = signals_of(app)
    page = shown(browser, need)
    more = next(href for href in re.findall(r'href="([^"]*)"', page) if "rank=3" in href).replace("&amp;", "&")
    for _ in range(2):
        shown(browser, more)
    assert signals_of(app)[len(before) :] == [("detail", 3)]


def test_a_star_is_set_shown_and_taken_away(app: FastAPI, browser: TestClient, need: str) -> None:
    code = listed(shown(browser, need))[1]
    answer = browser.post(f"{need}/parks/{code}/star", data={"star": "on", "rank": "2"})
    assert answer.status_code == 303
    assert ("favourite", 2) in signals_of(app)
    assert "已收藏" in shown(browser, need)
    assert 'aria-pressed="true"' in shown(browser, f"{need}/parks/{code}")
    browser.post(f"{need}/parks/{code}/star", data={"star": "off"})
    assert "已收藏" not in shown(browser, need)


@pytest.mark.parametrize("fields", [{"on": "x", "top": "y", "rank": "-1"}, {"w.land_price": "abc"}, {"learned": "no"}])
def test_odd_words_in_the_forms_are_refused_or_left_out(browser: TestClient, need: str, fields: dict[str, str]) -> None:
    assert browser.post(f"{need}/keep", data=fields).status_code in (303, 404, 422)
    assert browser.get(f"{need}/parks/G341129", params={"rank": "99999999999"}).status_code == 200


def test_a_list_of_pairs_is_kept_and_made_again(app: FastAPI, browser: TestClient) -> None:
    asks = {"industry": "3841", "mode": "hq_base", "land_mu": "150", "hq": "310000", "title": "总部与基地"}
    answer = browser.post("/needs", data=asks)
    need = f"/needs/{answer.headers['location'].split('/')[2].split('?')[0]}"
    assert f'action="{need}/keep"' in shown(browser, need)
    address = kept(browser, need, ties="off")
    page = shown(browser, address, check="1")
    assert "逐字节一致" in page
    assert page.count(" + ") >= 20
