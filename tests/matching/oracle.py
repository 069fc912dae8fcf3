"""The ranking by the plain numpy columns of all parks, which the compiled kernel must equal."""

import numpy as np

from matching.asked import asked_of
from matching.index import Index
from matching.plans import planned
from matching.records import Need, Ranking


def ranked(index: Index, need: Need, top: int, misses: int, *, unverified_only: bool = False) -> Ranking:
    """What an index without the kernel's tables answers."""
    assert index.sheets is None
    return index.parks_for(need, top=top, misses=misses, unverified_only=unverified_only)


def keys(index: Index, need: Need) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The key of every park in float64 and by the kernel, and how far they may differ, or nothing where it may not."""
    from matching import kernel

    quick = index.quickened()
    assert quick.sheets is not None
    plan = planned([asked_of(need)], quick.sheets)
    if not plan.able[0]:
        return np.zeros(0), np.zeros(0), np.zeros(1)
    found = np.empty(len(index.parks))
    found[quick.sheets.order] = kernel.keys_of(quick.sheets.tables, plan.plans, 0, plan.values, plan.flags)
    seen = index.evaluated(need)
    return seen.scores.score - kernel.TIER * seen.standing, found, plan.plans.bound
