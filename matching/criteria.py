"""How well does a park suit a need, criterion by criterion, and the need the park?

One function measures each criterion over all parks, in natural units; `reference/priors.toml` says how the measure is
valued and weighed. A criterion drops out only by what the need says; its weight is then shared among the rest.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching import industry, text
from matching.asked import Asked
from matching.columns import Columns, comparable_energy
from matching.errors import Fault, InputError
from matching.gap import chain_gap
from matching.modes import market_product
from matching.place import distance_km, point_of, travel_hours
from matching.reference import gbt, rail
from matching.reference.market import prefecture_of
from matching.reference.priors import Points, Prior, prior_of, priors
from matching.weights import NEED_SIDE, PARK_SIDE, weights_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

METRES = 3  # decimals of a kilometre kept, so that a row's distance never depends on how many rows there are
TCE_PER_10K_CNY = 10_000.0

__all__ = [
    "NEED_SIDE",
    "PARK_SIDE",
    "CriterionColumn",
    "criteria_of",
    "hours_from",
    "km_from",
    "value_of",
    "values_of",
    "weights_of",
]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A criterion in its natural measure, (n_parks,), NaN unknown.

    `points` or `value` where its prior's points alone do not value it; `prior`: values that stand for the unknown.
    """

    measure: Floats
    points: Points | None = None
    prior: Floats | None = None
    value: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CriterionColumn:
    """One criterion over all parks: its weight on its side, values in [0, 1] and whether they are known, (n_parks,)."""

    criterion: str
    side: str
    weight: float
    measure: Floats
    value: Floats
    known: Flags


Measure = Callable[[Asked, Columns], Measured | None]


def criteria_of(asked: Asked, columns: Columns) -> list[CriterionColumn]:
    """The criteria this need leaves standing, need side first, weights summing to 1 on each side that has any."""
    weights = weights_of(asked.need, asked.function)
    measured = {name: MEASURES[name](asked, columns) for name, weight in weights.items() if weight > 0}
    standing = {name: measure for name, measure in measured.items() if measure is not None}
    found = shared(weights, standing, asked.function)
    return [
        valued(prior_of(name, asked.function), side, found[name], standing[name])
        for side, names in _sides(asked.function).items()
        for name in names
        if name in standing
    ]


def shared(weights: Mapping[str, float], standing: Iterable[str], function: str) -> dict[str, float]:
    """The weights of the criteria that stand, summing to 1 on each side; if none does, InputError."""
    left = {name: weights[name] for name in standing}
    if not left:
        message = "Weights are given only to what this need says nothing about: {names}."
        names = ", ".join(name for name, weight in weights.items() if weight > 0)
        raise InputError([Fault("weights", message, {"names": names})])
    totals = [(names, sum(left.get(name, 0.0) for name in names)) for names in _sides(function).values()]
    return {name: left[name] / total for names, total in totals for name in names if name in left}


def _sides(function: str) -> Mapping[str, Mapping[str, Prior]]:
    return {"need": priors(function).need, "park": priors(function).park}


def value_of(name: str, measure: float, function: str = "relocation") -> float:
    """The value in [0, 1] of a criterion's natural measure."""
    return float(values_of(name, np.array([measure]), function)[0])


def values_of(name: str, measures: Floats, function: str = "relocation") -> Floats:
    """The values in [0, 1] of many, of the same shape; NaN where there is none."""
    return _interpolated(prior_of(name, function).points, measures)


def valued(prior: Prior, side: str, weight: float, measured: Measured) -> CriterionColumn:
    """A measured criterion with its values: known ones by the points, the unknown by what stands for it."""
    known = ~np.isnan(measured.measure)
    stand_in: Floats | float = prior.prior if measured.prior is None else measured.prior
    points = prior.points if measured.points is None else measured.points
    valued = _interpolated(points, measured.measure) if measured.value is None else measured.value
    return CriterionColumn(prior.name, side, weight, measured.measure, np.where(known, valued, stand_in), known)


def _interpolated(points: Points, measure: Floats) -> Floats:
    x, y = zip(*points, strict=True)
    value: Floats = np.clip(np.interp(measure, x, y), 0.0, 1.0)
    return value


# Need side


def _industry_chain(asked: Asked, columns: Columns) -> Measured | None:
    if asked.industry is None:
        return None
    fit = industry.chain_fit(asked.industry, columns.prepared).value
    return Measured(np.where(_has_industries(columns), fit, np.nan))


def _text(asked: Asked, columns: Columns) -> Measured | None:
    words = asked.need.description.strip()
    if not words and asked.industry is not None:
        words = gbt()[asked.industry].name
    if not words:
        return None
    likeness = columns.texts @ text.vectors([words]).toarray()[0]
    return Measured(np.where(columns.texts.getnnz(axis=1) > 0, likeness, np.nan))


def _land_price(asked: Asked, columns: Columns) -> Measured | None:
    """The rent, where the need asks for rooms and for no land."""
    asks = asked.need.asks
    if asks.building_m2 and not asks.land_m2:
        return Measured(columns["rent_cny_m2_month"], points=prior_of("land_price", asked.function).rent_points)
    return Measured(columns["land_price_cny_m2"])


def _land_slack(asked: Asked, columns: Columns) -> Measured | None:
    return _slack(_ratios(asked, columns, ("land_m2", "building_m2")))


def _energy_slack(asked: Asked, columns: Columns) -> Measured | None:
    ratios = _ratios(asked, columns, ("power_kva", "coal_t_a", "steam_t_h", "gas_m3_d"))
    if asked.need.asks.energy_tce:
        ratios.append(comparable_energy(asked.need.asks, columns) / asked.need.asks.energy_tce)
    return _slack(ratios)


def _environment_slack(asked: Asked, columns: Columns) -> Measured | None:
    ratios = _ratios(asked, columns, ("water_t_d", "wastewater_t_d", "hazardous_waste_t_a"))
    ratios += [free / needed for needed, free in _pollutants(asked, columns)]
    return _slack(ratios)


def _slack(ratios: list[Floats]) -> Measured | None:
    """Free against needed, of what is scarcest; unknown as soon as one part of it is."""
    return Measured(np.minimum.reduce(ratios)) if ratios else None


def _ratios(asked: Asked, columns: Columns, names: Iterable[str]) -> list[Floats]:
    asks = {name: asked.need.takes(name) for name in names}
    return [columns[name] / amount for name, amount in asks.items() if amount]


def _pollutants(asked: Asked, columns: Columns) -> list[tuple[Floats, Floats]]:
    """Quota needed and free of each pollutant the need names."""
    named = sorted(asked.need.asks.emissions_t_a.items())
    return [(columns.multiple(name) * amount, columns.headroom(name)) for name, amount in named if amount]


def _market(asked: Asked, columns: Columns) -> Measured | None:
    return Measured(columns["market"])


def _talent(asked: Asked, columns: Columns) -> Measured | None:
    return Measured(columns["universities"])


def _services(asked: Asked, columns: Columns) -> Measured | None:
    return Measured(columns["level"])


def _zone(asked: Asked, columns: Columns) -> Measured | None:
    return Measured(columns["zone_technology"])


def _labour_cost(asked: Asked, columns: Columns) -> Measured | None:
    """A park's own wage; else unknown, and its province's GDP per head stands in."""
    return _with_stand_in(prior_of("labour_cost", asked.function), columns["wage_cny_a"], columns["gdp_per_head"])


def _distance(asked: Asked, columns: Columns) -> Measured | None:
    hours = hours_from(asked, columns)
    return None if hours is None else Measured(hours)


def _delivery(asked: Asked, columns: Columns) -> Measured | None:
    if asked.need.needed_on is None:
        return None
    return Measured(asked.need.needed_on.toordinal() - columns["available_on"])


def _green_power(asked: Asked, columns: Columns) -> Measured | None:
    """A park's own share; else unknown, and its province's renewable weight stands in."""
    return _with_stand_in(
        prior_of("green_power", asked.function), columns["green_power_share"], columns["renewable_weight"]
    )


def _with_stand_in(prior: Prior, own: Floats, stand_in: Floats) -> Measured:
    value = np.where(np.isnan(stand_in), prior.prior, _interpolated(prior.stand_in_points, stand_in))
    return Measured(own, prior=value)


def _response_rate(asked: Asked, columns: Columns) -> Measured | None:
    return Measured(columns["response_rate"])


def _region(asked: Asked, columns: Columns) -> Measured | None:
    if not asked.need.regions.prefer:
        return None
    inside, coarse = columns.within(asked.need.regions.prefer)
    unknown = columns.unplaced | (coarse & ~inside)
    return Measured(np.where(unknown, np.nan, inside.astype(np.float64)))


# Park side


def _investment(asked: Asked, columns: Columns) -> Measured | None:
    return _everywhere(asked.per_m2("investment"), columns)


def _tax(asked: Asked, columns: Columns) -> Measured | None:
    return _everywhere(asked.per_m2("tax"), columns)


def _jobs(asked: Asked, columns: Columns) -> Measured | None:
    return _everywhere(asked.per_m2("jobs"), columns)


def _chain_gap(asked: Asked, columns: Columns) -> Measured | None:
    """A need strengthens a chain (强链), or fills a gap in it (补链), which counts half: 1 − (1−F)(1 − gap/2)."""
    if asked.industry is None or not asked.industry.isdigit():
        return None
    gap = chain_gap(asked.industry, columns.portfolios, columns.prepared)
    fit = industry.chain_fit(asked.industry, columns.prepared).value
    value = 1 - (1 - fit) * (1 - _interpolated(prior_of("chain_gap", asked.function).points, gap) / 2)
    return Measured(np.where(_has_industries(columns), gap, np.nan), value=value)


def _energy_intensity(asked: Asked, columns: Columns) -> Measured | None:
    energy, output = asked.need.asks.energy_tce, asked.need.output_cny_a
    return _everywhere(None if energy is None or not output else energy / output * TCE_PER_10K_CNY, columns)


def _technology(asked: Asked, columns: Columns) -> Measured | None:
    """A need does not say its rank in 梯度培育, so there is nothing to compare yet."""
    return None


def _pollutant_share(asked: Asked, columns: Columns) -> Measured | None:
    pollutants = _pollutants(asked, columns)
    if not pollutants:
        return None
    shares = [np.divide(needed, free, out=np.full(len(free), np.inf), where=free != 0) for needed, free in pollutants]
    return Measured(np.maximum.reduce(shares))


# What a market is to a product


def _cover(asked: Asked, columns: Columns) -> Measured | None:
    share = market_product.cover(asked, columns)
    return None if share is None else Measured(share, value=np.sqrt(share))


def _freight(asked: Asked, columns: Columns) -> Measured | None:
    cost = market_product.freight(asked, columns)
    return None if cost is None else Measured(cost, value=market_product.worth_of_freight(cost))


def _channel(asked: Asked, columns: Columns) -> Measured | None:
    return Measured(market_product.ways_in(columns))


def _everywhere(measure: float | None, columns: Columns) -> Measured | None:
    return None if measure is None else Measured(np.full(columns.parks, measure))


def _has_industries(columns: Columns) -> Flags:
    found = np.zeros(columns.parks, dtype=bool)
    found[columns.prepared.filled] = True
    return found


def hours_from(asked: Asked, columns: Columns) -> Floats | None:
    """Door-to-door hours from where the firm is to each park, (n_parks,); None where the need does not say where."""
    km = km_from(asked, columns)
    if km is None:
        return None
    return travel_hours(km, rail().minutes_from(prefecture_of(home_of(asked)), columns.rail_rows))


def km_from(asked: Asked, columns: Columns) -> Floats | None:
    """Great-circle km from where the firm is to each park, (n_parks,), NaN where the park's place is unknown."""
    home = point_of(home_of(asked))
    if home is None:
        return None
    return np.round(distance_km(*home, columns["lon"], columns["lat"]), METRES)


def home_of(asked: Asked) -> str | None:
    """The head office where one is named, else the present place."""
    return asked.need.hq or asked.need.origin


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "industry_chain": _industry_chain,
        "text": _text,
        "land_price": _land_price,
        "land_slack": _land_slack,
        "energy_slack": _energy_slack,
        "environment_slack": _environment_slack,
        "market": _market,
        "talent": _talent,
        "services": _services,
        "zone": _zone,
        "labour_cost": _labour_cost,
        "distance": _distance,
        "delivery": _delivery,
        "green_power": _green_power,
        "response_rate": _response_rate,
        "region": _region,
        "investment": _investment,
        "tax": _tax,
        "chain_gap": _chain_gap,
        "energy_intensity": _energy_intensity,
        "technology": _technology,
        "pollutant_share": _pollutant_share,
        "jobs": _jobs,
        "cover": _cover,
        "freight": _freight,
        "channel": _channel,
    }
)
