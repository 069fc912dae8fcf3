"""What must hold for every need and every set of parks?

The number of examples is the profile's. The checker of gates here is written from the contract, parks one by one, and
shares no code with the engine.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.answers import answer
from matching.columns import Columns, Lists
from matching.index import Index
from matching.records import (
    EnergyBasis,
    Match,
    Need,
    Park,
    Ranking,
    Regions,
    Relaxation,
    Resources,
    Standing,
)
from matching.weights import NEED_SIDE

POLLUTANTS = ("COD", "NOx", "SO2")
INDUSTRIES = (None, "3841", "2614", "26", "3670", "1411", "3041", "C")
WORDS = ("装备制造", "新材料", "食品", "化工", "电子信息", "汽车零部件", "锂电池", "无此行业")
ADCODES = (None, "34", "340100", "341102", "310114", "320582", "500112")
AMOUNTS = ("land_m2", "largest_plot_m2", "building_m2", "power_kva", "coal_t_a", "water_t_d", "steam_t_h")
DAY = date(2027, 6, 30)

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
    Need,
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
)


# The naive checker


def naive_gates(need: Need, park: Park) -> dict[str, str]:
    """Gate → pass, fail or unknown, read off the contract for one pair."""
    return (
        naive_resources(need, park)
        | naive_demands(need, park)
        | naive_supply(need, park)
        | naive_lists(need, park)
        | naive_screens(need, park)
        | naive_region(need, park)
    )


def naive_resources(need: Need, park: Park) -> dict[str, str]:
    found = {}
    plain = {"land": "land_m2", "building": "building_m2", "power": "power_kva"}
    plain |= {"coal": "coal_t_a", "water": "water_t_d", "steam": "steam_t_h"}
    for gate, name in plain.items():
        amount = getattr(need.asks, name)
        if amount:
            found[gate] = naive_amount(amount, getattr(park.free, name))
    if need.asks.land_m2:
        found["plot"] = naive_amount(need.asks.land_m2, park.free.largest_plot_m2)
    if need.asks.energy_tce:
        same = need.asks.energy_basis is not None and need.asks.energy_basis == park.free.energy_basis
        found["energy"] = naive_amount(need.asks.energy_tce, park.free.energy_tce if same else None)
    for name, amount in need.asks.emissions_t_a.items():
        if amount:
            quota = park.free.emissions_t_a.get(name)
            found[f"emission:{name}"] = naive_amount(amount * park.replacement.get(name, 1), quota)
    return found


def naive_demands(need: Need, park: Park) -> dict[str, str]:
    found = {}
    land = need.asks.land_m2
    if park.investment_min_cny_m2 is not None:
        silent = need.investment_cny is None or not land
        offered = None if silent else need.investment_cny / land  # type: ignore[operator]
        found["investment"] = naive_amount(park.investment_min_cny_m2, offered)
    if park.tax_min_cny_m2_a is not None:
        silent = need.tax_cny_a is None or not land
        found["tax"] = naive_amount(park.tax_min_cny_m2_a, None if silent else need.tax_cny_a / land)  # type: ignore[operator]
    return found


def naive_supply(need: Need, park: Park) -> dict[str, str]:
    found = {}
    if need.land_price_max_cny_m2:
        price = park.land_price_cny_m2
        found["land_price"] = "unknown" if price is None else naive_amount(price, need.land_price_max_cny_m2)
    if need.supply_modes:
        common = any(mode in need.supply_modes for mode in park.supply_modes)
        found["supply_mode"] = "unknown" if not park.supply_modes else "pass" if common else "fail"
    if need.needed_on:
        late = park.available_on is not None and park.available_on > need.needed_on
        found["delivery"] = "unknown" if park.available_on is None else "fail" if late else "pass"
    return found


def naive_amount(needed: float, has: float | None) -> str:
    if has is None:
        return "unknown"
    return "pass" if needed <= has * (1 + 1e-9) else "fail"


def under(code: str | None, above: str) -> bool:
    """Every code drawn here is manufacturing (C), but for the B that some parks prohibit."""
    return code is not None and (code.startswith(above) or (above == "C" and code != "B"))


def naive_lists(need: Need, park: Park) -> dict[str, str]:
    if not park.prohibited and not park.restricted:
        return {}
    code = need.industry
    if code is None:
        return {"prohibited": "unknown"}
    if any(under(code, each) for each in park.prohibited):
        return {"prohibited": "fail"}
    partly = any(under(each, code) for each in (*park.prohibited, *park.restricted))
    return {"prohibited": "unknown" if partly or any(under(code, each) for each in park.restricted) else "pass"}


def naive_screens(need: Need, park: Park) -> dict[str, str]:
    found = {}
    if need.industry in ("26", "2614"):
        refused = "unknown" if need.industry == "26" else "fail"
        found["chemical"] = {True: "pass", False: refused, None: "unknown"}[park.chemical_park]
    if need.industry in ("26", "2614", "3041"):
        filled = need.asks.energy_tce is not None and need.asks.coal_t_a is not None and need.asks.emissions_t_a
        found["high_energy"] = "pass" if filled else "unknown"
    return found


def naive_region(need: Need, park: Park) -> dict[str, str]:
    only, exclude = need.regions.only, need.regions.exclude
    if not only and not exclude:
        return {}
    if park.adcode is None:
        return {"region": "unknown"}
    place = park.adcode.removesuffix("00")
    inside = any(place.startswith(code) for code in only) or not only
    maybe = any(code.startswith(place) for code in only)
    if any(place.startswith(code) for code in exclude) or not (inside or maybe):
        return {"region": "fail"}
    unsure = not inside or any(code.startswith(place) for code in exclude)
    return {"region": "unknown" if unsure else "pass"}


def naive_standing(need: Need, park: Park) -> str:
    gates = naive_gates(need, park)
    asks = need.asks
    asked = [name for name in (*AMOUNTS, "energy_tce") if name != "largest_plot_m2"]
    measurable = any(getattr(asks, name) for name in asked) or any(asks.emissions_t_a.values())
    if "fail" in gates.values():
        return "infeasible"
    return "unverified" if "unknown" in gates.values() or not measurable else "feasible"


def settled(need: Need) -> Need:
    """Without a description, so that no industry is read from it: reading is another matter than judging."""
    return replace(need, description="") if need.industry is None else need


@given(needs, markets())
def test_verdicts_are_those_of_the_naive_checker(need: Need, parks: list[Park]) -> None:
    need = settled(need)
    ranking = whole(Index.fit(parks), need)
    by_code = {park.code: park for park in parks}
    for match in (*ranking.results, *ranking.misses):
        park = by_code[match.park.code]
        assert {gate.gate: gate.verdict.value for gate in match.gates} == naive_gates(need, park)
        assert match.standing.value == naive_standing(need, park)
        assert all(
            (gate.gap is None) == (gate.verdict == "unknown" or not gate.unit) or gate.gap == 0 for gate in match.gates
        )
    assert sum(ranking.counts.values()) == len(parks)
    assert ranking.counts[Standing.INFEASIBLE] == len(ranking.misses)


# Order, sums, completeness


def whole(index: Index, need: Need) -> Ranking:
    return index.parks_for(need, top=len(index.parks), misses=len(index.parks))


def everything(ranking: Ranking) -> dict[str, Match]:
    return {match.park.code: match for match in (*ranking.results, *ranking.misses)}


@given(needs, markets())
def test_the_order_is_complete_and_that_of_brute_force(need: Need, parks: list[Park]) -> None:
    index = Index.fit(parks)
    ranking = whole(index, need)
    matches = [index.match(need, park.code) for park in parks]
    rank = {Standing.FEASIBLE: 0, Standing.UNVERIFIED: 1}
    expected = sorted(
        (match for match in matches if match.standing in rank),
        key=lambda match: (rank[match.standing], -round(match.score, 12), match.park.code),
    )
    assert list(ranking.results) == expected
    assert {match.park.code for match in matches} == set(everything(ranking))
    assert all(match == index.match(need, match.park.code) for match in ranking.misses)
    assert index.parks_for(need, top=2, misses=1).results == ranking.results[:2]
    assert index.parks_for(need, top=2, misses=1).misses == ranking.misses[:1]


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
def test_shares_sum_to_the_score_and_weights_to_one(need: Need, parks: list[Park]) -> None:
    for match in everything(whole(Index.fit(parks), need)).values():
        assert math.isclose(sum(part.share for part in match.contributions), match.score, abs_tol=1e-12)
        for side in {part.side for part in match.contributions}:
            own = [part.weight for part in match.contributions if part.side == side]
            assert math.isclose(sum(own), 1, abs_tol=1e-12)
        assert 0 <= match.interval[0] <= match.score <= match.interval[1] <= 1 + 1e-12
        assert all(0 <= part.value <= 1 for part in match.contributions)
        u, v = match.need_side, match.park_side
        if u is not None and v is not None:
            assert math.isclose(match.score, (u + v) / 2 - 0.1 * abs(u - v), abs_tol=1e-12)
        else:
            assert match.score == (v if u is None else u)


# A park is judged alone


@given(needs, markets(1), st.randoms(use_true_random=False))
def test_removing_parks_changes_nothing_about_the_others(need: Need, parks: list[Park], rng: random.Random) -> None:
    before = everything(whole(Index.fit(parks), need))
    left = rng.sample(parks, rng.randint(0, len(parks)))
    after = everything(whole(Index.fit(left), need))
    assert after == {park.code: before[park.code] for park in left}


@given(needs, markets(), st.randoms(use_true_random=False))
def test_the_order_of_the_parks_does_not_matter(need: Need, parks: list[Park], rng: random.Random) -> None:
    shuffled = rng.sample(parks, len(parks))
    assert answer(whole(Index.fit(parks), need)) == answer(whole(Index.fit(shuffled), need))


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


@given(needs, markets())
def test_equal_input_gives_equal_answers(need: Need, parks: list[Park]) -> None:
    assert answer(whole(Index.fit(parks), need)) == answer(whole(Index.fit(list(parks)), replace(need)))


# More is never worse


def improved(park: Park, more: random.Random) -> Park:
    """The same park, at least as good in everything it has said."""

    def up(value: float | None) -> float | None:
        return None if value is None else value + more.choice((0, 1, 500))

    def down(value: float | None) -> float | None:
        return None if value is None else value * more.choice((1.0, 0.5))

    grown = {name: up(getattr(park.free, name)) for name in (*AMOUNTS, "energy_tce")}
    quotas = {name: amount + more.choice((0, 7)) for name, amount in park.free.emissions_t_a.items()}
    return replace(
        park,
        free=replace(park.free, **grown, emissions_t_a=quotas),  # type: ignore[arg-type]
        land_price_cny_m2=down(park.land_price_cny_m2),
        rent_cny_m2_month=down(park.rent_cny_m2_month),
        wage_cny_a=down(park.wage_cny_a),
        investment_min_cny_m2=down(park.investment_min_cny_m2),
        available_on=park.available_on and park.available_on - timedelta(days=more.choice((0, 90))),
        response_rate=None if park.response_rate is None else min(1.0, park.response_rate + more.choice((0, 0.1))),
        green_power_share=None if park.green_power_share is None else min(1.0, park.green_power_share * 1.5),
        level="national" if park.level else None,
    )


@given(needs, parks_with(st.just("P1")), st.randoms(use_true_random=False))
def test_a_park_that_is_at_least_as_good_in_everything_never_ranks_worse(
    need: Need, park: Park, rng: random.Random
) -> None:
    before = Index.fit([park]).match(need, "P1")
    after = Index.fit([improved(park, rng)]).match(need, "P1")
    order = list(Standing)
    assert order.index(after.standing) <= order.index(before.standing)
    assert after.score >= before.score - 1e-12
    assert after.interval[0] >= before.interval[0] - 1e-12
    assert after.interval[1] >= before.interval[1] - 1e-12


@given(needs, parks_with(st.just("P1")), st.sampled_from(AMOUNTS), st.integers(1, 500))
def test_more_of_one_resource_is_never_worse(need: Need, park: Park, name: str, more: int) -> None:
    had = getattr(park.free, name)
    assume(had is not None)
    richer = replace(park, free=replace(park.free, **{name: had + more}))
    before, after = (Index.fit([each]).match(need, "P1") for each in (park, richer))
    assert after.score >= before.score - 1e-12
    assert list(Standing).index(after.standing) <= list(Standing).index(before.standing)


@given(needs, markets(1), st.sampled_from((0.25, 2.0, 1024.0)))
def test_a_need_and_parks_of_another_size_are_judged_alike(need: Need, parks: list[Park], times: float) -> None:
    larger = replace(
        need,
        asks=scaled(need.asks, times),
        **{  # type: ignore[arg-type]
            name: None if getattr(need, name) is None else getattr(need, name) * times
            for name in ("investment_cny", "tax_cny_a", "output_cny_a", "jobs")
        },
    )
    before = everything(whole(Index.fit(parks), need))
    after = everything(whole(Index.fit([replace(park, free=scaled(park.free, times)) for park in parks]), larger))
    for code, match in after.items():
        assert match.score == before[code].score
        assert match.contributions == before[code].contributions
        assert [gate.verdict for gate in match.gates] == [gate.verdict for gate in before[code].gates]


def scaled(amounts: Resources, times: float) -> Resources:
    known = {
        name: None if getattr(amounts, name) is None else getattr(amounts, name) * times
        for name in (*AMOUNTS, "energy_tce")
    }
    quotas = {name: amount * times for name, amount in amounts.emissions_t_a.items()}
    return replace(amounts, **known, emissions_t_a=quotas)  # type: ignore[arg-type]


# The unknown and the nearly fitting


@given(needs, parks_with(st.just("P1")), parks_with(st.just("P1")))
def test_the_interval_holds_whatever_the_unknown_turns_out_to_be(need: Need, park: Park, other: Park) -> None:
    low, high = Index.fit([park]).match(need, "P1").interval
    filled = completed(park, other)
    score = Index.fit([filled]).match(need, "P1").score
    assert low - 1e-12 <= score <= high + 1e-12


def completed(park: Park, other: Park) -> Park:
    """What the park has not said, as the other has it."""

    def either(record: object, second: object, names: Sequence[str]) -> dict[str, object]:
        return {
            name: getattr(second, name) if getattr(record, name) in (None, ()) else getattr(record, name)
            for name in names
        }

    amounts = either(park.free, other.free, [each.name for each in fields(Resources) if each.name != "emissions_t_a"])
    quotas = {**other.free.emissions_t_a, **park.free.emissions_t_a}
    rest = [each.name for each in fields(Park) if each.name not in ("free", "replacement", "code", "prohibited")]
    stated = either(park, other, rest)
    return replace(park, free=Resources(**amounts, emissions_t_a=quotas), **stated)  # type: ignore[arg-type]


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
