"""Which occasion counts a project, and how much of what was signed?

Source: 三明 2006: one project, one count; a later signing of the same project counts only what it adds.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from marketplace.projects.tables import Signing, SigningKind

Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True)
class Share:
    """What one occasion counts of one project: the project itself, and by kind how much in 分."""

    counts: bool = False
    amounts: dict[SigningKind, int] = field(default_factory=dict)


def totals(signings: Sequence[Signing]) -> dict[SigningKind, int]:
    """By kind the highest amount that stands, of the whole project: kinds are never added up."""
    found: dict[SigningKind, int] = {}
    for signing in signings:
        if signing.stands_at is not None:
            found[signing.kind] = max(found.get(signing.kind, 0), signing.amount_fen)
    return found


def shares(signings: Sequence[Signing]) -> Mapping[int | None, Share]:
    """Occasion → what it counts. None stands for a signing without an occasion."""
    return shares_by(signings, lambda each: each.occasion_id)


def shares_by(signings: Sequence[Signing], key: Callable[[Signing], Key]) -> Mapping[Key, Share]:
    """The same by whatever tells signings apart.

    A later signing counts what it adds to the highest amount signed before it, of whatever kind; the rest of its kind's
    total belongs to the occasion that owns the project. So each kind's shares add up to its total.
    """
    standing = sorted((each for each in signings if each.stands_at is not None), key=lambda each: each.id)
    owner = next((each for each in standing if each.owns_credit), None)
    if owner is None:
        return {}
    found: dict[Key, Share] = {key(owner): Share(counts=True)}
    highest = 0
    for each in standing:
        added, highest = max(0, each.amount_fen - highest), max(highest, each.amount_fen)
        share = found.setdefault(key(each), Share())
        share.amounts[each.kind] = share.amounts.get(each.kind, 0) + added
    for kind, total in totals(standing).items():
        told = sum(share.amounts.get(kind, 0) for share in found.values())
        own = found[key(owner)].amounts
        own[kind] = own.get(kind, 0) + total - told
    return found
