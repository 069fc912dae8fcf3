"""What does a large market look like?  Invented sheets and needs, any number of them, the same for the same seed.

Parks stand where zones of the catalogue stand and keep their industries; every amount is drawn, none of it is true.
"""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np

from matching import reference
from matching.records import EnergyBasis, Need, Park, Regions, Resources
from matching.reference import gbt

POLLUTANTS = ("COD", "NH3-N", "SO2", "NOx", "VOCs")
DAY = date(2027, 6, 30)
SILENT = 0.1  # of the amounts of a park that it does not say


def parks(count: int, seed: int = 0) -> list[Park]:
    """So many parks with full sheets, a tenth of the amounts not said."""
    chance = np.random.default_rng(seed)
    zones = reference.catalogue()
    which = np.concatenate([chance.permutation(len(zones)) for _ in range(-(-count // len(zones)))])[:count]
    words = sorted({word for zone in zones for word in zone.industries})
    return [_park(zones[zone], f"{place:06d}", words, chance) for place, zone in enumerate(which.tolist())]


def needs(count: int, seed: int = 1) -> list[Need]:
    """So many needs, each with its own trade, words, home and amounts; for a third places preferred or excluded."""
    chance = np.random.default_rng(seed)
    classes = [code for code, industry in gbt().items() if industry.level == 4 and "13" <= code[:2] <= "43"]
    homes = sorted({zone.adcode for zone in reference.catalogue() if zone.adcode})
    picked, home = chance.integers(len(classes), size=count), chance.integers(len(homes), size=count)
    drawn = zip(picked.tolist(), home.tolist(), strict=True)
    return [_need(f"N{n:06d}", classes[c], homes[h], chance) for n, (c, h) in enumerate(drawn)]


def _amount(chance: np.random.Generator, typical: float) -> float | None:
    """Spread over two orders of magnitude around what is typical, three digits; None where it is not said."""
    if chance.random() < SILENT:
        return None
    return float(f"{typical * 10 ** chance.normal(0, 0.5):.3g}")


def _park(zone: Park, code: str, words: list[str], chance: np.random.Generator) -> Park:
    land = _amount(chance, 200_000.0)
    free = Resources(
        land_m2=land,
        largest_plot_m2=None if land is None else round(land * chance.uniform(0.3, 1.0)),
        building_m2=_amount(chance, 50_000.0),
        power_kva=_amount(chance, 40_000.0),
        energy_tce=_amount(chance, 20_000.0),
        energy_basis=EnergyBasis.CALORIFIC if chance.random() < 0.8 else EnergyBasis.COAL_EQUIVALENT,
        coal_t_a=_amount(chance, 20_000.0),
        water_t_d=_amount(chance, 4_000.0),
        wastewater_t_d=_amount(chance, 2_000.0),
        steam_t_h=_amount(chance, 40.0),
        gas_m3_d=_amount(chance, 40_000.0),
        hazardous_waste_t_a=_amount(chance, 400.0),
        emissions_t_a={name: amount for name in POLLUTANTS if (amount := _amount(chance, 20.0)) is not None},
    )
    industries = tuple(dict.fromkeys((*zone.industries[:2], words[chance.integers(len(words))])))
    return replace(
        zone,
        code=code,
        industries=industries,
        free=free,
        replacement={"VOCs": 2.0} if chance.random() < 0.3 else {},
        investment_min_cny_m2=_amount(chance, 2_000.0),
        tax_min_cny_m2_a=_amount(chance, 120.0),
        land_price_cny_m2=_amount(chance, 300.0),
        rent_cny_m2_month=_amount(chance, 14.0),
        wage_cny_a=_amount(chance, 80_000.0),
        available_on=DAY + timedelta(days=int(chance.integers(-500, 200))),
        response_rate=float(chance.random()),
        green_power_share=float(chance.random()),
        chemical_park=bool(chance.random() < 0.3),
        supply_modes=("transfer",) if chance.random() < 0.5 else ("transfer", "lease"),
    )


@cache
def _name(code: str) -> str:
    return gbt()[code].name


def _need(number: str, code: str, home: str, chance: np.random.Generator) -> Need:
    size = 10 ** float(chance.normal(0, 0.4))
    where = chance.random()
    return Need(
        id=number,
        industry=code,
        description=f"{_name(code)}{_name(code)[: int(chance.integers(2, 5))]}项目{int(chance.integers(1, 10))}期",
        origin=home,
        asks=Resources(
            land_m2=round(60_000 * size),
            power_kva=round(10_000 * size),
            energy_tce=round(4_000 * size),
            energy_basis=EnergyBasis.CALORIFIC,
            water_t_d=round(800 * size),
            wastewater_t_d=round(300 * size),
            hazardous_waste_t_a=round(40 * size),
            emissions_t_a={"COD": round(3 * size, 2), "VOCs": round(2 * size, 2)},
        ),
        investment_cny=round(3e8 * size),
        tax_cny_a=round(2e7 * size),
        output_cny_a=round(9e8 * size),
        jobs=round(300 * size),
        needed_on=DAY,
        regions=Regions(
            prefer=(home[:2],) if where < 1 / 6 else (),
            exclude=("31", "11", "44") if 1 / 6 <= where < 1 / 3 else (),
        ),
    )
