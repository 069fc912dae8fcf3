"""Can this need, or this park, be computed with at all?

Documents and forms are read strictly; this holds for records too, however they were made, so that NaN or a negative
amount never becomes a silent zero, an unknown, or a gate that passes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import inf
from numbers import Real
from operator import attrgetter

from matching.errors import Fault, InputError
from matching.industry import is_code
from matching.phases import share_faults
from matching.records import Mode, Need, Park

MOST = 1e15  # in any unit used here: more land, money or water than there is
LEAST = 1e-12  # an amount above zero is at least that, so that no ratio of two overflows
REGION_DIGITS = (2, 4, 6)

AMOUNTS = (
    "land_m2",
    "building_m2",
    "power_kva",
    "energy_tce",
    "coal_t_a",
    "water_t_d",
    "wastewater_t_d",
    "steam_t_h",
    "gas_m3_d",
    "hazardous_waste_t_a",
)
OF_NEED = (
    *(f"asks.{name}" for name in AMOUNTS),
    "investment_cny",
    "tax_cny_a",
    "output_cny_a",
    "jobs",
    "land_price_max_cny_m2",
)
OF_PARK = (
    *(f"free.{name}" for name in AMOUNTS),
    "free.largest_plot_m2",
    "area_m2",
    "investment_min_cny_m2",
    "tax_min_cny_m2_a",
    "land_price_cny_m2",
    "rent_cny_m2_month",
    "power_price_cny_kwh",
    "water_price_cny_m3",
    "gas_price_cny_m3",
    "wage_cny_a",
)
SHARES = ("response_rate", "green_power_share")
_need_amounts, _park_amounts, _park_shares = attrgetter(*OF_NEED), attrgetter(*OF_PARK), attrgetter(*SHARES)


def check_need(need: Need) -> None:
    """Raises InputError with everything that is wrong with a need."""
    faults = need_faults(need)
    if faults:
        raise InputError(faults)


def check_mode(need: Need) -> None:
    """Raises InputError where a need's mode is none."""
    if not isinstance(need.mode, Mode):
        raise InputError([_mode(need.mode)])


def check_parks(parks: Iterable[Park]) -> None:
    """Raises InputError with everything that is wrong with these parks, the code before each place."""
    faults = [fault for park in parks for fault in park_faults(park)]
    if faults:
        raise InputError(faults)


def need_faults(need: Need) -> list[Fault]:
    """What is wrong with the numbers, codes and days of a need; its weights are judged by `matching.weights`."""
    faults = [] if isinstance(need.mode, Mode) else [_mode(need.mode)]
    if need.industry and not is_code(need.industry):
        faults.append(Fault("industry", "{code} is no code of GB/T 4754-2017.", {"code": str(need.industry)}))
    faults += _amounts(OF_NEED, _need_amounts(need))
    faults += _named("asks.emissions_t_a", need.asks.emissions_t_a)
    faults += _day("needed_on", need.needed_on)
    if need.land_least_share is not None:
        faults += _amounts(("land_least_share",), (need.land_least_share,), 1.0) or share_faults(need)
    regions = need.regions
    if not all(map(_is_region, filter(None, (need.origin, need.hq, *regions.only, *regions.prefer, *regions.exclude)))):
        faults += _places("origin", (need.origin,)) + _places("hq", (need.hq,))
        for name in ("only", "prefer", "exclude"):
            faults += _places(f"regions.{name}", getattr(regions, name))
    return faults


def park_faults(park: Park) -> list[Fault]:
    """What is wrong with the code, numbers, place and days of a park."""
    faults = [] if isinstance(park.code, str) and park.code else [Fault("code", "Every park needs a code.")]
    faults += _amounts(OF_PARK, _park_amounts(park))
    faults += _amounts(SHARES, _park_shares(park), 1.0)
    faults += _named("free.emissions_t_a", park.free.emissions_t_a)
    faults += _named("replacement", park.replacement)
    faults += [_above_zero(name) for name, multiple in park.replacement.items() if multiple == 0]
    faults += _day("available_on", park.available_on)
    faults += _places("adcode", (park.adcode,)) + _point(park)
    return [Fault(".".join((str(park.code), fault.where)), fault.message, fault.params) for fault in faults]


def _mode(mode: object) -> Fault:
    known = ", ".join(Mode)
    return Fault("mode", "{value} is none of {options}.", {"value": str(mode), "options": known})


def _amounts(names: Sequence[str], values: Sequence[object], most: float = MOST) -> list[Fault]:
    if _usual(values, most):
        return []
    found = (_amount(name, value, most) for name, value in zip(names, values, strict=True))
    return [fault for fault in found if fault is not None]


def _usual(values: Sequence[object], most: float) -> bool:
    """Whether nothing is wrong, which is soon seen; else it is looked at closely."""
    try:
        for value in values:
            if value is not None and value != 0 and not LEAST <= value <= most:  # type: ignore[operator]
                return False
    except TypeError:
        return False
    return True


def _amount(where: str, value: object, most: float) -> Fault | None:
    """What is wrong with one number; None is unknown, and well."""
    if value is None:
        return None
    if not isinstance(value, Real) or isinstance(value, bool):
        return Fault(where, "A number is needed here, not {value}.", {"value": str(value)})
    number = float(value)
    if not -inf < number < inf:
        return Fault(where, "{value} is not a finite number.", {"value": str(value)})
    if number < 0:
        return Fault(where, "{value} is negative: a number from zero up is needed here.", {"value": number})
    if 0 < number < LEAST:
        return Fault(where, "{value} is too small: zero, or at least {least}.", {"value": number, "least": LEAST})
    if number > most:
        return Fault(where, "{value} is too large: at most {most}.", {"value": number, "most": most})
    return None


def _named(where: str, amounts: Mapping[str, float]) -> list[Fault]:
    if not amounts:
        return []
    faults = []
    if not all(str(name).strip() for name in amounts):
        faults.append(Fault(where, "An amount here needs the name of a pollutant."))
    return faults + _amounts([f"{where}.{name}" for name in amounts], list(amounts.values()))


def _above_zero(name: str) -> Fault:
    return Fault(f"replacement.{name}", "A number above zero is needed here, not {value}.", {"value": 0})


def _day(where: str, day: object) -> list[Fault]:
    if day is None or isinstance(day, date):
        return []
    return [Fault(where, "{value} is no date: write it as 2027-06-30.", {"value": str(day)})]


def _places(where: str, codes: Iterable[str | None]) -> list[Fault]:
    message = "{code} is no region code: a province has 2 digits, a prefecture 4, a county 6, as in 310114."
    return [Fault(where, message, {"code": str(code)}) for code in codes if code and not _is_region(code)]


def _is_region(code: object) -> bool:
    return isinstance(code, str) and code.isascii() and code.isdigit() and len(code) in REGION_DIGITS


def _point(park: Park) -> list[Fault]:
    if park.lon is None and park.lat is None:
        return []
    if park.lon is None or park.lat is None:
        missing = "lat" if park.lat is None else "lon"
        return [Fault(missing, "lon and lat go together: give both or none.")]
    limits = (("lon", park.lon, 180.0), ("lat", park.lat, 90.0))
    message = "{value} is outside {low} to {high}."
    return [
        Fault(name, message, {"value": str(value), "low": -most, "high": most})
        for name, value, most in limits
        if not -most <= value <= most
    ]
