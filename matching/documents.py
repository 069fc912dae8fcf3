"""How do needs and parks read as JSON?

The forms of NEED.json and PARKS.json: numbers in the unit the field names, areas in 亩 of exactly
2000/3 m², money in 万元. What is wrong is told at once, field by field, as one InputError.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import inf
from types import MappingProxyType
from typing import Any

from matching.errors import Fault, InputError
from matching.freshness import is_fresh
from matching.phases import phase_document, phase_faults, phases_from
from matching.reading import Section, shown
from matching.records import (
    EnergyBasis,
    Mode,
    Need,
    Park,
    Regions,
    Resources,
)
from matching.weights import weight_faults

LEVELS = ("national", "provincial")
BASES = tuple(EnergyBasis)
HECTARE_M2 = 10_000


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a document, the field of a record it fills, and record unit = document unit × times / over."""

    name: str
    field: str
    kind: str = ""
    times: int = 1
    over: int = 1

    def read(self, section: Section) -> float | None:
        number = section.number(self.name)
        return None if number is None else number * self.times / self.over

    def write(self, number: float) -> float:
        return number * self.over / self.times


MU = (2000, 3)  # m² of a 亩
PER_MU = (15, 1)  # 1 万元/亩 = 15 CNY/m²
TEN_THOUSAND = (10_000, 1)

RESOURCES = (
    Amount("land_mu", "land_m2", "land", *MU),
    Amount("largest_plot_mu", "largest_plot_m2", "largest_plot", *MU),
    Amount("building_m2", "building_m2", "building"),
    Amount("power_kva", "power_kva", "power"),
    Amount("energy_tce", "energy_tce", "energy"),
    Amount("coal_t_a", "coal_t_a", "coal"),
    Amount("water_t_d", "water_t_d", "water"),
    Amount("wastewater_t_d", "wastewater_t_d", "wastewater"),
    Amount("steam_t_h", "steam_t_h", "steam"),
    Amount("gas_m3_d", "gas_m3_d", "gas"),
    Amount("hazardous_waste_t_a", "hazardous_waste_t_a", "hazardous_waste"),
)
ASKED = tuple(each for each in RESOURCES if each.name != "largest_plot_mu")  # a need's land is to be one plot
OF_NEED = (
    Amount("investment_10k", "investment_cny", "", *TEN_THOUSAND),
    Amount("tax_10k_a", "tax_cny_a", "", *TEN_THOUSAND),
    Amount("output_10k_a", "output_cny_a", "", *TEN_THOUSAND),
    Amount("jobs", "jobs"),
    Amount("land_price_max_10k_mu", "land_price_max_cny_m2", "", *PER_MU),
)
GATES = (
    Amount("investment_10k_mu", "investment_min_cny_m2", "", *PER_MU),
    Amount("tax_10k_mu_a", "tax_min_cny_m2_a", "", *PER_MU),
)
PRICES = (
    Amount("land_10k_mu", "land_price_cny_m2", "land_price", *PER_MU),
    Amount("rent_cny_m2_month", "rent_cny_m2_month", "rent"),
    Amount("power_cny_kwh", "power_price_cny_kwh", "power_price"),
    Amount("water_cny_m3", "water_price_cny_m3", "water_price"),
    Amount("gas_cny_m3", "gas_price_cny_m3", "gas_price"),
    Amount("wage_10k_a", "wage_cny_a", "wage", *TEN_THOUSAND),
)


def need_from(document: object, mode: Mode | None = None) -> Need:
    """A need from NEED.json; `mode` beats the document's. Raises InputError with every fault."""
    faults: list[Fault] = []
    section = _object(document, faults)
    stated_mode = section.choice("mode", tuple(Mode))
    industry, description = section.industry("industry"), section.text("description")
    if not any(_is_said(section.fields.get(name)) for name in ("industry", "description")):
        section.complain("industry", "Give the industry's code, or a description of what is made.")
    need = Need(
        id=section.text("id") or "",
        mode=mode or Mode(stated_mode or Mode.RELOCATION),
        industry=industry,
        description=description or "",
        origin=section.region("origin"),
        hq=section.region("hq"),
        asks=_resources(section, ASKED),
        needed_on=section.date("needed_on"),
        supply_modes=section.texts("supply_modes"),
        regions=_regions(section.section("regions")),
        weights=_weights(section),
        importance=section.texts("importance"),
        land_least_share=section.number("land_least_share", 0, 1),
        phases=phases_from(section),
        **{each.field: each.read(section) for each in OF_NEED},
    )
    section.finish()
    faults += [] if faults else phase_faults(need)
    faults += weight_faults(need.weights, _listed(section.fields.get("importance")))
    if faults:
        raise InputError(faults)
    return need


def parks_from(document: object, on: date | None = None) -> list[Park]:
    """Parks from PARKS.json; what is stale on that day is unknown. Raises InputError with every fault."""
    if not isinstance(document, list):
        raise InputError([Fault("", "A list of parks is needed, not {value}.", {"value": shown(document)})])
    faults: list[Fault] = []
    parks = [_park(item, _place(item, number), on, faults) for number, item in enumerate(document, start=1)]
    seen: set[str] = set()
    for park in parks:
        if park.code in seen and park.code:
            faults.append(Fault(park.code, "The code {code} is given to more than one park.", {"code": park.code}))
        seen.add(park.code)
    if faults:
        raise InputError(faults)
    return parks


def need_document(need: Need) -> dict[str, Any]:
    """NEED.json of a need; what it does not say is left out."""
    found: dict[str, Any] = {
        "id": need.id,
        "mode": need.mode.value,
        "industry": need.industry,
        "description": need.description,
        "origin": need.origin,
        "hq": need.hq,
        **_written(ASKED, need.asks),
        "energy_basis": need.asks.energy_basis.value if need.asks.energy_basis else None,
        "emissions_t_a": dict(need.asks.emissions_t_a),
        **_written(OF_NEED, need),
        "needed_on": need.needed_on.isoformat() if need.needed_on else None,
        "supply_modes": list(need.supply_modes),
        "regions": {name: list(getattr(need.regions, name)) for name in ("only", "prefer", "exclude")},
        "weights": dict(need.weights),
        "importance": list(need.importance),
        "land_least_share": need.land_least_share,
        "phases": [phase_document(phase) for phase in need.phases],
    }
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _is_said(value: object) -> bool:
    """Blank text says no more than null does."""
    return value is not None and not (isinstance(value, str) and not value.strip())


def _object(document: object, faults: list[Fault]) -> Section:
    if not isinstance(document, Mapping):
        raise InputError([Fault("", "An object with named fields is needed, not {value}.", {"value": shown(document)})])
    return Section(document, faults)


def _resources(
    section: Section, named: tuple[Amount, ...], is_known: Mapping[str, bool] = MappingProxyType({})
) -> Resources:
    """Amounts of a need, or what a park has free as far as it is still known."""
    amounts = {each: each.read(section) for each in named}
    basis = section.choice("energy_basis", BASES)
    emissions = section.amounts("emissions_t_a")
    return Resources(
        **{each.field: number for each, number in amounts.items() if is_known.get(each.kind, True)},
        energy_basis=EnergyBasis(basis) if basis else None,
        emissions_t_a=MappingProxyType(emissions if is_known.get("emissions", True) else {}),
    )


def _regions(section: Section) -> Regions:
    lists = {name: section.texts(name, section.checked_region) for name in ("only", "prefer", "exclude")}
    section.finish()
    return Regions(**lists)


def _weights(section: Section) -> Mapping[str, float]:
    inner = section.section("weights")
    weights = {str(name): inner.number(str(name), -inf) for name in inner.fields}
    return MappingProxyType({name: number for name, number in weights.items() if number is not None})


def _listed(value: object) -> list[str]:
    """As it was given, so that a name listed twice can be told."""
    return [item.strip() for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _place(item: object, number: int) -> str:
    """How a fault names a park: by its code, or by its place in the list."""
    code = item.get("code") if isinstance(item, Mapping) else None
    return code.strip() if isinstance(code, str) and code.strip() else f"#{number}"


def _park(document: object, where: str, on: date | None, faults: list[Fault]) -> Park:
    section = Section(document, faults, where)
    if document is None:
        section.complain("", "An object with named fields is needed here, not {value}.", value="null")
    as_of, valid_until = section.date("as_of"), section.date("valid_until")
    free, gates, prices = (section.section(name) for name in ("free", "gates", "prices"))
    kinds = [each.kind for each in (*RESOURCES, *PRICES)]
    kinds += ["emissions", "chemical_park", "supply_modes", "available_on", "response_rate", "green_power_share"]
    is_known = {kind: is_fresh(kind, as_of, valid_until, on) for kind in kinds}
    prices_read = {each: each.read(prices) for each in PRICES}
    aging: dict[str, Any] = {
        "chemical_park": section.flag("chemical_park"),
        "supply_modes": section.texts("supply_modes"),
        "available_on": section.date("available_on"),
        "response_rate": section.number("response_rate", 0, 1),
        "green_power_share": section.number("green_power_share", 0, 1),
    }
    stated: dict[str, Any] = {name: value for name, value in aging.items() if is_known[name]}
    stated |= {each.field: number for each, number in prices_read.items() if is_known[each.kind]}
    stated |= {each.field: each.read(gates) for each in GATES} | _point(section)
    park = Park(
        code=_code(section),
        name=section.text("name") or "",
        adcode=section.region("adcode"),
        level=section.choice("level", LEVELS),
        area_m2=Amount("area_ha", "area_m2", "", HECTARE_M2).read(section),
        industries=section.texts("industries"),
        prohibited=section.texts("prohibited", section.checked_industry),
        restricted=section.texts("restricted", section.checked_industry),
        free=_resources(free, RESOURCES, is_known),
        replacement=MappingProxyType(section.amounts("replacement", above_zero=True)),
        **stated,
    )
    for part in (section, free, gates, prices):
        part.finish()
    return park


def _code(section: Section) -> str:
    if section.is_object and section.fields.get("code") in (None, ""):
        section.complain("code", "Every park needs a code.")
    return section.text("code") or ""


def _point(section: Section) -> dict[str, float | None]:
    lon, lat = section.number("lon", -180, 180), section.number("lat", -90, 90)
    if (lon is None) != (lat is None):
        section.complain("lat" if lat is None else "lon", "lon and lat go together: give both or none.")
    return {"lon": lon, "lat": lat}


def _written(amounts: tuple[Amount, ...], record: object) -> dict[str, float]:
    stated = {each: getattr(record, each.field) for each in amounts}
    return {each.name: each.write(number) for each, number in stated.items() if number is not None}
