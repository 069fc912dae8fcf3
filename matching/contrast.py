"""Why is this park not first, or not among the ten?

Gates before values: a park that fails one, or cannot be decided while the reference park can, stands behind for that
alone; what the score adds or lacks is said after it.
"""

from dataclasses import dataclass

import numpy as np

from matching.explain import Difference, Evaluated, difference, explained
from matching.ranks import ordered, ranked, row_of
from matching.records import Gate, Match, PairMatch, Verdict


@dataclass(frozen=True, slots=True)
class Contrast:
    """A park beside the one that has a place it might have had.

    `rank` counts feasible, unverified and infeasible parks alike. `gates`: those it fails, then those not decided.
    `behind` is whether its verdict alone puts it behind; `differences` sum to its score less that of the reference,
    what costs most first.
    """

    match: Match
    rank: int
    reference: Match
    reference_rank: int
    gates: tuple[Gate, ...]
    behind: bool
    differences: tuple[Difference, ...]


def why_not(seen: Evaluated, code: str, place: int = 1) -> Contrast | None:
    """One park against the park of a place (1: the leader); None where nothing has a place. Raises InputError.

    Where fewer parks have a place, against the last that has one; the leader is contrasted with the second.
    """
    row, standing = row_of(seen, code), ranked(seen)
    others = standing[standing != row]
    if not len(others):
        return None
    order = ordered(seen)
    at = min(place, len(standing)) - 1
    other = int(standing[at]) if standing[at] != row else int(others[min(at, len(others) - 1)])
    match, reference = explained(seen, np.array([row, other], dtype=np.intp))
    return Contrast(
        match=match,
        rank=int(np.flatnonzero(order == row)[0]) + 1,
        reference=reference,
        reference_rank=int(np.flatnonzero(order == other)[0]) + 1,
        gates=telling_gates(match),
        behind=bool(seen.standing[row] > seen.standing[other]),
        differences=tuple(sorted(difference(match, reference), key=lambda each: each.by)),
    )


def telling_gates(match: Match | PairMatch) -> tuple[Gate, ...]:
    """The failed gates, then those that cannot be decided."""
    failed = tuple(gate for gate in match.gates if gate.verdict is Verdict.FAIL)
    return (*failed, *(gate for gate in match.gates if gate.verdict is Verdict.UNKNOWN))
