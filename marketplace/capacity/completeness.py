"""How much of what present needs ask does a sheet answer, and which answers are missing most?

Weighted by the whole market alone, the same for every park: the share of enterprises with an open need that ask for a
thing, in tenths, and only where at least five enterprises do. No single need can be read from it (record 0062).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from marketplace.capacity.sections import Section, section_of
from marketplace.capacity.sheet import Sheet, State
from marketplace.needs import Need, NeedStatus
from marketplace.resources import RESOURCES, emission, pollutant_of, quantity_of

FEWEST = 5  # enterprises that must ask before the market is said to ask
LEAST = 0.05  # what counts for a thing that few ask for
ANSWERED_BY: Mapping[str, tuple[str, ...]] = {  # what of a need is answered by which lines of a sheet
    "land_mu": ("land", "largest_plot", "land_10k_mu"),
    "building_m2": ("building", "rent_cny_m2_month"),
    "power_kva": ("power", "power_cny_kwh"),
    "energy_tce": ("energy",),
    "coal_t_a": ("coal",),
    "water_t_d": ("water", "water_cny_m3"),
    "wastewater_t_d": ("wastewater", "wastewater_cny_m3"),
    "steam_t_h": ("steam", "steam_cny_t"),
    "gas_m3_d": ("gas", "gas_cny_m3"),
    "hazardous_waste_t_a": ("hazardous_waste", "hazardous_waste_cny_t"),
    "jobs": ("wage_10k_a",),
    "land_price_max_10k_mu": ("land_10k_mu",),
    "supply_modes": ("supply_modes",),
    "needed_on": ("available_on",),
}
USUAL: Mapping[str, float] = {  # ours, while fewer than five enterprises have an open need
    "land": 1.0,
    "power": 0.9,
    "largest_plot": 0.6,
    "land_10k_mu": 0.6,
    "wastewater": 0.5,
    "water": 0.4,
    "energy": 0.4,
    "building": 0.4,
    "available_on": 0.4,
    "supply_modes": 0.3,
}


@dataclass(frozen=True, slots=True)
class Missing:
    """A line that the market asks for and the sheet does not answer: never said, or said too long ago."""

    name: str
    field: str
    section: Section
    state: State


@dataclass(frozen=True, slots=True)
class Completeness:
    """What of the weight is answered, in [0, 1], and what is not, the most asked first. `market`: by open needs."""

    share: float
    missing: tuple[Missing, ...]
    market: bool


def asked_shares(session: Session) -> Mapping[str, float]:
    """Line of a sheet → the share of enterprises with an open need that ask for it, in tenths; empty below five."""
    columns = [col(getattr(Need, name)) for name in ANSWERED_BY]
    query = select(col(Need.owner_id), col(Need.emissions_t_a), *columns).where(col(Need.status) == NeedStatus.OPEN)
    asking: dict[str, set[int]] = defaultdict(set)
    owners = set()
    for owner, emitted, *values in session.connection().execute(query):
        owners.add(owner)
        for name in _asked(emitted or {}, dict(zip(ANSWERED_BY, values, strict=True))):
            asking[name].add(owner)
    if len(owners) < FEWEST:
        return {}
    return {name: round(len(who) / len(owners), 1) for name, who in asking.items() if len(who) >= FEWEST}


def completeness(sheet: Sheet, asked: Mapping[str, float]) -> Completeness:
    """How far a sheet answers what is asked; with no market to go by, what is usual."""
    weights = {name: max(asked.get(name, 0.0), LEAST) for name in {*asked, *USUAL}} if asked else dict(USUAL)
    states = {entry.name: entry.state for entry in sheet.entries}
    open_lines = [name for name in weights if states.get(name) is not State.FRESH]
    ranked = sorted(open_lines, key=lambda name: (-weights[name], -USUAL.get(name, 0.0), name))
    total = sum(weights.values())
    lacking = sum(weights[name] for name in open_lines)
    missing = tuple(_missing(name, states.get(name, State.UNKNOWN)) for name in ranked)
    return Completeness((total - lacking) / total, missing, bool(asked))


def _asked(emitted: Mapping[str, object], said: Mapping[str, object]) -> Iterable[str]:
    for field, value in said.items():
        if value not in (None, [], 0):
            yield from ANSWERED_BY[field]
    yield from (emission(pollutant) for pollutant in emitted)


def _missing(name: str, state: State) -> Missing:
    field = quantity_of(name).field if name in RESOURCES else name
    if pollutant := pollutant_of(name):
        field = f"emissions_t_a.{pollutant}"
    return Missing(name, field, section_of(name), state)
