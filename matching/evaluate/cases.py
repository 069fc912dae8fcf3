"""Which needs and parks are the axioms tried on? Small ones, drawn so that every gate and every silence occurs.

`random` may be one of hypothesis: then a case that breaks an axiom is made as small as it can be.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from matching.index import Index
from matching.records import EnergyBasis, Need, Park, Ranking, Regions, Resources
from matching.weights import NEED_SIDE

Item = TypeVar("Item")

POLLUTANTS = ("COD", "NOx", "SO2")
INDUSTRIES = (None, "3841", "2614", "26", "3670", "1411", "3041", "C")
WORDS = ("装备制造", "新材料", "食品", "化工", "电子信息", "汽车零部件", "锂电池", "无此行业")
ADCODES = (None, "34", "340100", "341102", "310114", "320582", "500112")
AMOUNTS = ("land_m2", "largest_plot_m2", "building_m2", "power_kva", "coal_t_a", "water_t_d", "steam_t_h")
DAY = date(2027, 6, 30)
PARKS = 5
MODEST = 1 / 3


@dataclass(frozen=True, slots=True)
class Case:
    """A need, parks of different codes, every park ranked or missed, and the chance that a trial may use."""

    need: Need
    parks: tuple[Park, ...]
    random: Random
    index: Index
    ranking: Ranking

    @classmethod
    def of(cls, need: Need, parks: Sequence[Park], random: Random) -> "Case":
        """What every trial looks at is made once."""
        index = Index.fit(parks)
        return cls(need, tuple(parks), random, index, whole(index, need))


def whole(index: Index, need: Need) -> Ranking:
    """Every park, ranked or missed."""
    return index.parks_for(need, top=len(index.parks), misses=len(index.parks))


def case(random: Random) -> Case:
    """One case; a need without an industry has no description either, for reading one is another matter."""
    parks = tuple(a_park(random, f"P{number}") for number in range(random.randint(1, PARKS)))
    return Case.of(a_need(random), parks, random)


def a_need(random: Random) -> Need:
    """A need that says much, little or nothing; one in three is modest: it says all and asks for little."""
    return _modest(random) if random.random() < MODEST else _any_need(random)


def a_park(random: Random, code: str) -> Park:
    """A park that says much, little or nothing; one in three is generous: it says all and forbids nothing."""
    park = _any_park(random, code)
    if random.random() >= MODEST:
        return park
    free = replace(_amounts(random, 1.0, 1500), energy_basis=EnergyBasis.CALORIFIC)
    land = max(free.land_m2 or 0.0, 150.0)
    return replace(
        park,
        adcode=park.adcode or "340100",
        chemical_park=True,
        prohibited=(),
        restricted=(),
        free=replace(free, land_m2=land, largest_plot_m2=land),
        land_price_cny_m2=float(random.randint(1, 300)),
        supply_modes=("lease", "transfer"),
        available_on=DAY - timedelta(days=random.randint(0, 300)),
    )


def _modest(random: Random) -> Need:
    need = _any_need(random)
    asks = _amounts(random, 0.3, 100)
    return replace(
        need,
        industry=random.choice([code for code in INDUSTRIES if code]),
        asks=replace(asks, land_m2=float(random.randint(1, 150)), energy_basis=EnergyBasis.CALORIFIC, emissions_t_a={}),
        investment_cny=float(random.randint(500_000, 1_000_000)),
        tax_cny_a=float(random.randint(500_000, 1_000_000)),
        regions=replace(need.regions, only=(), exclude=()),
    )


def _any_need(random: Random) -> Need:
    industry, said = random.choice(INDUSTRIES), random.choice((0.1, 0.3, 0.6))
    return Need(
        industry=industry,
        description=random.choice(("", "锂离子动力电池电芯与模组", "食品加工")) if industry else "",
        origin=random.choice((None, "310114", "4403")),
        asks=_amounts(random, said, 1000),
        investment_cny=_maybe(random, said, lambda: float(random.randint(1, 1_000_000))),
        tax_cny_a=_maybe(random, said, lambda: float(random.randint(1, 1_000_000))),
        output_cny_a=_maybe(random, said, lambda: float(random.randint(1, 1_000_000))),
        jobs=_maybe(random, said, lambda: float(random.randint(1, 1000))),
        needed_on=random.choice((None, None, DAY)),
        land_price_max_cny_m2=_maybe(random, said, lambda: float(random.randint(1, 1000))),
        supply_modes=random.choice(((), (), ("lease",), ("lease", "equity"))),
        regions=Regions(
            only=random.choice(((), (), (), ("34",), ("3401", "31"))),
            prefer=random.choice(((), ("341102",), ("32",))),
            exclude=random.choice(((), (), (), ("31",), ("341102",))),
        ),
        importance=tuple(random.sample(NEED_SIDE, random.randint(0, 3))),
    )


def _any_park(random: Random, code: str) -> Park:
    lists, said = ("26", "2614", "3841", "B", "1411"), random.choice((0.3, 0.7, 1.0))
    return Park(
        code,
        adcode=random.choice(ADCODES),
        level=random.choice((None, "national", "provincial")),
        industries=tuple(random.sample(WORDS, random.randint(0, 3))),
        chemical_park=random.choice((None, True, False)),
        prohibited=tuple(random.sample(lists, random.choice((0, 0, 1, 2)))),
        restricted=tuple(random.sample(lists, random.choice((0, 0, 1, 2)))),
        free=_amounts(random, said, 1500),
        replacement={name: random.choice((1.0, 1.5, 2.0)) for name in random.sample(POLLUTANTS, random.randint(0, 2))},
        investment_min_cny_m2=_maybe(random, said, lambda: float(random.randint(1, 1000))),
        tax_min_cny_m2_a=_maybe(random, said, lambda: float(random.randint(1, 1000))),
        land_price_cny_m2=_maybe(random, said, lambda: float(random.randint(1, 1000))),
        rent_cny_m2_month=_maybe(random, said, lambda: random.uniform(5, 30)),
        wage_cny_a=_maybe(random, said, lambda: random.uniform(40_000, 160_000)),
        supply_modes=tuple(random.sample(("transfer", "lease"), random.randint(0, 2))),
        available_on=_maybe(random, said, lambda: DAY + timedelta(days=random.randint(-300, 300))),
        response_rate=_maybe(random, said, random.random),
        green_power_share=_maybe(random, said, random.random),
    )


def improved(park: Park, random: Random) -> Park:
    """The same park, at least as good in everything it has said."""

    def up(value: float | None) -> float | None:
        return None if value is None else value + random.choice((0, 1, 500))

    def down(value: float | None) -> float | None:
        return None if value is None else value * random.choice((1.0, 0.5))

    grown: dict[str, Any] = {name: up(getattr(park.free, name)) for name in (*AMOUNTS, "energy_tce")}
    quotas = {name: amount + random.choice((0, 7)) for name, amount in park.free.emissions_t_a.items()}
    return replace(
        park,
        free=replace(park.free, **grown, emissions_t_a=quotas),
        land_price_cny_m2=down(park.land_price_cny_m2),
        rent_cny_m2_month=down(park.rent_cny_m2_month),
        wage_cny_a=down(park.wage_cny_a),
        investment_min_cny_m2=down(park.investment_min_cny_m2),
        available_on=park.available_on and park.available_on - timedelta(days=random.choice((0, 90))),
        response_rate=None if park.response_rate is None else min(1.0, park.response_rate + random.choice((0, 0.1))),
        green_power_share=None if park.green_power_share is None else min(1.0, park.green_power_share * 1.5),
        level="national" if park.level else None,
    )


def completed(park: Park, other: Park) -> Park:
    """What the park has not said, as the other has it."""

    def either(record: object, second: object, names: Sequence[str]) -> dict[str, Any]:
        return {
            name: getattr(second, name) if getattr(record, name) in (None, ()) else getattr(record, name)
            for name in names
        }

    amounts = either(park.free, other.free, [each.name for each in fields(Resources) if each.name != "emissions_t_a"])
    quotas = {**other.free.emissions_t_a, **park.free.emissions_t_a}
    rest = [each.name for each in fields(Park) if each.name not in ("free", "replacement", "code", "prohibited")]
    return replace(park, free=Resources(**amounts, emissions_t_a=quotas), **either(park, other, rest))


def enlarged(need: Need, times: float) -> Need:
    """The same need, so many times as large."""
    names = ("investment_cny", "tax_cny_a", "output_cny_a", "jobs")
    larger: dict[str, Any] = {
        name: None if getattr(need, name) is None else getattr(need, name) * times for name in names
    }
    return replace(need, asks=multiplied(need.asks, times), **larger)


def multiplied(amounts: Resources, times: float) -> Resources:
    """So many times these amounts."""
    known: dict[str, Any] = {
        name: None if getattr(amounts, name) is None else getattr(amounts, name) * times
        for name in (*AMOUNTS, "energy_tce")
    }
    quotas = {name: amount * times for name, amount in amounts.emissions_t_a.items()}
    return replace(amounts, **known, emissions_t_a=quotas)


def _amounts(random: Random, said: float, most: int) -> Resources:
    known: dict[str, Any] = {
        name: _maybe(random, said, lambda: float(random.randint(0, most))) for name in (*AMOUNTS, "energy_tce")
    }
    named = random.sample(POLLUTANTS, random.randint(0, 3)) if random.random() < said else []
    quotas = {name: float(random.randint(0, 1500)) for name in named}
    return Resources(**known, energy_basis=random.choice((None, *EnergyBasis)), emissions_t_a=quotas)


def _maybe(random: Random, said: float, value: Callable[[], Item]) -> Item | None:
    return value() if random.random() < said else None
