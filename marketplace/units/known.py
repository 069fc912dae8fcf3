"""Which quantities does the market know, in which units, up to where, and what is usual?"""

from decimal import Decimal
from fractions import Fraction

from marketplace.units.measures import Measure, Rung
from marketplace.units.words import (
    AREA,
    DAY,
    ELECTRICITY,
    ENERGY,
    GAS,
    HOUR,
    LENGTH,
    MASS,
    MONEY,
    MONTH,
    ONE,
    POWER,
    WATER,
    YEAR,
)


def _d(low: str, high: str) -> tuple[Decimal, Decimal]:
    return Decimal(low), Decimal(high)


_AREA_HINT = "亩 (mu), 公顷 (ha), ㎡ (m2), 平方公里 (km2)"
_MONEY_HINT = "元, 万元, 亿元"
_YI = (Rung("100m CNY", Fraction(10_000), 4, 0, Decimal(1)), Rung("10k CNY", Fraction(1), 6))
_MILLION = (
    Rung("billion CNY", Fraction(100_000), 3, 0, Decimal(1)),
    Rung("million CNY", Fraction(100), 2),
)
_WATER_HINT = "t/d, m³/d, 万t/d"
_PRICE_HINT = "万元/亩, 元/㎡"
_PER_TONNE_HINT = "元/t, 元/kg"

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
    western=(Rung("m2", Fraction(1)),),
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
STEAM_PRICE = Measure(
    "CNY/t", "元/t", MONEY, (MASS,), 10**4, Decimal(10**6), _PER_TONNE_HINT, _d("100", "500"),
    ladder=(Rung("CNY/t", Fraction(1), 4),),
)  # fmt: skip
HAZARDOUS_WASTE_PRICE = Measure(
    "CNY/t", "元/t", MONEY, (MASS,), 10**4, Decimal(10**7), _PER_TONNE_HINT, _d("1000", "10000"),
    ladder=(Rung("CNY/t", Fraction(1), 4),),
)  # fmt: skip
POWER_KVA = Measure(
    "kVA", "kva", POWER, (), 1, Decimal(10**8), "kVA, MVA",
    ladder=(Rung("MVA", Fraction(1000), 3, 0, Decimal(1)), Rung("kVA", Fraction(1))),
)  # fmt: skip
ENERGY_TCE = Measure(
    "tce/a", "tce/a", ENERGY, (YEAR,), 10**6, Decimal(10**9), "吨标准煤 (tce), 万kWh",
    ladder=(Rung("10k tce/a", Fraction(10**4), 4, 0, Decimal(1)), Rung("tce/a", Fraction(1))),
    western=(Rung("tce/a", Fraction(1)),),
)  # fmt: skip
WATER_T_D = Measure(
    "t/d", "t/d", WATER, (DAY,), 1000, Decimal(10**8), _WATER_HINT,
    ladder=(Rung("10k t/d", Fraction(10**4), 4, 0, Decimal(1)), Rung("t/d", Fraction(1), 3)),
    western=(Rung("t/d", Fraction(1), 3),),
)  # fmt: skip
STEAM_T_H = Measure(
    "t/h", "t/h", MASS, (HOUR,), 1000, Decimal(10**6), "t/h, kg/h", ladder=(Rung("t/h", Fraction(1), 3),)
)
GAS_M3_D = Measure(
    "m3/d", "m3/d", GAS, (DAY,), 1000, Decimal(10**10), "m³/d, 万m³/d",
    ladder=(Rung("10k m3/d", Fraction(10**4), 4, 0, Decimal(1)), Rung("m3/d", Fraction(1))),
    western=(Rung("m3/d", Fraction(1)),),
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
HEIGHT = Measure("m", "m", LENGTH, (), 1000, Decimal(100), "m, mm", ladder=(Rung("m", Fraction(1), 3),))
FLOOR_LOAD = Measure(
    "t/m2", "t/m2", MASS, (AREA,), 1000, Decimal(100), "t/㎡, kg/㎡", ladder=(Rung("t/m2", Fraction(1), 3),)
)
TONNES = Measure("t", "t", MASS, (), 1000, Decimal(10**4), "t, kg", ladder=(Rung("t", Fraction(1), 3),))
FLOOR_AREA_RATIO = Measure("×", "倍", ONE, (), 1000, Decimal(20), "1.5", ladder=(Rung("×", Fraction(1), 3),))
