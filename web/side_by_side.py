"""How do some parks compare, row by row? The best in bold, what is missing stays missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.capacity import FIELDS, Section, Sheet, State
from marketplace.matches import Gate, Match, ParkRecord
from marketplace.resources import TERMS, Quantity
from web import labels, wording
from web.i18n import gettext, number
from web.rows import estimated

LESS_IS_BETTER = frozenset({"investment", "tax", "land_price", "delivery"})
MISSING, FAILED, ABSENT, BEST, PLAIN = "missing", "failed", "absent", "best", "plain"


@dataclass(frozen=True, slots=True)
class Cell:
    """One park's entry: its words and how they are shown; `note` says what is wrong or unknown."""

    words: str
    kind: str = PLAIN
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing compared over all parks; `need` is what the need asks of it."""

    label: str
    cells: Sequence[Cell]
    need: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Criteria in points of 100, gates in amounts, prices as the parks state them."""

    criteria: Sequence[Line]
    gates: Sequence[Line]
    prices: Sequence[Line]


def side_by_side(matches: Sequence[Match], sheets: Mapping[str, Sheet]) -> Table:
    """The rows for these parks, in their order; what the ranking is not told of a park stands on its sheet."""
    if not matches:
        return Table((), (), ())
    own = sorted((part for part in matches[0].contributions if part.side == "need"), key=lambda part: -part.weight)
    gates = dict.fromkeys(gate.gate for match in matches for gate in match.gates)
    shown = {"land_10k_mu"} if "land_price" in gates else set()
    return Table(
        [_criterion(part.criterion, part.weight, matches) for part in own],
        [_gate(name, matches) for name in gates],
        [line for name in FIELDS[Section.PRICES] if name not in shown and (line := _price(name, matches, sheets))],
    )


def _criterion(name: str, weight: float, matches: Sequence[Match]) -> Line:
    parts = [
        next(part for part in match.contributions if part.side == "need" and part.criterion == name)
        for match in matches
    ]
    known = _marked([part.value if part.known else None for part in parts], _hundredths, best=max)
    guess = gettext("estimate from its province")
    cells = [
        Cell(_hundredths(part.value), MISSING, guess) if name in estimated(match) else cell
        for part, match, cell in zip(parts, matches, known, strict=True)
    ]
    return Line(labels.criterion(name), cells, f"{number(100 * weight, 0)} %")


def _hundredths(value: float) -> str:
    return number(100 * value, 0)


def _gate(name: str, matches: Sequence[Match]) -> Line:
    found = [next((gate for gate in match.gates if gate.gate == name), None) for match in matches]
    stated = [gate.free for gate in found if gate is not None and gate.free is not None and gate.verdict != "unknown"]
    best = (min if name in LESS_IS_BETTER else max)(stated) if len(set(stated)) > 1 else None
    need = _own_need(name, matches, found)
    return Line(labels.gate(name), [_gate_cell(gate, best) for gate in found], wording.level(name, need))


def _own_need(name: str, matches: Sequence[Match], found: Sequence[Gate | None]) -> float | None:
    """The need's own amount: where a park takes two tons of quota for one, the gate there asks for the double."""
    pairs = zip(matches, found, strict=True)
    stated = ((gate.need, match.park) for match, gate in pairs if gate is not None and gate.need is not None)
    return next((need / wording.multiple(name, park) for need, park in stated), None)


def _gate_cell(gate: Gate | None, best: float | None) -> Cell:
    if gate is None:
        return Cell("", ABSENT)
    words = wording.level(gate.gate, gate.free)
    if gate.verdict == "fail":
        return Cell(words, FAILED, wording.shortfall(gate.gate, gate.gap))
    if gate.verdict == "unknown":
        return Cell(words, MISSING, wording.unknown(gate))
    return Cell(words, BEST if best is not None and gate.free == best else PLAIN)


def _price(name: str, matches: Sequence[Match], sheets: Mapping[str, Sheet]) -> Line | None:
    quantity = TERMS[name]
    values = [_stated(match.park, sheets.get(match.park.code), quantity) for match in matches]
    if not any(value is not None for value in values):
        return None

    def words(value: float) -> str:
        return wording.spelled(wording.figure(quantity, value), quantity.measure)

    return Line(labels.field(name), _marked(values, words, best=min))


def _stated(park: ParkRecord, sheet: Sheet | None, quantity: Quantity) -> float | None:
    if quantity.record:
        value: float | None = getattr(park, quantity.record)
        return value
    line = sheet[quantity.field] if sheet else None
    return float(line.value) if line and line.state is State.FRESH else None


def _marked(
    values: Sequence[float | None], words: Callable[[float], str], best: Callable[[Sequence[float]], float]
) -> list[Cell]:
    stated = [value for value in values if value is not None]
    winner = best(stated) if len(set(stated)) > 1 else None
    return [
        Cell("", MISSING) if value is None else Cell(words(value), BEST if value == winner else PLAIN)
        for value in values
    ]
