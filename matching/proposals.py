"""Which rows of an index must be looked at to rank it for a need, when the kernel has seen them all?

The k best and the nearest misses are among the rows proposed; what is shown is judged from these rows alone, by the
same columns as ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching import kernel, nearby
from matching.asked import Asked
from matching.explain import Aside, Judged
from matching.plans import planned
from matching.question import Question
from matching.records import Park
from matching.shortlist import looked_at
from matching.tables import Sheets


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """The rows proposed, in the order of the index, with what reasons say beside, and how far each is from passing.

    `counts` are how many of all parks are feasible, unverified and infeasible; `far` is infinite for who fails nothing.
    """

    seen: Judged
    aside: Aside
    far: NDArray[np.float64]
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
    best = kernel.proposed(key, min(top, len(key)), margin, roof)
    question = Question.of(asked, sheets, plan)
    far = question.distances()
    near = nearby.nearest(far, key, misses, float(margin)) if misses and counts[2] else best[:0]
    at = np.concatenate((best, near)).astype(np.intp)
    at = at[np.argsort(sheets.order[at])]
    seen, aside = looked_at(question, at, [parks[row] for row in sheets.order[at].tolist()])
    return Proposal(seen, aside, far[at], counts)
