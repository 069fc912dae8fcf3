"""Which place is meant, and what is it called?

A place is found by code, by name with or without its kind (合肥, 合肥市), with what it lies in (上海嘉定), by pinyin
or its initials. English names are the official ones for provinces and some prefectures, else pinyin without tones.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from matching import reference
from matching.reference import Region

_PEOPLES = (
    "朝鲜 土家 苗 侗 布依 藏 彝 羌 哈尼 壮 傣 白 景颇 傈僳 回 蒙古 满 瑶 黎 畲 毛南 仫佬 水 仡佬 佤 拉祜 独龙 "
    "怒 普米 纳西 布朗 土 撒拉 东乡 保安 裕固 各 达斡尔 鄂伦春 鄂温克 哈萨克 柯尔克孜 塔吉克 锡伯 维吾尔"
)
_PEOPLE = "|".join(sorted(_PEOPLES.split(), key=len, reverse=True))
_KIND = re.compile(rf"(?<=..)(?:(?:(?:{_PEOPLE})族?)*自治[州县旗区]|特别行政区|地区|林区|新区|[省市盟区县旗])$")
ON_PAPER = frozenset({"重庆城区", "重庆郊县"})  # levels of the code that nobody says
_ENGLISH_KINDS = (
    ("林区", "Forestry District"),
    ("新区", "New District"),
    ("区", "District"),
    ("县", "County"),
    ("旗", "Banner"),
)


def region_of(code: str) -> Region | None:
    """A region by 2, 4 or 6 digits, trailing 00 or not."""
    return reference.regions().get(code.ljust(6, "0")) if code.isdigit() and len(code) in (2, 4, 6) else None


def ancestors(region: Region) -> tuple[Region, ...]:
    """What a region lies in, the province first; a city that is a province is said once."""
    above = reference.regions().get(region.parent or "")
    if above is None:
        return ()
    said = (*ancestors(above), above)
    return tuple(each for each in said if each.name != region.name and each.name not in ON_PAPER)


def full_name(region: Region) -> str:
    """安徽省合肥市; the levels within a city that is a province are left out: 上海市嘉定区."""
    names = dict.fromkeys(each.name for each in (*ancestors(region), region))
    return "".join(names)


def region_label(code: str, *, english: bool = False) -> str:
    """安徽省 合肥市 肥西县, or Feixi County, Hefei, Anhui; the code itself where it is no region's."""
    region = region_of(code)
    if region is None:
        return code
    said = [each for each in (*ancestors(region), region) if each.name not in ON_PAPER]
    if english:
        return ", ".join(dict.fromkeys(english_name(each) for each in reversed(said)))
    return " ".join(dict.fromkeys(each.name for each in said))


def english_name(region: Region) -> str:
    """Anhui, Hefei, Feixi County, Xi'an: the official name where there is one here, else pinyin."""
    given = reference.english().get(region.adcode)
    if given:
        return given
    short = _KIND.sub("", region.name)
    word = _joined(region.pinyin.split()[: len(short)])
    kinds = (english for chinese, english in _ENGLISH_KINDS if region.name.endswith(chinese))
    kind = next(kinds, "") if region.level == "county" else ""
    return f"{word} {kind}".strip()


def _joined(syllables: Sequence[str]) -> str:
    """One word of pinyin; an apostrophe goes before a syllable that begins with a vowel (GB/T 28039-2011: Xi'an)."""
    first, *others = syllables
    return "".join([first, *(f"'{each}" if each[0] in "aoe" else each for each in others)]).capitalize()


def places_like(words: str, top: int = 8) -> tuple[list[Region], bool]:
    """The regions these words may mean, and whether the first is meant beyond doubt.

    A code, a name with or without its kind (合肥, 合肥市), with what it lies in (上海嘉定), pinyin (hefei) or initials.
    """
    words = _plain(words)
    if not words:
        return [], False
    coded = region_of(words)
    if coded:
        return [coded], True
    named = sorted(_widest(_named().get(words, ())), key=_rank)
    if named:
        return named[:top], len(named) == 1
    begun = [region for key, regions in _named().items() if key.startswith(words) for region in regions]
    found = sorted(dict.fromkeys(begun), key=lambda region: (_rank(region), region.adcode))
    found = found or list(_by_initials().get(words, ()))
    if not found:
        near = get_close_matches(words, _short_names(), top, cutoff=0.5)
        found = [region for key in near for region in _named()[key]]
    return found[:top], False


def _plain(words: str) -> str:
    return re.sub(r"[\s,，·/]+", "", unicodedata.normalize("NFKC", words)).lower()


def _rank(region: Region) -> int:
    return ("province", "prefecture", "county").index(region.level)


def _widest(regions: Iterable[Region]) -> list[Region]:
    """Without those that lie within another of them: 北京 is the province-level city, not the prefecture in it."""
    given = list(dict.fromkeys(regions))
    codes = {region.adcode for region in given}
    within = {region.adcode for region in given if any(above.adcode in codes for above in _above(region))}
    return [region for region in given if region.adcode not in within]


def _above(region: Region) -> tuple[Region, ...]:
    above = reference.regions().get(region.parent or "")
    return () if above is None else (*_above(above), above)


@cache
def _named() -> Mapping[str, tuple[Region, ...]]:
    """Every way to say a region → the regions it may mean."""
    found: dict[str, list[Region]] = {}
    for region in reference.regions().values():
        for key in _ways(region):
            found.setdefault(key, []).append(region)
    return MappingProxyType({key: tuple(regions) for key, regions in found.items()})


@cache
def _short_names() -> tuple[str, ...]:
    return tuple(dict.fromkeys(_KIND.sub("", region.name) for region in reference.regions().values()))


@cache
def _by_initials() -> Mapping[str, tuple[Region, ...]]:
    """hf → 合肥市 and others, the larger regions first."""
    found: dict[str, list[Region]] = {}
    for region in sorted(reference.regions().values(), key=lambda region: (_rank(region), region.adcode)):
        letters = "".join(syllable[0] for syllable in region.pinyin.split())
        for said in {letters, letters[: len(_KIND.sub("", region.name))]}:
            found.setdefault(said, []).append(region)
    return MappingProxyType({letters: tuple(regions) for letters, regions in found.items()})


def _ways(region: Region) -> set[str]:
    heads = {""}
    for above in ancestors(region):
        heads |= {head + name for head in tuple(heads) for name in _names(above)}
    own = _names(region)
    syllables = region.pinyin.split()
    kind = len(region.name) - len(_KIND.sub("", region.name))
    spoken = {"".join(syllables), "".join(syllables[: len(syllables) - kind])}
    return {head + name for head in heads for name in own} | spoken


def _names(region: Region) -> Sequence[str]:
    return tuple(dict.fromkeys((region.name, _KIND.sub("", region.name))))
