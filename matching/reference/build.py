"""What do our tables take from the public source tables, and what must hold before they are written?

Needs pypinyin and is never run when the engine is. Equal sources give equal bytes; a check that fails stops the build.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from matching.reference.build_arrays import check, linkage_arrays, rail_arrays
from matching.reference.build_lists import listed_rows, membership_rows, pairing_rows
from matching.reference.build_market import demand_rows, province_rows, reach_rows, share_rows
from matching.reference.corrections import corrected
from matching.reference.lists import ListedFirms, Membership, Pairing
from matching.reference.market import Province
from matching.reference.pinyin import pinyin
from matching.reference.tables import Industry, Prefecture, Region, Zone

Row = dict[str, str]

LEVELS = {"国家级": "national", "省级": "provincial"}
ZONE_TYPES = {
    "经济技术开发区": "economic_technological",
    "高新技术产业开发区": "high_tech",
    "海关特殊监管区域": "customs",
    "边境经济合作区": "border",
    "其他国家级开发区": "other",
    "经济开发区": "economic",
    "高新技术产业园区": "high_tech_park",
    "工业园区(产业园区)": "industrial",
}
PLACE_SOURCES = {"amap_geocode": "geocode", "county_seat": "county_seat", "prefecture_seat": "prefecture_seat"}
REGION_LEVELS = {"province": "province", "prefecture": "prefecture", "county": "county", "county_direct": "county"}
EXPECTED_ZONES = {
    ("national", "economic_technological"): 219,
    ("national", "high_tech"): 156,
    ("national", "customs"): 135,
    ("national", "border"): 19,
    ("national", "other"): 23,
    ("provincial", "economic"): 986,
    ("provincial", "industrial"): 848,
    ("provincial", "high_tech_park"): 157,
}
YI_CNY = 100_000_000


def build(source: Path, target: Path) -> Iterator[str]:
    """Write every table from the folder of source tables; tell of each. Raises ValueError when a check fails."""
    regions = region_rows(_read(source / "admin_divisions.csv"))
    yield _write(target / "regions.csv", Region._fields, regions)
    industries = industry_rows(_read(source / "gbt4754_2017.csv"))
    yield _write(target / "industries.csv", Industry._fields, industries)
    rows = zone_rows(_read(source / "development_zones_2018.csv"), {str(row[0]) for row in regions})
    rows = corrected(rows, _read(target / "corrections.csv"), regions)
    yield _write(target / "zones.csv", Zone._fields, rows)
    prefectures = prefecture_rows(_read(source / "prefecture_facts.csv"))
    yield _write(target / "prefectures.csv", Prefecture._fields, prefectures)
    yield _write(target / "pairings.csv", Pairing._fields, pairing_rows(source, regions))
    places, divisions = {str(row[0]) for row in prefectures}, {str(row[0]) for row in industries if row[3] == "2"}
    yield _write(target / "memberships.csv", Membership._fields, membership_rows(source, places))
    yield _write(target / "listed_firms.csv", ListedFirms._fields, listed_rows(source, places, divisions))
    for name, arrays in (("linkage", linkage_arrays(source)), ("rail", rail_arrays(source))):
        np.savez_compressed(target / f"{name}.npz", allow_pickle=False, **arrays)
        yield f"{name}.npz: " + ", ".join(f"{key} {value.shape}" for key, value in arrays.items())
    if not (target / "words.csv").exists():
        words = word_rows(_read(source / "map_zone_industry_to_gbt_io42.csv"))
        yield _write(target / "words.csv", ("word", "codes"), words)
    yield _write(target / "provinces.csv", Province._fields, province_rows(source))
    yield _write(target / "reach.csv", ("adcode", "gdp_within_reach_1e12_cny"), reach_rows())
    yield _write(target / "shares.csv", ("division", "share"), share_rows())
    yield _write(target / "demand.csv", ("sector", "industry_cny", "households_cny"), demand_rows(source))


def zone_rows(table: list[Row], adcodes: set[str]) -> list[list[object]]:
    """The catalogue as the source has it, checked; in the order of the codes."""
    rows = [_zone(row) for row in sorted(table, key=lambda row: row["code"])]
    check(len(rows) == 2543, f"2,543 zones, not {len(rows)}")
    check(len({row[0] for row in rows}) == len(rows), "a zone code is given twice")
    check(all(re.fullmatch(r"[GS]\d{6}b?", str(row[0])) for row in rows), "a zone code has another shape")
    counts = Counter((str(row[3]), str(row[4])) for row in rows)
    check(counts == EXPECTED_ZONES, f"zones by level and type: {counts}")
    confidence = Counter(str(row[15]) for row in rows)
    check(confidence == {"A": 2168, "B": 358, "C": 17}, f"confidence of points: {confidence}")
    check(all({str(code) for code in row[5:8] if code} <= adcodes for row in rows), "a zone lies in an unknown region")
    check(all(row[5] and row[6] for row in rows), "a zone has no province or prefecture")
    check(sum(not row[7] for row in rows) == 10, "10 zones have no county")
    check(all(not row[10] or float(str(row[10])) > 0 for row in rows), "an area is not positive")
    check(all(73 < float(str(row[12])) < 136 and 3 < float(str(row[13])) < 54 for row in rows), "a point is abroad")
    bare = [row for row in rows if not row[11]]
    check(len(bare) == 13 and {row[4] for row in bare} == {"customs"}, "13 customs zones are without industries")
    return rows


def _zone(row: Row) -> list[object]:
    return [
        row["code"],
        row["name"],
        pinyin(row["name"]),
        LEVELS[row["level"]],
        ZONE_TYPES[row["zone_type"]],
        row["province_adcode"],
        row["prefecture_adcode"],
        row["county_adcode"],
        row["approval_ym"],
        row["approval_ym_2"],
        row["area_ha"],
        ";".join(word for word in row["industries"].split("、") if word),
        row["lon"],
        row["lat"],
        PLACE_SOURCES[row["coord_source"]],
        row["loc_conf"],
        _note(row),
    ]


def _note(row: Row) -> str:
    """The caveat of a zone as one word; every caveat of the source must be known here."""
    starts = {
        "": "",
        "在建": "under_construction",
        "source repeats code": "code_repeated",
        "area as in source": "area_questionable",
        "Tibet zone physically in Golmud": "outside_province",
    }
    found = [note for start, note in starts.items() if start and row["status_note"].startswith(start)]
    check(bool(found) or not row["status_note"], f"unknown caveat of {row['code']}: {row['status_note']}")
    return found[0] if found else ""


def region_rows(table: list[Row]) -> list[list[object]]:
    """Provinces, prefectures and counties in the order of their codes, checked."""
    rows: list[list[object]] = [
        [
            row["adcode"],
            row["name"],
            pinyin(row["name"]),
            REGION_LEVELS[row["level"]],
            "" if row["level"] == "province" else row["parent_adcode"],
            row["lon"],
            row["lat"],
        ]
        for row in sorted(table, key=lambda row: row["adcode"])
    ]
    codes = {row[0] for row in rows}
    check(len(rows) == len(codes) == 3218, f"3,218 regions, not {len(codes)}")
    check(all(re.fullmatch(r"\d{6}", str(code)) for code in codes), "a region code has another shape")
    check(all(row[4] in codes or row[3] == "province" for row in rows), "a region has no parent")
    check(sum(row[3] == "province" for row in rows) == 34, "34 provinces")
    check(sum(row[3] == "prefecture" for row in rows) == 338, "338 prefectures")
    return rows


def industry_rows(table: list[Row]) -> list[list[object]]:
    """GB/T 4754-2017 in the standard's order, checked."""
    rows: list[list[object]] = [
        [row["code"], row["name"], pinyin(row["name"]), row["level"], row["parent"], row["section"]] for row in table
    ]
    parents = {row["code"]: row for row in table}
    check(len(parents) == len(rows), "an industry code is given twice")
    counts = Counter(row["level"] for row in table)
    check(counts == {"1": 20, "2": 97, "3": 473, "4": 1381}, f"industries by level: {counts}")
    for row in table:
        parent = parents.get(row["parent"])
        top = row["level"] == "1"
        check(top == (parent is None), f"{row['code']} has no parent")
        check(parent is None or int(parent["level"]) == int(row["level"]) - 1, f"{row['code']} skips a level")
        check(row["level"] in "12" or row["code"].startswith(row["parent"]), f"{row['code']} is not below its parent")
        check(row["section"] in parents, f"{row['code']} has no section")
    return [[*row[:5], row[0] if row[3] == "1" else row[5]] for row in rows]


def prefecture_rows(table: list[Row]) -> list[list[object]]:
    """Facts of prefectures in base units (persons, CNY, shares in [0, 1]), checked."""
    rows = [_prefecture(row) for row in sorted(table, key=lambda row: row["adcode"])]
    check(len({row[0] for row in rows}) == len(rows) == 370, f"370 prefectures and counties, not {len(rows)}")
    shares = [float(str(cell)) for row in rows for cell in row[3:5] if cell]
    check(all(0 < share <= 1 for share in shares), "a share is outside (0, 1]")
    return rows


def _prefecture(row: Row) -> list[object]:
    counts = (
        "universities_2019",
        "undergrad_univ_2019",
        "univ_985_211",
        "vocational_colleges_2019",
        "rail_stations_12306_2026",
        "hsr_stations_2016",
        "airports",
        "wpi_ports",
        "is_old_industrial",
        "is_resource_city",
        "is_transfer_demo",
        "n_adv_mfg_clusters",
        "has_ftz",
        "has_new_area",
        "city_cluster",
        "metro_area",
    )
    return [
        row["adcode"],
        row["pop_census_2020"],
        row["pop_census_2010"],
        _scaled(row["urban_share_2020_pct"], 0.01),
        _scaled(row["share_age_15_59_2020"], 0.01),
        _scaled(row["gdp_2015_yi"], YI_CNY),
        _scaled(row["fiscal_revenue_2015_yi"], YI_CNY),
        row["employment_2015"],
        *(row[column] for column in counts),
    ]


def word_rows(table: list[Row]) -> list[list[object]]:
    """A first map of the catalogue's words; a words.csv that is there is kept: it was gone through by hand."""
    return [[row["term"], row["gbt_divisions"]] for row in table]


def _scaled(cell: str, factor: float) -> str:
    """Rounded so that 66.46 % is 0.6646; amounts of money are whole."""
    if not cell:
        return ""
    value = float(cell) * factor
    return str(round(value)) if factor > 1 else str(round(value, 6))


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = list(rows)
    check(all(len(line) == len(head) for line in lines), f"{path.name}: a row is not as long as its head")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(lines)
    return f"{path.name}: {len(lines)} rows"
