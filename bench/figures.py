"""How is a figure measured and told? Processor time, medians of at least five, ratios against peers of the same run."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median

ROUNDS = 5


class Missing(Exception):
    """Something a peer needs is not installed; the message is the one line that installs it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: what was measured, the value in its unit, against what it stands, and what is aimed at."""

    name: str
    value: float | None
    unit: str
    note: str = ""
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one benchmark; `title` begins with its number in the quality plan."""

    title: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()
    points: tuple[tuple[str, float, float], ...] = field(default=())


Clock = Callable[[], float]


def times(
    call: Callable[[], object],
    rounds: int = ROUNDS,
    *,
    clock: Clock = time.process_time,
    warm: Callable[[], object] | None = None,
    budget_s: float = 60.0,
) -> list[float]:
    """Seconds of each round, fewer rounds where they would take longer than the budget; first `warm`, or one more."""
    (warm or call)()
    took: list[float] = []
    until = time.perf_counter() + budget_s
    while not took or (len(took) < rounds and time.perf_counter() < until):
        began = clock()
        call()
        took.append(clock() - began)
    return took


def seconds(call: Callable[[], object], rounds: int = ROUNDS, *, clock: Clock = time.process_time) -> float:
    """The median of some rounds, the first not counted."""
    return median(times(call, rounds, clock=clock))


def in_turn(
    calls: Mapping[str, Callable[[], object]], rounds: int = ROUNDS, *, clock: Clock = time.process_time
) -> dict[str, float]:
    """Medians of calls that take turns, so that a busy neighbour slows all of them; the first round is not counted."""
    took: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            began = clock()
            call()
            if number:
                took[name].append(clock() - began)
    return {name: median(each) for name, each in took.items()}


def as_text(section: Section) -> str:
    """A section as people read it in a terminal."""
    lines = [section.title]
    for each in section.figures:
        value = "not installed" if each.value is None else f"{shown(each.value)} {each.unit}".strip()
        goal = f"  (goal: {each.goal})" if each.goal else ""
        lines.append(f"  {each.name:44s} {value:>18s}  {each.note}{goal}")
    return "\n".join([*lines, *(f"  {note}" for note in section.notes)])


def as_json(sections: Sequence[Section]) -> list[dict[str, object]]:
    """The sections as one JSON value."""
    return [asdict(section) for section in sections]


def shown(value: float) -> str:
    """Three figures."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
