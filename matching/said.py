"""What do needs say, as numbers: which criteria stand, which gates turn on an amount, and where does each turn?

What is read of the records is kept as arrays; what follows from them is compiled, for one need as for a hundred
thousand, and is what `criteria_of` and `gates_of` would do.
"""

from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.asked import Asked
from matching.criteria import home_of
from matching.exact import interpolated
from matching.gates import RESOURCES, screened
from matching.kernel import (
    ASKS_BACK,
    CHAIN,
    DELIVERY,
    DEMANDS,
    DISTANCE,
    EMITTED,
    ENERGY,
    ENVIRONMENT,
    F32,
    F64,
    GAP,
    I8,
    I32,
    I64,
    IN_ENERGY,
    IN_ENVIRONMENT,
    IN_LAND,
    INTENSITY,
    INVESTMENT,
    JOBS,
    LAND,
    NO_GROUP,
    POLLUTANTS,
    PRICES,
    REGION,
    TAKES,
    TAX,
    TECHNOLOGY,
    TEXT,
    WAITS,
    exact,
    thresholds,
)
from matching.place import point_of
from matching.tables import Sheets

NAMES = (
    "asks.land_m2",
    "asks.building_m2",
    "asks.power_kva",
    "asks.energy_tce",
    "asks.coal_t_a",
    "asks.steam_t_h",
    "asks.gas_m3_d",
    "asks.water_t_d",
    "asks.wastewater_t_d",
    "asks.hazardous_waste_t_a",
    "investment_cny",
    "tax_cny_a",
    "output_cny_a",
    "jobs",
    "land_price_max_cny_m2",
    "land_taken_m2",
)
LAND_M2, BUILDING, POWER, TCE, _, _, _, WATER = range(8)  # places in NAMES; what makes one criterion lies together
INVESTED, TAXED, OUTPUT, EMPLOYED, DEAREST, TAKEN_LAND = range(10, 16)
CODED, IN_DIGITS, WORDED, PLACED, PREFERS, ASKED_BACK = range(6)  # places in `Said.marks`
PER_TCE = 10_000.0  # of output, as in matching.criteria
GROUP = {
    "land": IN_LAND,
    "building": IN_LAND,
    "power": IN_ENERGY,
    "energy": IN_ENERGY,
    "coal": IN_ENERGY,
    "steam": IN_ENERGY,
    "gas": IN_ENERGY,
    "water": IN_ENVIRONMENT,
    "wastewater": IN_ENVIRONMENT,
    "hazardous_waste": IN_ENVIRONMENT,
}
_amounts = attrgetter(*NAMES)


class Said(NamedTuple):
    """Needs as numbers: `amounts` (n_needs, n_names), NaN not said; `energy` the column that counts as they do, or −1.

    `emitted` are amounts of pollutants, those of a need from `emitted_start` on, `quota` the columns that decide them.
    """

    amounts: F64
    energy: I32
    needed_on: F64
    emitted_start: I64
    quota: I32
    emitted: F64
    marks: I8


class Rules(NamedTuple):
    """Where gates find their columns: of resources (place in NAMES, column, group), and of what parks demand."""

    resources: I32
    investment: int
    tax: int
    land_price: int
    available: int


class Written(NamedTuple):
    """Room for gates: what `kernel.Plans` has of them, their kinds, and the amounts."""

    gates: I32
    kind: I32
    asked: F64


class Stated(NamedTuple):
    """Which criteria each need says something about, (n_needs, n_criteria), and its gates as `kernel.Plans` has them.

    `able` (n_needs,) says where no gate is doubtful in float32. `needed_on` is 0 where no day is said.
    """

    says: I8
    needed_on: F64
    base: I8
    rents: I8
    silent_groups: I8
    given: F64
    gates_start: I64
    gates: I32
    turns: F32
    asked: F64
    able: NDArray[np.bool_]


def said_by(needs: Sequence[Asked], sheets: Sheets) -> Said:
    """These needs as numbers."""
    records = [each.need for each in needs]
    bases = [need.asks.energy_basis for need in records]
    emissions = [need.asks.emissions_t_a for need in records if need.asks.emissions_t_a]
    quota = {name: _quota(name, sheets) for name in {name for each in emissions for name in each}}
    return Said(
        np.fromiter(chain.from_iterable(map(_amounts, records)), dtype=np.float64).reshape(-1, len(NAMES)),
        np.array([-1 if basis is None else sheets.column[f"energy_tce:{basis}"] for basis in bases], dtype=np.int32),
        np.array([need.needed_on.toordinal() if need.needed_on else np.nan for need in records], dtype=np.float64),
        starts_of([len(need.asks.emissions_t_a) for need in records]),
        np.array([quota[name] for each in emissions for name in each], dtype=np.int32),
        np.array([amount for each in emissions for amount in each.values()], dtype=np.float64),
        _marks(needs),
    )


def _marks(needs: Sequence[Asked]) -> I8:
    """What a need says beside amounts, (n_marks, n_needs); lists of plain numbers, which no collector walks through."""
    codes, homes = [each.industry for each in needs], [home_of(each) for each in needs]
    placed = {home: point_of(home) is not None for home in set(homes)}
    in_digits = {code: code is not None and code.isdigit() for code in set(codes)}
    return np.array(
        [
            [code is not None for code in codes],
            [in_digits[code] for code in codes],
            [bool(each.need.description.strip()) for each in needs],
            [placed[home] for home in homes],
            [bool(each.need.regions.prefer) for each in needs],
            [bool(screened(each)) for each in needs],
        ],
        dtype=np.int8,
    )


def _quota(name: str, sheets: Sheets) -> int:
    return sheets.column.get(f"emission:{name}", sheets.column["nothing"])


def rules_of(sheets: Sheets) -> Rules:
    """Where the gates of these tables find their columns."""
    column = sheets.column
    taken = {name: NAMES.index(f"asks.{name}") for _, name, _, _ in RESOURCES} | {"land_m2": TAKEN_LAND}
    resources = [(taken[name], column[free], GROUP.get(gate, NO_GROUP)) for gate, name, free, _ in RESOURCES]
    demanded = ("investment_min_cny_m2", "tax_min_cny_m2_a", "land_price_cny_m2", "available_on")
    return Rules(np.array(resources, dtype=np.int32), *(column[name] for name in demanded))


def starts_of(lengths: Sequence[int] | NDArray[np.integer]) -> I64:
    """Where each of some rows begins that lie end to end, and where the last ends."""
    found = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=found[1:])
    return found


@exact
def _any(amounts: F64, first: int, last: int) -> bool:
    found = False
    for place in range(first, last):
        found |= amounts[place] > 0  # which NaN is not
    return found


@exact
def _says(amounts: F64, marks: I8, waits: bool, emits: bool, says: I8) -> None:
    """Which criteria a need says something about."""
    land = amounts[LAND_M2] > 0
    says[:] = 1
    says[CHAIN] = marks[CODED]
    says[TEXT] = marks[WORDED] | marks[CODED]
    says[LAND] = _any(amounts, LAND_M2, POWER)
    says[ENERGY] = _any(amounts, POWER, WATER)
    says[ENVIRONMENT] = _any(amounts, WATER, INVESTED) or emits
    says[DISTANCE] = marks[PLACED]
    says[DELIVERY] = waits
    says[REGION] = marks[PREFERS]
    says[INVESTMENT] = land and not np.isnan(amounts[INVESTED])
    says[TAX] = land and not np.isnan(amounts[TAXED])
    says[GAP] = marks[IN_DIGITS]
    says[INTENSITY] = amounts[OUTPUT] > 0 and not np.isnan(amounts[TCE])
    says[TECHNOLOGY] = 0
    says[POLLUTANTS] = emits
    says[JOBS] = land and not np.isnan(amounts[EMPLOYED])


@exact
def _given(amounts: F64, says: I8, points: F64, given: F64) -> None:
    """Values of what is the same at every park; a criterion that does not stand weighs nothing."""
    land = amounts[LAND_M2]
    given[0] = interpolated(points, 0, amounts[INVESTED] / land if says[INVESTMENT] else 0.0)
    given[1] = interpolated(points, 1, amounts[TAXED] / land if says[TAX] else 0.0)
    given[2] = interpolated(points, 2, amounts[TCE] / amounts[OUTPUT] * PER_TCE if says[INTENSITY] else 0.0)
    given[3] = interpolated(points, 3, amounts[EMPLOYED] / land if says[JOBS] else 0.0)


@exact
def _put(written: Written, g: int, kind: int, column: int, group: int, amount: float) -> int:
    """Write a gate down at g, and where the next one goes. What parks demand unstated is no demand."""
    written.gates[g, 0], written.gates[g, 1] = column, group
    written.gates[g, 2] = kind not in (DEMANDS, ASKS_BACK)
    written.gates[g, 3] = kind == ASKS_BACK
    written.kind[g], written.asked[g] = kind, amount
    return g + 1


@exact
def _taken(said: Said, rules: Rules, i: int, written: Written, g: int) -> int:
    """Write down the gates of what a need takes."""
    for place, column, group in rules.resources:
        amount, counted = said.amounts[i, place], said.energy[i] if place == TCE else column
        if amount > 0 and counted >= 0:  # energy without its basis: all is unknown
            g = _put(written, g, TAKES, counted, group, amount)
    for place in range(said.emitted_start[i], said.emitted_start[i + 1]):
        if said.emitted[place] > 0:
            g = _put(written, g, TAKES, said.quota[place], EMITTED, said.emitted[place])
    return g


@exact
def _demanded(said: Said, rules: Rules, i: int, says: I8, written: Written, g: int) -> int:
    """Write down the gates of what parks demand, and of the day."""
    amounts = said.amounts[i]
    for criterion, place, column in ((INVESTMENT, INVESTED, rules.investment), (TAX, TAXED, rules.tax)):
        offered = amounts[place] / amounts[LAND_M2] if says[criterion] else 0.0
        g = _put(written, g, DEMANDS if says[criterion] else ASKS_BACK, column, NO_GROUP, offered)
    if amounts[DEAREST] > 0:
        g = _put(written, g, PRICES, rules.land_price, NO_GROUP, amounts[DEAREST])
    if says[DELIVERY]:
        g = _put(written, g, WAITS, rules.available, NO_GROUP, said.needed_on[i])
    return g


@exact
def stated(said: Said, rules: Rules, known: F64, counts: I64, points: F64) -> Stated:
    """What follows from what is said. `points` are the value functions of investment, tax, intensity and jobs."""
    needs, room = said.needed_on.size, said.needed_on.size * (rules.resources.shape[0] + 4) + said.emitted.size
    written = Written(np.empty((room, 4), dtype=np.int32), np.empty(room, dtype=np.int32), np.empty(room))
    says, given = np.empty((needs, JOBS + 1), dtype=np.int8), np.empty((needs, 4))
    base, rents = np.empty(needs, dtype=np.int8), np.empty(needs, dtype=np.int8)
    silent, starts = np.zeros((needs, 4), dtype=np.int8), np.zeros(needs + 1, dtype=np.int64)
    for i in range(needs):
        amounts, marks = said.amounts[i], said.marks[:, i]
        emits = _any(said.emitted, said.emitted_start[i], said.emitted_start[i + 1])
        _says(amounts, marks, not np.isnan(said.needed_on[i]), emits, says[i])
        _given(amounts, says[i], points, given[i])
        silent[i, IN_ENERGY - 1] = amounts[TCE] > 0 and said.energy[i] < 0
        asks = emits or _any(amounts, LAND_M2, INVESTED)
        base[i] = not asks or marks[ASKED_BACK] or silent[i, IN_ENERGY - 1]
        rents[i] = amounts[BUILDING] > 0 and not amounts[LAND_M2] > 0
        g = _taken(said, rules, i, written, starts[i])
        starts[i + 1] = _demanded(said, rules, i, says[i], written, g)
    last = starts[needs]
    gates, asked = written.gates[:last].copy(), written.asked[:last].copy()
    turns, doubtful = _turns(known, counts, gates, written.kind[:last].copy(), asked)
    able = np.ones(needs, dtype=np.bool_)
    for i in range(needs):
        able[i] = not doubtful[starts[i] : starts[i + 1]].any()
    return Stated(
        says,
        np.where(np.isnan(said.needed_on), 0.0, said.needed_on),
        base,
        rents,
        silent,
        given,
        starts,
        gates,
        turns,
        asked,
        able,
    )


@exact
def _turns(known: F64, counts: I64, gates: I32, kind: I32, asked: F64) -> tuple[F32, I8]:
    """Low, high and one over the amount of each gate, (n_gates, 3), and which are doubtful (see `thresholds`)."""
    low, high = np.empty(asked.size, dtype=np.float32), np.empty(asked.size, dtype=np.float32)
    turns, doubtful = np.zeros((asked.size, 3), dtype=np.float32), np.empty(asked.size, dtype=np.int8)
    thresholds(known, counts, gates[:, 0].copy(), kind, asked, low, high, doubtful)
    for g in range(asked.size):
        turns[g, 0], turns[g, 1] = low[g], high[g]
        if asked[g] != 0:
            turns[g, 2] = 1.0 / asked[g]
    return turns, doubtful
