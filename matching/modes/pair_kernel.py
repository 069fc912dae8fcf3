"""How good is every pair of parks, fast? The scores of `pair_terms.scored`, row by row, compiled.

Lone terms and terms of two places come in as sums; what lies between two parks is measured here. The kernel proposes:
what is shown is scored again by `pair_terms`, so a last bit here decides nothing (see `pairs`). Numbers of other
modules come as data: the cache of what is compiled looks at the date of this file alone (decision 0015).
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Calls = NDArray[np.int8]

NEAR, ACCESS, LINKAGE, COMPLEMENTARITY, RELATED, DISTINCT, GRADIENT, LEAD, CAPABILITY = range(9)


class Way(NamedTuple):
    """The constants of `matching.place`."""

    earth_km: float
    detour: float
    road_kmh: float
    road_start_h: float
    rail_access_h: float
    train_kmh: float
    train_detour: float
    train_start_h: float


class Plan(NamedTuple):
    """A mode over all parks as arrays. `lone` (2, 3, n): what a park adds to each side as first and as second.

    `places` (3, p, p): what two places add; `scale` (n,): what both sides together count for, by the first park.
    Terms: `kind`, `side`, `weight`, `prior`, and break points `x`, `y` (n_terms, n_points), `points` of them.
    """

    lone: Floats
    places: Floats
    scale: Floats
    pair_weight: float
    beta: float
    start: float
    reach: float
    kind: NDArray[np.int64]
    side: NDArray[np.int64]
    weight: Floats
    prior: Floats
    x: Floats
    y: Floats
    points: NDArray[np.int64]
    way: Way
    divided: float


class Table(NamedTuple):
    """The facts of the parks as the kernel reads them; see `facts.Facts`."""

    xyz: Floats
    place: Rows
    rail: Rows
    minutes: Floats
    filled: NDArray[np.bool_]
    sector: Rows
    share: Floats
    shares: Floats
    chain: Floats
    complement: Floats
    alike: Floats
    own_likeness: Floats
    igc: Floats
    division: Rows
    research: Floats
    room: Floats


class Stands(NamedTuple):
    """What decides the standing of a pair; see `pair_gates`. `bound`: whether anything does."""

    bound: bool
    of_second: Calls
    region: NDArray[np.int64]
    digits: NDArray[np.int64]
    industries: bool
    banned: Calls
    banned_row: NDArray[np.int32]
    asked: Calls
    asked_row: NDArray[np.int32]
    chemical: Floats
    perhaps_chemical: Floats
    recognised: Floats
    whole: float


def rows_of(first: Rows, table: Table, plan: Plan, stands: Stands) -> tuple[Floats, Calls]:
    """Scores and standings of each of these parks with every park, (len(first), n)."""
    shape = (len(first), table.xyz.shape[1])
    scores, standings = np.empty(shape), np.empty(shape, dtype=np.int8)
    score_rows(first, table, plan, scores)
    stand_rows(first, stands, standings)
    return scores, standings


@njit(nogil=True, cache=True)
def score_rows(first: Rows, table: Table, plan: Plan, out: Floats) -> None:
    """The score of each of these parks with every park, into `out` (len(first), n)."""
    parks = table.xyz.shape[1]
    sums = np.empty((3, parks))
    measure = np.empty(parks)
    for row in range(len(first)):
        one = first[row]
        _begin(one, table, plan, sums)
        for term in range(len(plan.kind)):
            if term == 0 or plan.kind[term] != plan.kind[term - 1]:
                _measured(plan.kind[term], one, table, plan, measure)
            _add(term, plan, measure, sums)
        scale = plan.scale[one]
        for other in range(parks):
            u, v = sums[0, other], sums[1, other]
            mutual = 0.5 * (u + v) - 0.5 * plan.beta * abs(u - v)
            out[row, other] = scale * mutual + plan.pair_weight * sums[2, other]


@njit(nogil=True, cache=True)
def _begin(one: int, table: Table, plan: Plan, sums: Floats) -> None:
    place = table.place[one]
    for side in range(3):
        own, theirs, tied = plan.lone[0, side, one], plan.lone[1, side], plan.places[side, place]
        for other in range(sums.shape[1]):
            sums[side, other] = own + theirs[other] + tied[table.place[other]]


@njit(nogil=True, cache=True)
def _add(term: int, plan: Plan, measure: Floats, sums: Floats) -> None:
    total, weight, prior = sums[plan.side[term]], plan.weight[term], plan.prior[term]
    points, x, y = plan.points[term], plan.x[term], plan.y[term]
    for other in range(len(measure)):
        value = measure[other]
        if np.isnan(value):
            total[other] += weight * prior
        else:
            valued = _interpolated(value, x, y, points) if points > 0 else value
            total[other] += weight * min(1.0, max(0.0, valued))


@njit(nogil=True, cache=True)
def best_rows(first: Rows, scores: Floats, standings: Calls, keep: int, chosen: Rows, keys: Floats) -> None:
    """Of each row the `keep` best others that fail nothing: feasible first, then by score; −1 where there are fewer.

    The key of a pair is its score, less 2 where it is unverified.
    """
    for row in range(len(first)):
        found = 0
        for other in range(scores.shape[1]):
            if standings[row, other] > 1 or other == first[row]:
                continue
            key = scores[row, other] - 2.0 * standings[row, other]
            if found == keep and key <= keys[row, keep - 1]:
                continue
            place = min(found, keep - 1)
            while place > 0 and keys[row, place - 1] < key:
                keys[row, place] = keys[row, place - 1]
                chosen[row, place] = chosen[row, place - 1]
                place -= 1
            keys[row, place], chosen[row, place] = key, other
            found = min(found + 1, keep)
        for place in range(found, keep):
            keys[row, place], chosen[row, place] = -np.inf, -1


@njit(nogil=True, cache=True)
def _measured(kind: int, one: int, table: Table, plan: Plan, measure: Floats) -> None:
    if kind <= ACCESS:
        _distances(one, table, plan, kind == ACCESS, measure)
    elif kind == LINKAGE:
        _linked(one, table, table.chain, measure)
    elif kind == COMPLEMENTARITY:
        _linked(one, table, table.complement, measure)
    elif kind == DISTINCT:
        _distinct(one, table, measure)
    elif kind == CAPABILITY:
        _capability(one, table, measure)
    elif kind >= GRADIENT:
        _gradients(one, table, plan.divided, kind == LEAD, measure)
    else:
        _related(one, table, measure)


@njit(nogil=True, cache=True)
def _related(one: int, table: Table, measure: Floats) -> None:
    _linked(one, table, table.alike, measure)
    for other in range(len(measure)):
        both = table.own_likeness[one] * table.own_likeness[other]
        alike = min(1.0, measure[other] / both) if both > 0 else np.nan
        measure[other] = 4 * alike * (1 - alike)


@njit(nogil=True, cache=True)
def _capability(one: int, table: Table, measure: Floats) -> None:
    for other in range(len(measure)):
        research = table.research[one] - table.research[other]
        product = research * (table.room[other] - table.room[one])
        measure[other] = np.sqrt(max(0.0, product)) if product == product else np.nan


@njit(nogil=True, cache=True)
def _distances(one: int, table: Table, plan: Plan, access: bool, measure: Floats) -> None:
    way = plan.way
    x, y, z = table.xyz[0, one], table.xyz[1, one], table.xyz[2, one]
    for other in range(len(measure)):
        a, b, c = x - table.xyz[0, other], y - table.xyz[1, other], z - table.xyz[2, other]
        km = 2 * way.earth_km * np.arcsin(min(1.0, np.sqrt(a * a + b * b + c * c) / 2))
        if np.isnan(a):
            km = np.nan
        measure[other] = km
        if access:
            minutes = table.minutes[table.rail[one], table.rail[other]]
            assumed = way.train_start_h + way.train_detour * km / way.train_kmh
            train = assumed if np.isnan(minutes) else way.rail_access_h + minutes / 60
            hours = min(way.road_start_h + way.detour * km / way.road_kmh, train)
            measure[other] = np.exp(-max(0.0, hours - plan.start) / plan.reach) if km == km else np.nan


@njit(nogil=True, cache=True)
def _gradients(one: int, table: Table, divided: float, lead: bool, measure: Floats) -> None:
    measure[:] = 0.0
    for place in range(table.sector.shape[1]):
        share = table.share[one, place]
        if share > 0:
            division = table.division[table.sector[one, place]]
            own = table.igc[division, one]
            for other in range(len(measure)):
                ahead = table.igc[division, other] - own if lead else own - table.igc[division, other]
                measure[other] += share * min(1.0, max(0.0, ahead / divided))
    for other in range(len(measure)):  # min and max would lose the NaN of a place that is not known
        if np.isnan(table.igc[0, one]) or np.isnan(table.igc[0, other]):
            measure[other] = np.nan
    _blank(one, table, measure)


@njit(nogil=True, cache=True)
def _distinct(one: int, table: Table, measure: Floats) -> None:
    measure[:] = 1.0
    for place in range(table.sector.shape[1]):
        share = table.share[one, place]
        if share > 0:
            theirs = table.shares[table.sector[one, place]]
            for other in range(len(measure)):
                measure[other] -= min(share, theirs[other])
    _blank(one, table, measure)


@njit(nogil=True, cache=True)
def _linked(one: int, table: Table, matrix: Floats, measure: Floats) -> None:
    measure[:] = 0.0
    for place in range(table.sector.shape[1]):
        share = table.share[one, place]
        if share > 0:
            row = matrix[table.sector[one, place]]
            for other in range(len(measure)):
                measure[other] += share * row[other]
    _blank(one, table, measure)


@njit(nogil=True, cache=True)
def _blank(one: int, table: Table, measure: Floats) -> None:
    for other in range(len(measure)):
        if not (table.filled[one] and table.filled[other]):
            measure[other] = np.nan


@njit(nogil=True, cache=True)
def _interpolated(value: float, x: Floats, y: Floats, count: int) -> float:
    if value <= x[0]:
        return float(y[0])
    for place in range(1, count):
        if value <= x[place]:
            along = (value - x[place - 1]) / (x[place] - x[place - 1])
            return float(y[place - 1] + along * (y[place] - y[place - 1]))
    return float(y[count - 1])


@njit(nogil=True, cache=True)
def stand_rows(first: Rows, stands: Stands, out: Calls) -> None:
    """The standing of each of these parks with every park, into `out` (len(first), n); all 1 where nothing binds."""
    if not stands.bound:
        out[:] = 1
        return
    for row in range(len(first)):
        one = first[row]
        for other in range(out.shape[1]):
            worst = max(stands.of_second[other], _jurisdiction(stands, one, other))
            if stands.industries and worst < 2:
                worst = max(worst, stands.banned[stands.banned_row[other], one])
                worst = max(worst, min(1, stands.asked[stands.asked_row[other], one]))
                if stands.perhaps_chemical[one] > 0 and not stands.recognised[other] > 0:
                    silent = np.isnan(stands.recognised[other])
                    worst = max(worst, 2 if stands.chemical[one] >= stands.whole and not silent else 1)
            out[row, other] = worst


@njit(nogil=True, cache=True)
def _jurisdiction(stands: Stands, one: int, other: int) -> int:
    a, b = stands.digits[one], stands.digits[other]
    if a == 0 or b == 0:
        return 1
    x, y = stands.region[one], stands.region[other]
    if a == b:
        return 2 if x == y else 0
    for _ in range(a - b):
        x //= 10
    for _ in range(b - a):
        y //= 10
    return 1 if x == y else 0
