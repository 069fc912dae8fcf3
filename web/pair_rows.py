"""What does a ranking of pairs of places show of each pair: its bar, its reasons, what is missing, what to ask whom?

The reader is the owner of the need: their own side of each place is one piece, what each park weighs another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.matches import PARK_SIDE, ROLES, Contribution, Gate, PairMatch, PairRanking, ParkRecord, Reason
from web import labels, places, wording
from web.i18n import gettext, number
from web.rows import PARK, UNKNOWN, Part, lengths, points

PRIVATE = frozenset(PARK_SIDE) - {"chain_gap"}
UNHEARD = frozenset({"agreement", "pilot"})  # nobody can say these yet: they are always part of the unknown


@dataclass(frozen=True, slots=True)
class Place:
    """One of the two: its role, the park, where it lies, what is said of it, what to ask; `stays`: a given region."""

    role: str
    park: ParkRecord
    where: str
    simulated: bool
    stays: bool
    good: Sequence[str]
    bad: Sequence[str]
    gates: Sequence[Gate]
    questions: Sequence[str]

    @property
    def label(self) -> str:
        """What the place is to be."""
        return labels.role(self.role)


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair in a list. `parts` are (label, share, tone) and add up to the score."""

    rank: int
    match: PairMatch
    places: tuple[Place, Place]
    parts: Sequence[Part]
    good: Sequence[str]
    bad: Sequence[str]
    relaxation: str
    worst: Gate | None

    @property
    def points(self) -> str:
        """The score of 100."""
        return points(self.match.score)

    @property
    def interval(self) -> tuple[float, float]:
        """Lowest and highest score once the unknown is known, of 100."""
        low, high = self.match.interval
        return 100 * low, 100 * high

    @property
    def gap(self) -> tuple[float, float] | None:
        """What the worst gate needs and what there is, for a gap bar."""
        return None if self.worst is None else lengths(self.worst)

    @property
    def key(self) -> str:
        """Both codes, as the chances name the pair."""
        return "-".join(place.park.code for place in self.places)

    @property
    def name(self) -> str:
        """Both names."""
        return " + ".join(place.park.name for place in self.places)


def pair_rows(
    ranking: PairRanking, matches: Sequence[PairMatch], simulated: frozenset[str], *, stays: bool
) -> list[PairRow]:
    """The rows of a list, ranked from 1."""
    return [_row(rank, match, ranking.mode, simulated, stays=stays) for rank, match in enumerate(matches, start=1)]


def pair_row(match: PairMatch, mode: str, simulated: frozenset[str], *, stays: bool) -> PairRow:
    """One pair alone."""
    return _row(0, match, mode, simulated, stays=stays)


def tones(match: PairMatch) -> Mapping[str, str]:
    """What is a piece of the bar → its colour: each place as you see it, then each term of the pair."""
    own = dict.fromkeys(part.place for part in match.contributions if part.place and part.side == "need")
    joint = [part.criterion for part in match.contributions if part.side == "pair" and part.criterion not in UNHEARD]
    return {name: f"c{place}" for place, name in enumerate([*map(str, own), *joint], start=1)}


def legend(match: PairMatch | None) -> list[tuple[str, str]]:
    """(tone, label) of every piece a bar may have."""
    if match is None:
        return []
    found = [(tone, _said(name)) for name, tone in tones(match).items()]
    if any(part.side == "park" for part in match.contributions):
        found.append((PARK, gettext("how you suit the parks")))
    return [*found, (UNKNOWN, gettext("not known, counted as usual or as its province"))]


def finding(rows: Sequence[PairRow]) -> str:
    """The caption: what the list says in a sentence."""
    if not rows:
        return gettext("No pair passes every hard condition: below are those that miss by least.")
    message = gettext("%(name)s lead with %(score)s of 100; the last of the %(count)s shown has %(last)s.")
    best, last = rows[0], rows[-1]
    return message % {"name": best.name, "score": best.points, "count": number(len(rows)), "last": last.points}


def park_lines(match: PairMatch) -> list[Contribution]:
    """Of each place what the park weighs, as one line: that is the park's own affair."""
    found = []
    for place in dict.fromkeys(part.place for part in match.contributions if part.side == "park"):
        parts = [part for part in match.contributions if part.side == "park" and part.place == place]
        share, weight = sum(part.share for part in parts), sum(part.weight for part in parts)
        value = sum(part.weight * part.value for part in parts) / weight if weight else 0.0
        found.append(Contribution("park", "park", 1.0, value, share, all(part.known for part in parts), place))
    return found


def open_reasons(match: PairMatch) -> tuple[Reason, ...]:
    """What the owner of a need is told: of what parks weigh only the gap in the chain, which anybody can see."""
    return tuple(reason for reason in match.reasons if reason.kind not in PRIVATE)


def _row(rank: int, match: PairMatch, mode: str, simulated: frozenset[str], *, stays: bool) -> PairRow:
    roles = ROLES[mode]  # type: ignore[index]
    pair = [reason for reason in open_reasons(match) if "place" not in reason.params]
    first = _place(roles[0], match.first, match, simulated, stays=stays)
    second = _place(roles[1], match.second, match, simulated, stays=False)
    failed = [
        gate for gate in match.gates if gate.verdict == "fail" and gate.gap and gate.need and gate.free is not None
    ]
    unknown = sum(gate.verdict == "unknown" for gate in match.gates)
    return PairRow(
        rank=rank,
        match=match,
        places=(first, second),
        parts=_parts(match),
        good=[wording.reason(reason) for reason in pair if reason.good],
        bad=[wording.reason(reason) for reason in pair if not reason.good],
        relaxation=_relaxation(match, unknown),
        worst=max(failed, key=lambda gate: (gate.gap or 0) / max(gate.need or 0, gate.free or 0), default=None),
    )


def _place(role: str, park: ParkRecord, match: PairMatch, simulated: frozenset[str], *, stays: bool) -> Place:
    said = [reason for reason in open_reasons(match) if reason.params.get("place") == role]
    gates = [gate for gate in match.gates if gate.place == role]
    return Place(
        role=role,
        park=park,
        where="" if stays else places.place(park.adcode),
        simulated=park.code in simulated,
        stays=stays,
        good=[wording.reason(reason) for reason in said if reason.good],
        bad=[wording.reason(reason) for reason in said if not reason.good],
        gates=gates,
        questions=wording.questions_to(park, gates),
    )


def _relaxation(match: PairMatch, unknown: int) -> str:
    return wording.relaxation(match.relax, unknown) if match.relax else ""


def _parts(match: PairMatch) -> list[Part]:
    """The bar: what is known of each place, of the two together, then the parks' side, then what is not known."""
    found = []
    for name, tone in tones(match).items():
        share = sum(part.share for part in match.contributions if part.known and _piece(part) == name)
        found.append((_said(name), share, tone))
    park = sum(part.share for part in match.contributions if part.side == "park")
    unknown = sum(part.share for part in match.contributions if part.side != "park" and not part.known)
    return [
        *found,
        (gettext("how you suit the parks"), park, PARK),
        (gettext("not known, counted as usual or as its province"), unknown, UNKNOWN),
    ]


def _piece(part: Contribution) -> str | None:
    if part.side == "pair":
        return part.criterion
    return part.place if part.side == "need" else None


def _said(name: str) -> str:
    return labels.role(name) if name in labels.ROLES else labels.criterion(name)
