"""What is an owner of a need told of a park that no leading pair has: its best pair in each role, and what it lacks?"""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.explanations import Change
from marketplace.matches import Gate, PairMatch
from marketplace.pair_explanations import PairContrast, PairWhatIf
from web import labels
from web.i18n import gettext
from web.whatif import Part, of_place, telling


@dataclass(frozen=True, slots=True)
class PairWhy:
    """The best pair of a park in one role beside another pair (None where it is the only one), and what admits it."""

    role: str
    match: PairMatch
    contrast: PairContrast | None
    parts: Sequence[Part]
    change: Change | None
    fixed: Sequence[str]

    @property
    def name(self) -> str:
        """Both names."""
        return name_of(self.match)

    @property
    def other(self) -> str:
        """Both names of the pair beside it."""
        return name_of(self.contrast.reference) if self.contrast else ""

    @property
    def gates(self) -> Sequence[Gate]:
        """What it fails, then what is not decided."""
        return self.contrast.gates if self.contrast else ()


def whys_of(found: Sequence[PairWhatIf]) -> list[PairWhy]:
    """One for each role."""
    return [
        PairWhy(
            each.best.role,
            each.best.match,
            each.contrast,
            apart_of(each.contrast) if each.contrast else (),
            each.best.change,
            each.best.fixed,
        )
        for each in found
    ]


def apart_of(contrast: PairContrast) -> list[Part]:
    """Where a pair has fewer or more points than another: by place; what a park weighs is one part."""
    found: dict[str, float] = {}
    for each in contrast.differences:
        name = gettext("How you suit the park") if each.side == "park" else labels.criterion(each.criterion)
        label = of_place(each.place, name)
        found[label] = found.get(label, 0.0) + 100 * each.by
    return telling([Part(label, by) for label, by in found.items()])


def name_of(match: PairMatch) -> str:
    """Both names."""
    return f"{match.first.name} + {match.second.name}"
