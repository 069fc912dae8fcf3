"""How is it said what would change a ranking: of the need, of a park's sheet, of the weights?

Amounts are rounded so that what is said would do: what must fall is rounded down, what must rise is rounded up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from marketplace.explanations import Contrast, Lever, Offer, Slide, Step
from marketplace.matches import Gate, ParkRecord
from marketplace.needs import NeedFields
from marketplace.resources import EMISSION, RECORDED, RESOURCES, Quantity
from marketplace.units import Measure, measures_of
from web import i18n, labels, wording
from web.i18n import N_, gettext, said

CENT = Decimal("0.01")
SHARE_STEP = 1000  # tenths of a percent
NOISE = 5e-5  # of the score: less is not shown
QUANTITIES: Mapping[str, Quantity] = {each.record: each for each in (*RESOURCES.values(), *RECORDED.values())}
NEED_FIELDS: Mapping[str, str] = {"investment_cny": "investment_10k", "tax_cny_a": "tax_10k_a"}
TEN_THOUSAND = 10_000
PARK_SIDE = "park"


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a difference of two scores, in points of 100; the park's side is one piece."""

    label: str
    by: float


def parts_of(contrast: Contrast) -> list[Part]:
    """Where a park has fewer or more points than another, what costs most first, without what is equal."""
    own = [
        Part(labels.criterion(each.criterion), 100 * each.by) for each in contrast.differences if each.side == "need"
    ]
    other = sum(100 * each.by for each in contrast.differences if each.side != "need")
    return telling([*own, Part(gettext("How you suit the park"), other)])


def telling(parts: Sequence[Part]) -> list[Part]:
    """What costs most first, without what is equal."""
    return sorted((part for part in parts if abs(part.by) >= 100 * NOISE), key=lambda part: part.by)


def step(each: Step) -> str:
    """One change of the need: 用地: 150 亩（10 公顷）→ 120 亩（8 公顷）"""
    label, now, then = _step_words(each)
    return said(N_("{what}: {now} → {to}"), {"what": label, "now": now, "to": then})


def lever(found: Lever) -> str:
    """What the park would have to offer to be among the first three."""
    offers = gettext(" and ").join(_offer(each) for each in found.offers)
    return said(N_("If {offers}, it is among the first three."), {"offers": offers})


def slide(each: Slide, parks: Mapping[str, ParkRecord]) -> str:
    """Which weight, moved how far, changes the leader."""
    up = each.to >= each.weight
    message = (
        N_("If the weight of “{criterion}” is raised from {now} to {to}, {park} leads.")
        if up
        else N_("If the weight of “{criterion}” is lowered from {now} to {to}, {park} leads.")
    )
    reached = _outward(each.to, up=up)
    params = {"criterion": labels.criterion(each.criterion), "now": percent(each.weight, 1), "to": percent(reached, 1)}
    return said(message, {**params, "park": parks[each.leader].name})


def percent(share: float, digits: int = 0) -> str:
    """71 %"""
    return f"{100 * share:.{digits}f} %"


def fixed(gates: Sequence[str]) -> str:
    """What no change of an amount would mend."""
    return said(N_("No change of an amount mends: {gates}."), {"gates": [labels.gate(gate) for gate in gates]})


def gates(found: Sequence[Gate]) -> str:
    """What gates are called, in one line."""
    return i18n.joined([of_place(gate.place, labels.gate(gate.gate)) for gate in found])


def of_place(role: str | None, words: str) -> str:
    """What is said of one of two places; of the only one as it is."""
    return words if role is None else gettext("%(place)s: %(words)s") % {"place": labels.role(role), "words": words}


def _outward(share: float, *, up: bool) -> float:
    """Rounded away from where it comes from, to a tenth of a percent."""
    exact = Decimal(repr(share)) * SHARE_STEP
    return min(1.0, max(0.0, float(exact.to_integral_value(ROUND_CEILING if up else ROUND_FLOOR) / SHARE_STEP)))


def _step_words(each: Step) -> tuple[str, str, str]:
    """What it is called, from where, to where."""
    before, way = each.to - each.by, ROUND_CEILING if each.by > 0 else ROUND_FLOOR
    if each.field == "needed_on":
        return labels.field("needed_on"), _day(before), _day(each.to)
    if each.field in NEED_FIELDS:
        field = NEED_FIELDS[each.field]
        measure = measures_of(NeedFields)[field]
        now, then = (Decimal(repr(round(value / TEN_THOUSAND, 6))) for value in (before, each.to))
        return labels.field(field), _rounded(now, measure, ROUND_HALF_UP), _rounded(then, measure, way)
    quantity = _quantity(each.field.replace("_max_cny", "_cny"))
    name = each.field.partition(".")[2] or labels.field(_label(each.field, quantity))
    return name, _shown(before, quantity, ROUND_HALF_UP), _shown(each.to, quantity, way)


def _label(field: str, quantity: Quantity) -> str:
    return "land_price_max_10k_mu" if field == "land_price_max_cny_m2" else quantity.field


def _offer(each: Offer) -> str:
    """A price falls to a level, a date comes forward to a day, anything else rises to a level."""
    name = each.field.removeprefix("free.")
    if name == "available_on":
        params = {"what": labels.field(name), "to": _day(each.to)}
        return said(N_("{what} is no later than {to}"), params)
    if name == "green_power_share":
        return _risen(labels.field(name), percent(_outward(each.to, up=True), 1), each.now)
    quantity = _quantity(name)
    label = name.partition(".")[2] or labels.field(quantity.field)
    falls = "cny_m2" in name
    level = _shown(each.to, quantity, ROUND_FLOOR if falls else ROUND_CEILING)
    if not falls:
        return _risen(said(N_("free {what}"), {"what": label}), level, each.now)
    message = N_("{what} is stated at no more than {to}") if each.now is None else N_("{what} falls to {to}")
    return said(message, {"what": label, "to": level})


def _risen(what: str, level: str, now: float | None) -> str:
    message = N_("{what} is stated at no less than {to}") if now is None else N_("{what} rises to {to}")
    return said(message, {"what": what, "to": level})


def _quantity(name: str) -> Quantity:
    return EMISSION if name.startswith("emissions_t_a.") else QUANTITIES[name]


def _shown(value: float, quantity: Quantity, way: str) -> str:
    return _rounded(wording.figure(quantity, value), quantity.measure, way)


def _rounded(value: Decimal, measure: Measure, way: str) -> str:
    """Four digits are enough to be told; what is as stated keeps its own."""
    if abs(value) < 1:
        return wording.briefly(value, measure)
    coarse = CENT if way == ROUND_HALF_UP else max(CENT, Decimal(1).scaleb(value.adjusted() - 3))
    return wording.briefly(value.quantize(coarse, way), measure)


def _day(ordinal: float) -> str:
    return date.fromordinal(round(ordinal)).isoformat()
