"""Is a place in the ranking as probable as it is said to be?"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matching import confidence
from matching.confidence import LIMITS, of_pairs, of_parks, probabilities
from matching.draws import counted
from matching.index import Index
from matching.records import Confidence, Contribution, Need, PairMatch, Park, Resources, Standing
from matching.weights import NEED_SIDE, PARK_SIDE
from tests.matching.test_axioms import markets, needs

NEED = Need(industry="3841", asks=Resources(land_m2=100.0), land_price_max_cny_m2=500.0)
Floats = NDArray[np.float64]


def park(code: str, price: float | None = 300.0, land: float | None = 200.0) -> Park:
    return Park(code, adcode="341100", land_price_cny_m2=price, free=Resources(land_m2=land, largest_plot_m2=land))


def told(parks: list[Park], need: Need = NEED, seed: int = 0) -> dict[str, Confidence]:
    return dict(of_parks(Index.fit(parks).evaluated(need), seed=seed))


def naive(values: Floats, known: NDArray[np.bool_], weights: Floats, noise: Floats, beta: float) -> Floats:
    """Counts by sorting every draw; the first half of the criteria is the need's side."""
    half, counts = values.shape[1] // 2, np.zeros((len(values), 3))
    for drawn, u in zip(weights, noise, strict=True):
        below = u < 1 - values
        with np.errstate(divide="ignore", invalid="ignore"):
            law = np.where(below, values * u / (1 - values), 1 - (1 - u) * (1 - values) / values)
        realised = np.where(known, values, law)
        need, park = realised[:, :half] @ drawn[:half], realised[:, half:] @ drawn[half:]
        score = 0.5 * (need + park) - 0.5 * beta * np.abs(need - park)
        place = np.argsort(np.argsort(-score, kind="stable"), kind="stable")
        counts += place[:, None] < np.array(LIMITS)
    return counts


@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 4), st.floats(0, 0.4))
def test_leaving_hopeless_competitors_changes_no_count(seed: int, rows: int, half: int, beta: float) -> None:
    rng = np.random.default_rng(seed)
    values, known = rng.random((rows, 2 * half)), rng.random((rows, 2 * half)) < 0.5
    weights = rng.random((20, 2 * half))
    order = np.argsort(-weights[0], kind="stable")
    at, places = np.nonzero(~known[:, order])
    columns, sides = order[places], np.repeat([0, 1], half)
    noise, offsets = rng.random(100 + len(columns)), rng.integers(0, 100, 20)
    full = np.zeros((20, rows, 2 * half))
    for draw, offset in enumerate(offsets):
        full[draw, at, columns] = noise[offset : offset + len(columns)]
    centre = values[at, columns]
    counts = counted(
        *(np.ascontiguousarray(np.where(known, values, 1.0).T), sides, beta),
        *(np.searchsorted(at, np.arange(rows + 1)), columns, confidence._laws(centre, np.ones(len(centre)))),
        *(weights, noise, offsets, rows, np.array(LIMITS)),
    )
    assert (counts == naive(values, known, weights, full, beta)).all()


@given(needs, markets(1), st.integers(0, 1000))
def test_places_are_shared_out_once_each_and_equal_input_gives_equal_answers(
    need: Need, parks: list[Park], seed: int
) -> None:
    seen = Index.fit(parks).evaluated(need)
    ranked = int((seen.standing != 2).sum())
    found = of_parks(seen, seed=seed)
    assert len(found) == ranked
    assert found == of_parks(Index.fit(parks).evaluated(need), seed=seed)
    for limit, name in zip(LIMITS, ("rank1", "top3", "top10"), strict=True):
        assert sum(getattr(each, name) for each in found.values()) == pytest.approx(min(limit, ranked))
    assert all(each.rank1 <= each.top3 <= each.top10 for each in found.values())


@given(st.lists(st.tuples(st.none() | st.integers(1, 499), st.booleans()), min_size=2, max_size=20))
def test_an_unverified_park_never_stands_before_a_feasible_one(given: list[tuple[int | None, bool]]) -> None:
    parks = [
        park(f"P{place:02}", None if price is None else float(price), 200.0 if silent else None)
        for place, (price, silent) in enumerate(given)
    ]
    seen = Index.fit(parks).evaluated(NEED)
    found = of_parks(seen)
    feasible = [each.code for each, standing in zip(parks, seen.standing, strict=True) if standing == 0]
    for limit, name in zip(LIMITS, ("rank1", "top3", "top10"), strict=True):
        assert sum(getattr(found[code], name) for code in feasible) == pytest.approx(min(limit, len(feasible)))


def only(name: str) -> Need:
    """A need that weighs one criterion alone, on either side."""
    return replace(NEED, weights=dict.fromkeys((*NEED_SIDE, *PARK_SIDE), 0.0) | {name: 1.0})


def test_a_park_that_is_better_in_all_that_counts_and_known_is_always_first() -> None:
    found = told([park("A", 400.0), park("B", 200.0)], only("land_price"))
    assert found == {"B": Confidence(1.0, 1.0, 1.0), "A": Confidence(0.0, 1.0, 1.0)}


def test_equal_parks_keep_the_order_of_their_codes() -> None:
    found = told([park(code) for code in "CAB"], only("land_price"))
    assert [found[code].rank1 for code in "ABC"] == [1.0, 0.0, 0.0]


def test_what_is_unknown_makes_a_place_uncertain() -> None:
    need = replace(only("land_price"), land_price_max_cny_m2=None)  # a park that is silent stays feasible
    found = told([park("A", None), park("B", 495.0)], need)  # worth ½ both: as often better as worse
    assert 0.45 < found["B"].rank1 < 0.55
    found = told([park("A", None), park("B", 90.0 + 810 / 4)], need)
    assert 0.7 < found["B"].rank1 < 0.8


def test_the_mean_of_the_law_of_an_unknown_value_is_what_stands_for_it() -> None:
    centre = np.array([0.02, 0.42, 0.5, 0.9, 0.0, 1.0])
    first, low, slope, high, up = confidence._laws(centre, np.ones(6)).T
    u = (np.arange(100_000)[:, None] + 0.5) / 100_000
    lacking = np.where(u < first, low - slope * u, high + up * (1 - u))
    assert 1 - lacking.mean(axis=0) == pytest.approx(centre, abs=1e-4)
    assert lacking.min() >= 0
    assert lacking.max() <= 1


def test_weights_are_drawn_round_their_own_and_keep_the_sum_of_their_side() -> None:
    weights, blocks = np.array([0.6, 0.4, 0.0, 0.1, 0.2]), np.array([0, 0, 0, 1, 1])
    drawn = confidence._weights(np.random.default_rng(1), weights, blocks, 20_000)
    assert drawn[:, :3].sum(axis=1) == pytest.approx(1.0)
    assert drawn[:, 3:].sum(axis=1) == pytest.approx(0.3)
    assert drawn.mean(axis=0) == pytest.approx(weights, abs=0.003)
    assert drawn[:, 0].std() == pytest.approx((0.6 * 0.4 / 41) ** 0.5, rel=0.03)  # Dirichlet: w(1 − w)/(κ + 1)


def test_more_than_ten_before_a_group_leave_it_no_place() -> None:
    values, known = np.random.default_rng(0).random((5, 2)), np.ones((5, 2), dtype=np.bool_)
    weights, blocks = np.array([0.5, 0.5]), np.zeros(2, dtype=np.int64)
    assert probabilities(values, known, weights, blocks=blocks, ahead=10) == (Confidence(0.0, 0.0, 0.0),) * 5
    assert probabilities(values, known, weights, blocks=blocks, ahead=9)[4].top3 == 0.0
    assert sum(each.top10 for each in probabilities(values, known, weights, blocks=blocks, ahead=9)) == pytest.approx(1)
    assert probabilities(values[:0], known[:0], weights, blocks=blocks) == ()


def pair(code: str, values: tuple[float, float], standing: Standing = Standing.FEASIBLE) -> PairMatch:
    parts = tuple(
        Contribution(name, "need", 0.5, value, 0.3 * value, known, "hq")
        for name, value, known in zip(("talent", "market"), values, (True, False), strict=True)
    )
    score = sum(part.share for part in parts)
    return PairMatch(Park(code), Park("Z"), standing, score, (0.0, 1.0), parts)


def test_pairs_of_places_are_sure_by_what_is_known_of_them() -> None:
    pairs = [pair("A", (0.9, 0.5)), pair("B", (0.5, 0.5)), pair("C", (1.0, 0.5), Standing.UNVERIFIED)]
    first, second, unverified = of_pairs(pairs, seed=3)
    assert first.rank1 > 0.6
    assert first.rank1 + second.rank1 == pytest.approx(1.0)
    assert unverified == Confidence(0.0, 1.0, 1.0)
    assert of_pairs([], seed=3) == ()
