"""The structured work by numpy blocks, polars, scikit-criteria and pymcdm: people's usual ways in Python."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.figures import Missing
from bench.flat import FIXED_WEIGHTS, GROUPS, SLACKS, TAKEN, TIER, TOP, Flat, Tops

F32 = NDArray[np.float32]

BLOCK = 16  # needs at a time
DELIVERY, UNKNOWN_DAY = 4, -1.0
Peer = Callable[[Flat, int], Tops]


def loaded(name: str, package: str = "") -> Any:
    """A peer's module. Raises Missing."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Missing(f"uv pip install {package or name}") from error


def numpy_blocks(work: Flat, needs: int) -> Tops:
    """Blocks of needs × all parks, a matrix for every step."""
    found = [_top(_keys(work, slice(first, min(first + BLOCK, needs)))) for first in range(0, needs, BLOCK)]
    return Tops(np.concatenate([rows for rows, _ in found]), np.concatenate([keys for _, keys in found]))


def _keys(work: Flat, some: slice) -> F32:
    u, v = sides(work, some)
    keys: F32 = 0.5 * (u + v) - 0.5 * np.float32(work.beta) * np.abs(u - v) - np.float32(TIER) * standing(work, some)
    return keys


def standing(work: Flat, some: slice) -> F32:
    """0 feasible, 1 unverified, 2 infeasible, (needs, parks)."""
    worst = np.repeat(work.base[some, None], work.parks, axis=1).astype(np.float32)
    for column in (4, 5):
        rows = work.of[some, column]
        worst = np.where((rows >= 0)[:, None], np.maximum(worst, work.calls[rows]), worst)
    for g in range(TAKEN):
        free = work.amounts[g]
        call = np.where(free < 0, np.float32(1), 2 * (free < work.low[some, g, None]).astype(np.float32))
        worst = np.maximum(worst, call)
    for h in range(3):
        worst = np.maximum(worst, 2 * (work.amounts[TAKEN + h] > work.high[some, h, None]))
    found: F32 = np.maximum(worst, work.amounts[-1] < 0).astype(np.float32)
    return found


def sides(work: Flat, some: slice) -> tuple[F32, F32]:
    """U and V, (needs, parks)."""
    w, of = work.weights[some], work.of[some]
    u = w[:, list(FIXED_WEIGHTS)] @ work.fixed
    u += w[:, 0, None] * work.values[of[:, 0]] + w[:, 10, None] * work.values[of[:, 2]]
    u += np.where((of[:, 3] >= 0)[:, None], w[:, 14, None] * work.values[of[:, 3]], np.float32(0))
    v = work.constant[some, None] + w[:, 17, None] * work.values[of[:, 1]]
    for place, value in enumerate(slack_values(work, some)):
        side = v if place == len(SLACKS) - 1 else u
        side += w[:, SLACKS[place], None] * value
    ready = work.amounts[-1]
    days = ramp(work.ramps[DELIVERY], work.high[some, 2, None] - ready)
    u += w[:, 11, None] * np.where(ready < 0, work.priors[11], days)
    return u, v


def slack_values(work: Flat, some: slice) -> list[F32]:
    """Values of land, energy and environmental slack and of the share of pollutants' quotas, (needs, parks) each."""
    found = []
    for place, group in enumerate(GROUPS):
        ratio = np.min([work.amounts[g] / work.ask[some, g, None] for g in group], axis=0)
        with np.errstate(divide="ignore"):
            measure = 1 / ratio if place == len(GROUPS) - 1 else ratio
        found.append(np.where(ratio < 0, work.priors[SLACKS[place]], ramp(work.ramps[place], measure)))
    return found


def ramp(points: F32, x: F32) -> F32:
    """A piecewise-linear function given as its first value and four (x, length, slope)."""
    value = np.full_like(x, points[0])
    for start, length, slope in points[1:].reshape(4, 3):
        if slope:
            value += slope * np.clip(x - start, 0, length)
    return value


def _top(keys: F32) -> tuple[NDArray[np.int32], F32]:
    rows = np.argpartition(-keys, TOP, axis=1)[:, :TOP]
    order = np.lexsort((rows, -np.take_along_axis(keys, rows, 1)), axis=1)
    rows = np.take_along_axis(rows, order, 1)
    return rows.astype(np.int32), np.take_along_axis(keys, rows, 1)


def scored_by(evaluate: Callable[[F32, F32], F32]) -> Peer:
    """A library that weighs a matrix of criteria values: the values and gates are numpy's, the two sums its own."""

    def top(work: Flat, needs: int) -> Tops:
        found = []
        for i in range(needs):
            some = slice(i, i + 1)
            need_side, park_side = matrices(work, i)
            u = evaluate(need_side[0], need_side[1])
            v = evaluate(park_side[0], park_side[1]) + work.constant[i]
            key = 0.5 * (u + v) - 0.5 * work.beta * np.abs(u - v) - TIER * standing(work, some)[0]
            found.append(_top(key[None].astype(np.float32)))
        return Tops(np.concatenate([rows for rows, _ in found]), np.concatenate([keys for _, keys in found]))

    return top


def matrices(work: Flat, i: int) -> tuple[tuple[F32, F32], tuple[F32, F32]]:
    """The criteria values of one need and their weights, of either side: (parks, criteria), (criteria,)."""
    some = slice(i, i + 1)
    slacks = [value[0] for value in slack_values(work, some)]
    ready = work.amounts[-1]
    days = np.where(ready < 0, work.priors[11], ramp(work.ramps[DELIVERY], work.high[i, 2] - ready))
    chain, gap, distance, prefer = work.of[i, :4]
    slacks = [np.maximum(value, 0) for value in slacks]
    columns = [*work.fixed, work.values[chain], work.values[distance], days, *slacks[:3]]
    places = [*FIXED_WEIGHTS, 0, 10, 11, *SLACKS[:3]]
    if prefer >= 0:
        columns.append(work.values[prefer])
        places.append(14)
    own = np.stack([work.values[gap], slacks[3]], axis=1)
    return (np.stack(columns, axis=1), work.weights[i, places]), (own, work.weights[i, [17, SLACKS[3]]])


def scikit_criteria() -> Peer:
    """Weighted sums by scikit-criteria. Raises Missing."""
    skc = loaded("skcriteria", "scikit-criteria")
    simple = loaded("skcriteria.agg.simple", "scikit-criteria")
    model = simple.WeightedSumModel()

    def evaluate(matrix: F32, weights: F32) -> F32:
        decision = skc.mkdm(matrix, [max] * matrix.shape[1], weights=weights)
        return np.asarray(model.evaluate(decision).e_.score, dtype=np.float32)

    return scored_by(evaluate)


def pymcdm() -> Peer:
    """Weighted sums by pymcdm. Raises Missing."""
    methods = loaded("pymcdm.methods", "pymcdm")

    def evaluate(matrix: F32, weights: F32) -> F32:
        method = methods.WSM(normalization_function=lambda column, cost=False: column)
        total = weights.sum()
        return np.asarray(method(matrix, weights / total, np.ones(len(weights))) * total, dtype=np.float32)

    return scored_by(evaluate)


def polars() -> Peer:
    """Sixteen needs a query over a frame of the parks, joined with the rows of their industries. Raises Missing."""
    pl = loaded("polars")
    from bench.sql import LINKS, Dialect, needs_table, parts_of

    def top(work: Flat, needs: int) -> Tops:
        parks = np.arange(work.parks, dtype=np.int32)
        columns = {f"a{g}": row for g, row in enumerate(work.amounts)} | {
            f"f{k}": row for k, row in enumerate(work.fixed)
        }
        frame = pl.DataFrame({"park": parks, **columns})
        parts = parts_of(work, lambda name: name, Dialect("least", "greatest"), "base")
        told = pl.DataFrame(needs_table(work, needs))
        found = {}
        for first in range(0, needs, BLOCK):
            some = told.slice(first, BLOCK)
            links = [_linked(pl, work, some, name, place) for place, name in enumerate(LINKS)]
            table = some.join(frame, how="cross", maintain_order="left_right").with_columns(links).lazy()
            table = table.filter(pl.sql_expr(parts.admitted)).with_columns(
                [pl.sql_expr(words).alias(name) for name, words in parts.measures.items()]
            )
            table = table.with_columns(
                [pl.sql_expr(getattr(parts, name)).alias(name) for name in ("u", "v", "standing")]
            ).select("need", "park", pl.sql_expr(parts.key).alias("key"))
            best = (
                table.group_by("need")
                .agg(pl.col("park").top_k_by("key", TOP), pl.col("key").top_k_by("key", TOP))
                .sort("need")
            )
            for need, rows, keys in best.select("need", "park", "key").collect().iter_rows():
                order = np.argsort(-np.array(keys), kind="stable")
                found[need] = padded(np.array(rows)[order], np.array(keys)[order])
        return gathered(needs, found)

    return top


def _linked(pl: Any, work: Flat, some: Any, name: str, place: int) -> Any:
    """The column of these needs × parks that a row of `values` or `calls` gives: laid end to end, no join."""
    matrix = work.values if place < 4 else work.calls
    rows = some[f"{name}_of"].to_numpy()
    return pl.Series(name, np.where((rows >= 0)[:, None], matrix[rows], matrix.dtype.type(0)).ravel())


def gathered(needs: int, found: Mapping[int, tuple[NDArray[Any], NDArray[Any]]]) -> Tops:
    """The answers by the number of their need; a query leaves out a need that no park passes."""
    rows, keys = np.full((needs, TOP), -1, dtype=np.int32), np.full((needs, TOP), -9.0, dtype=np.float32)
    for need, (row, key) in found.items():
        rows[need], keys[need] = row, key
    return Tops(rows, keys)


def padded(rows: NDArray[Any], keys: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Twenty, with −1 and −9 where there are fewer."""
    left = TOP - len(rows)
    return np.pad(rows, (0, left), constant_values=-1), np.pad(keys, (0, left), constant_values=-9.0)
