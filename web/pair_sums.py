"""How does the score of a pair of places add up, and on what does each gate stand?

The reader is the owner of the need: what a park weighs is one line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.capacity import Sheet
from marketplace.matches import Contribution, PairMatch
from marketplace.needs import NeedFields
from web import labels, sums
from web.i18n import gettext
from web.pair_rows import Place, park_lines


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one place, or of the two together, and what they add to the score."""

    label: str
    lines: Sequence[Contribution]

    @property
    def share(self) -> float:
        """What the group adds to the score, of 1."""
        return sum(line.share for line in self.lines)

    @property
    def counts(self) -> float | None:
        """By what weight × value of each of its lines is multiplied, of 1; None where no line tells."""
        return counting((line.weight * line.value, line.share) for line in self.lines if line.side != "park")


def counting(lines: Iterable[tuple[float, float]]) -> float | None:
    """The one factor between weight × value and the share of the score, of 1; None where all are 0."""
    return next((share / worth for worth, share in lines if worth > 0), None)


def account_of(match: PairMatch) -> list[Group]:
    """Each place with its lines and the park's side as one; then the two together. All shares add up to the score."""
    parks = park_lines(match)
    found = []
    for role in dict.fromkeys(part.place for part in match.contributions if part.place):
        own = [part for part in match.contributions if part.place == role and part.side == "need"]
        others = [part for part in parks if part.place == role]
        found.append(Group(labels.role(role), [*_falling(own), *others]))
    joint = [part for part in match.contributions if part.side == "pair"]
    return [*found, Group(gettext("The two together"), _falling(joint))]


def label_of(part: Contribution) -> str:
    """What a line is called."""
    return gettext("How you suit the park") if part.criterion == "park" else labels.criterion(part.criterion)


def grounds_of(place: Place, sheet: Sheet | None, need: NeedFields) -> list[sums.Ground]:
    """Every gate of one place: the failed first, then the unknown."""
    return [] if sheet is None else sums.grounds_at(place.gates, place.park, sheet, need)


def sliders(shown: Sequence[PairMatch], asked_for: Mapping[str, float]) -> list[tuple[str, float]]:
    """(criterion, weight of 1) of what counts for this need, the weightiest first: a slider moves both places.

    A criterion of both places shows the larger of its two weights. Those set to 0 stay.
    """
    if not shown:
        return sorted(asked_for.items())
    own: dict[str, float] = {}
    for part in shown[0].contributions:
        if part.side != "park":
            own[part.criterion] = max(part.weight, own.get(part.criterion, 0.0))
    off = [name for name in asked_for if name not in own and asked_for[name] == 0]
    return [*sorted(own.items(), key=lambda pair: -pair[1]), *((name, 0.0) for name in off)]


def _falling(parts: Sequence[Contribution]) -> list[Contribution]:
    return sorted(parts, key=lambda part: -part.share)
