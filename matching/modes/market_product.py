"""How well does a park serve as the market of what a firm makes elsewhere (市场+产品)?

S = .55 √cover + .25 exp(−freight / 300 CNY/t) + .20 channel; the park's side says nothing.
cover = Σ min(supply, demand) / Σ supply: what a new supplier can win of the demand of the park's prefecture, by the
input–output table, people and GDP, against what the firm puts out. Source: ENGINE.md 3.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from matching.asked import Asked
from matching.columns import Columns
from matching.place import DETOUR, accessible, distance_km, point_of, travel_hours
from matching.reference import linkage
from matching.reference.market import demand
from matching.reference.priors import constant

Floats = NDArray[np.float64]

MODE = "market_product"
METRES, DECIMALS = 3, 12
NEAR = 0.5  # of the reach of the city: about 2.4 hours
WAYS = 4.0


def cover(asked: Asked, columns: Columns) -> Floats | None:
    """The share of the firm's output that the market can take, NaN unknown; None without an output or an industry."""
    output = asked.need.output_cny_a
    makes = sectors_of(asked.industry)
    if not output or not makes:
        return None
    won = np.zeros(columns.parks)
    taken = constant(MODE, "attainable") * reach_of_city(columns)
    for share, industry, households in makes:
        wanted = industry * columns["gdp_share"] + households * columns["people_share"]
        won += np.minimum(share * output, taken * wanted)
    found: Floats = np.minimum(won / output, 1.0).round(DECIMALS)
    return found


def fill_first(asked: Asked) -> str | None:
    """The field of the need that would tell most of markets."""
    if not asked.need.output_cny_a:
        return "output_10k_a"
    if asked.industry is None or asked.inferred:
        return "industry"
    return None if asked.need.origin else "origin"


def reach_of_city(columns: Columns) -> Floats:
    """How far a park reaches the seat of its prefecture, exp(−max(0, hours − 1) / 2), (n_parks,); NaN unknown.

    A county 300 km from the seat is no way into the market of the whole: 重庆 is one prefecture of 82,400 km².
    """
    km = distance_km(columns["seat_lon"], columns["seat_lat"], columns["lon"], columns["lat"])
    hours = travel_hours(np.round(km, METRES), np.nan)
    near, decay = constant(MODE, "city_near_h"), constant(MODE, "city_decay_h")
    return accessible(hours, near, decay).round(DECIMALS)


def ways_in(columns: Columns) -> Floats:
    """How many of four: customs zone or free-trade area, port, airport, high-speed station; the city's if it is near.

    A park that is itself a customs zone has that one wherever it lies.
    """
    near = reach_of_city(columns) >= NEAR
    of_city = np.where(near, columns["ways_in"], 0.0)
    return np.where(np.isnan(columns["ways_in"]), np.nan, np.minimum(WAYS, np.maximum(of_city, columns["customs"])))


def freight(asked: Asked, columns: Columns) -> Floats | None:
    """CNY/t by road from where the product is made, NaN unknown; None where the need does not say where."""
    home = point_of(asked.need.origin)
    if home is None:
        return None
    km = np.round(distance_km(*home, columns["lon"], columns["lat"]), METRES)
    return km * DETOUR * constant(MODE, "freight_cny_t_km")


def worth_of_freight(freight_cny_t: Floats) -> Floats:
    """exp(−freight / 300)."""
    value: Floats = np.exp(-freight_cny_t / constant(MODE, "freight_decay")).round(DECIMALS)
    return value


@cache
def sectors_of(industry: str | None) -> tuple[tuple[float, float, float], ...]:
    """The table's sectors of an industry: share of their output, what industry and what households take, CNY."""
    if industry is None or not industry.isdigit():
        return ()
    table = linkage()
    met = {row for code, row in table.sector_of.items() if code.startswith(industry) or industry.startswith(code)}
    total = sum(float(table.output_cny[row]) for row in met)
    return tuple((float(table.output_cny[row]) / total, *demand()[table.codes[row]]) for row in sorted(met))
