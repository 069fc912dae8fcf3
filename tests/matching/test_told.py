"""Does an answer tell how sure, against whom and what would change it, without changing what it said before?"""

from dataclasses import replace

import pytest
from hypothesis import given

from matching.answers import answer
from matching.index import Index
from matching.records import Contribution, Mode, Need, PairMatch, PairRanking, Park, Resources, Standing
from matching.told import why_not_document, with_pairs, with_parks
from tests.matching.test_axioms import markets, needs

ADDED = {"against_leader", "against_prior", "top_three"}


@given(needs, markets(1))
def test_what_is_told_is_added_and_changes_nothing(need: Need, parks: list[Park]) -> None:
    index = Index.fit(parks)
    ranking = index.parks_for(need)
    plain = answer(ranking)
    told = with_parks(plain, ranking, index.evaluated(need))
    for before, after in zip(plain["results"], told["results"], strict=True):
        assert after.keys() - before.keys() == ADDED
        assert {name: each for name, each in after.items() if name in before} | {"confidence": None} == before
        assert set(after["confidence"]) == {"rank1", "top3", "top10"}
    for before, after in zip(plain["misses"], told["misses"], strict=True):
        assert after == before | {name: after[name] for name in ("changes", "joint", "unchangeable")}
    assert told["results"] == [] or told["results"][0]["against_leader"] is None


@given(needs, markets(2))
def test_the_parts_against_the_leader_sum_to_the_difference_of_the_scores(need: Need, parks: list[Park]) -> None:
    index = Index.fit(parks)
    ranking = index.parks_for(need)
    results = with_parks(answer(ranking), ranking, index.evaluated(need))["results"]
    for row in results[1:]:
        parts = sum(part["by"] for part in row["against_leader"])
        assert parts == pytest.approx(row["score"] - results[0]["score"], abs=1e-9)


def test_why_not_is_told_against_the_first_and_the_tenth_once_each() -> None:
    free = Resources(land_m2=200.0, largest_plot_m2=200.0)
    parks = [Park(f"P{number:02}", free=free, land_price_cny_m2=100.0 + number) for number in range(12)]
    need = Need(industry="3841", asks=Resources(land_m2=100.0))
    seen = Index.fit(parks).evaluated(need)
    found = why_not_document(seen, "P11")
    assert [(each["rank"], each["reference"]["park"], each["reference"]["rank"]) for each in found] == [
        (12, "P00", 1),
        (12, "P09", 10),
    ]
    assert [each["reference"]["park"] for each in why_not_document(Index.fit(parks[:2]).evaluated(need), "P01")] == [
        "P00"
    ]
    lacking = Index.fit([*parks, Park("Q", free=replace(free, land_m2=60.0))]).evaluated(need)
    told = why_not_document(lacking, "Q")[0]
    assert (told["behind_by_verdict"], told["changes"][0]["by"], told["joint"]["steps"][0]["to"]) == (True, 40.0, 60.0)


def test_pairs_are_told_against_the_first_pair_with_the_place_of_each_part() -> None:
    def pair(code: str, value: float) -> PairMatch:
        parts = (Contribution("talent", "need", 1.0, value, value, True, "hq"),)
        return PairMatch(Park(code), Park("Z"), Standing.FEASIBLE, value, (value, value), parts)

    found = (pair("A", 0.9), pair("B", 0.4))
    ranking = PairRanking(Mode.HQ_BASE, dict.fromkeys(Standing, 0), found)
    first, second = with_pairs(answer(ranking), ranking, found)["results"]
    assert (first["confidence"]["rank1"], first["against_leader"]) == (1.0, None)
    assert second["against_leader"] == [
        {"criterion": "talent", "side": "need", "place": "hq", "by": pytest.approx(-0.5)}
    ]
