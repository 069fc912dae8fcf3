"""Does a file hold a learned version, and what is wrong with it if not?"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from matching.errors import Fault, InputError
from matching.learn import TERMS, Learned, divisions
from matching.learned_fit import POINTS_MOST, THETA_MOST


def learned_from(document: object) -> Learned:
    """A learned version from its file; `own`, `affinity` and `appeal` may be left out. Raises InputError."""
    if not isinstance(document, Mapping):
        raise InputError([Fault("", "An object with named fields is needed.")])
    faults: list[Fault] = []
    choices = document.get("choices")
    if isinstance(choices, bool) or not isinstance(choices, int) or choices < 0:
        faults.append(Fault("choices", "Say how many choices this rests on: a whole number from 0 up."))
    theta = _multipliers(document.get("theta"), faults)
    own = _points({"own": document.get("own", 0.0)}, "", faults).get("own", 0.0)
    affinity = _affinity(document.get("affinity", {}), faults)
    appeal = _points(document.get("appeal", {}), "appeal", faults)
    days = {name: _day(document.get(name), name, faults) for name in ("since", "until")}
    if faults or not isinstance(choices, int):
        raise InputError(faults)
    gate = document.get("gate")
    return Learned(
        theta,
        choices,
        str(document.get("version") or ""),
        str(document.get("reference") or ""),
        days["since"],
        days["until"],
        MappingProxyType(dict(gate) if isinstance(gate, Mapping) else {}),
        own,
        affinity,
        appeal,
    )


def _multipliers(theta: object, faults: list[Fault]) -> Mapping[str, float]:
    if not isinstance(theta, Mapping):
        faults.append(Fault("theta", "An object of criteria and their multipliers is needed."))
        return {}
    message = "{value} is no multiplier of a criterion: give a number from 0 to {most}."
    faults += [
        Fault(f"theta.{name}", message, {"value": str(value)[:20], "most": THETA_MOST})
        for name, value in theta.items()
        if name not in TERMS or not _is_within(value, 0.0, THETA_MOST)
    ]
    return MappingProxyType({str(name): value for name, value in theta.items() if _is_within(value, 0.0, THETA_MOST)})


def _affinity(document: object, faults: list[Fault]) -> Mapping[str, Mapping[str, float]]:
    if not isinstance(document, Mapping):
        faults.append(Fault("affinity", "An object of names and their points of score is needed."))
        return {}
    found = {str(name): _points(points, f"affinity.{name}", faults) for name, points in document.items()}
    unknown = {code for name, points in found.items() for code in (name, *points)} - set(divisions())
    message = "{value} is no division of GB/T 4754: write its two digits."
    faults += [Fault("affinity", message, {"value": code[:20]}) for code in sorted(unknown)]
    return MappingProxyType(found)


def _points(document: object, where: str, faults: list[Fault]) -> Mapping[str, float]:
    if not isinstance(document, Mapping):
        faults.append(Fault(where, "An object of names and their points of score is needed."))
        return {}
    message = "{value} is no number of points: give a number from {least} to {most}."
    numbers = {"least": -POINTS_MOST, "most": POINTS_MOST}
    faults += [
        Fault(f"{where}.{name}".strip("."), message, {"value": str(value)[:20], **numbers})
        for name, value in document.items()
        if not _is_within(value, -POINTS_MOST, POINTS_MOST)
    ]
    return MappingProxyType(
        {str(name): float(value) for name, value in document.items() if _is_within(value, -POINTS_MOST, POINTS_MOST)}
    )


def _is_within(value: object, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _day(text: object, where: str, faults: list[Fault]) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        faults.append(Fault(where, "This is not a date: write it as 2027-06-30"))
        return None
