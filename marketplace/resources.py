"""Which amounts do needs ask for and parks give: under which field, in which unit, by which name of the engine?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketplace import units
from marketplace.errors import Fault
from marketplace.units import Measure
from matching import documents
from matching.documents import Amount
from matching.freshness import LIFETIME_DAYS
from matching.records import EnergyBasis


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

    @classmethod
    def _missing_(cls, value: object) -> "Pollutant | None":
        """In Chinese, or in other capitals."""
        word = POLLUTANT_WORDS.get(str(value).strip(), str(value).strip()).casefold()
        return next((member for member in cls if member.value.casefold() == word), None)


POLLUTANT_WORDS = {
    "化学需氧量": "COD",
    "氨氮": "NH3-N",
    "总磷": "TP",
    "总氮": "TN",
    "二氧化硫": "SO2",
    "氮氧化物": "NOx",
    "挥发性有机物": "VOCs",
    "颗粒物": "PM",
    "烟粉尘": "PM",
    "铅": "Pb",
    "汞": "Hg",
    "镉": "Cd",
    "铬": "Cr",
    "砷": "As",
}


class SupplyMode(StrEnum):
    """How land or buildings are supplied (DOMAIN: 标准地 is a set of conditions, not a mode)."""

    SALE = "sale"
    LEASE = "lease"
    LEASE_THEN_SALE = "lease_then_sale"
    EQUITY = "equity"
    BUILDING_LEASE = "building_lease"
    BUILDING_SALE = "building_sale"

    @classmethod
    def _missing_(cls, value: object) -> "SupplyMode | None":
        """In Chinese."""
        return SUPPLY_WORDS.get(str(value).strip())


SUPPLY_WORDS = {
    "出让": SupplyMode.SALE,
    "招拍挂": SupplyMode.SALE,
    "弹性年期": SupplyMode.SALE,
    "弹性年期出让": SupplyMode.SALE,
    "租赁": SupplyMode.LEASE,
    "长期租赁": SupplyMode.LEASE,
    "先租后让": SupplyMode.LEASE_THEN_SALE,
    "作价出资或入股": SupplyMode.EQUITY,
    "作价出资": SupplyMode.EQUITY,
    "作价入股": SupplyMode.EQUITY,
    "厂房租赁": SupplyMode.BUILDING_LEASE,
    "厂房出租": SupplyMode.BUILDING_LEASE,
    "厂房出售": SupplyMode.BUILDING_SALE,
}


class Source(StrEnum):
    """Where a value is from."""

    CATALOGUE = "catalogue"
    DECLARED = "declared"
    DOCUMENT = "document"
    VERIFIED = "verified"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """An amount of a sheet: its name in documents and in the engine, and the measure it is typed and kept in."""

    amount: Amount
    measure: Measure

    @property
    def field(self) -> str:
        """The name in forms, sheets and the API."""
        return self.amount.name

    @property
    def record(self) -> str:
        """The name in the engine's record; empty for what the engine is not told."""
        return self.amount.field

    def as_float(self, whole: int) -> float:
        """Base units in the engine's unit, by the same steps as a file's number takes."""
        return self.measure.as_float(whole) * self.amount.times / self.amount.over


_MEASURES: Mapping[str, Measure] = {
    "land_mu": units.LAND,
    "largest_plot_mu": units.LAND,
    "building_m2": units.FLOOR,
    "power_kva": units.POWER_KVA,
    "energy_tce": units.ENERGY_TCE,
    "coal_t_a": units.TONNES_A,
    "water_t_d": units.WATER_T_D,
    "wastewater_t_d": units.WATER_T_D,
    "steam_t_h": units.STEAM_T_H,
    "gas_m3_d": units.GAS_M3_D,
    "hazardous_waste_t_a": units.TONNES_A,
    "land_10k_mu": units.LAND_PRICE,
    "rent_cny_m2_month": units.RENT,
    "power_cny_kwh": units.POWER_PRICE,
    "water_cny_m3": units.WATER_PRICE,
    "gas_cny_m3": units.GAS_PRICE,
    "wage_10k_a": units.WAGE,
    "investment_10k_mu": units.INVESTMENT_PER_LAND,
    "tax_10k_mu_a": units.TAX_PER_LAND,
}
_GREEN = Quantity(Amount("green_power_share", "green_power_share", "green_power_share"), units.SHARE)

RESOURCES: Mapping[str, Quantity] = {
    amount.kind: Quantity(amount, _MEASURES[amount.name]) for amount in documents.RESOURCES
}
_BESIDE = (  # prices that no ranking looks at: of them only the yearly cost is reckoned; they age as prices do
    Quantity(Amount("steam_cny_t", "", "gas_price"), units.STEAM_PRICE),
    Quantity(Amount("wastewater_cny_m3", "", "water_price"), units.WATER_PRICE),
    Quantity(Amount("hazardous_waste_cny_t", "", "gas_price"), units.HAZARDOUS_WASTE_PRICE),
)
_PRICES = tuple(Quantity(amount, _MEASURES[amount.name]) for amount in documents.PRICES)
_GATES = tuple(Quantity(amount, _MEASURES[amount.name]) for amount in documents.GATES)
TERMS: Mapping[str, Quantity] = {each.field: each for each in (*_PRICES, *_BESIDE, *_GATES, _GREEN)}
RECORDED: Mapping[str, Quantity] = {name: each for name, each in TERMS.items() if each.record}  # the engine is told
EMISSION = Quantity(Amount("emissions_t_a", "emissions_t_a", "emissions"), units.POLLUTANT_T_A)
FACTS: Mapping[str, str | None] = {  # terms that are no single amount, and as what they age
    "chemical_park": "chemical_park",
    "prohibited": None,
    "restricted": None,
    "replacement": None,
    "supply_modes": "supply_modes",
    "available_on": "available_on",
}
MEASURED: Mapping[str, str] = {"response_rate": "response_rate"}  # by the platform itself; no sheet says them
_EMITTED = "emission:"


def emission(pollutant: str) -> str:
    """The resource name of a pollutant, as the engine's gates spell it."""
    return _EMITTED + pollutant


def pollutant_of(resource: str) -> str | None:
    """The pollutant of a resource name, None for the other resources."""
    return resource.removeprefix(_EMITTED) if resource.startswith(_EMITTED) else None


def quantity_of(name: str) -> Quantity:
    """The quantity of a resource or of a term that is an amount."""
    if name.startswith(_EMITTED):
        return EMISSION
    return RESOURCES.get(name) or TERMS[name]


def ages_as(name: str) -> str | None:
    """Of a resource or term: its kind in `matching.freshness`; None: a rule, which does not age."""
    if name in MEASURED:
        return MEASURED[name]
    return FACTS[name] if name in FACTS else quantity_of(name).amount.kind or None


def lifetime_days(name: str) -> int | None:
    """For how many days a resource or term holds; None: for ever."""
    kind = ages_as(name)
    return LIFETIME_DAYS[kind] if kind else None


def electricity_fault(typed: str, basis: EnergyBasis | None) -> list[Fault]:
    """Electricity becomes coal equivalent at the calorific value alone: the other one differs by year."""
    electric = any(word in typed.lower() for word in ("wh", "千瓦", "度", "兆瓦", "吉瓦"))
    if not electric or basis != EnergyBasis.COAL_EQUIVALENT:
        return []
    message = "Electricity is converted at the calorific value of 0.1229 kgce/kWh: on another basis give tce"
    return [Fault("energy_tce", message)]
