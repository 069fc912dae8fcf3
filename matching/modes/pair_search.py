"""Which of the pairs asked for are the best, and which miss by least?

Few pairs are scored as they are; many are proposed by the kernel, with every pair that its error could have kept out,
and what is shown is scored again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.gates import STANDINGS
from matching.modes.all_pairs import ERROR, INFEASIBLE, chunks
from matching.modes.facts import Facts
from matching.modes.pair_gates import pair_standings, smaller_programme
from matching.modes.pair_terms import Form, compared

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Calls = NDArray[np.int8]

DIRECT = 300_000  # pairs that are scored without the kernel, which takes a second to load
UNVERIFIED = 1
STEP = 2.0  # of the key, between two standings: more than any score


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Which pairs: every origin with every destination but itself; of partners each two once.

    `unverified_only` ranks what fails nothing and is not settled; otherwise what fails nothing.
    """

    form: Form
    facts: Facts
    origins: Rows
    destinations: Rows
    once: bool
    institution: bool
    unverified_only: bool = False

    def ranks(self, standings: Calls) -> NDArray[np.bool_]:
        """Which of these standings are ranked."""
        least = UNVERIFIED if self.unverified_only else 0
        found: NDArray[np.bool_] = (standings >= least) & (standings < INFEASIBLE)
        return found

    def blocks(self) -> Iterator[tuple[Rows, Floats, Calls]]:
        """Origins by pieces, with the scores and standings of their pairs (len, destinations); −1 is no pair."""
        many = len(self.origins) * len(self.destinations) > DIRECT
        for rows in chunks(self.origins):
            scores, standings = self._by_kernel(rows) if many else self._directly(rows)
            standings[~self._counts(rows)] = -1
            yield rows, scores, standings

    def _counts(self, rows: Rows) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = rows[:, None] != self.destinations
        if self.form.symmetric:
            either = np.isin(rows, self.destinations)[:, None] & np.isin(self.destinations, self.origins)
            found &= ~either | (rows[:, None] < self.destinations)
        return found

    def _directly(self, rows: Rows) -> tuple[Floats, Calls]:
        standings = pair_standings(self.form, self.facts, rows[:, None], self.destinations[None, :])
        first = np.repeat(rows, len(self.destinations))
        second = np.tile(self.destinations, len(rows))
        scores = compared(self.form, self.facts, first, second, self.institution)
        return scores.reshape(standings.shape), standings

    def _by_kernel(self, rows: Rows) -> tuple[Floats, Calls]:
        from matching.modes import pair_kernel as kernel
        from matching.modes import pair_plan

        plan = pair_plan.plan_of(self.facts, self.form, institution=self.institution)
        stands = pair_plan.stands_of(self.facts, self.form)
        scores, standings = kernel.rows_of(rows, pair_plan.table_of(self.facts), plan, stands)
        return scores[:, self.destinations], standings[:, self.destinations]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Pairs as (first, second), ranked and missed, and how many there are of each standing."""

    ranked: Sequence[tuple[int, int]]
    missed: Sequence[tuple[int, int]]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, asked: Asked, top: int, misses: int) -> "Found":
        if asked.once:
            candidates, counts = _best_origins(asked)
        else:
            candidates, counts = _best_pairs(asked, top, misses)
        first, second, score, standing = _rescored(asked, candidates)
        order = np.lexsort((second, first, -score, standing))
        if asked.once:
            order = order[_first_of_each(second[order])]
        stood = standing[order]
        ranked = order[asked.ranks(stood)][:top]
        missed = _nearest(asked, first, second, score, order[stood == INFEASIBLE])[:misses]
        return cls(
            [(int(first[row]), int(second[row])) for row in ranked],
            [(int(first[row]), int(second[row])) for row in missed],
            counts,
        )


def _nearest(asked: Asked, first: Rows, second: Rows, score: Floats, rows: Rows) -> Rows:
    """Of infeasible pairs first those that a smaller programme admits, the smallest change first; then by score."""
    by = smaller_programme(asked.form, asked.facts, first[rows], second[rows])
    single = ~np.isnan(by)
    return rows[np.lexsort((-score[rows], np.where(single, by, 0.0), ~single))]


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Pairs of rows and the key that orders them, (m,) each."""

    first: Rows
    second: Rows
    key: Floats

    def and_also(self, others: "_Pairs") -> "_Pairs":
        """Both together."""
        return _Pairs(*(np.concatenate((getattr(self, name), getattr(others, name))) for name in self.__slots__))

    def where(self, kept: NDArray[np.bool_]) -> "_Pairs":
        """Only these."""
        return _Pairs(self.first[kept], self.second[kept], self.key[kept])

    def best(self, wanted: int) -> "_Pairs":
        """The best `wanted`, with all that come as near as the kernel may err."""
        if not wanted:
            return _Pairs.none()
        if len(self.key) <= wanted:
            return self
        least = np.partition(self.key, len(self.key) - wanted)[len(self.key) - wanted]
        return self.where(self.key >= least - ERROR)

    @classmethod
    def none(cls) -> "_Pairs":
        return cls(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0))

    @classmethod
    def of(cls, block: NDArray[np.bool_], key: Floats, rows: Rows, columns: Rows) -> "_Pairs":
        """Those of a block that are asked for."""
        first, second = np.nonzero(block)
        return cls(rows[first], columns[second], key[first, second])


def _best_origins(asked: Asked) -> tuple[_Pairs, NDArray[np.int64]]:
    """For each destination its best origin, with all that come as near as the kernel may err; counts by destination."""
    places = np.arange(len(asked.destinations), dtype=np.intp)
    best, kept = np.full(len(places), -np.inf), _Pairs.none()
    for rows, scores, standings in asked.blocks():
        key = _keys(scores, standings)
        best = np.maximum(best, key.max(axis=0))
        kept = kept.and_also(_Pairs.of((key >= best - ERROR) & (standings >= 0), key, rows, places))
    kept = kept.where(kept.key >= best[kept.second] - ERROR)
    stands = np.ceil(-best[best > -np.inf] / STEP).astype(np.intp)
    counts = np.bincount(np.clip(stands, 0, INFEASIBLE), minlength=len(STANDINGS))
    return _Pairs(kept.first, asked.destinations[kept.second], kept.key), counts


def _best_pairs(asked: Asked, top: int, misses: int) -> tuple[_Pairs, NDArray[np.int64]]:
    """The best pairs of all, and the nearest misses, each with all that come as near as the kernel may err; counts."""
    counts = np.zeros(len(STANDINGS), dtype=np.int64)
    good, bad = _Pairs.none(), _Pairs.none()
    for rows, scores, standings in asked.blocks():
        counts += np.bincount(standings[standings >= 0], minlength=len(STANDINGS))
        fails = standings == INFEASIBLE
        good = good.and_also(_above(_keys(scores, standings), asked.ranks(standings), top, rows, asked)).best(top)
        bad = bad.and_also(_above(_nearness(asked, rows, scores, fails), fails, misses, rows, asked)).best(misses)
    return good.and_also(bad), counts


def _nearness(asked: Asked, rows: Rows, scores: Floats, fails: NDArray[np.bool_]) -> Floats:
    """A key of misses: what a smaller programme admits first, by how little, then the rest by score."""
    key = scores - STEP
    first, place = np.nonzero(fails)
    by = smaller_programme(asked.form, asked.facts, rows[first], asked.destinations[place])
    single = ~np.isnan(by)
    key[first[single], place[single]] = 1 - by[single]
    return key


def _above(key: Floats, asked: NDArray[np.bool_], wanted: int, rows: Rows, of: Asked) -> _Pairs:
    """The best of a block; cut by value first, so that few pairs are listed."""
    values = key[asked]
    if len(values) > wanted > 0:
        asked = asked & (key >= np.partition(values, len(values) - wanted)[len(values) - wanted] - ERROR)
    return _Pairs.of(asked, key, rows, of.destinations)


def _keys(scores: Floats, standings: Calls) -> Floats:
    """Score less STEP for each step of the standing; −∞ for what is no pair."""
    return np.where(standings < 0, -np.inf, scores - STEP * standings)


def _rescored(asked: Asked, pairs: _Pairs) -> tuple[Rows, Rows, Floats, Calls]:
    first, second = pairs.first, pairs.second
    score = compared(asked.form, asked.facts, first, second, asked.institution)
    return first, second, score, pair_standings(asked.form, asked.facts, first, second)


def _first_of_each(values: Rows) -> Rows:
    """Where each value first occurs, in the order given."""
    return np.sort(np.unique(values, return_index=True)[1])
