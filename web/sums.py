"""How does one park's score add up, and on what does each of its gates stand?

The reader is the owner of the need: the park's side is one line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marketplace.capacity import Entry, Sheet
from marketplace.matches import Contribution, Gate, Match, ParkRecord, against_prior
from marketplace.needs import NeedFields
from web import labels, wording
from web.rows import estimated, lengths

SHEET_NAMES: Mapping[str, str] = {  # gates that are not called as the entry of the sheet they stand on
    "plot": "largest_plot",
    "investment": "investment_10k_mu",
    "tax": "tax_10k_mu_a",
    "land_price": "land_10k_mu",
    "supply_mode": "supply_modes",
    "chemical": "chemical_park",
    "delivery": "available_on",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion: its weight and value of 1, its share of the score, and what a park of no known facts would get."""

    name: str
    weight: float
    value: float
    share: float
    usual: float
    known: bool
    estimated: bool = False

    @property
    def label(self) -> str:
        """What the criterion is called."""
        return labels.criterion(self.name)

    @property
    def more(self) -> float:
        """Beyond what a park of no known facts would get."""
        return self.share - self.usual


@dataclass(frozen=True, slots=True)
class Side:
    """One side: what it comes to of 1, how much of that counts, and what it adds to the score."""

    value: float | None
    factor: float
    share: float
    usual: float


@dataclass(frozen=True, slots=True)
class Sums:
    """The whole account; the shares of the lines and of the park's side add up to the score."""

    lines: tuple[Line, ...]
    need: Side
    park: Side
    score: float


def sums_of(match: Match) -> Sums:
    """The account of one match, the largest share first."""
    usual = {(part.criterion, part.side): part.other for part in against_prior(match)}
    guessed = estimated(match)
    lines = tuple(
        Line(
            part.criterion,
            part.weight,
            part.value,
            part.share,
            usual[part.criterion, part.side],
            part.known,
            part.criterion in guessed,
        )
        for part in sorted(match.contributions, key=lambda part: -part.share)
        if part.side == "need"
    )
    return Sums(lines, _side(match, "need", usual), _side(match, "park", usual), match.score)


def _side(match: Match, side: str, usual: Mapping[tuple[str, str], float]) -> Side:
    parts: list[Contribution] = [part for part in match.contributions if part.side == side]
    value = match.need_side if side == "need" else match.park_side
    share = sum(part.share for part in parts)
    return Side(value, share / value if value else 0.0, share, sum(usual[part.criterion, side] for part in parts))


@dataclass(frozen=True, slots=True)
class Ground:
    """One gate in words, and the entry of the park's sheet it stands on; None where it stands on something else."""

    gate: Gate
    label: str
    need: str
    free: str
    gap: str
    why: str
    entry: Entry | None
    lengths: tuple[float, float] | None


def grounds_of(match: Match, sheet: Sheet, need: NeedFields) -> list[Ground]:
    """Every gate: the failed first, then the unknown."""
    return grounds_at(match.gates, match.park, sheet, need)


def grounds_at(gates: Iterable[Gate], park: ParkRecord, sheet: Sheet, need: NeedFields) -> list[Ground]:
    """The gates of one park: the failed first, then the unknown."""
    order = ("fail", "unknown", "pass")
    entries = {entry.name: entry for entry in sheet.entries}
    return [_ground(gate, park, entries, need) for gate in sorted(gates, key=lambda gate: order.index(gate.verdict))]


def _ground(gate: Gate, park: ParkRecord, entries: Mapping[str, Entry], need: NeedFields) -> Ground:
    failed, unknown = gate.verdict == "fail", gate.verdict == "unknown"
    entry = entries.get(SHEET_NAMES.get(gate.gate, gate.gate))
    return Ground(
        gate=gate,
        label=labels.gate(gate.gate),
        need=wording.needed(gate, park) or wording.asked_in_words(gate.gate, need),
        free=wording.level(gate.gate, gate.free) or wording.there_in_words(gate.gate, park),
        gap=wording.shortfall(gate.gate, gate.gap) if failed else "",
        why=wording.unknown(gate) if unknown else "",
        entry=entry if entry is not None and entry.source is not None else None,
        lengths=lengths(gate),
    )
