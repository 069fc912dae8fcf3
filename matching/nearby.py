"""What do a few parks offer a need, and which of those that fail would pass by the smallest change?

Compiled, in float64 and by the operations of the columns in their order, so that both give the same bits. Unknown
amounts are −1 here, unknown measures NaN.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.exact import interpolated
from matching.kernel import F32, F64, I8, I32, I64, Tables, exact
from matching.kernel_data import Codes, Details

I16 = NDArray[np.int16]

# Kinds of gates: takes an amount; demands one, or a price; waits for a day; what the need does not say at all.
TAKES, DEMANDS, WAITS, ASKS_BACK = range(4)
NOISE = 1e-9  # as in matching.gates
FAIL = 2
ENDLESS, BEYOND = 1e200, 1e250  # a change against nothing; what no single change admits, times the gates it fails


class Amounts(NamedTuple):
    """The gates of a need that turn on amounts, (n_gates,): where the amount stands, what is asked or offered of it.

    `own` is what a change is measured against, `again` marks a gate about the same thing as the one before.
    """

    column: I32
    kind: I32
    again: I8
    asked: F64
    own: F64


@exact
def _taken(free: F64, multiples: F64, asked: float, again: int, before: I16, failed: I16) -> None:
    """Count who has too little of an amount, but once of two gates about the same thing."""
    for park in range(free.size):
        needed = asked * multiples[park] if multiples.size else asked
        fails = np.int16((needed - free[park] > free[park] * NOISE) & (free[park] >= 0))
        failed[park] += fails & ~(before[park] & again)
        before[park] = fails


@exact
def _demanded(free: F64, asked: float, slack: float, failed: I16) -> None:
    """Count who demands more than is offered."""
    for park in range(free.size):
        failed[park] += np.int16((free[park] - asked > slack) & (free[park] >= 0))


@exact
def _failed(tables: Tables, amounts: Amounts, judged: I8) -> I16:
    """How many things each park fails, (n_parks,)."""
    parks = tables.amounts64.shape[1]
    failed, before, nothing = np.zeros(parks, dtype=np.int16), np.zeros(parks, dtype=np.int16), np.empty(0)
    for rule in range(judged.shape[0]):
        for park in range(parks):
            failed[park] += judged[rule, park] == FAIL
    for g in range(amounts.column.size):
        column, kind, asked = amounts.column[g], amounts.kind[g], amounts.asked[g]
        if kind == TAKES and tables.multiple_of[column] < 0:
            _taken(tables.amounts64[column], nothing, asked, amounts.again[g], before, failed)
        elif kind == TAKES:
            multiples = tables.multiples[tables.multiple_of[column]]
            _taken(tables.amounts64[column], multiples, asked, amounts.again[g], before, failed)
        elif kind != ASKS_BACK:
            _demanded(tables.amounts64[column], asked, asked * NOISE if kind == DEMANDS else 0.0, failed)
    return failed


@exact
def _change(tables: Tables, amounts: Amounts, park: int) -> float:
    """The largest change that a gate of amounts asks for, against the need's own; NaN where no change passes one."""
    change, failed = 0.0, 0
    for g in range(amounts.column.size):
        column, kind, asked, own = amounts.column[g], amounts.kind[g], amounts.asked[g], amounts.own[g]
        free, factor = tables.amounts64[column, park], tables.multiple_of[column]
        if free < 0 or kind == ASKS_BACK:
            continue
        multiple = tables.multiples[factor, park] if kind == TAKES and factor >= 0 else 1.0
        short = asked * multiple - free if kind == TAKES else free - asked
        slack = free * NOISE if kind == TAKES else asked * NOISE if kind == DEMANDS else 0.0
        if not short > slack:
            continue
        failed += 1
        by = short / multiple
        if kind == TAKES and by >= own * (1 - NOISE):
            return np.nan
        change = max(change, by / own if own != 0 else ENDLESS)
    return change if failed else np.nan


@exact
def distances(tables: Tables, amounts: Amounts, judged: I8) -> F64:
    """How far each park is from passing, (n_parks,): the one change that admits it, or beyond.

    Infinite for who fails nothing. `judged` (n_rules, n_parks) are the calls of what is not decided by amounts.
    """
    failed = _failed(tables, amounts, judged)
    far = np.empty(failed.size)
    for park in range(failed.size):
        far[park] = failed[park] * BEYOND if failed[park] else np.inf
        if failed[park] == 1:
            change = _change(tables, amounts, park)
            far[park] = far[park] if np.isnan(change) else min(change, ENDLESS)
    return far


@exact
def nearest(far: F64, key: F32, k: int, margin: float) -> I64:
    """The places of the k nearest, and of all as far as the last of them whose key is within the margin of its key."""
    away, keys = np.full(k, np.inf), np.full(k, np.inf, dtype=np.float32)  # infinitely far: fails nothing
    for park in range(far.size):
        place = k
        while place > 0 and (
            far[park] < away[place - 1] or (far[park] == away[place - 1] and key[park] > keys[place - 1])
        ):
            place -= 1
        if place < k:
            away[place + 1 :], keys[place + 1 :] = away[place:-1].copy(), keys[place:-1].copy()
            away[place], keys[place] = far[park], key[park]
    last, bar = away[k - 1], keys[k - 1] - margin
    found, count = np.empty(far.size, dtype=np.int64), 0
    for park in range(far.size):
        if far[park] < last or (far[park] == last and key[park] >= bar):
            found[count] = park
            count += 1
    return found[:count]


@exact
def chains(details: Details, codes: Codes, at: I64) -> tuple[F64, I64]:
    """Of each of these parks the chain fit (NaN without industries), and the gap of its chain, (2, n_rows).

    Beside them the sectors most like the need and most linked with it (−1 none), and whether the link counts for more.
    """
    found, sectors = np.full((2, at.size), np.nan), np.full((3, at.size), -1, dtype=np.int64)
    for row in range(at.size):
        first, last = details.sectors_start[at[row]], details.sectors_start[at[row] + 1]
        alike, chained, supplied, own, usual = 0.0, 0.0, 0.0, 0.0, codes.usual[0]
        for place in range(first, last):
            weight, share, sector = details.weight[place], details.share[place], details.sector[place]
            if weight * codes.alike[0, sector] > alike:
                alike, sectors[0, row] = weight * codes.alike[0, sector], sector
            if weight * codes.linked[0, sector] > chained:
                chained, sectors[1, row] = weight * codes.linked[0, sector], sector
            supplied += share * codes.supplies[0, sector]
            own += share * codes.inside[0, sector]
        if last > first:
            lacking = max(0.0, 1.0 - own / usual) if usual > 0 else (1.0 if own == 0 else 0.0)
            found[0, row] = 1 - (1 - alike) * (1 - details.linked * chained)
            found[1, row] = min(1.0, supplied * lacking)
        sectors[2, row] = details.linked * chained > alike
    return found, sectors


@exact
def likenesses(details: Details, word: I32, weight: F64, at: I64) -> F64:
    """Cosine of the need's words (rising) with those of each of these parks, NaN where a park has none, (n_rows,)."""
    found = np.full(at.size, np.nan)
    for row in range(at.size):
        first, last = details.words_start[at[row]], details.words_start[at[row] + 1]
        total = 0.0
        for place in range(first, last):
            here = np.searchsorted(word, details.word[place])
            if here < word.size and word[here] == details.word[place]:
                total += details.word_weight[place] * weight[here]
        if last > first:
            found[row] = total
    return found


@exact
def valued(points: F64, priors: F64, measure: F64) -> F64:
    """Values of measures by their points, the unknown at its prior, (n_criteria, n_rows)."""
    value = np.empty_like(measure)
    for k in range(measure.shape[0]):
        for row in range(measure.shape[1]):
            x = measure[k, row]
            value[k, row] = priors[k] if np.isnan(x) else interpolated(points, k, x)
    return value


@exact
def _weighed(weights: F64, value: F64, first: int, last: int, row: int) -> float:
    total = 0.0
    for k in range(first, last):
        total += weights[k] * value[k, row]
    return total


@exact
def _mutual(u: float, v: float, sides: int, beta: float) -> tuple[float, float, float]:
    """What each side counts for, and the score."""
    if sides == 1:
        return 1.0, 0.0, u
    if sides == 2:
        return 0.0, 1.0, v
    tilt = beta * np.sign(v - u)
    mine, theirs = 0.5 * (1 + tilt), 0.5 * (1 - tilt)
    return mine, theirs, mine * u + theirs * v


@exact
def scored(weights: F64, value: F64, known: F64, own: int, beta: float) -> F64:
    """U, V, what each counts for, S, and S with the unknown at 0 and at 1, (7, n_rows).

    The first `own` criteria are the need's. `known` is 1 where a value is, 0 where its prior stands for it.
    """
    criteria, rows = value.shape
    sides = int(own > 0) + 2 * int(criteria > own)
    found = np.empty((7, rows))
    worst, best = np.where(known > 0, value, 0.0), np.where(known > 0, value, 1.0)
    for row in range(rows):
        u, v = _weighed(weights, value, 0, own, row), _weighed(weights, value, own, criteria, row)
        mine, theirs, score = _mutual(u, v, sides, beta)
        u0, v0 = _weighed(weights, worst, 0, own, row), _weighed(weights, worst, own, criteria, row)
        u1, v1 = _weighed(weights, best, 0, own, row), _weighed(weights, best, own, criteria, row)
        low, high = _mutual(u0, v0, sides, beta)[2], _mutual(u1, v1, sides, beta)[2]
        found[:, row] = u, v, mine, theirs, score, min(low, score), max(high, score)
    return found
