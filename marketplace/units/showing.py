"""How is an amount shown, and when does it look like a slip?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from pydantic import BaseModel

from marketplace.errors import Fault
from marketplace.units.measures import Measure, Rung


@dataclass(frozen=True, slots=True)
class Piece:
    """A formatted number and the message id of its unit."""

    number: str
    unit: str


def shown(value: Decimal | None, measure: Measure, *, western: bool = False) -> tuple[Piece, ...]:
    """The amount as people say it, then its conversion: 150 亩 · 10.0 公顷. `western` counts money in millions."""
    if value is None:
        return ()
    rungs = (measure.western if western else ()) or measure.ladder
    fit = [rung for rung in rungs if Fraction(value) / rung.worth >= Fraction(rung.least)]
    return tuple(Piece(_figure(value, rung), rung.unit) for rung in fit)


def _figure(value: Decimal, rung: Rung) -> str:
    exact = Fraction(value) / rung.worth
    scaled = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        Decimal(1).scaleb(-rung.places), ROUND_HALF_UP
    )
    whole, _, rest = f"{scaled:,f}".partition(".")
    rest = rest.rstrip("0").ljust(rung.fixed, "0")
    return f"{whole}.{rest}" if rest else whole


def measures_of(model: type[BaseModel]) -> Mapping[str, Measure]:
    """Field name → measure, of a model's single amounts."""
    return {
        name: entry
        for name, column in model.model_fields.items()
        for entry in column.metadata
        if isinstance(entry, Measure)
    }


def doubts(fields: BaseModel) -> list[Fault]:
    """Warnings, not refusals: amounts a hundred times outside what is ever seen, as when 万 slips."""
    return list(_doubts(fields))


def _doubts(fields: BaseModel) -> Iterator[Fault]:
    for name, measure in measures_of(type(fields)).items():
        fault = doubt(name, getattr(fields, name), measure)
        if fault:
            yield fault


def doubt(where: str, value: Decimal | None, measure: Measure) -> Fault | None:
    """Is this amount so far outside the usual that a 万 has probably slipped?"""
    if not value or measure.usual is None:
        return None
    low, high = measure.usual
    if low / 100 < value < high * 100:
        return None
    message = "{amount} {unit} is far from the usual {low} to {high}: has a 万 slipped?"
    params = {"amount": f"{value.normalize():,f}", "unit": measure.unit, "low": f"{low:f}", "high": f"{high:f}"}
    return Fault(where, message, params)
