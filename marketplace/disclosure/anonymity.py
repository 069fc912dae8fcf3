"""Does the public summary of a need single out one firm, which field does it, and what would mend it?

Two crowds are counted, and the larger one counts. On the platform: distinct owners of listed needs whose summary this
one covers, as far as this owner may see them, so that the answer tells nothing of needs hidden from it. In the region:
listed firms of the industry where the firm is now, in the smallest area around it that may see the need. Listed firms
are known by 大类; a 中类 counts as its even share of them. Source of K: k-anonymity (Sweeney, 2002), K by QUALITY A7.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlmodel import Session

from marketplace.disclosure.levels import FIELDS, Level, level_of_field, seen
from marketplace.disclosure.onlookers import hidden_regions, locality, open_needs
from marketplace.disclosure.summary import EDGES, STEPS_MOST, Range, Summary, summary_of
from marketplace.needs import Need
from marketplace.organisations import Viewer
from matching.reference import gbt
from matching.reference.lists import listed_firms

K = 5
HIDE = STEPS_MOST + 1  # one step beyond the widest: from level 0 to level 1
MENDED = ("regions.only", "regions.prefer", *EDGES, "industry")  # what may be widened, what costs least first


@dataclass(frozen=True, slots=True)
class Cure:
    """A field made coarser by so many steps, or kept for verified parks."""

    field: str
    steps: int

    @property
    def hides(self) -> bool:
        """Whether the field leaves the summary."""
        return self.steps == HIDE


@dataclass(frozen=True, slots=True)
class Anonymity:
    """Whether enough firms could be meant. Each of `alone` would mend it by itself; where none does, all `together`."""

    enough: bool
    alone: tuple[Cure, ...] = ()
    together: tuple[Cure, ...] = ()


def anonymity_of(session: Session, need: Need, *, by: Viewer, now: datetime) -> Anonymity:
    """How anonymous the summary of a need is before strangers' eyes."""
    others = [(each.owner_id, seen(each, Level.PUBLIC).summary) for each in open_needs(session, by, now=now)]
    others = [(owner, summary) for owner, summary in others if owner != need.owner_id]

    def enough(cures: Iterable[Cure]) -> bool:
        return crowd(need, _summary(need, cures), others) >= K

    if enough(()):
        return Anonymity(True)
    own = seen(need, Level.PUBLIC).summary
    said = [name for name in MENDED if name in own.names]
    alone = [cure for name in said if (cure := next((cure for cure in _cures(need, name) if enough([cure])), None))]
    return Anonymity(False, tuple(alone), () if alone else tuple(_together(said, enough)))


def crowd(need: Need, summary: Summary, others: Iterable[tuple[int, Summary]]) -> int:
    """How many firms a summary could surely be of: this one and other owners it covers, or listed firms around.

    Of two crowds that may overlap the larger is certain, their sum is not.
    """
    owners = {owner for owner, other in others if covers(summary, other)}
    return max(1 + len(owners), firms_around(need, summary.industry))


def covers(wide: Summary, narrow: Summary) -> bool:
    """Whether everything the narrower summary says could be said by the wider one."""
    return (
        wide.mode == narrow.mode
        and _industry_covers(wide.industry, narrow.industry)
        and all(_range_covers(each, narrow.range_of(name)) for name, each in wide.ranges)
        and wide.only in ((), narrow.only)
        and wide.prefer in ((), narrow.prefer)
    )


def firms_around(need: Need, industry: str | None) -> int:
    """Listed firms of an industry in the smallest area around the firm that may see its need; 0 without a place."""
    place = need.origin or need.hq
    if not place:
        return 0
    hidden = hidden_regions(need)
    areas = (locality(place), place[:2], "")
    area = next(each for each in areas if not any(each.startswith(region) for region in hidden))
    return firms_in(area, industry)


def firms_in(area: str, industry: str | None) -> int:
    """Listed firms of an industry, its share of the 大类 where it is a 中类, in an area by the digits of its code."""
    divisions = _divisions(industry)
    firms = sum(row.firms for row in listed_firms() if row.adcode.startswith(area) and row.division in divisions)
    return firms // _groups(industry[:2]) if industry and len(industry) > 2 else firms


def _summary(need: Need, cures: Iterable[Cure]) -> Summary:
    steps = {cure.field: cure.steps for cure in cures}
    said = frozenset(name for name in FIELDS if level_of_field(need, name) == Level.PUBLIC and steps.get(name) != HIDE)
    return summary_of(need, said, {**need.wider, **steps})


def _cures(need: Need, name: str) -> Iterator[Cure]:
    """From the mildest on."""
    first = HIDE if name.startswith("regions.") else need.wider.get(name, 0) + 1
    return (Cure(name, steps) for steps in range(first, HIDE + 1))


def _together(said: Iterable[str], enough: Callable[[Iterable[Cure]], bool]) -> list[Cure]:
    """Fields hidden one after the other until it is enough; nothing where even that is not."""
    cures: list[Cure] = []
    for name in said:
        cures.append(Cure(name, HIDE))
        if enough(cures):
            return cures
    return []


def _industry_covers(wide: str | None, narrow: str | None) -> bool:
    if wide is None:
        return True
    if narrow is None:
        return False
    return narrow.startswith(wide) or (wide.isalpha() and narrow[:2] in _divisions(wide))


def _range_covers(wide: Range, narrow: Range | None) -> bool:
    if narrow is None:
        return False
    low = wide.least is None or (narrow.least is not None and narrow.least >= wide.least)
    high = wide.below is None or (narrow.below is not None and narrow.below <= wide.below)
    return low and high


@cache
def _divisions(industry: str | None) -> frozenset[str]:
    """The 大类 of a code, of a 门类, or all."""
    divisions = [each for each in gbt().values() if each.level == 2]
    if industry is None:
        return frozenset(each.code for each in divisions)
    if industry.isalpha():
        return frozenset(each.code for each in divisions if each.section == industry)
    return frozenset({industry[:2]})


@cache
def _groups(division: str) -> int:
    return max(1, sum(1 for each in gbt().values() if each.level == 3 and each.code.startswith(division)))
