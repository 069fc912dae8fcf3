"""Does the stated change of weights put that park first, and does no smaller one?"""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.explain import Evaluated
from matching.index import Index
from matching.ranks import ranked
from matching.records import Need, Park, Resources
from matching.sensitivity import sensitivity
from tests.matching.test_axioms import markets, needs

STEP = 1e-6


def seen_of(need: Need, parks: list[Park]) -> Evaluated:
    return Index.fit(parks).evaluated(need)


def leader(need: Need, index: Index) -> str:
    seen = index.evaluated(need)
    return seen.parks[ranked(seen)[0]].code


def weighed(need: Need, seen: Evaluated, weights: dict[str, float]) -> Need:
    """The need with these weights of its side, those of the park's side as they are."""
    others = {each.criterion: each.weight for each in seen.criteria if each.side == "park"}
    kept = {name: weight if weight > 1e-11 else 0.0 for name, weight in (weights | others).items()}
    return replace(need, importance=(), weights=kept)


def own_weights(seen: Evaluated) -> dict[str, float]:
    return {each.criterion: each.weight for each in seen.criteria if each.side == "need"}


def slid(weights: dict[str, float], name: str, to: float) -> dict[str, float]:
    """One weight moved, the others keeping their ratios."""
    rest = (1 - to) / (1 - weights[name])
    return {each: to if each == name else weight * rest for each, weight in weights.items()}


@given(needs, markets(2))
def test_just_beyond_the_stated_weight_another_leads_and_just_before_it_does_not(need: Need, parks: list[Park]) -> None:
    index = Index.fit(parks)
    seen = index.evaluated(need)
    weights = own_weights(seen)
    for slide in sensitivity(seen).slides:
        first = leader(need, index)
        way = 1 if slide.to >= slide.weight else -1
        before, after = slide.to - way * STEP, slide.to + way * STEP
        if (before - slide.weight) * way > 0:
            assert leader(weighed(need, seen, slid(weights, slide.criterion, before)), index) == first
        if 0 <= after <= 1:
            assert leader(weighed(need, seen, slid(weights, slide.criterion, after)), index) != first


@given(needs, markets(2), st.integers(1, 19))
def test_no_smaller_move_of_a_slider_changes_the_leader(need: Need, parks: list[Park], tried: int) -> None:
    index = Index.fit(parks)
    seen = index.evaluated(need)
    weights = own_weights(seen)
    nearest = {slide.criterion: abs(slide.to - slide.weight) for slide in sensitivity(seen).slides}
    if not len(ranked(seen)) or len(weights) < 2:
        assert not nearest
        return
    first = leader(need, index)
    for name, weight in weights.items():
        to = tried / 20
        if weight < 1 and abs(to - weight) < nearest.get(name, 2.0) - STEP:
            assert leader(weighed(need, seen, slid(weights, name, to)), index) == first


@given(needs, markets(2), st.randoms(use_true_random=False))
def test_the_shift_puts_another_first_and_none_smaller_between_any_two_does(
    need: Need, parks: list[Park], rng: random.Random
) -> None:
    index = Index.fit(parks)
    seen = index.evaluated(need)
    found, weights = sensitivity(seen), own_weights(seen)
    if found.shift is None:
        return
    shift, first = found.shift, leader(need, index)

    def moved(giver: str, taker: str, by: float) -> str:
        after = weights | {giver: max(0.0, weights[giver] - by), taker: weights[taker] + by}
        return leader(weighed(need, seen, after), index)

    if shift.by + STEP <= weights[shift.giver]:
        assert moved(shift.giver, shift.taker, shift.by + STEP) != first
    for _ in range(5):
        giver, taker = rng.sample(sorted(weights), 2)
        by = min(weights[giver], shift.by - STEP)
        if by > 0:
            assert moved(giver, taker, by) == first


def test_a_cheaper_park_leads_once_the_price_weighs_enough() -> None:
    free = {"A": 400.0, "B": 200.0}
    prices = {"A": 495.0, "B": 90.0}
    parks = [
        Park(code, free=Resources(land_m2=free[code], largest_plot_m2=400.0), land_price_cny_m2=prices[code])
        for code in "AB"
    ]
    need = Need(
        description="无此行业",
        asks=Resources(land_m2=100.0),
        weights={"land_slack": 0.8, "land_price": 0.2} | dict.fromkeys(ZERO, 0.0),
    )
    found = sensitivity(seen_of(need, parks))
    # A has 1 and .5, B .8 and 1: equal where .2·w = .5·(1 − w)
    assert {(slide.criterion, slide.leader) for slide in found.slides} == {("land_price", "B"), ("land_slack", "B")}
    price = next(slide for slide in found.slides if slide.criterion == "land_price")
    assert (price.weight, price.to) == (pytest.approx(0.2), pytest.approx(0.2 / 0.7))
    assert found.shift is not None
    assert (found.shift.giver, found.shift.taker) == ("land_slack", "land_price")
    assert found.shift.by == pytest.approx(0.2 / 0.7 - 0.2)


ZERO = (
    *("text", "energy_slack", "environment_slack", "market", "talent", "services", "labour_cost", "distance"),
    *("delivery", "green_power", "response_rate", "region", "industry_chain"),
    *("investment", "tax", "chain_gap", "energy_intensity", "technology", "pollutant_share", "jobs"),
)


def test_one_park_or_one_criterion_leaves_nothing_to_change() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=100.0))
    assert sensitivity(seen_of(need, [Park("A")])).slides == ()
    alone = replace(need, weights=dict.fromkeys(ZERO, 0.0) | {"land_price": 0.0, "land_slack": 1.0})
    assert sensitivity(seen_of(alone, [Park("A"), Park("B")])).shift is None


def test_equal_parks_and_a_tie_at_the_very_end_are_no_change_of_the_leader() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=100.0))
    assert sensitivity(seen_of(need, [Park("A"), Park("B")])).slides == ()
    weights = dict.fromkeys(ZERO, 0.0) | {"land_slack": 0.8, "land_price": 0.2}
    parks = [
        Park(code, free=Resources(land_m2=land, largest_plot_m2=400.0), land_price_cny_m2=300.0)
        for code, land in (("A", 400.0), ("B", 200.0))
    ]
    alike = sensitivity(seen_of(replace(need, weights=weights), parks))  # without the land they are equal
    assert alike.slides == ()
    assert alike.shift is None
