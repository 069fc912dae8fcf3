"""What does a list of pairs of parks show of each: its bar, its reasons, its sums, its conditions?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.matches import Contribution, Gate, ParkRecord
from marketplace.pair_explanations import PairContrast
from marketplace.pairs import INSTITUTION, PairMatch, other_of
from web import labels, pair_words, places, wording
from web.i18n import N_, gettext
from web.pair_sums import counting
from web.rows import points
from web.whatif import Part as Difference
from web.whatif import telling

WAY = frozenset({"near", "nearness", "access", "hinterland"})
INDUSTRY = frozenset({"complementarity", "related_variety", "distinct", "linkage"})
GROUPS: Mapping[str, tuple[str, str]] = {  # group: colour, what it is called
    "origin": ("c3", N_("what the origin gains")),
    "destination": ("c2", N_("what the destination gains")),
    "industry": ("c3", N_("industries")),
    "place": ("c6", N_("what both places have")),
    "way": ("c7", N_("distance and hinterland")),
    "institution": ("c8", N_("official ties")),
    "unknown": ("unknown", N_("not known, counted as usual")),
}
OF_ENCLAVE = ("origin", "destination", "place", "way", "institution", "unknown")
OF_PARTNER = ("industry", "place", "way", "institution", "unknown")
SCARCITY = "scarcity"
SIDES: Mapping[str | None, str] = {
    "origin": N_("What the origin gains"),
    "destination": N_("What the destination gains"),
    None: N_("Between both"),
}
SIDE: Mapping[str, str] = {"origin": N_("Origin"), "destination": N_("Destination")}
JURISDICTION: Mapping[str, str] = {
    "pass": N_("different counties"),
    "fail": N_("one county: no enclave"),
    "unknown": N_("a place is known too coarsely"),
}
Part = tuple[str, float, str]


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One pair in a list, seen from the park with this code."""

    rank: int
    match: PairMatch
    code: str
    place: str
    simulated: bool
    parts: Sequence[Part]
    good: Sequence[str]
    bad: Sequence[str]
    unconfirmed: str

    @property
    def other(self) -> ParkRecord:
        """The park that is not the reader's."""
        return other_of(self.match, self.code)

    @property
    def points(self) -> str:
        """The score of 100."""
        return points(self.match.score)

    @property
    def interval(self) -> tuple[float, float]:
        """Lowest and highest score once the unknown is known, of 100."""
        low, high = self.match.interval
        return 100 * low, 100 * high


@dataclass(frozen=True, slots=True)
class Line:
    """One term: weight, value and share of 1."""

    label: str
    weight: float
    value: float
    share: float
    known: bool
    tone: str


@dataclass(frozen=True, slots=True)
class Group:
    """One side with its terms and what it adds."""

    title: str
    lines: tuple[Line, ...]
    share: float

    @property
    def counts(self) -> float | None:
        """By what weight × value of each of its terms is multiplied, of 1; None where all are 0."""
        return counting((line.weight * line.value, line.share) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Ground:
    """One condition in words."""

    label: str
    verdict: str
    need: str
    free: str
    why: str
    lengths: tuple[float, float] | None


def rows_of(matches: Iterable[PairMatch], code: str, simulated: frozenset[str]) -> list[PartnerRow]:
    """The rows of a list, ranked from 1."""
    return [row_of(rank, match, code, simulated) for rank, match in enumerate(matches, start=1)]


def row_of(rank: int, match: PairMatch, code: str, simulated: frozenset[str]) -> PartnerRow:
    """One pair as seen from the park of this code."""
    other = other_of(match, code)
    told = [
        (reason, pair_words.reason_of({"kind": reason.kind, "good": reason.good, **reason.params}))
        for reason in match.reasons
        if reason.kind != SCARCITY or match.first.code != code  # what the reader's own park lacks tells no row apart
    ]
    return PartnerRow(
        rank=rank,
        match=match,
        code=code,
        place=places.place(other.adcode),
        simulated=other.code in simulated,
        parts=parts_of(match),
        good=[words for reason, words in told if reason.good],
        bad=[words for reason, words in told if not reason.good and reason.kind != "unconfirmed"],
        unconfirmed=next((words for reason, words in told if reason.kind == "unconfirmed"), ""),
    )


def parts_of(match: PairMatch) -> list[Part]:
    """The bar: known terms by group, then what is not known, in grey; they add up to the score."""
    sums = dict.fromkeys(GROUPS, 0.0)
    for part in match.contributions:
        sums[_group(part)] += part.share
    return [(gettext(label), sums[name], tone) for name, (tone, label) in GROUPS.items() if sums[name]]


def legend(*, partner: bool) -> list[tuple[str, str]]:
    """(tone, label) of every piece a bar may have."""
    return [(GROUPS[name][0], gettext(GROUPS[name][1])) for name in (OF_PARTNER if partner else OF_ENCLAVE)]


def groups_of(match: PairMatch) -> list[Group]:
    """The account: each side's terms, the largest share first; the shares of all add up to the score."""
    found = []
    for place, title in SIDES.items():
        parts = [part for part in match.contributions if part.place == place and part.criterion != SCARCITY]
        if parts:
            lines = tuple(_line(part) for part in sorted(parts, key=lambda part: -part.share))
            found.append(Group(gettext(title), lines, sum(part.share for part in parts)))
    return found


def apart_of(contrast: PairContrast) -> list[Difference]:
    """Where a pair has fewer or more points than another, of 100, what costs most first."""
    return telling([Difference(_of_side(each.place, each.criterion), 100 * each.by) for each in contrast.differences])


def _of_side(place: str | None, name: str) -> str:
    term = pair_words.term(name)
    return term if place is None else gettext("%(place)s: %(words)s") % {"place": gettext(SIDE[place]), "words": term}


def scarcity_of(match: PairMatch) -> tuple[float, bool] | None:
    """What the origin lacks, of 1, and whether it is known; None where there are no sides."""
    part = next((part for part in match.contributions if part.criterion == SCARCITY), None)
    return None if part is None else (part.value, part.known)


def grounds_of(match: PairMatch) -> list[Ground]:
    """Every condition: the failed first, then the unknown."""
    order = ("fail", "unknown", "pass")
    return [_ground(gate) for gate in sorted(match.gates, key=lambda gate: order.index(gate.verdict))]


def _line(part: Contribution) -> Line:
    tone = GROUPS[_group(part)][0]
    return Line(pair_words.term(part.criterion), part.weight, part.value, part.share, part.known, tone)


def _ground(gate: Gate) -> Ground:
    return Ground(
        label=labels.gate(gate.gate),
        verdict=gate.verdict,
        need=wording.level(gate.gate, gate.need),
        free=wording.level(gate.gate, gate.free),
        why=_why(gate),
        lengths=None if gate.need is None or gate.free is None else (gate.need, gate.free),
    )


def _why(gate: Gate) -> str:
    if gate.gate == "jurisdiction":
        return gettext(JURISDICTION[gate.verdict])
    if gate.verdict == "fail":
        return wording.shortfall(gate.gate, gate.gap)
    return gettext(wording.UNKNOWN[gate.reason]) if gate.verdict == "unknown" and gate.reason else ""


def _group(part: Contribution) -> str:
    if not part.known:
        return "unknown"
    if part.place is not None:
        return part.place
    for group, names in (("institution", INSTITUTION), ("way", WAY), ("industry", INDUSTRY)):
        if part.criterion in names:
            return group
    return "place"
