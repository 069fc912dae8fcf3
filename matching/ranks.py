"""In which order do the parks of a need stand by their score?"""

import numpy as np
from numpy.typing import NDArray

from matching.errors import Fault, InputError
from matching.explain import Evaluated
from matching.score import SCORE_DECIMALS

Rows = NDArray[np.intp]

INFEASIBLE = 2


def ordered(seen: Evaluated) -> Rows:
    """Every row: feasible, unverified, infeasible, scores falling within each, ties by code."""
    order: Rows = np.lexsort((-np.round(seen.scores.score, SCORE_DECIMALS), seen.standing))
    return order


def ranked(seen: Evaluated) -> Rows:
    """The rows that fail no gate, in their order."""
    order = ordered(seen)
    found: Rows = order[seen.standing[order] != INFEASIBLE]
    return found


def row_of(seen: Evaluated, code: str) -> int:
    """The row of a park. Raises InputError when there is none of that code."""
    row = rows_by_code(seen).get(code)
    if row is None:
        raise InputError([Fault("park", "There is no park {code}.", {"code": code})])
    return row


def rows_by_code(seen: Evaluated) -> dict[str, int]:
    """Every park's row."""
    return {park.code: row for row, park in enumerate(seen.parks)}
