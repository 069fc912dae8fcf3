"""Does the page on method and evaluation show what was found, failures included?"""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from matching.evaluate import run
from web import figures, method


def figure(name: str, value: float, **more: Any) -> dict[str, Any]:
    row = {"part": "A", "name": name, "value": value, "low": None, "high": None, "goal": None, "most": False}
    row |= {"cases": 300, "reached": None} | more
    return row


KEPT = {
    "engine": "0.1.0",
    "reference": "1",
    "on": "2026-11-23",
    "size": "ci",
    "seed": 0,
    "counts": {},
    "parts": ["A"],
    "figures": [
        figure("engine_over.ceiling.mid", 0.61, low=0.58, high=0.64, goal=0.75, reached=False),
        figure("engine_over.topsis.mid", 1.99, goal=1.3, reached=True),
        figure("ndcg.engine.mid", 0.4, low=0.38, high=0.42),
        figure("ndcg.topsis.mid", 0.2),
        figure("axiom.sums", 0.0, part="D", goal=0.0, most=True, reached=True, cases=500),
        figure("axiom.scale", 3.0, part="D", goal=0.0, most=True, reached=False, cases=400),
        figure("brier_skill.true.mid", -0.9),
    ],
}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    path = tmp_path / "latest.json"
    path.write_text(json.dumps(KEPT), encoding="utf-8")
    monkeypatch.setattr(run, "LATEST", path)
    run.latest.cache_clear()


@pytest.fixture(autouse=True)
def fresh() -> Any:
    yield
    run.latest.cache_clear()


@pytest.mark.usefixtures("kept")
def test_what_fails_stands_at_the_top_with_its_figure_and_its_goal(client: TestClient) -> None:
    page = client.get("/method").text
    assert "4 项目标中达到 2 项，未达到 2 项" in page
    top = page.index("未达到 2 项")
    assert top < page.index("占可达上限的比例 · 隐藏信息中等: 61.0 %") < page.index("得分怎样算出</h2>")
    assert page.count("未达到") > 2


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(("lang", "words"), [("zh", "58.0 % – 64.0 %"), ("en", "A market whose true values are known")])
def test_figures_stand_beside_intervals_baselines_and_cases(client: TestClient, lang: str, words: str) -> None:
    client.cookies.set("lang", lang)
    page = client.get("/method").text
    assert words in page
    assert "+99 %" in page
    assert "400" in page
    assert "0.380 – 0.420" in page


def test_without_figures_the_page_says_so(client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(run, "LATEST", tmp_path / "none.json")
    run.latest.cache_clear()
    assert "尚未留存评测结果" in client.get("/method").text


def test_the_kept_figures_of_this_version_are_whole_and_worded() -> None:
    found = run.latest()
    assert found is not None
    assert set(found["parts"]) == set(run.PARTS)
    for row in figures.rows(found):
        assert not any(word in row.label for word in (".", "_")), row.label
        assert row.value != "–"
    judged = [row for row in figures.rows(found) if row.goal]
    assert all(row.reached is not None for row in judged)


def test_charts_leave_out_methods_without_figures_and_bars_stay_within_the_scale() -> None:
    rows = figures.rows(KEPT)
    drawn = method.planted(rows)
    assert [bar.label for bar in drawn.bars] == ["本引擎", "TOPSIS（带硬门槛）"]
    assert [(bar.length, bar.low, bar.high) for bar in drawn.bars] == [(40.0, 38.0, 42.0), (20.0, None, None)]
    assert method.documented(rows).bars == ()
    assert [row.name for row in method.others(rows)] == ["brier_skill.true.mid"]
    assert method.cases(method.axioms(rows)) == 400


def test_the_footer_leads_to_the_method(client: TestClient) -> None:
    assert 'href="/method"' in client.get("/parks").text


def test_keeping_figures_replaces_only_the_parts_that_were_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(run, "LATEST", tmp_path / "latest.json")
    run.latest.cache_clear()
    run.save(KEPT)
    run.latest.cache_clear()
    run.save(KEPT | {"parts": ["D"], "figures": [figure("axiom.sums", 1.0, part="D")]})
    found = json.loads((tmp_path / "latest.json").read_text("utf-8"))
    assert [row["name"] for row in found["figures"] if row["part"] == "D"] == ["axiom.sums"]
    assert len([row for row in found["figures"] if row["part"] == "A"]) == 5
