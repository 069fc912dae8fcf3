"""Which trades, cities and supplies is the planted market made of? Tables of its own, not the engine's.

`trades.csv` is by hand. `supply.csv` holds the goods sectors of the 42-sector table of 2020 (domestic coefficients,
three decimals), which every seed disturbs; the engine reads the 153-sector table. `cities.csv` holds 160 cities at a
tenth of a degree with their output of 2015; the engine reads people of 2020, output of 2023 and rail minutes.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Trade:
    """What a firm makes and a park gathers: its sector of the table, its classes, what each side calls it."""

    sector: str
    codes: tuple[str, ...]
    words: tuple[str, ...]
    phrases: tuple[str, ...]
    dirty: bool
    chemical: bool


@dataclass(frozen=True, slots=True, eq=False)
class Cities:
    """Arrays (n_cities,): where they are, what they produced in 2015 (亿元), their universities."""

    adcode: tuple[str, ...]
    lon: Floats
    lat: Floats
    output: Floats
    universities: Floats


@cache
def trades() -> tuple[Trade, ...]:
    """The trades, about fifty."""
    return tuple(
        Trade(
            row["sector"],
            tuple(row["codes"].split()),
            tuple(row["words"].split("|")),
            tuple(row["phrases"].split("|")),
            row["dirty"] == "1",
            row["chemical"] == "1",
        )
        for row in _rows("trades.csv")
    )


@cache
def cities() -> Cities:
    """The 160 cities of the largest output in 2015."""
    rows = _rows("cities.csv")

    def column(name: str) -> Floats:
        return np.array([float(row[name]) for row in rows])

    codes = tuple(row["adcode"] for row in rows)
    return Cities(codes, column("lon"), column("lat"), column("output_2015_yi"), column("students_places"))


@cache
def supply() -> Floats:
    """What a trade's sector (row) sells for each yuan that another's (column) makes, (n_trades, n_trades)."""
    rows = _rows("supply.csv")
    place = {row["seller"]: number for number, row in enumerate(rows)}
    table = np.array([[float(row[name]) for name in place] for row in rows])
    sectors = [place[trade.sector] for trade in trades()]
    return table[np.ix_(sectors, sectors)]


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
