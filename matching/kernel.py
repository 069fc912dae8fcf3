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

BLOCK = 1280  # parks at a time: what is worked on lies in the second-level cache, and a pass is long enough to pay
TIER = 1.5  # between two standings on the key; scores lie in [0, 1]
NONE_BETTER = -9.0
FLOOR = -1.75  # on the key: above every infeasible pair, below every unverified one
FEASIBLE_FROM = -0.25
TIES = 1e-11  # scores are compared after rounding to 12 decimals
TIED = 24  # ties for which there is room
FAIL, UNKNOWN = 2, 1
RAMPS = 4
# Kinds of gates: takes an amount; demands one, unstated none; as that, unstated unknown; waits for a day; asks back.
TAKES, DEMANDS, PRICES, WAITS, ASKS_BACK = range(5)
NOISE = 1e-9  # as in matching.gates
EDGE = 2e-15  # of an amount: more than float64 rounds in deciding a gate
Function = TypeVar("Function", bound=Callable[..., object])


def compiled(**options: object) -> Callable[[Function], Function]:
    """Compile at the first call, for good: the next process loads it from the cache, where one can be written."""

    def make(function: Function) -> Function:
        for cache in (True, False):
            try:
                found = njit(nogil=True, cache=cache, error_model="numpy", **options)(function)  # type: ignore[call-overload]
                return cast("Function", found)
            except RuntimeError:  # nowhere to write: neither beside the module nor at home
                if not cache:
                    raise
        raise AssertionError

    return make


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
    priors: F64
    priors32: F32
    beta: float


class Plans(NamedTuple):
    """Needs, row by row; what differs in number from need to need lies end to end, `…_start` saying where.

    `rows` are places in the table of values by code, home and preference (−1 none), `flags` of standings by list.
    `gates` are column, group, standing where unknown, standing where passed; `turns` low, high, one over the amount,
    which is `asked`. `given` are the values that are the same everywhere: investment, tax, energy intensity, jobs.
    """

    weights: F64
    weights32: F32
    constant: F64
    sides: I8
    base: I8
    rents: I8
    needed_on: F64
    rows: I32
    flags: I32
    gates_start: I64
    gates: I32
    turns: F32
    asked: F64
    given: F64
    code: I32
    silent_groups: I8
    words_start: I64
    word: I32
    word_weight: F64
    bound: F32


class Work(NamedTuple):
    """Where a block is worked on; whole arrays, for what is cut out of another is not known to be contiguous."""

    u: F32
    v: F32
    least: F32
    likeness: F32
    standing: I32


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
def _weighed(total: F32, matrix: F32, row: int, a: int, n: int, weight: np.float32) -> None:
    column = matrix[row, a : a + n]
    for j in range(column.size):
        total[j] += weight * column[j]


@quick
def _weighed_two(total: F32, matrix: F32, row: int, a: int, n: int, first: np.float32, second: np.float32) -> None:
    one, two = matrix[row, a : a + n], matrix[row + 1, a : a + n]
    for j in range(one.size):
        total[j] += first * one[j] + second * two[j]


@quick
def _gated(standing: I32, amounts: F32, a: int, n: int, gate: I32, turns: F32) -> None:
    row, unknown, passed = gate[0], gate[2], gate[3]
    low, high, column = turns[0], turns[1], amounts[row, a : a + n]
    for j in range(column.size):
        x = column[j]
        call = np.int32(2) if (x < low) | (x > high) else passed
        call = unknown if x < np.float32(0) else call
        standing[j] = call if call > standing[j] else standing[j]


@quick
def _gated_and_least(standing: I32, least: F32, amounts: F32, a: int, n: int, gate: I32, turns: F32) -> None:
    """A gate of a group: beside the standing, what is free against what is needed, of the scarcest."""
    low, inverse = turns[0], turns[2]
    column, ratios = amounts[gate[0], a : a + n], least[gate[1] - 1]
    for j in range(column.size):
        x = column[j]
        call = np.int32(2) if x < low else np.int32(0)
        call = np.int32(1) if x < np.float32(0) else call
        standing[j] = call if call > standing[j] else standing[j]
        ratio = x * inverse
        ratios[j] = ratio if ratio < ratios[j] else ratios[j]


@quick
def _flagged(standing: I32, flags: I8, row: int, a: int, n: int) -> None:
    column = flags[row, a : a + n]
    for j in range(column.size):
        call = np.int32(column[j])
        standing[j] = call if call > standing[j] else standing[j]


@quick
def _clipped(x: np.float32, start: np.float32, length: np.float32) -> np.float32:
    above = x - start
    above = above if above > np.float32(0) else np.float32(0)
    return above if above < length else length


@quick
def _ramped(total: F32, least: F32, group: int, n: int, ramps: F32, weight: np.float32, prior: np.float32) -> None:
    """Add weight · value of what is free against what is needed; below zero it is unknown."""
    y0, x0, l0, s0, x1, l1, s1 = _first_half(ramps, group)
    x2, l2, s2, x3, l3, s3 = _second_half(ramps, group)
    ratios = least[group, :n]
    if group == EMITTED - 1:
        for j in range(ratios.size):
            m = ratios[j]
            x = np.float32(1) / m
            value = y0 + s0 * _clipped(x, x0, l0) + s1 * _clipped(x, x1, l1)
            value += s2 * _clipped(x, x2, l2) + s3 * _clipped(x, x3, l3)
            total[j] += weight * (prior if m < np.float32(0) else value)
    else:
        for j in range(ratios.size):
            m = ratios[j]
            value = y0 + s0 * _clipped(m, x0, l0) + s1 * _clipped(m, x1, l1)
            value += s2 * _clipped(m, x2, l2) + s3 * _clipped(m, x3, l3)
            total[j] += weight * (prior if m < np.float32(0) else value)


@quick
def _delivered(
    total: F32, amounts: F32, a: int, n: int, ramps: F32, needed: np.float32, weight: np.float32, prior: np.float32
) -> None:
    """Add weight · value of the days between ready and needed; both days are exact in float32."""
    y0, x0, l0, s0, x1, l1, s1 = _first_half(ramps, RAMP_DELIVERY)
    x2, l2, s2, x3, l3, s3 = _second_half(ramps, RAMP_DELIVERY)
    column = amounts[AVAILABLE_ON, a : a + n]
    for j in range(column.size):
        ready = column[j]
        x = needed - ready
        value = y0 + s0 * _clipped(x, x0, l0) + s1 * _clipped(x, x1, l1)
        value += s2 * _clipped(x, x2, l2) + s3 * _clipped(x, x3, l3)
        total[j] += weight * (prior if ready < np.float32(0) else value)


@quick
def _first_half(ramps: F32, row: int) -> tuple[np.float32, ...]:
    return (ramps[row, 0], ramps[row, 1], ramps[row, 2], ramps[row, 3], ramps[row, 4], ramps[row, 5], ramps[row, 6])


@quick
def _second_half(ramps: F32, row: int) -> tuple[np.float32, ...]:
    return ramps[row, 7], ramps[row, 8], ramps[row, 9], ramps[row, 10], ramps[row, 11], ramps[row, 12]


@quick
def _keyed(key: F32, a: int, n: int, u: F32, v: F32, standing: I32, sides: np.int64, beta: np.float32) -> None:
    half, tier, keys = np.float32(0.5), np.float32(TIER), key[a : a + n]
    if sides == 3:
        for j in range(keys.size):
            difference = u[j] - v[j]
            difference = difference if difference > np.float32(0) else -difference
            keys[j] = half * (u[j] + v[j]) - half * beta * difference - tier * np.float32(standing[j])
    else:
        for j in range(keys.size):
            keys[j] = (u[j] if sides == 1 else v[j]) - tier * np.float32(standing[j])


@quick
def _texts(tables: Tables, plans: Plans, i: int, likeness: F32) -> None:
    """Cosine of the need's words with each park's: term by term over the postings, every park that has one."""
    for j in range(tables.wordless.size):
        likeness[0, j] = tables.wordless[j]
    for place in range(plans.words_start[i], plans.words_start[i + 1]):
        gram, weight = plans.word[place], np.float32(plans.word_weight[place])
        for at in range(tables.postings_start[gram], tables.postings_start[gram + 1]):
            likeness[0, tables.postings_park[at]] += weight * tables.postings_weight[at]


@quick
def _fixed(u: F32, fixed: F32, a: int, n: int, weights: F32, i: int, price: int) -> None:
    """What no need changes about a park: its price, market, people, services and answers."""
    _weighed(u, fixed, price, a, n, weights[i, LAND_PRICE])
    for k in range(2, 8, 2):
        _weighed_two(u, fixed, k, a, n, weights[i, FIXED[k]], weights[i, FIXED[k + 1]])


@quick
def _slack(u: F32, least: F32, n: int, ramps: F32, weights: F32, i: int, priors: F32) -> None:
    for group in range(3):
        if weights[i, LAND + group] > 0:
            _ramped(u, least, group, n, ramps, weights[i, LAND + group], priors[LAND + group])


@quick
def _gates(
    amounts: F32, a: int, n: int, gates: I32, turns: F32, first: int, last: int, standing: I32, least: F32
) -> None:
    """The worst standing of a block, and of each group the least free amount against the needed."""
    for g in range(first, last):
        if gates[g, 1] == NO_GROUP:
            _gated(standing, amounts, a, n, gates[g], turns[g])
        else:
            _gated_and_least(standing, least, amounts, a, n, gates[g], turns[g])
    environment, emitted = least[2, :n], least[3, :n]
    for j in range(environment.size):  # what is emitted is part of the environment too
        environment[j] = emitted[j] if emitted[j] < environment[j] else environment[j]


@quick
def _emptied(standing: I32, least: F32, u: F32, v: F32, plans: Plans, i: int) -> None:
    standing[:] = np.int32(plans.base[i])
    for group in range(4):
        least[group, :] = np.float32(-1 if plans.silent_groups[i, group] else np.inf)
    u[:], v[:] = np.float32(plans.constant[i, 0]), np.float32(plans.constant[i, 1])


@quick
def _all_fail(flags: I8, row: int, a: int, b: int) -> bool:
    if row < 0 or flags[row, a] != FAIL or flags[row, b - 1] != FAIL:
        return False
    passing = np.int32(0)
    for j in range(a, b):
        passing |= np.int32(flags[row, j] < FAIL)
    return bool(passing == 0)


@quick
def _keys(tables: Tables, plans: Plans, i: int, values: F32, flags: I8, skip: bool, key: F32, work: Work) -> None:
    """The keys of one need, (n_parks,). `skip`: blocks of excluded parks get one low key and no score.

    Passes over arrays of a block, each one loop that vectorises; arrays are indexed, not cut, for a cut costs more
    than the sum of a short block.
    """
    amounts, fixed, ramps, weights, rows = tables.amounts, tables.fixed, tables.ramps, plans.weights32, plans.rows
    gates, turns, priors, marked = plans.gates, plans.turns, tables.priors32, plans.flags
    u, v, least, likeness, standing = work.u, work.v, work.least, work.likeness, work.standing
    first, last, sides, parks = plans.gates_start[i], plans.gates_start[i + 1], np.int64(plans.sides[i]), key.size
    price, needed, beta = (RENT if plans.rents[i] else PRICE), np.float32(plans.needed_on[i]), np.float32(tables.beta)
    if weights[i, TEXT] > 0:
        _texts(tables, plans, i, likeness)
    for a in range(0, parks, BLOCK):
        n = min(BLOCK, parks - a)
        if skip and _all_fail(flags, marked[i, 0], a, a + n):  # the regions that the need excludes
            key[a : a + n] = np.float32(-2 * TIER)
            continue
        _emptied(standing, least, u, v, plans, i)
        for f in range(3):
            if marked[i, f] >= 0:
                _flagged(standing, flags, marked[i, f], a, n)
        _gates(amounts, a, n, gates, turns, first, last, standing, least)
        _fixed(u, fixed, a, n, weights, i, price)
        _varying(u, v, values, likeness, rows, weights, i, a, n)
        _slack(u, least, n, ramps, weights, i, priors)
        if weights[i, DELIVERY] > 0:
            _delivered(u, amounts, a, n, ramps, needed, weights[i, DELIVERY], priors[DELIVERY])
        if weights[i, POLLUTANTS] > 0:
            _ramped(v, least, 3, n, ramps, weights[i, POLLUTANTS], priors[POLLUTANTS])
        _keyed(key, a, n, u, v, standing, sides, beta)


@quick
def _varying(u: F32, v: F32, values: F32, likeness: F32, rows: I32, weights: F32, i: int, a: int, n: int) -> None:
    """What depends on the need's code, home, preference and words."""
    if weights[i, CHAIN] > 0:
        _weighed(u, values, rows[i, 0], a, n, weights[i, CHAIN])
    if weights[i, GAP] > 0:
        _weighed(v, values, rows[i, 1], a, n, weights[i, GAP])
    if weights[i, DISTANCE] > 0:
        _weighed(u, values, rows[i, 2], a, n, weights[i, DISTANCE])
    if weights[i, REGION] > 0:
        _weighed(u, values, rows[i, 3], a, n, weights[i, REGION])
    if weights[i, TEXT] > 0:
        _weighed(u, likeness, 0, a, n, weights[i, TEXT])


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
    _keys(tables, plans, i, values, flags, False, key, _work(parks))
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


@exact
def standings_at(tables: Tables, plans: Plans, flags: I8, need: I32, park: I32) -> I8:
    """The standing of each pair, (n_pairs,)."""
    found = np.empty(need.size, dtype=np.int8)
    for p in range(need.size):
        i, j = need[p], park[p]
        worst = np.int32(plans.base[i])
        for f in range(3):
            if plans.flags[i, f] >= 0:
                worst = max(worst, np.int32(flags[plans.flags[i, f], j]))
        for g in range(plans.gates_start[i], plans.gates_start[i + 1]):
            x = tables.amounts[plans.gates[g, 0], j]
            if x < 0:
                worst = max(worst, plans.gates[g, 2])
            elif x < plans.turns[g, 0] or x > plans.turns[g, 1]:
                worst = np.int32(FAIL)
            else:
                worst = max(worst, plans.gates[g, 3])
        found[p] = worst
    return found


class Found(NamedTuple):
    """What was found for some needs, and for every park among these needs; both with the margin, in no order.

    `places` (n_needs, width) hold parks in the tables' order, `found` how many there are: more than the width were not
    kept. `standings` (n_needs, 3). For the parks `needs` (n_parks, width) and `keys`; `taken` how many, and `bars`
    what a key must exceed; `crowded` marks parks that had more ties than the width holds.
    """

    places: I32
    found: I32
    standings: I32
    needs: I32
    keys: F32
    taken: I32
    bars: F32
    crowded: I8


@quick
def top(
    tables: Tables, plans: Plans, values: F32, flags: I8, able: NDArray[np.bool_], k: int, both: int, into: Found
) -> None:
    """The k best parks of each need and, where `both` is above zero, the `both` best needs of each park, into `into`.

    Each with all within the margin of the last, so that the true best are among them. Needs that are not able, and
    blocks of parks that a need's regions exclude, are passed over.
    """
    parks = tables.amounts.shape[1]
    key = np.empty(parks, dtype=np.float32)
    work = _work(parks)
    best = np.empty(max(k, 1), dtype=np.float32)
    margin = np.float32(2 * plans.bound.max() + TIES) if plans.bound.size else np.float32(0)
    for i in range(plans.bound.size):
        if not able[i]:
            continue
        _keys(tables, plans, i, values, flags, True, key, work)
        into.standings[i] = standings_in(key)
        if k > 0:
            bar = _kth_best(key, k, best, np.float32(np.inf)) - (2 * plans.bound[i] + TIES)
            into.found[i] = _collected(key, np.float32(max(bar, FLOOR)), np.float32(np.inf), into.places[i])
        if both > 0:
            _offered(key, np.int32(i), both, margin, into)


@quick
def _any_above(key: F32, bars: F32) -> bool:
    found = np.int32(0)
    for j in range(key.size):
        found |= np.int32(key[j] > bars[j])
    return bool(found != 0)


@exact
def _offered(key: F32, need: np.int32, k: int, margin: np.float32, into: Found) -> None:
    """Offer a need to every park: who has fewer than k better ones takes it."""
    for a in range(0, key.size, 32):
        part, bars = key[a : a + 32], into.bars[a : a + 32]
        if not _any_above(part, bars):
            continue
        for j in range(part.size):
            if part[j] > bars[j]:
                _taken_by(a + j, part[j], need, k, margin, into)


@exact
def _taken_by(park: int, key: np.float32, need: np.int32, k: int, margin: np.float32, into: Found) -> None:
    keys, needs = into.keys[park], into.needs[park]
    count = into.taken[park]
    if count == keys.size:
        bar = max(np.sort(keys)[keys.size - k] - margin, np.float32(FLOOR))
        kept = 0
        for place in range(keys.size):
            if keys[place] > bar:
                keys[kept], needs[kept] = keys[place], needs[place]
                kept += 1
        into.bars[park], count = bar, kept
        if kept == keys.size:
            into.crowded[park] = 1
            into.bars[park] = np.float32(np.inf)
            return
    if key > into.bars[park]:
        keys[count], needs[count] = key, need
        count += 1
    into.taken[park] = count


def room(needs: int, parks: int, k: int, both: int, tied: int = TIED) -> Found:
    """An empty `Found` for so many needs and parks: twice what is asked for, and some for ties."""
    width, other = min(parks, k + tied), 2 * both + tied
    of_parks = parks if both else 0
    return Found(
        places=np.empty((needs, width), dtype=np.int32),
        found=np.zeros(needs, dtype=np.int32),
        standings=np.zeros((needs, 3), dtype=np.int32),
        needs=np.empty((of_parks, other), dtype=np.int32),
        keys=np.empty((of_parks, other), dtype=np.float32),
        taken=np.zeros(of_parks, dtype=np.int32),
        bars=np.full(of_parks, FLOOR, dtype=np.float32),
        crowded=np.zeros(of_parks, dtype=np.int8),
    )
