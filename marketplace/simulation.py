"""What might a zone's capacity sheet look like? Invented, seeded, and marked as simulated wherever it shows.

The generator, so that nobody has to guess what the demonstration is worth:

- One `random.Random` per zone, seeded by SEED and the zone's code: a sheet depends on nothing else, so that adding or
  removing zones changes no other sheet.
- Three zones in five publish a sheet; of their fields about one in eight stays blank, and one sheet in six is old
  enough for its vacancies (30 days) or quotas (90 days) to be stale. Unknowns are part of the picture.
- Land: half of the official area can be built on; the part already used is Beta(9, 1.6), mean 85 %.
- Power, energy, water, wastewater, steam, gas, waste: log-normal design values of a county-level zone's order
  (medians in MEDIANS), used share Beta(5, 2.5), mean two thirds.
- Prices are uniform within the published ranges of DOMAIN (land by region: 25–45 万元/亩 in the east, 14–26 in the
  centre and north-east, 8–18 in the west; rent 10–20 元/㎡·月; power 0.45–0.72 元/kWh; water 1.9–4.3; gas 1.9–4.0;
  hazardous waste 2,000–3,000 元/t). Steam, 180–320 元/t, and wastewater, 1.5–8 元/m³, are of a usual order, of no
  published range. These three are drawn last, with blanks of their own: what was drawn before them stays as it was.
- Admission gates and lists follow the zone's own industry words: only zones that name chemicals may be chemical parks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from marketplace.capacity import SheetFields
from matching.reference import Zone

SEED = 20251
PUBLISH = 0.6
BLANK = 0.12
OLD = 1 / 6

EAST = frozenset(("11", "12", "13", "31", "32", "33", "35", "37", "44", "46"))
CENTRE = frozenset(("14", "34", "36", "41", "42", "43", "21", "22", "23"))
LAND_PRICES = {"east": (25, 45), "centre": (14, 26), "west": (8, 18)}
WAGES = {"east": (7.5, 11), "centre": (6, 8.5), "west": (5.5, 8)}
MEDIANS: Mapping[str, tuple[float, float]] = {  # field: (median design value, chance that the zone has it at all)
    "power_kva": (160_000, 1.0),
    "energy_tce": (150_000, 1.0),
    "coal_t_a": (40_000, 0.35),
    "water_t_d": (40_000, 1.0),
    "wastewater_t_d": (20_000, 1.0),
    "steam_t_h": (180, 0.5),
    "gas_m3_d": (120_000, 0.7),
    "hazardous_waste_t_a": (20_000, 0.5),
    "building_m2": (180_000, 0.8),
}
EMISSIONS = {"COD": 400.0, "NH3-N": 40.0, "SO2": 350.0, "NOx": 500.0, "VOCs": 260.0}
PRICES = {
    "rent_cny_m2_month": (10, 20, 1),
    "power_cny_kwh": (0.45, 0.72, 3),
    "water_cny_m3": (1.9, 4.3, 2),
    "gas_cny_m3": (1.9, 4.0, 2),
}
LATER_PRICES = {  # price: the resource without which a zone has none, and its range
    "steam_cny_t": ("steam_t_h", (180, 320, 0)),
    "wastewater_cny_m3": ("wastewater_t_d", (1.5, 8, 1)),
    "hazardous_waste_cny_t": ("hazardous_waste_t_a", (2000, 3000, -1)),
}
BASES = {"energy_basis": "energy_tce", "largest_plot_mu": "land_mu", "replacement": "emissions_t_a"}
CHEMICAL_WORDS = ("化工", "石化", "煤化", "化学", "制药", "医药中间体")
SUPPLY_MODES = ("出让", "长期租赁", "先租后让", "作价出资或入股")


@dataclass(frozen=True, slots=True)
class SimulatedSheet:
    """An invented sheet and the day it claims to be of."""

    fields: SheetFields
    as_of: date


def simulated_sheet(zone: Zone, *, on: date) -> SimulatedSheet | None:
    """The zone's invented sheet as of a day shortly before `on`; None for the two in five that publish none."""
    chance = Random(f"{SEED}:{zone.code}")
    if chance.random() >= PUBLISH:
        return None
    age = chance.randint(31, 160) if chance.random() < OLD else chance.randint(0, 24)
    sheet: dict[str, object] = {**_land(zone, chance), **_amounts(chance), **_prices(zone, chance)}
    sheet |= _emissions(chance) | _terms(zone, chance, on)
    named = {name: value for name, value in sheet.items() if value is not None}
    blank = {name for name in named if chance.random() < BLANK}
    kept = {name: value for name, value in named.items() if _base(name) not in blank} | _later_prices(named, chance)
    return SimulatedSheet(SheetFields.model_validate(kept), on - timedelta(days=age))


def _base(name: str) -> str:
    """The field without which this one means nothing: what is used goes with what there is in all."""
    return BASES.get(name, name.removesuffix("_used"))


def _land(zone: Zone, chance: Random) -> dict[str, object]:
    if not zone.area_ha:
        return {}
    design = round(zone.area_ha * 15 / 2, -1)
    used = round(design * chance.betavariate(9, 1.6))
    free = design - used
    largest = min(free, round(free * chance.uniform(0.25, 0.8), -1), 900)
    return {"land_mu": design, "land_mu_used": used, "largest_plot_mu": max(largest, 0)}


def _amounts(chance: Random) -> dict[str, object]:
    amounts: dict[str, object] = {}
    for name, (median, odds) in MEDIANS.items():
        design = _tidy(median * chance.lognormvariate(0, 0.7))
        used = _tidy(float(design) * chance.betavariate(5, 2.5))
        if chance.random() < odds:
            amounts |= {name: design, f"{name}_used": min(used, design)}
    amounts["energy_basis"] = "calorific" if chance.random() < 0.85 else "coal_equivalent"
    return amounts


def _emissions(chance: Random) -> dict[str, object]:
    design = {name: _tidy(median * chance.lognormvariate(0, 0.6)) for name, median in EMISSIONS.items()}
    used = {name: min(_tidy(float(amount) * chance.betavariate(6, 2.5)), amount) for name, amount in design.items()}
    doubled = {name: 2 for name in ("VOCs", "NOx") if chance.random() < 0.3}
    return {"emissions_t_a": design, "emissions_t_a_used": used, "replacement": doubled or None}


def _prices(zone: Zone, chance: Random) -> dict[str, object]:
    head = (zone.province or "")[:2]
    region = "east" if head in EAST else "centre" if head in CENTRE else "west"
    prices: dict[str, object] = {
        name: _decimal(chance.uniform(low, high), places) for name, (low, high, places) in PRICES.items()
    }
    prices["land_10k_mu"] = _decimal(chance.uniform(*LAND_PRICES[region]), 1)
    prices["wage_10k_a"] = _decimal(chance.uniform(*WAGES[region]), 1)
    return prices


def _later_prices(named: Mapping[str, object], chance: Random) -> dict[str, object]:
    """Drawn whether or not they are kept, so that each zone takes as many draws as any other."""
    drawn = {
        name: (_decimal(chance.uniform(low, high), places), chance.random() >= BLANK and of in named)
        for name, (of, (low, high, places)) in LATER_PRICES.items()
    }
    return {name: value for name, (value, is_said) in drawn.items() if is_said}


def _terms(zone: Zone, chance: Random, on: date) -> dict[str, object]:
    chemical = any(word in name for name in zone.industries for word in CHEMICAL_WORDS)
    named = chance.random() < 0.7
    gated = chance.random() < 0.6
    modes = [mode for mode in SUPPLY_MODES if chance.random() < (0.9 if mode == "出让" else 0.35)]
    return {
        "chemical_park": named if chemical else False,
        "prohibited": ["2614", "1711", "3110"][: chance.randint(1, 3)]
        if not chemical and chance.random() < 0.4
        else None,
        "restricted": ["3011", "3099"] if chance.random() < 0.2 else None,
        "investment_10k_mu": chance.choice((100, 150, 200, 250, 300)) if gated else None,
        "tax_10k_mu_a": chance.choice((6, 8, 10, 15, 20)) if gated else None,
        "supply_modes": modes or None,
        "available_on": on + timedelta(days=30 * chance.randint(-6, 18)),
        "green_power_share": _decimal(chance.uniform(0.1, 0.6), 2) if chance.random() < 0.3 else None,
    }


def _decimal(value: float, places: int) -> Decimal:
    return Decimal(repr(round(value, places)))


def _tidy(value: float) -> int | Decimal:
    """Two significant digits, as a clerk would write it."""
    digits = len(str(int(value))) - 2
    return int(round(value, -digits)) if digits >= 0 else _decimal(value, 1)
