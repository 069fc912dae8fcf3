"""Do many needs against many parks get the answers that each need gets alone, whichever way they are computed?"""

import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import market
from matching import batch
from matching.errors import InputError
from matching.index import Index
from matching.records import Mode, Need, Park, Resources, Standing
from tests.matching.test_axioms import markets, needs, parks_with
from tests.matching.test_kernel import crowd

Row = tuple[int, str, float]  # standing, code or place, score
ORDER = list(Standing)


def alone(index: Index, needs: list[Need], top: int) -> tuple[list[list[Row]], list[list[Row]]]:
    """The best parks of each need and the best needs of each park, by `parks_for` need by need."""
    of_needs, of_parks = [], {park.code: [] for park in index.parks}  # type: ignore[var-annotated]
    for place, need in enumerate(needs):
        results = index.parks_for(need, len(index.parks), 0).results
        of_needs.append([(ORDER.index(each.standing), each.park.code, each.score) for each in results[:top]])
        for each in results:
            of_parks[each.park.code].append((ORDER.index(each.standing), place, each.score))
    for rows in of_parks.values():
        rows.sort(key=lambda row: (row[0], -round(row[2], 12), row[1]))
    return of_needs, [rows[:top] for rows in of_parks.values()]


def together(index: Index, needs: list[Need], top: int, **how: int) -> tuple[list[list[Row]], list[list[Row]]]:
    """The same by the batch."""
    of_needs: list[list[Row]] = [[] for _ in needs]
    found = batch.NO_PAIRS
    for part in batch.best(needs, index, top, top, **how):  # type: ignore[arg-type]
        for need, park, standing, score in zip(*map(np.ndarray.tolist, part.best), strict=True):
            of_needs[need].append((standing, index.parks[park].code, score))
        found = batch.merged(found, part.of_parks, top)
    of_parks: list[list[Row]] = [[] for _ in index.parks]
    for need, park, standing, score in zip(*map(np.ndarray.tolist, found), strict=True):
        of_parks[park].append((standing, need, score))
    return of_needs, of_parks


@given(st.lists(needs, max_size=5), markets(), st.integers(1, 4))
def test_many_needs_get_what_each_gets_alone(given: list[Need], parks: list[Park], size: int) -> None:
    index = Index.fit(parks)
    assert together(index, given, 3, size=size, workers=1) == alone(index, given, 3)


@given(
    st.lists(needs, min_size=1, max_size=4),
    parks_with(st.just("P")),
    markets(),
    st.randoms(use_true_random=False),
)
def test_near_ties_of_many_parks_are_matched_as_need_by_need(
    given: list[Need], park: Park, others: list[Park], rng: random.Random
) -> None:
    index = Index.fit(crowd(park, others, rng)[:200])
    assert together(index, given, 3, workers=1) == alone(index, given, 3)


@cache
def invented() -> tuple[Index, list[Need]]:
    return Index.fit(market.parks(1500)), market.needs(40)


def test_an_invented_market_is_matched_as_need_by_need_however_it_is_cut_and_shared() -> None:
    index, given = invented()
    expected = alone(index, given, 6)
    assert together(index, given, 6, size=7, workers=2) == expected
    assert together(index, given, 6, size=1000, workers=1) == expected


def test_more_alike_needs_than_there_is_room_for_are_all_weighed() -> None:
    index, given = invented()
    many = [replace(given[0], id=f"{n}") for n in range(150)]
    few = Index.fit(index.parks[:30])
    assert together(few, many, 2, size=150, workers=1) == alone(few, many, 2)


def test_counts_are_those_of_the_ranking() -> None:
    index, given = invented()
    for part in batch.best(given, index, 1, size=9, workers=1):
        for place, counts in zip(part.needs, part.counts.tolist(), strict=True):
            assert counts == list(index.parks_for(given[place], 1, 0).counts.values())


def test_no_need_and_no_park_are_answers() -> None:
    index, given = invented()
    assert list(batch.best([], index)) == []
    (part,) = batch.best(given[:3], Index.fit([]), 5, 5, workers=1)
    assert (len(part.best.need), len(part.of_parks.need), part.counts.tolist()) == (0, 0, [[0, 0, 0]] * 3)


def test_what_cannot_be_matched_is_told_need_by_need() -> None:
    index, given = invented()
    wrong = [replace(given[0], mode=Mode.ENCLAVE), replace(given[0], asks=Resources(land_m2=float("nan"))), given[0]]
    with pytest.raises(InputError) as told:
        list(batch.best(wrong, index))
    assert [fault.where for fault in told.value.faults] == ["N000000", "N000000", "N000000.asks.land_m2", "N000000"]


@given(st.lists(needs, max_size=5), markets(1))
def test_a_park_is_told_its_best_needs_with_the_matches_of_the_ranking(given: list[Need], parks: list[Park]) -> None:
    index = Index.fit(parks)
    _, of_parks = alone(index, given, 3)
    for park, expected in zip(index.parks, of_parks, strict=True):
        found = index.needs_for(park.code, given, 3)
        assert [(ORDER.index(match.standing), place, match.score) for place, match in found] == expected
        assert all(match == index.match(given[place], park.code) for place, match in found)
