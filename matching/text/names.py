"""Which names are alike, and what do the names of GB/T 4754-2017 say bare?"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from matching.reference.tables import gbt
from matching.text.normal import joined, normalised, tokens

ENDING = re.compile(r"(?:制造业|加工业|制品业|制造|加工|生产|制作|服务业|业)$")
SEVERAL = re.compile(r"[、,()]|及|和(?!服)|与")
OTHER = ("其他", "未列明", "及类似")


def similar_names(query: str, names: Iterable[str], limit: int = 5, least: float = 0.6) -> list[tuple[str, float]]:
    """The names most like the query, with a likeness in [0, 1], best first: for parks, firms and duplicates.

    Alike in spelling is not alike in meaning (服装加工 is near 农副食品加工): industries are `classify`'s matter.
    """
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        normalised(query),
        {name: normalised(name) for name in names},
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=None,
        score_cutoff=least * 100,
    )
    ranked = sorted(((name, round(score / 100, 4)) for _, score, name in found), key=lambda pair: (-pair[1], pair[0]))
    return ranked[:limit]


@cache
def official_names() -> Mapping[str, str]:
    """Names of divisions, groups and classes as look-up writes them → code, the most specific where a name repeats."""
    return MappingProxyType({key(name): code for code, name in _by_level()})


@cache
def short_names() -> Mapping[str, str]:
    """The same without 制造 and the like at the end."""
    return MappingProxyType({key(short): code for code, name in _by_level() if len(short := ENDING.sub("", name)) > 1})


@cache
def bare_names() -> Mapping[str, tuple[str, ...]]:
    """Class → its name without 制造 and the like, and the parts of a name that lists several; no class of others."""
    return MappingProxyType(
        {
            code: parts
            for code, industry in gbt().items()
            if industry.level == 4 and (parts := tuple(_parts(key(ENDING.sub("", industry.name)))))
        }
    )


def key(word: str) -> str:
    """A word as look-up writes it."""
    return joined(tokens(normalised(word)))


def _by_level() -> list[tuple[str, str]]:
    """Code and name, sections left out, the most specific last."""
    rows = sorted(gbt().values(), key=lambda industry: (industry.level, industry.code))
    return [(industry.code, industry.name) for industry in rows if industry.level > 1]


def _parts(name: str) -> list[str]:
    if name.startswith(OTHER[0]):
        return []
    pieces = [name, *SEVERAL.split(name)]
    return list(dict.fromkeys(piece for piece in pieces if len(piece) > 1 and not piece.startswith(OTHER)))
