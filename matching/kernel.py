"""Which parks are the best for many needs, and which needs for each park, as fast as the machine reads its columns?

Compiled loops over float32 columns. A need is a *plan* (`matching.plans`), the parks are *tables* (`matching.tables`).
For every pair one key is made, score − 1.5 · standing, so that standings never mix; standings are exact, scores are
within the plan's bound of the float64 score. What is proposed is the k best and everything within twice that bound
of the last of them, so the true k best are among it; `matching.exact` then computes these in float64, in the order of
additions of `matching.score`. Unknown amounts are −1 here: no amount is negative, and the least of several is unknown
as soon as one is, without a mask. Nothing here holds the interpreter, and nothing reads NaN.
"""

import numpy as np

from matching.compiled import exact, quick
from matching.kernel_data import (
    AVAILABLE_ON,
    BLOCK,
    CHAIN,
    DELIVERY,
    DISTANCE,
    EMITTED,
    ENERGY,
    ENVIRONMENT,
    F32,
    F64,
    FAIL,
    FEASIBLE_FROM,
    FIXED,
    FLOOR,
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
    LAND_PRICE,
    NO_GROUP,
    NONE_BETTER,
    POLLUTANTS,
    PRICE,
    RAMPS,
    REGION,
    RENT,
    RESPONSE,
    TAX,
    TECHNOLOGY,
    TEXT,
    TIED,
    TIER,
    TIES,
    UNKNOWN,
    Found,
    Plans,
    Tables,
    Work,
    room,
)
from matching.passes import all_gated, delivered, emptied, flagged, keyed, likened, matched, ramped, slackened, steady
from matching.tops import top
from matching.turns import ASKS_BACK, DEMANDS, PRICES, TAKES, WAITS, standings_at, thresholds

__all__ = [
    "ASKS_BACK",
    "AVAILABLE_ON",
    "CHAIN",
    "DELIVERY",
    "DEMANDS",
    "DISTANCE",
    "EMITTED",
    "ENERGY",
    "ENVIRONMENT",
    "F32",
    "F64",
    "FAIL",
    "FEASIBLE_FROM",
    "FIXED",
    "GAP",
    "I8",
    "I32",
    "I64",
    "INTENSITY",
    "INVESTMENT",
    "IN_ENERGY",
    "IN_ENVIRONMENT",
    "IN_LAND",
    "JOBS",
    "LAND",
    "LAND_PRICE",
    "NO_GROUP",
    "POLLUTANTS",
    "PRICE",
    "PRICES",
    "RAMPS",
    "REGION",
    "RENT",
    "RESPONSE",
    "TAKES",
    "TAX",
    "TECHNOLOGY",
    "TEXT",
    "TIED",
    "TIER",
    "TIES",
    "UNKNOWN",
    "WAITS",
    "Found",
    "Plans",
    "Tables",
    "exact",
    "keys_of",
    "proposed",
    "room",
    "standings_at",
    "standings_in",
    "thresholds",
    "top",
]


@quick
def _keys(tables: Tables, plans: Plans, i: int, values: F32, flags: I8, key: F32, work: Work) -> None:
    """The keys of one need, (n_parks,).

    Passes over arrays of a block, each one loop that vectorises; arrays are indexed, not cut, for a cut costs more
    than the sum of a short block.
    """
    amounts, fixed, ramps, weights, rows = tables.amounts, tables.fixed, tables.ramps, plans.weights32, plans.rows
    gates, turns, priors, marked = plans.gates, plans.turns, tables.priors32, plans.flags
    u, v, least, likeness, standing = work.u, work.v, work.least, work.likeness, work.standing
    first, last, sides, parks = plans.gates_start[i], plans.gates_start[i + 1], np.int64(plans.sides[i]), key.size
    price, needed, beta = (RENT if plans.rents[i] else PRICE), np.float32(plans.needed_on[i]), np.float32(tables.beta)
    if weights[i, TEXT] > 0:
        likened(tables, plans, i, likeness)
    for a in range(0, parks, BLOCK):
        n = min(BLOCK, parks - a)
        emptied(standing, least, u, v, plans, i)
        for f in range(3):
            if marked[i, f] >= 0:
                flagged(standing, flags, marked[i, f], a, n)
        all_gated(amounts, a, n, gates, turns, first, last, standing, least)
        steady(u, fixed, a, n, weights, i, price)
        matched(u, v, values, likeness, rows, weights, i, a, n)
        slackened(u, least, n, ramps, weights, i, priors)
        if weights[i, DELIVERY] > 0:
            delivered(u, amounts, a, n, ramps, needed, weights[i, DELIVERY], priors[DELIVERY])
        if weights[i, POLLUTANTS] > 0:
            ramped(v, least, 3, n, ramps, weights[i, POLLUTANTS], priors[POLLUTANTS])
        keyed(key, a, n, u, v, standing, sides, beta)


@quick
def _work(parks: int) -> Work:
    block, groups = np.empty(BLOCK, dtype=np.float32), np.empty((4, BLOCK), dtype=np.float32)
    return Work(
        block, np.empty_like(block), groups, np.empty((1, parks), dtype=np.float32), np.empty(BLOCK, dtype=np.int32)
    )


@quick
def keys_of(tables: Tables, plans: Plans, i: int, values: F32, flags: I8) -> F32:
    """The keys of one need, (n_parks,), none left out."""
    parks = tables.amounts.shape[1]
    key = np.empty(parks, dtype=np.float32)
    _keys(tables, plans, i, values, flags, key, _work(parks))
    return key


@quick
def _above(key: F32, bar: np.float32) -> bool:
    found = np.int32(0)
    for j in range(key.size):
        found |= np.int32(key[j] > bar)
    return bool(found != 0)


@exact
def _kth_best(key: F32, k: int, best: F32, roof: np.float32) -> float:
    """The k-th largest key below the roof that is no failure; NONE_BETTER where there are fewer."""
    floor = np.float32(FLOOR)
    best[:k] = np.float32(NONE_BETTER)
    bar = floor
    for a in range(0, key.size, 64):
        part = key[a : a + 64]
        if not _above(part, bar):
            continue
        for j in range(part.size):
            x = part[j]
            if x > bar and x < roof:
                place = k - 1
                while place > 0 and best[place - 1] < x:
                    best[place] = best[place - 1]
                    place -= 1
                best[place] = x
                bar = max(best[k - 1], floor)
    return float(best[k - 1])


@exact
def _collected(key: F32, bar: np.float32, roof: np.float32, found: I32) -> int:
    """The places of all keys from the bar to the roof; more than `found` holds are counted and left out."""
    count = 0
    for a in range(0, key.size, 64):
        part = key[a : a + 64]
        if not _above(part, bar):
            continue
        for j in range(part.size):
            if part[j] > bar and part[j] < roof:
                if count < found.size:
                    found[count] = a + j
                count += 1
    return count


@exact
def standings_in(key: F32) -> I64:
    """How many keys are feasible, unverified and infeasible, (3,)."""
    feasible, unverified = np.int32(0), np.int32(0)
    for j in range(key.size):
        feasible += np.int32(key[j] > np.float32(FEASIBLE_FROM))
        unverified += np.int32(key[j] > np.float32(FLOOR))
    return np.array([feasible, unverified - feasible, key.size - unverified], dtype=np.int64)


@exact
def proposed(key: F32, k: int, margin: np.float32, roof: np.float32) -> I32:
    """The places of the k best keys below the roof and of all within the margin of the last, in no order."""
    floor = np.float32(FLOOR)
    if k <= 0:
        return np.empty(0, dtype=np.int32)
    last = _kth_best(key, k, np.empty(k, dtype=np.float32), roof)
    bar = max(np.float32(last - margin), floor)
    found = np.empty(min(key.size, k + 64), dtype=np.int32)
    count = _collected(key, bar, roof, found)
    if count > found.size:
        found = np.empty(count, dtype=np.int32)
        _collected(key, bar, roof, found)
    return found[:count]
