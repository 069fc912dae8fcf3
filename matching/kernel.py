"""Which parks are the best for many needs, and which needs for each park, as fast as the machine reads its columns?

Compiled loops over float32 columns. A need is a *plan* (`matching.plans`), the parks are *tables* (`matching.tables`).
For every pair one key is made, score − 1.5 · standing, so that standings never mix; standings are exact, scores are
within the plan's bound of the float64 score. What is proposed is the k best and everything within twice that bound
of the last of them, so the true k best are among it; `exact_scores` then computes these in float64, in the order of
additions of `matching.score`. Unknown amounts are −1 here: no amount is negative, and the least of several is unknown
as soon as one is, without a mask. Nothing here holds the interpreter, and nothing reads NaN.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
I8 = NDArray[np.int8]

BLOCK = 512  # parks at a time: a dozen float32 columns of them lie in the first-level cache
TIER = 1.5  # between two standings on the key; scores lie in [0, 1]
NONE_BETTER = -9.0
FLOOR = -1.75  # on the key: above every infeasible pair, below every unverified one
FEASIBLE_FROM = -0.25
FAIL, UNKNOWN = 2, 1
RAMPS = 4
# Kinds of gates: takes an amount; demands one, unstated none; as that, unstated unknown; waits for a day; asks back.
TAKES, DEMANDS, PRICES, WAITS, ASKS_BACK = range(5)
NOISE = 1e-9  # as in matching.gates
EDGE = 2e-15  # of an amount: more than float64 rounds in deciding a gate
Function = TypeVar("Function", bound=Callable[..., object])


def compiled(**options: object) -> Callable[[Function], Function]:
    """Compile at the first call, for good: the next process loads it from the cache."""
    return cast("Callable[[Function], Function]", njit(nogil=True, cache=True, error_model="numpy", **options))  # type: ignore[call-overload]


# No `nnan`, no `ninf`: a ratio may be infinite. No `fast`: what is exact must stay exact.
quick = compiled(fastmath={"contract", "reassoc", "nsz"})
exact = compiled()


class Tables(NamedTuple):
    """The parks, ordered by region so that excluded provinces are whole blocks; (…, n_parks) each.

    `amounts` are free amounts, prices and days (−1 unknown), `fixed` the values of the criteria that no need changes.
    `ramps` (n_functions, 13) are the value functions as y0 and four (x, length, slope); `priors` what is for unknown.
    """

    amounts: F32
    amounts64: F64
    multiples: F64
    multiple_of: I32
    fixed: F32
    fixed64: F64
    wordless: F32
    postings_start: I64
    postings_park: I32
    postings_weight: F32
    ramps: F32
    points: F64
    priors: F64
    beta: float


class Plans(NamedTuple):
    """Needs, row by row; what differs in number from need to need lies end to end, `…_start` saying where.

    `rows` are places in the table of values by code, home and preference (−1 none), `flags` of standings by list.
    """

    weights: F64
    constant: F64
    sides: I8
    base: I8
    rents: I8
    needed_on: F64
    rows: I32
    flags: I32
    gates_start: I64
    gate_column: I32
    gate_group: I32
    gate_amount: F64
    gate_low: F32
    gate_high: F32
    gate_unknown: I32
    gate_passed: I32
    silent_groups: I8
    words_start: I64
    word: I32
    word_weight: F64
    bound: F32


# Places in `weights`: NEED_SIDE then PARK_SIDE of matching.weights.
(CHAIN, TEXT, LAND_PRICE, LAND, ENERGY, ENVIRONMENT, MARKET, TALENT, SERVICES, LABOUR, DISTANCE, DELIVERY) = range(12)
GREEN, RESPONSE, REGION, INVESTMENT, TAX, GAP, INTENSITY, TECHNOLOGY, POLLUTANTS, JOBS = range(12, 22)
# Places in `fixed`.
PRICE, RENT = 0, 1
FIXED = (LAND_PRICE, LAND_PRICE, MARKET, TALENT, SERVICES, LABOUR, GREEN, RESPONSE)
# Groups of gates whose scarcest is a criterion; the emissions are of the third and of the fourth.
NO_GROUP, IN_LAND, IN_ENERGY, IN_ENVIRONMENT, EMITTED = range(5)
# Places in `ramps`.
RAMP_LAND, RAMP_ENERGY, RAMP_ENVIRONMENT, RAMP_POLLUTANTS, RAMP_DELIVERY = range(5)
AVAILABLE_ON = 0  # the place of the day a park is ready in `amounts`


@quick
def _weighed(total: F32, column: F32, weight: np.float32) -> None:
    for j in range(total.size):
        total[j] += weight * column[j]


@quick
def _weighed_two(total: F32, a: F32, b: F32, of_a: np.float32, of_b: np.float32) -> None:
    for j in range(total.size):
        total[j] += of_a * a[j] + of_b * b[j]


@quick
def _gated(standing: I32, column: F32, low: np.float32, high: np.float32, unknown: np.int32, passed: np.int32) -> None:
    for j in range(standing.size):
        x = column[j]
        call = np.int32(2) if (x < low) | (x > high) else passed
        call = unknown if x < np.float32(0) else call
        standing[j] = call if call > standing[j] else standing[j]


@quick
def _gated_and_least(standing: I32, least: F32, column: F32, low: np.float32, inverse: np.float32) -> None:
    for j in range(standing.size):
        x = column[j]
        call = np.int32(2) if x < low else np.int32(0)
        call = np.int32(1) if x < np.float32(0) else call
        standing[j] = call if call > standing[j] else standing[j]
        ratio = x * inverse
        least[j] = ratio if ratio < least[j] else least[j]


@quick
def _flagged(standing: I32, flags: I8) -> None:
    for j in range(standing.size):
        call = np.int32(flags[j])
        standing[j] = call if call > standing[j] else standing[j]


@quick
def _clipped(x: np.float32, start: np.float32, length: np.float32) -> np.float32:
    above = x - start
    above = above if above > np.float32(0) else np.float32(0)
    return above if above < length else length


@quick
def _ramped(total: F32, measure: F32, ramp: F32, weight: np.float32, prior: np.float32, inverted: bool) -> None:
    """Add weight · value of a measure; below zero it is unknown."""
    y0, x0, l0, s0, x1, l1, s1 = ramp[0], ramp[1], ramp[2], ramp[3], ramp[4], ramp[5], ramp[6]
    x2, l2, s2, x3, l3, s3 = ramp[7], ramp[8], ramp[9], ramp[10], ramp[11], ramp[12]
    if inverted:
        for j in range(total.size):
            m = measure[j]
            x = np.float32(1) / m
            value = y0 + s0 * _clipped(x, x0, l0) + s1 * _clipped(x, x1, l1)
            value += s2 * _clipped(x, x2, l2) + s3 * _clipped(x, x3, l3)
            total[j] += weight * (prior if m < np.float32(0) else value)
    else:
        for j in range(total.size):
            m = measure[j]
            value = y0 + s0 * _clipped(m, x0, l0) + s1 * _clipped(m, x1, l1)
            value += s2 * _clipped(m, x2, l2) + s3 * _clipped(m, x3, l3)
            total[j] += weight * (prior if m < np.float32(0) else value)


@quick
def _delivered(tables: Tables, total: F32, ready: F32, needed_on: float, weight: float) -> None:
    """Add weight · value of the days between ready and needed; both days are exact in float32."""
    ramp, needed = tables.ramps[RAMP_DELIVERY], np.float32(needed_on)
    of_one, prior = np.float32(weight), np.float32(tables.priors[DELIVERY])
    y0, x0, l0, s0, x1, l1, s1 = ramp[0], ramp[1], ramp[2], ramp[3], ramp[4], ramp[5], ramp[6]
    x2, l2, s2, x3, l3, s3 = ramp[7], ramp[8], ramp[9], ramp[10], ramp[11], ramp[12]
    for j in range(total.size):
        x = needed - ready[j]
        value = y0 + s0 * _clipped(x, x0, l0) + s1 * _clipped(x, x1, l1)
        value += s2 * _clipped(x, x2, l2) + s3 * _clipped(x, x3, l3)
        total[j] += of_one * (prior if ready[j] < np.float32(0) else value)


@quick
def _keyed(key: F32, u: F32, v: F32, standing: I32, sides: np.int8, beta: np.float32) -> None:
    half, tier = np.float32(0.5), np.float32(TIER)
    if sides == 3:
        for j in range(key.size):
            difference = u[j] - v[j]
            difference = difference if difference > np.float32(0) else -difference
            key[j] = half * (u[j] + v[j]) - half * beta * difference - tier * np.float32(standing[j])
    elif sides == 1:
        for j in range(key.size):
            key[j] = u[j] - tier * np.float32(standing[j])
    else:
        for j in range(key.size):
            key[j] = v[j] - tier * np.float32(standing[j])


@quick
def _texts(tables: Tables, plans: Plans, i: int, likeness: F32) -> None:
    """Cosine of the need's words with each park's: term by term over the postings, every park that has one."""
    likeness[:] = tables.wordless
    for place in range(plans.words_start[i], plans.words_start[i + 1]):
        gram, weight = plans.word[place], np.float32(plans.word_weight[place])
        for at in range(tables.postings_start[gram], tables.postings_start[gram + 1]):
            likeness[tables.postings_park[at]] += weight * tables.postings_weight[at]


@quick
def _need_side(
    tables: Tables, plans: Plans, i: int, a: int, b: int, values: F32, likeness: F32, u: F32, least: F32
) -> None:
    """U of the parks a to b, into `u`."""
    w = plans.weights[i]
    u[:] = np.float32(plans.constant[i, 0])
    _weighed(u, tables.fixed[RENT if plans.rents[i] else PRICE, a:b], np.float32(w[LAND_PRICE]))
    for k in range(2, 8, 2):
        first, second = tables.fixed[k, a:b], tables.fixed[k + 1, a:b]
        _weighed_two(u, first, second, np.float32(w[FIXED[k]]), np.float32(w[FIXED[k + 1]]))
    for place, criterion in ((0, CHAIN), (2, DISTANCE), (3, REGION)):
        if w[criterion] > 0:
            _weighed(u, values[plans.rows[i, place], a:b], np.float32(w[criterion]))
    if w[TEXT] > 0:
        _weighed(u, likeness[a:b], np.float32(w[TEXT]))
    for group in range(3):
        weight, prior = np.float32(w[LAND + group]), np.float32(tables.priors[LAND + group])
        if weight > 0:
            _ramped(u, least[group], tables.ramps[group], weight, prior, False)
    if w[DELIVERY] > 0:
        _delivered(tables, u, tables.amounts[AVAILABLE_ON, a:b], plans.needed_on[i], w[DELIVERY])


@quick
def _park_side(tables: Tables, plans: Plans, i: int, a: int, b: int, values: F32, v: F32, least: F32) -> None:
    """V of the parks a to b, into `v`."""
    w = plans.weights[i]
    v[:] = np.float32(plans.constant[i, 1])
    if w[GAP] > 0:
        _weighed(v, values[plans.rows[i, 1], a:b], np.float32(w[GAP]))
    if w[POLLUTANTS] > 0:
        _ramped(
            v, least[3], tables.ramps[RAMP_POLLUTANTS], np.float32(w[POLLUTANTS]),
            np.float32(tables.priors[POLLUTANTS]), True
        )  # fmt: skip


@quick
def _gates(tables: Tables, plans: Plans, i: int, a: int, b: int, flags: I8, standing: I32, least: F32) -> None:
    """The worst standing of the parks a to b, and of each group the least free amount against the needed."""
    standing[:] = np.int32(plans.base[i])
    for group in range(4):
        least[group, :] = np.float32(-1 if plans.silent_groups[i, group] else np.inf)
    for f in range(plans.flags.shape[1]):
        if plans.flags[i, f] >= 0:
            _flagged(standing, flags[plans.flags[i, f], a:b])
    for g in range(plans.gates_start[i], plans.gates_start[i + 1]):
        column, group = tables.amounts[plans.gate_column[g], a:b], plans.gate_group[g]
        if group == NO_GROUP:
            _gated(standing, column, plans.gate_low[g], plans.gate_high[g], plans.gate_unknown[g], plans.gate_passed[g])
        else:
            inverse = np.float32(1.0 / plans.gate_amount[g])
            _gated_and_least(standing, least[group - 1], column, plans.gate_low[g], inverse)
    for j in range(b - a):  # what is emitted is part of the environment too
        least[2, j] = least[3, j] if least[3, j] < least[2, j] else least[2, j]


@quick
def _all_fail(flags: I8) -> bool:
    passing = np.int32(0)
    for j in range(flags.size):
        passing |= np.int32(flags[j] < FAIL)
    return bool(passing == 0)


@quick
def _excluded(plans: Plans, i: int, flags: I8, a: int, b: int) -> bool:
    place = plans.flags[i, 0]  # the need's regions
    return place >= 0 and flags[place, a] == FAIL and flags[place, b - 1] == FAIL and _all_fail(flags[place, a:b])


@quick
def _keys(
    tables: Tables, plans: Plans, i: int, values: F32, flags: I8, skip: bool, key: F32, work: F32, standing: I32
) -> None:
    """The keys of one need, (n_parks,). `skip`: blocks of excluded parks get one low key and no score."""
    parks = key.size
    likeness = work[6 * BLOCK :]
    if plans.weights[i, TEXT] > 0:
        _texts(tables, plans, i, likeness)
    u_all, v_all = work[:BLOCK], work[BLOCK : 2 * BLOCK]
    least_all = work[2 * BLOCK : 6 * BLOCK].reshape(4, BLOCK)
    for a in range(0, parks, BLOCK):
        b = min(a + BLOCK, parks)
        n = b - a
        if skip and _excluded(plans, i, flags, a, b):
            key[a:b] = np.float32(-2 * TIER)
            continue
        u, v, least, here = u_all[:n], v_all[:n], least_all[:, :n], standing[:n]
        _gates(tables, plans, i, a, b, flags, here, least)
        if plans.sides[i] & 1:
            _need_side(tables, plans, i, a, b, values, likeness, u, least)
        if plans.sides[i] & 2:
            _park_side(tables, plans, i, a, b, values, v, least)
        _keyed(key[a:b], u, v, here, plans.sides[i], np.float32(tables.beta))


@quick
def keys_of(tables: Tables, plans: Plans, i: int, values: F32, flags: I8) -> F32:
    """The keys of one need, (n_parks,), none left out."""
    parks = tables.amounts.shape[1]
    key = np.empty(parks, dtype=np.float32)
    work = np.empty(6 * BLOCK + parks, dtype=np.float32)
    _keys(tables, plans, i, values, flags, False, key, work, np.empty(BLOCK, dtype=np.int32))
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


@exact
def thresholds(known: F64, count: I64, column: I32, kind: I32, amount: F64, low: F32, high: F32, doubtful: I8) -> None:
    """Where in float32 each gate turns, so that comparing there decides as float64 does; doubtful where it cannot.

    `known` are the known amounts of each column, sorted. A gate of amounts fails by more than a part in 10⁹, which no
    float32 shows: so it turns between two amounts that some parks have, and is doubtful only where these two are one
    float32, or where an amount lies on the very edge.
    """
    for g in range(column.size):
        low[g], high[g], doubtful[g] = np.float32(-np.inf), np.float32(np.inf), 0
        values = known[column[g], : count[column[g]]]
        if kind[g] == TAKES:
            low[g], doubtful[g] = _least_passing(values, amount[g] / (1.0 + NOISE))
        elif kind[g] == WAITS:
            high[g], doubtful[g] = _most_passing(values, amount[g], 0.0)
        elif kind[g] != ASKS_BACK:
            high[g], doubtful[g] = _most_passing(values, amount[g] * (1.0 + NOISE), EDGE)


@exact
def _least_passing(values: F64, edge: float) -> tuple[np.float32, np.bool_]:
    first = np.searchsorted(values, edge * (1.0 - EDGE), "left")
    if first != np.searchsorted(values, edge * (1.0 + EDGE), "right"):
        return np.float32(0), np.bool_(True)
    low = np.float32(values[first]) if first < values.size else np.float32(np.inf)
    return low, np.bool_(first > 0 and np.float32(values[first - 1]) >= low)


@exact
def _most_passing(values: F64, edge: float, width: float) -> tuple[np.float32, np.bool_]:
    first = np.searchsorted(values, edge * (1.0 - width), "right")
    if first != np.searchsorted(values, edge * (1.0 + width), "right"):
        return np.float32(0), np.bool_(True)
    high = np.float32(values[first - 1]) if first > 0 else np.float32(-0.5)
    return high, np.bool_(first < values.size and np.float32(values[first]) <= high)
