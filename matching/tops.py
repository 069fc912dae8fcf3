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

from matching.compiled import exact
from matching.few import (
    Most,
    bar_of,
    cleared,
    ended,
    keyed,
    let_go,
    picked,
    promising,
    reached,
    sides,
    spread,
    worded,
    worded_of_all,
)
from matching.gate_bits import counted, judged, listed, packed
from matching.kernel_data import (
    DELIVERY,
    ENERGY,
    ENVIRONMENT,
    F32,
    FIXED,
    FLOOR,
    FULL_FROM,
    I8,
    I32,
    I64,
    LAND,
    NONE_BETTER,
    POLLUTANTS,
    PRICE,
    RENT,
    TEXT,
    TIES,
    U64,
    Bits,
    Few,
    Found,
    Plans,
    Tables,
)
from matching.passes import likened, steady

Able = NDArray[np.bool_]
SHELVES = 4  # kinds of weights whose fixed part of all parks is kept
SURE = 0.1  # margins below: an unverified pair is never proposed before a feasible one
NUDGE = 1e-6  # on the key: who just reaches is above
SPARSE = 4  # halvings of the number of parks: of fewer each park's words are compared, of more the words' parks
WORTH = 4  # times k: fewer are all scored


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
def _most(tables: Tables, plans: Plans, i: int, words: np.float32) -> Most:
    """What can still be added to either side, words among it, and what the sides count for."""
    weights, sides = plans.weights32, plans.sides[i]
    left = weights[i, LAND] + weights[i, ENERGY] + weights[i, ENVIRONMENT] + weights[i, DELIVERY] + words
    of_u, of_v = np.float32(0.5 if sides == 3 else sides == 1), np.float32(0.5 if sides == 3 else sides == 2)
    return Most(left, weights[i, POLLUTANTS], of_u, of_v, np.float32(0.5 * tables.beta if sides == 3 else 0.0))


class Desk(NamedTuple):
    """Where a need is worked on; `wanted` are its words by number, `open` the parks that take unverified needs yet."""

    key: F32
    all: Few
    some: Few
    last: Few
    least: F32
    ready: F32
    wanted: F32
    likeness: F32
    wordless: F32
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
def _desk(tables: Tables) -> Desk:
    parks, everyone = tables.amounts.shape[1], tables.ranks.everyone
    return Desk(
        key=np.empty(parks, dtype=np.float32),
        all=_few(parks + 1),
        some=_few(parks + 1),
        last=_few(parks + 1),
        least=np.empty((4, parks), dtype=np.float32),
        ready=np.empty((1, parks), dtype=np.float32),
        wanted=np.zeros(tables.most_of.size, dtype=np.float32),
        likeness=np.empty((1, parks), dtype=np.float32),
        wordless=np.array([tables.wordless.max() if parks else 0.0], dtype=np.float32),
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
def _bar(
    desk: Desk, n: int, tables: Tables, plans: Plans, i: int, k: int, own: F32, values: F32, most: Most
) -> np.float32:
    """What k of the most promising reach without words; NONE_BETTER where all had better be scored."""
    if k == 0 or n <= WORTH * k:
        return np.float32(NONE_BETTER)
    cut = promising(desk.all.key, n, k, desk.last.key) - np.float32(NUDGE)
    few = let_go(desk.all, n, cut, desk.nobody, np.float32(0), desk.some)
    sides(desk.some, few, own, plans, i, values)
    ended(desk.some, few, tables, plans, i, desk.least, desk.ready)
    keyed(desk.some, few, most, np.float32(0))
    return bar_of(desk.some.key, few, k)


@exact
def _scored(desk: Desk, n: int, tables: Tables, plans: Plans, i: int, k: int, own: F32, values: F32, bars: F32) -> int:
    """Leave in `last` who can be among the best, with their keys; how many they are."""
    slack, weight, wordless = np.float32(4 * plans.bound[i] + TIES), plans.weights32[i, TEXT], desk.wordless[0]
    words = weight * spread(desk.wanted, tables, plans, i, wordless) if weight > 0 else np.float32(0)
    most = _most(tables, plans, i, words)
    reached(desk.key, own, plans, i, values, most)
    picked(desk.all, n, desk.key)
    bar = _bar(desk, n, tables, plans, i, k, own, values, most)
    limit, some = bar - slack if k > 0 else np.float32(np.inf), desk.some if weight > 0 else desk.last
    few = let_go(desk.all, n, limit, bars, slack, some)
    sides(some, few, own, plans, i, values)
    ended(some, few, tables, plans, i, desk.least, desk.ready)
    if weight > 0:
        if k > 0:
            keyed(some, few, most, np.float32(0))
            limit = max(bar, bar_of(some.key, few, k)) - slack
        keyed(some, few, most, words)
        few = let_go(some, few, limit, bars, slack, desk.last)
        if few > desk.likeness.size >> SPARSE:
            likened(tables, plans, i, desk.likeness)
            worded_of_all(desk.last, few, desk.likeness[0], weight)
        else:
            worded(desk.last, few, tables, desk.wanted, weight)
        cleared(desk.wanted, tables, plans, i)
    keyed(desk.last, few, most, np.float32(0))
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
def _closed(
    desk: Desk, tables: Tables, plans: Plans, able: Able, failing: U64, unsure: U64, both: int, into: Found
) -> None:
    """Whoever has as many feasible needs as it wants takes no unverified one: that is known before any is scored."""
    parks = into.bars.size
    feasible = np.zeros(parks, dtype=np.int32)
    for i in range(plans.bound.size):
        if able[i]:
            judged(tables.ranks, plans, i, failing, unsure, desk.bits)
            for place in range(listed(desk.bits.fails, desk.all.at, 0)):
                feasible[desk.all.at[place]] += 1
    for park in range(parks):
        if feasible[park] >= both:
            into.bars[park] = np.float32(FULL_FROM)
            desk.open[park >> 6] &= ~(np.uint64(1) << np.uint64(park & 63))


@exact
def top(tables: Tables, plans: Plans, values: F32, flags: I8, able: Able, k: int, both: int, into: Found) -> None:
    """The k best parks of each need and, where `both` is above zero, the `both` best needs of each park, into `into`.

    Each with all within the margin of the last, so that the true best are among them. Needs that are not able are
    passed over.
    """
    parks, desk = tables.amounts.shape[1], _desk(tables)
    failing = np.empty((flags.shape[0], desk.open.size), dtype=np.uint64)
    unsure, shelf = np.empty_like(failing), 0
    for row in range(flags.shape[0]):
        packed(flags[row], failing[row], unsure[row])
    margin = np.float32(2 * plans.bound.max() + TIES) if plans.bound.size else np.float32(0)
    if both > 0 and margin < SURE:
        _closed(desk, tables, plans, able, failing, unsure, both, into)
    for i in range(plans.bound.size):
        if not able[i]:
            continue
        judged(tables.ranks, plans, i, failing, unsure, desk.bits)
        n = _candidates(desk, parks, k if margin < SURE else parks, both, into.standings[i])
        found = _shelved(desk.fixed, shelf, tables, plans, i, desk.holds)
        shelf = (shelf + 1) % SHELVES if found == shelf else shelf
        few = _scored(desk, n, tables, plans, i, k, desk.fixed[found], values, into.bars)
        if k > 0:
            bar = bar_of(desk.last.key, few, k) - (2 * plans.bound[i] + TIES)
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
