"""How far is it, how long does it take, and which region does a place lie in?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.reference import regions

Floats = NDArray[np.float64]

EARTH_KM = 6371.0088  # mean radius (IUGG)
DETOUR = 1.3  # kilometres of road for one of great circle
ROAD_KMH = 75.0
ROAD_START_H = 0.5
RAIL_ACCESS_H = 1.0
TRAIN_KMH = 230.0  # where no timetable is known
TRAIN_DETOUR = 1.2
TRAIN_START_H = 1.6


def distance_km(lon: ArrayLike, lat: ArrayLike, lons: ArrayLike, lats: ArrayLike) -> Floats:
    """Great-circle km between points in degrees (haversine), broadcast; NaN where a point is unknown."""
    x1, y1, x2, y2 = (np.radians(np.asarray(degrees, dtype=np.float64)) for degrees in (lon, lat, lons, lats))
    half = np.sin((y2 - y1) / 2) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2) ** 2
    km: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return km


def travel_hours(km: ArrayLike, rail_minutes: ArrayLike) -> Floats:
    """Door-to-door hours by the faster of road and rail; `rail_minutes` is NaN where the timetables are silent.

    Source: ENGINE.md 3. The constants are ours. A blank does not mean that there is no train: a usual one is assumed.
    """
    distance = np.asarray(km, dtype=np.float64)
    minutes = np.asarray(rail_minutes, dtype=np.float64)
    road = ROAD_START_H + DETOUR * distance / ROAD_KMH
    assumed = TRAIN_START_H + TRAIN_DETOUR * distance / TRAIN_KMH
    hours: Floats = np.minimum(road, np.where(np.isnan(minutes), assumed, RAIL_ACCESS_H + minutes / 60))
    return hours


def accessible(hours: ArrayLike, near_h: float, decay_h: float) -> Floats:
    """acc(τ; τ0, τ1) = exp(−max(0, τ − τ0) / τ1). Source: ENGINE.md 3."""
    value: Floats = np.exp(-np.maximum(0.0, np.asarray(hours, dtype=np.float64) - near_h) / decay_h)
    return value


def within(code: str | None, adcode: str | None) -> bool:
    """Whether a region (2, 4 or 6 digits) lies in another; a code begins every code in it, trailing 00 dropped."""
    return bool(code) and bool(adcode) and str(code).startswith(shortened(str(adcode)))


def shortened(adcode: str) -> str:
    """`340000` → `34`, `340100` → `3401`; a county stays as it is."""
    while len(adcode) > 2 and adcode.endswith("00"):
        adcode = adcode[:-2]
    return adcode


def point_of(adcode: str | None) -> tuple[float, float] | None:
    """Longitude and latitude (GCJ-02) of a region's seat; the next larger region's where only that is known."""
    for digits in (6, 4, 2):
        region = regions().get((adcode or "")[:digits].ljust(6, "0"))
        if region is not None:
            return region.lon, region.lat
    return None
