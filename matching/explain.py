"""Why does a park stand where it stands, and what would have to change?

Match objects are made only for the rows that are shown, from the same columns that ranked them.

Kinds of Reason: a criterion's name with `value` and its natural `measure` (None where unknown); instead of
industry_chain one of same_industry, linked_up (the park has suppliers), linked_down (the park has customers) with
`industry`, a GB/T code; distance has `km` and `hours`; the worst thing is `gate` (gate, gap, unit), or `unconfirmed`
(gates, the names of those the park must confirm), or the criterion that costs the most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching import industry
from matching.asked import Asked
from matching.columns import Columns
from matching.criteria import CriterionColumn, km_from, value_of
from matching.gates import FAILED, STANDINGS, GateColumn
from matching.records import Contribution, Gate, Match, Park, Reason, Relaxation, Standing, Verdict
from matching.reference.priors import prior_of, priors
from matching.score import Scores

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

TELLING = 0.005  # of the score; a smaller difference from the prior is not worth a sentence
GOOD_REASONS = 2
ALIKE = 0.1  # cosine from which a text speaks for a park, however much the need weighs it; .02 is usual
TYPICAL = 0.5  # the value of a measure in the middle of the catalogue
FAIL, UNKNOWN = Verdict.FAIL, Verdict.UNKNOWN  # a look into an Enum takes a microsecond
# The need decides these alone, so they never tell one park from another.
SAME_EVERYWHERE = frozenset({"investment", "tax", "jobs", "energy_intensity"})


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """One need against these parks: every gate, criterion and score as columns, (n_parks,) each."""

    asked: Asked
    parks: Sequence[Park]
    columns: Columns
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


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more of one score than of another comes from a criterion; all of them sum to the difference."""

    criterion: str
    side: str
    share: float
    other: float
    by: float


def explained(seen: Evaluated, rows: Rows) -> tuple[Match, ...]:
    """The matches of these rows, in their order."""
    changes = seen.relative_change(rows)
    kilometres = km_from(seen.asked, seen.columns)
    km = np.full(len(rows), np.nan) if kilometres is None else kilometres[rows]
    chain = _chain_reasons(seen, rows)
    return tuple(
        _match(seen, int(row), chain[place], _plain(km[place]), relaxable=not np.isnan(changes[place]))
        for place, row in enumerate(rows)
    )


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


def _match(seen: Evaluated, row: int, chain: Reason | None, km: float | None, *, relaxable: bool) -> Match:
    scores = seen.scores
    factors = {"need": float(scores.need_factor[row]), "park": float(scores.park_factor[row])}
    contributions = tuple([_contribution(column, row, factors[column.side]) for column in seen.criteria])
    gates = tuple(gate for column in seen.gates if (gate := column.at(row)) is not None)
    standing = STANDINGS[seen.standing[row]]
    good, bad = _told(seen, row, factors, chain, km)
    worst = _worst_gate(gates) or bad
    return Match(
        park=seen.parks[row],
        standing=standing,
        score=float(scores.score[row]),
        interval=(float(scores.low[row]), float(scores.high[row])),
        contributions=contributions,
        gates=gates,
        need_side=None if scores.need_side is None else float(scores.need_side[row]),
        park_side=None if scores.park_side is None else float(scores.park_side[row]),
        reasons=good if worst is None else (*good, worst),
        relax=_relaxation(seen, row) if relaxable and standing is Standing.INFEASIBLE else None,
        function=seen.asked.function,
    )


def _contribution(column: CriterionColumn, row: int, factor: float) -> Contribution:
    value = column.value.item(row)
    share = factor * column.weight * value
    return Contribution(column.criterion, column.side, column.weight, value, share, column.known.item(row))


def _relaxation(seen: Evaluated, row: int) -> Relaxation:
    """The largest change that a failed gate asks for: all of them are about the same thing."""
    failed = [gate for gate in seen.gates if gate.call[row] == FAILED]
    changes = [float(gate.change(np.array([row]))[0]) for gate in failed]
    gate = failed[changes.index(max(changes))]
    return Relaxation(gate.gate, max(changes), gate.unit)


def _told(
    seen: Evaluated,
    row: int,
    factors: Mapping[str, float],
    chain: Reason | None,
    km: float | None,
) -> tuple[tuple[Reason, ...], Reason | None]:
    """The criteria that add most beyond their priors, and the one that costs most."""
    function = seen.asked.function
    gains = sorted(
        (
            (factors[column.side] * column.weight * _beyond_prior(column, row, function), column)
            for column in seen.criteria
            if column.criterion not in SAME_EVERYWHERE and column.known.item(row)
        ),
        key=lambda pair: -pair[0],
    )
    telling = [column for gain, column in gains if gain >= TELLING]
    best = [column for column in telling if not _says_little(column, row, function)][:GOOD_REASONS]
    good = tuple(_of_criterion(column, row, True, chain, km) for column in best)
    if not gains or gains[-1][0] > -TELLING:
        return good, None
    return good, _of_criterion(gains[-1][1], row, False, chain, km)


def _beyond_prior(column: CriterionColumn, row: int, function: str) -> float:
    return column.value.item(row) - prior_of(column.criterion, function).prior


def _says_little(column: CriterionColumn, row: int, function: str) -> bool:
    """What strengthens a chain without filling a gap is told by the chain itself; words in passing are no likeness."""
    if column.criterion == "text":
        return bool(column.value[row] < ALIKE)
    return column.criterion == "chain_gap" and value_of("chain_gap", float(column.measure[row]), function) <= TYPICAL


def _of_criterion(column: CriterionColumn, row: int, good: bool, chain: Reason | None, km: float | None) -> Reason:
    if good and chain is not None and column.criterion == "industry_chain":
        return chain
    value, measure = float(column.value[row]), _plain(column.measure[row])
    if column.criterion == "distance":
        return _reason("distance", good, value=value, km=km, hours=measure)
    return _reason(column.criterion, good, value=value, measure=measure)


def _chain_reasons(seen: Evaluated, rows: Rows) -> list[Reason | None]:
    """What in each park's chain suits the need: its own trade, a supplier or a customer, whichever counts more."""
    if seen.asked.industry is None:
        return [None] * len(rows)
    fit = industry.chain_fit(seen.asked.industry, seen.columns.portfolios[rows])
    codes = industry.sectors()
    found: list[Reason | None] = []
    for place in range(len(rows)):
        linked = industry.CHAIN * fit.linkage[place] > fit.similarity[place]
        sector = int(fit.linked[place] if linked else fit.same[place])
        kind = ("linked_up" if fit.upstream[place] else "linked_down") if linked else "same_industry"
        found.append(None if sector < 0 else _reason(kind, True, industry=codes[sector]))
    return found


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


def _plain(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
