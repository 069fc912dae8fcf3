"""What does a need put to the parks of an index: which gates has it, and where does the kernel keep their columns?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching import gates, nearby
from matching.asked import Asked
from matching.gates import ABSENT, UNSURE
from matching.plans import Planned
from matching.tables import Sheets

Floats = NDArray[np.float64]

EMISSION = "emission:"
NO_AMOUNT = "nothing"  # the column in which every park is silent
DEMANDED = (("investment", "CNY/m2", "investment_min_cny_m2"), ("tax", "CNY/m2/a", "tax_min_cny_m2_a"))


class Amount(NamedTuple):
    """One gate that turns on an amount: the column that decides it, what is asked or offered, the unstated's call."""

    gate: str
    unit: str
    column: str
    kind: int
    asked: float
    own: float
    unstated: int = UNSURE


class Calls(NamedTuple):
    """A gate that lists, regions or codes decide: calls and whys of all parks in the tables' order, (2, n_parks)."""

    gate: str
    lacking: tuple[str, ...]
    calls: NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A need as it is put to the parks of an index: what it is planned as, and its gates."""

    asked: Asked
    sheets: Sheets
    plan: Planned
    amounts: tuple[Amount, ...]
    judged: tuple[Calls, ...]

    @classmethod
    def of(cls, asked: Asked, sheets: Sheets, plan: Planned) -> "Question":
        return cls(asked, sheets, plan, tuple(_amounts(asked, sheets)), tuple(_judged(asked, sheets)))

    def distances(self) -> Floats:
        """As `nearby.distances`, (n_parks,) in the tables' order."""
        calls = [each.calls[0] for each in self.judged]
        judged = np.stack(calls) if calls else np.empty((0, self.sheets.columns.parks), dtype=np.int8)
        abouts = ["land" if each.gate == "plot" else each.gate for each in self.amounts]
        again = [here == before for here, before in zip(abouts, ["", *abouts], strict=False)]
        return nearby.distances(
            self.sheets.tables,
            nearby.Amounts(
                np.array([self.sheets.column[each.column] for each in self.amounts], dtype=np.int32),
                np.array([each.kind for each in self.amounts], dtype=np.int32),
                np.array(again, dtype=np.int8),
                np.array([each.asked for each in self.amounts], dtype=np.float64),
                np.array([each.own for each in self.amounts], dtype=np.float64),
            ),
            judged,
        )


def _amounts(asked: Asked, sheets: Sheets) -> Iterator[Amount]:
    """The gates that turn on amounts, in the order of `gates_of`; what is taken comes first."""
    asks = asked.need.asks
    for gate, name, free, unit in gates.RESOURCES:
        amount = asked.need.takes(name)
        if amount and gate == "energy":
            free = NO_AMOUNT if asks.energy_basis is None else f"energy_tce:{asks.energy_basis.value}"
        if amount:
            yield Amount(gate, unit, free, nearby.TAKES, amount, amount)
    for pollutant, amount in sorted(asks.emissions_t_a.items()):
        if amount:
            name = f"{EMISSION}{pollutant}"
            yield Amount(name, "t/a", name if name in sheets.column else NO_AMOUNT, nearby.TAKES, amount, amount)
    yield from _demanded(asked)


def _demanded(asked: Asked) -> Iterator[Amount]:
    need = asked.need
    for gate, unit, least in DEMANDED:
        offered = asked.per_m2(gate)
        kind = nearby.ASKS_BACK if offered is None else nearby.DEMANDS
        yield Amount(gate, unit, least, kind, offered or 0.0, offered or 0.0, ABSENT)
    if highest := need.land_price_max_cny_m2:
        yield Amount("land_price", gates.LAND_PRICE_UNIT, "land_price_cny_m2", nearby.DEMANDS, highest, highest)
    if need.needed_on is not None:
        wanted = float(need.needed_on.toordinal())
        yield Amount("delivery", "d", "available_on", nearby.WAITS, wanted, gates.DAYS_A_YEAR)


def _judged(asked: Asked, sheets: Sheets) -> Iterator[Calls]:
    """The gates that lists, regions and codes decide, in the order of `gates_of`; kept, for many needs share them."""
    need, industry_key = asked.need, (asked.industry, asked.inferred)
    if need.supply_modes:
        yield _calls("supply_mode", frozenset(need.supply_modes), gates.SUPPLY_RULE, asked, sheets)
    if sheets.listed:
        yield _calls("prohibited", industry_key, gates.PROHIBITED_RULE, asked, sheets, ("industry",))
    if asked.industry is not None and gates.touched(gates.CHEMICAL, asked.industry):
        yield _calls("chemical", industry_key, gates.CHEMICAL_RULE, asked, sheets)
    if need.regions.only or need.regions.exclude:
        yield _calls("region", (need.regions.only, need.regions.exclude), gates.REGION_RULE, asked, sheets)


def _calls(
    gate: str, key: object, rule: gates.Rule, asked: Asked, sheets: Sheets, lacking: tuple[str, ...] = ()
) -> Calls:
    def make() -> NDArray[np.generic]:
        (column,) = rule(asked, sheets.columns)
        return np.stack((column.call, column.why))[:, sheets.order]

    return Calls(gate, lacking, sheets.rows.row(("calls", gate, key), make).astype(np.int8, copy=False))
