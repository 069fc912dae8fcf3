"""Why does a park stand where it stands, and what would have to change?

Match objects are made only for the rows that are shown, from the same columns that ranked them.

Kinds of Reason: a criterion's name with `value` and its natural `measure` (None where unknown); instead of
industry_chain one of same_industry, linked_up (the park has suppliers), linked_down (the park has customers) with
`industry`, a GB/T code; distance has `km` and `hours`; the worst thing is `gate` (gate, gap, unit), or `unconfirmed`
(gates, the names of those the park must confirm), or the criterion that costs the most.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from math import isfinite, isnan
from types import MappingProxyType
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from matching import industry
from matching.asked import Asked
from matching.columns import Columns
from matching.criteria import CriterionColumn, km_from, values_of
from matching.gates import FAILED, STANDINGS, GateColumn
from matching.records import Contribution, Gate, Match, Park, Reason, Relaxation, Verdict
from matching.reference.priors import prior_of, priors
from matching.score import Scores

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]
Told = tuple[tuple[Reason, ...], Reason | None]  # what speaks for a park, and the criterion that costs the most

TELLING = 0.005  # of the score; a smaller difference from the prior is not worth a sentence
GOOD_REASONS = 2
ALIKE = 0.1  # cosine from which a text speaks for a park, however much the need weighs it; .02 is usual
TYPICAL = 0.5  # the value of a measure in the middle of the catalogue
INFEASIBLE = 2
ENDLESS, BEYOND = 1e200, 1e250  # a change against nothing; no single change, times the gates that fail
_contribution = cast("Callable[[tuple[object, ...]], Contribution]", partial(tuple.__new__, Contribution))
FAIL, UNKNOWN = Verdict.FAIL, Verdict.UNKNOWN  # a look into an Enum takes a microsecond
# The need decides these alone, so they never tell one park from another.
SAME_EVERYWHERE = frozenset({"investment", "tax", "jobs", "energy_intensity"})


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One need against these parks: every gate, criterion and score as columns, (n_parks,) each."""

    asked: Asked
    parks: Sequence[Park]
    gates: Sequence[GateColumn]
    criteria: Sequence[CriterionColumn]
    scores: Scores
    standing: NDArray[np.int8]

    @property
    def failed(self) -> NDArray[np.int64]:
        """How many things each park fails; gates about the same thing of the need count once."""
        failing: dict[str, NDArray[np.bool_]] = {}
        for gate in self.gates:
            fails = gate.call == FAILED
            failing[gate.about] = fails | failing.get(gate.about, False)
        total = np.zeros(len(self.parks), dtype=np.int64)
        for fails in failing.values():
            total += fails
        return total

    def relative_change(self, rows: Rows) -> Floats:
        """The single change that would admit each of these rows, against the need itself; NaN where none would."""
        found = np.zeros(len(rows))
        single = self.failed[rows] == 1
        for gate in self.gates:
            here = single & (gate.call[rows] == FAILED)
            if here.any():
                by = gate.change(rows[here])
                against_own = by / gate.own if gate.own else np.where(np.isnan(by), np.nan, np.inf)
                found[here] = np.maximum(found[here], against_own)  # NaN where one of the gates has no change
        return np.where(single, found, np.nan)

    @property
    def distances(self) -> Floats:
        """How far each park is from passing: the single change against the need itself, else beyond by what it fails.

        Infinite for who fails nothing.
        """
        rows = np.flatnonzero(self.standing == INFEASIBLE)
        by, found = self.relative_change(rows), np.full(len(self.parks), np.inf)
        found[rows] = np.where(np.isnan(by), BEYOND * self.failed[rows], np.minimum(by, ENDLESS))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated(Judged):
    """The same with what is known of the parks."""

    columns: Columns


class Aside(NamedTuple):
    """What reasons say beside the criteria, of each park: km from the firm (NaN unknown), what in its chain suits."""

    km: Floats
    chain: Sequence[Reason | None]

    @classmethod
    def of(cls, seen: Evaluated, rows: Rows) -> "Aside":
        """Of these rows."""
        km = km_from(seen.asked, seen.columns)
        return cls(np.full(len(rows), np.nan) if km is None else km[rows], _chain_reasons(seen, rows))

    def at(self, rows: Rows) -> "Aside":
        """These rows alone."""
        return Aside(self.km[rows], [self.chain[row] for row in rows.tolist()])


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more of one score than of another comes from a criterion; all of them sum to the difference."""

    criterion: str
    side: str
    share: float
    other: float
    by: float


class Stacked(NamedTuple):
    """Values, whether they are known, and measures of all criteria, (n_criteria, n_rows) each."""

    value: Floats
    known: Flags
    measure: Floats


class Telling(NamedTuple):
    """What the reasons of one row are made of: the criteria, their values and measures, its chain, how far it is."""

    names: Sequence[str]
    values: Sequence[float]
    measures: Sequence[float]
    chain: Reason | None
    km: float | None


def explained(seen: Evaluated, rows: Rows) -> tuple[Match, ...]:
    """The matches of these rows, in their order."""
    return matches(seen, rows, Aside.of(seen, rows))


def matches(seen: Judged, rows: Rows, aside: Aside) -> tuple[Match, ...]:
    """The matches of these rows, in their order; `aside` is of them."""
    if not len(rows):
        return ()
    scores, factors, gates, stacked = seen.scores, _factors(seen, rows), _gates(seen, rows), _stacked(seen, rows)
    found = map(
        partial(Match, function=seen.asked.function),
        [seen.parks[row] for row in rows.tolist()],
        [STANDINGS[call] for call in seen.standing[rows].tolist()],
        scores.score[rows].tolist(),
        zip(scores.low[rows].tolist(), scores.high[rows].tolist(), strict=True),
        _contributions(seen, stacked, factors),
        gates,
        _side(scores.need_side, rows),
        _side(scores.park_side, rows),
        map(_joined, _told(seen, stacked, factors, aside), gates),
        _relaxations(seen, rows),
    )
    return tuple(found)


def against_prior(match: Match) -> tuple[Difference, ...]:
    """What each criterion adds to the score beyond a park of which nothing is known (for a sum: the Shapley value)."""
    found = []
    for part in match.contributions:
        prior = _factor(match, part.side) * part.weight * prior_of(part.criterion, match.function).prior
        found.append(Difference(part.criterion, part.side, part.share, prior, part.share - prior))
    return tuple(found)


def difference(match: Match, other: Match) -> tuple[Difference, ...]:
    """Where one match's score comes from that another's does not; sums to the difference of the scores."""
    mine = {(part.criterion, part.side): part.share for part in match.contributions}
    theirs = {(part.criterion, part.side): part.share for part in other.contributions}
    keys = [*mine, *(key for key in theirs if key not in mine)]
    rows = ((key, mine.get(key, 0.0), theirs.get(key, 0.0)) for key in keys)
    return tuple(Difference(name, side, a, b, a - b) for (name, side), a, b in rows)


def _factors(seen: Judged, rows: Rows) -> Floats:
    """What a unit of each criterion's value adds to the scores, (n_criteria, n_rows)."""
    factors = {"need": seen.scores.need_factor[rows], "park": seen.scores.park_factor[rows]}
    found = np.array([factors[column.side] * column.weight for column in seen.criteria])
    return found.reshape(len(seen.criteria), len(rows))


def _side(side: Floats | None, rows: Rows) -> Sequence[float | None]:
    return [None] * len(rows) if side is None else side[rows].tolist()


def _stacked(seen: Judged, rows: Rows) -> Stacked:
    columns, shape = seen.criteria, (len(seen.criteria), len(rows))
    return Stacked(
        np.array([column.value[rows] for column in columns]).reshape(shape),
        np.array([column.known[rows] for column in columns], dtype=np.bool_).reshape(shape),
        np.array([column.measure[rows] for column in columns]).reshape(shape),
    )


def _contributions(seen: Judged, stacked: Stacked, factors: Floats) -> Iterator[tuple[Contribution, ...]]:
    """Of each row the parts of its score."""
    value, known, _ = stacked
    if not seen.criteria:
        return repeat((), value.shape[1])
    names, sides, weights = zip(*((each.criterion, each.side, each.weight) for each in seen.criteria), strict=True)
    nowhere = (None,) * len(names)
    return (
        tuple(map(_contribution, zip(names, sides, weights, *of_row, nowhere, strict=True)))
        for of_row in zip(value.T.tolist(), (factors * value).T.tolist(), known.T.tolist(), strict=True)
    )


def _gates(seen: Judged, rows: Rows) -> list[tuple[Gate, ...]]:
    """Of each row the gates it has."""
    if not seen.gates:
        return [()] * len(rows)
    of_gates = [column.among(rows) for column in seen.gates]
    return [tuple([gate for gate in gates if gate is not None]) for gates in zip(*of_gates, strict=True)]


def _relaxations(seen: Judged, rows: Rows) -> list[Relaxation | None]:
    """The one change that would admit each row, None where none would or none is needed."""
    found: list[Relaxation | None] = [None] * len(rows)
    for place in np.flatnonzero(seen.standing[rows] == INFEASIBLE).tolist():
        found[place] = _relaxation(seen, int(rows[place]))
    return found


def _relaxation(seen: Judged, row: int) -> Relaxation | None:
    """The largest change that a failed gate asks for, where all of them are about the same thing."""
    failed = [gate for gate in seen.gates if gate.call.item(row) == FAILED]
    if len({gate.about for gate in failed}) != 1:
        return None
    changes = [gate.change(np.array([row])).item() for gate in failed]
    if any(map(isnan, changes)):
        return None
    gate = failed[changes.index(max(changes))]
    return Relaxation(gate.gate, gate.of_need(max(changes)), gate.unit)


def _told(seen: Judged, stacked: Stacked, factors: Floats, aside: Aside) -> Iterator[Told]:
    """Of each row the criteria that add most beyond their priors, and the one that costs most."""
    function = seen.asked.function
    places = [place for place, column in enumerate(seen.criteria) if column.criterion not in SAME_EVERYWHERE]
    names = [seen.criteria[place].criterion for place in places]
    value, known, measure = stacked.value[places], stacked.known[places], stacked.measure[places]
    gain = factors[places] * (value - np.array([prior_of(name, function).prior for name in names]).reshape(-1, 1))
    order = np.argsort(np.where(known, -gain, np.inf), axis=0, kind="stable")
    rows = map(Telling, repeat(names), value.T.tolist(), measure.T.tolist(), aside.chain, _plain(aside.km))
    return map(
        _picked,
        rows,
        gain.T.tolist(),
        [order[:count] for order, count in zip(order.T.tolist(), known.sum(axis=0).tolist(), strict=True)],
        _says_little(names, value, measure, function).T.tolist(),
    )


def _picked(row: Telling, gains: Sequence[float], order: Sequence[int], silent: Sequence[bool]) -> Told:
    """What speaks for one row and what against it; `order` are the known criteria, the greatest gain first."""
    good: list[Reason] = []
    for place in order:
        if gains[place] < TELLING or len(good) == GOOD_REASONS:
            break
        if not silent[place]:
            good.append(_of_criterion(row, place, True))
    return tuple(good), _of_criterion(row, order[-1], False) if order and gains[order[-1]] <= -TELLING else None


def _joined(told: Told, gates: Sequence[Gate]) -> tuple[Reason, ...]:
    """What speaks for a row, then the worst of its gates or else of its criteria."""
    good, bad = told
    worst = _worst_gate(gates) or bad
    return good if worst is None else (*good, worst)


def _says_little(names: Sequence[str], value: Floats, measure: Floats, function: str) -> Flags:
    """What strengthens a chain without filling a gap is told by the chain itself; words in passing are no likeness."""
    little = np.zeros(value.shape, dtype=np.bool_)
    if "text" in names:
        little[names.index("text")] = value[names.index("text")] < ALIKE
    if "chain_gap" in names:
        place = names.index("chain_gap")
        little[place] = values_of("chain_gap", measure[place], function) <= TYPICAL
    return little


def _of_criterion(row: Telling, place: int, good: bool) -> Reason:
    name, measure = row.names[place], row.measures[place]
    if name == "industry_chain" and good and row.chain is not None:
        return row.chain
    plain = measure if isfinite(measure) else None
    if name == "distance":
        return _reason(name, good, value=row.values[place], km=row.km, hours=plain)
    return _reason(name, good, value=row.values[place], measure=plain)


def _chain_reasons(seen: Evaluated, rows: Rows) -> list[Reason | None]:
    """What in each park's chain suits the need: its own trade, a supplier or a customer, whichever counts more."""
    if seen.asked.industry is None:
        return [None] * len(rows)
    fit = industry.chain_fit(seen.asked.industry, seen.columns.portfolios[rows])
    linked = industry.CHAIN * fit.linkage > fit.similarity
    return chain_reasons(linked, fit.upstream, np.where(linked, fit.linked, fit.same))


def chain_reasons(linked: Flags, upstream: Flags, sectors: NDArray[np.integer]) -> list[Reason | None]:
    """What is said of these sectors, −1 for none: whether each is a link or the need's own trade, and which link."""
    codes = industry.sectors()
    return [
        None
        if sector < 0
        else _reason(("linked_up" if up else "linked_down") if link else "same_industry", True, industry=codes[sector])
        for link, up, sector in zip(linked.tolist(), upstream.tolist(), sectors.tolist(), strict=True)
    ]


def _worst_gate(gates: Sequence[Gate]) -> Reason | None:
    """The failed gate that is shortest of what it needs, else what the park must confirm."""
    failed = [gate for gate in gates if gate.verdict is FAIL]
    if failed:
        worst = max(failed, key=_shortfall)
        return _reason("gate", False, gate=worst.gate, gap=worst.gap, unit=worst.unit)
    unknown = tuple(gate.gate for gate in gates if gate.verdict is UNKNOWN)
    return _reason("unconfirmed", False, gates=unknown) if unknown else None


def _shortfall(gate: Gate) -> float:
    """The gap against the larger of the two amounts; a gate without amounts is wholly failed."""
    amount = max(gate.need or 0.0, gate.free or 0.0)
    return 1.0 if not gate.gap or not amount else gate.gap / amount


def _reason(kind: str, good: bool, **params: object) -> Reason:
    return Reason(kind, good, MappingProxyType(params))


def _factor(match: Match, side: str) -> float:
    u, v = match.need_side, match.park_side
    if u is None or v is None:
        return 1.0
    own, other = (u, v) if side == "need" else (v, u)
    tilt = priors(match.function).beta * float(np.sign(other - own))
    return 0.5 * (1 + tilt)


def _plain(numbers: Floats) -> list[float | None]:
    return [number if isfinite(number) else None for number in numbers.tolist()]
