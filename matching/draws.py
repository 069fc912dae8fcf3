"""How often does each of the first parks come first, third, tenth, over drawn weights and unknown values?

The compiled loop of `matching.confidence`. A competitor is left as soon as the best that its unknown values could still
be does not reach the tenth place of the draw; every number has its own place in the noise, so leaving changes nothing.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

PLACES = 10
LEFT = -1.0  # instead of the score of a row that cannot reach the last place


@njit(cache=True, nogil=True)
def counted(
    best: NDArray[np.float64],
    sides: NDArray[np.int64],
    beta: float,
    starts: NDArray[np.int64],
    columns: NDArray[np.int64],
    laws: NDArray[np.float64],
    weights: NDArray[np.float64],
    noise: NDArray[np.float64],
    offsets: NDArray[np.int64],
    shown: int,
    limits: NDArray[np.int64],
) -> Any:
    """How many draws give each of the first `shown` rows a place within each of the limits, (shown, n_limits).

    best: (n_criteria, n_rows) values with the unknown at 1, times their factor. sides: 1 where a criterion belongs to
    the second of two sides. starts, columns, laws: the unknown of each row, one after the other, the weightiest first;
    laws: (n_unknown, 5), what a value lacks to 1 by its noise, see `_lacking`. weights: (n_draws, n_criteria).
    offsets: where each draw begins in the noise. Rows are in the order of their score; of equals the earlier stands
    first.
    """
    counts = np.zeros((shown, len(limits)), dtype=np.int64)
    need, park = np.empty(best.shape[1]), np.empty(best.shape[1])
    tilt = beta if sides.max() == 1 and sides.min() == 0 else 2.0  # of one side: no tilt
    scores, rows = np.empty(PLACES), np.empty(PLACES, dtype=np.int64)
    for draw in range(len(weights)):
        _at_most(best, sides, weights[draw], tilt, need, park)
        held = 0
        for row in range(best.shape[1]):
            last = scores[PLACES - 1] if held == PLACES else LEFT
            if _mutual(need[row], park[row], tilt) <= last:
                continue
            score = _realised(
                *(need[row], park[row], tilt, last, starts[row], starts[row + 1], columns, sides),
                *(laws, weights[draw], noise, offsets[draw]),
            )
            if score > last:
                held = _placed(score, row, scores, rows, held)
        _tallied(rows, held, limits, counts)
    return counts


@njit(cache=True, nogil=True)
def _at_most(
    best: NDArray[np.float64],
    sides: NDArray[np.int64],
    weights: NDArray[np.float64],
    tilt: float,
    need: NDArray[np.float64],
    park: NDArray[np.float64],
) -> None:
    """U and V of every row with the unknown at 1; of one side all is U."""
    need[:] = 0.0
    park[:] = 0.0
    for k in range(len(weights)):
        total = park if tilt < 2.0 and sides[k] == 1 else need
        for row in range(len(total)):
            total[row] += weights[k] * best[k, row]


@njit(cache=True, nogil=True)
def _realised(
    u: float,
    v: float,
    tilt: float,
    last: float,
    start: int,
    end: int,
    columns: NDArray[np.int64],
    sides: NDArray[np.int64],
    laws: NDArray[np.float64],
    weights: NDArray[np.float64],
    noise: NDArray[np.float64],
    offset: int,
) -> float:
    """The score of one row in one draw; LEFT as soon as it cannot be more than `last`."""
    for entry in range(start, end):
        k = columns[entry]
        loss = weights[k] * _lacking(noise[offset + entry], laws, entry)
        if tilt < 2.0 and sides[k] == 1:
            v -= loss
        else:
            u -= loss
        if _mutual(u, v, tilt) <= last:
            return LEFT
    return _mutual(u, v, tilt)


@njit(cache=True, nogil=True, inline="always")
def _mutual(u: float, v: float, tilt: float) -> float:
    return 0.5 * (u + v) - 0.5 * tilt * abs(u - v) if tilt < 2.0 else u


@njit(cache=True, nogil=True, inline="always")
def _lacking(u: float, laws: NDArray[np.float64], entry: int) -> Any:
    """Two straight pieces in the noise: law₁ − law₂·u below law₀, law₃ + law₄·(1 − u) from there on."""
    return laws[entry, 1] - laws[entry, 2] * u if u < laws[entry, 0] else laws[entry, 3] + laws[entry, 4] * (1.0 - u)


@njit(cache=True, nogil=True)
def _placed(score: float, row: int, scores: NDArray[np.float64], rows: NDArray[np.int64], held: int) -> int:
    """Puts a row in its place among the first; of equals the earlier row stays ahead. How many are held then."""
    place = min(held, PLACES - 1)
    while place > 0 and scores[place - 1] < score:
        scores[place], rows[place] = scores[place - 1], rows[place - 1]
        place -= 1
    scores[place], rows[place] = score, row
    return min(PLACES, held + 1)


@njit(cache=True, nogil=True)
def _tallied(rows: NDArray[np.int64], held: int, limits: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
    for place in range(held):
        if rows[place] < len(counts):
            for which in range(len(limits)):
                if place < limits[which]:
                    counts[rows[place], which] += 1
