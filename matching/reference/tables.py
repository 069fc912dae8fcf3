"""What do the zone catalogue, the codes of industries and regions, and the prefecture facts say?

Rows are named tuples in the order of their file's columns; an empty cell is None, never zero.
"""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from matching.records import Park

FOLDER = Path(__file__).parent
AREA_QUESTIONABLE = "area_questionable"
HECTARE_M2 = 10_000.0


class Zone(NamedTuple):
    """A zone of 《中国开发区审核公告目录（2018年版）》: the state of 2018, `industries` in the catalogue's own words.

    `province` is the province that answers for the zone; `prefecture` and `county` are where it lies. `place_source`
    is geocode, county_seat or prefecture_seat; `place_confidence` A, B or C. `note` is empty or one of code_repeated,
    area_questionable (printed value kept here, unknown to the engine), under_construction, outside_province.
    """

    code: str
    name: str
    pinyin: str
    level: str
    zone_type: str
    province: str
    prefecture: str | None
    county: str | None
    approved: str | None
    approved_again: str | None
    area_ha: float | None
    industries: tuple[str, ...]
    lon: float
    lat: float
    place_source: str
    place_confidence: str
    note: str

    @property
    def adcode(self) -> str:
        """The most specific region known: county, else prefecture, else province."""
        return self.county or self.prefecture or self.province


class Region(NamedTuple):
    """A province, prefecture or county of GB/T 2260 with its seat; a county may hang on its province."""

    adcode: str
    name: str
    pinyin: str
    level: str
    parent: str | None
    lon: float
    lat: float


class Industry(NamedTuple):
    """A node of GB/T 4754-2017: level 1 section, 2 division, 3 group, 4 class."""

    code: str
    name: str
    pinyin: str
    level: int
    parent: str | None
    section: str


class Prefecture(NamedTuple):
    """Of a prefecture or directly governed county: counts are counts, None is unknown, shares are in [0, 1]."""

    adcode: str
    population_2020: float | None
    population_2010: float | None
    urban_share_2020: float | None
    working_age_share_2020: float | None
    gdp_2015_cny: float | None
    fiscal_revenue_2015_cny: float | None
    employment_2015: float | None
    universities_2019: int
    undergraduate_universities_2019: int
    elite_universities: int
    vocational_colleges_2019: int
    rail_stations_2026: int
    high_speed_stations_2016: int
    airports: int
    ports: int
    old_industrial: bool
    resource_city: bool
    transfer_zones: int
    manufacturing_clusters: int
    free_trade_zone: bool
    new_area: bool
    city_clusters: tuple[str, ...]
    metropolitan_areas: tuple[str, ...]


@cache
def zones() -> tuple[Zone, ...]:
    """The 2,543 zones, in the order of their codes."""
    return tuple(
        Zone._make(
            (
                *row[:6],
                *(cell or None for cell in row[6:10]),
                _number(row[10]),
                _several(row[11]),
                float(row[12]),
                float(row[13]),
                *row[14:],
            )
        )
        for row in rows_of("zones.csv")
    )


@cache
def catalogue() -> tuple[Park, ...]:
    """The zones as parks that say only what the catalogue says: all else is unknown."""
    return tuple(
        Park(
            code=zone.code,
            name=zone.name,
            adcode=zone.adcode,
            lon=zone.lon,
            lat=zone.lat,
            level=zone.level,
            zone_type=zone.zone_type,
            area_m2=_area_m2(zone),
            industries=zone.industries,
        )
        for zone in zones()
    )


@cache
def regions() -> Mapping[str, Region]:
    """Provinces, prefectures and counties by adcode."""
    table = (
        Region(adcode, name, pinyin, level, parent or None, float(lon), float(lat))
        for adcode, name, pinyin, level, parent, lon, lat in rows_of("regions.csv")
    )
    return MappingProxyType({region.adcode: region for region in table})


@cache
def gbt() -> Mapping[str, Industry]:
    """Sections, divisions, groups and classes of GB/T 4754-2017 by code, in the standard's order."""
    table = (
        Industry(code, name, pinyin, int(level), parent or None, section)
        for code, name, pinyin, level, parent, section in rows_of("industries.csv")
    )
    return MappingProxyType({industry.code: industry for industry in table})


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    """The catalogue's industry words → GB/T 4754 divisions or finer codes, the foremost first."""
    return MappingProxyType({word: _several(codes) for word, codes in rows_of("words.csv", "word", "codes")})


@cache
def prefectures() -> Mapping[str, Prefecture]:
    """What is known of the 338 prefectures and 32 directly governed counties, by adcode."""
    table = (
        Prefecture._make(
            (
                row[0],
                *map(_number, row[1:8]),
                *map(int, row[8:16]),
                *(cell == "1" for cell in row[16:18]),
                *map(int, row[18:20]),
                *(cell == "1" for cell in row[20:22]),
                *map(_several, row[22:24]),
            )
        )
        for row in rows_of("prefectures.csv")
    )
    return MappingProxyType({prefecture.adcode: prefecture for prefecture in table})


@cache
def english() -> Mapping[str, str]:
    """English names, our wording for sections and divisions, the official ones for provinces and some prefectures."""
    return MappingProxyType({row[0]: row[1] for row in rows_of("english.csv")})


def rows_of(name: str, *columns: str) -> Iterator[list[str]]:
    """The rows of one of our tables without its head, whole or only the columns named."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        head = next(reader)
        places = [head.index(column) for column in columns] or range(len(head))
        for row in reader:
            yield [row[place] for place in places]


def _area_m2(zone: Zone) -> float | None:
    """A printed area that cannot be right must not let a need pass or fail: it is unknown."""
    if zone.area_ha is None or zone.note == AREA_QUESTIONABLE:
        return None
    return zone.area_ha * HECTARE_M2


def _number(text: str) -> float | None:
    return float(text) if text else None


def _several(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()
