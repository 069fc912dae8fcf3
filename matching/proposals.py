"""Which rows of an index must be looked at to rank it for a need, when the kernel has seen them all?

The k best and the nearest misses are among the rows proposed; what is shown is judged from these rows alone, by the
same columns as ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching import kernel
from matching.asked import Asked
from matching.explain import Evaluated
from matching.gates import gates_of, standings
from matching.plans import planned
from matching.records import Park
from matching.score import NO_SCORES
from matching.tables import Sheets


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """Rows of the index, rising, and how many parks are feasible, unverified and infeasible."""

    rows: NDArray[np.intp]
    counts: NDArray[np.int64]


def proposal(
    asked: Asked, sheets: Sheets, parks: Sequence[Park], top: int, misses: int, *, unverified_only: bool
) -> Proposal | None:
    """What to look at for the `top` best and the `misses` nearest; None where the kernel cannot rank this need."""
    plan = planned([asked], sheets)
    if not plan.able[0]:
        return None
    key = kernel.keys_of(sheets.tables, plan.plans, 0, plan.values, plan.flags)
    margin = np.float32(2 * plan.plans.bound[0] + kernel.TIES)
    roof = np.float32(kernel.FEASIBLE_FROM if unverified_only else np.inf)
    counts = kernel.standings_in(key)
    best = sheets.order[kernel.proposed(key, min(top, len(key)), margin, roof)]
    near = _nearest(asked, sheets, parks, key, misses, float(margin)) if misses and counts[2] else best[:0]
    return Proposal(np.sort(np.concatenate((best, near))), counts)


def _nearest(
    asked: Asked, sheets: Sheets, parks: Sequence[Park], key: NDArray[np.float32], misses: int, margin: float
) -> NDArray[np.intp]:
    """The infeasible rows that may be among the nearest: by change or failures exactly, by score within the margin."""
    gates = gates_of(asked, sheets.columns)
    standing = standings(asked, gates, sheets.columns.parks)
    seen = Evaluated(asked, parks, sheets.columns, gates, (), NO_SCORES, standing)
    score = np.empty(len(key))
    score[sheets.order] = key
    rows = np.flatnonzero(standing == kernel.FAIL)
    by, failed = seen.relative_change(rows), seen.failed[rows]
    unchangeable = np.isnan(by)
    change = np.where(unchangeable, failed, by)
    order = np.lexsort((-score[rows], change, unchangeable))
    last = order[min(misses, len(order)) - 1]
    tied = (unchangeable == unchangeable[last]) & (change == change[last]) & (score[rows] >= score[rows[last]] - margin)
    chosen = np.union1d(order[:misses], np.flatnonzero(tied))
    return rows[chosen]
