"""Which multipliers and which points bear out what people chose, given how far down they looked?

Of one list and standing the probability of what was chosen is e(rank)·exp(z/.05) over the sum of all that was shown: a
conditional logit in which a place far down is looked at less (e = max(1/rank, .15)), so that a choice there says more.
Its loss with squares around the anchors is convex; L-BFGS-B solves it within bounds. What a park or a pair of divisions
may add is shrunk to 0 by a strength that the later part of the lists decides.

No enterprise is more than a fifth of what is chosen, however much it clicks.
Needs are blind: points above 0 need five enterprises that chose it, below 0 five that passed it over, else they are 0.
Source: McFadden 1974; attention by rank as in Joachims, Swaminathan & Schnabel, WSDM 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.crowds import ENTERPRISES_LEAST
from matching.learn import TERMS, UNTAUGHT, Floats, Learned, Seen, divisions

ETA, PROPENSITY_LEAST = 1.0, 0.15
TEMPERATURE = 0.05  # of the logit, in points of score; as of the demand in matching.congestion
ANCHOR = 5.0  # what one squared step of a multiplier away from 1 costs, in choices; ours
STRENGTHS = (100.0, 30.0, 10.0)  # the same for a park or a pair of divisions, the surest first: which, later lists say
EARLIER = 0.7  # of the lists, by which strengths are tried on the others
THETA_MOST = 4.0
POINTS_MOST = 1.0
OWN = len(TERMS)  # its column

Rows = NDArray[np.intp]
Key = tuple[str, ...]  # (a park,) or (a need's division, a park's)


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """What was shown, list and standing after list and standing, and how much of the choice fell on each, (rows,).

    `features` (rows, columns) in multiples of the temperature; `starts` where each list begins.
    """

    features: Any  # scipy's csr_array
    taken: Floats
    attention: Floats
    starts: Rows

    def between(self, first: int, last: int) -> "Choices":
        """Those of some of the lists."""
        edges = np.append(self.starts, len(self.taken))
        rows = slice(int(edges[first]), int(edges[last]))
        starts = self.starts[first:last] - edges[first]
        return Choices(self.features[rows], self.taken[rows], self.attention[rows], starts)

    def loss(self, weights: Floats) -> tuple[float, Floats]:
        """Minus the log of the probability of what was chosen, and its slope."""
        counts = np.diff(np.append(self.starts, len(self.taken)))
        z = self.features @ weights + np.log(self.attention)
        z -= np.repeat(np.maximum.reduceat(z, self.starts), counts)
        sums, fell = np.add.reduceat(np.exp(z), self.starts), np.add.reduceat(self.taken, self.starts)
        expected = np.exp(z) * np.repeat(fell / sums, counts)
        return float(fell @ np.log(sums) - self.taken @ z), self.features.T @ (expected - self.taken)


def position_weight(rank: Floats) -> Floats:
    """How much more a choice at a place in the list, from 1, counts for an order."""
    weights: Floats = 1 / attention(rank)
    return weights


def attention(rank: Floats) -> Floats:
    """How probably a place in the list is looked at, against the first."""
    seen: Floats = np.maximum(rank**-ETA, PROPENSITY_LEAST)
    return seen


def fitted(lists: Sequence[Seen]) -> Learned:
    """What these lists, oldest first, teach; UNTAUGHT where nothing was chosen."""
    groups = [(seen, rows) for seen in lists for rows in _standings(seen)]
    if not groups:
        return UNTAUGHT
    bounds = _bounds(groups)
    choices, count = _choices(groups, list(bounds)), sum(int((seen.worth[rows] > 0).sum()) for seen, rows in groups)
    limits = [*[(0.0, THETA_MOST)] * len(TERMS), (0.0, POINTS_MOST / TEMPERATURE), *bounds.values()]
    cut = int(len(groups) * EARLIER)
    strength = STRENGTHS[0]
    if bounds and 0 < cut < len(groups):
        earlier, later = choices.between(0, cut), choices.between(cut, len(groups))
        strength = min(STRENGTHS, key=lambda each: later.loss(_solved(earlier, limits, each))[0])
    return _named(_solved(choices, limits, strength), list(bounds), count)


def _standings(seen: Seen) -> list[Rows]:
    """The rows of each standing of a list that was chosen from and held more than one."""
    found = [np.flatnonzero(seen.tier == tier) for tier in np.unique(seen.tier)]
    return [rows for rows in found if len(rows) > 1 and (seen.worth[rows] > 0).any()]


def _bounds(groups: Sequence[tuple[Seen, Rows]]) -> dict[Key, tuple[float, float]]:
    """What may be said of each park and pair of divisions, by how many enterprises chose it and passed it over."""
    by: dict[Key, tuple[set[str], set[str]]] = {}
    for seen, rows in groups:
        for row in rows:
            for key in _keys(seen, row):
                by.setdefault(key, (set(), set()))[int(seen.worth[row] > 0)].add(seen.owner)
    most = POINTS_MOST / TEMPERATURE
    found = {
        key: (-most * (len(passed) >= ENTERPRISES_LEAST), most * (len(chose) >= ENTERPRISES_LEAST))
        for key, (passed, chose) in sorted(by.items())
    }
    return {key: bound for key, bound in found.items() if bound[0] < bound[1]}


def _keys(seen: Seen, row: int) -> dict[Key, float]:
    """The park of a row, and the need's division with each of the park's, with how much it stands for it."""
    found: dict[Key, float] = {(seen.parks[row],): 1.0}
    if seen.division:
        codes = list(divisions())
        found |= {(seen.division, codes[at]): float(seen.fields[row, at]) for at in np.flatnonzero(seen.fields[row])}
    return found


def _voice(taken: Floats, owners: NDArray[np.str_]) -> Floats:
    """What each choice counts, (rows,): no enterprise has more than a fifth of all, however often it chose.

    Fewer than five enterprises keep what they have: what they teach is never promoted.
    """
    names, whose = np.unique(owners, return_inverse=True)
    total = np.bincount(whose, taken)
    most = np.sort(total)[::-1]
    for loud in range(min(ENTERPRISES_LEAST, len(names))):
        cap = most[loud:].sum() / (ENTERPRISES_LEAST - loud)  # that of the loud ones, so that each has a fifth
        if most[loud] <= cap:
            found: Floats = np.divide(np.minimum(total, cap), total, out=np.ones(len(total)), where=total > 0)[whose]
            return found
    return np.ones(len(taken))


def _own(seen: Seen) -> Floats:
    return seen.fields[:, divisions()[seen.division]] if seen.division else np.zeros(len(seen.parks))


def _choices(groups: Sequence[tuple[Seen, Rows]], keys: Sequence[Key]) -> Choices:
    from scipy.sparse import csr_array, hstack  # half a second that a ranking does not pay

    column = {key: place for place, key in enumerate(keys)}
    own = [_own(seen)[rows] for seen, rows in groups]
    share = np.concatenate([seen.share[rows] for seen, rows in groups]) / TEMPERATURE
    pairs = [(seen, row) for seen, rows in groups for row in rows]
    cells = [
        (at, column[key], worth)
        for at, (seen, row) in enumerate(pairs)
        for key, worth in _keys(seen, row).items()
        if key in column
    ]
    at, place, worth = np.array(cells).reshape(-1, 3).T
    beside = csr_array((worth, (at.astype(int), place.astype(int))), shape=(len(pairs), len(keys)))
    taken = np.concatenate([seen.worth[rows] for seen, rows in groups])
    owners = np.repeat([seen.owner for seen, _ in groups], [len(rows) for _, rows in groups])
    voice = _voice(taken, owners)
    taken, count = taken * voice, voice[taken > 0].sum()
    sizes = [len(rows) for _, rows in groups]
    return Choices(
        hstack([csr_array(np.column_stack((share, np.concatenate(own)))), beside], format="csr"),
        taken * count / taken.sum(),  # all together count as many as there are choices of one voice
        attention(np.concatenate([seen.rank[rows] for seen, rows in groups])),
        np.cumsum([0, *sizes[:-1]]),
    )


def _solved(choices: Choices, limits: Sequence[tuple[float, float]], strength: float) -> Floats:
    from scipy.optimize import minimize

    anchor = np.zeros(len(limits))
    anchor[: len(TERMS)] = 1.0
    cost = np.where(np.arange(len(limits)) <= OWN, ANCHOR, strength)

    def whole(weights: Floats) -> tuple[float, Floats]:
        value, slope = choices.loss(weights)
        away = weights - anchor
        return value + float(cost @ away**2) / 2, slope + cost * away

    found: Floats = minimize(whole, anchor, jac=True, method="L-BFGS-B", bounds=limits).x
    return found


def _named(weights: Floats, keys: Sequence[Key], choices: int) -> Learned:
    points = [round(float(each) * TEMPERATURE, 6) for each in weights]
    affinity: dict[str, dict[str, float]] = {}
    for key, value in zip(keys, points[OWN + 1 :], strict=True):
        if len(key) == 2 and value:
            affinity.setdefault(key[0], {})[key[1]] = value
    return Learned(
        theta={name: round(float(each), 6) for name, each in zip(TERMS, weights, strict=False)},
        choices=choices,
        own=points[OWN],
        affinity=affinity,
        appeal={key[0]: value for key, value in zip(keys, points[OWN + 1 :], strict=True) if len(key) == 1 and value},
    )
