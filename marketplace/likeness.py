"""Which needs are probably the same project, entered twice?

Text is compared as signs and as pinyin, so that a homophone or another writing does not hide a copy; amounts by their
ratio. An owner is told of its own needs alone. Across owners only the platform's moderators are told, and only that
two listings are alike, never what of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz
from sqlmodel import Session

from marketplace.disclosure import open_needs
from marketplace.errors import NotFound
from marketplace.needs import STANDING, Need, needs_of
from marketplace.organisations import Viewer, may_moderate, may_see_for

ALIKE = 0.8  # share of what can be compared
AMOUNTS = ("land_mu", "building_m2", "power_kva", "investment_10k", "output_10k_a", "tax_10k_a")
COMPARED_LEAST = 2  # things: an industry alone makes no copy
TEXT_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two listings of different owners that are alike, by their ids for others."""

    one: str
    other: str


def alike_of(session: Session, need: Need, *, by: Viewer) -> list[Need]:
    """Other standing needs of the same owner that look like this one. Raises NotFound."""
    if not may_see_for(by, need.owner_id):
        raise NotFound
    others = [each for each in needs_of(session, by) if each.id != need.id and each.status in STANDING]
    return [each for each in others if likeness(need, each) >= ALIKE]


def alike_across(session: Session, *, by: Viewer, now: datetime) -> list[Pair]:
    """Listed needs of different owners that look alike, for moderators. Raises NotFound."""
    if not may_moderate(by):
        raise NotFound
    listed = open_needs(session, by, now=now)
    pairs = ((one, other) for place, one in enumerate(listed) for other in listed[place + 1 :])
    return [
        Pair(one.listing_id or "", other.listing_id or "")
        for one, other in pairs
        if one.owner_id != other.owner_id and likeness(one, other) >= ALIKE
    ]


def likeness(one: Need, other: Need) -> float:
    """How alike two needs are, of 1, over what both say; 0 where too little is said or the way of working differs."""
    if one.mode != other.mode or _industries_differ(one.industry, other.industry):
        return 0.0
    found = [*_texts_alike(one, other), *_amounts_alike(one, other)]
    if one.origin and other.origin:
        found.append((1.0, float(one.origin == other.origin)))
    if len(found) < COMPARED_LEAST:
        return 0.0
    return sum(weight * value for weight, value in found) / sum(weight for weight, _ in found)


def text_likeness(one: str, other: str) -> float:
    """How alike two texts are, by their signs or by how they sound, whichever is closer; of 1."""
    return max(fuzz.token_set_ratio(one, other), fuzz.ratio(one, other), fuzz.ratio(_sound(one), _sound(other))) / 100


def _texts_alike(one: Need, other: Need) -> Iterable[tuple[float, float]]:
    words = [" ".join(filter(None, (need.title, need.description))) for need in (one, other)]
    return [(TEXT_WEIGHT, text_likeness(*words))] if all(words) else []


def _amounts_alike(one: Need, other: Need) -> Iterable[tuple[float, float]]:
    for name in AMOUNTS:
        amounts: Sequence[float] = sorted(float(each) for need in (one, other) if (each := getattr(need, name)))
        if len(amounts) == 2:
            yield 1.0, amounts[0] / amounts[1]


def _industries_differ(one: str | None, other: str | None) -> bool:
    return bool(one and other) and not (str(one).startswith(str(other)) or str(other).startswith(str(one)))


def _sound(text: str) -> str:
    return "".join(lazy_pinyin(text[:400]))
