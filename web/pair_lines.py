"""How does a ranking of pairs of parks read in a terminal?"""

from collections.abc import Iterator, Mapping
from typing import Any

from web import explaining, i18n, labels
from web.i18n import N_, gettext
from web.pair_words import reason_of
from web.terminal import ordered

ARROW = {"enclave": "→", "partner": "+"}
NOTE = {
    "enclave": N_("Measured against the engine's standard programme; the destination confirms what is free."),
    "partner": N_("Nothing forbids two parks to be partners; whether they want to, both must confirm."),
}
Row = Mapping[str, Any]


def lines(answer: Row) -> Iterator[str]:
    """The answer of `pairs`, line by line."""
    counts = answer["counts"].items()
    yield i18n.joined([f"{labels.value('standing', standing)} {count:,}" for standing, count in counts])
    if not answer["results"] and not answer["misses"]:
        yield gettext("No pair of parks was found.")
    for row in answer["results"]:
        low, high = row["interval"]
        head = f"{row['rank']:4d}  {row['score']:.3f} [{low:.2f}–{high:.2f}]"
        sure = explaining.sure(row)
        standing = labels.value("standing", row["verdict"])
        yield "  ".join(part for part in (head, standing, _places(answer["mode"], row) + ordered(row), sure) if part)
        told = [("+ " if reason["good"] else "− ") + reason_of(reason) for reason in row["reasons"]]
        if told:
            yield " " * 6 + gettext("; ").join(told)
    for miss in answer["misses"]:
        failed = [labels.gate(gate["gate"]) for gate in miss["gates"] if gate["verdict"] == "fail"]
        yield f"   ✗  {miss['score']:.3f}  {_places(answer['mode'], miss)}  {i18n.joined(failed)}"
    if answer["results"]:
        yield gettext(NOTE[answer["mode"]])


def _places(mode: str, row: Row) -> str:
    """A → B, each with its code."""
    names = row["names"]
    return f" {ARROW[mode]} ".join(f"{row[role]} {name}" for role, name in names.items())
