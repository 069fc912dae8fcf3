"""What are the gates, criteria and scores of the few parks that the kernel proposes?

The same numbers as those of `gates_of`, `criteria_of` and `scores_of` for these rows alone, bit for bit (held equal by
tests), from the kernel's tables: what depends on one half of the question only is looked up, the rest is compiled.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import starmap
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching import gates, industry, kernel, nearby
from matching.asked import Asked
from matching.columns import Columns
from matching.criteria import MEASURES, TCE_PER_10K_CNY, CriterionColumn, home_of, hours_from, km_from
from matching.explain import Aside, Judged, chain_reasons
from matching.gates import FAILED, UNSURE, GateColumn, asks_an_amount, screened
from matching.kernel_data import Codes
from matching.plans import GIVEN, functions
from matching.question import EMISSION, Question
from matching.records import Need, Park, Why
from matching.said import GROUP
from matching.score import Scores
from matching.tables import CRITERIA, FIXED, ROOMS, Sheets, codes_of
from matching.weights import NEED_SIDE

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

PASSED = 0
PARK_SILENT, NEED_SILENT = gates.WHY.index(Why.PARK_SILENT), gates.WHY.index(Why.NEED_SILENT)
BASIS_SILENT, BASIS_DIFFERS = gates.WHY.index(Why.BASIS_SILENT), gates.WHY.index(Why.BASIS_DIFFERS)


class Compared(NamedTuple):
    """The gates that turn on amounts, (n_gates, n_rows) each; NaN unknown, and `decided` what decides."""

    call: NDArray[np.int8]
    need: Floats
    free: Floats
    short: Floats
    decided: Floats
    multiple: Floats


def looked_at(question: Question, at: Places, parks: Sequence[Park]) -> tuple[Judged, Aside]:
    """The parks at these places of the tables; `parks` are they."""
    asked, compared = question.asked, _compared(question, at)
    found = list(_gates(question, compared, at))
    worst = np.full(len(at), PASSED if asks_an_amount(asked) else UNSURE, dtype=np.int8)
    for gate in found:
        np.maximum(worst, gate.call, out=worst)
    chain, sectors = _chains(question, at)
    criteria, scores = _scored(question, compared, chain, at)
    return Judged(asked, parks, found, criteria, scores, worst), _aside(question, sectors, at)


def _compared(question: Question, at: Places) -> Compared:
    """As `gates._compared` for all these gates at once; energy on another basis is shown, but does not decide."""
    amounts, column, tables = question.amounts, question.sheets.column, question.sheets.tables
    places = np.array([column[each.column] for each in amounts], dtype=np.intp)
    decided = tables.amounts64[places[:, None], at]
    decided = np.where(decided < 0, np.nan, decided)
    kind = np.array([each.kind for each in amounts])[:, None]
    multiple, rows = np.ones_like(decided), question.sheets.order[at]
    for place, each in enumerate(amounts):
        if each.gate.startswith(EMISSION):  # perhaps of what no park has a quota
            stated = question.sheets.columns.multiples.get(each.gate.removeprefix(EMISSION))
            multiple[place] = 1.0 if stated is None else stated[rows]
    need = np.array([float(each.asked) for each in amounts])[:, None] * multiple
    free = decided.copy()
    for place, each in enumerate(amounts):
        if each.gate == "energy":
            said = tables.amounts64[column["energy_tce"], at]
            free[place] = np.where(said < 0, np.nan, said)
    takes = kind == nearby.TAKES
    short = np.where(takes, need - free, free - need)
    slack = np.where(takes, free, need) * np.where(kind == nearby.WAITS, 0.0, gates.NOISE)
    call = np.where(short > slack, FAILED, PASSED)  # of energy on another basis too, but that is unknown below
    call = np.where(kind == nearby.ASKS_BACK, UNSURE, call)
    call = np.where(np.isnan(decided), np.array([each.unstated for each in amounts])[:, None], call)
    return Compared(call.astype(np.int8), need, free, short, decided, multiple)


def _gates(question: Question, compared: Compared, at: Places) -> Iterator[GateColumn]:
    """The gates of these parks in the order of `gates_of`."""
    columns = [_of_amount(question, compared, place, at) for place in range(len(question.amounts))]
    judged = [
        GateColumn(each.gate, "", each.calls[0, at], None, None, None, each.calls[1, at], lacking=each.lacking)
        for each in question.judged
    ]
    screen, lacking = [], screened(question.asked)
    if lacking is not None:
        call = np.full(len(at), UNSURE if lacking else PASSED, dtype=np.int8)
        why = np.full(len(at), NEED_SILENT, dtype=np.int8)
        screen.append(GateColumn("high_energy", "", call, None, None, None, why, lacking=lacking))
    delivery = question.asked.need.needed_on is not None
    region = bool(judged) and judged[-1].gate == "region"
    yield from columns[: len(columns) - delivery]
    yield from judged[: len(judged) - region]
    yield from screen
    yield from judged[len(judged) - region :]
    yield from columns[len(columns) - delivery :]


def _of_amount(question: Question, compared: Compared, place: int, at: Places) -> GateColumn:
    gate, unit, _, kind, _, own, _ = question.amounts[place]
    call, need, free, short = (column[place] for column in compared[:4])
    why = np.full(len(at), NEED_SILENT if kind == nearby.ASKS_BACK else PARK_SILENT, dtype=np.int8)
    if kind == nearby.ASKS_BACK:
        return GateColumn(gate, unit, call, None, free, None, why, lacking=question.asked.missing_for(gate))
    if gate == "energy":
        why, lacking = _whys_of_energy(question, free, at)
        return GateColumn(gate, unit, call, need, free, short, why, float(own), None, lacking)
    multiple = compared.multiple[place] if gate.startswith(EMISSION) else None
    return gates.with_wish(GateColumn(gate, unit, call, need, free, short, why, float(own), multiple), question.asked)


def _whys_of_energy(question: Question, free: Floats, at: Places) -> tuple[NDArray[np.int8], tuple[str, ...]]:
    """当量值 and 等价值 are never compared: another basis, or none, leaves the gate unknown."""
    own, columns = question.asked.need.asks.energy_basis, question.sheets.columns
    basis = columns["energy_basis"][question.sheets.order[at]]
    why = np.where(np.isnan(basis) | (own is None), BASIS_SILENT, BASIS_DIFFERS)
    why = np.where(np.isnan(free), PARK_SILENT, why).astype(np.int8)
    return why, (() if own is not None else ("energy_basis",))


def _chains(question: Question, at: Places) -> tuple[Floats, NDArray[np.int64]]:
    """As `nearby.chains`; nothing is known of a need without an industry."""
    if question.asked.industry is None:
        return np.full((2, len(at)), np.nan), np.full((3, len(at)), -1, dtype=np.int64)
    return nearby.chains(question.sheets.details, _code(question.asked.industry), at.astype(np.int64))


@lru_cache(maxsize=1024)
def _code(code: str) -> Codes:
    return codes_of([code])


def _scored(question: Question, compared: Compared, chain: Floats, at: Places) -> tuple[list[CriterionColumn], Scores]:
    """The criteria that stand and what they come to."""
    weights = question.plan.plans.weights[0]
    active = np.flatnonzero(weights > 0)
    measure = _measures(question, active, compared, chain, at)
    points, priors = functions()
    known, value = ~np.isnan(measure), nearby.valued(points, priors, measure)
    value[OF_PARK] = question.sheets.tables.fixed64[_rows_of_park(question), at]
    value[GIVEN] = question.plan.plans.given[0][:, None]
    if weights[kernel.GAP] > 0:
        gap = 1 - (1 - chain[0]) * (1 - value[kernel.GAP] / 2)
        value[kernel.GAP] = np.where(known[kernel.GAP], gap, priors[kernel.GAP])
    measure, known, value = measure[active], known[active], value[active]
    own = int(np.searchsorted(active, len(NEED_SIDE)))
    weight = weights[active]
    found = nearby.scored(weight, value, known.astype(np.float64), own, question.sheets.tables.beta)
    u, v = found[0] if own else None, found[1] if own < len(active) else None
    columns = starmap(
        CriterionColumn,
        zip(
            [CRITERIA[place] for place in active.tolist()],
            ["need"] * own + ["park"] * (len(active) - own),
            weight.tolist(),
            measure,
            value,
            known,
            strict=True,
        ),
    )
    return list(columns), Scores(u, v, *found[2:])


def _measures(question: Question, active: Places, compared: Compared, chain: Floats, at: Places) -> Floats:
    """What is measured of these parks, (n_criteria, n_rows); NaN where it is unknown or does not stand."""
    found = np.full((len(CRITERIA), len(at)), np.nan)
    found[OF_PARK] = _of_parks(question.sheets)[_rows_of_park(question), at]
    found[kernel.CHAIN], found[kernel.GAP] = chain
    for place in active.tolist():
        if place in GIVEN:
            found[place] = _everywhere(question.asked, CRITERIA[place])
        elif place in MEASURED:
            found[place] = MEASURED[place](question, compared, at)
    return found


def _rows_of_park(question: Question) -> Places:
    """Places of OF_PARK among FIXED, (n_of_park, 1): the rent where the need asks for rooms."""
    price = kernel.RENT if question.plan.plans.rents[0] else kernel.PRICE
    return np.array([price, *range(2, len(FIXED))])[:, None]


def _of_parks(sheets: Sheets) -> Floats:
    """The measures of FIXED, which no need changes, (n_fixed, n_parks) in the tables' order."""

    def make() -> NDArray[np.generic]:
        needs = [Asked(ROOMS if place == kernel.RENT else Need(), None, inferred=False) for place in range(len(FIXED))]
        found = [MEASURES[name](asked, sheets.columns) for name, asked in zip(FIXED, needs, strict=True)]
        return np.array([each.measure for each in found if each is not None])[:, sheets.order]

    kept: Floats = sheets.rows.row("measures", make).astype(np.float64, copy=False)
    return kept


def _everywhere(asked: Asked, criterion: str) -> float | None:
    """What is measured of the need alone."""
    if criterion != "energy_intensity":
        return asked.per_m2(criterion)
    return (asked.need.asks.energy_tce or 0.0) / (asked.need.output_cny_a or 1.0) * TCE_PER_10K_CNY


def _likeness(question: Question, compared: Compared, at: Places) -> Floats:
    plans = question.plan.plans
    return nearby.likenesses(question.sheets.details, plans.word, plans.word_weight, at.astype(np.int64))


def _slack(group: int) -> Callable[[Question, Compared, Places], Floats]:
    def least(question: Question, compared: Compared, at: Places) -> Floats:
        """Free against needed of what is scarcest."""
        of_group = [place for place, each in enumerate(question.amounts) if _group(each.gate) == group]
        found: Floats = np.minimum.reduce(compared.decided[of_group] / compared.need[of_group])
        return found

    return least


def _group(gate: str) -> int:
    return kernel.IN_ENVIRONMENT if gate.startswith(EMISSION) else GROUP.get(gate, kernel.NO_GROUP)


def _pollutant_share(question: Question, compared: Compared, at: Places) -> Floats:
    emitted = [place for place, each in enumerate(question.amounts) if each.gate.startswith(EMISSION)]
    free, needed = compared.free[emitted], compared.need[emitted]
    found: Floats = np.maximum.reduce(np.divide(needed, free, out=np.full_like(free, np.inf), where=free != 0))
    return found


def _delivery(question: Question, compared: Compared, at: Places) -> Floats:
    days: Floats = compared.need[-1] - compared.free[-1]  # the last of the amounts
    return days


def _hours(question: Question, compared: Compared, at: Places) -> Floats:
    return _kept(question, "hours", hours_from)[at]


def _region(question: Question, compared: Compared, at: Places) -> Floats:
    """1 in a preferred region, 0 outside all, NaN where that is not known."""

    def make() -> NDArray[np.generic]:
        measured = MEASURES["region"](question.asked, question.sheets.columns)
        assert measured is not None
        return measured.measure[question.sheets.order]

    return question.sheets.rows.row(("preferred", question.asked.need.regions.prefer), make)[at].astype(np.float64)


def _kept(question: Question, name: str, far: Callable[[Asked, Columns], Floats | None]) -> Floats:
    """Hours or km from the need's home to all parks, in the tables' order."""
    asked, sheets = question.asked, question.sheets

    def make() -> NDArray[np.generic]:
        found = far(asked, sheets.columns)
        assert found is not None
        return found[sheets.order]

    kept: Floats = sheets.rows.row((name, home_of(asked)), make).astype(np.float64, copy=False)
    return kept


def _aside(question: Question, sectors: NDArray[np.int64], at: Places) -> Aside:
    """How far the parks are, and what in their chains suits the need."""
    asked, placed = question.asked, question.plan.plans.weights[0, kernel.DISTANCE] > 0
    km = _kept(question, "km", km_from)[at] if placed else np.full(len(at), np.nan)
    if asked.industry is None:
        return Aside(km, [None] * len(at))
    links, (same, linked, chained) = industry.linkage(asked.industry), sectors
    upstream = (links.up >= links.down)[linked]
    return Aside(km, chain_reasons(chained > 0, upstream, np.where(chained > 0, linked, same)))


OF_PARK = list(kernel.FIXED[1:])  # criteria that no need changes
MEASURED: dict[int, Callable[[Question, Compared, Places], Floats]] = {
    kernel.TEXT: _likeness,
    kernel.LAND: _slack(kernel.IN_LAND),
    kernel.ENERGY: _slack(kernel.IN_ENERGY),
    kernel.ENVIRONMENT: _slack(kernel.IN_ENVIRONMENT),
    kernel.DISTANCE: _hours,
    kernel.DELIVERY: _delivery,
    kernel.REGION: _region,
    kernel.POLLUTANTS: _pollutant_share,
}
