"""Does the compiled kernel propose what the plain columns would show, near ties and unknown amounts included?"""

import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import kernel
from matching.errors import InputError
from matching.index import Index
from matching.records import Need, Park, Regions, Resources
from matching.reference import catalogue
from tests.matching.oracle import keys, ranked
from tests.matching.test_axioms import markets, needs, parks_with

BATTERIES = Need(
    industry="3841",
    description="锂离子动力电池电芯与模组",
    origin="310114",
    asks=Resources(land_m2=100_000.0, power_kva=20_000.0),
    regions=Regions(exclude=("31", "32")),
)


@cache
def zones() -> Index:
    return Index.fit(catalogue())


def crowd(park: Park, others: list[Park], rng: random.Random) -> list[Park]:
    """Many parks that hardly differ: more than one block of the kernel, with exact and near ties."""
    found = []
    for place in range(700):
        like = rng.choice([park, *others])
        rate = None if like.response_rate is None else like.response_rate * rng.choice((1.0, 1.0 - 1e-9, 1.0 - 1e-6))
        land = like.free.land_m2
        more = land if land is None else land * rng.choice((1.0, 1.0 + 1e-12, 1.0 - 1e-10, 1.0 + 1e-7))
        free = replace(like.free, land_m2=more)
        found.append(replace(like, code=f"C{place:03d}", response_rate=rate, free=free))
    return found


@given(needs, markets(), st.booleans())
def test_an_index_with_the_kernel_answers_as_one_without(need: Need, parks: list[Park], only: bool) -> None:
    index = Index.fit(parks)
    quick = index.quickened()
    for top, misses in ((2, 1), (len(parks), len(parks)), (0, 0)):
        expected = ranked(index, need, top, misses, unverified_only=only)
        assert quick.parks_for(need, top, misses, unverified_only=only) == expected


@given(needs, parks_with(st.just("P")), markets(), st.randoms(use_true_random=False))
def test_near_ties_of_many_parks_stay_in_the_order_of_float64(
    need: Need, park: Park, others: list[Park], rng: random.Random
) -> None:
    index = Index.fit(crowd(park, others, rng))
    assert index.quickened().parks_for(need, 5, 3) == ranked(index, need, 5, 3)


@given(needs, markets(1))
def test_no_key_is_further_from_its_score_than_the_bound(need: Need, parks: list[Park]) -> None:
    exact, quick, bound = keys(Index.fit(parks), need)
    assert np.all(np.abs(exact - quick) <= bound[0])
    assert bound[0] < 1e-4


@given(needs)
def test_the_catalogue_is_ranked_alike(need: Need) -> None:
    index = zones()
    assert quick_zones().parks_for(need) == ranked(index, need, 20, 5)


@cache
def quick_zones() -> Index:
    return zones().quickened()


def test_almost_every_need_is_ranked_by_the_kernel() -> None:
    exact, quick, bound = keys(zones(), BATTERIES)
    assert len(quick) == 2543
    assert np.all(np.abs(exact - quick) <= bound[0])


def test_a_gate_turns_where_float64_turns_it() -> None:
    asked = 1234.5
    amounts = [
        asked,
        np.nextafter(asked, 0),
        asked * (1 - 5e-10),
        asked * (1 - 2e-9),
        asked * (1 - 1e-12),
        asked + 1e-9,
    ]
    parks = [Park(f"P{n}", free=Resources(power_kva=float(amount))) for n, amount in enumerate(amounts)]
    index = Index.fit(parks)
    need = Need(industry="3841", asks=Resources(power_kva=asked))
    found = index.quickened().parks_for(need, 9, 9)
    assert found == ranked(index, need, 9, 9)
    assert [match.park.code for match in found.misses] == ["P3"]


def test_two_amounts_of_one_float32_on_either_side_of_a_need_are_told_apart() -> None:
    parks = [Park("A", free=Resources(power_kva=1000.0)), Park("B", free=Resources(power_kva=1000.0 * (1 - 3e-9)))]
    need = Need(industry="3841", asks=Resources(power_kva=1000.0))
    index = Index.fit(parks)
    assert len(keys(index, need)[1]) == 0
    assert [match.park.code for match in index.quickened().parks_for(need).misses] == ["B"]


def test_an_updated_index_stays_quick() -> None:
    changed = quick_zones().updated([replace(catalogue()[7], name="changed")])
    assert changed.sheets is not None
    assert changed.parks_for(BATTERIES) == Index.fit(changed.parks).parks_for(BATTERIES)


def test_weights_for_nothing_are_refused_alike() -> None:
    need = Need(industry="3841", weights={"distance": 1.0})
    for index in (zones(), quick_zones()):
        with pytest.raises(InputError, match="Weights are given only to what this need says nothing about"):
            index.parks_for(replace(need, weights={**dict.fromkeys(("region", "delivery"), 1.0), **nothing()}))


def nothing() -> dict[str, float]:
    from matching.weights import NEED_SIDE, PARK_SIDE

    return {name: 0.0 for name in (*NEED_SIDE, *PARK_SIDE) if name not in ("region", "delivery")}


def test_the_kernel_knows_the_criteria_by_their_places() -> None:
    from matching.tables import CRITERIA

    assert CRITERIA.index("industry_chain") == kernel.CHAIN
    assert CRITERIA.index("response_rate") == kernel.RESPONSE
    assert CRITERIA.index("chain_gap") == kernel.GAP
    assert CRITERIA.index("pollutant_share") == kernel.POLLUTANTS
    assert CRITERIA.index("jobs") == kernel.JOBS
