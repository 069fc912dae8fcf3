"""Which pairs of two places are best, exactly, without looking at every pair?

Each place stands for itself with its own gates and score; terms of the pair join them. Pairs are taken by cells (see
`matching.modes.places`): a cell's best places and the most its terms could reach bound every pair in it, and cells are
opened in the order of that bound until none could still reach the first k. Source: Fagin, Lotem & Naor 2003.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matching.explain import Evaluated
from matching.gates import STANDINGS
from matching.modes.places import Places
from matching.records import Standing
from matching.score import SCORE_DECIMALS

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

FEASIBLE, UNVERIFIED, INFEASIBLE = range(3)
NOISE = 1e-9  # what rounding may add to a score above its bound
STEP, MOST_STEPS = 4096, 4  # pairs opened at once: doubled each time up to so many times the first
FIRST_CELLS = 8192  # sorted before the rest is


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """One place of the pair among its candidates: `share` is what its score counts in the pair's."""

    role: str
    seen: Evaluated
    places: Places
    share: float
    standing: NDArray[np.int8]

    @property
    def worth(self) -> Floats:
        """What each candidate brings to the score of a pair, (n_parks,)."""
        return self.share * self.seen.scores.score

    @property
    def codes(self) -> list[str]:
        return [park.code for park in self.seen.parks]


@dataclass(frozen=True, slots=True, eq=False)
class TermColumn:
    """One term of some pairs, (n_pairs,): its weight within the pair's share, its value, whether known, its measure."""

    name: str
    weight: float
    value: Floats
    known: NDArray[np.bool_]
    measure: Floats | None = None


class Joint(Protocol):
    """What two places are to each other."""

    def bound(self) -> Floats:
        """The most that the terms of any pair of two cells can sum to, in [0, 1], (n_cells, n_cells)."""

    def limit(self, i: Rows, j: Rows, needed: Floats) -> Floats | None:
        """The same for pairs of places, where that is known better and cheaply, (n_pairs,); None: as the cells say.

        `needed` is what a pair's terms must reach to count: above it the limit is worth some work.
        """

    def terms(self, i: Rows, j: Rows) -> Sequence[TermColumn]:
        """The terms of these pairs; weights sum to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """Two halves and what joins them, which counts `share`; `same`: both are chosen among the same parks, so h ≠ b.

    `step`: how many pairs are opened at first; the answer does not depend on it.
    """

    first: Half
    second: Half
    joint: Joint
    share: float
    same: bool
    step: int = STEP

    def scores(self, i: Rows, j: Rows, unknown: float | None = None) -> Floats:
        """The score of these pairs, or with what is unknown at 0 or 1, (n_pairs,)."""
        halves = (self.first, i), (self.second, j)
        total = np.zeros(len(i))
        for half, rows in halves:
            scores = half.seen.scores
            taken = scores.score if unknown is None else scores.low if unknown == 0 else scores.high
            total += half.share * taken[rows]
        for term in self.joint.terms(i, j):
            value = term.value if unknown is None else np.where(term.known, term.value, unknown)
            total += self.share * term.weight * value
        return total

    def counts(self) -> Mapping[Standing, int]:
        """How many pairs are feasible, unverified, infeasible: from the counts of places alone."""
        tally = np.zeros((3, 3), dtype=np.int64)
        a, b = (np.bincount(half.standing, minlength=3) for half in (self.first, self.second))
        tally += np.outer(a, b)
        if self.same:
            np.subtract.at(tally, (self.first.standing, self.second.standing), 1)
        worst = np.maximum.outer(np.arange(3), np.arange(3))
        found = [int(tally[worst == standing].sum()) for standing in range(3)]
        return MappingProxyType(dict(zip(STANDINGS, found, strict=True)))

    def best(self, top: int, *, unverified_only: bool = False) -> tuple[Rows, Rows]:
        """The first `top` pairs that fail no gate, in their order: feasible, unverified, score falling, codes."""
        found_i, found_j = np.zeros((2, 0), dtype=np.intp)
        for classes in (((FEASIBLE, FEASIBLE),), (((UNVERIFIED, FEASIBLE)), (FEASIBLE, UNVERIFIED), (UNVERIFIED,) * 2)):
            if len(found_i) >= top or (unverified_only and classes == ((FEASIBLE, FEASIBLE),)):
                continue
            parts = [self._of_class(*each, top - len(found_i)) for each in classes]
            i, j = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
            first = self.ordered(i, j)[: top - len(found_i)]
            found_i, found_j = np.concatenate((found_i, i[first])), np.concatenate((found_j, j[first]))
        return found_i, found_j

    def ordered(self, i: Rows, j: Rows) -> Rows:
        """The order of some pairs of one standing: score falling, ties by the codes of both."""
        return np.lexsort((j, i, -np.round(self.scores(i, j), SCORE_DECIMALS)))

    def _of_class(self, first: int, second: int, top: int) -> tuple[Rows, Rows]:
        a = np.flatnonzero(self.first.standing == first)
        b = np.flatnonzero(self.second.standing == second)
        return self.among(a, b, top)

    def among(self, a: Rows, b: Rows, top: int) -> tuple[Rows, Rows]:
        """The `top` best pairs of these rows, in their order."""
        if not len(a) or not len(b) or top <= 0:
            return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
        left = _Grouped.of(a, self.first)
        right = _Grouped.of(b, self.second)
        joined = self.share * self.joint.bound()[np.ix_(left.cells, right.cells)]
        return _Search(self, left, right, joined, top).run()


@dataclass(frozen=True, slots=True, eq=False)
class _Grouped:
    """Rows of one half by cell: `rows` cell after cell, `starts` where each begins, `best` the most it brings."""

    cells: Rows
    rows: Rows
    starts: Rows
    sizes: Rows
    best: Floats

    @classmethod
    def of(cls, rows: Rows, half: Half) -> "_Grouped":
        cell = half.places.cell[rows]
        order = np.argsort(cell, kind="stable")
        cells, starts, sizes = np.unique(cell[order], return_index=True, return_counts=True)
        return cls(cells, rows[order], starts, sizes, np.maximum.reduceat(half.worth[rows[order]], starts))


@dataclass(slots=True, eq=False)
class _Search:
    """Opens pairs of cells in the order of their bound and keeps the best pairs seen."""

    pairing: Pairing
    left: _Grouped
    right: _Grouped
    joined: Floats
    top: int

    def run(self) -> tuple[Rows, Rows]:
        bound = (self.left.best[:, None] + self.right.best + self.joined).ravel()
        kept_i, kept_j = np.zeros((2, 0), dtype=np.intp)
        threshold, opened, wanted = -np.inf, 0, self.pairing.step
        order = _falling(bound, FIRST_CELLS)
        while opened < bound.size and bound[order[opened]] >= threshold - NOISE:
            upto = min(len(order), opened + self._how_many(order[opened:], wanted))
            i, j = self._pairs(order[opened:upto], threshold)
            kept_i, kept_j = np.concatenate((kept_i, i)), np.concatenate((kept_j, j))
            first = self.pairing.ordered(kept_i, kept_j)[: self.top]
            kept_i, kept_j = kept_i[first], kept_j[first]
            if len(first) == self.top:
                threshold = float(self.pairing.scores(kept_i[-1:], kept_j[-1:])[0])
            opened, wanted = upto, min(2 * wanted, MOST_STEPS * self.pairing.step)
            if opened == len(order) < bound.size:
                rest = np.setdiff1d(np.arange(bound.size), order)
                order = np.concatenate((order, rest[np.argsort(-bound[rest], kind="stable")]))
        return kept_i, kept_j

    def _how_many(self, cells: Rows, wanted: int) -> int:
        """How many pairs of cells hold this many pairs of places."""
        a, b = np.divmod(cells[:wanted], len(self.right.cells))
        return int(np.searchsorted(np.cumsum(self.left.sizes[a] * self.right.sizes[b]), wanted)) + 1

    def _pairs(self, cells: Rows, threshold: float) -> tuple[Rows, Rows]:
        """The pairs of places in these pairs of cells that could still reach the threshold."""
        a, b = np.divmod(cells, len(self.right.cells))
        sizes = self.left.sizes[a] * self.right.sizes[b]
        each = np.repeat(np.arange(len(cells)), sizes)
        place = np.arange(len(each)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        down, along = np.divmod(place, self.right.sizes[b][each])
        i = self.left.rows[self.left.starts[a][each] + down]
        j = self.right.rows[self.right.starts[b][each] + along]
        if self.pairing.same:
            apart = i != j
            i, j, each = i[apart], j[apart], each[apart]
        share = self.pairing.share
        worth = self.pairing.first.worth[i] + self.pairing.second.worth[j]
        limit = self.pairing.joint.limit(i, j, (threshold - NOISE - worth) / share) if share else None
        joined = self.joined[a[each], b[each]] if limit is None else share * limit
        keep = worth + joined >= threshold - NOISE
        return i[keep], j[keep]


def _falling(bound: Floats, count: int) -> Rows:
    """Where the `count` largest bounds are, falling."""
    if count >= bound.size:
        return np.argsort(-bound, kind="stable")
    first = np.argpartition(-bound, count)[:count]
    return first[np.lexsort((first, -bound[first]))]


def standing_of(pairing: Pairing, i: Rows, j: Rows) -> list[Standing]:
    """The worse of both, pair by pair."""
    worst = np.maximum(pairing.first.standing[i], pairing.second.standing[j])
    return [STANDINGS[place] for place in worst]
