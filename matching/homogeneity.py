"""How alike is a park to its neighbours, and what distinguishes it? (Item 1: no low-level homogeneous competition.)

Likeness is the cosine of two parks' shares of GB/T 4754 divisions; neighbours are the parks of one prefecture and those
within 100 km. Parks that name no industry have none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.fillers import kilometres
from matching.index import Index
from matching.industry import divisions
from matching.links import in_division, row_of
from matching.records import Park

Floats = NDArray[np.float64]

NEIGHBOURS_KM = 100.0
ALIKE = 0.7  # ours: two parks that share two of three words of equal weight are at .67
DISTINCT = 0.05  # a share larger than the neighbours' mean by that much distinguishes
SHOWN = 3
# Quartiles of the mean likeness to neighbours, over the zones of the catalogue with an industry and a neighbour.
USUAL = (0.191, 0.277, 0.354)


@dataclass(frozen=True, slots=True)
class Alike:
    """One neighbour: how alike, how far (None: unknown), the divisions both have and those only one of them has."""

    park: Park
    likeness: float
    km: float | None
    both: tuple[str, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    """A division whose share here exceeds the neighbours' mean share."""

    sector: str
    share: float
    around: float


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """Mean likeness to the neighbours (None: no industry, or nobody near), and how many of them are much alike."""

    likeness: float | None
    neighbours: int
    alike: int
    most: tuple[Alike, ...]
    distinct: tuple[Distinct, ...]


def cosines(one: Floats, many: Floats) -> Floats:
    """Cosine of one row of shares with many, NaN where either is empty, (n,)."""
    norms = np.linalg.norm(many, axis=1) * np.linalg.norm(one)
    found: Floats = np.divide(many @ one, norms, out=np.full(len(many), np.nan), where=norms > 0)
    return np.clip(found, 0.0, 1.0)


def homogeneity_of(index: Index, code: str, top: int = 5) -> Homogeneity:
    """How alike a park is to its neighbours. Raises InputError when there is no such park."""
    row = row_of(index, code)
    km = kilometres(index, row)
    near = (km <= NEIGHBOURS_KM) | _same_prefecture(index, row)
    near[row] = False
    rows = np.flatnonzero(near)
    shares = index.columns.portfolios[rows] @ in_division()
    own = index.columns.portfolios[row] @ in_division()
    likeness = cosines(own, shares)
    known = ~np.isnan(likeness)
    rows, shares, likeness = rows[known], shares[known], likeness[known]
    order = np.lexsort((rows, np.nan_to_num(km[rows], nan=np.inf), -np.round(likeness, 12)))[:top]
    return Homogeneity(
        likeness=float(likeness.mean()) if len(rows) else None,
        neighbours=len(rows),
        alike=int((likeness >= ALIKE).sum()),
        most=tuple(
            _alike(index.parks[rows[at]], float(likeness[at]), float(km[rows[at]]), own, shares[at]) for at in order
        ),
        distinct=_distinct(own, shares.mean(axis=0)) if len(rows) else (),
    )


def _same_prefecture(index: Index, row: int) -> NDArray[np.bool_]:
    """Parks whose place lies in this park's prefecture; a park known by its province alone has no such neighbours."""
    adcode = index.parks[row].adcode or ""
    if len(adcode) < 4 or adcode[2:4] == "00":
        return np.zeros(len(index.parks), dtype=np.bool_)
    inside, _ = index.columns.within((adcode[:4],))
    return inside.copy()


def _alike(park: Park, likeness: float, km: float, own: Floats, other: Floats) -> Alike:
    return Alike(
        park=park,
        likeness=likeness,
        km=None if np.isnan(km) else km,
        both=_largest(np.minimum(own, other)),
        only_here=_largest(np.where(other == 0, own, 0.0)),
        only_there=_largest(np.where(own == 0, other, 0.0)),
    )


def _largest(values: Floats) -> tuple[str, ...]:
    order = np.argsort(-values, kind="stable")[:SHOWN]
    return tuple(divisions()[place] for place in order if values[place] > 0)


def _distinct(own: Floats, around: Floats) -> tuple[Distinct, ...]:
    order = np.argsort(around - own, kind="stable")[:SHOWN]
    return tuple(
        Distinct(divisions()[place], float(own[place]), float(around[place]))
        for place in order
        if own[place] - around[place] >= DISTINCT
    )
