"""What must hold for every need and every set of parks?

The axioms are those that `evaluate --part D` counts (`matching.evaluate.axioms`), tried here on what hypothesis draws;
the number of examples is the profile's. Below them is what only the engine's inside can tell.
"""

import random
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.columns import Columns, Lists
from matching.evaluate import axioms, checker
from matching.evaluate.axioms import AXIOMS, everything
from matching.evaluate.cases import (
    ADCODES,
    AMOUNTS,
    DAY,
    INDUSTRIES,
    POLLUTANTS,
    WORDS,
    Case,
    a_need,
    a_park,
    case,
    whole,
)
from matching.index import Index
from matching.records import EnergyBasis, Need, Park, Regions, Relaxation, Resources, Standing
from matching.weights import NEED_SIDE

some = st.integers(1, 1000).map(float)
free = st.none() | st.integers(0, 1500).map(float)
share = st.none() | st.just(0.0) | st.floats(1e-6, 1)


def amounts_of(number: st.SearchStrategy[float | None]) -> st.SearchStrategy[Resources]:
    known = dict.fromkeys((*AMOUNTS, "energy_tce"), number)
    emissions = st.dictionaries(st.sampled_from(POLLUTANTS), st.integers(0, 1500).map(float))
    return st.builds(Resources, **known, energy_basis=st.none() | st.sampled_from(EnergyBasis), emissions_t_a=emissions)


def parks_with(code: st.SearchStrategy[str]) -> st.SearchStrategy[Park]:
    lists = st.lists(st.sampled_from(("26", "2614", "3841", "B", "1411")), max_size=2).map(tuple)
    return st.builds(
        Park,
        code=code,
        adcode=st.sampled_from(ADCODES),
        level=st.sampled_from((None, "national", "provincial")),
        industries=st.lists(st.sampled_from(WORDS), max_size=3, unique=True).map(tuple),
        chemical_park=st.sampled_from((None, True, False)),
        prohibited=lists,
        restricted=lists,
        free=amounts_of(free),
        replacement=st.dictionaries(st.sampled_from(POLLUTANTS), st.sampled_from((1.0, 1.5, 2.0)), max_size=2),
        investment_min_cny_m2=st.none() | some,
        tax_min_cny_m2_a=st.none() | some,
        land_price_cny_m2=st.none() | some,
        rent_cny_m2_month=st.none() | st.floats(5, 30),
        wage_cny_a=st.none() | st.floats(40_000, 160_000),
        supply_modes=st.lists(st.sampled_from(("transfer", "lease")), max_size=2, unique=True).map(tuple),
        available_on=st.none() | st.integers(-300, 300).map(lambda days: DAY + timedelta(days=days)),
        response_rate=share,
        green_power_share=share,
    )


def markets(least: int = 0) -> st.SearchStrategy[list[Park]]:
    codes = st.sampled_from([f"P{number}" for number in range(12)])
    return st.lists(parks_with(codes), min_size=least, max_size=6, unique_by=lambda park: park.code)


asked_regions = st.builds(
    Regions,
    only=st.sampled_from(((), ("34",), ("3401", "31"))),
    prefer=st.sampled_from(((), ("341102",), ("32",))),
    exclude=st.sampled_from(((), ("31",), ("341102",))),
)
needs = st.builds(
    lambda land_least_share, asks, **said: Need(
        asks=asks, land_least_share=land_least_share if asks.land_m2 else None, **said
    ),
    industry=st.sampled_from(INDUSTRIES),
    description=st.sampled_from(("", "锂离子动力电池电芯与模组", "食品加工")),
    origin=st.sampled_from((None, "310114", "4403")),
    asks=amounts_of(st.none() | st.integers(0, 1000).map(float)),
    investment_cny=st.none() | st.integers(1, 1_000_000).map(float),
    tax_cny_a=st.none() | st.integers(1, 1_000_000).map(float),
    output_cny_a=st.none() | st.integers(1, 1_000_000).map(float),
    jobs=st.none() | some,
    needed_on=st.none() | st.just(DAY),
    land_price_max_cny_m2=st.none() | some,
    supply_modes=st.sampled_from(((), ("lease",), ("lease", "equity"))),
    regions=asked_regions,
    importance=st.lists(st.sampled_from(NEED_SIDE), max_size=3, unique=True).map(tuple),
    land_least_share=st.sampled_from((None, None, None, 0.3, 0.5, 2 / 3, 0.8, 1.0)),
)


def settled(need: Need) -> Need:
    """Without a description, so that no industry is read from it: reading is another matter than judging."""
    return replace(need, description="") if need.industry is None else need


cases = st.builds(Case.of, needs.map(settled), markets(1), st.randoms(use_true_random=False))


@given(cases)
def test_every_axiom_holds(given: Case) -> None:
    assert {name: told for name, axiom in AXIOMS.items() if (told := list(axiom(given)))} == {}


def broken(wrong: Case) -> set[str]:
    """Which axioms do not hold for a case that was tampered with."""
    return {name for name, axiom in AXIOMS.items() if any(True for _ in axiom(wrong))}


def first_broken(tampered: Iterator[Case]) -> set[str]:
    return next(names for names in map(broken, tampered) if names)


def tampered(match: str, **changes: object) -> Iterator[Case]:
    """Seeded cases whose first match, or miss, says something else."""
    for number in range(100):
        found = case(random.Random(number))
        matches = getattr(found.ranking, match)
        if matches:
            other = (replace(matches[0], **changes), *matches[1:])
            yield replace(found, ranking=replace(found.ranking, **{match: other}))


def test_a_score_that_is_not_the_sum_of_its_shares_is_found() -> None:
    assert {"sums", "completeness", "permutation", "scale"} <= first_broken(tampered("results", score=0.123))


def test_a_verdict_that_is_not_that_of_the_contract_is_found() -> None:
    assert "soundness" in first_broken(tampered("results", standing=Standing.INFEASIBLE))
    assert "soundness" in first_broken(tampered("misses", gates=()))


def test_an_interval_that_is_too_narrow_is_found() -> None:
    assert any("interval" in broken(each) for each in tampered("results", interval=(0.9, 0.9)))


def test_a_lost_park_is_found() -> None:
    drawn = (case(random.Random(number)) for number in range(50))
    found = next(each for each in drawn if each.ranking.results)
    lost = replace(found, ranking=replace(found.ranking, results=found.ranking.results[1:]))
    assert list(axioms.completeness(lost)) != []


def test_part_d_counts_what_is_broken_and_a_sound_engine_breaks_nothing() -> None:
    figures = axioms.part_d(10, seed=3, progress=lambda _: None)
    assert [figure.name for figure in figures] == [f"axiom.{name}" for name in AXIOMS]
    assert [(figure.value, figure.reached, figure.cases) for figure in figures] == [(0.0, True, 10)] * len(AXIOMS)


def test_seeded_cases_meet_every_standing_and_every_verdict() -> None:
    drawn = [case(random.Random(number)) for number in range(60)]
    assert {match.standing for each in drawn for match in everything(each.ranking).values()} == set(Standing)
    told = [checker.gates(each.need, park) for each in drawn for park in each.parks]
    gates = {(name.split(":")[0], verdict) for each in told for name, verdict in each.items()}
    assert {name for name, _ in gates} >= {"land", "plot", "energy", "emission", "investment", "region", "delivery"}
    assert {verdict for _, verdict in gates} == {"pass", "fail", "unknown"}
    assert a_need(random.Random(1)) == a_need(random.Random(1))
    assert a_park(random.Random(1), "P") == a_park(random.Random(1), "P")


# What only the inside can tell


@given(markets(), markets(), st.randoms(use_true_random=False))
def test_an_updated_index_is_the_fitted_one_byte_for_byte(
    parks: list[Park], changed: list[Park], rng: random.Random
) -> None:
    removed = [park.code for park in rng.sample(parks, rng.randint(0, len(parks)))]
    result = {park.code: park for park in parks if park.code not in removed} | {park.code: park for park in changed}
    updated = Index.fit(parks).updated(changed, removed)
    fitted = Index.fit(result.values())
    assert updated.parks == fitted.parks
    assert bytes_of(updated.columns) == bytes_of(fitted.columns)


def bytes_of(value: object) -> object:
    """Everything inside, arrays as their type, shape and bytes."""
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, Columns | Lists):
        return [(each.name, bytes_of(getattr(value, each.name))) for each in fields(value)]
    if hasattr(value, "indptr"):
        return [bytes_of(getattr(value, name)) for name in ("indptr", "indices", "data")]
    if hasattr(value, "items"):
        return [(name, bytes_of(each)) for name, each in value.items()]
    if hasattr(value, "__slots__"):
        return [(name, bytes_of(getattr(value, name))) for name in value.__slots__]
    return value


@given(needs, markets(1))
def test_misses_that_one_change_admits_come_first_and_the_smallest_change_before_larger_ones(
    need: Need, parks: list[Park]
) -> None:
    misses = whole(Index.fit(parks), need).misses
    relaxable = [match.relax is not None for match in misses]
    assert relaxable == sorted(relaxable, reverse=True)
    changes = [relative(need, match.relax) for match in misses if match.relax]
    assert all(a <= b * (1 + 1e-9) for a, b in pairwise(changes))


def relative(need: Need, relax: Relaxation) -> float:
    own = {"land": "land_m2", "plot": "land_m2", "building": "building_m2", "power": "power_kva"}
    own |= {"coal": "coal_t_a", "water": "water_t_d", "steam": "steam_t_h", "energy": "energy_tce"}
    if relax.gate in own:
        return relax.by / float(getattr(need.asks, own[relax.gate]))
    if relax.gate.startswith("emission:"):
        return relax.by / need.asks.emissions_t_a[relax.gate.removeprefix("emission:")]
    offered = {"investment": need.investment_cny, "tax": need.tax_cny_a}
    if relax.gate in offered:
        return relax.by / ((offered[relax.gate] or 0) / (need.asks.land_m2 or 1))
    return relax.by / (365 if relax.gate == "delivery" else need.land_price_max_cny_m2 or 1)


@given(needs, markets(1))
def test_the_stated_change_admits_the_park_and_a_little_less_does_not(need: Need, parks: list[Park]) -> None:
    index = Index.fit(parks)
    for match in whole(index, need).misses:
        failed = [gate for gate in match.gates if gate.verdict == "fail"]
        nothing_left = any(wants_all(gate.free) for gate in failed)
        things = {"land" if gate.gate == "plot" else gate.gate for gate in failed}
        if match.relax is None:
            assert len(things) > 1 or failed[0].gate in UNCHANGEABLE or nothing_left
            continue
        assert len(things) == 1
        assert not nothing_left
        assert match.relax.gate == max(failed, key=lambda gate: gate.gap or 0.0).gate
        admitted = index.match(changed(need, match.relax, 1.0), match.park.code)
        assert admitted.standing is not Standing.INFEASIBLE
        refused = index.match(changed(need, match.relax, 0.999), match.park.code)
        assert refused.standing is Standing.INFEASIBLE


@given(st.integers(1, 1000).map(float), st.none() | some, free, free, free)
def test_less_land_admits_what_fails_for_land_or_plot_and_nothing_else(
    asked: float, invested: float | None, land: float | None, plot: float | None, power: float | None
) -> None:
    need = Need(industry="3841", asks=Resources(land_m2=asked, power_kva=500.0), investment_cny=invested)
    park = Park("P1", free=Resources(land_m2=land, largest_plot_m2=plot, power_kva=power), investment_min_cny_m2=1e-9)
    index = Index.fit([park])
    match = index.match(need, "P1")
    gaps = {name: asked - had for name, had in (("land", land), ("plot", plot)) if had is not None and had < asked}
    if not gaps:
        assert match.relax is None or match.relax.gate == "power"
    elif (power is not None and power < 500) or asked in gaps.values():
        assert match.relax is None
    else:
        assert match.relax == Relaxation(max(gaps, key=lambda name: gaps[name]), max(gaps.values()), "m2")
        less = changed(need, match.relax, 1.0)
        assert index.match(less, "P1").standing is not Standing.INFEASIBLE
        assert index.match(changed(need, match.relax, 0.999), "P1").standing is Standing.INFEASIBLE


UNCHANGEABLE = ("region", "prohibited", "chemical", "supply_mode")


def wants_all(free: float | None) -> bool:
    """To ask for nothing at all is no smaller need."""
    return free == 0


def changed(need: Need, relax: Relaxation, part: float) -> Need:
    """The need after this part of the change, written from the meaning of each gate."""
    by = relax.by * part
    names = {"land": "land_m2", "plot": "land_m2", "building": "building_m2", "power": "power_kva"}
    names |= {"coal": "coal_t_a", "water": "water_t_d", "steam": "steam_t_h", "energy": "energy_tce"}
    asks = need.asks
    if relax.gate in names:
        name = names[relax.gate]
        return replace(need, asks=replace(asks, **{name: getattr(asks, name) - by}))
    if relax.gate.startswith("emission:"):
        name = relax.gate.removeprefix("emission:")
        return replace(
            need, asks=replace(asks, emissions_t_a={**asks.emissions_t_a, name: asks.emissions_t_a[name] - by})
        )
    land = asks.land_m2 or 0.0
    if relax.gate == "investment":
        return replace(need, investment_cny=(need.investment_cny or 0.0) + by * land)
    if relax.gate == "tax":
        return replace(need, tax_cny_a=(need.tax_cny_a or 0.0) + by * land)
    if relax.gate == "land_price":
        return replace(need, land_price_max_cny_m2=(need.land_price_max_cny_m2 or 0.0) + by)
    assert relax.gate == "delivery"
    days = round(relax.by) if part == 1.0 else round(relax.by) - 1
    return replace(need, needed_on=DAY + timedelta(days=days))
