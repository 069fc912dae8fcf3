"""What is the structured work of a match, as bare arrays that every peer can be given?

The needs of `bench.market` all ask for the same things, so a market is a handful of matrices. They are made from the
columns, criteria and gates that judge one need at a time, not from the kernel's tables; that the answer is the
product's is not taken from there either: every peer's top 20 is held against `Index.parks_for`.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching.asked import Asked, asked_of
from matching.columns import BASES, Columns
from matching.criteria import MEASURES, criteria_of, valued
from matching.gates import GateColumn, gates_of
from matching.index import Index
from matching.records import EnergyBasis, Need
from matching.reference.priors import Points, prior_of, priors
from matching.weights import NEED_SIDE, PARK_SIDE, weights_of

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]

TOP = 20
TIER = 1.5  # a key is score − 1.5 · standing
TAKEN, DEMANDED, DAY = 9, 2, 11  # amounts 0–8 are taken, 9 and 10 demanded, 11 is the day a park is ready
# Which taken amounts the slacks are the least of: land, energy, environment; the last three are pollutants' quotas.
GROUPS = ((0,), (2, 3), (4, 5, 6, 7, 8), (7, 8))
FIXED = ("land_price", "market", "talent", "services", "labour_cost", "green_power", "response_rate")
FIXED_WEIGHTS = (2, 6, 7, 8, 9, 12, 13)
RAMPED = ("land_slack", "energy_slack", "environment_slack", "pollutant_share", "delivery")
CRITERIA = (*NEED_SIDE, *PARK_SIDE)
CHAIN, LAND, DISTANCE, DELIVERY, REGION, GAP, POLLUTANTS = 0, 3, 10, 11, 14, 17, 20
SLACKS = (3, 4, 5, 20)  # places of the criteria the groups are valued for


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """Parks by columns, needs by rows. `amounts` (12, parks), −1 unknown; `fixed` (7, parks) values.

    `values` and `calls` (rows, parks) hold what depends on a few words of the need; `of` (needs, 6) says which row:
    values of chain, gap, distance, preference, calls by region and by industry, −1 none.
    `ask`, `low` (needs, 9), `high` (needs, 3), `weights` (needs, 22), `constant`, `base` (needs,).
    """

    codes: tuple[str, ...]
    amounts: F32
    fixed: F32
    values: F32
    calls: NDArray[np.int8]
    of: I32
    ask: F32
    low: F32
    high: F32
    weights: F32
    constant: F32
    base: I32
    ramps: F32
    priors: F32
    beta: float

    @property
    def needs(self) -> int:
        return len(self.of)

    @property
    def parks(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True, eq=False)
class Tops:
    """Of each need the `TOP` best parks in falling order of key: rows and keys, (needs, 20)."""

    rows: I32
    keys: F32


def structured(need: Need) -> Need:
    """The need at its default weights, the text at none."""
    return replace(need, weights={**weights_of(replace(need, weights={})), "text": 0.0})


class _Shelf:
    """Rows by key, each made once, in the order they were asked for."""

    def __init__(self) -> None:
        self.places: dict[Hashable, int] = {}
        self.rows: list[NDArray[np.generic]] = []

    def at(self, key: Hashable, make: Callable[[], NDArray[np.generic]]) -> int:
        if key not in self.places:
            self.places[key] = len(self.rows)
            self.rows.append(make())
        return self.places[key]


def flat(needs: Sequence[Need], index: Index) -> Flat:
    """The arrays of these needs, all of the shape of `bench.market.needs`, and of these parks."""
    columns = index.columns
    asked = [asked_of(need) for need in needs]
    values, calls = _Shelf(), _Shelf()
    of = [[*_value_rows(each, columns, values), *_call_rows(each, columns, calls)] for each in asked]
    ask = np.array([_asks(each.need) for each in asked])
    amounts = np.array(_amounts(columns))
    nothing = np.zeros((1, columns.parks), dtype=np.int8)
    return Flat(
        codes=tuple(park.code for park in index.parks),
        amounts=np.where(np.isnan(amounts), -1.0, amounts).astype(np.float32),
        fixed=np.array([_value(name, asked[0], columns) for name in FIXED], dtype=np.float32),
        values=np.array(values.rows, dtype=np.float32),
        calls=np.array(calls.rows, dtype=np.int8) if calls.rows else nothing,
        of=np.array(of, dtype=np.int32),
        ask=ask.astype(np.float32),
        low=(ask * (1 - 1e-7)).astype(np.float32),
        high=_not_above(np.array([_most(each) for each in asked])),
        weights=np.array([_weights(each, columns) for each in asked], dtype=np.float32),
        constant=np.array([_constant(each, columns) for each in asked], dtype=np.float32),
        base=np.array([_base(each, columns) for each in asked], dtype=np.int32),
        ramps=np.array([_ramp(prior_of(name).points) for name in RAMPED], dtype=np.float32),
        priors=np.array([prior_of(name).prior for name in CRITERIA], dtype=np.float32),
        beta=priors("relocation").beta,
    )


def _value(name: str, asked: Asked, columns: Columns) -> NDArray[np.float64]:
    measured = MEASURES[name](asked, columns)
    assert measured is not None
    return valued(prior_of(name), "", 1.0, measured).value


def _value_rows(asked: Asked, columns: Columns, shelf: _Shelf) -> list[int]:
    need = asked.need
    keys = {"industry_chain": asked.industry, "chain_gap": asked.industry, "distance": need.origin}
    rows = [shelf.at((name, key), lambda name=name: _value(name, asked, columns)) for name, key in keys.items()]  # type: ignore[misc]
    prefer = need.regions.prefer
    return [*rows, shelf.at(("region", prefer), lambda: _value("region", asked, columns)) if prefer else -1]


def _call_rows(asked: Asked, columns: Columns, shelf: _Shelf) -> tuple[int, int]:
    """Rows of the calls by region and by industry, −1 where none is made."""
    regions = asked.need.regions.exclude
    found = {gate.gate: np.asarray(gate.call, dtype=np.int8) for gate in _judged(asked, columns)}
    region = shelf.at(("region", regions), lambda: found["region"]) if "region" in found else -1
    listed = [call for name, call in found.items() if name in ("prohibited", "chemical")]
    rule = (asked.industry, "rules")
    return region, shelf.at(rule, lambda: np.maximum.reduce(listed)) if listed else -1


def _judged(asked: Asked, columns: Columns) -> list[GateColumn]:
    return [gate for gate in gates_of(asked, columns) if gate.gate in ("region", "prohibited", "chemical")]


def _base(asked: Asked, columns: Columns) -> int:
    """1 where the 两高 screen leaves every park unverified."""
    return int(any(gate.gate == "high_energy" and gate.call[0] == 1 for gate in gates_of(asked, columns)))


def _amounts(columns: Columns) -> list[NDArray[np.float64]]:
    energy = np.where(columns["energy_basis"] == BASES.index(EnergyBasis.CALORIFIC), columns["energy_tce"], np.nan)
    taken = [columns[name] for name in ("land_m2", "largest_plot_m2", "power_kva")]
    taken += [energy, *(columns[name] for name in ("water_t_d", "wastewater_t_d", "hazardous_waste_t_a"))]
    taken += [columns.headroom(name) / columns.multiple(name) for name in ("COD", "VOCs")]
    return [*taken, *(columns[name] for name in ("investment_min_cny_m2", "tax_min_cny_m2_a", "available_on"))]


def _asks(need: Need) -> list[float]:
    asks, emitted = need.asks, need.asks.emissions_t_a
    given = (asks.land_m2, asks.land_m2, asks.power_kva, asks.energy_tce, asks.water_t_d, asks.wastewater_t_d)
    return [float(amount or 0.0) for amount in (*given, asks.hazardous_waste_t_a, emitted["COD"], emitted["VOCs"])]


def _most(asked: Asked) -> tuple[float, float, float]:
    day = asked.need.needed_on
    assert day is not None
    return asked.per_m2("investment") or 0.0, asked.per_m2("tax") or 0.0, float(day.toordinal())


def _not_above(edges: NDArray[np.float64]) -> F32:
    """The next float32 at or below: an amount that float32 holds is above the one if it is above the other."""
    found = edges.astype(np.float32)
    return np.where(found > edges, np.nextafter(found, np.float32(-np.inf)), found)


def _weights(asked: Asked, columns: Columns) -> list[float]:
    found = {each.criterion: each.weight for each in criteria_of(asked, columns)}
    return [found.get(name, 0.0) for name in CRITERIA]


def _constant(asked: Asked, columns: Columns) -> float:
    """What of the park's side is the same at every park."""
    same = ("investment", "tax", "energy_intensity", "jobs")
    return sum(each.weight * float(each.value[0]) for each in criteria_of(asked, columns) if each.criterion in same)


def _ramp(points: Points) -> list[float]:
    """A piecewise-linear function as its first value and four (x, length, slope)."""
    ramp = [points[0][1]]
    for (x, y), (x2, y2) in pairwise(points):
        ramp += [x, x2 - x, (y2 - y) / (x2 - x)]
    return ramp + [0.0] * (13 - len(ramp))


def only_passing(tops: Tops) -> Tops:
    """Who fails a gate is no answer: blocks rank them last, loops leave them out."""
    failing = tops.keys < -1.75
    return Tops(np.where(failing, -1, tops.rows), np.where(failing, np.float32(-9), tops.keys))


def agree(ours: Tops, theirs: Tops, tolerance: float = 2e-5) -> bool:
    """Whether two answers hold the same parks in the same order, but for keys closer than float32 tells apart."""
    few = min(len(ours.rows), len(theirs.rows))
    near = np.abs(ours.keys[:few] - theirs.keys[:few]) <= tolerance
    same = ours.rows[:few] == theirs.rows[:few]
    gaps = np.diff(ours.keys[:few], axis=1)
    tied = np.zeros(same.shape, dtype=bool)
    tied[:, 1:] |= np.abs(gaps) <= tolerance
    tied[:, :-1] |= np.abs(gaps) <= tolerance
    tied[:, -1] = True  # the 21st may be as good
    return bool(near.all() and (same | tied).all())
