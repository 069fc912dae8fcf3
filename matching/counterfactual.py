"""What is the least change of a need that a park would take, and of a park's sheet that would bring it to the top?

The least joint change is a linear programme: amounts of the need go down, the price limit, investment and tax go up,
the date goes later, each counted against the need's own; land couples its own amount, the plot, investment and tax per
m². All else is separable, so the programme is solved exactly at its vertices: the few areas of land at which one of
the coupled constraints binds. Regions, prohibited lists and recognitions are never offered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isnan
from types import MappingProxyType
from typing import Any

import numpy as np

from matching.explain import Evaluated
from matching.gates import DAYS_A_YEAR, NEVER_RELAXED, NOISE, RESOURCES, Call, GateColumn
from matching.records import Need, Relaxation

EMISSIONS = "emissions_t_a"
OF_GATE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {gate: (name, unit) for gate, name, _, unit in RESOURCES}
    | {"land_price": ("land_price_max_cny_m2", "CNY/m2"), "delivery": ("needed_on", "d")}
)
PER_M2: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"investment": ("investment_cny", "CNY"), "tax": ("tax_cny_a", "CNY/a")}
)


@dataclass(frozen=True, slots=True)
class Step:
    """One field of a need changed `by` so much (less than nothing: down) `to` a level; a date is its ordinal."""

    field: str
    by: float
    to: float
    unit: str
    relative: float


@dataclass(frozen=True, slots=True)
class Change:
    """Steps to take together, land first."""

    steps: tuple[Step, ...]

    @property
    def relative(self) -> float:
        """The sum of their sizes against the need's own: what the least change is least in."""
        return sum(step.relative for step in self.steps)


def single(seen: Evaluated, row: int) -> tuple[Relaxation, ...]:
    """For each failed gate the least change that passes it alone; gates that no amount would pass are left out."""
    changes = [
        Relaxation(gate.gate, gate.of_need(float(by)), gate.unit)
        for gate in _failed(seen, row)
        if not isnan(by := gate.change(np.array([row]))[0])
    ]
    return tuple(changes)


def unchangeable(seen: Evaluated, row: int) -> tuple[str, ...]:
    """The failed gates that no amount of the need would pass."""
    possible = {relaxation.gate for relaxation in single(seen, row)}
    return tuple(gate.gate for gate in _failed(seen, row) if gate.gate not in possible)


def joint(seen: Evaluated, row: int) -> Change | None:
    """The least change, summed over the fields against their own size, after which the park fails no gate.

    None where it fails none, or where something that fails cannot be changed.
    """
    failed = {gate.gate: gate for gate in _failed(seen, row)}
    if not failed or NEVER_RELAXED & failed.keys():
        return None
    land = _land(seen.asked.need, failed, row)
    if land is None:
        return None
    steps = [*land, *(_separate(gate, row) for gate in failed.values() if _separable(gate))]
    found = [step for step in steps if step is not None]
    return Change(tuple(found)) if len(found) == len(steps) else None


def changed(need: Need, steps: Iterable[Step]) -> Need:
    """The need after these steps."""
    emissions = dict(need.asks.emissions_t_a)
    asks: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for step in steps:
        head, _, pollutant = step.field.partition(".")
        if pollutant:
            emissions[pollutant] = step.to
        elif step.field == "needed_on":
            own["needed_on"] = date.fromordinal(int(step.to))
        elif hasattr(need.asks, head):
            asks[step.field] = step.to
        else:
            own[step.field] = step.to
    resources = replace(need.asks, **asks, emissions_t_a=MappingProxyType(emissions))
    return replace(need, asks=resources, **own)


def _failed(seen: Evaluated, row: int) -> list[GateColumn]:
    return [gate for gate in seen.gates if gate.call[row] == Call.FAIL]


def _separable(gate: GateColumn) -> bool:
    return gate.about not in ("land", *PER_M2)


def _separate(gate: GateColumn, row: int) -> Step | None:
    """The change of a field that no other gate depends on."""
    by = float(gate.change(np.array([row]))[0])
    if isnan(by) or gate.free is None:
        return None
    if gate.gate.startswith("emission:"):
        field, unit = f"{EMISSIONS}.{gate.gate.removeprefix('emission:')}", "t/a"
    else:
        field, unit = OF_GATE[gate.gate]
    if gate.gate == "delivery":
        return Step(field, by, float(gate.free[row]), unit, by / DAYS_A_YEAR)
    multiple = 1.0 if gate.multiple is None else float(gate.multiple[row])
    to = float(gate.free[row]) / multiple
    return Step(field, to - gate.own, to, unit, abs(to - gate.own) / gate.own)


def _land(need: Need, failed: Mapping[str, GateColumn], row: int) -> Sequence[Step] | None:
    """The cheapest of the areas at which a coupled constraint binds, with the investment and tax it then takes."""
    least = {name: _free(failed[name], row) for name in PER_M2 if name in failed}
    caps = [failed[name].of_need(_free(failed[name], row)) for name in ("land", "plot") if name in failed]
    own = need.asks.land_m2
    if not own or (not least and not caps):
        return ()
    cap = min([own, *caps])
    if cap <= own * NOISE:  # which would be no smaller need, but another one
        return None
    offered = {name: float(getattr(need, PER_M2[name][0])) for name in least}
    areas = [cap, *(offered[name] / least[name] for name in least)]
    options = [_at(area, own, least, offered) for area in areas if own * NOISE < area <= cap]
    return min(options, key=lambda steps: (sum(step.relative for step in steps), len(steps)))


def _at(area: float, own: float, least: Mapping[str, float], offered: Mapping[str, float]) -> list[Step]:
    steps = [Step("land_m2", area - own, area, "m2", (own - area) / own)] if area < own else []
    for name, minimum in least.items():
        field, unit = PER_M2[name]
        wanted, given = minimum * area, offered[name]
        if wanted > given * (1 + NOISE):
            steps.append(Step(field, wanted - given, wanted, unit, (wanted - given) / (given or minimum * own)))
    return steps


def _free(gate: GateColumn, row: int) -> float:
    return 0.0 if gate.free is None else float(gate.free[row])
