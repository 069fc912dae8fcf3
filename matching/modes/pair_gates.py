"""What forbids an enclave between two parks, and by how much is the destination short?

An enclave leaves its jurisdiction: both parks in one county (or what stands for it) are no enclave, two counties of one
prefecture are (芦山 → 名山). The amounts are those of the engine's standard programme. Partners are bound by nothing:
as for a need that asks for nothing measurable, nothing is confirmed, so every pair of them is unverified.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matching.gates import NOISE, WHY, Call, GateColumn, covers
from matching.industry import sectors as sector_codes
from matching.modes import enclave
from matching.modes.facts import Facts, kept_with_facts
from matching.modes.pair_terms import Form
from matching.records import Mode, Why

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Calls = NDArray[np.int8]
Pairs = tuple[Calls, NDArray[np.int8]]

AMOUNTS: Mapping[str, tuple[str, str]] = {  # of the programme: gate and unit
    "land_m2": ("land", "m2"),
    "largest_plot_m2": ("plot", "m2"),
    "building_m2": ("building", "m2"),
    "energy_tce": ("energy", "tce"),
    "wastewater_t_d": ("wastewater", "t/d"),
}
DESTINATION = "destination"
WHOLE = 1 - 1e-9  # shares of a portfolio sum to 1 but for noise


def pair_gates(form: Form, facts: Facts, first: Rows, second: Rows) -> list[GateColumn]:
    """Every gate of these pairs as a column, (m,) each."""
    if form.mode is not Mode.ENCLAVE:
        return []
    found = [_rule("jurisdiction", _jurisdiction(facts, first, second))]
    found += [_cut(column, second) for column in _amounts(facts, form.reverse)]
    if not form.reverse:
        found.append(_rule("prohibited", _prohibited(facts, first, second)))
        found.append(_rule("chemical", _chemical(facts, first, second)))
    return found


def pair_standings(form: Form, facts: Facts, first: Rows, second: Rows) -> Calls:
    """0 feasible, 1 unverified, 2 infeasible of pairs; `first` and `second` may be broadcast against each other."""
    shape = np.broadcast_shapes(first.shape, second.shape)
    if form.mode is not Mode.ENCLAVE:
        return np.full(shape, Call.UNKNOWN, dtype=np.int8)
    worst = np.broadcast_to(of_destination(facts, form.reverse)[second], shape).copy()
    np.maximum(worst, _jurisdiction(facts, first, second)[0], out=worst)
    if not form.reverse:
        np.maximum(worst, _prohibited(facts, first, second)[0], out=worst)
        np.maximum(worst, _chemical(facts, first, second)[0], out=worst)
    return worst


def smaller_programme(form: Form, facts: Facts, first: Rows, second: Rows) -> Floats:
    """How much smaller a programme would admit each pair, of itself; NaN where that would not, or nothing fails."""
    if form.mode is not Mode.ENCLAVE:
        return np.full(len(first), np.nan)
    rules = _jurisdiction(facts, first, second)[0]
    if not form.reverse:
        rules = np.maximum.reduce((rules, _prohibited(facts, first, second)[0], _chemical(facts, first, second)[0]))
    return np.where(rules < Call.FAIL, _by_destination(facts, form.reverse)[second], np.nan)


@kept_with_facts
def _by_destination(facts: Facts, reverse: bool) -> Floats:
    """The change of the programme that each destination's amounts ask for, (n_parks,); NaN where they fail twice."""
    everywhere = np.arange(len(facts))
    about: dict[str, Floats] = {}
    for gate in _amounts(facts, reverse):
        by = np.where(gate.call == Call.FAIL, gate.change(everywhere) / gate.own, 0.0)
        about[gate.about] = np.maximum(by, about.get(gate.about, 0.0))
    changes = np.array(list(about.values()))
    fails = ~(changes == 0)  # a change that is NaN fails too
    found: Floats = np.where(fails.sum(axis=0) == 1, changes.sum(axis=0), np.nan)
    return found


@kept_with_facts
def _amounts(facts: Facts, reverse: bool) -> tuple[GateColumn, ...]:
    found = []
    for name, needed in enclave.programme(reverse).items():
        free = enclave.free(facts, name)
        call = np.where(needed - free > NOISE * needed, Call.FAIL, Call.PASS)
        call = np.where(np.isnan(free), Call.UNKNOWN, call).astype(np.int8)
        gate, unit = AMOUNTS[name]
        why = np.full(len(facts), WHY.index(Why.PARK_SILENT), dtype=np.int8)
        if name == "energy_tce":
            counted = ~np.isnan(facts.columns["energy_tce"]) & np.isnan(free)
            why[counted] = WHY.index(Why.BASIS_DIFFERS)
        found.append(GateColumn(gate, unit, call, np.full(len(free), needed), free, needed - free, why, needed))
    return tuple(found)


@kept_with_facts
def of_destination(facts: Facts, reverse: bool) -> Calls:
    """What the amounts alone make of each destination, (n_parks,)."""
    worst = np.zeros(len(facts), dtype=np.int8)
    for column in _amounts(facts, reverse):
        np.maximum(worst, column.call, out=worst)
    return worst


def _cut(column: GateColumn, rows: Rows) -> GateColumn:
    """A gate of parks as a gate of pairs."""
    need, free, gap = (None if each is None else each[rows] for each in (column.need, column.free, column.gap))
    return GateColumn(column.gate, column.unit, column.call[rows], need, free, gap, column.why[rows], column.own)


def _rule(gate: str, decided: Pairs) -> GateColumn:
    return GateColumn(gate, "", decided[0], None, None, None, decided[1])


def _jurisdiction(facts: Facts, first: Rows, second: Rows) -> Pairs:
    """Fails in one county; unknown where one park's place is known only by a region that holds the other's."""
    region, digits = facts.columns.region, facts.columns.region_digits.astype(np.int64)
    finer = digits[first] - digits[second]
    holds = np.where(
        finer >= 0,
        region[first] // 10 ** np.maximum(finer, 0) == region[second],
        region[second] // 10 ** np.maximum(-finer, 0) == region[first],
    )
    unplaced = np.equal(digits[first], 0) | np.equal(digits[second], 0)
    call = np.where(holds, np.where(finer == 0, Call.FAIL, Call.UNKNOWN), Call.PASS)
    call = np.where(unplaced, Call.UNKNOWN, call).astype(np.int8)
    return call, np.where(unplaced, WHY.index(Why.PARK_SILENT), WHY.index(Why.PARTLY)).astype(np.int8)


def _prohibited(facts: Facts, first: Rows, second: Rows) -> Pairs:
    """Fails where the destination prohibits all the origin makes; some of it, or restricted: the park must be asked."""
    hard, soft = listed(facts, restricted=False), listed(facts, restricted=True)
    banned = hard[facts.columns.prohibited.which[second], first]
    asked = np.minimum(soft[facts.columns.restricted.which[second], first], Call.UNKNOWN)
    call = np.maximum(banned, asked)
    why = np.where(asked > banned, WHY.index(Why.RESTRICTED), WHY.index(Why.PARTLY))
    return call.astype(np.int8), why.astype(np.int8)


@kept_with_facts
def listed(facts: Facts, *, restricted: bool) -> Calls:
    """[list, origin]: how much of what each origin makes is on each distinct list."""
    lists = facts.columns.restricted if restricted else facts.columns.prohibited
    found = np.full((len(lists.distinct), len(facts)), Call.ABSENT, dtype=np.int8)
    for row, codes in enumerate(lists.distinct):
        if codes:
            whole, partly = _covered(codes)
            hit = (facts.share * whole[facts.sector]).sum(axis=1) >= WHOLE
            touched = (facts.share * (whole | partly)[facts.sector]).sum(axis=1) > 0
            call = np.where(hit, Call.FAIL, np.where(touched, Call.UNKNOWN, Call.PASS))
            found[row] = np.where(facts.filled, call, Call.UNKNOWN)
    return found


@cache
def _covered(codes: tuple[str, ...]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which sectors a list holds whole, and which in part, (n_sectors,)."""
    whole = [any(covers(code, sector) for code in codes) for sector in sector_codes()]
    partly = [any(covers(sector, code) for code in codes) for sector in sector_codes()]
    return np.array(whole), np.array(partly)


def _chemical(facts: Facts, first: Rows, second: Rows) -> Pairs:
    """An origin of chemicals alone needs a recognised chemical park; one of chemicals among others may."""
    share, perhaps = facts.numbers["chemical"][first], facts.numbers["perhaps_chemical"][first]
    recognised = facts.columns["chemical_park"][second]
    silent = np.isnan(recognised)
    refused = np.where(share >= WHOLE, Call.FAIL, Call.UNKNOWN)
    call = np.where(silent, Call.UNKNOWN, np.where(recognised > 0, Call.PASS, refused))
    call = np.where(perhaps > 0, call, Call.ABSENT).astype(np.int8)
    return call, np.where(silent, WHY.index(Why.PARK_SILENT), WHY.index(Why.PARTLY)).astype(np.int8)
