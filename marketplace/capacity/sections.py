"""Which parts of a sheet are written, confirmed and let stand on their own, and what does each hold?"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from marketplace.capacity.tables import SheetFields
from marketplace.resources import EMISSION, RESOURCES, pollutant_of, quantity_of

Said = dict[str, Any]


class Section(StrEnum):
    """One part of a sheet: who knows the land seldom knows the quotas."""

    LAND = "land"
    ENERGY = "energy"
    WATER = "water"
    QUOTAS = "quotas"
    PRICES = "prices"
    RULES = "rules"


FIELDS: Mapping[Section, tuple[str, ...]] = {
    Section.LAND: ("land_mu", "land_mu_used", "largest_plot_mu", "building_m2", "building_m2_used", "available_on"),
    Section.ENERGY: (
        *("power_kva", "power_kva_used", "energy_tce", "energy_tce_used", "energy_basis", "coal_t_a", "coal_t_a_used"),
        *("steam_t_h", "steam_t_h_used", "gas_m3_d", "gas_m3_d_used", "green_power_share"),
    ),
    Section.WATER: (
        *("water_t_d", "water_t_d_used", "wastewater_t_d", "wastewater_t_d_used"),
        *("hazardous_waste_t_a", "hazardous_waste_t_a_used"),
    ),
    Section.QUOTAS: ("emissions_t_a", "emissions_t_a_used", "replacement"),
    Section.PRICES: (
        *("land_10k_mu", "rent_cny_m2_month", "power_cny_kwh", "water_cny_m3", "gas_cny_m3"),
        *("steam_cny_t", "wastewater_cny_m3", "hazardous_waste_cny_t", "wage_10k_a"),
    ),
    Section.RULES: ("investment_10k_mu", "tax_10k_mu_a", "chemical_park", "prohibited", "restricted", "supply_modes"),
}
_SECTION = {field: section for section, fields in FIELDS.items() for field in fields}


def section_of(name: str) -> Section:
    """Where a field, a resource or a term stands (`land_mu_used`, `emission:COD`, `prohibited`)."""
    if name in RESOURCES or pollutant_of(name):
        name = quantity_of(name).field
    return _SECTION[name.partition(".")[0]]


def resources_in(section: Section) -> list[str]:
    """The resources of a section that are no pollutants."""
    return [name for name, quantity in RESOURCES.items() if quantity.field in FIELDS[section]]


def holds_pollutants(section: Section) -> bool:
    """Whether the quotas of pollutants stand here."""
    return EMISSION.field in FIELDS[section]


def document(fields: SheetFields) -> Said:
    """A sheet as plain JSON that reads back as the same sheet; blanks are left out."""
    said = fields.model_dump(exclude_none=True)
    return {name: _plain(value) for name, value in sorted(said.items()) if value not in ({}, [], "")}


def part(said: Mapping[str, Any], section: Section | None) -> Said:
    """What a document says in one section, with the spelling of its amounts; all of it where there is none."""
    if section is None:
        return dict(said)
    own = FIELDS[section]
    kept = {name: value for name, value in said.items() if name in own}
    typed = {name: text for name, text in said.get("typed", {}).items() if name in own}
    return kept | ({"typed": typed} if typed else {})


def over(said: Mapping[str, Any], other: Mapping[str, Any], section: Section | None) -> Said:
    """A document whose one section says what another document says there."""
    if section is None:
        return dict(other)
    rest = {name: value for name, value in said.items() if name not in FIELDS[section] and name != "typed"}
    typed = {name: text for name, text in said.get("typed", {}).items() if name not in FIELDS[section]}
    theirs = part(other, section)
    spelled = typed | theirs.pop("typed", {})
    return rest | theirs | ({"typed": spelled} if spelled else {})


def mark(said: Mapping[str, Any], section: Section | None) -> str:
    """What changes when somebody else changed this section: a form carries it, and another section's change is none."""
    values = {name: value for name, value in part(said, section).items() if name != "typed"}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def sections_of(names: Iterable[str]) -> list[Section]:
    """The sections that some fields, resources or terms stand in, in the order of the sheet."""
    found = {section_of(name) for name in names}
    return [section for section in Section if section in found]


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case StrEnum():
            return str(value)
        case Mapping():
            return {str(name): _plain(each) for name, each in sorted(value.items())}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value
