"""What does each criterion weigh when nobody says, how is its measure valued, and what stands for the unknown?"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

FOLDER = Path(__file__).parent


Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Prior:
    """One criterion: its weight on its side, the value of the unknown, and the break points (measure, value).

    `rent_points` value rents where the need asks for rooms; `stand_in_points` value what stands in for the unknown.
    """

    name: str
    side: str
    weight: float
    prior: float
    points: Points
    measure: str
    source: str
    rent_points: Points = ()
    stand_in_points: Points = ()


@dataclass(frozen=True, slots=True)
class Priors:
    """The priors of one mode; weights sum to 1 on each side. `beta` is how much more the worse-off side weighs."""

    beta: float
    need: Mapping[str, Prior]
    park: Mapping[str, Prior]


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a pair of places: its weight, the value of the unknown, and break points where it has a measure.

    `stand_in_points` value what stands in for the unknown.
    """

    name: str
    weight: float
    prior: float
    measure: str
    source: str
    points: Points = ()
    stand_in_points: Points = ()


@cache
def terms(mode: str, side: str) -> Mapping[str, Term]:
    """The terms of one side of a mode, `[MODE.SIDE.NAME]` of the file, in its order; a side's weights sum to 1.

    Raises KeyError for a mode or side that has none.
    """
    table = _table()[mode][side]
    found = {
        name: Term(
            name,
            row["weight"],
            row["prior"],
            row["measure"],
            row["source"],
            _points(row.get("points", ())),
            _points(row.get("stand_in_points", ())),
        )
        for name, row in table.items()
    }
    return MappingProxyType(found)


@cache
def constant(mode: str, name: str) -> float:
    """A number of a mode that is no weight, `[MODE.constants.NAME]` with value, unit and source. Raises KeyError."""
    return float(_table()[mode]["constants"][name]["value"])


@cache
def priors(function: str = "relocation") -> Priors:
    """The priors of what a place is to be: `relocation`, or one place of a pair, `hq_base.hq`. Raises KeyError.

    What a row of another function does not say (prior, points, measure) is as for relocation.
    """
    table: Mapping[str, Any] = _table()
    for name in function.split("."):
        table = table[name]
    return Priors(table.get("beta", _table()["relocation"]["beta"]), _side("need", table), _side("park", table))


@cache
def prior_of(criterion: str, function: str = "relocation") -> Prior:
    """The prior of one criterion of either side."""
    found = priors(function)
    return found.need[criterion] if criterion in found.need else found.park[criterion]


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / "priors.toml").read_text(encoding="utf-8"))


def _points(rows: Iterable[Sequence[float]]) -> Points:
    return tuple((float(x), float(y)) for x, y in rows)


def _side(side: str, table: Mapping[str, Any]) -> Mapping[str, Prior]:
    usual: Mapping[str, Any] = _table()["relocation"][side]
    given = {name: {**usual.get(name, {}), **row} for name, row in table.get(side, {}).items()}
    rows = {
        name: Prior(
            name,
            side,
            row["weight"],
            row["prior"],
            _points(row["points"]),
            row["measure"],
            row["source"],
            _points(row.get("rent_points", ())),
            _points(row.get("stand_in_points", ())),
        )
        for name, row in given.items()
    }
    return MappingProxyType(rows)
