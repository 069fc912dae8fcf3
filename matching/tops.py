"""Which parks are the best for many needs, and which needs for each park, when most pairs need no second look?

Gates come first, by bits (`matching.gate_bits`). Who is feasible is scored, and who is unverified where fewer than k
are feasible. Of these the cheap half of the score, what is one number a park and a row of the need's, leaves few that
could still be among the best: the rest can add no more than its weights, for values lie in [0, 1] and the score grows
with each of them. So the most promising are scored to the end, and against the k-th of them the others are let go;
the same again before words are compared. A park keeps its own bar, and a pair matters that beats either.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.compiled import exact, quick
from matching.gate_bits import counted, judged, listed, packed
from matching.kernel_data import (
    AVAILABLE_ON,
    CHAIN,
    DELIVERY,
    DISTANCE,
    EMITTED,
    ENERGY,
    ENVIRONMENT,
    F32,
    FIXED,
    FLOOR,
    FULL_FROM,
    GAP,
    I8,
    I32,
    I64,
    LAND,
    NO_GROUP,
    NONE_BETTER,
    POLLUTANTS,
    PRICE,
    REGION,
    RENT,
    TEXT,
    TIER,
    TIES,
    U32,
    U64,
    Bits,
    Few,
    Found,
    Plans,
    Tables,
)
from matching.passes import delivered, ramped, slackened, steady, weighed

SHELVES = 4  # kinds of weights whose fixed part of all parks is kept
GROUPS = 4  # times k: of so many groups the best are compared to find whom to score to the end first
WORTH = 4  # times k: fewer are all scored


@quick
def _ratios(least: F32, amounts: F32, column: int, group: int, at: U32, n: int, inverse: np.float32) -> None:
    picked, ratios = at[:n], least[group]
    for j in range(picked.size):
        ratio = amounts[picked[j], column] * inverse
        ratios[j] = ratio if ratio < ratios[j] else ratios[j]


@quick
def _keyed(few: Few, n: int, more_u: np.float32, more_v: np.float32, sides: int, beta: np.float32) -> None:
    """The keys, were both sides so much better."""
    half, tier, u, v, key, standing = np.float32(0.5), np.float32(TIER), few.u, few.v, few.key[:n], few.standing
    for j in range(key.size):
        x, y = u[j] + more_u, v[j] + more_v
        difference = x - y
        difference = difference if difference > np.float32(0) else -difference
        both = half * (x + y) - half * beta * difference
        score = x if sides == 1 else (y if sides == 2 else both)
        key[j] = score - tier * np.float32(standing[j])


@quick
def _begun(u: F32, v: F32, fixed: F32, shelf: int, plans: Plans, i: int, values: F32) -> None:
    """Both sides of all parks from what is a number of the park's or of its row for the code, home and preference."""
    weights, rows, given = plans.weights32, plans.rows, np.float32(plans.constant[i, 1])
    own, chain, gap, hours = fixed[shelf], values[rows[i, 0]], values[rows[i, 1]], values[rows[i, 2]]
    of_chain, of_gap, of_hours = weights[i, CHAIN], weights[i, GAP], weights[i, DISTANCE]
    for j in range(own.size):  # a row that is not there is any other, and weighs nothing
        u[j] = own[j] + of_chain * chain[j] + of_hours * hours[j]
    for j in range(own.size):
        v[j] = given + of_gap * gap[j]
    if weights[i, REGION] > 0:
        weighed(u, values, rows[i, 3], 0, own.size, weights[i, REGION])


@quick
def _reached(key: F32, u: F32, v: F32, more_u: np.float32, more_v: np.float32, sides: int, beta: np.float32) -> None:
    """The scores of all parks, were both sides so much better."""
    half = np.float32(0.5)
    if sides == 3:
        for j in range(key.size):
            x, y = u[j] + more_u, v[j] + more_v
            difference = x - y
            difference = difference if difference > np.float32(0) else -difference
            key[j] = half * (x + y) - half * beta * difference
    else:
        for j in range(key.size):
            key[j] = u[j] + more_u if sides == 1 else v[j] + more_v


@quick
def _picked(few: Few, n: int, key: F32) -> None:
    """The keys of those listed."""
    at, standing, keys = few.at, few.standing, few.key[:n]
    for j in range(keys.size):
        keys[j] = key[at[j]] - np.float32(TIER) * np.float32(standing[j])


@quick
def _ended(few: Few, n: int, tables: Tables, plans: Plans, i: int, least: F32, ready: F32) -> None:
    """Add what is left but words: what is free against what is asked, and the days."""
    gates, weights, at = plans.gates, plans.weights32, few.at
    for group in range(4):
        least[group, :n] = np.float32(-1 if plans.silent_groups[i, group] else np.inf)
    for g in range(plans.gates_start[i], plans.gates_start[i + 1]):
        if gates[g, 1] != NO_GROUP:
            _ratios(least, tables.by_park, gates[g, 0], gates[g, 1] - 1, at, n, plans.turns[g, 2])
    environment, emitted = least[ENVIRONMENT - LAND, :n], least[EMITTED - 1, :n]
    for j in range(environment.size):
        environment[j] = emitted[j] if emitted[j] < environment[j] else environment[j]
    slackened(few.u, least, n, tables.ramps, weights, i, tables.priors32)
    if weights[i, DELIVERY] > 0:
        for j in range(n):
            ready[0, j] = tables.by_park[at[j], AVAILABLE_ON]
        needed, prior = np.float32(plans.needed_on[i]), tables.priors32[DELIVERY]
        delivered(few.u, ready, 0, n, tables.ramps, needed, weights[i, DELIVERY], prior)
    if weights[i, POLLUTANTS] > 0:
        ramped(few.v, least, 3, n, tables.ramps, weights[i, POLLUTANTS], tables.priors32[POLLUTANTS])


@quick
def _worded(few: Few, n: int, tables: Tables, wanted: F32, weight: np.float32) -> None:
    """Add the likeness of each park's words with the `wanted`, (n_grams,)."""
    for j in range(n):
        park, likeness = few.at[j], np.float32(0)
        words = tables.word[tables.words_start[park] : tables.words_start[park + 1]]
        weights = tables.word_weight[tables.words_start[park] : tables.words_start[park + 1]]
        for place in range(words.size):
            likeness += weights[place] * wanted[words[place]]
        few.u[j] += weight * (likeness + tables.wordless[park])


@exact
def _likest(tables: Tables, plans: Plans, i: int, wordless: np.float32) -> np.float32:
    """The most that the likeness with any park can be."""
    most = 0.0
    for place in range(plans.words_start[i], plans.words_start[i + 1]):
        most += plans.word_weight[place] * tables.most_of[plans.word[place]]
    return np.float32(max(min(1.0, float(most)), float(wordless)))


@exact
def _spread(wanted: F32, plans: Plans, i: int, back: bool) -> None:
    for place in range(plans.words_start[i], plans.words_start[i + 1]):
        wanted[plans.word[place]] = np.float32(0 if back else plans.word_weight[place])


@exact
def _let_go(few: Few, n: int, limit: np.float32, bars: F32, slack: np.float32, into: Few) -> int:
    """Those whose key could beat the need's limit or, where parks have bars, their own; how many."""
    kept, both = 0, bars.size > 0
    for j in range(n):
        at, key = few.at[j], few.key[j]
        into.at[kept], into.u[kept], into.v[kept], into.standing[kept] = at, few.u[j], few.v[j], few.standing[j]
        kept += int(key > limit or (both and key + slack > bars[at]))
    return kept


@exact
def _chosen(few: Few, n: int, limit: np.float32, bars: F32, slack: np.float32, u: F32, v: F32, into: Few) -> int:
    """As `_let_go`, where both sides stand by park."""
    kept, both = 0, bars.size > 0
    for j in range(n):
        at, key = few.at[j], few.key[j]
        into.at[kept], into.standing[kept] = at, few.standing[j]
        kept += int(key > limit or (both and key + slack > bars[at]))
    for j in range(kept):
        into.u[j], into.v[j] = u[into.at[j]], v[into.at[j]]
    return kept


@exact
def _promising(keys: F32, n: int, k: int, best: F32, tops: F32) -> np.float32:
    """A key that at least k reach and not many more: the k-th of the best of each few."""
    size = max(1, n // (GROUPS * k))
    count = n // size
    for group in range(count):
        most = keys[group * size]
        for j in range(group * size + 1, (group + 1) * size):
            most = max(most, keys[j])
        tops[group] = most
    return np.float32(_kth_best(tops, count, k, best) - np.float32(1e-6))


@quick
def _any_above(key: F32, bar: np.float32) -> bool:
    found = np.int32(0)
    for j in range(key.size):
        found |= np.int32(key[j] > bar)
    return bool(found != 0)


@exact
def _kth_best(keys: F32, n: int, k: int, best: F32) -> np.float32:
    """The k-th largest of the first keys; NONE_BETTER where there are fewer."""
    best[:k] = np.float32(NONE_BETTER)
    for a in range(0, n, 32):
        part = keys[a : min(a + 32, n)]
        if not _any_above(part, best[k - 1]):
            continue
        for j in range(part.size):
            x = part[j]
            if x > best[k - 1]:
                place = k - 1
                while place > 0 and best[place - 1] < x:
                    best[place] = best[place - 1]
                    place -= 1
                best[place] = x
    return np.float32(best[k - 1])


@exact
def _shelved(fixed: F32, shelf: int, tables: Tables, plans: Plans, i: int, holds: NDArray[np.int64]) -> int:
    """Where the fixed part of all parks with this need's weights is; where none is, it takes the `shelf`."""
    for place in range(SHELVES):
        other = holds[place]
        if other >= 0 and plans.rents[other] == plans.rents[i] and plans.constant[other, 0] == plans.constant[i, 0]:
            same = True
            for k in range(1, len(FIXED)):
                same &= plans.weights32[other, FIXED[k]] == plans.weights32[i, FIXED[k]]
            if same:
                return place
    row = fixed[shelf]
    row[:] = np.float32(plans.constant[i, 0])
    steady(row, tables.fixed, 0, row.size, plans.weights32, i, RENT if plans.rents[i] else PRICE)
    holds[shelf] = i
    return shelf


@exact
def _left(plans: Plans, i: int) -> tuple[np.float32, np.float32]:
    """What can still be added to either side before words."""
    weights = plans.weights32
    mine = weights[i, LAND] + weights[i, ENERGY] + weights[i, ENVIRONMENT] + weights[i, DELIVERY]
    return mine, weights[i, POLLUTANTS]


class Desk(NamedTuple):
    """Where a need is worked on; `wanted` (n_grams,) are its words, `open` the parks that take unverified needs yet."""

    u: F32
    v: F32
    key: F32
    all: Few
    some: Few
    last: Few
    least: F32
    ready: F32
    wanted: F32
    best: F32
    fixed: F32
    holds: I64
    bits: Bits
    open: U64
    nobody: F32


@exact
def _few(parks: int) -> Few:
    return Few(
        np.empty(parks, dtype=np.uint32),
        np.empty(parks, dtype=np.float32),
        np.empty(parks, dtype=np.float32),
        np.empty(parks, dtype=np.int32),
        np.empty(parks, dtype=np.float32),
    )


@exact
def _desk(tables: Tables, k: int) -> Desk:
    parks, everyone = tables.amounts.shape[1], tables.ranks.everyone
    return Desk(
        u=np.empty(parks, dtype=np.float32),
        v=np.empty(parks, dtype=np.float32),
        key=np.empty(parks, dtype=np.float32),
        all=_few(parks + 1),
        some=_few(parks + 1),
        last=_few(parks + 1),
        least=np.empty((4, parks), dtype=np.float32),
        ready=np.empty((1, parks), dtype=np.float32),
        wanted=np.zeros(tables.most_of.size, dtype=np.float32),
        best=np.empty(max(k, 1), dtype=np.float32),
        fixed=np.empty((SHELVES, parks), dtype=np.float32),
        holds=np.full(SHELVES, -1),
        bits=Bits(np.empty_like(everyone), np.empty_like(everyone), np.empty_like(everyone)),
        open=everyone.copy(),
        nobody=np.empty(0, dtype=np.float32),
    )


@exact
def _candidates(desk: Desk, parks: int, k: int, both: int, standings: I32) -> int:
    """List whose standing can still count, and count the standings."""
    few, feasible, unverified = desk.all, desk.bits.fails, desk.bits.silent
    first, silent = listed(feasible, few.at, 0), counted(unverified)
    standings[0], standings[1], standings[2] = first, silent, parks - first - silent
    last = first
    if first < k:
        last = listed(unverified, few.at, first)
    elif both > 0:
        for w in range(unverified.size):
            unverified[w] &= desk.open[w]
        last = listed(unverified, few.at, first)
    few.standing[:first], few.standing[first:last] = np.int32(0), np.int32(1)
    return last


@exact
def _bar(desk: Desk, n: int, tables: Tables, plans: Plans, i: int, k: int) -> np.float32:
    """The k-th best of the most promising, scored to the end; NONE_BETTER where all had better be."""
    if k == 0 or n <= WORTH * k:
        return np.float32(NONE_BETTER)
    some, weight = desk.some, plans.weights32[i, TEXT]
    cut = _promising(desk.all.key, n, k, desk.best, desk.last.key)
    few = _chosen(desk.all, n, cut, desk.nobody, np.float32(0), desk.u, desk.v, some)
    _ended(some, few, tables, plans, i, desk.least, desk.ready)
    if weight > 0:
        _worded(some, few, tables, desk.wanted, weight)
    _keyed(some, few, np.float32(0), np.float32(0), plans.sides[i], np.float32(tables.beta))
    return _kth_best(some.key, few, k, desk.best)


@exact
def _scored(desk: Desk, n: int, tables: Tables, plans: Plans, i: int, k: int, wordless: np.float32, bars: F32) -> int:
    """Leave in `last` who can be among the best, with their keys; how many they are."""
    nothing, beta, sides = np.float32(0), np.float32(tables.beta), plans.sides[i]
    slack, weight = np.float32(4 * plans.bound[i] + TIES), plans.weights32[i, TEXT]
    mine, theirs = _left(plans, i)
    words = weight * _likest(tables, plans, i, wordless) if weight > 0 else nothing
    _reached(desk.key, desk.u, desk.v, mine + words, theirs, sides, beta)
    _picked(desk.all, n, desk.key)
    bar = _bar(desk, n, tables, plans, i, k)
    limit, some = bar - slack if k > 0 else np.float32(np.inf), desk.some if weight > 0 else desk.last
    few = _chosen(desk.all, n, limit, bars, slack, desk.u, desk.v, some)
    _ended(some, few, tables, plans, i, desk.least, desk.ready)
    if weight > 0:
        if k > 0:
            _keyed(some, few, nothing, nothing, sides, beta)
            limit = max(bar, _kth_best(some.key, few, k, desk.best)) - slack
        _keyed(some, few, words, nothing, sides, beta)
        few = _let_go(some, few, limit, bars, slack, desk.last)
        _worded(desk.last, few, tables, desk.wanted, weight)
    _keyed(desk.last, few, nothing, nothing, sides, beta)
    return few


@exact
def _kept(few: Few, n: int, bar: float, places: I32) -> int:
    """The places of the keys above the bar; more than there is room for are counted and left out."""
    count = 0
    for j in range(n):
        if few.key[j] > bar:
            if count < places.size:
                places[count] = few.at[j]
            count += 1
    return count


@exact
def top(
    tables: Tables, plans: Plans, values: F32, flags: I8, able: NDArray[np.bool_], k: int, both: int, into: Found
) -> None:
    """The k best parks of each need and, where `both` is above zero, the `both` best needs of each park, into `into`.

    Each with all within the margin of the last, so that the true best are among them. Needs that are not able are
    passed over.
    """
    parks, desk = tables.amounts.shape[1], _desk(tables, k)
    failing = np.empty((flags.shape[0], desk.open.size), dtype=np.uint64)
    unsure, shelf = np.empty_like(failing), 0
    for row in range(flags.shape[0]):
        packed(flags[row], failing[row], unsure[row])
    wordless = tables.wordless.max() if parks else np.float32(0)
    margin = np.float32(2 * plans.bound.max() + TIES) if plans.bound.size else np.float32(0)
    for i in range(plans.bound.size):
        if not able[i]:
            continue
        judged(tables.ranks, plans, i, failing, unsure, desk.bits)
        n = _candidates(desk, parks, k if plans.bound[i] < 0.1 else parks, both, into.standings[i])
        found = _shelved(desk.fixed, shelf, tables, plans, i, desk.holds)
        shelf = (shelf + 1) % SHELVES if found == shelf else shelf
        _begun(desk.u, desk.v, desk.fixed, found, plans, i, values)
        _spread(desk.wanted, plans, i, False)
        few = _scored(desk, n, tables, plans, i, k, wordless, into.bars)
        _spread(desk.wanted, plans, i, True)
        if k > 0:
            bar = _kth_best(desk.last.key, few, k, desk.best) - (2 * plans.bound[i] + TIES)
            into.found[i] = _kept(desk.last, few, max(bar, np.float32(FLOOR)), into.places[i])
        if both > 0:
            _offered(desk, few, np.int32(i), both, margin, into)


@exact
def _offered(desk: Desk, n: int, need: np.int32, k: int, margin: np.float32, into: Found) -> None:
    """Offer a need to the parks that it may be for: who has fewer than k better ones takes it."""
    few = desk.last
    for j in range(n):
        park, key = few.at[j], few.key[j]
        if key > into.bars[park]:
            _taken_by(park, key, need, k, margin, into)
            if into.bars[park] > FULL_FROM:
                desk.open[park >> np.uint32(6)] &= ~(np.uint64(1) << np.uint64(park & np.uint32(63)))


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
