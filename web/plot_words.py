"""What is each field of a plot or building called, in complaints and beside what another saved?"""

from collections.abc import Mapping

from web import i18n
from web.i18n import N_, gettext

FIELDS: Mapping[str, str] = {
    "area_mu": N_("Area"),
    "far_limit": N_("Highest floor area ratio"),
    "price_10k_mu": N_("Land price"),
    "floor_area_m2": N_("Floor area"),
    "evidence": N_("Which paper says so"),
    "evidence_on": N_("Day of the paper"),
}
FLOOR: Mapping[str, str] = {
    "name": N_("Floor"),
    "area_m2": N_("Area"),
    "height_m": N_("Clear height"),
    "load_t_m2": N_("Floor load"),
    "crane_t": N_("Crane"),
    "lift_t": N_("Goods lift"),
}


def of_floor(number: str, part: str) -> str:
    """A field of one of the rows of floors."""
    return i18n.said(N_("Row {n}: {what}"), {"n": number, "what": gettext(FLOOR.get(part, part))})
