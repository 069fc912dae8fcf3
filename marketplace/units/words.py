"""With which words are units written, and what is each worth in the first unit of its dimension?

Spelled as they read after NFKC and in lower case: ㎡ is m2, ㎥ is m3.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

Table = Mapping[str, Fraction]


def _table(*rows: tuple[str, str | int | Fraction]) -> Table:
    return MappingProxyType({word: Fraction(worth) for words, worth in rows for word in words.split()})


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
LENGTH = _table(("m 米", 1), ("mm 毫米", "0.001"), ("cm 厘米", "0.01"))
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
