"""How rich is a province, how large a market lies within reach, and what does the mean zone make?

Called by `matching.reference.build` once the tables these rest on are written.
"""

import csv
from pathlib import Path

import numpy as np

from matching.industry import portfolio, portfolio_matrix, sectors
from matching.place import distance_km, travel_hours
from matching.reference.arrays import linkage, rail
from matching.reference.market import provinces
from matching.reference.tables import prefectures, regions, zones

FREE_HOURS = 1.0  # a market within an hour counts fully,
DECAY_HOURS = 2.0  # then loses a factor e every two hours (constants ours)
DEMANDED = (("TIU", "FU201"), ("THC", ""))  # industry: inputs and fixed capital; households
ROUNDED = 6  # digits kept of CNY 10¹², so that machines agree on the bytes


def province_rows(source: Path) -> list[list[object]]:
    """provinces.csv from the public table of province facts, checked."""
    with (source / "province_facts.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    if len(table) != 31:
        raise ValueError(f"31 provinces, not {len(table)}")
    return [
        [
            row["province_adcode"],
            round(float(row["gdp_2023_yi"]) * 1e8),
            round(float(row["pop_2023_wan"]) * 1e4),
            round(float(row["renewable_weight_2023_pct"]) / 100, 4) if row["renewable_weight_2023_pct"] else "",
        ]
        for row in table
    ]


def reach_rows() -> list[list[object]]:
    """reach.csv from our other tables: every prefecture that has a point, against every one that has people."""
    codes = [code for code in sorted(prefectures()) if code in regions()]
    lon = np.array([regions()[code].lon for code in codes])
    lat = np.array([regions()[code].lat for code in codes])
    gdp = np.array([_gdp(code) for code in codes])
    rows = rail().rows(codes)
    found: list[list[object]] = []
    for code, x, y in zip(codes, lon, lat, strict=True):
        hours = travel_hours(distance_km(x, y, lon, lat), rail().minutes_from(code, rows))
        hours[codes.index(code)] = 0.0
        near = np.exp(-np.maximum(0.0, hours - FREE_HOURS) / DECAY_HOURS)
        found.append([code, round(float(np.sum(gdp * near)) / 1e12, ROUNDED)])
    return found


def demand_rows(source: Path) -> list[list[object]]:
    """demand.csv: who takes what each sector of the table of 2020 makes, in CNY; stocks and exports are left out."""
    with (source / "io_cn_2020_153_flows_10kCNY.csv").open(encoding="utf-8-sig", newline="") as file:
        table = {row["code"]: row for row in csv.DictReader(file)}
    rows = [(code, table[code]) for code in linkage().codes]
    found = [
        [code, *(max(0, round((float(row[a]) + (float(row[b]) if b else 0.0)) * 1e4)) for a, b in DEMANDED)]
        for code, row in rows
    ]
    households = sum(float(str(row[2])) for row in found)
    if abs(households / 1e12 - 38.7) > 1.0:
        raise ValueError(f"households take 38.7 万亿, not {households / 1e12:.2f}")
    return [list(row) for row in found]


def share_rows() -> list[list[object]]:
    """shares.csv: the mean portfolio of the zones that have one, by division."""
    matrix = portfolio_matrix(portfolio(zone.industries) for zone in zones())
    mean = matrix[matrix.any(axis=1)].mean(axis=0)
    found: dict[str, float] = {}
    for sector, share in zip(sectors(), mean, strict=True):
        found[sector[:2]] = found.get(sector[:2], 0.0) + float(share)
    return [[division, round(share, ROUNDED)] for division, share in sorted(found.items())]


def _gdp(code: str) -> float:
    people = prefectures()[code].population_2020
    province = provinces().get(code[:2])
    return 0.0 if people is None or province is None else people * province.gdp_2023_cny / province.population_2023
