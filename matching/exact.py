"""What is the score of a few pairs of a need and a park, in float64 and added up as `matching.score` adds?

Compiled, for the pairs that the kernel proposes by the hundred thousand. It repeats the columns' arithmetic operation
by operation, no contraction and no reordering, so that it gives what `Index.parks_for` shows (held equal by tests).
"""

import numpy as np

from matching.compiled import exact
from matching.kernel_data import (
    AVAILABLE_ON,
    CHAIN,
    DELIVERY,
    DISTANCE,
    EMITTED,
    F64,
    FIXED,
    GAP,
    I32,
    I64,
    INTENSITY,
    INVESTMENT,
    JOBS,
    LAND,
    LAND_PRICE,
    NO_GROUP,
    OF_DELIVERY,
    OF_GAP,
    OF_POLLUTANTS,
    POLLUTANTS,
    PRICE,
    REGION,
    RENT,
    TAX,
    TECHNOLOGY,
    TEXT,
    Codes,
    Details,
    Plans,
    Tables,
)


@exact
def interpolated(points: F64, k: int, x: float) -> float:
    """As numpy.interp by the k-th of these functions, then held within [0, 1]."""
    if x < points[k, 0, 0]:
        y = points[k, 0, 1]
    elif x >= points[k, -1, 0]:
        y = points[k, -1, 1]
    else:
        j = 0
        while x >= points[k, j + 1, 0]:
            j += 1
        slope = (points[k, j + 1, 1] - points[k, j, 1]) / (points[k, j + 1, 0] - points[k, j, 0])
        y = points[k, j, 1] if x == points[k, j, 0] else slope * (x - points[k, j, 0]) + points[k, j, 1]
    return float(min(max(y, 0.0), 1.0))


@exact
def chain_fit(details: Details, codes: Codes, code: int, park: int) -> float:
    """F of `matching.industry.chain_fit`, −1 where the park has no industries."""
    alike, chained = 0.0, 0.0
    first, last = details.sectors_start[park], details.sectors_start[park + 1]
    for place in range(first, last):
        weight, sector = details.weight[place], details.sector[place]
        alike = max(alike, weight * codes.alike[code, sector])
        chained = max(chained, weight * codes.linked[code, sector])
    return 1 - (1 - alike) * (1 - details.linked * chained) if last > first else -1.0


@exact
def gap_value(details: Details, codes: Codes, code: int, park: int) -> float:
    """The value of the criterion chain_gap, −1 where the park has no industries."""
    fit = chain_fit(details, codes, code, park)
    if fit < 0:
        return -1.0
    supplied, own, usual = 0.0, 0.0, codes.usual[code]
    for place in range(details.sectors_start[park], details.sectors_start[park + 1]):
        share, sector = details.share[place], details.sector[place]
        supplied += share * codes.supplies[code, sector]
        own += share * codes.inside[code, sector]
    lacking = max(0.0, 1.0 - own / usual) if usual > 0 else (1.0 if own == 0 else 0.0)
    return float(1 - (1 - fit) * (1 - interpolated(details.points, OF_GAP, min(1.0, supplied * lacking)) / 2))


@exact
def values_of_code(details: Details, codes: Codes, code: int, chain_prior: float, gap_prior: float) -> F64:
    """Values of chain fit and chain gap at every park, (2, n_parks)."""
    parks = details.sectors_start.size - 1
    found = np.empty((2, parks))
    for park in range(parks):
        fit = chain_fit(details, codes, code, park)
        gap = gap_value(details, codes, code, park)
        found[0, park] = fit if fit >= 0 else chain_prior
        found[1, park] = gap if gap >= 0 else gap_prior
    return found


@exact
def _likeness(details: Details, wanted: F64, park: int, prior: float) -> float:
    first, last = details.words_start[park], details.words_start[park + 1]
    total = 0.0
    for place in range(first, last):
        total += details.word_weight[place] * wanted[details.word[place]]
    return total if last > first else prior


@exact
def _least(tables: Tables, plans: Plans, i: int, park: int, least: F64, most: F64) -> None:
    """Of each group the least free amount against the needed, −1 unknown; and the largest share of a free quota."""
    least[:] = np.inf
    most[0] = 0.0
    for group in range(4):
        if plans.silent_groups[i, group]:
            least[group] = -1.0
    for g in range(plans.gates_start[i], plans.gates_start[i + 1]):
        column, group = plans.gates[g, 0], plans.gates[g, 1]
        if group == NO_GROUP:
            continue
        free, needed = tables.amounts64[column, park], plans.asked[g]
        if tables.multiple_of[column] >= 0:
            needed = tables.multiples[tables.multiple_of[column], park] * needed
        ratio = free / needed if free >= 0 else -1.0
        if group == EMITTED:
            least[3] = min(least[3], ratio)
            least[2] = min(least[2], ratio)
            most[0] = max(most[0], needed / free if free != 0 else np.inf)
        else:
            least[group - 1] = min(least[group - 1], ratio)


@exact
def _need_values(tables: Tables, plans: Plans, details: Details, i: int, park: int, least: F64, value: F64) -> None:
    """Values of the need side at one park, all but those of its code, words, home and preference."""
    for place in range(2, 8):
        value[FIXED[place]] = tables.fixed64[place, park]
    value[LAND_PRICE] = tables.fixed64[RENT if plans.rents[i] else PRICE, park]
    for group in range(3):
        known, prior = least[group] >= 0, tables.priors[LAND + group]
        value[LAND + group] = interpolated(details.points, group, least[group]) if known else prior
    ready = tables.amounts64[AVAILABLE_ON, park]
    days = plans.needed_on[i] - ready
    value[DELIVERY] = interpolated(details.points, OF_DELIVERY, days) if ready >= 0 else tables.priors[DELIVERY]


@exact
def _park_values(tables: Tables, plans: Plans, details: Details, i: int, least: F64, most: float, value: F64) -> None:
    """Values of the park side at one park, all but that of the code."""
    value[INVESTMENT], value[TAX] = plans.given[i, 0], plans.given[i, 1]
    value[INTENSITY], value[JOBS] = plans.given[i, 2], plans.given[i, 3]
    known, prior = least[3] >= 0, tables.priors[POLLUTANTS]
    value[POLLUTANTS] = interpolated(details.points, OF_POLLUTANTS, most) if known else prior
    value[TECHNOLOGY] = 0.0


@exact
def _sum(weights: F64, i: int, value: F64, first: int, last: int) -> float:
    """Σ weight · value in the order of the criteria; one that does not stand adds nothing."""
    total = 0.0
    for k in range(first, last):
        total += weights[i, k] * value[k]
    return total


@exact
def _mutual(u: float, v: float, sides: int, beta: float) -> float:
    if sides == 1:
        return u
    if sides == 2:
        return v
    tilt = beta * np.sign(v - u)
    return float(0.5 * (1 + tilt) * u + 0.5 * (1 - tilt) * v)


@exact
def scores(tables: Tables, plans: Plans, details: Details, looked_up: F64, need: I32, park: I32) -> F64:
    """The score of each pair, (n_pairs,); pairs go need by need.

    `looked_up` (4, n_pairs) are the values that a row of the plan holds, in the order of `Plans.rows`.
    """
    found, wanted = np.empty(need.size), np.zeros(details.grams)
    value, least, most = np.empty(JOBS + 1), np.empty(4), np.empty(1)
    before = -1
    for p in range(need.size):
        i, j = need[p], park[p]
        if i != before:
            _want(plans, before, wanted, 0.0)
            _want(plans, i, wanted, 1.0)
            before = i
        _least(tables, plans, i, j, least, most)
        _need_values(tables, plans, details, i, j, least, value)
        _park_values(tables, plans, details, i, least, most[0], value)
        value[CHAIN], value[GAP] = looked_up[0, p], looked_up[1, p]
        value[DISTANCE], value[REGION] = looked_up[2, p], looked_up[3, p]
        value[TEXT] = _likeness(details, wanted, j, tables.priors[TEXT])
        u = _sum(plans.weights, i, value, 0, INVESTMENT)
        v = _sum(plans.weights, i, value, INVESTMENT, JOBS + 1)
        found[p] = _mutual(u, v, plans.sides[i], tables.beta)
    return found


@exact
def _want(plans: Plans, i: int, wanted: F64, times: float) -> None:
    """Write down the weights of a need's words, or nothing for them; to wipe all grams would cost more than a score."""
    if i >= 0:
        for place in range(plans.words_start[i], plans.words_start[i + 1]):
            wanted[plans.word[place]] = plans.word_weight[place] * times


@exact
def firsts(group: I64, order: I64, standing: I64, score: F64, other: I64, top: int) -> I64:
    """The places of the first `top` pairs of each group: by standing, then score, then the other's order.

    `order` (n_pairs,) brings the pairs of a group together.
    """
    found, first, last = np.empty(order.size, dtype=np.int64), 0, 0
    for at in range(order.size):
        row = order[at]
        if at == 0 or group[row] != group[order[at - 1]]:
            first = last
        place = last
        while place > first and _before(standing, score, other, row, found[place - 1]):
            place -= 1
        if place - first < top:
            last = min(last + 1, first + top)
            for behind in range(last - 1, place, -1):
                found[behind] = found[behind - 1]
            found[place] = row
    return found[:last]


@exact
def _before(standing: I64, score: F64, other: I64, a: int, b: int) -> bool:
    if standing[a] != standing[b]:
        return bool(standing[a] < standing[b])
    return bool(score[a] > score[b] or (score[a] == score[b] and other[a] < other[b]))
