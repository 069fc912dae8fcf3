"""What does a typed amount come to in the units people use?"""

from marketplace.capacity import SheetFields
from marketplace.needs import NeedFields
from marketplace.resources import Pollutant, emission, quantity_of
from marketplace.units import MULTIPLE, Measure, Unfit, measures_of
from web import wording
from web.i18n import said

_MAIN = ("COD", "NH3-N", "SO2", "NOx", "VOCs")  # under total control everywhere: asked first
POLLUTANTS = (*_MAIN, *(pollutant.value for pollutant in Pollutant if pollutant.value not in _MAIN))


def measure_for(field: str) -> Measure | None:
    """The measure of a field of a need or a sheet (`land_mu`, `power_kva_used`, `emissions_t_a.COD`)."""
    head, _, last = field.partition(".")
    if last and head in ("emissions_t_a", "emissions_t_a_used"):
        return quantity_of(emission(last)).measure
    if last and head == "replacement":
        return MULTIPLE
    return measures_of(NeedFields).get(field) or measures_of(SheetFields).get(field)


def converted(field: str, text: str) -> str:
    """The amount in both units: 150 亩（10.0 公顷）; empty where there is nothing to convert or it cannot be read."""
    measure = measure_for(field)
    if measure is None or not text.strip():
        return ""
    try:
        return wording.spelled(measure.exact(text), measure)
    except Unfit:
        return ""


def checked(field: str, text: str) -> str:
    """The same while somebody types, with the complaint where it cannot be read."""
    measure = measure_for(field)
    try:
        return wording.spelled(measure.exact(text), measure) if measure and text.strip() else ""
    except Unfit as unfit:
        return said(unfit.message, unfit.params)
