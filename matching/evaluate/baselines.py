"""How would simpler methods order the parks, given the same facts?"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from matching.criteria import km_from
from matching.explain import Evaluated

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

# Measures of which less is better; of the rest more is.
COSTS = frozenset({"land_price", "labour_cost", "distance", "energy_intensity", "pollutant_share"})


def engine(seen: Evaluated, rng: Generator) -> Rows:
    """The engine's own order."""
    return gated(seen.scores.score, seen)


def one_sided(seen: Evaluated, rng: Generator) -> Rows:
    """The need's side of the engine alone, with its gates."""
    side = seen.scores.need_side
    return gated(seen.scores.score if side is None else side, seen)


def topsis(seen: Evaluated, rng: Generator) -> Rows:
    """TOPSIS with the gates, on the natural measures of both sides and the engine's weights.

    Vector-normalised, unknown at the mean of what is known. Source: Hwang & Yoon 1981.
    """
    columns = [_normalised(column.criterion, column.measure) * column.weight for column in seen.criteria]
    table = np.array([column for column in columns if np.ptp(column) > 0])
    if not len(table):
        return gated(np.zeros(len(seen.standing)), seen)
    there = np.sqrt(((table - table.max(axis=1, keepdims=True)) ** 2).sum(axis=0))
    away = np.sqrt(((table - table.min(axis=1, keepdims=True)) ** 2).sum(axis=0))
    return gated(away / (there + away), seen)


def text_only(seen: Evaluated, rng: Generator) -> Rows:
    """Likeness of the words (TF-IDF, cosine), with nothing else."""
    column = next((each.value for each in seen.criteria if each.criterion == "text"), np.zeros(len(seen.standing)))
    return _falling(column)


def nearest(seen: Evaluated, rng: Generator) -> Rows:
    """The nearest first, with nothing else."""
    km = km_from(seen.asked, seen.columns)
    return _falling(np.zeros(len(seen.standing)) if km is None else -np.nan_to_num(km, nan=1e6))


def by_chance(seen: Evaluated, rng: Generator) -> Rows:
    """Shuffled."""
    return rng.permutation(len(seen.standing))


METHODS: Mapping[str, Callable[[Evaluated, Generator], Rows]] = MappingProxyType(
    {
        "engine": engine,
        "one_sided": one_sided,
        "topsis": topsis,
        "text": text_only,
        "nearest": nearest,
        "random": by_chance,
    }
)


def gated(score: Floats, seen: Evaluated) -> Rows:
    """Feasible, then unverified, then what fails, the score falling within each; ties in the order of the codes."""
    return np.lexsort((-np.round(score, 12), seen.standing))


def _falling(score: Floats) -> Rows:
    return np.argsort(-np.round(score, 12), kind="stable")


def _normalised(name: str, measure: Floats) -> Floats:
    finite = np.where(np.isfinite(measure), measure, np.nan)
    known = ~np.isnan(finite)
    filled = np.where(known, finite, finite[known].mean() if known.any() else 0.0)
    length = float(np.sqrt((filled**2).sum()))
    signed: Floats = (-filled if name in COSTS else filled) / (length or 1.0)
    return signed
