"""How does a pairing become an answer: the best pairs, the nearest misses, and why each stands where it stands?

A miss is a place that fails, once, with the best partner that does not; the nearest first, as for one place.
"""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.explain import explained
from matching.modes.pairing import INFEASIBLE, Half, Pairing, TermColumn, standing_of
from matching.records import Contribution, Gate, Match, Mode, PairMatch, PairRanking, Reason, Standing

Rows = NDArray[np.intp]

TELLING = 0.005  # of the score, as for one place
PAIRED_REASONS = frozenset({"home", "region", "zone", "access", "institution", "match", "absorption", "factors"})


def ranking_of(
    pairing: Pairing, mode: Mode, *, top: int, misses: int, fill_first: str | None, unverified_only: bool = False
) -> PairRanking:
    """The best `top` pairs that fail no gate, and the `misses` nearest of those that do."""
    i, j = pairing.best(max(0, top), unverified_only=unverified_only)
    missed_i, missed_j = nearest(pairing, max(0, misses))
    found = pair_matches(pairing, np.concatenate((i, missed_i)), np.concatenate((j, missed_j)))
    return PairRanking(mode, pairing.counts(), found[: len(i)], found[len(i) :], fill_first)


def nearest(pairing: Pairing, count: int) -> tuple[Rows, Rows]:
    """The nearest misses, (i, j): each failing place with its best partner that passes, else with the nearest miss."""
    rows = [(*key, i, j) for swapped in (False, True) for key, i, j in _misses(pairing, count, swapped=swapped)]
    rows = sorted(set(rows))[:count]
    return np.array([row[-2] for row in rows], dtype=np.intp), np.array([row[-1] for row in rows], dtype=np.intp)


def _misses(pairing: Pairing, count: int, *, swapped: bool) -> list[tuple[tuple[float, ...], int, int]]:
    own, other = (pairing.second, pairing.first) if swapped else (pairing.first, pairing.second)
    failing = _near(own, count)
    passing = np.flatnonzero(other.standing != INFEASIBLE)
    alone = len(passing) > 0
    partners = passing if alone else _near(other, 2)  # two, for one of them may be the place itself
    found: list[tuple[tuple[float, ...], int, int]] = []
    for row in failing:
        mine = np.array([row], dtype=np.intp)
        i, j = pairing.among(partners, mine, 1) if swapped else pairing.among(mine, partners, 1)
        if len(i):
            by = float(own.seen.relative_change(mine)[0]) if alone else np.nan
            failed = int(own.seen.failed[row])
            score = float(pairing.scores(i, j)[0])
            found.append(((float(np.isnan(by)), failed if np.isnan(by) else by, -score), int(i[0]), int(j[0])))
    return found


def _near(half: Half, count: int) -> Rows:
    """The places of one half that fail: those one change admits first, the smallest change first."""
    rows = np.flatnonzero(half.standing == INFEASIBLE)
    by = half.seen.relative_change(rows)
    missing = np.isnan(by)
    return rows[np.lexsort((-half.worth[rows], np.where(missing, half.seen.failed[rows], by), missing))][:count]


def pair_matches(pairing: Pairing, i: Rows, j: Rows) -> tuple[PairMatch, ...]:
    """These pairs with their reasons, in their order."""
    if not len(i):
        return ()
    first, second = _halves(pairing.first, i), _halves(pairing.second, j)
    columns = pairing.joint.terms(i, j)
    scores, low, high = (pairing.scores(i, j, unknown) for unknown in (None, 0.0, 1.0))
    standings = standing_of(pairing, i, j)
    return tuple(
        _pair(
            pairing,
            (first[int(a)], second[int(b)]),
            [_term(column, place, pairing.share) for column in columns],
            [reason for column in columns if (reason := _reason(column, place, pairing.share))],
            standings[place],
            (float(scores[place]), float(min(low[place], scores[place])), float(max(high[place], scores[place]))),
        )
        for place, (a, b) in enumerate(zip(i, j, strict=True))
    )


def _halves(half: Half, rows: Rows) -> dict[int, Match]:
    once = np.unique(rows)
    return dict(zip(once.tolist(), explained(half.seen, once), strict=True))


def _pair(
    pairing: Pairing,
    matches: tuple[Match, Match],
    joined: Sequence[Contribution],
    reasons: Sequence[Reason],
    standing: Standing,
    scores: tuple[float, float, float],
) -> PairMatch:
    halves = (pairing.first, pairing.second)
    failing = [match for match in matches if match.standing is Standing.INFEASIBLE]
    return PairMatch(
        first=matches[0].park,
        second=matches[1].park,
        standing=standing,
        score=scores[0],
        interval=scores[1:],
        contributions=(
            *(part for half, match in zip(halves, matches, strict=True) for part in _parts(half, match)),
            *joined,
        ),
        gates=tuple(gate for half, match in zip(halves, matches, strict=True) for gate in _gates(half, match)),
        reasons=_reasons(halves, matches, reasons),
        relax=failing[0].relax if len(failing) == 1 else None,
    )


def _parts(half: Half, match: Match) -> list[Contribution]:
    return [part._replace(share=half.share * part.share, place=half.role) for part in match.contributions]


def _gates(half: Half, match: Match) -> list[Gate]:
    return [gate._replace(place=half.role) for gate in match.gates]


def _term(column: TermColumn, place: int, share: float) -> Contribution:
    value = float(column.value[place])
    return Contribution(
        column.name, "pair", column.weight, value, share * column.weight * value, bool(column.known[place])
    )


def _reason(column: TermColumn, place: int, share: float) -> Reason | None:
    """A term that is worth a sentence: what is known of it, and that it is above or below the middle."""
    if not column.known[place] or column.name not in PAIRED_REASONS:
        return None
    value = float(column.value[place])
    if share * column.weight * abs(value - 0.5) < TELLING:
        return None
    measure = None if column.measure is None else float(column.measure[place])
    return Reason(column.name, value > 0.5, MappingProxyType({"value": value, "measure": measure}))


def _reasons(halves: tuple[Half, Half], matches: tuple[Match, Match], joined: Sequence[Reason]) -> tuple[Reason, ...]:
    """What speaks for each place and for the two together, then what speaks against."""
    own = [
        replace(reason, params=MappingProxyType({**reason.params, "place": half.role}))
        for half, match in zip(halves, matches, strict=True)
        for reason in match.reasons
    ]
    said = [*own, *joined]
    good = [reason for reason in said if reason.good]
    return (*good, *(reason for reason in said if not reason.good))
