"""How long is each bar, and how dark is each tile?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace import taxonomy
from web import i18n

PROVINCES: Mapping[str, taxonomy.Province] = {province.adcode: province for province in taxonomy.PROVINCES}


@dataclass(frozen=True, slots=True)
class Tile:
    """One province on the grid: its place, its count and the step of its shade (0 none … 5 most)."""

    code: str
    name: str
    row: int
    column: int
    count: int
    shade: int


def province_name(adcode: str) -> str:
    """The short name of a province in the reader's language: 安徽, Anhui."""
    province = PROVINCES[adcode[:2] + "0000"]
    return province.english if i18n.current.get() is i18n.Language.EN else province.name


def tiles(counts: Mapping[str, int]) -> list[Tile]:
    """The 34 provinces with what was counted in each, in reading order."""
    steps = _steps(counts.values())
    made = [
        Tile(each.adcode, province_name(each.adcode), each.row, each.column, count, _shade(count, steps))
        for each in taxonomy.PROVINCES
        for count in [counts.get(each.adcode, 0)]
    ]
    return sorted(made, key=lambda tile: (tile.row, tile.column))


def _steps(counts: Iterable[int]) -> Sequence[int]:
    """Quintile borders of the counts above zero: every shade is used, whatever the spread."""
    known = sorted(count for count in counts if count > 0)
    return [known[len(known) * part // 5] for part in range(1, 5)] if known else []


def _shade(count: int, steps: Sequence[int]) -> int:
    return 0 if count == 0 else 1 + sum(count >= step for step in steps)


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a bar on a scale of 0 to 100: where it starts, how wide it is, its word and its colour class."""

    start: float
    width: float
    label: str
    tone: str


def segments(parts: Sequence[tuple[str, float, str]]) -> list[Segment]:
    """Lays (label, share, tone) end to end; shares of 1 fill the bar."""
    made, start = [], 0.0
    for label, share, tone in parts:
        width = max(0.0, share) * 100
        made.append(Segment(round(start, 3), round(width, 3), label, tone))
        start += width
    return made


LEAST_SEEN = 2.0  # a shortfall narrower than that would not be seen


@dataclass(frozen=True, slots=True)
class Gap:
    """Need against what is free on one scale of 0 to 100; `missing` is the hatched part."""

    free: float
    need: float
    missing: float


def gap(need: float, free: float) -> Gap:
    """The lengths of a gap bar: the longer of the two fills it."""
    full = max(need, free, 1e-12)
    missing = max(LEAST_SEEN, 100 * (need - free) / full) if need > free else 0.0
    there = 100 - missing if missing else 100 * free / full
    return Gap(round(there, 3), round(100 * need / full, 3), round(missing, 3))


def leaders(counts: Mapping[str, int], top: int = 3) -> list[tuple[str, int]]:
    """The largest counts, ties by code."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:top]
