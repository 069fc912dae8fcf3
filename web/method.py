"""What does the page on method and evaluation show of the figures that were kept?"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from web import figures, i18n
from web.figures import Row
from web.i18n import N_

A_METHODS = ("ceiling", "learned", "engine", "one_sided", "topsis", "text", "nearest", "random")
B_METHODS = ("engine", "plain", "province", "nearest")
B_KINDS = ("median_rank", "hit10", "hit5", "hit1")
NOISE = "mid"  # whose bars are drawn: the goals are about it
TONES = {"engine": "accent", "learned": "accent", "plain": "accent", "ceiling": "unknown"}


class Bar(NamedTuple):
    """One method: its bar on a scale of 0 to 100 with the ends of its interval, and its figures column by column."""

    label: str
    tone: str
    length: float
    low: float | None
    high: float | None
    cells: tuple[Row | None, ...]


class Chart(NamedTuple):
    """Methods beside each other; the first column is what the bars are long by."""

    columns: tuple[str, ...]
    bars: tuple[Bar, ...]


def goals(rows: Iterable[Row]) -> list[Row]:
    """Every figure that has a goal but for the axioms, which are told together."""
    return [row for row in rows if row.goal and not row.name.startswith("axiom.")]


def axioms(rows: Iterable[Row]) -> list[Row]:
    """The axioms."""
    return [row for row in rows if row.name.startswith("axiom.")]


def missed(rows: Iterable[Row]) -> list[Row]:
    """What has a goal and does not reach it."""
    return [row for row in rows if row.reached is False]


def planted(rows: Sequence[Row]) -> Chart:
    """NDCG@10 of every method in the planted market, the noise of the goals first."""
    noises = (NOISE, *(noise for noise in figures.NOISES if noise != NOISE))
    columns = tuple(i18n.gettext(figures.NOISES[noise]) for noise in noises)
    named = {row.name: row for row in rows}
    found = ((method, [named.get(f"ndcg.{method}.{noise}") for noise in noises]) for method in A_METHODS)
    return Chart(columns, tuple(_bar(method, cells) for method, cells in found if cells[0] is not None))


def documented(rows: Sequence[Row]) -> Chart:
    """Hits of every method over the documented pairs; the bars are the true place among the first ten."""
    kinds = ("hit10", *(kind for kind in B_KINDS if kind != "hit10"))
    columns = tuple(i18n.gettext(SHORT[kind]) for kind in kinds)
    named = {row.name: row for row in rows}
    found = ((method, [named.get(f"{kind}.{method}") for kind in kinds]) for method in B_METHODS)
    return Chart(columns, tuple(_bar(method, cells) for method, cells in found if cells[0] is not None))


SHORT: Mapping[str, str] = {
    "median_rank": N_("Median rank"),
    "hit10": N_("First ten"),
    "hit5": N_("First five"),
    "hit1": N_("First"),
}


def others(rows: Iterable[Row]) -> list[Row]:
    """What neither a goal nor a chart shows: comparisons and counts."""
    charted = {f"ndcg.{method}.{noise}" for method in A_METHODS for noise in figures.NOISES}
    charted |= {f"{kind}.{method}" for kind in B_KINDS for method in B_METHODS}
    return [row for row in rows if not row.goal and row.name not in charted]


def cases(rows: Iterable[Row]) -> int:
    """How many cases the smallest of these figures rests on."""
    return min((row.figure["cases"] or 0 for row in rows), default=0)


def _bar(method: str, cells: Sequence[Row | None]) -> Bar:
    figure: Mapping[str, Any] = cells[0].figure if cells[0] else {}
    low, high = figure.get("low"), figure.get("high")
    return Bar(
        i18n.gettext(figures.METHODS[method]),
        TONES.get(method, "muted"),
        _length(figure.get("value")) or 0.0,
        _length(low),
        _length(high),
        tuple(cells),
    )


def _length(share: float | None) -> float | None:
    return None if share is None else round(100 * min(1.0, max(0.0, share)), 3)
