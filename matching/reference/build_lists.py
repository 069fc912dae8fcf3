"""What do our tables take from the public lists of pairings, members and listed firms, and what must hold of them?"""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from matching.reference.build_arrays import check

Row = dict[str, str]

YI_CNY = 100_000_000
KINDS = {
    "城市群": ("city_cluster", 251),
    "都市圈": ("metropolitan_area", 76),
    "承接产业转移示范区": ("transfer_zone", 50),
    "国家级新区": ("new_area", 23),
    "自贸试验区": ("free_trade_zone", 57),
    "老工业城市": ("old_industrial", 120),
    "资源型城市(地级126)": ("resource_city", 126),
    "国家先进制造业集群(45,2022)": ("manufacturing_cluster", 65),
    "国家中心城市": ("central_city", 9),
    "计划单列市": ("planned_city", 5),
    "副省级城市": ("sub_provincial", 15),
    "省会首府": ("capital", 27),
}
COUNTY_NAMES = {"察右前旗": "察哈尔右翼前旗"}  # short names of the notices


def pairing_rows(source: Path, regions: Sequence[Sequence[object]]) -> list[list[object]]:
    """pairings.csv from the public table of official pairings; `regions` are the rows of regions.csv."""
    table = _read(source / "institutional_pairs.csv")
    names = {str(row[0]): str(row[1]) for row in regions}
    counties = {(str(row[4]), str(row[1])): str(row[0]) for row in regions if row[3] == "county"}
    rows: list[list[object]] = [
        [
            row["program"],
            row["from_adcode"],
            _county(counties, row["from_adcode"], row["from_district"]),
            row["to_adcode"],
            _county(counties, row["to_adcode"], row["to_district"]),
            row["start_year"],
            row["end_year"],
        ]
        for row in table
    ]
    check(len(rows) == 107, f"107 pairings, not {len(rows)}")
    check(all(str(row[1]) in names and str(row[3]) in names for row in rows), "a pairing names an unknown region")
    check(len({tuple(row) for row in rows}) == len(rows), "a pairing is given twice")
    check(all(not row[6] or int(str(row[5])) <= int(str(row[6])) for row in rows), "a pairing ends before it begins")
    return sorted(rows, key=lambda row: [str(cell) for cell in row])


def membership_rows(source: Path, adcodes: set[str]) -> list[list[object]]:
    """memberships.csv from the public table of official lists; `adcodes` are those of prefectures.csv."""
    table = _read(source / "institutional_lists.csv")
    counts = Counter(row["list"] for row in table)
    check(counts == {name: count for name, (_, count) in KINDS.items()}, f"members by list: {counts}")
    check({row["adcode"] for row in table} <= adcodes, "a member is no prefecture")
    check({row["state"] for row in table} == {"READ", "MEM"}, "a member is verified in another way")
    rows: list[list[object]] = [
        [KINDS[row["list"]][0], row["name"], row["adcode"], row["part"], row["year"], int(row["state"] == "READ")]
        for row in table
    ]
    return sorted(rows, key=lambda row: [str(cell) for cell in row])


def listed_rows(source: Path, adcodes: set[str], divisions: set[str]) -> list[list[object]]:
    """listed_firms.csv from the public table of listed firms, revenue in CNY."""
    table = _read(source / "listed_firms_by_prefecture.csv")
    check({row["prefecture_adcode"] for row in table} <= adcodes, "listed firms in no prefecture")
    check({row["gbt_division"] for row in table} <= divisions, "listed firms of no division")
    keys = {(row["prefecture_adcode"], row["gbt_division"]) for row in table}
    check(len(keys) == len(table) == 1877, f"1,877 places and divisions, not {len(keys)}")
    check(sum(int(row["firms"]) for row in table) == 4665, "4,665 listed firms")
    rows: list[list[object]] = [
        [
            row["prefecture_adcode"],
            row["gbt_division"],
            row["firms"],
            row["employees"],
            round(float(row["revenue_2020_yi"]) * YI_CNY),
        ]
        for row in table
    ]
    return sorted(rows, key=lambda row: [str(cell) for cell in row[:2]])


def _county(counties: Mapping[tuple[str, str], str], prefecture: str, name: str) -> str:
    if not name:
        return ""
    code = counties.get((prefecture, COUNTY_NAMES.get(name, name)))
    check(code is not None, f"{name} is no county of {prefecture}")
    return str(code)


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
