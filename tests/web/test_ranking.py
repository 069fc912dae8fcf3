"""Does the reader of a ranking see what fits, what fails by how much, what nobody knows, and why?"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace.capacity import SheetFields, save_sheet
from marketplace.database import writing
from marketplace.matches import NEED_SIDE, PARK_SIDE, match_of, ranked_parks
from marketplace.needs import NeedFields
from marketplace.parks import park_by_code
from marketplace.resources import Source
from web import labels, rows, side_by_side, sums, wording
from web.app import create_app
from web.i18n import Language, current
from web.settings import Settings

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PASSWORD = "correct horse battery"
ROOMY, TIGHT, DEAR, SIMULATED, SILENT, OTHER = "G342020", "G341129", "G321014", "G321015", "G321016", "G321085"
SHEETS: dict[str, dict[str, Any]] = {
    ROOMY: {"land_mu": 900, "largest_plot_mu": 400, "land_10k_mu": 20, "wage_10k_a": 7},
    TIGHT: {"land_mu": 102, "land_10k_mu": 18},
    DEAR: {"land_mu": 500, "largest_plot_mu": 300, "land_10k_mu": 33.5},
    SIMULATED: {"land_mu": 800, "largest_plot_mu": 300, "land_10k_mu": 22},
}
ASKS = {"industry": "3841", "land_mu": "150", "land_price_max_10k_mu": "30", "origin": "3101", "title": "电芯二期"}
Page = Callable[..., str]


@pytest.fixture(scope="module")
def app(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """One app for all of these tests: three parks have declared a sheet, one has a simulated one."""
    path = tmp_path_factory.mktemp("ranking") / "market.db"
    path.write_bytes(filled.read_bytes())
    made = create_app(f"sqlite:///{path}", Settings(demo=True), clock=lambda: NOW)
    with writing(made.state.engine) as session:
        for code, sheet in SHEETS.items():
            source = Source.SIMULATED if code == SIMULATED else Source.DECLARED
            fields = SheetFields.model_validate(sheet)
            save_sheet(session, park_by_code(session, code), fields, by=None, now=NOW, source=source)
        session.commit()
    yield made
    made.state.engine.dispose()


@pytest.fixture(scope="module")
def browser(app: FastAPI) -> TestClient:
    made = TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert made.post("/sign-in", data={"login": "enterprise", "password": PASSWORD}).status_code == 303
    return made


@pytest.fixture(scope="module")
def need(browser: TestClient) -> str:
    return publish(browser, ASKS)


def publish(browser: TestClient, fields: dict[str, str]) -> str:
    answer = browser.post("/needs", data=fields)
    assert answer.status_code == 303, answer.text
    return f"/needs/{answer.headers['location'].split('/')[2].split('?')[0]}"


def text_of(page: str) -> str:
    """What is read, blanks folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def listed(page: str) -> list[str]:
    return re.findall(r'name="park" value="(\w+)"', page)


def test_the_counts_are_those_of_all_parks(browser: TestClient, need: str) -> None:
    counts = re.search(r"可行 (\d+) 待核 ([\d,]+) 不可行 (\d+) 共 ([\d,]+) 个园区", text_of(browser.get(need).text))
    assert counts
    feasible, unverified, infeasible, total = (int(number.replace(",", "")) for number in counts.groups())
    assert (feasible, infeasible, total) == (2, 2, 2543)
    assert feasible + unverified + infeasible == total


def test_the_feasible_come_first_and_the_unverified_say_what_to_ask(browser: TestClient, need: str) -> None:
    page = browser.get(need).text
    assert set(listed(page)[:2]) == {ROOMY, SIMULATED}
    assert len(listed(page)) == 20
    third = page.split('<li class="result">')[3]
    assert "需园区确认：用地、最大单块用地、地价" in third
    assert "问园区要这 3 项数据" in third
    assert "用地：我方需要 150 亩（10.0 公顷）。贵园区目前可供多少，截至哪一天？" in third


def test_what_is_simulated_says_so(browser: TestClient, need: str) -> None:
    blocks = {listed(block)[0]: block for block in browser.get(need).text.split('<li class="result">')[1:]}
    assert "模拟" in blocks[SIMULATED]
    assert "模拟" not in blocks[ROOMY]


def test_the_nearest_misses_say_the_smallest_change_in_natural_units(browser: TestClient, need: str) -> None:
    misses = text_of(browser.get(need).text.split('class="section misses"')[1])
    change = "若用地减少 48 亩（3.2 公顷），即无不满足的条件，另有 1 项需园区确认。"
    assert f"用地差 48 亩（3.2 公顷） {change}" in misses
    assert "地价高出 3.5 万元/亩 若可接受地价提高 3.5 万元/亩，各项条件即全部满足。" in misses


def test_the_table_beside_the_bars_adds_up(browser: TestClient, need: str) -> None:
    twin = browser.get(need).text.split('<details class="twin">')[1]
    bodies = re.findall(r"<tr><td class=\"num\">\d+</td>.*?</tr>", twin, re.DOTALL)
    assert len(bodies) == 20
    for body in bodies:
        score, _, _, *parts = (float(cell) for cell in re.findall(r'<td class="num[^"]*">([\d.]+\.\d)', body))
        assert sum(parts) == pytest.approx(score, abs=0.05 * (len(parts) + 1))


def test_the_pieces_of_every_bar_sum_to_the_score(app: FastAPI) -> None:
    ranking = ranked_parks(app.state.market, NeedFields.model_validate(ASKS), on=TODAY, top=100, misses=20)
    matches = (*ranking.results, *ranking.misses)
    colours = rows.palette(matches)
    for match in matches:
        assert sum(share for _, share, _ in rows.parts_of(match, colours)) == pytest.approx(match.score, abs=1e-9)


def test_the_account_of_one_park_adds_up(app: FastAPI) -> None:
    for code in (ROOMY, TIGHT, SILENT):
        match = match_of(app.state.market, NeedFields.model_validate(ASKS), code, on=TODAY)
        told = sums.sums_of(match)
        assert sum(line.share for line in told.lines) == pytest.approx(told.need.share, abs=1e-12)
        assert told.need.share + told.park.share == pytest.approx(match.score, abs=1e-9)
        assert told.need.factor + told.park.factor == pytest.approx(1, abs=1e-9)
        for line in told.lines:
            assert line.weight * line.value * told.need.factor == pytest.approx(line.share, abs=1e-9)


def test_a_need_that_asks_for_nothing_says_what_to_fill_in_first(browser: TestClient) -> None:
    page = browser.get(publish(browser, {"industry": "3841"})).text
    assert "请先填写“用地”" in page
    assert re.search(r"可行 0 待核 2,543 不可行 0", text_of(page))


def test_sliders_change_the_order_and_the_link(browser: TestClient, need: str) -> None:
    near = browser.get(f"{need}?w.distance=100&w.industry_chain=0").text
    assert listed(near) != listed(browser.get(need).text)
    link = re.search(r'href="([^"]*)">本次排序的固定链接', near)
    assert link
    assert "on=2026-11-23" in link.group(1)
    assert "w.distance=100" in link.group(1)
    assert listed(browser.get(link.group(1).replace("&amp;", "&")).text) == listed(near)


def test_a_link_says_when_the_data_have_moved_on(browser: TestClient, need: str) -> None:
    link = re.search(r'href="([^"]*)">本次排序的固定链接', browser.get(need).text)
    assert link
    address = link.group(1).replace("&amp;", "&")
    assert "数据已有更新" not in browser.get(address).text
    assert "数据已有更新" in browser.get(re.sub(r"data=[^&]*", "data=2026.1-1-1", address)).text


def test_a_slider_at_zero_stays_on_the_page(browser: TestClient, need: str) -> None:
    page = browser.get(f"{need}?w.distance=0&w.industry_chain=100").text
    assert re.search(r'name="w\.distance"[^>]*value="0"', page)


def test_weights_of_zero_alone_keep_the_list_and_say_so(browser: TestClient, need: str) -> None:
    page = browser.get(f"{need}?w.distance=0&w.industry_chain=0").text
    assert listed(page) == listed(browser.get(need).text)
    assert re.search(r'id="no-weight" role="alert">', page)
    link = re.search(r'href="([^"]*)">本次排序的固定链接', page)
    assert link
    assert "w.distance" not in link.group(1)
    assert re.search(r'id="no-weight" role="alert" hidden>', browser.get(need).text)


def test_weights_are_kept_when_asked_and_beat_the_order(browser: TestClient) -> None:
    address = publish(browser, {**ASKS, "importance": "land_price"})
    answer = browser.post(f"{address}/weights", data={"w.distance": "60", "w.land_price": "40"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}?done=weights")
    edit = browser.get(f"{address}/edit").text
    assert re.search(r'value="60"[^>]*id="f-weights-distance"', edit)
    assert '<option value="land_price" selected>' not in edit


@pytest.mark.parametrize("query", ["w.distance=far", "w.distance=-3", "w.colour=3", "on=tomorrow"])
def test_a_question_that_makes_no_sense_is_answered_with_a_sentence(browser: TestClient, need: str, query: str) -> None:
    answer = browser.get(f"{need}?{query}")
    assert answer.status_code == 422
    assert '<ul class="complaint-list"><li>' in answer.text


def test_only_the_list_is_sent_to_a_page_that_stands(browser: TestClient, need: str) -> None:
    part = browser.get(f"{need}?w.distance=100", headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert listed(part) == listed(browser.get(f"{need}?w.distance=100").text)


def test_the_unverified_can_be_read_alone(browser: TestClient, need: str) -> None:
    whole = browser.get(f"{need}?top=50").text
    link = re.search(r'href="([^"]*standing=unverified)">只看待核', whole)
    assert link
    alone = browser.get(link.group(1).replace("&amp;", "&")).text
    assert listed(alone) == listed(whole)[2:22]
    assert 'class="sign sign-pass"' not in alone.split('<ol class="ranking"')[1].split("</ol>")[0]
    kept = re.search(r'href="([^"]*)">本次排序的固定链接', alone)
    assert kept
    assert "standing=unverified" in kept.group(1)


def test_more_are_shown_on_request(browser: TestClient, need: str) -> None:
    assert len(listed(browser.get(f"{need}?top=50").text)) == 50
    assert len(listed(browser.get(f"{need}?top=7").text)) == 20


def test_what_was_said_too_long_ago_is_unknown(browser: TestClient, need: str) -> None:
    later = text_of(browser.get(f"{need}?on=2027-11-23").text)
    assert re.search(r"可行 0 待核 2,543 不可行 0", later)
    ground = browser.get(f"{need}/parks/{TIGHT}?on=2027-11-23").text
    assert "已过期" in ground


def test_one_park_is_explained_gate_by_gate_with_dates_and_sources(browser: TestClient, need: str) -> None:
    page = text_of(browser.get(f"{need}/parks/{TIGHT}").text)
    assert re.search(
        r"用地 不满足 150 亩（10.0 公顷） 102 亩（6.8 公顷） .*?用地差 48 亩（3.2 公顷） 今天 园区填报", page
    )
    assert re.search(r"地价 满足 30 万元/亩 18 万元/亩", page)
    assert "若用地减少 48 亩（3.2 公顷），即无不满足的条件" in page


def test_conditions_without_amounts_say_what_was_asked_and_what_is_there(browser: TestClient) -> None:
    address = publish(browser, {**ASKS, "places.exclude": "上海", "supply_modes": "lease"})
    page = text_of(browser.get(f"{address}/parks/{ROOMY}").text)
    assert re.search(r"地区 满足 不去上海市 安徽省 合肥市", page)
    assert "需园区确认 长期租赁 –" in page


def test_the_parks_weights_are_nowhere_on_the_pages(browser: TestClient, need: str) -> None:
    own = {labels.criterion(name) for name in NEED_SIDE} | {labels.gate(name) for name in ("investment", "tax")}
    private = {labels.criterion(name) for name in PARK_SIDE} - own
    for page in (need, f"{need}/parks/{ROOMY}", f"{need}/compare?park={ROOMY}&park={TIGHT}"):
        table = re.split(r"<h2>得分是怎么加起来的|<table|<ul class=\"legend\"", browser.get(page).text, maxsplit=1)[1]
        assert [name for name in private if f">{name}<" in table] == []
        assert "对方契合度" in table


def test_up_to_four_parks_are_compared(browser: TestClient, need: str) -> None:
    query = "&".join(f"park={code}" for code in (ROOMY, TIGHT, DEAR, SILENT))
    page = browser.get(f"{need}/compare?{query}").text
    table = text_of(page)
    assert "用地 150 亩（10.0 公顷） 900 亩（60.0 公顷） 最优" in table
    assert "102 亩（6.8 公顷） 用地差 48 亩（3.2 公顷）" in table
    assert "地价高出 3.5 万元/亩" in table


def test_of_five_parks_the_first_four_are_compared_and_the_page_says_so(browser: TestClient, need: str) -> None:
    query = "&".join(f"park={code}" for code in (ROOMY, TIGHT, DEAR, SILENT, OTHER))
    fifth = browser.get(f"{need}/compare?{query}")
    assert fifth.status_code == 200
    assert "您选了 5 个园区，最多并列 4 个" in fifth.text
    head = re.search(r"<thead>.*?</thead>", fifth.text, re.DOTALL)
    assert head
    assert head.group().count('scope="col"') == 4


def test_comparing_nothing_says_how_to_choose(browser: TestClient, need: str) -> None:
    page = browser.get(f"{need}/compare").text
    assert "在排序中勾选二至四个园区" in page


def test_a_park_that_is_not_there_cannot_be_explained_or_compared(browser: TestClient, need: str) -> None:
    for path in ("/parks/NOPE", f"/compare?park={ROOMY}&park=NOPE"):
        assert browser.get(need + path).status_code == 404


def test_a_replacement_multiple_is_written_out_and_the_need_stays_its_own(app: FastAPI) -> None:
    asks = {**ASKS, "emissions_t_a": {"VOCs": "2"}}
    plain = match_of(app.state.market, NeedFields.model_validate(asks), SILENT, on=TODAY)
    [gate] = [gate for gate in plain.gates if gate.gate == "emission:VOCs"]
    doubled = replace(plain.park, replacement={"VOCs": 2.0})
    assert wording.needed(gate, plain.park) == "2 吨/年"
    doubling = gate._replace(need=4.0)
    assert wording.needed(doubling, doubled) == "2 吨/年 × 2 倍替代 = 4 吨/年"
    table = side_by_side.side_by_side([replace(plain, park=doubled, gates=(doubling,))], {})
    assert [line.need for line in table.gates] == ["2 吨/年"]


def test_the_highest_price_accepted_is_not_told_to_parks(browser: TestClient, need: str) -> None:
    assert "目前工业用地价格是多少？\n" in browser.get(need).text
    assert "可接受的最高价" not in browser.get(need).text


def test_an_estimate_from_the_province_is_called_one(app: FastAPI, browser: TestClient, need: str) -> None:
    told = sums.sums_of(match_of(app.state.market, NeedFields.model_validate(ASKS), SILENT, on=TODAY))
    lines = {line.name: line for line in told.lines}
    assert {name for name in lines if lines[name].estimated} == {"labour_cost", "green_power"}
    assert not any(line.known for line in lines.values() if line.estimated)
    assert all(abs(line.more) < 1e-9 for line in lines.values() if not line.known and not line.estimated)
    for page in (f"{need}/parks/{SILENT}", f"{need}/compare?park={SILENT}"):
        assert "估计（按所在省）" in browser.get(page).text


def test_what_is_missing_is_never_the_best(app: FastAPI) -> None:
    fields = NeedFields.model_validate(ASKS)
    found = [match_of(app.state.market, fields, code, on=TODAY) for code in (ROOMY, TIGHT, SILENT)]
    table = side_by_side.side_by_side(found, {})
    for line in (*table.criteria, *table.gates, *table.prices):
        assert [cell.kind for cell in line.cells if cell.kind == "best" and not cell.words] == []
    land = next(line for line in table.gates if line.label == "用地")
    assert [cell.kind for cell in land.cells] == ["best", "failed", "missing"]


@pytest.mark.parametrize("language", list(Language))
def test_a_change_is_never_said_smaller_than_it_must_be(language: Language) -> None:
    token = current.set(language)
    try:
        said = wording.amount("land", 48.001 * 2000 / 3, up=True)
    finally:
        current.reset(token)
    assert said.startswith("48.01 ")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_the_journey_is_said_in_one_language(browser: TestClient, need: str, lang: str) -> None:
    browser.cookies.set("lang", lang)
    try:
        for path in (need, f"{need}/edit", f"{need}/parks/{TIGHT}", f"{need}/compare?park={ROOMY}", "/needs"):
            answer = browser.get(path)
            assert answer.status_code == 200
            assert answer.text.count("<h1") == 1
            assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}"' in answer.text
    finally:
        browser.cookies.delete("lang")
