"""Who could fill a weak link of a park's chain: which parks are strong there, and which of these needs belong there?

Near parks first: strength · acc(hours), acc(τ) = exp(−max(0, τ − 1)/1.5) as for two places that make and develop
together (ENGINE.md 3), and τ by road alone: what a supplier sends goes by lorry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.gap import chain_gap
from matching.index import Index
from matching.industry import UP, Portfolios, divisions, portfolio, portfolio_matrix, sector_of
from matching.links import (
    LEAST,
    MISSING,
    WEAK,
    Chain,
    Link,
    in_division,
    lacking,
    quotients,
    row_of,
    suppliers,
)
from matching.place import DETOUR, ROAD_KMH, ROAD_START_H, accessible, distance_km
from matching.records import Need, Park
from matching.score import SCORE_DECIMALS

Floats = NDArray[np.float64]

FREE_HOURS, DECAY_HOURS = 1.0, 1.5
PROVINCE_DIGITS, PREFECTURE_DIGITS = 2, 4
LEADING = 0.2  # of a portfolio: a park stands for what one of its five words means


@dataclass(frozen=True, slots=True)
class Filler:
    """A park strong in the link's division. None: its place or this park's is unknown.

    `returns` is the division this park could supply it with in turn: strong here, lacking there.
    """

    park: Park
    value: float
    share: float
    quotient: float
    km: float | None
    hours: float | None
    same_prefecture: bool
    same_province: bool
    returns: str | None


@dataclass(frozen=True, slots=True)
class Filling:
    """A need whose industry belongs to a weak link; `gap` is what it would fill (the criterion `chain_gap`)."""

    need: str
    link: Link
    gap: float


def kilometres(index: Index, row: int) -> Floats:
    """Great-circle kilometres from one park to all, NaN where a place is unknown, (n_parks,)."""
    lon, lat = index.columns["lon"], index.columns["lat"]
    return distance_km(lon[row], lat[row], lon, lat)


def road_hours(km: Floats) -> Floats:
    """Hours by road for these great-circle kilometres (ENGINE.md 3; the constants are ours)."""
    return ROAD_START_H + DETOUR * km / ROAD_KMH


def fillers(index: Index, code: str, links: Iterable[str], top: int = 5) -> Mapping[str, tuple[Filler, ...]]:
    """For each of these divisions the parks that could fill it, the nearest strong ones first. Raises InputError."""
    around = _around(index, row_of(index, code))
    return MappingProxyType({sector: _fillers(around, divisions().index(sector), top) for sector in links})


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """All parks seen from one: shares of divisions (n_parks, 97), kilometres, hours and acc(hours), each (n_parks,)."""

    index: Index
    row: int
    shares: Floats
    km: Floats
    hours: Floats
    reachable: Floats


def _around(index: Index, row: int) -> _Around:
    km = kilometres(index, row)
    hours = road_hours(km)
    reachable = np.where(np.isnan(hours), 0.0, accessible(hours, FREE_HOURS, DECAY_HOURS))
    return _Around(index, row, index.columns.portfolios @ in_division(), km, hours, reachable)


def _fillers(around: _Around, place: int, top: int) -> tuple[Filler, ...]:
    """The parks strong in one division, by p̃ · acc; ties by code."""
    shares = around.shares[:, place]
    quotient = quotients(around.shares)[:, place]
    strong = (shares >= LEADING) & (quotient >= 1)
    strong[around.row] = False
    rows = np.flatnonzero(strong)
    value = shares[rows] / around.shares[rows].max(axis=1) * around.reachable[rows]
    order = np.lexsort((rows, -np.round(value, SCORE_DECIMALS)))[:top]
    here = around.index.parks[around.row].adcode
    return tuple(
        Filler(
            park=(park := around.index.parks[rows[at]]),
            value=float(value[at]),
            share=float(shares[rows[at]]),
            quotient=float(quotient[rows[at]]),
            km=_known(around.km[rows[at]]),
            hours=_known(around.hours[rows[at]]),
            same_prefecture=_same(here, park.adcode, PREFECTURE_DIGITS),
            same_province=_same(here, park.adcode, PROVINCE_DIGITS),
            returns=_returned(around, int(rows[at])),
        )
        for at in order
    )


def _returned(around: _Around, row: int) -> str | None:
    """The division strong here that would fill the largest gap of another park, if any."""
    own = around.shares[around.row]
    strong = (quotients(own) >= 1) & (own >= LEADING)
    gaps = (suppliers() @ around.index.columns.portfolios[row]) * lacking(around.shares[row]) * strong
    best = int(gaps.argmax())
    return divisions()[best] if gaps[best] >= LEAST else None


def filled_by(chain: Chain, needs: Iterable[Need]) -> tuple[Filling, ...]:
    """Which of these needs would fill a weak or missing supply of the chain, the largest gap first."""
    portfolios = portfolio_matrix([portfolio(chain.park.industries)])
    prepared = Portfolios.of(portfolios)
    links = {link.sector: link for link in chain.of(WEAK, MISSING) if link.direction == UP}
    found = []
    for need in needs:
        if need.industry is None or sector_of(need.industry) is None or need.industry[:2] not in links:
            continue
        gap = float(chain_gap(need.industry, portfolios, prepared)[0])
        if gap >= LEAST:
            found.append(Filling(need.id, links[need.industry[:2]], gap))
    return tuple(sorted(found, key=lambda filling: (-round(filling.gap, SCORE_DECIMALS), filling.need)))


def _same(a: str | None, b: str | None, digits: int) -> bool:
    """Whether two regions share their first digits; a place known too coarsely shares nothing."""
    first, second = (a or "")[:digits], (b or "")[:digits]
    return first == second and len(first) == digits and not (digits == PREFECTURE_DIGITS and first.endswith("00"))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
