"""How rich and green is a province, how large a market lies within reach, and what do the zones usually make?"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from matching.reference.tables import prefectures, rows_of

CHONGQING = "500100"  # the facts hold the whole municipality under one code


class Province(NamedTuple):
    """GDP and population of 2023, and the share of renewables its consumers must reach that year (None: exempt)."""

    adcode: str
    gdp_2023_cny: float
    population_2023: float
    renewable_weight_2023: float | None


@cache
def provinces() -> Mapping[str, Province]:
    """The 31 provinces by the two digits that begin their codes."""
    rows = (
        Province(code, float(gdp), float(people), float(weight) if weight else None)
        for code, gdp, people, weight in rows_of("provinces.csv")
    )
    return MappingProxyType({province.adcode[:2]: province for province in rows})


@cache
def reach() -> Mapping[str, float]:
    """GDP within reach of each prefecture, CNY 10¹² of 2023: Σ GDP · exp(−max(0, hours − 1)/2), itself at no distance.

    GDP of a prefecture is its people (census 2020) at its province's GDP per head (2023): the last year for which all
    prefectures have a figure of their own is 2015, and there 92 of 370 are blank. Source of the form: Harris 1954.
    """
    return MappingProxyType({code: float(value) for code, value in rows_of("reach.csv")})


@cache
def catalogue_shares() -> Mapping[str, float]:
    """The mean share of each GB/T 4754 division in the portfolios of the catalogue's zones; they sum to 1."""
    return MappingProxyType({code: float(share) for code, share in rows_of("shares.csv")})


@cache
def demand() -> Mapping[str, tuple[float, float]]:
    """What industry (inputs and fixed capital) and households take of each sector of the table of 2020, CNY."""
    return MappingProxyType({code: (float(a), float(b)) for code, a, b in rows_of("demand.csv")})


@cache
def market_shares() -> Mapping[str, tuple[float, float]]:
    """The share of each prefecture in the country's GDP, and in its people of 2020; as `reach` has GDP."""
    people = {code: row.population_2020 for code, row in prefectures().items() if row.population_2020}
    per_head = {code: province.gdp_2023_cny / province.population_2023 for code, province in provinces().items()}
    gdp = {code: count * per_head[code[:2]] for code, count in people.items() if code[:2] in per_head}
    whole, everybody = sum(gdp.values()), sum(people.values())
    return MappingProxyType({code: (gdp[code] / whole, people[code] / everybody) for code in gdp})


@cache
def prefecture_of(adcode: str | None) -> str | None:
    """The prefecture, or directly governed county, whose facts hold for a region; None for a province or no region."""
    if not adcode:
        return None
    code = adcode.ljust(len(CHONGQING), "0")
    if code[:2] == CHONGQING[:2] and code[2:] != "0000":
        return CHONGQING
    known = prefectures()
    if code in known:
        return code
    above = code[:4] + "00"
    return above if above in known else None
