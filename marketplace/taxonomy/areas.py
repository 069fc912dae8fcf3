"""Which well-known areas are larger than a city and no province: 皖北, 皖江城市带, 合肥都市圈?

Source: the official lists in matching/reference/memberships.csv (transfer zones and metropolitan areas as announced).
Where a list names parts of a prefecture, its counties are meant.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from matching import reference
from matching.reference import Region
from matching.reference.lists import memberships

_KIND = re.compile(r"(?<=..)(?:自治县|[市县区])$")
_REACHED = "辐射"  # counted as influenced by a zone, not of it


class AreaKind(StrEnum):
    """Kinds of official lists that name an area."""

    TRANSFER_ZONE = "transfer_zone"
    METROPOLITAN_AREA = "metropolitan_area"


@dataclass(frozen=True, slots=True)
class Area:
    """A named area and the codes it is made of: four digits a prefecture, six a county."""

    key: str
    name: str
    kind: AreaKind
    codes: tuple[str, ...]
    year: int | None


@cache
def areas() -> Mapping[str, Area]:
    """Key → area, the transfer zones first, each list in its own order."""
    found: dict[tuple[AreaKind, str], list[str]] = {}
    years: dict[str, int | None] = {}
    for row in memberships():
        if row.kind in set(AreaKind) and row.part != _REACHED:
            found.setdefault((AreaKind(row.kind), row.name), []).extend(_codes(row.adcode, row.part))
            years[row.name] = row.year
    order = list(AreaKind)
    rows = sorted(found.items(), key=lambda each: order.index(each[0][0]))
    made = [Area(f"{kind}:{name}", name, kind, tuple(codes), years[name]) for (kind, name), codes in rows if codes]
    return {area.key: area for area in made}


def area_label(key: str) -> str:
    """皖北承接产业转移集聚区, 合肥都市圈; the key itself where it is none."""
    area = areas().get(key)
    if area is None:
        return key
    return f"{area.name}都市圈" if area.kind is AreaKind.METROPOLITAN_AREA else area.name


def _codes(adcode: str, part: str | None) -> list[str]:
    """A prefecture, or the counties of it that a list names."""
    if part is None:
        return [adcode[:4]]
    inside = (region for region in reference.regions().values() if _is_county_of(region, adcode))
    return [region.adcode for region in inside if _KIND.sub("", region.name) in part]


def _is_county_of(region: Region, adcode: str) -> bool:
    return region.adcode.startswith(adcode[:4]) and region.level == "county"
