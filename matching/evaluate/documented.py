"""Part B: does the engine's own ranking of park pairs find the places that did cooperate?

For each documented pair the parks of the origin rank every other prefecture by its best park, exactly as `pairs
--from` does; the rank of the true one is judged beside *nearest* and *same province, then nearest* on the same pairs,
with and without the institution terms. The origin's own prefecture is no answer: a pair within one is not judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matching.evaluate.cooperations import Cooperation, ours
from matching.evaluate.figures import Figure
from matching.evaluate.measures import interval
from matching.index import SCORE_DECIMALS, Index
from matching.modes.facts import Facts, facts_of
from matching.modes.pair_gates import pair_standings
from matching.modes.pair_terms import scored
from matching.modes.pairs import form_of
from matching.place import distance_km
from matching.records import Mode
from matching.reference import catalogue, regions
from matching.ties import places, row_of, rows_of, ties

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

GOALS = {"median_rank": 5.0, "hit10": 0.64, "auc": 0.60}
AS_FAR = 1.25  # alternatives are as far as the true place within a quarter
INFEASIBLE = 2
FORMS = ("enclave", "enclave_reverse", "partner")
METHODS = ("engine", "plain", "nearest", "province")


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Ranks (n_pairs,) of the true places by method; AUC (n_matched,) of the engine without institution terms."""

    pairs: tuple[Cooperation, ...]
    ranks: Mapping[str, Floats]
    auc: Floats
    without_park: tuple[str, ...]


def part_b(cooperations: Sequence[Cooperation] | None = None, *, seed: int = 0) -> list[Figure]:
    """The figures of part B over our own list of cooperations, or over those given."""
    found = judged(ours() if cooperations is None else cooperations)
    rng = np.random.default_rng(seed)
    figures = [figure for method in METHODS for figure in _of_method(found, method, rng)]
    auc = float(found.auc.mean()) if len(found.auc) else float("nan")
    figures.append(Figure("B", "auc.plain", auc, *interval(found.auc, rng), goal=GOALS["auc"], cases=len(found.auc)))
    figures += [figure for form in FORMS for figure in _of_form(found, form)]
    return [*figures, Figure("B", "without_park", float(len(found.without_park)), cases=len(found.pairs))]


def judged(cooperations: Sequence[Cooperation]) -> Judged:
    """Every pair whose two places have a park in the catalogue, ranked by every method."""
    facts = _facts()
    there = np.zeros(len(places()), dtype=np.bool_)
    there[rows_of(park.adcode for park in facts.parks)] = True
    usable = [each for each in cooperations if there[_origins(each)].any() and there[row_of(each.destination)]]
    ranks = {method: np.zeros(len(usable)) for method in METHODS}
    matched = []
    for number, each in enumerate(usable):
        others = there.copy()
        others[_origins(each)] = False
        for method in METHODS:
            ranks[method][number] = _rank(_worth(each, method), row_of(each.destination), others)
        matched.append(_auc(each, others))
    auc = np.array([each for each in matched if not np.isnan(each)])
    return Judged(tuple(usable), ranks, auc, tuple(each.name for each in cooperations if each not in usable))


def _worth(pair: Cooperation, method: str) -> Floats:
    """What each place is worth to the origin by a method, (n_places,)."""
    origins = _origins(pair)
    if method in ("engine", "plain"):
        return by_engine(pair.mode, pair.reverse, tuple(origins.tolist()), institution=method == "engine")
    near: Floats = -kilometres()[origins].min(axis=0)
    if method == "province":
        near += np.where(ties().same_province[origins].any(axis=0), 2 * -near.min(), 0.0)
    return near


@cache
def by_engine(mode: Mode, reverse: bool, origins: tuple[int, ...], *, institution: bool) -> Floats:
    """The score of each place's best park with the best park of the origins, −1 where none passes, (n_places,)."""
    form, facts = form_of(mode, reverse), _facts()
    where = rows_of(park.adcode for park in facts.parks)
    first, second = (
        each.ravel()
        for each in np.meshgrid(np.flatnonzero(np.isin(where, origins)), np.arange(len(where)), indexing="ij")
    )
    first, second = first[first != second], second[first != second]
    places_of_second = where[second]
    if form.symmetric:
        first, second = np.minimum(first, second), np.maximum(first, second)
    score = np.round(scored(form, facts, first, second, institution=institution).score, SCORE_DECIMALS)
    score[pair_standings(form, facts, first, second) == INFEASIBLE] = -1.0
    best = np.full(len(places()), -1.0)
    np.maximum.at(best, places_of_second, score)
    best.setflags(write=False)
    return best


@cache
def kilometres() -> Floats:
    """Great-circle km between the seats of all places, (n_places, n_places)."""
    seats = [regions()[place] for place in places()]
    lon, lat = np.array([seat.lon for seat in seats]), np.array([seat.lat for seat in seats])
    return distance_km(lon[:, None], lat[:, None], lon, lat)


def _rank(worth: Floats, true: int, others: NDArray[np.bool_]) -> int:
    """1 for the best; ties by code, as everywhere."""
    before = (worth > worth[true]) | ((worth == worth[true]) & (np.arange(len(worth)) < true))
    return 1 + int((before & others).sum())


def _auc(pair: Cooperation, others: NDArray[np.bool_]) -> float:
    """How often the true place beats another one as far away, institution terms off; NaN where none is as far."""
    true, km = row_of(pair.destination), kilometres()[_origins(pair)].min(axis=0)
    as_far = others & (km <= km[true] * AS_FAR) & (km >= km[true] / AS_FAR)
    as_far[true] = False
    worth = _worth(pair, "plain")
    if not as_far.any():
        return float("nan")
    return float(((worth[true] > worth[as_far]) + 0.5 * (worth[true] == worth[as_far])).mean())


def _of_method(found: Judged, method: str, rng: np.random.Generator) -> list[Figure]:
    """Median rank and hits; the engine has the goals, without institution terms its goal is *nearest*."""
    ranks, cases = found.ranks[method], len(found.pairs)
    goals = GOALS if method == "engine" else {}
    if method == "plain" and cases:
        nearest = found.ranks["nearest"]
        goals = {"median_rank": float(np.median(nearest)), "hit10": float((nearest <= 10).mean())}
    drawn = ranks[rng.integers(0, cases, (1000, cases))] if cases else np.full((1, 1), np.nan)
    low, high = np.quantile(np.median(drawn, axis=1), (0.025, 0.975))
    median = float(np.median(ranks)) if cases else float("nan")
    goal = goals.get("median_rank")
    figures = [Figure("B", f"median_rank.{method}", median, float(low), float(high), goal, True, cases)]
    for top in (10, 5, 1):
        hits = (ranks <= top).astype(np.float64)
        value = float(hits.mean()) if cases else float("nan")
        figures.append(
            Figure("B", f"hit{top}.{method}", value, *interval(hits, rng), goals.get(f"hit{top}"), cases=cases)
        )
    return figures


def _of_form(found: Judged, form: str) -> list[Figure]:
    """The engine's figures over the pairs of one form alone."""
    chosen = np.array([form_of(each.mode, each.reverse).table == form for each in found.pairs], dtype=np.bool_)
    ranks = found.ranks["engine"][chosen]
    if not len(ranks):
        return []
    hits = float((ranks <= 10).mean())
    return [
        Figure("B", f"median_rank.engine.{form}", float(np.median(ranks)), cases=len(ranks)),
        Figure("B", f"hit10.engine.{form}", hits, cases=len(ranks)),
    ]


def _origins(pair: Cooperation) -> Rows:
    return rows_of(pair.origins)


@cache
def _facts() -> Facts:
    return facts_of(Index.fit(catalogue()))
