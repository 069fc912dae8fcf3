"""At which level does each field of a need open, and what is left of a need at a level?

`seen` is the only way from a need to anybody but its owner: what is shown, sorted, searched, counted, exported or
ranked for others is made of what it answers, never of the row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from marketplace.disclosure.summary import Summary, summary_of
from marketplace.needs import Need, NeedFields, RegionChoice


class Level(IntEnum):
    """Who sees: everybody; verified parks; who both sides agreed to; who accepted the promise of confidence."""

    PUBLIC = 0
    PARKS = 1
    BOTH = 2
    PROMISE = 3


# None never leaves the owner: what it weighs is its own affair, and `typed` repeats amounts in its own words.
# `regions.exclude` tells where a firm wants to get away from, so it waits for both.
FIELDS: Mapping[str, Level | None] = MappingProxyType(
    {
        "mode": Level.PUBLIC,
        "industry": Level.PUBLIC,
        "land_mu": Level.PUBLIC,
        "building_m2": Level.PUBLIC,
        "power_kva": Level.PUBLIC,
        "investment_10k": Level.PUBLIC,
        "regions.only": Level.PUBLIC,
        "regions.prefer": Level.PUBLIC,
        "energy_tce": Level.PARKS,
        "energy_basis": Level.PARKS,
        "coal_t_a": Level.PARKS,
        "water_t_d": Level.PARKS,
        "wastewater_t_d": Level.PARKS,
        "steam_t_h": Level.PARKS,
        "gas_m3_d": Level.PARKS,
        "hazardous_waste_t_a": Level.PARKS,
        "emissions_t_a": Level.PARKS,
        "tax_10k_a": Level.PARKS,
        "output_10k_a": Level.PARKS,
        "jobs": Level.PARKS,
        "needed_on": Level.PARKS,
        "land_price_max_10k_mu": Level.PARKS,
        "supply_modes": Level.PARKS,
        "land_least_share": Level.PARKS,
        "regions.exclude": Level.BOTH,
        "title": Level.BOTH,
        "description": Level.BOTH,
        "origin": Level.BOTH,
        "hq": Level.BOTH,
        "phases": Level.BOTH,
        "weights": None,
        "importance": None,
        "typed": None,
    }
)
# What level 0 says only coarsely, and every level above exactly.
COARSE = frozenset(
    {"industry", "land_mu", "building_m2", "power_kva", "investment_10k", "regions.only", "regions.prefer"}
)
# What is a part of other fields is not said before they are: it would tell of them, and mean nothing alone.
PART_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"land_least_share": ("land_mu",), "phases": ("land_mu", "building_m2", "power_kva")}
)
IDENTITY = ("owner.name", "owner.uscc", "owner.contact")  # opens with level BOTH, and nothing raises or lowers it
RAISABLE = tuple(name for name, level in FIELDS.items() if level is not None and name != "mode")


@dataclass(frozen=True, slots=True)
class Seen:
    """A need as others see it at a level: its summary, and the fields of that level (others are as if never said)."""

    id: str
    level: Level
    listed_on: date | None
    simulated: bool
    summary: Summary
    fields: NeedFields
    names: tuple[str, ...]  # the fields that are said here, in the order of FIELDS


def level_of_field(need: Need, name: str) -> Level | None:
    """Where a field opens in this need: at its usual level, or where its owner raised it to."""
    usual = FIELDS[name]
    return None if usual is None else Level(max(usual, need.raised.get(name, 0)))


def exact_level(need: Need, name: str) -> Level | None:
    """From which level on a field is said exactly."""
    level = level_of_field(need, name)
    if level is None:
        return None
    wholes = [exact_level(need, whole) or level for whole in PART_OF.get(name, ())]
    return max(level, Level.PARKS if name in COARSE else level, *wholes)


def seen(need: Need, level: Level) -> Seen:
    """What a need says at a level, and nothing else of it."""
    names = tuple(name for name in FIELDS if _is_open(need, name, level) and _said(need, name))
    summarised = frozenset(name for name in FIELDS if level_of_field(need, name) == Level.PUBLIC)
    return Seen(
        id=need.listing_id or "",
        level=level,
        listed_on=need.listed_on,
        simulated=need.simulated,
        summary=summary_of(need, summarised, need.wider),
        fields=_only(need, names),
        names=names,
    )


def fields_opening(need: Need, level: Level) -> tuple[str, ...]:
    """The names of what becomes readable exactly at a level: said fields alone, the identity with level 2."""
    own = tuple(name for name in FIELDS if exact_level(need, name) == level and _said(need, name))
    return (*IDENTITY, *own) if level == Level.BOTH else own


def _is_open(need: Need, name: str, level: Level) -> bool:
    opens = exact_level(need, name)
    return opens is not None and opens <= level


def _value(need: Need, name: str) -> Any:
    head, _, inner = name.partition(".")
    return getattr(getattr(need, head), inner) if inner else getattr(need, head)


def _said(need: Need, name: str) -> bool:
    return _value(need, name) not in (None, "", [], {})


def _only(need: Need, names: tuple[str, ...]) -> NeedFields:
    """A form with these fields alone; everything else as on an empty one."""
    plain = {name: _value(need, name) for name in names if "." not in name}
    regions = {name.partition(".")[2]: list(_value(need, name)) for name in names if "." in name}
    return NeedFields().model_copy(update={**plain, "regions": RegionChoice(**regions)})
