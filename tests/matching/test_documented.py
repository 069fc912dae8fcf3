"""Part B: does the engine find the places that did cooperate, and can the judge fail it?"""

from pathlib import Path

import numpy as np
import pytest

from matching.evaluate import run
from matching.evaluate.cooperations import Cooperation, ours, read_cases
from matching.evaluate.documented import METHODS, by_engine, judged, kilometres, part_b
from matching.modes.pairs import park_pairs
from matching.records import Mode
from matching.reference import catalogue
from matching.ties import places, row_of, rows_of

CASES = Path(__file__).parents[2].parent / "shared" / "cases" / "documented_pairs.csv"


def cooperation(origin: str, destination: str, mode: Mode = Mode.ENCLAVE, **changed: object) -> Cooperation:
    return Cooperation("示例", (origin,), destination, mode, **changed)  # type: ignore[arg-type]


def figures(cooperations=None) -> dict[str, float]:
    return {figure.name: figure.value for figure in part_b(cooperations)}


def not_behind(found: dict[str, float], method: str) -> bool:
    """Neither by the median rank nor by hit@10 behind either baseline."""
    return all(
        found[f"median_rank.{method}"] <= found[f"median_rank.{other}"]
        and found[f"hit10.{method}"] >= found[f"hit10.{other}"]
        for other in ("nearest", "province")
    )


def test_on_our_own_list_the_engine_is_ahead_of_both_baselines_and_reaches_its_goals():
    found = figures()
    assert not_behind(found, "engine")
    assert found["median_rank.engine"] <= 5
    assert found["hit10.engine"] >= 0.64


def test_without_institution_terms_it_is_still_ahead_of_the_nearest():
    found = figures()
    assert found["median_rank.plain"] < found["median_rank.nearest"]
    assert found["hit10.plain"] > found["hit10.nearest"]
    assert found["auc.plain"] > 0.6


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not there")
def test_on_the_shared_cases_the_engine_is_not_behind_either_baseline():
    cases, unused = read_cases(CASES.read_text("utf-8"))
    found = figures(cases)
    assert len(cases) + len(unused) == 35
    assert not_behind(found, "engine")
    assert found["median_rank.engine"] <= 5
    assert found["hit10.engine"] >= 0.64
    assert found["median_rank.plain"] < found["median_rank.nearest"]
    assert found["auc.plain"] > 0.6


@pytest.mark.parametrize(
    ("mode", "reverse", "origin"),
    [(Mode.ENCLAVE, False, "440600"), (Mode.ENCLAVE, True, "341800"), (Mode.PARTNER, False, "511600")],
)
def test_what_is_judged_is_what_pairs_shows(mode, reverse, origin):
    """The best places in the order of `pairs --from`, each with the score of its first park."""
    parks = {park.code: row_of(park.adcode) for park in catalogue()}
    codes = [code for code, row in parks.items() if row == row_of(origin)]
    ranking = park_pairs(catalogue(), mode, origins=codes, reverse=reverse, top=60, misses=0)
    shown: dict[int, float] = {}
    for match in ranking.results:
        ends = {parks[match.first.code], parks[match.second.code]} - {row_of(origin)}
        if ends:
            shown.setdefault(ends.pop(), match.score)
    worth = by_engine(mode, reverse, (row_of(origin),), institution=True)
    assert len(shown) > 3
    assert [worth[row] for row in shown] == pytest.approx(list(shown.values()), abs=1e-9)
    others = [row for row in np.argsort(-worth, kind="stable") if row != row_of(origin)]
    assert set(others[: len(shown)]) == set(shown)


def test_the_nearest_place_is_the_first_of_the_nearest():
    shanghai = row_of("310100")
    there = np.unique(rows_of(park.adcode for park in catalogue()))
    near = min((row for row in there if row != shanghai), key=lambda row: kilometres()[shanghai, row])
    found = judged([cooperation("310100", places()[near])])
    assert found.ranks["nearest"].tolist() == [1]


def test_one_province_comes_before_another_and_distance_decides_within():
    found = judged([cooperation("320500", "321300"), cooperation("320500", "310100")])
    assert found.ranks["province"][0] < found.ranks["nearest"][0]
    assert found.ranks["province"][1] > found.ranks["nearest"][1]


def test_pairs_nobody_would_make_are_judged_badly():
    """The judge can fail the engine: far corners with each other."""
    found = figures([cooperation("650100", "460100"), cooperation("150700", "460200"), cooperation("540100", "230800")])
    assert found["median_rank.engine"] > 100
    assert found["hit10.engine"] == 0


def test_a_place_without_a_park_is_named_and_not_judged():
    garze = cooperation("513300", "510100")
    found = judged([garze, ours()[0]])
    assert found.without_park == ("示例",)
    assert [len(found.ranks[method]) for method in METHODS] == [1] * 4


def test_the_same_seed_gives_the_same_figures():
    few = ours()[:6]
    assert part_b(few, seed=3) == part_b(few, seed=3)


def test_the_interval_of_the_median_holds_the_median():
    rows = {figure.name: figure for figure in part_b(ours()[:20])}
    for method in METHODS:
        figure = rows[f"median_rank.{method}"]
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high


def test_a_file_of_cases_takes_the_place_of_our_own_list_and_its_unused_rows_are_named():
    head = "origin_province,origin_city,dest_province,dest_city,mode"
    found = run.evaluated(["B"], cases=f"{head}\n江苏,苏州,江苏,宿迁,飞地园区\n江苏,某某,江苏,宿迁,飞地园区\n")
    assert found["unused"] == ["江苏某某 → 江苏宿迁: no such place, or several"]
    assert {figure["cases"] for figure in found["figures"] if figure["name"].startswith("hit")} == {1}
