"""Which parts of the evaluation are run, in which size, and what did they find?"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from matching.answers import ENGINE_VERSION
from matching.errors import Fault, InputError
from matching.evaluate.figures import Figure, documents
from matching.reference import VERSION

LATEST = Path(__file__).parent / "latest.json"
Progress = Callable[[str], None]
Part = Callable[[Mapping[str, int], int, Progress], list[Figure]]

# parks × needs of the planted market, choices that teach, cases of each axiom, parks × needs of the joint assignment.
SIZES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "tiny": {"parks": 60, "needs": 12, "positives": 60, "cases": 5, "places": 30, "seekers": 20},
        "ci": {"parks": 600, "needs": 300, "positives": 5000, "cases": 500, "places": 300, "seekers": 200},
        "nightly": {"parks": 2500, "needs": 1000, "positives": 5000, "cases": 2000, "places": 1000, "seekers": 800},
    }
)


def evaluated(
    parts: Sequence[str],
    size: str = "ci",
    *,
    seed: int = 0,
    on: date | None = None,
    progress: Progress = lambda _: None,
    cases: str | None = None,
) -> dict[str, Any]:
    """The figures of these parts as JSON: what was found, the goal, whether it is reached.

    `cases` is a file of documented pairs for part B instead of our own list. Raises KeyError, InputError.
    """
    found: list[Figure] = []
    unused: tuple[str, ...] = ()
    for part in parts:
        if part == "B" and cases is not None:
            figures, unused = _cases(cases, seed)
            found += figures
        else:
            found += PARTS[part](SIZES[size], seed, progress)
    return {
        "engine": ENGINE_VERSION,
        "reference": VERSION,
        "on": on.isoformat() if on else None,
        "size": size,
        "seed": seed,
        "counts": dict(SIZES[size]),
        "parts": list(parts),
        "figures": documents(found),
        "unused": list(unused),
    }


def asked(parts: Sequence[str], size: str) -> list[str]:
    """The parts to run, all where none is named, each once. Raises InputError."""
    faults = [
        Fault("--part", "There is no part {name}: the parts are {known}.", {"name": name, "known": ", ".join(PARTS)})
        for name in parts
        if name not in PARTS
    ]
    if size not in SIZES:
        known = ", ".join(SIZES)
        faults.append(
            Fault("--size", "There is no size {name}: the sizes are {known}.", {"name": size, "known": known})
        )
    if faults:
        raise InputError(faults)
    return [name for name in PARTS if name in parts or not parts]


def _part_a(size: Mapping[str, int], seed: int, progress: Progress) -> list[Figure]:
    from matching.evaluate.planted_trial import part_a

    return part_a(size["parks"], size["needs"], seed=seed, positives=size["positives"], progress=progress)


def _part_b(_size: Mapping[str, int], seed: int, _progress: Progress) -> list[Figure]:
    from matching.evaluate.documented import part_b

    return part_b(seed=seed)


def _cases(text: str, seed: int) -> tuple[list[Figure], tuple[str, ...]]:
    """Part B over a file of cases, and the rows of it that cannot be judged, each with the reason."""
    from matching.evaluate.cooperations import read_cases
    from matching.evaluate.documented import part_b

    cases, unused = read_cases(text)
    return part_b(cases, seed=seed), unused


def _part_d(size: Mapping[str, int], seed: int, progress: Progress) -> list[Figure]:
    from matching.evaluate.axioms import part_d

    return part_d(size["cases"], seed=seed, progress=progress)


def _part_e(size: Mapping[str, int], seed: int, progress: Progress) -> list[Figure]:
    from matching.evaluate.market import part_e

    return part_e(size["places"], size["seekers"], seed=seed, progress=progress)


PARTS: Mapping[str, Part] = MappingProxyType({"A": _part_a, "B": _part_b, "D": _part_d, "E": _part_e})


def merged(before: Mapping[str, Any] | None, found: Mapping[str, Any]) -> dict[str, Any]:
    """What was found, and of the parts not run what was kept before by the same engine and reference."""
    if not before or any(before[name] != found[name] for name in ("engine", "reference", "size")):
        return dict(found)
    kept = [row for row in before["figures"] if row["part"] not in found["parts"]]
    parts = sorted({*found["parts"], *(row["part"] for row in kept)})
    figures = sorted([*kept, *found["figures"]], key=lambda row: str(row["part"]))
    return dict(found) | {"parts": parts, "figures": figures}


@cache
def latest() -> Mapping[str, Any] | None:
    """The figures kept in the package; None where none were kept yet."""
    if not LATEST.exists():
        return None
    kept: dict[str, Any] = json.loads(LATEST.read_text(encoding="utf-8"))
    return MappingProxyType(kept)


def save(found: Mapping[str, Any]) -> None:
    """Keeps the figures in the package, where the page reads them."""
    text = json.dumps(merged(latest(), found), ensure_ascii=False, indent=1)
    LATEST.write_text(text + "\n", encoding="utf-8")
