"""How do the two sides make one score, and how far could the unknown move it?

S = ½(U+V) − ½β|U−V|: the worse-off side takes ½(1+β) and the better-off ½(1−β), so S is an exact weighted sum and
every criterion has its share of it. Where one side has nothing to compare, the other side alone is the score.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.criteria import CriterionColumn
from matching.reference.priors import priors

Floats = NDArray[np.float64]

SCORE_DECIMALS = 12  # scores closer than that are a tie, broken by code


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """All (n_parks,): U, V (None where a side is empty), how much each counts, S, and S with the unknown at 0 and 1."""

    need_side: Floats | None
    park_side: Floats | None
    need_factor: Floats
    park_factor: Floats
    score: Floats
    low: Floats
    high: Floats


NO_SCORES = Scores(None, None, *(np.empty(0) for _ in range(5)))  # where only gates are looked at


def scores_of(criteria: Sequence[CriterionColumn], parks: int, function: str = "relocation") -> Scores:
    """The score of every park. Elementwise: a park's score never depends on the others'."""
    beta = priors(function).beta
    u, v = _side(criteria, "need", parks), _side(criteria, "park", parks)
    need_factor, park_factor = _factors(u, v, parks, beta)
    score = _mutual(u, v, parks, beta)
    low, high = (
        _mutual(_side(criteria, "need", parks, unknown), _side(criteria, "park", parks, unknown), parks, beta)
        for unknown in (0.0, 1.0)
    )
    return Scores(u, v, need_factor, park_factor, score, np.minimum(low, score), np.maximum(high, score))


def _side(criteria: Sequence[CriterionColumn], side: str, parks: int, unknown: float | None = None) -> Floats | None:
    """Σ weight · value of one side; what is unknown at its prior, or at `unknown`."""
    own = [column for column in criteria if column.side == side]
    if not own:
        return None
    total = np.zeros(parks)
    for column in own:
        value = column.value if unknown is None else np.where(column.known, column.value, unknown)
        total += column.weight * value
    return total


def _factors(u: Floats | None, v: Floats | None, parks: int, beta: float) -> tuple[Floats, Floats]:
    """What each side counts for: ½(1+β) the worse-off, ½(1−β) the better-off, ½ where both are equal."""
    if u is None or v is None:
        return np.full(parks, float(u is not None)), np.full(parks, float(v is not None))
    tilt = beta * np.sign(v - u)
    return 0.5 * (1 + tilt), 0.5 * (1 - tilt)


def _mutual(u: Floats | None, v: Floats | None, parks: int, beta: float) -> Floats:
    need_factor, park_factor = _factors(u, v, parks, beta)
    total = np.zeros(parks)
    for side, factor in ((u, need_factor), (v, park_factor)):
        if side is not None:
            total += factor * side
    return total
