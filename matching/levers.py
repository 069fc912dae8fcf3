"""What would a park have to offer to be among the first three for a need, everything else as it is?

A change of the need moves every park, a change of one park's sheet moves that park alone: so the levers are the park's
(a price, free land, power, quotas, the date). Each lever is one criterion; of a scarcest resource all that are scarcer
than the level found must rise to it. The score is monotone along a lever, so its least level is found by halving, to
the last bit of the measure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, inf, isnan
from types import MappingProxyType
from typing import Any

import numpy as np

from matching.columns import comparable_energy
from matching.explain import Evaluated
from matching.ranks import ranked
from matching.records import Park
from matching.reference.priors import Points, prior_of, priors

TOP = 3
HALVINGS = 60
AHEAD = 1e-9  # of the score, beyond which a park stands ahead whatever its code
SLACKS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "land_slack": (("land_m2", "m2"), ("building_m2", "m2")),
        "energy_slack": (
            *(("power_kva", "kVA"), ("energy_tce", "tce"), ("coal_t_a", "t/a"), ("steam_t_h", "t/h")),
            ("gas_m3_d", "m3/d"),
        ),
        "environment_slack": (("water_t_d", "t/d"), ("wastewater_t_d", "t/d"), ("hazardous_waste_t_a", "t/a")),
    }
)
PRICES = {True: "rent_cny_m2_month", False: "land_price_cny_m2"}


@dataclass(frozen=True, slots=True)
class Offer:
    """A field of a park's sheet and the level it would have to reach; `now` is None where the park has not said.

    Free amounts are called free.NAME, quotas free.emissions_t_a.NAME; a date is its ordinal.
    """

    field: str
    now: float | None
    to: float
    unit: str


@dataclass(frozen=True, slots=True)
class Lever:
    """One criterion and what the park would have to offer together for it to stand among the first."""

    criterion: str
    offers: tuple[Offer, ...]
    score: float


def levers(seen: Evaluated, row: int, place: int = TOP) -> tuple[Lever, ...]:
    """Every single criterion by which a park would come among the first `place`; () where it is, or where none would.

    A park whose verdict puts it behind must first be confirmed, or admitted: none either.
    """
    order = ranked(seen)
    others = order[order != row]
    if row not in order or len(others) < place or row in order[:place]:
        return ()
    last = others[place - 1]
    if seen.standing[row] > seen.standing[last]:
        return ()
    account = _Account.of(seen, row, float(seen.scores.score[last]) + AHEAD)
    return tuple(lever for make in (_price, _slack, _delivery, _green) for lever in make(account))


def offered(park: Park, lever: Lever, seen: Evaluated) -> Park:
    """The park with these offers."""
    own: dict[str, Any] = {}
    free: dict[str, Any] = {}
    emissions = dict(park.free.emissions_t_a)
    for offer in lever.offers:
        head, _, last = offer.field.rpartition(".")
        if head == "free.emissions_t_a":
            emissions[last] = offer.to
        elif head == "free":
            free[last] = offer.to
        else:
            own[last] = date.fromordinal(int(offer.to)) if last == "available_on" else offer.to
    if "energy_tce" in free:
        free["energy_basis"] = seen.asked.need.asks.energy_basis
    return replace(park, free=replace(park.free, **free, emissions_t_a=MappingProxyType(emissions)), **own)


@dataclass(frozen=True, slots=True)
class _Account:
    """One park's score as a function of the values of its criteria, and the score to reach."""

    seen: Evaluated
    row: int
    target: float
    own: Mapping[str, tuple[str, float, float]]
    sums: Mapping[str, float]

    @classmethod
    def of(cls, seen: Evaluated, row: int, target: float) -> "_Account":
        own = {each.criterion: (each.side, each.weight, float(each.value[row])) for each in seen.criteria}
        sums: dict[str, float] = {}
        for side, weight, value in own.values():
            sums[side] = sums.get(side, 0.0) + weight * value
        return cls(seen, row, target, MappingProxyType(own), MappingProxyType(sums))

    def score(self, values: Mapping[str, float]) -> float:
        """S with these values instead."""
        sums = dict(self.sums)
        for name, instead in values.items():
            side, weight, value = self.own[name]
            sums[side] += weight * (instead - value)
        if len(sums) == 1:
            return next(iter(sums.values()))
        u, v = sums["need"], sums["park"]
        return 0.5 * (u + v) - 0.5 * priors(self.seen.asked.function).beta * abs(u - v)

    def points(self, name: str) -> Points:
        """Where the value of a criterion bends."""
        return prior_of(name, self.seen.asked.function).points

    def least(self, start: float, end: float, values: Callable[[float], Mapping[str, float]]) -> float | None:
        """The measure nearest `start` on the way to `end` that reaches the target; None where even `end` does not."""
        if self.score(values(end)) < self.target:
            return None
        low, high = start, end
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            low, high = (low, middle) if self.score(values(middle)) >= self.target else (middle, high)
        return high

    def free(self, name: str) -> float:
        """What the park has of a column."""
        return float(self.seen.columns[name][self.row])


def _value(points: Points, measure: float) -> float:
    x, y = zip(*points, strict=True)
    return float(np.interp(measure, x, y))


def _price(account: _Account) -> list[Lever]:
    """The price of land, or the rent where the need asks for rooms and for no land."""
    if "land_price" not in account.own:
        return []
    asks = account.seen.asked.need.asks
    rooms = bool(asks.building_m2 and not asks.land_m2)
    field = PRICES[rooms]
    points = prior_of("land_price", account.seen.asked.function).rent_points if rooms else account.points("land_price")
    now = account.free(field)
    limit = inf if rooms else account.seen.asked.need.land_price_max_cny_m2 or inf
    start = min(points[-1][0], limit) if isnan(now) else now
    to = account.least(start, points[0][0], lambda price: {"land_price": _value(points, price)})
    if to is None:
        return []
    offer = Offer(field, _known(now), to, "CNY/m2/month" if rooms else "CNY/m2")
    return [_lever(account, "land_price", [offer], {"land_price": _value(points, to)})]


def _slack(account: _Account) -> list[Lever]:
    """Free against needed of what is scarcest: land, energy, environment."""
    found = []
    for name, fields in SLACKS.items():
        if name not in account.own:
            continue
        ratios = _ratios(account, fields) | (_quotas(account) if name == "environment_slack" else {})
        lever = _raised(account, name, ratios) if ratios else None
        if lever is not None:
            found.append(lever)
    return found


@dataclass(frozen=True, slots=True)
class _Stock:
    """What is needed of a resource (with its multiple), what is free (NaN: not said), and its unit."""

    needed: float
    free: float
    unit: str

    @property
    def ratio(self) -> float:
        """Free over needed."""
        return self.free / self.needed


def _ratios(account: _Account, fields: Sequence[tuple[str, str]]) -> dict[str, _Stock]:
    asks, found = account.seen.asked.need.asks, {}
    for name, unit in fields:
        amount = account.seen.asked.need.takes(name)
        if amount:
            free = account.free(name)
            if name == "energy_tce":
                free = float(comparable_energy(asks, account.seen.columns)[account.row])
            found[f"free.{name}"] = _Stock(amount, free, unit)
    return found


def _quotas(account: _Account) -> dict[str, _Stock]:
    columns, row = account.seen.columns, account.row
    return {
        f"free.emissions_t_a.{name}": _Stock(
            amount * float(columns.multiple(name)[row]), float(columns.headroom(name)[row]), "t/a"
        )
        for name, amount in account.seen.asked.need.asks.emissions_t_a.items()
        if amount
    }


def _raised(account: _Account, name: str, stocks: Mapping[str, _Stock]) -> Lever | None:
    """Everything scarcer than a level is raised to it; the least level that reaches the target, and at least enough."""
    if "free.energy_tce" in stocks and account.seen.asked.need.asks.energy_basis is None:
        return None
    points, share = account.points(name), "pollutant_share"
    quotas = [stock for field, stock in stocks.items() if field.startswith("free.emissions_t_a.")]

    def values(level: float) -> Mapping[str, float]:
        found = {name: _value(points, min(_at_least(stock, level) for stock in stocks.values()))}
        if quotas and share in account.own:
            used = max(1 / _at_least(stock, level) for stock in quotas)
            found[share] = _value(account.points(share), used)
        return found

    ratios = [stock.ratio for stock in stocks.values()]
    start = 1.0 if any(map(isnan, ratios)) else max(1.0, min(ratios))
    level = account.least(start, max(start, points[-1][0]), values)
    if level is None:
        return None
    offers = [
        Offer(field, _known(stock.free), level * stock.needed, stock.unit)
        for field, stock in stocks.items()
        if not stock.ratio >= level
    ]
    return _lever(account, name, offers, values(level)) if offers else None


def _at_least(stock: _Stock, level: float) -> float:
    return level if isnan(stock.ratio) else max(stock.ratio, level)


def _delivery(account: _Account) -> list[Lever]:
    """Ready sooner, by whole days."""
    wanted = account.seen.asked.need.needed_on
    if "delivery" not in account.own or wanted is None:
        return []
    ready, points = account.free("available_on"), account.points("delivery")
    start = 0.0 if isnan(ready) else wanted.toordinal() - ready
    lead = account.least(start, points[-1][0], lambda days: {"delivery": _value(points, days)})
    if lead is None:
        return []
    offer = Offer("available_on", _known(ready), float(wanted.toordinal() - ceil(lead)), "d")
    return [_lever(account, "delivery", [offer], {"delivery": _value(points, ceil(lead))})]


def _green(account: _Account) -> list[Lever]:
    """The share of green power."""
    if "green_power" not in account.own:
        return []
    now, points = account.free("green_power_share"), account.points("green_power")
    to = account.least(0.0 if isnan(now) else now, 1.0, lambda share: {"green_power": _value(points, share)})
    if to is None:
        return []
    offer = Offer("green_power_share", _known(now), to, "1")
    return [_lever(account, "green_power", [offer], {"green_power": _value(points, to)})]


def _lever(account: _Account, name: str, offers: Sequence[Offer], values: Mapping[str, float]) -> Lever:
    return Lever(name, tuple(offers), account.score(values))


def _known(number: float) -> float | None:
    return None if isnan(number) else number
