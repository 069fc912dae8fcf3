"""Which links of its industry chain does a park have, which are thin, and which are missing?

A link is a GB/T 4754 division that supplies what the park makes (up) or buys it (down). How much hangs on it is
Σ_s P_s · f(link_s): the park's shares times the linkage of the input–output table. Source: ENGINE.md 2; record 0026.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matching.errors import Fault, InputError
from matching.index import Index
from matching.industry import DOWN, PRODUCERS, SUPPLIERS, UP, divisions, linkage, sectors, supplies
from matching.records import Park
from matching.reference import gbt
from matching.reference.market import catalogue_shares

Floats = NDArray[np.float64]

STRONG, WEAK, MISSING, OUTSIDE = "strong", "weak", "missing", "outside"
DIVISION_DIGITS = 2
LEAST = 0.2  # ours: a division on which less hangs is no link; five of six gaps in the catalogue are smaller
THIN = 0.05  # of a park's portfolio: one reading of one word among several
SERVED = 3  # how many of the park's own divisions a link names
# No park wins a harvest, a mine, the grid, an office of the state or the tobacco monopoly: these come from outside.
GIVEN_SECTIONS, GIVEN_DIVISIONS = frozenset("ABDEPQST"), frozenset({"16"})


@dataclass(frozen=True, slots=True)
class Served:
    """A division of the park that a link supplies or buys from, and its part of the link's reach."""

    sector: str
    amount: float


@dataclass(frozen=True, slots=True)
class Link:
    """One division seen from a park. `reach` is what hangs on it, `gap` = reach · max(0, 1 − quotient), in [0, 1].

    `share` is the park's own share of that division, `quotient` that share against the catalogue's (None: a division
    that no zone of the catalogue names). Kinds: strong, weak (thin or below the catalogue's), missing, outside.
    """

    sector: str
    direction: str
    kind: str
    reach: float
    share: float
    quotient: float | None
    gap: float
    serves: tuple[Served, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A park's divisions with their shares, the largest first, and its links: the weakest first, then the strong."""

    park: Park
    shares: tuple[tuple[str, float], ...]
    links: tuple[Link, ...]

    def of(self, *kinds: str) -> tuple[Link, ...]:
        """The links of these kinds."""
        return tuple(link for link in self.links if link.kind in kinds)


def chain_of(index: Index, code: str) -> Chain:
    """The chain of one park. Raises InputError when there is no such park."""
    row = row_of(index, code)
    portfolio = index.columns.portfolios[row]
    shares = portfolio @ in_division()
    links = [*_links(portfolio, shares, UP), *_links(portfolio, shares, DOWN)]
    links.sort(key=lambda link: (-link.gap, -link.reach, link.sector, link.direction))
    return Chain(index.parks[row], _named(shares), tuple(links))


def row_of(index: Index, code: str) -> int:
    """The row of a park. Raises InputError when there is no such park."""
    row = index.row_of.get(code)
    if row is None:
        raise InputError([Fault("park", "There is no park {code}.", {"code": code})])
    return row


@cache
def in_division() -> Floats:
    """Which division each sector lies in, (n_sectors, 97) of zeros and ones."""
    return frozen(np.array([[sector[:DIVISION_DIGITS] == each for each in divisions()] for sector in sectors()], float))


@cache
def suppliers() -> Floats:
    """How far each division supplies each sector, f(B), (97, n_sectors). A factory's suppliers make goods."""
    sections = np.array([gbt()[sector].section for sector in sectors()])
    factory = np.isin(sections, list(PRODUCERS))
    rows = [supplies(code) * (~factory | (gbt()[code].section in SUPPLIERS)) for code in divisions()]
    return frozen(np.array(rows))


@cache
def customers() -> Floats:
    """How far each division buys from each sector, f(G − I), (97, n_sectors)."""
    return frozen(np.array([linkage(sector).down[: len(divisions())] for sector in sectors()]).T.copy())


@cache
def usual_shares() -> Floats:
    """The catalogue's mean share of each division, (97,)."""
    return frozen(np.array([catalogue_shares().get(code, 0.0) for code in divisions()]))


def quotients(shares: Floats) -> Floats:
    """Location quotients of shares of divisions (…, 97), NaN where the catalogue has none. Source: Florence 1939."""
    usual = usual_shares()
    found: Floats = np.divide(shares, usual, out=np.full(shares.shape, np.nan), where=usual > 0)
    return found


def lacking(shares: Floats) -> Floats:
    """max(0, 1 − LQ) of shares of divisions (…, 97); a division no zone has is lacking where the park has none."""
    found = quotients(shares)
    return np.where(np.isnan(found), (shares == 0).astype(np.float64), np.maximum(0.0, 1.0 - found))


def frozen(array: Floats) -> Floats:
    """The array, read-only: it is shared by every call."""
    array.setflags(write=False)
    return array


def _links(portfolio: Floats, shares: Floats, direction: str) -> list[Link]:
    table = suppliers() if direction == UP else customers()
    parts = (table * portfolio) @ in_division()  # (97 links, 97 divisions of the park)
    reach = parts.sum(axis=1)
    # What a division gives itself is no link of two: a division the park has must be linked with the rest of the park.
    others = reach - np.diagonal(parts)
    linked = np.where(shares > 0, (others > 0) & (others >= LEAST * (1 - shares)), reach >= LEAST)
    quotient, missing = quotients(shares), lacking(shares)
    links = []
    for place in np.flatnonzero(linked):
        kind = _kind(divisions()[place], float(shares[place]), float(missing[place]))
        if kind == OUTSIDE and shares[place] > 0:
            continue
        links.append(
            Link(
                sector=divisions()[place],
                direction=direction,
                kind=kind,
                reach=min(1.0, float(reach[place])),
                share=float(shares[place]),
                quotient=None if np.isnan(quotient[place]) else float(quotient[place]),
                gap=0.0 if kind == OUTSIDE else min(1.0, float(reach[place] * missing[place])),
                serves=_served(parts[place]),
            )
        )
    return links


def _kind(code: str, share: float, missing: float) -> str:
    if gbt()[code].section in GIVEN_SECTIONS or code in GIVEN_DIVISIONS:
        return OUTSIDE
    if share == 0:
        return MISSING
    return WEAK if missing > 0 or share < THIN else STRONG


def _served(parts: Floats) -> tuple[Served, ...]:
    order = np.argsort(-parts, kind="stable")[:SERVED]
    return tuple(Served(divisions()[place], float(parts[place])) for place in order if parts[place] > 0)


def _named(shares: Floats) -> tuple[tuple[str, float], ...]:
    order: Sequence[int] = np.argsort(-shares, kind="stable").tolist()
    return tuple((divisions()[place], float(shares[place])) for place in order if shares[place] > 0)
