"""Where does each province lie on the tile grid, and what does a picture say in a sentence?

A tile grid and not an outline map: outline maps of China need an approval number (审图号).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from web import i18n

# adcode: (short Chinese name, English name, row, column)
PROVINCES: Mapping[str, tuple[str, str, int, int]] = {
    "230000": ("黑龙江", "Heilongjiang", 0, 6),
    "150000": ("内蒙古", "Inner Mongolia", 1, 4),
    "220000": ("吉林", "Jilin", 1, 6),
    "650000": ("新疆", "Xinjiang", 2, 0),
    "640000": ("宁夏", "Ningxia", 2, 2),
    "140000": ("山西", "Shanxi", 2, 3),
    "110000": ("北京", "Beijing", 2, 4),
    "120000": ("天津", "Tianjin", 2, 5),
    "210000": ("辽宁", "Liaoning", 2, 6),
    "630000": ("青海", "Qinghai", 3, 0),
    "620000": ("甘肃", "Gansu", 3, 1),
    "610000": ("陕西", "Shaanxi", 3, 2),
    "410000": ("河南", "Henan", 3, 3),
    "130000": ("河北", "Hebei", 3, 4),
    "370000": ("山东", "Shandong", 3, 5),
    "540000": ("西藏", "Tibet", 4, 0),
    "510000": ("四川", "Sichuan", 4, 1),
    "500000": ("重庆", "Chongqing", 4, 2),
    "420000": ("湖北", "Hubei", 4, 3),
    "340000": ("安徽", "Anhui", 4, 4),
    "320000": ("江苏", "Jiangsu", 4, 5),
    "310000": ("上海", "Shanghai", 4, 6),
    "530000": ("云南", "Yunnan", 5, 1),
    "520000": ("贵州", "Guizhou", 5, 2),
    "430000": ("湖南", "Hunan", 5, 3),
    "360000": ("江西", "Jiangxi", 5, 4),
    "330000": ("浙江", "Zhejiang", 5, 5),
    "450000": ("广西", "Guangxi", 6, 3),
    "440000": ("广东", "Guangdong", 6, 4),
    "350000": ("福建", "Fujian", 6, 5),
    "710000": ("台湾", "Taiwan", 6, 6),
    "460000": ("海南", "Hainan", 7, 3),
    "820000": ("澳门", "Macao", 7, 4),
    "810000": ("香港", "Hong Kong", 7, 5),
}


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
    chinese, english, _, _ = PROVINCES[adcode[:2] + "0000"]
    return english if i18n.current.get() is i18n.Language.EN else chinese


def tiles(counts: Mapping[str, int]) -> list[Tile]:
    """The 34 provinces with what was counted in each, in reading order."""
    steps = _steps(counts.values())
    made = [
        Tile(code, province_name(code), row, column, counts.get(code, 0), _shade(counts.get(code, 0), steps))
        for code, (_, _, row, column) in PROVINCES.items()
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


@dataclass(frozen=True, slots=True)
class Gap:
    """Need against what is free on one scale of 0 to 100; `missing` is the hatched part."""

    free: float
    need: float
    missing: float


def gap(need: float, free: float) -> Gap:
    """The lengths of a gap bar: the longer of the two fills it."""
    full = max(need, free, 1e-12)
    return Gap(round(100 * free / full, 3), round(100 * need / full, 3), round(100 * max(0.0, need - free) / full, 3))


def leaders(counts: Mapping[str, int], top: int = 3) -> list[tuple[str, int]]:
    """The largest counts, ties by code."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:top]
