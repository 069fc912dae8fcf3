"""What does a ranking show of each park: its bar, its reasons, what is missing, what to ask?

The reader is the owner of the need: their own side is split by criterion, the park's side is one piece.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.matches import PARK_SIDE, Gate, Match, Reason, against_prior
from web import labels, places, wording
from web.i18n import gettext, number

COLOURS = 7  # the smaller criteria share the eighth
OTHERS = "c8"
NOISE = 1e-9  # of the score
PARK, UNKNOWN = "park", "unknown"
PRIVATE = frozenset(PARK_SIDE) - {"chain_gap"}
Part = tuple[str, float, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One park in a list. `parts` are (label, share, tone) and add up to the score; amounts are of the worst gate."""

    rank: int
    match: Match
    place: str
    simulated: bool
    parts: Sequence[Part]
    good: Sequence[str]
    bad: Sequence[str]
    questions: Sequence[str]
    worst: Gate | None
    relaxation: str
    lesser: str = ""  # of the land, where less than was wished will do

    @property
    def points(self) -> str:
        """The score of 100."""
        return points(self.match.score)

    @property
    def gap(self) -> tuple[float, float] | None:
        """What the worst gate needs and what there is, for a gap bar; None where it has no amounts."""
        return None if self.worst is None else lengths(self.worst)

    @property
    def estimated(self) -> frozenset[str]:
        """Criteria counted as the park's province."""
        return estimated(self.match)

    @property
    def park_share(self) -> float:
        """What the park's side adds to the score."""
        return park_share(self.match)

    @property
    def interval(self) -> tuple[float, float]:
        """Lowest and highest score once the unknown is known, of 100."""
        low, high = self.match.interval
        return 100 * low, 100 * high


def lengths(gate: Gate) -> tuple[float, float] | None:
    """(needed, there) of a gate on one scale; where the park demands or asks a price, that is what is needed."""
    if gate.need is None or gate.free is None or gate.gate == "delivery":
        return None
    return (gate.free, gate.need) if gate.gate in ("investment", "tax", "land_price") else (gate.need, gate.free)


def points(share: float) -> str:
    """A share of the score as points of 100."""
    return f"{100 * share:.1f}"


def palette(matches: Iterable[Match]) -> Mapping[str, str]:
    """Criterion → colour, the weightiest first; the same for every park of one need."""
    first = next(iter(matches), None)
    if first is None:
        return {}
    own = sorted((part for part in first.contributions if part.side == "need"), key=lambda part: -part.weight)
    return {part.criterion: f"c{place + 1}" if place < COLOURS else OTHERS for place, part in enumerate(own)}


def legend(colours: Mapping[str, str]) -> list[tuple[str, str]]:
    """(tone, label) of every piece a bar may have."""
    found = [(tone, labels.criterion(name)) for name, tone in colours.items() if tone != OTHERS]
    if OTHERS in colours.values():
        found.append((OTHERS, gettext("other criteria")))
    return [
        *found,
        (PARK, gettext("how you suit the park")),
        (UNKNOWN, gettext("not known, counted as usual or as its province")),
    ]


def rows_of(matches: Sequence[Match], simulated: frozenset[str], colours: Mapping[str, str]) -> list[Row]:
    """The rows of a list, ranked from 1."""
    return [_row(rank, match, simulated, colours) for rank, match in enumerate(matches, start=1)]


def parts_of(match: Match, colours: Mapping[str, str]) -> list[Part]:
    """The bar: known criteria of the need in their colours, then the park's side, then what is not known, in grey."""
    own = [part for part in match.contributions if part.side == "need"]
    known = sorted((part for part in own if part.known), key=lambda part: list(colours).index(part.criterion))
    found = [(labels.criterion(part.criterion), part.share, colours[part.criterion]) for part in known]
    found.append((gettext("how you suit the park"), park_share(match), PARK))
    unknown = sum(part.share for part in own if not part.known)
    return [*found, (gettext("not known, counted as usual or as its province"), unknown, UNKNOWN)]


def estimated(match: Match) -> frozenset[str]:
    """Criteria of the need that the park says nothing about and its province stands in for: not at the usual value."""
    moved = {part.criterion for part in against_prior(match) if part.side == "need" and abs(part.by) > NOISE}
    return frozenset(part.criterion for part in match.contributions if not part.known) & moved


def park_share(match: Match) -> float:
    """What the park's side adds to the score."""
    return sum(part.share for part in match.contributions if part.side != "need")


def open_reasons(match: Match) -> tuple[Reason, ...]:
    """What the owner of a need is told: of the park's criteria only the gap in its chain, which anybody can see."""
    return tuple(reason for reason in match.reasons if reason.kind not in PRIVATE)


def _row(rank: int, match: Match, simulated: frozenset[str], colours: Mapping[str, str]) -> Row:
    unknown = sum(gate.verdict == "unknown" for gate in match.gates)
    told = [(reason.good, wording.reason(reason)) for reason in open_reasons(match)]
    return Row(
        rank=rank,
        match=match,
        place=places.place(match.park.adcode),
        simulated=match.park.code in simulated,
        parts=parts_of(match, colours),
        good=[words for good, words in told if good],
        bad=[words for good, words in told if not good],
        questions=wording.questions(match),
        worst=_worst(match),
        relaxation=wording.relaxation(match.relax, unknown) if match.relax else "",
        lesser=wording.lesser_land(match.gates),
    )


def _worst(match: Match) -> Gate | None:
    """The failed gate with amounts that lacks most of what is needed."""
    failed = [gate for gate in match.gates if gate.verdict == "fail" and gate.gap and gate.need]
    failed = [gate for gate in failed if gate.free is not None]
    return max(failed, key=lambda gate: (gate.gap or 0) / max(gate.need or 0, gate.free or 0), default=None)


def finding(rows: Sequence[Row]) -> str:
    """The caption: what the list says in a sentence."""
    if not rows:
        return gettext("No park passes every hard condition: below are those that miss by least.")
    best, last = rows[0], rows[-1]
    message = gettext("%(name)s leads with %(score)s of 100; the last of the %(count)s shown has %(last)s.")
    names = {"name": best.match.park.name, "score": best.points, "count": number(len(rows)), "last": last.points}
    return message % names
