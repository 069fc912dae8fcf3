"""Which hard constraints does a park meet, which does it fail and by how much, and which cannot be decided?

Every gate is a column over all parks. Only what the need asks for, or what the park demands, is gated; an amount of
zero asks for nothing. Amounts may fall short by 1e-9 of themselves, which is float noise, not land.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import partial
from math import isnan
from typing import cast

import numpy as np
from numpy.typing import NDArray

from matching.asked import Asked
from matching.columns import BASES, Columns, Lists, comparable_energy
from matching.records import Gate, Standing, Verdict, Why
from matching.trades import CHEMICAL as CHEMICAL
from matching.trades import COAL_FIRED, HIGH_ENERGY
from matching.trades import covers as covers
from matching.trades import touched as touched

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NOISE = 1e-9
DAYS_A_YEAR = 365.0
LAND_PRICE_UNIT = "CNY/m2"

# Gate, what the need asks for, what the park has free, unit. A factory needs its land in one piece: it is gated twice.
RESOURCES = (
    ("land", "land_m2", "land_m2", "m2"),
    ("plot", "land_m2", "largest_plot_m2", "m2"),
    ("building", "building_m2", "building_m2", "m2"),
    ("power", "power_kva", "power_kva", "kVA"),
    ("energy", "energy_tce", "energy_tce", "tce"),
    ("coal", "coal_t_a", "coal_t_a", "t/a"),
    ("water", "water_t_d", "water_t_d", "t/d"),
    ("wastewater", "wastewater_t_d", "wastewater_t_d", "t/d"),
    ("steam", "steam_t_h", "steam_t_h", "t/h"),
    ("gas", "gas_m3_d", "gas_m3_d", "m3/d"),
    ("hazardous_waste", "hazardous_waste_t_a", "hazardous_waste_t_a", "t/a"),
)
NEVER_RELAXED = frozenset({"region", "prohibited", "chemical", "high_energy", "supply_mode"})
# What the need offers or waits for; all else it takes from the park.
OFFERED = frozenset({"investment", "tax", "land_price", "delivery"})


class Call(IntEnum):
    """A verdict inside a column; ABSENT: this park has no such gate."""

    ABSENT = -1
    PASS = 0
    UNKNOWN = 1
    FAIL = 2


ABSENT, UNSURE, FAILED = int(Call.ABSENT), int(Call.UNKNOWN), int(Call.FAIL)  # a look into an Enum takes a microsecond
SILENT = (Why.NEED_SILENT, Why.BASIS_SILENT)
VERDICTS = (Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL)
NO_GAP = (0.0, None)
WHY = tuple(Why)
SAYING: tuple[tuple[Why, tuple[str, ...]], ...] = tuple((why, ()) for why in WHY)
NO_SAYING: tuple[None, tuple[str, ...]] = (None, ())
NO_PLACE = (None,)
LANDED = frozenset({"land", "plot"})  # gates of which a lesser share may do
_gate = cast("Callable[[tuple[object, ...]], Gate]", partial(tuple.__new__, Gate))  # without a call of Python's own


@dataclass(frozen=True, slots=True, eq=False)
class GateColumn:
    """One gate over all parks, arrays (n_parks,). `own` is what a change is measured against; need = own · multiple.

    `share` of `wished` is what is needed, where a lesser share of the land will do.
    """

    gate: str
    unit: str
    call: NDArray[np.int8]
    need: Floats | None
    free: Floats | None
    gap: Floats | None
    why: NDArray[np.int8]
    own: float = 0.0
    multiple: Floats | None = None
    lacking: tuple[str, ...] = field(default=())
    share: float = 1.0
    wished: float | None = None

    @property
    def about(self) -> str:
        """What of the need it is about: of several gates about the same, one change passes all, the largest."""
        return "land" if self.gate == "plot" else self.gate

    def at(self, row: int) -> Gate | None:
        """The gate of one park, None where the park has none."""
        return self.among(np.array([row]))[0]

    def among(self, rows: NDArray[np.intp]) -> list[Gate | None]:
        """The gate of each of these parks, None where a park has none."""
        say = tuple((why, self.lacking if why in SILENT else ()) for why in WHY) if self.lacking else SAYING
        gate, unit, wished = self.gate, self.unit, (self.wished,)
        return [
            _gate(
                (gate, VERDICTS[call], need, free, gap if call == FAILED else NO_GAP[call], unit)
                + (say[why] if call == UNSURE else NO_SAYING)
                + NO_PLACE
                + wished
            )
            if call != ABSENT
            else None
            for call, why, need, free, gap in zip(
                self.call[rows].tolist(),
                self.why[rows].tolist(),
                _numbers(self.need, rows),
                _numbers(self.free, rows),
                _numbers(self.gap, rows),
                strict=True,
            )
        ]

    def change(self, rows: NDArray[np.intp]) -> Floats:
        """The least change of `own` that would pass these rows, in `unit`; NaN where no amount would."""
        if self.gap is None or self.gate in NEVER_RELAXED:
            return np.full(len(rows), np.nan)
        by = self.gap[rows] if self.multiple is None else self.gap[rows] / self.multiple[rows]
        if self.gate in OFFERED:
            return by
        asks_for_nothing = by >= self.own * (1 - NOISE)  # which is no smaller need, but another one
        return np.where(asks_for_nothing, np.nan, by)

    def of_need(self, by: float) -> float:
        """A change of `own` as one of what the need wishes."""
        return by / self.share


def gates_of(asked: Asked, columns: Columns) -> list[GateColumn]:
    """Every gate that some park has for this need, in the order of the contract."""
    found = [*_resources(asked, columns), *_emissions(asked, columns)]
    found += [column for make in RULES for column in make(asked, columns)]
    return [column for column in found if (column.call != Call.ABSENT).any()]


def standings(asked: Asked, gates: Sequence[GateColumn], parks: int) -> NDArray[np.int8]:
    """0 feasible, 1 unverified, 2 infeasible, (n_parks,). A need that asks for no amount leaves all unverified."""
    worst = np.full(parks, Call.PASS if asks_an_amount(asked) else Call.UNKNOWN, dtype=np.int8)
    for column in gates:
        np.maximum(worst, column.call, out=worst)
    return worst


STANDINGS = (Standing.FEASIBLE, Standing.UNVERIFIED, Standing.INFEASIBLE)


def asks_an_amount(asked: Asked) -> bool:
    """Whether the need asks for anything that a park can have too little of."""
    asks = asked.need.asks
    return any(getattr(asks, name) for _, name, _, _ in RESOURCES) or any(asks.emissions_t_a.values())


def _resources(asked: Asked, columns: Columns) -> Iterator[GateColumn]:
    for gate, name, free, unit in RESOURCES:
        amount = asked.need.takes(name)
        if amount and gate == "energy":
            yield _energy(asked, columns, amount)
        elif amount:
            yield with_wish(_taken(gate, unit, amount, columns[free]), asked)


def with_wish(column: GateColumn, asked: Asked) -> GateColumn:
    """A gate of land says what was wished, where a lesser share will do."""
    share = asked.need.land_least_share
    if share is None or column.gate not in LANDED:
        return column
    return replace(column, share=share, wished=asked.need.asks.land_m2)


def _emissions(asked: Asked, columns: Columns) -> Iterator[GateColumn]:
    for pollutant, amount in sorted(asked.need.asks.emissions_t_a.items()):
        if amount:
            yield _taken(
                f"emission:{pollutant}", "t/a", amount, columns.headroom(pollutant), columns.multiple(pollutant)
            )


def _taken(gate: str, unit: str, amount: float, free: Floats, multiple: Floats | None = None) -> GateColumn:
    """A resource the need takes from the park: amount × multiple ≤ free."""
    need = np.full(len(free), float(amount)) if multiple is None else amount * multiple
    return _compared(gate, unit, need, free, short=need - free, slack=free * NOISE, own=amount, multiple=multiple)


def _energy(asked: Asked, columns: Columns, amount: float) -> GateColumn:
    """当量值 and 等价值 are never compared: another basis, or none, leaves the gate unknown."""
    plain = _taken("energy", "tce", amount, columns["energy_tce"])
    comparable = comparable_energy(asked.need.asks, columns)
    call = np.where(np.isnan(comparable), Call.UNKNOWN, plain.call).astype(np.int8)
    basis = columns["energy_basis"]
    own = asked.need.asks.energy_basis
    silent = np.isnan(basis) | (own is None)
    why = np.where(silent, WHY.index(Why.BASIS_SILENT), WHY.index(Why.BASIS_DIFFERS))
    why = np.where(np.isnan(columns["energy_tce"]), WHY.index(Why.PARK_SILENT), why).astype(np.int8)
    lacking = () if own in BASES else ("energy_basis",)
    return GateColumn("energy", "tce", call, plain.need, plain.free, plain.gap, why, amount, None, lacking)


def _investment(asked: Asked, columns: Columns) -> Iterator[GateColumn]:
    yield _demanded("investment", "CNY/m2", asked, "investment", columns["investment_min_cny_m2"])


def _tax(asked: Asked, columns: Columns) -> Iterator[GateColumn]:
    yield _demanded("tax", "CNY/m2/a", asked, "tax", columns["tax_min_cny_m2_a"])


def _demanded(gate: str, unit: str, asked: Asked, name: str, least: Floats) -> GateColumn:
    """What the park demands for each m² of land; unknown where the need does not say it."""
    stated = ~np.isnan(least)
    offered = asked.per_m2(name)
    if offered is None:
        call = np.where(stated, Call.UNKNOWN, Call.ABSENT).astype(np.int8)
        return GateColumn(
            gate, unit, call, None, least, None, _why(Why.NEED_SILENT, len(least)), 0.0, None, asked.missing_for(name)
        )
    need = np.full(len(least), offered)
    return _compared(gate, unit, need, least, short=least - need, slack=need * NOISE, own=offered, present=stated)


def _land_price(asked: Asked, columns: Columns) -> Iterator[GateColumn]:
    highest = asked.need.land_price_max_cny_m2
    if highest:
        price = columns["land_price_cny_m2"]
        need = np.full(len(price), float(highest))
        yield _compared("land_price", LAND_PRICE_UNIT, need, price, short=price - need, slack=need * NOISE, own=highest)


def _supply_mode(asked: Asked, columns: Columns) -> Iterator[GateColumn]:
    wanted = frozenset(asked.need.supply_modes)
    if wanted:

        def judge(offered: tuple[str, ...]) -> tuple[Call, Why]:
            if not offered:
                return Call.UNKNOWN, Why.PARK_SILENT
            return (Call.PASS if wanted & set(offered) else Call.FAIL), Why.PARK_SILENT

        yield _judged("supply_mode", columns.supply_modes, judge)


def _prohibited(asked: Asked, columns: Columns) -> Iterator[GateColumn]:
    """By code: whole if the list holds the need's code or one above it, partly if it holds only codes below it."""

    def forbidden(codes: tuple[str, ...]) -> tuple[Call, Why]:
        if not codes:
            return Call.ABSENT, Why.PARK_SILENT
        if asked.industry is None:
            return Call.UNKNOWN, Why.NEED_SILENT
        if any(covers(code, asked.industry) for code in codes):
            return (Call.UNKNOWN, Why.INFERRED) if asked.inferred else (Call.FAIL, Why.PARK_SILENT)
        partly = any(covers(asked.industry, code) for code in codes)
        return (Call.UNKNOWN, Why.PARTLY) if partly else (Call.PASS, Why.PARK_SILENT)

    def restricted(codes: tuple[str, ...]) -> tuple[Call, Why]:
        if not codes or asked.industry is None:
            return forbidden(codes)
        touched = any(covers(code, asked.industry) or covers(asked.industry, code) for code in codes)
        return (Call.UNKNOWN, Why.RESTRICTED) if touched else (Call.PASS, Why.PARK_SILENT)

    hard = _judged("prohibited", columns.prohibited, forbidden, lacking=("industry",))
    soft = _judged("prohibited", columns.restricted, restricted, lacking=("industry",))
    worse = soft.call > hard.call
    call, why = np.where(worse, soft.call, hard.call), np.where(worse, soft.why, hard.why)
    yield GateColumn("prohibited", "", call, None, None, None, why, lacking=("industry",))


def _chemical(asked: Asked, columns: Columns) -> Iterator[GateColumn]:
    """Chemical processes only in a 化工园区; whether a park is one may be unknown."""
    if asked.industry is None or not touched(CHEMICAL, asked.industry):
        return
    refused = Call.FAIL
    why = Why.PARK_SILENT
    if not any(covers(code, asked.industry) for code in CHEMICAL):
        refused, why = Call.UNKNOWN, Why.PARTLY
    elif asked.inferred:
        refused, why = Call.UNKNOWN, Why.INFERRED
    chemical = columns["chemical_park"]
    silent = np.isnan(chemical)
    call = np.where(silent, Call.UNKNOWN, np.where(chemical > 0, Call.PASS, refused)).astype(np.int8)
    reasons = np.where(silent, WHY.index(Why.PARK_SILENT), WHY.index(why)).astype(np.int8)
    yield GateColumn("chemical", "", call, None, None, None, reasons)


def _high_energy(asked: Asked, columns: Columns) -> Iterator[GateColumn]:
    """The 两高 screen asks the need, not the park."""
    lacking = screened(asked)
    if lacking is None:
        return
    call = np.full(columns.parks, Call.UNKNOWN if lacking else Call.PASS, dtype=np.int8)
    yield GateColumn(
        "high_energy", "", call, None, None, None, _why(Why.NEED_SILENT, columns.parks), 0.0, None, lacking
    )


def screened(asked: Asked) -> tuple[str, ...] | None:
    """What the 两高 screen still asks of the need; None where it does not apply.

    Energy, coal and emissions must be filled in; zero is an answer.
    """
    asks = asked.need.asks
    if asked.industry is None or len(asked.industry) < 2:
        return None
    coal_fired = touched(COAL_FIRED, asked.industry) and asks.coal_t_a != 0
    if not coal_fired and not touched(HIGH_ENERGY, asked.industry):
        return None
    stated = {"energy_tce": asks.energy_tce, "coal_t_a": asks.coal_t_a, "emissions_t_a": asks.emissions_t_a or None}
    return tuple(name for name, amount in stated.items() if amount is None)


def _region(asked: Asked, columns: Columns) -> Iterator[GateColumn]:
    regions = asked.need.regions
    if not regions.only and not regions.exclude:
        return
    inside, coarse = columns.within(regions.only)
    if not regions.only:
        inside = np.ones(columns.parks, dtype=bool)
    excluded, coarsely = columns.within(regions.exclude)
    unplaced = columns.unplaced
    outside = ~inside & ~coarse
    doubtful = unplaced | (coarse & ~inside) | coarsely
    call = np.where(doubtful, Call.UNKNOWN, Call.PASS)
    call = np.where(~unplaced & (excluded | outside), Call.FAIL, call).astype(np.int8)
    why = np.where(unplaced, WHY.index(Why.PARK_SILENT), WHY.index(Why.PARTLY)).astype(np.int8)
    yield GateColumn("region", "", call, None, None, None, why)


def _delivery(asked: Asked, columns: Columns) -> Iterator[GateColumn]:
    wanted = asked.need.needed_on
    if wanted is not None:
        ready = columns["available_on"]
        need = np.full(len(ready), float(wanted.toordinal()))
        nothing = np.zeros(len(ready))
        yield _compared("delivery", "d", need, ready, short=ready - need, slack=nothing, own=DAYS_A_YEAR)


Rule = Callable[[Asked, Columns], Iterator[GateColumn]]
RULES: tuple[Rule, ...] = (
    _investment,
    _tax,
    _land_price,
    _supply_mode,
    _prohibited,
    _chemical,
    _high_energy,
    _region,
    _delivery,
)


# What is decided park by park and not by an amount: judged once for each list, region or code.
REGION_RULE, SUPPLY_RULE, PROHIBITED_RULE, CHEMICAL_RULE = _region, _supply_mode, _prohibited, _chemical


def _compared(
    gate: str,
    unit: str,
    need: Floats,
    free: Floats,
    *,
    short: Floats,
    slack: Floats,
    own: float,
    multiple: Floats | None = None,
    present: Flags | None = None,
) -> GateColumn:
    """A gate that compares amounts: it fails where `short` is more than float noise."""
    call = np.where(short > slack, Call.FAIL, Call.PASS)
    call = np.where(np.isnan(free), Call.UNKNOWN, call)
    if present is not None:
        call = np.where(present, call, Call.ABSENT)
    why = _why(Why.PARK_SILENT, len(free))
    return GateColumn(gate, unit, call.astype(np.int8), need, free, short, why, float(own), multiple)


def _judged(
    gate: str, lists: Lists, judge: Callable[[tuple[str, ...]], tuple[Call, Why]], lacking: tuple[str, ...] = ()
) -> GateColumn:
    """A gate decided once for each distinct list that some park keeps."""
    verdicts = [judge(each) for each in lists.distinct]
    call = np.array([call for call, _ in verdicts], dtype=np.int8)[lists.which]
    why = np.array([WHY.index(why) for _, why in verdicts], dtype=np.int8)[lists.which]
    return GateColumn(gate, "", call, None, None, None, why, lacking=lacking)


def _why(why: Why, parks: int) -> NDArray[np.int8]:
    return np.full(parks, WHY.index(why), dtype=np.int8)


def _numbers(values: Floats | None, rows: NDArray[np.intp]) -> Sequence[float | None]:
    if values is None:
        return [None] * len(rows)
    return [None if isnan(number) else number for number in values[rows].tolist()]
