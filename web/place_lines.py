"""How does a ranking of pairs of places for one need read in a terminal?"""

from collections.abc import Iterator, Mapping
from typing import Any

from web import explaining, i18n, labels
from web.terminal import ordered

Row = Mapping[str, Any]


def lines(answer: Row) -> Iterator[str]:
    """The answer of `rank` for a need of two places, line by line: each pair, and below it what is to be confirmed."""
    counts = answer["counts"].items()
    yield i18n.joined([f"{labels.value('standing', standing)} {count:,}" for standing, count in counts])
    if answer.get("fill_first"):
        yield i18n.said(i18n.N_("Fill in {field} first"), {"field": labels.field(answer["fill_first"])})
    for row in answer["results"]:
        low, high = row["interval"]
        head = (
            f"{row['rank']:4d}  {row['score']:.3f} [{low:.2f}–{high:.2f}]  {labels.value('standing', row['verdict'])}"
        )
        yield "  ".join(part for part in (head, _places(row) + ordered(row), explaining.sure(row)) if part)
        asked = _gates(row, "unknown")
        if asked:
            yield f"      ? {asked}"
    for miss in answer["misses"]:
        yield f"   ✗  {miss['score']:.3f}  {_places(miss)}  {_gates(miss, 'fail')}"


def _places(row: Row) -> str:
    """Both places, each with its role and code."""
    return " + ".join(f"{labels.role(role)} {row['parks'][role]} {name}" for role, name in row["names"].items())


def _gates(row: Row, verdict: str) -> str:
    """The gates of one verdict, place by place."""
    found: dict[str, list[str]] = {}
    for gate in row["gates"]:
        if gate["verdict"] == verdict:
            found.setdefault(gate["place"], []).append(labels.gate(gate["gate"]))
    return "  ".join(f"{labels.role(place)}: {i18n.joined(names)}" for place, names in found.items())
