"""How does the yearly cost stand beside the parks: a range in each cell, its steps behind it, the unknown named?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace import costs
from marketplace.capacity import Sheet
from marketplace.costs import DAYS, MOST_HOURS, TERMS_A, Cost, Part, Unknown, Yearly
from marketplace.needs import NeedFields
from marketplace.resources import TERMS
from web import labels, wording
from web.amounts import measure_for
from web.forms import whole
from web.i18n import N_, gettext, number, said

NAMES: Mapping[Part, str] = {
    Part.LAND: N_("Land, written off"),
    Part.RENT: N_("Factory rent"),
    Part.POWER: N_("Power"),
    Part.WATER: N_("Water"),
    Part.GAS: N_("Gas"),
    Part.WAGES: N_("Wages"),
    Part.STEAM: N_("Steam"),
    Part.WASTEWATER: N_("Wastewater"),
    Part.WASTE: N_("Hazardous waste"),
}
WHY: Mapping[Unknown, str] = {
    Unknown.PRICE_UNSAID: N_("the park has not said this price"),
    Unknown.PRICE_STALE: N_("the price is of {day}, too old to count"),
    Unknown.HOURS_UNSAID: N_("say how many hours a year you run at full load"),
}
STEPS: Mapping[Part, str] = {
    Part.LAND: N_("{amount} × {price} = {once} at once, spread over {least} to {most} years without interest"),
    Part.RENT: N_("{amount} × {price} × 12 months"),
    Part.POWER: N_("{amount} × {hours} hours × power factor 0.9 to 1 × {price}; no charge for demand"),
    Part.WATER: N_("{amount} × {fewest} to {days} days × {price}"),
    Part.GAS: N_("{amount} × {fewest} to {days} days × {price}"),
    Part.WAGES: N_("{amount} people × {price}; no social insurance"),
    Part.STEAM: N_("{amount} × {hours} hours × {price}"),
    Part.WASTEWATER: N_("{amount} × {fewest} to {days} days × {price}"),
    Part.WASTE: N_("{amount} × {price}"),
}


@dataclass(frozen=True, slots=True)
class CostCell:
    """One park's entry: its range in words and the steps behind it, or why it is not known."""

    words: str = ""
    steps: str = ""
    why: str = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class CostLine:
    """One part over all parks."""

    label: str
    cells: Sequence[CostCell]


@dataclass(frozen=True, slots=True)
class CostTable:
    """The parts, the sums of what is known, and which sum is the lowest where they may be compared."""

    lines: Sequence[CostLine]
    sums: Sequence[CostCell]
    lowest: int | None
    hours: str


def cost_table(found: Mapping[str, Yearly], hours: str) -> CostTable | None:
    """The rows for these parks in their order; None where the need asks for nothing that costs."""
    parts = dict.fromkeys(part.part for cost in found.values() for part in cost.parts)
    if not parts:
        return None
    lines = [CostLine(gettext(NAMES[part]), [_cell(cost, part, hours) for cost in found.values()]) for part in parts]
    return CostTable(lines, [_sum(cost) for cost in found.values()], _lowest(found), hours)


def costs_at(fields: NeedFields, sheets: Mapping[str, Sheet], hours: str) -> CostTable | None:
    """What the need would cost a year at each of these parks, by their sheets."""
    taken = hours_in(hours)
    found = {code: costs.yearly_cost(fields, sheet, load_hours=taken) for code, sheet in sheets.items()}
    return cost_table(found, str(taken or ""))


def pairs_of(link: Mapping[str, object], codes: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The present question as hidden fields of a form."""
    pairs = [(name, value) for name, value in link.items() if value not in (None, "", (), [])]
    flat = [(name, each) for name, value in pairs for each in (value if isinstance(value, list | tuple) else [value])]
    return [(name, str(value)) for name, value in flat] + [("park", code) for code in codes]


def hours_in(typed: str) -> int | None:
    """The hours a year that were typed; None for nothing that can be a year's hours."""
    hours = whole(typed.strip())
    return hours if 0 < hours <= MOST_HOURS else None


def _cell(cost: Yearly, part: Part, hours: str) -> CostCell:
    own = next((each for each in cost.parts if each.part is part), None)
    if own is None:
        return CostCell()
    if own.unknown is not None:
        day = own.as_of.isoformat() if own.as_of else ""
        return CostCell(why=said(WHY[own.unknown], {"day": day}))
    return CostCell(_range(own.low_10k_a, own.high_10k_a), _steps(own, hours), "", own.simulated)


def _sum(cost: Yearly) -> CostCell:
    missing = "、".join(gettext(NAMES[part.part]) for part in cost.unknown)
    why = said(N_("without {parts}"), {"parts": missing}) if missing else ""
    return CostCell(_range(cost.low_10k_a, cost.high_10k_a), "", why, cost.simulated)


def _range(low: Decimal | None, high: Decimal | None) -> str:
    if low is None or high is None:
        return ""
    unit = gettext("10k CNY/a")
    return f"{_figure(low)} {unit}" if low == high else f"{_figure(low)}–{_figure(high)} {unit}"


def _figure(value: Decimal) -> str:
    return number(float(value), 0 if value >= 100 else 1)


def _steps(own: Cost, hours: str) -> str:
    measure = measure_for(own.field)
    amount = wording.briefly(own.amount, measure) if measure else number(float(own.amount), 0)
    params = {
        "amount": amount,
        "price": wording.briefly(own.price or Decimal(0), TERMS[own.price_field].measure),
        "once": f"{_figure(own.once_10k or Decimal(0))} {gettext('10k CNY')}",
        "least": TERMS_A[0],
        "most": TERMS_A[1],
        "fewest": DAYS[0],
        "days": DAYS[1],
        "hours": hours,
    }
    dated = said(N_("price of {day}"), {"day": own.as_of.isoformat() if own.as_of else "–"})
    return f"{said(STEPS[own.part], params)} ({labels.field(own.price_field)}: {dated})"


def _lowest(found: Mapping[str, Yearly]) -> int | None:
    sums = [cost.high_10k_a for cost in found.values()]
    stated = [value for value in sums if value is not None]
    if len(stated) < 2 or len(stated) < len(sums) or not costs.comparable(found) or len(set(stated)) == 1:
        return None
    return sums.index(min(stated))
