"""How is an amount typed, kept and shown?

A field holds an exact Decimal in the unit its name bears; the database holds an integer of base units; people type
numbers with any unit of the same dimension, in Chinese or English. Base units are fine enough for every amount that
occurs: 10⁻⁶ 亩, 分, 分/m², kVA, g of coal equivalent, litres a day, kg, g.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema
from sqlalchemy import JSON, BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

from marketplace.errors import Fault

Table = Mapping[str, Fraction]


def _table(*rows: tuple[str, str | int | Fraction]) -> Table:
    return MappingProxyType({word: Fraction(worth) for words, worth in rows for word in words.split()})


# Words of one dimension and their worth in its first unit. Spelled after NFKC and lower-casing: ㎡ is m2, ㎥ is m3.
AREA = _table(
    ("m2 m^2 平方米 平米 平方 平 sqm", 1),
    ("亩 mu 市亩", Fraction(2000, 3)),
    ("ha 公顷 hectare hectares", 10_000),
    ("km2 km^2 平方公里 平方千米 sqkm", 1_000_000),
)
MONEY = _table(
    ("元 人民币 cny rmb yuan 块", 1),
    ("千元", 1_000),
    ("万元 万 wan", 10_000),
    ("亿元 亿", 100_000_000),
)
POWER = _table(("kva 千伏安", 1), ("mva 兆伏安", 1000))
ENERGY = _table(  # kWh at the calorific 0.1229 kgce (GB/T 2589-2020)
    ("tce 吨标准煤 吨标煤 t标准煤 t标煤", 1),
    ("kgce 千克标准煤 公斤标准煤 kg标准煤", "0.001"),
    ("kwh 千瓦时 度 千瓦小时", "0.0001229"),
    ("mwh 兆瓦时", "0.1229"),
    ("gwh 吉瓦时", "122.9"),
)
MASS = _table(("t 吨 ton tons tonne tonnes 公吨", 1), ("kg 千克 公斤", "0.001"), ("g 克", "0.000001"))
WATER = _table(("t 吨 m3 m^3 立方米 立方 方", 1), ("l 升 kg", "0.001"))
GAS = _table(("m3 m^3 立方米 立方 方 nm3 标准立方米 标方", 1), ("l 升", "0.001"))
ELECTRICITY = _table(("kwh 千瓦时 度", 1), ("mwh 兆瓦时", 1000))
YEAR = MappingProxyType(dict(_table(("a 年 y yr year 每年", 1))) | {"": Fraction(1)})  # a year may go unsaid
MONTH = _table(("month 月 个月 mo", 1))
DAY = _table(("d 天 日 day 昼夜", 1))
HOUR = _table(("h 小时 时 hr hour", 1))
ONE = MappingProxyType(dict(_table(("倍 x times", 1), ("%", "0.01"))) | {"": Fraction(1)})

TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
TIMES |= {"十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}
TIMES |= {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_MULTIPLE = re.compile("|".join(sorted(TIMES, key=len, reverse=True)))
_AMOUNT = re.compile(r"([-+−]?)((?:\d{1,3}(?:[, ]\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(.*)", re.DOTALL)
_SLACK = Fraction(1, 10**6)  # of a base unit: what rounding a price of 元/㎡ to 12 decimals of 万元/亩 leaves


class Unfit(ValueError):
    """An amount that cannot be taken, with the sentence that says why."""

    def __init__(self, kind: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.kind, self.message, self.params = kind, message, params


@dataclass(frozen=True, slots=True)
class Piece:
    """A formatted number and the message id of its unit."""

    number: str
    unit: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to show a measure: the unit's message id, its worth in the field's unit, decimals, least shown."""

    unit: str
    worth: Fraction
    places: int = 2
    fixed: int = 0
    least: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, eq=False)
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
        if not number.is_finite():
            raise _no_amount(value)
        return number, ""
    text = unicodedata.normalize("NFKC", value).strip().lower()
    parts = _AMOUNT.fullmatch(text) if len(text) <= 60 else None
    if parts is None:
        raise _no_amount(value)
    sign, digits, unit = parts.groups()
    number = Decimal(re.sub("[, ]", "", digits))
    return (-number if sign in ("-", "−") else number), re.sub(r"[\s()]", "", unit)


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


class Scaled(TypeDecorator[Decimal]):
    """A Decimal in the field's unit, kept as an integer of base units."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, measure: Measure) -> None:
        super().__init__()
        self.measure = measure

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else self.measure.base_of(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else self.measure.of_base(int(value))


class ScaledMap(TypeDecorator[Mapping[str, Decimal]]):
    """Names with amounts, kept as JSON of integer base units."""

    impl = JSON
    cache_ok = True

    def __init__(self, measure: Measure) -> None:
        super().__init__()
        self.measure = measure

    def process_bind_param(self, value: Mapping[str, Decimal] | None, dialect: Dialect) -> Any:
        amounts = {} if value is None else value
        return {str(name): self.measure.base_of(amount) for name, amount in sorted(amounts.items())}

    def process_result_value(self, value: Any, dialect: Dialect) -> Mapping[str, Decimal]:
        return {name: self.measure.of_base(whole) for name, whole in (value or {}).items()}


def _d(low: str, high: str) -> tuple[Decimal, Decimal]:
    return Decimal(low), Decimal(high)


_MU = Fraction(2000, 3)
_AREA_HINT = "亩 (mu), 公顷 (ha), ㎡ (m2), 平方公里 (km2)"
_MONEY_HINT = "元, 万元, 亿元"
_YI = (Rung("100m CNY", Fraction(10_000), 4, 0, Decimal(1)), Rung("10k CNY", Fraction(1), 6))
_MILLION = (
    Rung("billion CNY", Fraction(100_000), 3, 0, Decimal(1)),
    Rung("million CNY", Fraction(100), 2),
)
_WATER_HINT = "t/d, m³/d, 万t/d"
_PRICE_HINT = "万元/亩, 元/㎡"

LAND = Measure(
    "mu", "亩", AREA, (), 10**6, Decimal(10**7), _AREA_HINT,
    ladder=(Rung("mu", Fraction(1)), Rung("ha", Fraction(15), 2, 1)),
)  # fmt: skip
PARK_AREA = Measure(
    "ha", "公顷", AREA, (), 15 * 10**6, Decimal(10**6), _AREA_HINT,
    ladder=(Rung("ha", Fraction(1), 2, 1), Rung("mu", Fraction(1, 15), 0)),
)  # fmt: skip
FLOOR = Measure(
    "m2", "m2", AREA, (), 1500, Decimal(10**9), _AREA_HINT,
    ladder=(Rung("m2", Fraction(1)), Rung("10k m2", Fraction(10**4), 2, 0, Decimal(1))),
)  # fmt: skip
MONEY_10K = Measure(
    "10k CNY", "万元", MONEY, (), 10**6, Decimal(10**8), _MONEY_HINT, ladder=_YI, western=_MILLION
)  # fmt: skip
MONEY_10K_A = Measure(
    "10k CNY/a", "万元/年", MONEY, (YEAR,), 10**6, Decimal(10**8), _MONEY_HINT,
    ladder=tuple(Rung(r.unit + "/a", r.worth, r.places, r.fixed, r.least) for r in _YI),
    western=tuple(Rung(r.unit + "/a", r.worth, r.places, r.fixed, r.least) for r in _MILLION),
)  # fmt: skip
WAGE = Measure(
    "10k CNY/a", "万元/年", MONEY, (YEAR,), 10**6, Decimal(1000), _MONEY_HINT, _d("2", "50"),
    ladder=(Rung("10k CNY/a", Fraction(1)),), western=(Rung("thousand CNY/a", Fraction(1, 10)),),
)  # fmt: skip
LAND_PRICE = Measure(
    "10k CNY/mu", "万元/亩", MONEY, (AREA,), 1500, Decimal(10**7), _PRICE_HINT, _d("6", "60"),
    ladder=(Rung("10k CNY/mu", Fraction(1)), Rung("CNY/m2", Fraction(1, 15), 2)),
    western=(Rung("CNY/m2", Fraction(1, 15), 2), Rung("10k CNY/mu", Fraction(1))),
)  # fmt: skip
INVESTMENT_PER_LAND = Measure(
    "10k CNY/mu", "万元/亩", MONEY, (AREA,), 1500, Decimal(10**8), _PRICE_HINT, _d("50", "2000"),
    ladder=(Rung("10k CNY/mu", Fraction(1)), Rung("CNY/m2", Fraction(1, 15), 2)),
)  # fmt: skip
TAX_PER_LAND = Measure(
    "10k CNY/mu·a", "万元/亩·年", MONEY, (AREA, YEAR), 1500, Decimal(10**8), "万元/亩·年, 元/㎡·年", _d("1", "200"),
    ladder=(Rung("10k CNY/mu·a", Fraction(1)), Rung("CNY/m2·a", Fraction(1, 15), 2)),
)  # fmt: skip
RENT = Measure(
    "CNY/m2·month", "元/m2·月", MONEY, (AREA, MONTH), 1500, Decimal(10**5), "元/㎡·月", _d("5", "100"),
    ladder=(Rung("CNY/m2·month", Fraction(1)),),
)  # fmt: skip
POWER_PRICE = Measure(
    "CNY/kWh", "元/kwh", MONEY, (ELECTRICITY,), 10**4, Decimal(1000), "元/kWh, 元/度", _d("0.2", "2"),
    ladder=(Rung("CNY/kWh", Fraction(1), 4, 2),),
)  # fmt: skip
WATER_PRICE = Measure(
    "CNY/m3", "元/m3", MONEY, (WATER,), 10**4, Decimal(10**4), "元/m³, 元/t", _d("0.5", "20"),
    ladder=(Rung("CNY/m3", Fraction(1), 4, 2),),
)  # fmt: skip
GAS_PRICE = Measure(
    "CNY/m3", "元/m3", MONEY, (GAS,), 10**4, Decimal(10**4), "元/m³", _d("0.5", "20"),
    ladder=(Rung("CNY/m3", Fraction(1), 4, 2),),
)  # fmt: skip
POWER_KVA = Measure(
    "kVA", "kva", POWER, (), 1, Decimal(10**8), "kVA, MVA",
    ladder=(Rung("MVA", Fraction(1000), 3, 0, Decimal(1)), Rung("kVA", Fraction(1))),
)  # fmt: skip
ENERGY_TCE = Measure(
    "tce/a", "tce/a", ENERGY, (YEAR,), 10**6, Decimal(10**9), "吨标准煤 (tce), 万kWh",
    ladder=(Rung("10k tce/a", Fraction(10**4), 4, 0, Decimal(1)), Rung("tce/a", Fraction(1))),
)  # fmt: skip
WATER_T_D = Measure(
    "t/d", "t/d", WATER, (DAY,), 1000, Decimal(10**8), _WATER_HINT,
    ladder=(Rung("10k t/d", Fraction(10**4), 4, 0, Decimal(1)), Rung("t/d", Fraction(1), 3)),
)  # fmt: skip
STEAM_T_H = Measure(
    "t/h", "t/h", MASS, (HOUR,), 1000, Decimal(10**6), "t/h, kg/h", ladder=(Rung("t/h", Fraction(1), 3),)
)
GAS_M3_D = Measure(
    "m3/d", "m3/d", GAS, (DAY,), 1000, Decimal(10**10), "m³/d, 万m³/d",
    ladder=(Rung("10k m3/d", Fraction(10**4), 4, 0, Decimal(1)), Rung("m3/d", Fraction(1))),
)  # fmt: skip
TONNES_A = Measure(
    "t/a", "t/a", MASS, (YEAR,), 1000, Decimal(10**9), "t/a, kg/a, 万t/a", ladder=(Rung("t/a", Fraction(1), 3),)
)
POLLUTANT_T_A = Measure(
    "t/a", "t/a", MASS, (YEAR,), 10**6, Decimal(10**7), "t/a, kg/a, g/a",
    ladder=(Rung("t/a", Fraction(1), 6), Rung("kg/a", Fraction(1, 1000), 3)),
)  # fmt: skip
MULTIPLE = Measure("×", "倍", ONE, (), 1000, Decimal(10), "1, 1.5, 2", ladder=(Rung("×", Fraction(1), 3),))
SHARE = Measure("%", "", ONE, (), 10**6, Decimal(1), "0–1, %", ladder=(Rung("%", Fraction(1, 100), 2),))


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
    params = {"amount": f"{value:,f}", "unit": measure.unit, "low": f"{low:f}", "high": f"{high:f}"}
    return Fault(where, message, params)
