"""What is each pair of a planted market truly worth, and how well could anybody rank who sees what is stated?

The ceiling is Bayes': hidden things are drawn again and again by the planted laws, given what is stated, and parks are
ranked by the mean gain. It knows the laws and reads every word without doubt, so no method can be expected to beat it.
"""

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from matching.evaluate.planted import (
    ASKED,
    KM_A_DEGREE,
    SHARES,
    SHEET,
    Market,
    Parks,
    disturbed_supply,
    drawn_sheet,
    drawn_tastes,
    quality_given,
)
from matching.evaluate.planted_tables import cities, trades

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

GRADES = (0.01, 0.03, 0.08, 0.20)  # the best 1 %, 3 %, 8 %, 20 % of all parks are worth 4, 3, 2, 1
POOL = 400  # tastes drawn once, from which those that agree with a stated order are taken


def true_values(market: Market) -> Floats:
    """Two-sided value of each pair, 0 where a hard constraint fails, (n_needs, n_parks)."""
    parks = market.parks
    sides = fixed_sides(market, market.supply)
    return _values(market, sides, parks.sheet, parks.quality, market.needs.tastes, market.shock)


def gains(values: Floats) -> Floats:
    """2^grade − 1 by each need's own order of the parks, (n_needs, n_parks); what fails is worth nothing."""
    order = np.argsort(-values, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(values.shape[1])[None, :].repeat(len(values), 0), axis=1)
    grade = sum((places < np.ceil(part * values.shape[1])).astype(np.float64) for part in GRADES)
    found: Floats = np.where(values > 0, 2.0**grade - 1, 0.0)
    return found


def expected_gains(market: Market, draws: int, seed: int) -> Floats:
    """The mean gain over what is hidden, given what is stated, (n_needs, n_parks)."""
    rng = np.random.default_rng([seed, 1])
    parks, total = market.parks, np.zeros(market.shock.shape)
    pool = drawn_tastes(rng, POOL)
    odds = _odds(pool, market.needs.order)
    for _ in range(draws):
        other = drawn_sheet(rng, parks.city)
        sheet = {name: np.where(parks.stated[name], parks.sheet[name], other[name]) for name in SHEET}
        quality = quality_given(rng, parks.response, parks.response_stated, market.noise)
        sides = fixed_sides(market, disturbed_supply(rng))
        shock = rng.standard_normal(market.shock.shape) * market.noise.shock
        total += gains(_values(market, sides, sheet, quality, _tastes(rng, pool, odds), shock))
    return total / draws


def fixed_sides(market: Market, supply: Floats) -> Mapping[str, Floats]:
    """What neither sheet nor quality moves, in logs: chain, distance and what a park wishes, (n_needs, n_parks)."""
    chain = _log_s(4.0 * (_fit(market, supply) - 0.45))
    return {"chain": chain, "distance": _log_s((700 - _km(market)) / 350), "wishes": _park_side(market, chain)}


def _values(
    market: Market,
    sides: Mapping[str, Floats],
    sheet: Mapping[str, Floats],
    quality: Floats,
    tastes: Floats,
    shock: Floats,
) -> Floats:
    parks, needs = market.parks, market.needs
    alone = {
        "market": _log_s((_reach(parks) - 10.6) / 0.5),
        "price": _log_s((20 - sheet["price"]) / 6),
        "wage": _log_s((8 - sheet["wage"]) / 0.9),
        "talent": _log_s((np.log1p(cities().universities[parks.city]) - 1.2) / 0.8),
        "service": _log_s(1.2 * quality + 0.6 * parks.national),
        "green": _log_s((sheet["green"] - 0.4) / 0.2),
    }
    # In the order of planted.TASTES.
    worth = tastes[:, [2, 3, 4, 5, 6, 10]] @ np.array(list(alone.values()))
    worth += tastes[:, [0]] * sides["chain"] + tastes[:, [1]] * sides["distance"]
    worth += tastes[:, [7]] * _room(needs.asks["land"], sheet["land"])
    worth += tastes[:, [8]] * _room(needs.asks["energy"], sheet["energy"])
    late = sheet["ready"][None, :] - np.nan_to_num(needs.needed, nan=400.0)[:, None]
    worth += tastes[:, [9]] * _log_s(-(late + 60) / 90)
    worth += parks.wishes[:, 5] * _log_s((0.3 - needs.asks["cod"][:, None] / sheet["cod"]) / 0.2)
    value: Floats = np.exp(0.5 * (worth + sides["wishes"]) + shock)
    return np.where(_feasible(market, sheet), value, 0.0)


def _park_side(market: Market, chain: Floats) -> Floats:
    needs, parks = market.needs, market.parks
    land = needs.asks["land"]
    own = np.array(
        [
            _log_s(np.log(needs.investment / land / 250) / 0.5),
            _log_s(np.log(needs.tax / land / 14) / 0.5),
            _log_s(-np.log(needs.asks["energy"] / needs.output / 0.1) / 0.7),
            _log_s(np.log(needs.jobs / land / 4) / 0.6),
        ]
    )
    found: Floats = (parks.wishes[:, [0, 1, 3, 4]] @ own).T
    found += parks.wishes[:, 2] * chain
    return found


def _feasible(market: Market, sheet: Mapping[str, Floats]) -> Flags:
    parks, needs = market.parks, market.needs
    fits = np.ones(market.shock.shape, dtype=bool)
    for name in ASKED:
        fits &= needs.asks[name][:, None] <= sheet[name]
    fits &= needs.asks["land"][:, None] <= sheet["plot"]
    fits &= (needs.investment / needs.asks["land"])[:, None] >= parks.investment_min
    fits &= (needs.tax / needs.asks["land"])[:, None] >= parks.tax_min
    fits &= ~(sheet["price"] > needs.price_max[:, None])
    fits &= ~(sheet["ready"] > needs.needed[:, None])
    chemical = np.array([trade.chemical for trade in trades()])[needs.trade]
    fits &= ~chemical[:, None] | (parks.chemical & ~parks.refuses_dirty)
    return fits


def _fit(market: Market, supply: Floats) -> Floats:
    """Likeness and supply, each saturating, joined over a park's trades, (n_needs, n_parks)."""
    sector = np.array([trade.sector for trade in trades()])
    alike = np.where(sector[:, None] == sector, 0.45, 0.0)
    np.fill_diagonal(alike, 1.0)
    linked = 1 - np.exp(-(supply + 0.7 * supply.T) / 0.08)
    joined = np.clip(alike + 0.45 * linked * (1 - alike), 0, 1)[market.needs.trade]
    missing = np.ones(market.shock.shape)
    for place, share in enumerate(SHARES):
        trade = np.array([own[place] if place < len(own) else -1 for own in market.parks.named])
        missing *= 1 - np.where(trade >= 0, joined[:, trade] * share, 0.0)
    return 1 - missing


def _km(market: Market) -> Floats:
    place, parks = cities(), market.parks
    lon, lat = place.lon[market.needs.city][:, None], place.lat[market.needs.city][:, None]
    east = (lon - parks.lon) * np.cos(np.radians((lat + parks.lat) / 2))
    found: Floats = KM_A_DEGREE * np.hypot(east, lat - parks.lat)
    return found


def _reach(parks: Parks) -> Floats:
    """Log of the output of 2015 around a park, thinning out with 250 km."""
    place = cities()
    east = (place.lon[:, None] - parks.lon) * np.cos(np.radians(parks.lat))
    km = KM_A_DEGREE * np.hypot(east, place.lat[:, None] - parks.lat)
    found: Floats = np.log(place.output @ np.exp(-km / 250))
    return found


def _room(asked: Floats, free: Floats) -> Floats:
    return np.log1p(-np.exp(-0.8 * free / asked[:, None]))


def _log_s(x: Floats) -> Floats:
    """Log of the logistic function, never quite minus infinity."""
    return -np.logaddexp(0.0, -np.clip(x, -6, 6))


def _odds(pool: Floats, orders: tuple[tuple[int, ...], ...]) -> list[Floats | None]:
    """How probable each taste of the pool is for one who states this order; None where none is stated."""
    strength = pool**2
    found: list[Floats | None] = []
    for order in orders:
        left, odds = strength.sum(axis=1), np.ones(len(pool))
        for each in order:
            odds = odds * strength[:, each] / left
            left = left - strength[:, each]
        found.append(np.cumsum(odds / odds.sum()) if order else None)
    return found


def _tastes(rng: Generator, pool: Floats, odds: list[Floats | None]) -> Floats:
    marks = rng.random(len(odds))
    rows = [
        int(mark * len(pool)) if each is None else min(int(np.searchsorted(each, mark)), len(pool) - 1)
        for mark, each in zip(marks, odds, strict=True)
    ]
    return pool[rows]
