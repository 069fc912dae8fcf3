"""What draws one place's firms to another: nearness, the gap in income, the hinterland, how much is there?

Measures of two places from public facts, the same whichever parks are asked about; `points` in priors.toml value them.
Which of them carry, and by how much, was found on documented pairs (docs/decisions/0018).
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.place import distance_km
from matching.reference import prefectures, regions, zones
from matching.ties import listed, places, rows_of

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

PULL_EXPONENT = 2.0  # Huff 1963: what draws falls with the square of the distance
PULL_START_KM = 30.0  # to go anywhere at all; keeps neighbours from taking everything (ours)


def affinity(origins: Rows, destinations: Rows) -> Mapping[str, Floats]:
    """Measures by name, (n_origins, n_destinations) each, NaN unknown; rows are those of `ties.places()`.

    nearness: great-circle km between the seats; income_gap: GDP per head of the origin over the destination's, 2015;
    hinterland: the origin's share of what draws the destination, NaN within one place; zones, listed, universities:
    how many zones of the catalogue, head offices of listed firms, universities and colleges the destination has.
    """
    return MappingProxyType({name: table[np.ix_(origins, destinations)] for name, table in _tables().items()})


@cache
def _tables() -> Mapping[str, Floats]:
    income, size = _income(), len(places())
    return {
        "nearness": _kilometres(),
        "income_gap": income[:, None] / income,
        "hinterland": _hinterland(),
        "zones": np.tile(_zones(), (size, 1)),
        "listed": np.tile(listed().firms.sum(axis=1), (size, 1)),
        "universities": np.tile([float(prefectures()[code].universities_2019) for code in places()], (size, 1)),
    }


def _hinterland() -> Floats:
    """Share of each row in the pull on each column: listed firms + 1 over the square of the way (Huff 1963).

    Its own pull on itself does not count: asked is who, among the others, a place belongs to.
    """
    firms = listed().firms.sum(axis=1) + 1
    pull = firms[:, None] / (_kilometres() + PULL_START_KM) ** PULL_EXPONENT
    np.fill_diagonal(pull, 0.0)
    share: Floats = pull / pull.sum(axis=0)
    np.fill_diagonal(share, np.nan)
    return share


def _income() -> Floats:
    """GDP per head in CNY of 2015, people as the mean of the censuses of 2010 and 2020; NaN where one is blank."""
    facts = [prefectures()[code] for code in places()]
    gdp, before, after = (
        np.array([np.nan if each is None else each for each in column])
        for column in zip(*((row.gdp_2015_cny, row.population_2010, row.population_2020) for row in facts), strict=True)
    )
    found: Floats = gdp / ((before + after) / 2)
    return found


@cache
def _kilometres() -> Floats:
    seats = [regions()[code] for code in places()]
    lon, lat = np.array([seat.lon for seat in seats]), np.array([seat.lat for seat in seats])
    return distance_km(lon[:, None], lat[:, None], lon, lat)


def _zones() -> Floats:
    rows = rows_of(zone.adcode for zone in zones())
    return np.bincount(rows, minlength=len(places())).astype(np.float64)
