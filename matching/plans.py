"""What does a need ask of the kernel?

A plan is what `criteria_of`, `gates_of` and `scores_of` would do for the need, as numbers. Where a gate turns between
two amounts that are one float32 the plan says of itself that it is not able: such a need is ranked by the columns.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching import kernel, text
from matching.asked import Asked
from matching.criteria import MEASURES, home_of, shared, valued
from matching.gates import CHEMICAL, RESOURCES, asks_an_amount, screened, touched
from matching.place import point_of
from matching.records import Need
from matching.reference import gbt
from matching.reference.priors import Points, prior_of
from matching.tables import CRITERIA, FUNCTION, Sheets
from matching.weights import NEED_SIDE, weights_of

GIVEN = [kernel.INVESTMENT, kernel.TAX, kernel.INTENSITY, kernel.JOBS]
PER_TCE = 10_000.0  # of output, as in matching.criteria
UNIT = 2.0**-24  # half a unit in the last place of float32 near 1
ROUNDINGS = 64  # see `_bound`
GROUP = {
    "land": kernel.IN_LAND,
    "building": kernel.IN_LAND,
    "power": kernel.IN_ENERGY,
    "energy": kernel.IN_ENERGY,
    "coal": kernel.IN_ENERGY,
    "steam": kernel.IN_ENERGY,
    "gas": kernel.IN_ENERGY,
    "water": kernel.IN_ENVIRONMENT,
    "wastewater": kernel.IN_ENVIRONMENT,
    "hazardous_waste": kernel.IN_ENVIRONMENT,
}
Number = TypeVar("Number", bound=np.generic)
Op = tuple[int, int, int, float, int, int]  # column, group, kind, amount, unknown, passed


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """Plans with the rows they point at; `able` (n_needs,) says which of them the kernel may rank.

    `exact` are the rows of `values` in float64.
    """

    plans: kernel.Plans
    exact: Sequence[NDArray[np.generic]]
    values: NDArray[np.float32]
    flags: NDArray[np.int8]
    able: NDArray[np.bool_]


class Shelf:
    """Rows by key, each once, in the order they were asked for."""

    def __init__(self) -> None:
        self.place: dict[Hashable, int] = {}
        self.rows: list[NDArray[np.generic]] = []

    def at(self, key: Hashable, row: Callable[[], NDArray[np.generic]]) -> int:
        found = self.place.get(key)
        if found is None:
            found = self.place[key] = len(self.rows)
            self.rows.append(row())
        return found

    def matrix(self, parks: int, dtype: type[Number]) -> NDArray[Number]:
        """The rows one below the other, at least one."""
        found: NDArray[Number] = np.zeros((max(len(self.rows), 1), parks), dtype=dtype)
        for place, row in enumerate(self.rows):  # rounded row by row: all of them in float64 are a lot of memory
            found[place] = row
        return found


def planned(needs: Sequence[Asked], sheets: Sheets) -> Planned:
    """The plans of these needs. Raises InputError for weights that are given to nothing a need says."""
    parks = sheets.columns.parks
    values, flags = Shelf(), Shelf()
    weights = np.array([_weights(asked) for asked in needs]).reshape(-1, len(CRITERIA))
    words = [_words(asked) if weights[i, kernel.TEXT] > 0 else NO_WORDS for i, asked in enumerate(needs)]
    ops = [list(_ops(asked, sheets)) for asked in needs]
    starts = _starts([len(each) for each in ops])
    table = np.array([op for each in ops for op in each], dtype=np.float64).reshape(-1, 6)
    column, kind, amount = table[:, 0].astype(np.int32), table[:, 2].astype(np.int32), table[:, 3].copy()
    low, high = np.empty((2, len(table)), dtype=np.float32)
    doubtful = np.empty(len(table), dtype=np.int8)
    kernel.thresholds(sheets.known, sheets.counts, column, kind, amount, low, high, doubtful)
    of_need = np.repeat(np.arange(len(needs)), np.diff(starts))
    bad = np.bincount(of_need, doubtful > 0, len(needs))
    given = np.array([_given(asked) for asked in needs]).reshape(-1, len(GIVEN))
    codes: dict[str, int] = {}
    inverse = np.divide(1.0, amount, out=np.zeros(len(table)), where=amount != 0).astype(np.float32)
    plans = kernel.Plans(
        weights=weights,
        weights32=weights.astype(np.float32),
        constant=np.column_stack((np.zeros(len(needs)), np.sum(weights[:, GIVEN] * given, axis=1))),
        sides=_sides(weights),
        base=np.array([_base(asked) for asked in needs], dtype=np.int8),
        rents=np.array([bool(n.need.asks.building_m2 and not n.need.asks.land_m2) for n in needs], dtype=np.int8),
        needed_on=np.array(
            [n.need.needed_on.toordinal() if n.need.needed_on else 0.0 for n in needs], dtype=np.float64
        ),
        rows=np.array(
            [_rows(asked, row, sheets, values) for asked, row in zip(needs, weights, strict=True)], dtype=np.int32
        ).reshape(-1, 4),
        flags=np.array([_flags(asked, sheets, flags) for asked in needs], dtype=np.int32).reshape(-1, 3),
        gates_start=starts,
        gates=table[:, [0, 1, 4, 5]].astype(np.int32),
        turns=np.column_stack((low, high, inverse)),
        asked=amount,
        given=given,
        code=np.array([codes.setdefault(n.industry, len(codes)) if n.industry else -1 for n in needs], dtype=np.int32),
        silent_groups=np.array(
            [(0, bool(n.need.asks.energy_tce) and n.need.asks.energy_basis is None, 0, 0) for n in needs], dtype=np.int8
        ).reshape(-1, 4),
        words_start=_starts([len(each[0]) for each in words]),
        word=np.concatenate([np.empty(0, dtype=np.int32), *(each[0] for each in words)]).astype(np.int32),
        word_weight=np.concatenate([np.empty(0), *(each[1] for each in words)]),
        bound=_bound(weights, np.array([len(each[0]) for each in words])),
    )
    return Planned(plans, values.rows, values.matrix(parks, np.float32), flags.matrix(parks, np.int8), bad == 0)


def _bound(weights: NDArray[np.float64], grams: NDArray[np.int64]) -> NDArray[np.float32]:
    """How far a key may be from the score in float64.

    Each value in [0, 1] is wrong by at most 12 units (2⁻²⁴): its measure is rounded 4 times and no value function
    rises by more than .8 for a doubling, four ramps are rounded, 1 for the column itself. A side is a sum of up to 16
    terms no partial sum of which exceeds 1: 32 roundings; its weights sum to 1: 12 + 32 + 2. The score moves by no
    more than the worse of its sides, its own four operations and the tier on the key add 8. A text is a sum over the
    need's grams, two roundings each, weighed. 64 + 2 · grams · weight is above all of it.
    """
    return ((ROUNDINGS + 2.0 * grams * weights[:, kernel.TEXT]) * UNIT).astype(np.float32)


def _starts(lengths: list[int]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).astype(np.int64)


def _sides(weights: NDArray[np.float64]) -> NDArray[np.int8]:
    first, second = weights[:, : len(NEED_SIDE)], weights[:, len(NEED_SIDE) :]
    return np.array((first > 0).any(axis=1) + 2 * (second > 0).any(axis=1), dtype=np.int8)


def _weights(asked: Asked) -> tuple[float, ...]:
    need = asked.need
    return _shared(tuple(need.weights.items()), need.importance, tuple(_says(asked)))


@lru_cache(maxsize=4096)
def _shared(
    weights: tuple[tuple[str, float], ...], importance: tuple[str, ...], says: tuple[bool, ...]
) -> tuple[float, ...]:
    """Weights as `criteria_of` shares them among the criteria that stand. Raises InputError."""
    given = weights_of(Need(weights=dict(weights), importance=importance))
    said = dict(zip(CRITERIA, says, strict=True))
    found = shared(given, [name for name, weight in given.items() if weight > 0 and said[name]], FUNCTION)
    return tuple(found.get(name, 0.0) for name in CRITERIA)


def _says(asked: Asked) -> Iterator[bool]:
    """Which criteria the need says something about, in the order of CRITERIA."""
    need, asks = asked.need, asked.need.asks
    emits = any(asks.emissions_t_a.values())
    yield asked.industry is not None
    yield bool(need.description.strip()) or asked.industry is not None
    yield True
    yield bool(asks.land_m2 or asks.building_m2)
    yield bool(asks.power_kva or asks.energy_tce or asks.coal_t_a or asks.steam_t_h or asks.gas_m3_d)
    yield bool(asks.water_t_d or asks.wastewater_t_d or asks.hazardous_waste_t_a or emits)
    yield from (True,) * 4
    yield point_of(need.hq or need.origin) is not None
    yield need.needed_on is not None
    yield from (True,) * 2
    yield bool(need.regions.prefer)
    yield asked.per_m2("investment") is not None
    yield asked.per_m2("tax") is not None
    yield asked.industry is not None and asked.industry.isdigit()
    yield asks.energy_tce is not None and bool(need.output_cny_a)
    yield False
    yield emits
    yield asked.per_m2("jobs") is not None


NO_WORDS = (np.empty(0, dtype=np.int32), np.empty(0))


def _words(asked: Asked) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    words = asked.need.description.strip()
    if not words and asked.industry is not None:
        return _grams_of_name(asked.industry)
    return _grams(words)


@lru_cache(maxsize=2048)
def _grams_of_name(code: str) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    return _grams(gbt()[code].name)


def _grams(words: str) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    row = text.vectors([words])
    return row.indices.astype(np.int32), row.data


def _ops(asked: Asked, sheets: Sheets) -> Iterator[Op]:
    """Every gate that turns on an amount."""
    yield from _taken(asked, sheets.column)
    yield from _demanded(asked, sheets.column)


def _taken(asked: Asked, column: Mapping[str, int]) -> Iterator[Op]:
    asks = asked.need.asks
    for gate, name, free, _ in RESOURCES:
        amount = getattr(asks, name)
        if amount and gate != "energy":
            yield column[free], GROUP.get(gate, kernel.NO_GROUP), kernel.TAKES, amount, 1, 0
        elif amount and asks.energy_basis is not None:  # without it all is unknown, see `_base`
            yield column[f"energy_tce:{asks.energy_basis.value}"], kernel.IN_ENERGY, kernel.TAKES, amount, 1, 0
    for name, amount in asks.emissions_t_a.items():
        if amount:
            yield column.get(f"emission:{name}", column["nothing"]), kernel.EMITTED, kernel.TAKES, amount, 1, 0


def _demanded(asked: Asked, column: Mapping[str, int]) -> Iterator[Op]:
    need = asked.need
    for name, least in (("investment", "investment_min_cny_m2"), ("tax", "tax_min_cny_m2_a")):
        offered = asked.per_m2(name)
        if offered is None:
            yield column[least], kernel.NO_GROUP, kernel.ASKS_BACK, 0.0, 0, 1
        else:
            yield column[least], kernel.NO_GROUP, kernel.DEMANDS, offered, 0, 0
    if need.land_price_max_cny_m2:
        yield column["land_price_cny_m2"], kernel.NO_GROUP, kernel.PRICES, need.land_price_max_cny_m2, 1, 0
    if need.needed_on is not None:
        yield column["available_on"], kernel.NO_GROUP, kernel.WAITS, float(need.needed_on.toordinal()), 1, 0


def _base(asked: Asked) -> int:
    """The standing before any gate that differs from park to park."""
    asks = asked.need.asks
    silent = bool(asks.energy_tce) and asks.energy_basis is None
    return int(not asks_an_amount(asked) or silent or bool(screened(asked)))


def _given(asked: Asked) -> list[float]:
    """Values of what is the same at every park; a criterion that does not stand weighs nothing."""
    return [_value(prior_of(CRITERIA[place]).points, _measure(asked, CRITERIA[place])) for place in GIVEN]


def _measure(asked: Asked, name: str) -> float:
    if name != "energy_intensity":
        return asked.per_m2(name) or 0.0
    return (asked.need.asks.energy_tce or 0.0) / (asked.need.output_cny_a or 1.0) * PER_TCE


def _value(points: Points, measure: float) -> float:
    """Piecewise linear and flat beyond its ends, as numpy interpolates."""
    for (x, y), (x2, y2) in pairwise(points):
        if measure < x2:
            return y if measure < x else (y2 - y) / (x2 - x) * (measure - x) + y
    return points[-1][1]


def _rows(asked: Asked, weights: NDArray[np.float64], sheets: Sheets, values: Shelf) -> tuple[int, int, int, int]:
    need, code = asked.need, asked.industry or ""
    home, prefer = home_of(asked), need.regions.prefer
    chain = values.at(("chain", code), partial(sheets.chain, code)) if weights[kernel.CHAIN] > 0 else -1
    gap = values.at(("gap", code), partial(sheets.gap, code)) if weights[kernel.GAP] > 0 else -1
    distance, region = -1, -1
    if weights[kernel.DISTANCE] > 0:
        distance = values.at(("distance", home), partial(_valued, "distance", asked, home, sheets))
    if weights[kernel.REGION] > 0:
        region = values.at(("region", prefer), partial(_valued, "region", asked, prefer, sheets))
    return chain, gap, distance, region


def _valued(name: str, asked: Asked, key: Hashable, sheets: Sheets) -> NDArray[np.generic]:
    """Values of a criterion at every park, in the tables' order; needs with this key share them."""

    def make() -> NDArray[np.generic]:
        measured = MEASURES[name](asked, sheets.columns)
        assert measured is not None
        return valued(prior_of(name), "", 1.0, measured).value[sheets.order]

    return sheets.rows.row(("exactly", name, key), make)


def _flags(asked: Asked, sheets: Sheets, flags: Shelf) -> tuple[int, int, int]:
    need, found = asked.need, [-1, -1, -1]
    if need.regions.only or need.regions.exclude:
        key: Hashable = (need.regions.only, need.regions.exclude)
        found[0] = flags.at(("region", key), partial(sheets.flags, "region", asked, key))
    rule = "lists" if sheets.listed else "chemical"
    if sheets.listed or (asked.industry is not None and touched(CHEMICAL, asked.industry)):
        key = (asked.industry, asked.inferred)
        found[1] = flags.at((rule, key), partial(sheets.flags, rule, asked, key))
    if need.supply_modes:
        key = frozenset(need.supply_modes)
        found[2] = flags.at(("supply_mode", key), partial(sheets.flags, "supply_mode", asked, key))
    return found[0], found[1], found[2]
