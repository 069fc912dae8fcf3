"""What would a need cost a year at a park: reckoned from the park's dated prices and what the need says, and no more?

Each part is a range with its steps. A price that is unsaid or out of date, and an amount the need does not say, leave
the part unknown and named: never zero, never an average (record 0062).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Any

from marketplace.capacity import Sheet, State
from marketplace.needs import NeedFields

DAYS = (250, 365)  # in which works run: one shift on working days, or through the year
TERMS_A = (20, 50)  # over which land is written off: a usual flexible term, and the longest for industry
POWER_FACTOR = (Decimal("0.9"), Decimal(1))
MOST_HOURS = 8760
TEN_THOUSAND = Decimal(10_000)


class Part(StrEnum):
    """What the yearly cost is made of."""

    LAND = "land"
    RENT = "rent"
    POWER = "power"
    WATER = "water"
    GAS = "gas"
    WAGES = "wages"
    STEAM = "steam"
    WASTEWATER = "wastewater"
    WASTE = "waste"


class Unknown(StrEnum):
    """Why a part is not known."""

    PRICE_UNSAID = "price_unsaid"
    PRICE_STALE = "price_stale"
    HOURS_UNSAID = "hours_unsaid"


@dataclass(frozen=True, slots=True)
class Cost:
    """One part in 万元 a year, low and high; both None with a reason where it is not known.

    `amount` is the need's, `price` the park's with its date, `low_times` and `high_times` what both are multiplied by.
    """

    part: Part
    field: str
    amount: Decimal
    low_10k_a: Decimal | None = None
    high_10k_a: Decimal | None = None
    unknown: Unknown | None = None
    price_field: str = ""
    price: Decimal | None = None
    as_of: date | None = None
    simulated: bool = False
    times: tuple[Decimal, Decimal] = (Decimal(1), Decimal(1))
    once_10k: Decimal | None = None  # of land: what is paid at once


@dataclass(frozen=True, slots=True)
class Yearly:
    """The parts a need asks for, and the sum of those that are known."""

    parts: tuple[Cost, ...]

    @property
    def known(self) -> tuple[Cost, ...]:
        return tuple(part for part in self.parts if part.unknown is None)

    @property
    def unknown(self) -> tuple[Cost, ...]:
        return tuple(part for part in self.parts if part.unknown is not None)

    @property
    def low_10k_a(self) -> Decimal | None:
        """Of the known parts; None where none is known."""
        return sum((part.low_10k_a or Decimal(0) for part in self.known), Decimal(0)) if self.known else None

    @property
    def high_10k_a(self) -> Decimal | None:
        return sum((part.high_10k_a or Decimal(0) for part in self.known), Decimal(0)) if self.known else None

    @property
    def simulated(self) -> bool:
        """Whether an invented price is in it."""
        return any(part.simulated for part in self.known)


@dataclass(frozen=True, slots=True)
class _Kind:
    part: Part
    field: str  # of the need
    price: str  # the term of the sheet
    times: Callable[[Decimal], tuple[Decimal, Decimal]]  # hours → what amount × price is multiplied by: 万元 a year
    by_hours: bool = False  # unknown until the hours a year are said


def _days(_: Decimal) -> tuple[Decimal, Decimal]:
    return DAYS[0] / TEN_THOUSAND, DAYS[1] / TEN_THOUSAND


_KINDS = (
    _Kind(Part.LAND, "land_mu", "land_10k_mu", lambda _: (Decimal(1) / TERMS_A[1], Decimal(1) / TERMS_A[0])),
    _Kind(Part.RENT, "building_m2", "rent_cny_m2_month", lambda _: (12 / TEN_THOUSAND, 12 / TEN_THOUSAND)),
    _Kind(
        Part.POWER,
        "power_kva",
        "power_cny_kwh",
        lambda hours: (hours * POWER_FACTOR[0] / TEN_THOUSAND, hours * POWER_FACTOR[1] / TEN_THOUSAND),
        by_hours=True,
    ),
    _Kind(Part.WATER, "water_t_d", "water_cny_m3", _days),
    _Kind(Part.GAS, "gas_m3_d", "gas_cny_m3", _days),
    _Kind(Part.WAGES, "jobs", "wage_10k_a", lambda _: (Decimal(1), Decimal(1))),
    _Kind(
        Part.STEAM,
        "steam_t_h",
        "steam_cny_t",
        lambda hours: (hours / TEN_THOUSAND, hours / TEN_THOUSAND),
        by_hours=True,
    ),
    _Kind(Part.WASTEWATER, "wastewater_t_d", "wastewater_cny_m3", _days),
    _Kind(Part.WASTE, "hazardous_waste_t_a", "hazardous_waste_cny_t", lambda _: (1 / TEN_THOUSAND, 1 / TEN_THOUSAND)),
)


def yearly_cost(fields: NeedFields, sheet: Sheet, *, load_hours: int | None = None) -> Yearly:
    """The yearly cost of a need at the park of a sheet. `load_hours`: at full load a year, as the firm says."""
    asked = ((kind, getattr(fields, kind.field)) for kind in _KINDS)
    return Yearly(tuple(_cost(kind, Decimal(amount), sheet, load_hours) for kind, amount in asked if amount))


def comparable(costs: Mapping[str, Yearly]) -> bool:
    """Whether the sums of several parks hold the same parts: only then may one be called the lowest."""
    return len({frozenset(part.part for part in cost.known) for cost in costs.values()}) == 1


def _cost(kind: _Kind, amount: Decimal, sheet: Sheet, load_hours: int | None) -> Cost:
    line = sheet[kind.price]
    dated: dict[str, Any] = {"price_field": kind.price, "price": line.value, "as_of": line.as_of}
    dated["simulated"] = line.simulated
    why = None
    if line.value is None or line.state is State.UNKNOWN:
        why = Unknown.PRICE_UNSAID
    elif line.state is State.STALE:
        why = Unknown.PRICE_STALE
    elif kind.by_hours and load_hours is None:
        why = Unknown.HOURS_UNSAID
    if why is not None:
        return Cost(kind.part, kind.field, amount, unknown=why, **dated)
    times = kind.times(Decimal(load_hours or 0))
    low, high = (amount * line.value * each for each in times)
    once = _rounded(amount * line.value, ROUND_CEILING) if kind.part is Part.LAND else None
    bounds = (_rounded(low, ROUND_FLOOR), _rounded(high, ROUND_CEILING))
    return Cost(kind.part, kind.field, amount, *bounds, **dated, times=times, once_10k=once)


def _rounded(value: Decimal, way: str) -> Decimal:
    """To 100 元, outwards: a range never becomes narrower than it is."""
    return value.quantize(Decimal("0.01"), way)
