"""What does a need that is built in phases say, and do its parts fit the whole?

一期/二期: up to four phases, each with its share of the whole or amounts of its own, and the day it is needed. Amounts
that every phase names add up to the total; what only some name does not exceed it. Engine and ranking look at the
whole; the phases are for people.
"""

from collections.abc import Iterator, Sequence
from math import fsum

from matching.errors import Fault
from matching.reading import Section, shown
from matching.records import Need, Phase

MOST = 4
NAME_LETTERS = 20
CLOSE = 0.005  # of the total: people round 33.3 %
LEAST_SHARE = 0.3  # less than that is another project
MU_M2 = 2000 / 3
AMOUNTS = (("land_mu", "land_m2", MU_M2), ("building_m2", "building_m2", 1.0), ("power_kva", "power_kva", 1.0))


def phases_from(section: Section) -> tuple[Phase, ...]:
    """The phases of a document; what is malformed is complained of, each where it stands."""
    value = section.value("phases")
    if value is None:
        return ()
    if not isinstance(value, list):
        section.complain("phases", "A list of phases is needed here, not {value}.", value=shown(value))
        return ()
    if len(value) > MOST:
        section.complain("phases", "These are {count} phases: at most {most}.", count=len(value), most=MOST)
        return ()
    where = [".".join(filter(None, (section.where, "phases", str(number)))) for number in range(1, len(value) + 1)]
    return tuple(_phase(Section(each, section.faults, at)) for each, at in zip(value, where, strict=True))


def _phase(section: Section) -> Phase:
    amounts = {field: section.number(name) for name, field, _ in AMOUNTS}
    times = {field: times for _, field, times in AMOUNTS}
    phase = Phase(
        name=section.text("name") or "",
        share=section.number("share", 0, 1),
        needed_on=section.date("needed_on"),
        **{field: None if amount is None else amount * times[field] for field, amount in amounts.items()},
    )
    section.finish()
    return phase


def phase_document(phase: Phase) -> dict[str, object]:
    """A phase as NEED.json has it; what it does not say is left out."""
    said = {name: getattr(phase, field) for name, field, _ in AMOUNTS}
    found = {
        "name": phase.name,
        "share": phase.share,
        **{name: said[name] / times for name, _, times in AMOUNTS if said[name] is not None},
        "needed_on": phase.needed_on.isoformat() if phase.needed_on else None,
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def phase_faults(need: Need) -> list[Fault]:
    """What is wrong with the phases and the least share of a need, by themselves and against its totals."""
    return [*share_faults(need), *_each(need.phases), *_sums(need), *_days(need.phases)]


def share_faults(need: Need) -> list[Fault]:
    """What is wrong with the least share of a need: less would be another project, and of no land it is no share."""
    share = need.land_least_share
    if share is None:
        return []
    if not LEAST_SHARE <= share <= 1:
        params = {"value": share, "low": LEAST_SHARE, "high": 1}
        return [Fault("land_least_share", "{value} is outside {low} to {high}.", params)]
    if not need.asks.land_m2:
        return [Fault("land_least_share", "Say how much land the need asks for: this is a share of it.")]
    return []


def _each(phases: Sequence[Phase]) -> Iterator[Fault]:
    names = [phase.name for phase in phases]
    for number, phase in enumerate(phases, start=1):
        where = f"phases.{number}"
        if not phase.name:
            yield Fault(f"{where}.name", "Every phase needs a name, such as 一期.")
        elif len(phase.name) > NAME_LETTERS:
            message = "This name is too long: at most {most} characters."
            yield Fault(f"{where}.name", message, {"most": NAME_LETTERS})
        elif phase.name in names[: number - 1]:
            yield Fault(f"{where}.name", "Two phases are called {name}.", {"name": phase.name})
        if phase.share is None and all(getattr(phase, field) is None for _, field, _ in AMOUNTS):
            yield Fault(f"{where}.share", "Say what this phase takes: its share of the whole, or an amount.")


def _sums(need: Need) -> Iterator[Fault]:
    parts: list[tuple[str, str, float | None, float]] = [("share", "share", 1.0, 1.0)]
    parts += [(name, field, getattr(need.asks, field), times) for name, field, times in AMOUNTS]
    for name, field, total, times in parts:
        said = [getattr(phase, field) for phase in need.phases]
        stated = [amount for amount in said if amount is not None]
        if not stated:
            continue
        if total is None:
            yield Fault(name, "The phases name this, so say the total as well.")
            continue
        off = fsum(stated) - total
        if off > total * CLOSE or (len(stated) == len(said) and -off > total * CLOSE):
            yield _off(f"phases.{len(said)}.{name}", fsum(stated) / times, total / times)


def _off(where: str, found: float, total: float) -> Fault:
    if where.endswith(".share"):
        return Fault(where, "The shares add up to {sum} %, not to 100 %.", {"sum": round(100 * found, 1)})
    message = "The phases add up to {sum}, not to the total of {total}."
    return Fault(where, message, {"sum": round(found, 3), "total": round(total, 3)})


def _days(phases: Sequence[Phase]) -> Iterator[Fault]:
    last = None
    for number, phase in enumerate(phases, start=1):
        if last is not None and phase.needed_on is not None and phase.needed_on < last:
            message = "This phase is needed before the one above it: put them in the order of their days."
            yield Fault(f"phases.{number}.needed_on", message)
        last = phase.needed_on or last
