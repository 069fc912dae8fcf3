"""What lies between two parks: hours, links of their industries, how alike they are, what binds their places?

Every measure takes the facts and two arrays of rows (m,), origins and destinations, and answers (m,), NaN unknown.
`KINDS` are the measures of a pair that the kernel knows as well, in its numbering.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching import ties
from matching.modes import sectors
from matching.modes.facts import Facts
from matching.modes.places import minutes_between
from matching.place import EARTH_KM, travel_hours
from matching.reference import prefectures

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Between = Callable[[Facts, Rows, Rows], Floats]

INSTITUTION = ("same_province", "metro", "cluster", "paired")
# A place is not its own hinterland, and nothing is left to find out: two parks of it stand in the middle of the values.
WITHIN: Mapping[str, float] = MappingProxyType({"hinterland": 0.034})
DIVIDED = 2.0  # of a difference of IGC: half of it counts (戴宏伟 2003, ENGINE 3)


def kilometres(facts: Facts, first: Rows, second: Rows) -> Floats:
    """Great-circle km by the chord, which is exact for near parks too."""
    a, b = facts.xyz[:, first], facts.xyz[:, second]
    x, y, z = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    chord = np.sqrt(x * x + y * y + z * z)
    km: Floats = 2 * EARTH_KM * np.arcsin(np.minimum(1.0, chord / 2))
    return km


def hours(facts: Facts, first: Rows, second: Rows) -> Floats:
    """Door-to-door hours; by rail the mean of both directions."""
    minutes: Floats = minutes_between()[facts.rail[first], facts.rail[second]]
    return travel_hours(kilometres(facts, first, second), minutes)


def linkage(facts: Facts, first: Rows, second: Rows) -> Floats:
    """mᵀ C P: how the industries of the first are linked with those of the second."""
    return _portfolio_sum(facts, facts.chain, first, second)


def complementarity(facts: Facts, first: Rows, second: Rows) -> Floats:
    """The same between different divisions, seen from neither."""
    return _portfolio_sum(facts, facts.complement, first, second)


def likeness(facts: Facts, first: Rows, second: Rows) -> Floats:
    """Cosine of two portfolios under σ: 1 for the same industries."""
    both = facts.own_likeness[first] * facts.own_likeness[second]
    product = _portfolio_sum(facts, facts.alike, first, second)
    found: Floats = np.divide(product, both, out=np.full(len(first), np.nan), where=both > 0)
    return found


def related_variety(facts: Facts, first: Rows, second: Rows) -> Floats:
    """4·Sim(1−Sim): best where two are neither strangers nor the same (Frenken 2007)."""
    alike = np.minimum(1.0, likeness(facts, first, second))
    found: Floats = 4 * alike * (1 - alike)
    return found


def distinct(facts: Facts, first: Rows, second: Rows) -> Floats:
    """1 − the share of their industries that is the same: no low-level competition of likes (item 1)."""
    same = np.zeros(len(first))
    for place in range(facts.sector.shape[1]):
        same += np.minimum(facts.share[first, place], facts.shares[facts.sector[first, place], second])
    return _both_filled(facts, first, second, 1 - same)


def gradient(facts: Facts, first: Rows, second: Rows) -> Floats:
    """Γ = Σ m · clip((IGC of the first − IGC of the second)/2, 0, 1) over the first's industries."""
    return _ahead(facts, first, second, 1.0)


def lead(facts: Facts, first: Rows, second: Rows) -> Floats:
    """How far the second is ahead in the first's industries, the gradient seen from below."""
    return _ahead(facts, first, second, -1.0)


KINDS: Mapping[str, Between] = MappingProxyType(
    {
        "near": kilometres,
        "access": hours,
        "linkage": linkage,
        "complementarity": complementarity,
        "related_variety": related_variety,
        "distinct": distinct,
        "gradient": gradient,
        "lead": lead,
    }
)


@cache
def of_places(name: str, *, symmetric: bool, swapped: bool) -> Floats:
    """A term of two places, by rows of `ties.places()`; the last row and column, reached by −1, are unknown.

    `symmetric` takes the mean of both directions; `swapped` looks from the second place. Raises KeyError.
    """
    table = _of_places(name)
    if swapped:
        table = table.T
    if symmetric:
        table = (table + table.T) / 2
    size = len(table)
    found = np.full((size + 1, size + 1), np.nan)
    found[:size, :size] = table
    found.setflags(write=False)
    return found


def _of_places(name: str) -> Floats:
    if name in INSTITUTION:
        flags: NDArray[np.bool_] = getattr(ties.ties(), name)
        return flags.astype(np.float64)
    if name == "platforms":
        return _shared_platforms()
    from matching.affinity import affinity

    rows = np.arange(len(ties.places()))
    found = np.array(affinity(rows, rows)[name], dtype=np.float64)
    if name in WITHIN:
        np.fill_diagonal(found, WITHIN[name])
    return found


def _shared_platforms() -> Floats:
    """Of the platforms two places have (free trade zone, state new area, cluster, elite university), those both have.

    Two places without any share none.
    """
    known = prefectures()
    rows = [known[code] for code in ties.places()]
    has = np.array(
        [
            (row.free_trade_zone, row.new_area, row.manufacturing_clusters > 0, row.elite_universities > 0)
            for row in rows
        ],
        dtype=np.float64,
    )
    both = has @ has.T
    any_of = has.sum(axis=1)[:, None] + has.sum(axis=1) - both
    found: Floats = np.divide(both, any_of, out=np.zeros_like(both), where=any_of > 0)
    return found


def _ahead(facts: Facts, first: Rows, second: Rows, sign: float) -> Floats:
    found = np.zeros(len(first))
    divisions = sectors.division_rows()
    for place in range(facts.sector.shape[1]):
        division = divisions[facts.sector[first, place]]
        ahead = sign * (facts.igc[division, first] - facts.igc[division, second]) / DIVIDED
        found += facts.share[first, place] * np.minimum(1.0, np.maximum(0.0, ahead))
    return _both_filled(facts, first, second, found)


def _portfolio_sum(facts: Facts, matrix: Floats, first: Rows, second: Rows) -> Floats:
    found = np.zeros(len(first))
    for place in range(facts.sector.shape[1]):
        found += facts.share[first, place] * matrix[facts.sector[first, place], second]
    return _both_filled(facts, first, second, found)


def _both_filled(facts: Facts, first: Rows, second: Rows, found: Floats) -> Floats:
    return np.where(facts.filled[first] & facts.filled[second], found, np.nan)
