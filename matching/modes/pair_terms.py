"""What is each term of a pair of parks worth, and how do the terms make one score?

S = (1−ω)·F·bal(U, V) + ω·X: U what the origin gains, V what the destination gains, X what lies between both, each a
weighted sum; F = a + (1−a)·scarcity at the origin (docs/decisions/0017). A mode without sides (partner) is X alone.
A term's share is its weight times its value times what its side counts for, F included, so the shares sum to S.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.modes import between
from matching.modes.facts import Facts
from matching.place import accessible
from matching.records import Mode
from matching.reference.priors import Points, Term, constant, terms
from matching.score import SCORE_DECIMALS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]

SIDES = ("origin", "destination", "pair")
SIDE_OF = {"origin": "need", "destination": "park", "pair": "pair"}  # as an answer calls them
OF_ORIGIN, OF_DESTINATION = "origin", "destination"
SCARCITY_PRIOR = 0.5  # ENGINE 1: a prior is ½ unless a source gives better


@dataclass(frozen=True, slots=True)
class Said:
    """What one park alone says, (n_parks,): its measure, NaN unknown, and a measure that stands in where it is."""

    measure: Floats
    stand_in: Floats | None = None


@dataclass(frozen=True, slots=True)
class Lone:
    """A term that one of the two parks decides: which of them, and how its measure is read."""

    park: str
    of: Callable[[Facts], Said]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """How a mode scores: the table of its priors, its lone terms, and the scarcity at the origin (None: no F)."""

    mode: Mode
    table: str
    sides: tuple[str, ...]
    lone: Mapping[str, Lone]
    scarcity: Callable[[Facts], Floats] | None = None
    reverse: bool = False
    symmetric: bool = False

    def terms(self, side: str, *, institution: bool) -> Mapping[str, Term]:
        """The terms of a side with their weights; without the institution terms the rest is rescaled to 1."""
        found = terms(self.table, side)
        if institution:
            return found
        left = {name: term for name, term in found.items() if name not in between.INSTITUTION}
        total = sum(term.weight for term in left.values())
        return {name: _weighing(term, term.weight / total) for name, term in left.items()}

    def constant(self, name: str) -> float:
        """A constant of the mode."""
        return constant(self.table, name)

    @property
    def pair_weight(self) -> float:
        """ω: what X counts for; all where there are no sides."""
        return self.constant("pair_weight") if len(self.sides) > 1 else 1.0

    @property
    def beta(self) -> float:
        """How much more the side weighs that gains less."""
        return self.constant("beta") if len(self.sides) > 1 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class TermColumn:
    """One term over m pairs: measure (NaN unknown), value in [0, 1] and whether it is known, (m,) each."""

    name: str
    side: str
    term: Term
    measure: Floats
    value: Floats
    known: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """m pairs: the terms, U and V (0 where there are no sides), F, what one unit of each side counts for, S, interval.

    `factors` are by side, `scarcity` and `scarce` (whether it is known) are of the origin; (m,) each.
    """

    columns: Sequence[TermColumn]
    factors: Mapping[str, Floats]
    scarcity: Floats | None
    scarce: Flags | None
    score: Floats
    low: Floats
    high: Floats


def scored(form: Form, facts: Facts, first: Rows, second: Rows, *, institution: bool = True) -> Scored:
    """The scores of these pairs. Elementwise: a pair's score never depends on the others."""
    columns = list(_columns(form, facts, first, second, institution))
    scarcity = form.scarcity(facts)[first] if form.scarcity else None
    scarce = None if scarcity is None else ~np.isnan(scarcity)
    factors, score = _together(form, columns, scarcity, len(first))
    _, low = _together(form, columns, scarcity, len(first), unknown=0.0)
    _, high = _together(form, columns, scarcity, len(first), unknown=1.0)
    return Scored(columns, factors, scarcity, scarce, score, np.minimum(low, score), np.maximum(high, score))


def compared(form: Form, facts: Facts, first: Rows, second: Rows, institution: bool) -> Floats:
    """Scores as they are compared; of partners always seen in the order of the codes, so from both sides the same."""
    if form.symmetric:
        first, second = np.minimum(first, second), np.maximum(first, second)
    found: Floats = np.round(scored(form, facts, first, second, institution=institution).score, SCORE_DECIMALS)
    return found


def valued(term: Term, measure: Floats, form: Form, stand_in: Floats | None = None) -> Floats:
    """Measures as values in [0, 1], the unknown at the prior or at what stands in for it."""
    known = ~np.isnan(measure)
    value = interpolated(term.points, measure) if term.name != "access" else _accessible(measure, form)
    prior = np.full(len(measure), term.prior)
    if stand_in is not None and term.stand_in_points:
        prior = np.where(np.isnan(stand_in), term.prior, interpolated(term.stand_in_points, stand_in))
    found: Floats = np.where(known, value, prior)
    return found


def interpolated(points: Points, measure: Floats) -> Floats:
    """Piecewise linear and flat beyond the ends; without points the measure is the value."""
    if points:
        x, y = zip(*points, strict=True)
        measure = np.interp(measure, x, y)
    found: Floats = np.clip(measure, 0.0, 1.0)
    return found


def _accessible(hours: Floats, form: Form) -> Floats:
    return accessible(hours, form.constant("access_start"), form.constant("access_scale"))


def _columns(form: Form, facts: Facts, first: Rows, second: Rows, institution: bool) -> Iterator[TermColumn]:
    for side in form.sides:
        for name, term in form.terms(side, institution=institution).items():
            measure, stand_in = _measured(form, name, facts, first, second)
            value = valued(term, measure, form, stand_in)
            yield TermColumn(name, side, term, measure, value, ~np.isnan(measure))


def _measured(form: Form, name: str, facts: Facts, first: Rows, second: Rows) -> tuple[Floats, Floats | None]:
    if name in form.lone:
        lone = form.lone[name]
        rows = first if lone.park == OF_ORIGIN else second
        said = lone.of(facts)
        return said.measure[rows], None if said.stand_in is None else said.stand_in[rows]
    if name in OF_BOTH:
        return OF_BOTH[name](facts, first, second), None
    if name in between.KINDS:
        return between.KINDS[name](facts, first, second), None
    table = place_table(form, name)
    return table[facts.place[first], facts.place[second]], None


def place_table(form: Form, name: str) -> Floats:
    """A term of two places as a mode looks at it: official pairings run from the richer, which a reverse seeks."""
    swapped = form.reverse and name in between.INSTITUTION
    return between.of_places(name, symmetric=form.symmetric, swapped=swapped)


def _together(
    form: Form, columns: Sequence[TermColumn], scarcity: Floats | None, pairs: int, unknown: float | None = None
) -> tuple[Mapping[str, Floats], Floats]:
    """What one unit of each side counts for, and S; what is unknown at its prior, or at `unknown`."""
    sums = {side: np.zeros(pairs) for side in SIDES}
    for column in columns:
        value = column.value if unknown is None else np.where(column.known, column.value, unknown)
        sums[column.side] += column.term.weight * value
    factors = {"pair": np.full(pairs, form.pair_weight)}
    score = factors["pair"] * sums["pair"]
    if scarcity is not None:
        scale = (1 - form.pair_weight) * scarcity_factor(form, scarcity, unknown)
        tilt = form.beta * np.sign(sums["destination"] - sums["origin"])
        factors["origin"], factors["destination"] = scale * 0.5 * (1 + tilt), scale * 0.5 * (1 - tilt)
        score = score + factors["origin"] * sums["origin"] + factors["destination"] * sums["destination"]
    return factors, score


def scarcity_factor(form: Form, scarcity: Floats, unknown: float | None = None) -> Floats:
    """F = a + (1−a)·scarcity; what is unknown is at its prior, or at `unknown`."""
    least = form.constant("scarce_from")
    stands = SCARCITY_PRIOR if unknown is None else unknown
    found: Floats = least + (1 - least) * np.where(np.isnan(scarcity), stands, scarcity)
    return found


def _weighing(term: Term, weight: float) -> Term:
    return Term(term.name, weight, term.prior, term.measure, term.source, term.points, term.stand_in_points)


def _capability(facts: Facts, first: Rows, second: Rows) -> Floats:
    """One has research and the other room: the better of both directions."""
    research, room = facts.numbers["research"], facts.numbers["room"]
    more_research, more_room = research[first] - research[second], room[second] - room[first]
    there = np.sqrt(np.maximum(0.0, more_research) * np.maximum(0.0, more_room))
    back = np.sqrt(np.maximum(0.0, -more_research) * np.maximum(0.0, -more_room))
    found: Floats = np.maximum(there, back)
    return found


OF_BOTH: Mapping[str, between.Between] = {"capability": _capability}
