"""Why is this pair of places not first, or not among the ten?

Gates before values, as for one place: a pair that fails one, or cannot be decided while the other can, stands behind
for that alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matching.contrast import telling_gates
from matching.records import Contribution, Gate, PairMatch, Standing

ORDER = tuple(Standing)


class Apart(NamedTuple):
    """How much more of one pair's score than of another's comes from a criterion, of one `place` or of both."""

    criterion: str
    side: str
    place: str | None
    by: float


@dataclass(frozen=True, slots=True)
class PairContrast:
    """A pair beside the one that has a place it might have had; `rank` None where it is not among the best given.

    `gates`: those it fails, then those not decided. `behind` is whether its verdict alone puts it behind;
    `differences` sum to its score less that of the reference, what costs most first.
    """

    match: PairMatch
    rank: int | None
    reference: PairMatch
    reference_rank: int
    gates: tuple[Gate, ...]
    behind: bool
    differences: tuple[Apart, ...]


def beside(match: PairMatch, among: Sequence[PairMatch], place: int = 1) -> PairContrast | None:
    """One pair against the pair of a place among the best, best first; None where nothing else has a place.

    Where fewer have a place, against the last that has one; the leader is contrasted with the second.
    """
    ranks = {pair_key(each): rank for rank, each in enumerate(among, start=1)}
    own = pair_key(match)
    others = [each for each in among if pair_key(each) != own]
    if not others:
        return None
    at = min(place, len(among)) - 1
    reference = among[at] if pair_key(among[at]) != own else others[min(at, len(others) - 1)]
    return PairContrast(
        match=match,
        rank=ranks.get(own),
        reference=reference,
        reference_rank=ranks[pair_key(reference)],
        gates=telling_gates(match),
        behind=ORDER.index(match.standing) > ORDER.index(reference.standing),
        differences=tuple(sorted(apart(match, reference), key=lambda each: each.by)),
    )


def apart(match: PairMatch, other: PairMatch) -> tuple[Apart, ...]:
    """Where one pair's score comes from that another's does not; sums to the difference."""
    mine, theirs = ({_term(part): part.share for part in each.contributions} for each in (match, other))
    keys = dict.fromkeys((*mine, *theirs))
    return tuple(Apart(*key, mine.get(key, 0.0) - theirs.get(key, 0.0)) for key in keys)


def pair_key(match: PairMatch) -> tuple[str, str]:
    """The codes of both places."""
    return match.first.code, match.second.code


def _term(part: Contribution) -> tuple[str, str, str | None]:
    return part.criterion, part.side, part.place
