"""How far are two parks from each other, and what ties their places, exactly for a pair and bounded for two cells?

A cell is a set of parks of one prefecture (or of one province, where no more is known): rail and ties are those of the
cell, only the road within differs. So the best that any pair of two cells can reach is known without looking at pairs.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.columns import Columns
from matching.place import distance_km, travel_hours
from matching.reference import rail
from matching.reference.arrays import NO_TRAIN
from matching.ties import rows_of, ties

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

METRES = 3  # decimals of a kilometre
ROUNDING_KM = 0.002  # more than rounding and float noise can bring two parks nearer than their cells allow
PROVINCE_DIGITS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where parks are, (n_parks,): `tie` is the row of `matching.ties`, `province` its two digits, both −1 unknown.

    `cell` numbers the cells, whose fields begin with `cell_` and are (n_cells,); a cell without a point is NaN.
    """

    lon: Floats
    lat: Floats
    train: Rows
    tie: Rows
    province: NDArray[np.int64]
    cell: Rows
    cell_lon: Floats
    cell_lat: Floats
    cell_km: Floats
    cell_train: Rows
    cell_tie: Rows
    cell_province: NDArray[np.int64]

    @property
    def cells(self) -> int:
        return len(self.cell_tie)


@lru_cache(maxsize=4)
def places_of(columns: Columns) -> Places:
    """The places of an index's parks, in its order."""
    codes = [
        str(number).zfill(digits) if digits else None
        for number, digits in zip(columns.region.tolist(), columns.region_digits.tolist(), strict=True)
    ]
    province = np.array([int(code[:PROVINCE_DIGITS]) if code else -1 for code in codes], dtype=np.int64)
    tie, lon, lat = rows_of(codes), columns["lon"], columns["lat"]
    placed = ~(np.isnan(lon) | np.isnan(lat))
    keys = np.stack((tie, province, placed.astype(np.int64), columns.rail_rows), axis=1)
    found, cell = np.unique(keys, axis=0, return_inverse=True)
    cell = cell.reshape(-1).astype(np.intp)
    centre = [_mean(values, cell, len(found)) for values in (lon, lat)]
    apart = np.nan_to_num(distance_km(centre[0][cell], centre[1][cell], lon, lat))
    reach = np.zeros(len(found))
    np.maximum.at(reach, cell, apart)
    return Places(
        lon=lon,
        lat=lat,
        train=columns.rail_rows,
        tie=tie,
        province=province,
        cell=cell,
        cell_lon=centre[0],
        cell_lat=centre[1],
        cell_km=reach,
        cell_train=found[:, 3],
        cell_tie=found[:, 0],
        cell_province=found[:, 1],
    )


def hours_between(a: Places, b: Places, i: Rows, j: Rows) -> Floats:
    """Door-to-door hours of the pairs (i, j), the mean of both directions by rail, (n_pairs,); NaN without a point."""
    km = np.round(distance_km(a.lon[i], a.lat[i], b.lon[j], b.lat[j]), METRES)
    return travel_hours(km, minutes_between()[a.train[i], b.train[j]])


@lru_cache(maxsize=8)
def least_hours(a: Places, b: Places) -> Floats:
    """No pair of two cells is nearer than this, (n_cells, n_cells); NaN where one of the two has no point."""
    km = distance_km(a.cell_lon[:, None], a.cell_lat[:, None], b.cell_lon, b.cell_lat)
    nearest = np.maximum(0.0, km - a.cell_km[:, None] - b.cell_km - ROUNDING_KM)
    return travel_hours(nearest, minutes_between()[np.ix_(a.cell_train, b.cell_train)])


@cache
def minutes_between() -> Floats:
    """Minutes by rail, the mean of both directions, NaN where none is known; the last row and column are NaN."""
    minutes = rail().minutes.astype(np.float64)
    minutes[minutes == NO_TRAIN] = np.nan
    both = (minutes + minutes.T) / 2
    both = np.where(np.isnan(both), np.where(np.isnan(minutes), minutes.T, minutes), both)
    found = np.pad(both, ((0, 1), (0, 1)), constant_values=np.nan)
    found.setflags(write=False)
    return found


def bound_together(
    tie_a: Rows, province_a: NDArray[np.int64], tie_b: Rows, province_b: NDArray[np.int64], paired: float
) -> Floats:
    """1 in one province or metropolitan area, `paired` by an official programme, else 0; NaN unknown. Broadcast."""
    same = province_a == province_b
    table = _ties(paired)[tie_a, tie_b]
    value: Floats = np.where(same, 1.0, table)
    value[np.broadcast_to((province_a < 0) | (province_b < 0), value.shape)] = np.nan
    return value


@cache
def _ties(paired: float) -> Floats:
    """By rows of `matching.ties`; the last row and column, which −1 finds, are NaN."""
    found = ties()
    either = found.paired | found.paired.T
    value = np.where(found.same_province | found.metro, 1.0, np.where(either, paired, 0.0))
    return np.pad(value, ((0, 1), (0, 1)), constant_values=np.nan)


def _mean(values: Floats, cell: Rows, cells: int) -> Floats:
    with np.errstate(invalid="ignore"):
        found: Floats = np.bincount(cell, values, cells) / np.bincount(cell, minlength=cells)
    return found
