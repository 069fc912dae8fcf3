"""Which is the best pair that a park can be one place of, and what of the need keeps it out?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.counterfactual import Change, joint, unchangeable
from matching.errors import Fault, InputError
from matching.modes.pairing import INFEASIBLE, Half, Pairing
from matching.modes.told import pair_matches
from matching.records import PairMatch

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class BestWith:
    """The best pair with a park in one role; what change of the need admits the park there, and what none does."""

    role: str
    match: PairMatch
    change: Change | None
    fixed: tuple[str, ...]


def best_with(pairing: Pairing, code: str) -> tuple[BestWith, ...]:
    """For each role a park may take, its best pair: by verdict first, then by score. Raises InputError."""
    found = []
    for half in (pairing.first, pairing.second):
        rows = [row for row, park in enumerate(half.seen.parks) if park.code == code]
        if rows and (pair := _best(pairing, half, rows[0])) is not None:
            i, j = pair
            match = pair_matches(pairing, i, j)[0]
            found.append(BestWith(half.role, match, joint(half.seen, rows[0]), unchangeable(half.seen, rows[0])))
    if not found:
        raise InputError([Fault("park", "There is no park {code}.", {"code": code})])
    return tuple(found)


def _best(pairing: Pairing, half: Half, row: int) -> tuple[Rows, Rows] | None:
    """The best pair with this row; a partner no worse than the row itself leaves the pair its verdict."""
    own, first = np.array([row], dtype=np.intp), half is pairing.first
    other = pairing.second if first else pairing.first
    stands = int(half.standing[row])
    for worst in range(stands, INFEASIBLE + 1):
        partners = np.flatnonzero(other.standing <= worst if worst == stands else other.standing == worst)
        i, j = pairing.among(own, partners, 1) if first else pairing.among(partners, own, 1)
        if len(i):
            return i, j
    return None
