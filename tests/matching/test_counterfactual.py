"""Does the least change admit a park, and is it the least; does an offer bring a park to the top, and no less?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from matching.counterfactual import Change, changed, joint, single, unchangeable
from matching.explain import Evaluated
from matching.gates import Call
from matching.index import Index
from matching.levers import Lever, levers, offered
from matching.ranks import ranked
from matching.records import Need, Park, Resources, Standing
from tests.matching.test_axioms import markets, needs, parks_with

NEED = Need(
    industry="3841",
    asks=Resources(land_m2=100.0, power_kva=50.0),
    investment_cny=20_000.0,
    tax_cny_a=1_000.0,
    land_price_max_cny_m2=300.0,
    needed_on=date(2027, 6, 30),
)


def standing(need: Need, park: Park) -> Standing:
    return Index.fit([park]).match(need, park.code).standing


def seen_of(need: Need, *parks: Park) -> Evaluated:
    return Index.fit(parks).evaluated(need)


def least(need: Need, park: Park) -> Change:
    found = joint(seen_of(need, park), 0)
    assert found is not None
    return found


def part_of(change: Change, need: Need, part: float) -> Need:
    """The need after this part of every step; a date by one day less."""
    steps = []
    for step in change.steps:
        by = step.by - 1 if step.field == "needed_on" and part < 1 else step.by * part
        steps.append(replace(step, to=step.to - step.by + by))
    return changed(need, steps)


@given(needs, parks_with(st.just("P")))
def test_the_joint_change_admits_the_park_and_one_percent_less_does_not(need: Need, park: Park) -> None:
    seen = seen_of(need, park)
    assume(seen.standing[0] == 2)
    change = joint(seen, 0)
    if change is None:
        assert unchangeable(seen, 0)
        return
    assert standing(changed(need, change.steps), park) is not Standing.INFEASIBLE
    assert standing(part_of(change, need, 0.99), park) is Standing.INFEASIBLE
    for step in change.steps:  # nor may any one of them be less
        rest = [each for each in change.steps if each is not step]
        less = replace(step, to=step.to - (1 if step.field == "needed_on" else 0.01 * step.by))
        assert standing(changed(need, [*rest, less]), park) is Standing.INFEASIBLE


@given(st.tuples(*[st.integers(1, 400)] * 4), st.tuples(*[st.integers(1, 400)] * 4))
def test_the_joint_change_is_the_optimum_of_the_linear_programme(
    own: tuple[int, int, int, int], there: tuple[int, int, int, int]
) -> None:
    land, investment, tax, power = map(float, own)
    cap, least_investment, least_tax, free = there[0], there[1] / 50, there[2] / 50, there[3]
    need = Need(
        industry="3841", asks=Resources(land_m2=land, power_kva=power), investment_cny=investment, tax_cny_a=tax
    )
    park = Park(
        "P",
        free=Resources(land_m2=cap, largest_plot_m2=cap, power_kva=free),
        investment_min_cny_m2=least_investment,
        tax_min_cny_m2_a=least_tax,
    )
    seen = seen_of(need, park)
    assume(seen.standing[0] == 2)
    found = joint(seen, 0)
    assert found is not None
    # Variables: land down, power down, investment up, tax up, each of its own.
    solved = linprog(
        c=[1, 1, 1, 1],
        A_ub=[
            [-1, 0, 0, 0],
            [0, -1, 0, 0],
            [-least_investment * land / investment, 0, -1, 0],
            [-least_tax * land / tax, 0, 0, -1],
        ],
        b_ub=[cap / land - 1, free / power - 1, 1 - least_investment * land / investment, 1 - least_tax * land / tax],
        bounds=[(0, 1), (0, 1), (0, None), (0, None)],
        method="highs",
    )
    assert found.relative == pytest.approx(solved.fun, abs=1e-6)


def test_less_land_raises_what_is_invested_on_each_square_metre() -> None:
    park = Park("P", free=Resources(land_m2=80.0, largest_plot_m2=50.0), investment_min_cny_m2=300.0)
    change = least(replace(NEED, asks=Resources(land_m2=100.0)), park)
    assert [(step.field, step.to) for step in change.steps] == [("land_m2", 50.0)]
    park = replace(park, investment_min_cny_m2=500.0)
    change = least(replace(NEED, asks=Resources(land_m2=100.0)), park)
    assert [(step.field, step.to) for step in change.steps] == [("land_m2", 40.0)]  # a fifth less than a quarter more
    assert change.relative == pytest.approx(0.6)


def test_a_replacement_multiple_and_a_date_are_changed_in_the_units_of_the_need() -> None:
    need = Need(industry="3841", asks=Resources(emissions_t_a={"COD": 10.0}), needed_on=date(2027, 1, 1))
    park = Park(
        "P", free=Resources(emissions_t_a={"COD": 12.0}), replacement={"COD": 2.0}, available_on=date(2027, 1, 31)
    )
    steps = least(need, park).steps
    assert [(step.field, step.by) for step in steps] == [("emissions_t_a.COD", -4.0), ("needed_on", 30.0)]
    assert changed(need, steps).needed_on == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("park", "gate"),
    [
        (Park("P", adcode="310114"), "region"),
        (Park("P", prohibited=("38",)), "prohibited"),
        (Park("P", free=Resources(power_kva=0.0)), "power"),
    ],
)
def test_what_cannot_be_changed_is_named_and_nothing_is_offered(park: Park, gate: str) -> None:
    need = replace(NEED, regions=replace(NEED.regions, exclude=("31",)))
    seen = seen_of(need, park)
    assert joint(seen, 0) is None
    assert unchangeable(seen, 0) == (gate,)


def test_every_failed_gate_has_its_own_smallest_change() -> None:
    park = Park("P", free=Resources(land_m2=60.0, power_kva=40.0), land_price_cny_m2=390.0)
    changes = {each.gate: each.by for each in single(seen_of(NEED, park), 0)}
    assert changes == {"land": 40.0, "power": 10.0, "land_price": 90.0}
    assert single(seen_of(NEED, Park("Q")), 0) == ()


# Offers of a park


def offers_of(parks: Sequence[Park], need: Need) -> list[tuple[Park, Lever, Evaluated]]:
    seen = seen_of(need, *parks)
    rows = [int(row) for row in ranked(seen)[3:]]
    return [(seen.parks[row], lever, seen) for row in rows for lever in levers(seen, row)]


def place_of(park: Park, parks: Sequence[Park], need: Need) -> int:
    seen = seen_of(need, park, *(each for each in parks if each.code != park.code))
    return [seen.parks[row].code for row in ranked(seen)].index(park.code) + 1


@st.composite
def crowded(draw: st.DrawFn) -> list[Park]:
    """Six parks that all fail nothing, some of whose figures are unknown."""
    amount = st.none() | st.integers(100, 450).map(float)
    return [
        Park(
            f"P{number}",
            adcode="341100",
            free=Resources(
                land_m2=draw(amount),
                largest_plot_m2=1000.0,
                power_kva=draw(amount),
                coal_t_a=draw(amount),
                water_t_d=draw(amount),
                emissions_t_a={"COD": draw(st.integers(100, 450))},
            ),
            land_price_cny_m2=draw(st.none() | st.integers(100, 300).map(float)),
            available_on=date.fromordinal(date(2027, 6, 30).toordinal() - draw(st.integers(0, 170))),
            green_power_share=draw(st.none() | st.integers(0, 10).map(lambda tenths: tenths / 10)),
        )
        for number in range(6)
    ]


CROWDED = replace(
    NEED, asks=Resources(land_m2=100.0, power_kva=100.0, coal_t_a=100.0, water_t_d=100.0, emissions_t_a={"COD": 100.0})
)


@given(crowded())
def test_an_offer_brings_the_park_among_the_first_three_and_a_little_less_does_not(parks: list[Park]) -> None:
    for park, lever, seen in offers_of(parks, CROWDED):
        better = offered(park, lever, seen)
        assert place_of(better, parks, CROWDED) <= 3
        assert Index.fit([better]).match(CROWDED, park.code).score == pytest.approx(lever.score, abs=1e-12)
        less = tuple(replace(offer, to=_less(offer.field, offer.to)) for offer in lever.offers)
        worse = offered(park, replace(lever, offers=less), seen)
        reached = Index.fit([worse]).match(CROWDED, park.code)
        third = float(seen.scores.score[ranked(seen)[2]])
        assert reached.standing is Standing.INFEASIBLE or reached.score <= third + 1e-9


def _less(field: str, to: float) -> float:
    """A little less of what is offered: a day later, a price a thousandth higher."""
    if field == "available_on":
        return to + 1
    return to * (1.001 if "price" in field else 0.999)


@given(needs, markets(4))
def test_offers_hold_for_any_market(need: Need, parks: list[Park]) -> None:
    for park, lever, seen in offers_of(parks, need):
        assert place_of(offered(park, lever, seen), parks, need) <= 3


def test_parks_at_the_top_and_parks_that_must_first_be_confirmed_are_offered_nothing() -> None:
    known = [Park(f"P{number}", free=Resources(land_m2=200.0, largest_plot_m2=200.0)) for number in range(3)]
    seen = seen_of(Need(industry="3841", asks=Resources(land_m2=100.0)), *known, Park("Q"))
    assert [levers(seen, row) for row in range(4)] == [(), (), (), ()]
    assert (seen.gates[0].call[3], seen.standing[3]) == (Call.UNKNOWN, 1)


def test_a_lower_price_is_told_in_yuan_per_square_metre() -> None:
    need = Need(industry="3841", asks=Resources(land_m2=100.0))
    free = Resources(land_m2=200.0, largest_plot_m2=200.0)
    parks = [Park(f"P{number}", free=free, land_price_cny_m2=300.0) for number in range(3)]
    seen = seen_of(need, *parks, Park("Q", free=free, land_price_cny_m2=400.0))
    price = next(lever for lever in levers(seen, 3) if lever.criterion == "land_price")
    assert [(offer.field, offer.now, offer.unit) for offer in price.offers] == [("land_price_cny_m2", 400.0, "CNY/m2")]
    assert price.offers[0].to == pytest.approx(300.0, abs=1e-3)
    assert np.isfinite(price.score)
