"""Which amounts do needs ask for and parks give: under which field, in which unit, by which name of the engine?"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from marketplace import units
from marketplace.units import Measure


class Pollutant(StrEnum):
    """Pollutants under total control, and the five heavy metals; spelled as on permits."""

    COD = "COD"
    NH3_N = "NH3-N"
    TP = "TP"
    TN = "TN"
    SO2 = "SO2"
    NOX = "NOx"
    VOCS = "VOCs"
    PM = "PM"
    PB = "Pb"
    HG = "Hg"
    CD = "Cd"
    CR = "Cr"
    AS = "As"


class Source(StrEnum):
    """Where a value is from."""

    CATALOGUE = "catalogue"
    DECLARED = "declared"
    DOCUMENT = "document"
    VERIFIED = "verified"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """An amount: its field in forms and files, its measure, the name and the unit (`factor`) the engine has for it."""

    field: str
    measure: Measure
    record: str
    factor: Fraction = Fraction(1)

    def as_float(self, value: Decimal) -> float:
        """In the engine's unit."""
        return float(Fraction(value) * self.factor)


_MU_M2 = Fraction(2000, 3)
_PER_MU = Fraction(10_000) / _MU_M2  # 1 万元/亩 is 15 元/㎡

RESOURCES: Mapping[str, Quantity] = {
    "land": Quantity("land_mu", units.LAND, "land_m2", _MU_M2),
    "largest_plot": Quantity("largest_plot_mu", units.LAND, "largest_plot_m2", _MU_M2),
    "building": Quantity("building_m2", units.FLOOR, "building_m2"),
    "power": Quantity("power_kva", units.POWER_KVA, "power_kva"),
    "energy": Quantity("energy_tce", units.ENERGY_TCE, "energy_tce"),
    "coal": Quantity("coal_t_a", units.TONNES_A, "coal_t_a"),
    "water": Quantity("water_t_d", units.WATER_T_D, "water_t_d"),
    "wastewater": Quantity("wastewater_t_d", units.WATER_T_D, "wastewater_t_d"),
    "steam": Quantity("steam_t_h", units.STEAM_T_H, "steam_t_h"),
    "gas": Quantity("gas_m3_d", units.GAS_M3_D, "gas_m3_d"),
    "hazardous_waste": Quantity("hazardous_waste_t_a", units.TONNES_A, "hazardous_waste_t_a"),
}
TERMS: Mapping[str, Quantity] = {
    "investment_10k_mu": Quantity("investment_10k_mu", units.INVESTMENT_PER_LAND, "investment_min_cny_m2", _PER_MU),
    "tax_10k_mu_a": Quantity("tax_10k_mu_a", units.TAX_PER_LAND, "tax_min_cny_m2_a", _PER_MU),
    "land_10k_mu": Quantity("land_10k_mu", units.LAND_PRICE, "land_price_cny_m2", _PER_MU),
    "rent_cny_m2_month": Quantity("rent_cny_m2_month", units.RENT, "rent_cny_m2_month"),
    "power_cny_kwh": Quantity("power_cny_kwh", units.POWER_PRICE, "power_price_cny_kwh"),
    "water_cny_m3": Quantity("water_cny_m3", units.WATER_PRICE, "water_price_cny_m3"),
    "gas_cny_m3": Quantity("gas_cny_m3", units.GAS_PRICE, "gas_price_cny_m3"),
    "wage_10k_a": Quantity("wage_10k_a", units.WAGE, "wage_cny_a", Fraction(10_000)),
    "green_power_share": Quantity("green_power_share", units.SHARE, "green_power_share"),
}
LISTS = ("chemical_park", "prohibited", "restricted", "supply_modes", "available_on", "replacement")
EMISSION = "emission:"


def emission(pollutant: str) -> str:
    """The resource name of a pollutant, as the engine's gates spell it."""
    return EMISSION + pollutant


def measure_of(name: str) -> Measure:
    """The measure of a resource or term by its name."""
    if name.startswith(EMISSION):
        return units.POLLUTANT_T_A
    return (RESOURCES.get(name) or TERMS[name]).measure
