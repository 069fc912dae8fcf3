"""How good are some of the parks, listed by their places, and how many of them may be let go?

As `matching.passes`, but for the parks that are left: amounts lie park by park here, so that one park is one or two
lines of the cache.
"""

from typing import NamedTuple

import numpy as np

from matching.compiled import exact, quick
from matching.kernel_data import (
    AVAILABLE_ON,
    CHAIN,
    DELIVERY,
    DISTANCE,
    EMITTED,
    ENVIRONMENT,
    F32,
    GAP,
    LAND,
    NO_GROUP,
    NONE_BETTER,
    POLLUTANTS,
    REGION,
    TIER,
    U32,
    Few,
    Plans,
    Tables,
)
from matching.passes import delivered, ramped, slackened

GROUPS = 4  # times k: of so many groups the best are compared to find whom to score to the end first
HALVES = 20  # of the range of keys, in finding what k of them reach


class Most(NamedTuple):
    """What can be added to both sides, and what a score is: of_u · U + of_v · V − apart · |U − V|."""

    u: np.float32
    v: np.float32
    of_u: np.float32
    of_v: np.float32
    apart: np.float32


@quick
def _ratios(least: F32, amounts: F32, column: int, group: int, at: U32, n: int, inverse: np.float32) -> None:
    picked, ratios = at[:n], least[group]
    for j in range(picked.size):
        ratio = amounts[picked[j], column] * inverse
        ratios[j] = ratio if ratio < ratios[j] else ratios[j]


@quick
def keyed(few: Few, n: int, most: Most, more: np.float32) -> None:
    """The keys, were the need's side so much better."""
    u, v, key, standing = few.u, few.v, few.key[:n], few.standing
    for j in range(key.size):
        x, y = u[j] + more, v[j]
        difference = x - y
        difference = difference if difference > np.float32(0) else -difference
        key[j] = most.of_u * x + most.of_v * y - most.apart * difference - np.float32(TIER) * np.float32(standing[j])


@quick
def reached(key: F32, own: F32, plans: Plans, i: int, values: F32, most: Most) -> None:
    """What the score of each park can be, from what is a number of the park's or of its row for the need."""
    weights, rows, given = plans.weights32, plans.rows, np.float32(plans.constant[i, 1]) + most.v
    of_chain, of_gap, of_hours, of_region = weights[i, CHAIN], weights[i, GAP], weights[i, DISTANCE], weights[i, REGION]
    chain, gap, hours = values[rows[i, 0]], values[rows[i, 1]], values[rows[i, 2]]  # −1 is any row, and weighs nothing
    region = values[rows[i, 3] if of_region > 0 else rows[i, 0]]
    for j in range(key.size):
        u = own[j] + most.u + of_chain * chain[j] + of_hours * hours[j] + of_region * region[j]
        v = given + of_gap * gap[j]
        difference = u - v
        difference = difference if difference > np.float32(0) else -difference
        key[j] = most.of_u * u + most.of_v * v - most.apart * difference


@quick
def sides(few: Few, n: int, own: F32, plans: Plans, i: int, values: F32) -> None:
    """Both sides of these parks as far as `reached` knows them."""
    weights, rows, given, u, v = plans.weights32, plans.rows, np.float32(plans.constant[i, 1]), few.u, few.v
    of_chain, of_gap, of_hours, of_region = weights[i, CHAIN], weights[i, GAP], weights[i, DISTANCE], weights[i, REGION]
    chain, gap, hours = values[rows[i, 0]], values[rows[i, 1]], values[rows[i, 2]]
    region, at = values[rows[i, 3] if of_region > 0 else rows[i, 0]], few.at[:n]
    for j in range(at.size):
        park = at[j]
        u[j] = own[park] + of_chain * chain[park] + of_hours * hours[park] + of_region * region[park]
        v[j] = given + of_gap * gap[park]


@quick
def picked(few: Few, n: int, key: F32) -> None:
    """The keys of those listed."""
    at, standing, keys = few.at, few.standing, few.key[:n]
    for j in range(keys.size):
        keys[j] = key[at[j]] - np.float32(TIER) * np.float32(standing[j])


@quick
def ended(few: Few, n: int, tables: Tables, plans: Plans, i: int, least: F32, ready: F32) -> None:
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
def worded(few: Few, n: int, tables: Tables, wanted: F32, weight: np.float32) -> None:
    """Add the likeness of each park's words with the `wanted`."""
    for j in range(n):
        park, likeness = few.at[j], np.float32(0)
        words = tables.word[tables.words_start[park] : tables.words_start[park + 1]]
        weights = tables.word_weight[tables.words_start[park] : tables.words_start[park + 1]]
        for place in range(words.size):
            likeness += weights[place] * wanted[words[place]]
        few.u[j] += weight * (likeness + tables.wordless[park])


@quick
def worded_of_all(few: Few, n: int, likeness: F32, weight: np.float32) -> None:
    """The same where all parks' words have been compared."""
    u, at = few.u, few.at[:n]
    for j in range(at.size):
        u[j] += weight * likeness[at[j]]


@exact
def spread(wanted: F32, tables: Tables, plans: Plans, i: int, wordless: np.float32) -> np.float32:
    """Lay out the need's words that parks have, by their numbers; the most that the likeness with any park can be."""
    most = np.float32(0)
    for place in range(plans.words_start[i], plans.words_start[i + 1]):
        number = tables.number_of[plans.word[place]]
        if number >= 0:
            wanted[number] = np.float32(plans.word_weight[place])
            most += wanted[number] * tables.most_of[number]
    return np.float32(max(min(np.float32(1), most), wordless))


@exact
def cleared(wanted: F32, tables: Tables, plans: Plans, i: int) -> None:
    for place in range(plans.words_start[i], plans.words_start[i + 1]):
        number = tables.number_of[plans.word[place]]
        if number >= 0:
            wanted[number] = np.float32(0)


@exact
def let_go(few: Few, n: int, limit: np.float32, bars: F32, slack: np.float32, into: Few) -> int:
    """Those whose key could beat the need's limit or, where parks have bars, their own; how many."""
    kept, both = 0, bars.size > 0
    for j in range(n):
        at, key = few.at[j], few.key[j]
        into.at[kept], into.u[kept], into.v[kept], into.standing[kept] = at, few.u[j], few.v[j], few.standing[j]
        kept += int(key > limit or (both and key + slack > bars[at]))
    return kept


@quick
def _reaching(keys: F32, n: int, bar: np.float32) -> int:
    count, some = np.int32(0), keys[:n]
    for j in range(some.size):
        count += np.int32(some[j] >= bar)
    return int(count)


@quick
def _ends(keys: F32, n: int) -> tuple[np.float32, np.float32]:
    least, most, some = keys[0], keys[0], keys[:n]
    for j in range(some.size):
        least = some[j] if some[j] < least else least
        most = some[j] if some[j] > most else most
    return least, most


@exact
def bar_of(keys: F32, n: int, k: int) -> np.float32:
    """What k of the first keys reach, and nothing higher by more than a millionth; NONE_BETTER where there are fewer.

    By halves, for a sorted list of the best is one wrong guess of the processor after the other.
    """
    if n < k:
        return np.float32(NONE_BETTER)
    low, high = _ends(keys, n)
    for _ in range(HALVES):
        middle = low + np.float32(0.5) * (high - low)
        enough = _reaching(keys, n, middle) >= k
        low, high = (middle, high) if enough else (low, middle)
    return low


@quick
def promising(keys: F32, n: int, k: int, tops: F32) -> np.float32:
    """A key that at least k reach and not many more: what k of the best of each few reach."""
    size = max(1, n // (GROUPS * k))
    count = n // size
    most = tops[:count]
    most[:] = keys[:count]
    for part in range(1, size):
        some = keys[part * count : part * count + count]
        for j in range(most.size):
            most[j] = some[j] if some[j] > most[j] else most[j]
    return bar_of(tops, count, k)
