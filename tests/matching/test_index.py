"""Does the index rank the real zones and any market, alike however it came about?"""

import json
from dataclasses import replace

import cloudpickle
import pytest

from matching.answers import answer
from matching.errors import InputError
from matching.index import Index
from matching.records import Need, Park, Ranking, Regions, Resources, Standing
from matching.reference import catalogue

BATTERIES = Need(
    industry="3841",
    description="锂离子动力电池电芯与模组",
    origin="310114",
    asks=Resources(land_m2=100_000.0, power_kva=20_000.0),
    importance=("industry_chain", "land_price"),
)


@pytest.fixture(scope="module")
def zones() -> Index:
    return Index.fit(catalogue())


def codes(ranking: Ranking) -> list[str]:
    return [match.park.code for match in ranking.results]


def test_the_catalogue_is_ranked_whole_and_no_real_zone_is_feasible(zones: Index) -> None:
    ranking = zones.parks_for(BATTERIES)
    assert sum(ranking.counts.values()) == 2543
    assert ranking.counts[Standing.FEASIBLE] == 0
    assert ranking.counts[Standing.UNVERIFIED] == 2543
    assert len(ranking.results) == 20
    assert ranking.fill_first is None


def test_two_runs_give_the_same_bytes(zones: Index) -> None:
    first, second = (
        json.dumps(answer(index.parks_for(BATTERIES))) for index in (zones, Index.fit(reversed(catalogue())))
    )
    assert first == second


def test_half_the_catalogue_is_judged_as_within_the_whole(zones: Index) -> None:
    half = Index.fit(catalogue()[::2])
    left = {park.code for park in half.parks}
    whole = zones.parks_for(BATTERIES, top=len(zones.parks))
    assert half.parks_for(BATTERIES, top=len(half.parks)).results == tuple(
        match for match in whole.results if match.park.code in left
    )


def test_each_shown_match_is_the_one_judged_alone(zones: Index) -> None:
    need = replace(BATTERIES, regions=Regions(only=("34", "32"), prefer=("3401",)))
    ranking = zones.parks_for(need, top=200, misses=50)
    for match in (*ranking.results, *ranking.misses):
        assert match == zones.match(need, match.park.code)


def test_an_updated_catalogue_is_the_fitted_one(zones: Index) -> None:
    first, second = catalogue()[10], catalogue()[20]
    richer = replace(first, free=Resources(land_m2=1e6, largest_plot_m2=1e6, power_kva=1e6))
    updated = zones.updated([richer], [second.code, "no such park"])
    left = [park for park in catalogue() if park.code not in (first.code, second.code)]
    fitted = Index.fit([*left, richer])
    assert answer(updated.parks_for(BATTERIES, top=50)) == answer(fitted.parks_for(BATTERIES, top=50))
    assert codes(updated.parks_for(BATTERIES))[0] == first.code
    assert zones.match(BATTERIES, first.code).park == first


def test_a_need_that_asks_for_nothing_measurable_says_what_to_fill_first(zones: Index) -> None:
    ranking = zones.parks_for(Need(industry="3841"))
    assert (ranking.counts[Standing.UNVERIFIED], ranking.fill_first) == (2543, "land_mu")
    assert zones.parks_for(Need()).fill_first == "land_mu"
    assert zones.parks_for(Need(description="什么都好", asks=Resources(land_m2=1.0))).fill_first == "industry"
    steel = Need(industry="3110", asks=Resources(energy_tce=1.0, coal_t_a=1.0))
    assert zones.parks_for(steel).fill_first == "emissions_t_a"


def test_a_small_need_comes_to_mind_near_its_trade(zones: Index) -> None:
    ranking = zones.parks_for(Need(industry="3841", asks=Resources(land_m2=1.0)))
    assert any("锂" in word or "电池" in word for match in ranking.results[:5] for word in match.park.industries)


def test_ties_are_broken_by_code() -> None:
    parks = [Park(code) for code in ("B", "C", "A")]
    assert codes(Index.fit(parks).parks_for(Need(industry="3841"))) == ["A", "B", "C"]


def test_feasible_parks_rank_before_unverified_ones_whatever_their_scores() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=10.0))
    fits = Park("A", industries=("食品",), free=Resources(land_m2=10.0, largest_plot_m2=10.0))
    perhaps = Park("B", industries=("锂电池",), level="national", free=Resources())
    ranking = Index.fit([fits, perhaps]).parks_for(need)
    assert codes(ranking) == ["A", "B"]
    assert ranking.results[0].score < ranking.results[1].score


def test_the_nearest_misses_come_first_and_unchangeable_ones_last() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=100.0, power_kva=1000.0), regions=Regions(exclude=("31",)))
    enough = Resources(land_m2=100.0, power_kva=1000.0)
    parks = [
        Park("A", adcode="341100", free=replace(enough, land_m2=50.0)),
        Park("B", adcode="341100", free=replace(enough, power_kva=900.0)),
        Park("C", adcode="341100", free=Resources(land_m2=99.0, power_kva=999.0)),
        Park("D", adcode="310114", free=enough),
        Park("E", adcode="341100", free=replace(enough, land_m2=0.0)),
    ]
    misses = Index.fit(parks).parks_for(need).misses
    assert [match.park.code for match in misses][:2] == ["B", "A"]
    assert [match.relax and (match.relax.gate, match.relax.by) for match in misses] == [
        ("power", 100.0),
        ("land", 50.0),
        None,
        None,
        None,
    ]
    assert misses[-1].park.code == "C"


def test_a_miss_by_land_and_plot_stands_where_its_one_change_puts_it() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=100.0, power_kva=1000.0))
    parks = [
        Park("A", free=Resources(land_m2=80.0, power_kva=999.0)),
        Park("B", free=Resources(land_m2=90.0, largest_plot_m2=70.0, power_kva=1000.0)),
        Park("C", free=Resources(land_m2=500.0, largest_plot_m2=80.0, power_kva=1000.0)),
        Park("D", free=Resources(land_m2=75.0, power_kva=1000.0)),
        Park("E", free=Resources(land_m2=90.0, largest_plot_m2=0.0, power_kva=1000.0)),
    ]
    misses = Index.fit(parks).parks_for(need).misses
    assert [(match.park.code, match.relax and (match.relax.gate, match.relax.by)) for match in misses] == [
        ("C", ("plot", 20.0)),
        ("D", ("land", 25.0)),
        ("B", ("plot", 30.0)),
        ("E", None),
        ("A", None),
    ]


def test_an_empty_market_and_one_park_work() -> None:
    empty = Index.fit([]).parks_for(BATTERIES)
    assert (empty.results, empty.misses, sum(empty.counts.values())) == ((), (), 0)
    assert codes(Index.fit([Park("A")]).parks_for(Need(), top=0)) == []
    assert codes(Index.fit([]).updated([Park("A")]).parks_for(BATTERIES)) == ["A"]
    assert Index.fit([Park("A")]).updated([], ["A"]).parks == ()


def test_a_park_without_industries_and_of_no_area_works() -> None:
    bare = Park("A", area_m2=0.0, free=Resources(land_m2=0.0))
    assert Index.fit([bare]).match(BATTERIES, "A").standing is Standing.INFEASIBLE


def test_two_parks_of_one_code_are_refused() -> None:
    with pytest.raises(InputError, match="A is given to more than one park"):
        Index.fit([Park("A"), Park("B"), Park("A")])
    with pytest.raises(InputError, match="A is given"):
        Index.fit([]).updated([Park("A"), Park("A")])


def test_a_park_that_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match="There is no park X"):
        Index.fit([Park("A")]).match(BATTERIES, "X")


@pytest.mark.parametrize("quick", [False, True])
def test_another_process_gets_the_parks_and_answers_the_same(zones: Index, quick: bool) -> None:
    here = zones.quickened() if quick else zones
    written = cloudpickle.dumps(here)
    there = cloudpickle.loads(written)
    assert len(written) < 2 * len(cloudpickle.dumps(zones.parks))
    assert (there.sheets is not None) is quick
    assert answer(there.parks_for(BATTERIES)) == answer(here.parks_for(BATTERIES))
