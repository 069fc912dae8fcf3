"""Which is the smallest change of the need's weights that puts another park first?

The score is the lesser of two sums of U and V, so along any line of weights it is two straight pieces: the places where
another park reaches the leader are found exactly, for all parks at once. Two kinds of line: one weight moves and the
others keep their ratios (a slider); or one weight is given to another criterion. Values and verdicts stay.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.explain import Evaluated
from matching.ranks import ranked
from matching.reference.priors import priors

Floats = NDArray[np.float64]

SAME = 1e-9  # of the score: what counts as reached
LEVEL = 1e-6  # a rival that closes in more slowly than that does not
BEYOND = 1e-7  # of a weight: there the rival must be ahead, for of equals the leader stays
WHOLE = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Slide:
    """Where one weight goes `to`, the others keeping their ratios, the park `leader` reaches the first place."""

    criterion: str
    weight: float
    to: float
    leader: str


@dataclass(frozen=True, slots=True)
class Shift:
    """Where `by` of the weights goes from one criterion to another, the park `leader` reaches the first place."""

    giver: str
    taker: str
    by: float
    leader: str


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The nearest change of each weight, the smallest first, and the smallest shift between two; beyond it the leader
    is no longer first. Weights that never do it are left out."""

    slides: tuple[Slide, ...]
    shift: Shift | None


def sensitivity(seen: Evaluated) -> Sensitivity:
    """How far the need's weights may move before another park leads. Closed form; nothing where there is one park."""
    order = ranked(seen)
    rivals = order[1:][seen.standing[order[1:]] == seen.standing[order[0]]] if len(order) else order
    own = [column for column in seen.criteria if column.side == "need"]
    if not len(rivals) or len(own) < 2 or seen.scores.need_side is None:
        return Sensitivity((), None)
    rows = np.array([order[0], *rivals], dtype=np.intp)
    view = _View(
        values=np.array([column.value[rows] for column in own]),
        weights=np.array([column.weight for column in own]),
        u=seen.scores.need_side[rows],
        v=None if seen.scores.park_side is None else seen.scores.park_side[rows],
        beta=priors(seen.asked.function).beta,
        gaps=seen.scores.score[order[0]] - seen.scores.score[rivals],
    )
    names, codes = [column.criterion for column in own], [seen.parks[row].code for row in rows]
    slides = sorted(_slides(view, names, codes), key=lambda slide: abs(slide.to - slide.weight))
    return Sensitivity(tuple(slides), _shift(view, names, codes))


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """The leader in column 0 and its rivals: values (n_criteria, n_rows), weights (n_criteria,), U and V (n_rows,).

    gaps: how far each rival's score lies below the leader's, (n_rows − 1,), rising.
    """

    values: Floats
    weights: Floats
    u: Floats
    v: Floats | None
    beta: float
    gaps: Floats

    def first(self, slope: Floats, most: float) -> tuple[float, int] | None:
        """Where a rival first reaches the leader as U goes U + t·slope, 0 ≤ t ≤ most, and which; None if none does."""
        rivals = slice(1, 1 + self._within(float(np.abs(slope).max(initial=0.0)) * most))
        if rivals.stop == 1:
            return None
        found = np.full(rivals.stop - 1, np.inf)
        for a, c in self._pieces():
            for b, d in self._pieces():
                gap = (a * self.u[0] + c[0]) - (b * self.u[rivals] + d[rivals])
                closing = b * slope[rivals] - a * slope[0]
                with np.errstate(divide="ignore", invalid="ignore"):
                    t = np.maximum(gap, 0.0) / closing
                fine = (closing > LEVEL) & (t < most * WHOLE) & (t < found)
                t = np.where(fine, t, 0.0)
                reached = np.abs(self._ahead(t, slope, rivals)) <= SAME
                fine &= reached & (self._ahead(t + BEYOND, slope, rivals) > 0.5 * LEVEL * BEYOND)
                found = np.where(fine, t, found)
        best = int(found.argmin())
        return None if np.isinf(found[best]) else (float(found[best]), best + 1)

    def _ahead(self, t: Floats, slope: Floats, rivals: slice) -> Floats:
        """How far each rival is ahead of the leader at its t."""
        return self.score(t, slope, rivals) - self.score(t, slope, slice(0, 1))

    def _within(self, move: float) -> int:
        """How many of the rivals, best first, could reach the leader while no U moves further than that."""
        steepest = 0.5 * (1 + self.beta) if self.v is not None else 1.0
        return int(np.searchsorted(self.gaps, 2 * steepest * move + SAME, side="right"))

    def score(self, t: Floats, slope: Floats, rows: slice) -> Floats:
        """S of these rows at t, (n_rows,) or one for each t."""
        u = self.u[rows] + t * slope[rows]
        pieces = [a * u + c[rows] for a, c in self._pieces()]
        least: Floats = np.minimum.reduce(pieces)
        return least

    def _pieces(self) -> Iterator[tuple[float, Floats]]:
        """S is the least of a·U + c."""
        if self.v is None:
            yield 1.0, np.zeros(len(self.u))
            return
        for tilt in (self.beta, -self.beta):
            yield 0.5 * (1 + tilt), 0.5 * (1 - tilt) * self.v


def _slides(view: _View, names: list[str], codes: list[str]) -> Iterator[Slide]:
    """The nearer of up and down for each criterion."""
    for k, name in enumerate(names):
        weight = float(view.weights[k])
        if weight >= WHOLE:
            continue
        slope = (view.values[k] - view.u) / (1 - weight)
        up = view.first(slope, 1 - weight)
        down = view.first(-slope, min(weight, up[0]) if up else weight)
        found = [(t, sign, row) for hit, sign in ((up, 1), (down, -1)) if hit for t, row in [hit]]
        if found:
            t, sign, row = min(found)
            yield Slide(name, weight, weight + sign * t, codes[row])


def _shift(view: _View, names: list[str], codes: list[str]) -> Shift | None:
    """The smallest move of weight between two criteria: a giver has no more to give than it has."""
    best: tuple[float, int, int, int] | None = None
    for giver, weight in enumerate(view.weights):
        for taker in range(len(names)):
            most = float(weight) if best is None else min(float(weight), best[0])
            hit = view.first(view.values[taker] - view.values[giver], most) if taker != giver else None
            if hit and (best is None or hit[0] < best[0]):
                best = (hit[0], giver, taker, hit[1])
    return None if best is None else Shift(names[best[1]], names[best[2]], best[0], codes[best[3]])
