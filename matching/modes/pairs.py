"""Which pairs of parks suit each other, in which order, and which park is each park's best partner?

Pairs are ordered: origin and destination; partners stand in the order of their codes, one row a pair. Few pairs are
scored as they are; many are proposed by the kernel, with every pair that its error could have kept out, and what is
shown is scored again.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.errors import Fault, InputError
from matching.gates import STANDINGS
from matching.index import SCORE_DECIMALS, Index
from matching.modes import pair_plan
from matching.modes.enclave import ENCLAVE, ENCLAVE_REVERSE
from matching.modes.facts import Facts, facts_of
from matching.modes.pair_gates import pair_standings
from matching.modes.pair_reasons import explained_pairs
from matching.modes.pair_terms import Form, scored
from matching.modes.partner import PARTNER
from matching.records import Mode, PairMatch, PairRanking, Park

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Calls = NDArray[np.int8]

DIRECT = 300_000  # pairs that are scored without the kernel, which takes a second to load
AT_ONCE = 128  # origins whose pairs are in memory together
ERROR = 1e-9  # far more than the kernel differs by
MARGIN = 12  # more partners than asked that the kernel keeps for scoring again
STEP = 2.0  # of the key, between two standings: more than any score
FEASIBLE, INFEASIBLE = 0, 2


@dataclass(frozen=True, slots=True, eq=False)
class BestPartners:
    """For each park its best others, feasible first: rows in `codes` (n, top), −1 where there are fewer; scores."""

    codes: tuple[str, ...]
    partners: Rows
    scores: Floats
    standings: Calls


def form_of(mode: Mode, reverse: bool = False) -> Form:
    """How a mode pairs parks. Raises InputError for a mode that pairs none, or has no reverse."""
    if mode is Mode.ENCLAVE:
        return ENCLAVE_REVERSE if reverse else ENCLAVE
    if mode is not Mode.PARTNER:
        raise InputError([Fault("mode", "Mode {mode} pairs no parks: take enclave or partner.", {"mode": mode.value})])
    if reverse:
        raise InputError([Fault("reverse", "Partners have no direction: reverse belongs to enclave.")])
    return PARTNER


def park_pairs(
    index_or_parks: Index | Sequence[Park],
    mode: Mode,
    *,
    origins: Sequence[str] | None = None,
    destinations: Sequence[str] | None = None,
    reverse: bool = False,
    institution: bool = True,
    top: int = 20,
    misses: int = 5,
) -> PairRanking:
    """The best `top` pairs that fail no gate, and the `misses` nearest of the rest. Codes of parks, None for all.

    With `origins` each destination stands once, with its best origin. Raises InputError.
    """
    form = form_of(mode, reverse)
    index = _index(index_or_parks)
    facts = facts_of(index)
    asked = _Asked(form, facts, _rows(index, "origins", origins), _rows(index, "destinations", destinations),
                   once=origins is not None, institution=institution)  # fmt: skip
    found = _Found.of(asked, max(0, top), max(0, misses))
    shown = [*found.ranked, *found.missed]
    first = np.array([pair[0] for pair in shown], dtype=np.intp)
    second = np.array([pair[1] for pair in shown], dtype=np.intp)
    matches = explained_pairs(form, facts, first, second, institution=institution)
    return PairRanking(
        mode=mode,
        counts=MappingProxyType(dict(zip(STANDINGS, map(int, found.counts), strict=True))),
        results=matches[: len(found.ranked)],
        misses=matches[len(found.ranked) :],
    )


def pair_of(
    index: Index, mode: Mode, first: str, second: str, *, reverse: bool = False, institution: bool = True
) -> PairMatch:
    """One pair, the same as in the ranking. Raises InputError."""
    form = form_of(mode, reverse)
    one, other = _rows(index, "origin", [first]), _rows(index, "destination", [second])
    if first == second:
        raise InputError([Fault("destination", "A park is no pair with itself: name two parks.")])
    if form.symmetric:
        one, other = np.minimum(one, other), np.maximum(one, other)
    return explained_pairs(form, facts_of(index), one, other, institution=institution)[0]


def best_partners(
    index: Index, mode: Mode, *, reverse: bool = False, institution: bool = True, top: int = 20, threads: int = 2
) -> BestPartners:
    """Every park's best `top` others as destinations or partners, from every pair of the index."""
    from matching.modes import pair_kernel as kernel

    form, facts = form_of(mode, reverse), facts_of(index)
    table, plan = pair_plan.table_of(facts), pair_plan.plan_of(form, facts, institution=institution)
    stands = pair_plan.stands_of(form, facts)
    keep = min(top + MARGIN, max(1, len(facts) - 1))
    chosen, keys = np.full((len(facts), keep), -1, dtype=np.intp), np.full((len(facts), keep), -np.inf)

    def some(rows: Rows) -> None:
        scores, standings = kernel.rows_of(rows, table, plan, stands)
        kernel.best_rows(rows, scores, standings, keep, chosen[rows[0] : rows[-1] + 1], keys[rows[0] : rows[-1] + 1])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(some, _chunks(np.arange(len(facts), dtype=np.intp))))
    return _settled(form, facts, chosen, keys, top, institution)


def _settled(form: Form, facts: Facts, chosen: Rows, keys: Floats, top: int, institution: bool) -> BestPartners:
    """The kernel's proposals scored again and cut to `top`; a row whose margin is too thin is scored whole."""
    parks, keep = chosen.shape
    codes = tuple(park.code for park in facts.parks)
    first, second = np.repeat(np.arange(parks, dtype=np.intp), keep), chosen.ravel()
    there = second >= 0
    score, standing = np.full(parks * keep, -np.inf), np.full(parks * keep, INFEASIBLE, dtype=np.int8)
    score[there] = _scores(form, facts, first[there], second[there], institution)
    standing[there] = pair_standings(form, facts, first[there], second[there])
    order = np.lexsort((second, -score, standing, first)).reshape(parks, keep)[:, :top]
    partners = np.where(score[order] > -np.inf, second[order], -1)
    scores, standings = score[order], standing[order]
    if keep < parks - 1:
        last = min(top, keep) - 1
        kept_out = (keys[:, -1] > -np.inf) & (keys[:, last] - keys[:, -1] <= ERROR)
        for row in np.flatnonzero(kept_out):
            partners[row], scores[row], standings[row] = _whole_row(
                form, facts, int(row), partners.shape[1], institution
            )
    return BestPartners(codes, partners, scores, standings)


def _whole_row(form: Form, facts: Facts, row: int, top: int, institution: bool) -> tuple[Rows, Floats, Calls]:
    second = np.delete(np.arange(len(facts), dtype=np.intp), row)
    first = np.full(len(second), row, dtype=np.intp)
    standing = pair_standings(form, facts, first, second)
    score = _scores(form, facts, first, second, institution)
    order = np.lexsort((second, -score, standing))
    order = order[standing[order] < INFEASIBLE][:top]
    gap = top - len(order)
    return (
        np.append(second[order], np.full(gap, -1)),
        np.append(score[order], np.full(gap, -np.inf)),
        np.append(standing[order], np.full(gap, INFEASIBLE)),
    )


def _scores(form: Form, facts: Facts, first: Rows, second: Rows, institution: bool) -> Floats:
    """Scores as they are compared; of partners always seen in the order of the codes, so from both sides the same."""
    if form.symmetric:
        first, second = np.minimum(first, second), np.maximum(first, second)
    found: Floats = np.round(scored(form, facts, first, second, institution=institution).score, SCORE_DECIMALS)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Which pairs: every origin with every destination but itself; of partners each two once."""

    form: Form
    facts: Facts
    origins: Rows
    destinations: Rows
    once: bool
    institution: bool

    def blocks(self) -> Iterator[tuple[Rows, Floats, Calls]]:
        """Origins by pieces, with the scores and standings of their pairs (len, destinations); −1 is no pair."""
        many = len(self.origins) * len(self.destinations) > DIRECT
        for rows in _chunks(self.origins):
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
        scores = _scores(self.form, self.facts, first, second, self.institution)
        return scores.reshape(standings.shape), standings

    def _by_kernel(self, rows: Rows) -> tuple[Floats, Calls]:
        from matching.modes import pair_kernel as kernel

        plan = pair_plan.plan_of(self.form, self.facts, institution=self.institution)
        stands = pair_plan.stands_of(self.form, self.facts)
        scores, standings = kernel.rows_of(rows, pair_plan.table_of(self.facts), plan, stands)
        return scores[:, self.destinations], standings[:, self.destinations]


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Pairs as (first, second), ranked and missed, and how many there are of each standing."""

    ranked: Sequence[tuple[int, int]]
    missed: Sequence[tuple[int, int]]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, asked: _Asked, top: int, misses: int) -> "_Found":
        if asked.once:
            candidates, counts = _best_origins(asked)
        else:
            candidates, counts = _best_pairs(asked, top, misses)
        first, second, score, standing = _rescored(asked, candidates)
        order = np.lexsort((second, first, -score, standing))
        if asked.once:
            order = order[_first_of_each(second[order])]
        stood = standing[order]
        ranked = order[stood < INFEASIBLE][:top]
        missed = _nearest(asked, first, second, score, order[stood == INFEASIBLE])[:misses]
        return cls(
            [(int(first[row]), int(second[row])) for row in ranked],
            [(int(first[row]), int(second[row])) for row in missed],
            counts,
        )


def _nearest(asked: _Asked, first: Rows, second: Rows, score: Floats, rows: Rows) -> Rows:
    """Of infeasible pairs first those that a smaller programme admits, the smallest change first; then by score."""
    from matching.modes.pair_reasons import relative_change

    by = relative_change(asked.form, asked.facts, first[rows], second[rows])
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


def _best_origins(asked: _Asked) -> tuple[_Pairs, NDArray[np.int64]]:
    """For each destination its best origin, with all that come as near as the kernel may err; counts by destination."""
    places = np.arange(len(asked.destinations), dtype=np.intp)
    best, kept = np.full(len(places), -np.inf), _Pairs.none()
    for rows, scores, standings in asked.blocks():
        key = _keys(scores, standings)
        best = np.maximum(best, key.max(axis=0))
        kept = kept.and_also(_Pairs.of((key >= best - ERROR) & (standings >= 0), key, rows, places))
    kept = kept.where(kept.key >= best[kept.second] - ERROR)
    stands = np.ceil(-best[best > -np.inf] / STEP).astype(np.intp)
    counts = np.bincount(np.clip(stands, FEASIBLE, INFEASIBLE), minlength=len(STANDINGS))
    return _Pairs(kept.first, asked.destinations[kept.second], kept.key), counts


def _best_pairs(asked: _Asked, top: int, misses: int) -> tuple[_Pairs, NDArray[np.int64]]:
    """The best pairs of all, and the best of the infeasible, each with all that come as near as the kernel may err."""
    counts = np.zeros(len(STANDINGS), dtype=np.int64)
    good, bad = _Pairs.none(), _Pairs.none()
    for rows, scores, standings in asked.blocks():
        counts += np.bincount(standings[standings >= 0], minlength=len(STANDINGS))
        key = _keys(scores, standings)
        for_both = standings >= 0, standings == INFEASIBLE
        good = good.and_also(_above(key, for_both[0] & ~for_both[1], top, rows, asked.destinations)).best(top)
        bad = bad.and_also(_above(key, for_both[1], misses, rows, asked.destinations)).best(misses)
    return good.and_also(bad), counts


def _above(key: Floats, asked: NDArray[np.bool_], wanted: int, rows: Rows, columns: Rows) -> _Pairs:
    """The best of a block; cut by value first, so that few pairs are listed."""
    values = key[asked]
    if len(values) > wanted > 0:
        asked = asked & (key >= np.partition(values, len(values) - wanted)[len(values) - wanted] - ERROR)
    return _Pairs.of(asked, key, rows, columns)


def _keys(scores: Floats, standings: Calls) -> Floats:
    """Score less STEP for each step of the standing; −∞ for what is no pair."""
    return np.where(standings < 0, -np.inf, scores - STEP * standings)


def _rescored(asked: _Asked, pairs: _Pairs) -> tuple[Rows, Rows, Floats, Calls]:
    first, second = pairs.first, pairs.second
    score = _scores(asked.form, asked.facts, first, second, asked.institution)
    return first, second, score, pair_standings(asked.form, asked.facts, first, second)


def _first_of_each(values: Rows) -> Rows:
    """Where each value first occurs, in the order given."""
    return np.sort(np.unique(values, return_index=True)[1])


def _chunks(rows: Rows) -> Iterator[Rows]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _index(given: Index | Sequence[Park]) -> Index:
    return given if isinstance(given, Index) else Index.fit(given)


def _rows(index: Index, where: str, codes: Sequence[str] | None) -> Rows:
    """The rows of these parks, in the order of their codes. Raises InputError for a code that is no park's."""
    if codes is None:
        return np.arange(len(index.parks), dtype=np.intp)
    faults = [Fault(where, "There is no park {code}.", {"code": code}) for code in codes if code not in index.row_of]
    if faults:
        raise InputError(faults)
    return np.array(sorted({index.row_of[code] for code in codes}), dtype=np.intp)
