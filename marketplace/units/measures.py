"""How is an amount read, and which integer of base units keeps it exactly?"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from marketplace.units.words import TIMES, Table

_MULTIPLE = re.compile("|".join(sorted(TIMES, key=len, reverse=True)))
_AMOUNT = re.compile(r"([-+−]?)((?:\d{1,3}(?:[, ]\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(.*)", re.DOTALL)
_EXPONENT_MOST = 30
_ABOUT = re.compile(r"^(?:大约|约|近|大概|about|approx\.?)\s*")  # the ranking takes the amount itself
_SLACK = Fraction(1, 10**4)  # of a base unit: what a price of 元/㎡ leaves as 12 decimals or a float of 万元/亩


class Unfit(ValueError):
    """An amount that cannot be taken, with the sentence that says why."""

    def __init__(self, kind: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.kind, self.message, self.params = kind, message, params


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to show a measure: the unit's message id, its worth in the field's unit, decimals, least shown."""

    unit: str
    worth: Fraction
    places: int = 2
    fixed: int = 0
    least: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Measure:
    """A quantity: the unit a field name bears, the dimension it may be typed in, its base unit and sane limits.

    `unit` is the label and message id, `own` the same unit in words of the tables, `base` how many base units it has.
    """

    unit: str
    own: str
    over: Table
    per: tuple[Table, ...]
    base: int
    most: Decimal
    hint: str
    usual: tuple[Decimal, Decimal] | None = None
    ladder: tuple[Rung, ...] = ()
    western: tuple[Rung, ...] = ()

    def __repr__(self) -> str:
        return f"Measure({self.unit})"

    def base_of(self, value: object) -> int:
        """Integer base units of a number in the field's unit, or of text with a unit. Raises Unfit."""
        number, unit = _split(value)
        ratio = self._ratio(unit) if unit else Fraction(1)
        exact = Fraction(number) * ratio * self.base
        if number < 0:
            raise Unfit("amount_negative", "{text} is negative: amounts start at 0", text=str(value).strip())
        if exact > Fraction(self.most) * self.base:
            message = "{text} is more than anything real: the limit here is {most} {unit}"
            raise Unfit("amount_absurd", message, text=_brief(value), most=f"{self.most:,f}", unit=self.unit)
        whole = round(exact)
        if abs(exact - whole) > _SLACK:
            raise self._too_fine(value, ratio)
        return whole

    def of_base(self, whole: int) -> Decimal:
        """The Decimal in the field's unit; prices of 元/㎡ that do not end in 万元/亩 keep 12 decimals."""
        value = (Decimal(whole) / Decimal(self.base)).quantize(Decimal(1).scaleb(-12), ROUND_HALF_UP)
        return _trimmed(value)

    def as_float(self, whole: int) -> float:
        """The float nearest to `of_base`."""
        return whole / self.base if self.base % 3 else float(self.of_base(whole))

    def exact(self, value: object) -> Decimal:
        """The value in the field's unit as it will come back from the database. Raises Unfit."""
        return self.of_base(self.base_of(value))

    def _too_fine(self, value: object, ratio: Fraction) -> Unfit:
        places = _places(ratio * self.base)
        if places is None:
            message = "{text} cannot be kept exactly: give it in {unit}"
            return Unfit("amount_inexact", message, text=_brief(value), unit=self.unit)
        message = "{text} has more digits than can be kept: at most {places} decimals"
        return Unfit("amount_too_fine", message, text=_brief(value), places=places)

    def _ratio(self, unit: str) -> Fraction:
        """Worth of a unit text in the field's own unit. Raises Unfit where the dimension differs."""
        over, *per = _parts(unit)
        own, *own_per = _parts(self.own)
        if over in TIMES and not per:  # "30万" names no unit: the field's own
            per = own_per
        return self._numerator(over) / self._divided(unit, per) / self.over[own] * self._divided(self.own, own_per)

    def _numerator(self, word: str) -> Fraction:
        if word in self.over:
            return self.over[word]
        if word in TIMES:
            return TIMES[word] * self.over[_parts(self.own)[0]]
        multiple = _MULTIPLE.match(word)
        if multiple and word[multiple.end() :] in self.over:
            return TIMES[multiple.group()] * self.over[word[multiple.end() :]]
        raise self._wrong(word)

    def _divided(self, unit: str, per: list[str]) -> Fraction:
        worth, left = Fraction(1), list(per)
        for table in self.per:
            word = next((word for word in left if word in table), "")
            if word not in table:
                raise self._wrong(unit)
            worth *= table[word]
            if word:
                left.remove(word)
        if left:
            raise self._wrong(unit)
        return worth

    def _wrong(self, unit: str) -> Unfit:
        message = "{given} is no unit of this: use {units}"
        return Unfit("amount_unit", message, given=unit[:20], units=self.hint)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        plain = core_schema.plain_serializer_function_ser_schema(plain_number, when_used="json-unless-none")
        return core_schema.no_info_plain_validator_function(self._validated, serialization=plain)

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        kinds = [{"type": "number", "minimum": 0}, {"type": "string"}, {"type": "null"}]
        return {"anyOf": kinds, "x-unit": self.unit, "description": f"{self.unit}, or text with a unit: {self.hint}"}

    def _validated(self, value: object) -> Decimal | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return self.exact(value)
        except Unfit as unfit:
            context: dict[str, Any] = {"message": unfit.message, **unfit.params}
            raise PydanticCustomError(unfit.kind, _literal(unfit.message), context) from None


def _parts(unit: str) -> list[str]:
    return re.split(r"[/·•・⋅*]", unit.replace("每", "/"))


def _literal(message: str) -> Any:
    return message  # PydanticCustomError wants a LiteralString; all ours are written in this file


def _split(value: object) -> tuple[Decimal, str]:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise _no_amount(value)
    if not isinstance(value, str):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not _is_writable(number):
            raise _no_amount(value)
        return number, ""
    text = unicodedata.normalize("NFKC", value).strip().lower()
    text = _ABOUT.sub("", text)
    parts = _AMOUNT.fullmatch(text) if len(text) <= 60 else None
    if parts is None:
        raise _no_amount(value)
    sign, digits, unit = parts.groups()
    number = Decimal(re.sub("[, ]", "", digits))
    return (-number if sign in ("-", "−") else number), re.sub(r"[\s()]", "", unit)


def _is_writable(number: Decimal) -> bool:
    """Whether a Fraction may be made of it: 1e-20000000 would be a fraction with twenty million digits."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and abs(exponent) <= _EXPONENT_MOST


def _no_amount(value: object) -> Unfit:
    return Unfit(
        "amount_unread", "{text} is not an amount: write one number, with a unit if you like", text=_brief(value)
    )


def _brief(value: object) -> str:
    text = str(value).strip()
    return text if len(text) <= 24 else text[:23] + "…"


def _places(base: Fraction) -> int | None:
    """Decimals that always give whole base units, where one typed unit is worth `base` of them."""
    if base.denominator != 1:
        return None
    places, worth = 0, base.numerator
    while worth % 10 == 0:
        places, worth = places + 1, worth // 10
    return places


def _trimmed(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def plain_number(value: Decimal) -> int | float:
    """As JSON says it."""
    return int(value) if value == value.to_integral_value() else float(value)
