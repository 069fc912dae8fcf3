"""How are the engine's gates, reasons and changes said to a reader?

The engine speaks in codes and SI units; here they become sentences with the units people use.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from marketplace import taxonomy, units
from marketplace.matches import Gate, Match, ParkRecord, Reason, Relaxation
from marketplace.needs import NeedFields
from marketplace.resources import RESOURCES, TERMS, Quantity, pollutant_of, quantity_of
from marketplace.units import Measure
from web import i18n, labels, places
from web.i18n import N_, gettext, number, said

CENT = Decimal("0.01")
GATE_QUANTITIES: Mapping[str, Quantity] = {
    **RESOURCES,
    "plot": RESOURCES["largest_plot"],
    "investment": TERMS["investment_10k_mu"],
    "tax": TERMS["tax_10k_mu_a"],
    "land_price": TERMS["land_10k_mu"],
}

FAILED: Mapping[str, str] = {  # what fails without an amount
    "prohibited": N_("on the park's prohibited list"),
    "chemical": N_("not a recognised chemical park"),
    "region": N_("outside the regions you allow"),
    "supply_mode": N_("none of the ways to get land that you want"),
}
SHORT: Mapping[str, str] = {  # what fails by an amount; anything else is short of it
    "investment": N_("investment per mu {amount} below the park's least"),
    "tax": N_("tax per mu {amount} below the park's least"),
    "land_price": N_("land price {amount} above your highest"),
    "delivery": N_("available {amount} too late"),
}
RELAXED: Mapping[str, str] = {
    "investment": N_("Investment per mu: {amount} more"),
    "tax": N_("Tax per mu: {amount} more"),
    "land_price": N_("Highest land price: {amount} more"),
    "delivery": N_("Delivery date: {amount} later"),
}
UNKNOWN: Mapping[str, str] = {
    "park_silent": N_("the park has not said, or what it said is out of date"),
    "need_silent": N_("your need does not say: {fields}"),
    "basis_silent": N_("the energy figure has no basis, on one side or both"),
    "basis_differs": N_("you and the park count energy on different bases"),
    "restricted": N_("on the park's restricted list: the park must be asked"),
    "partly": N_("only a part of it is settled: the park must be asked"),
    "inferred": N_("your industry was read from the description: choose its code to be sure"),
}
YOURS = frozenset({"need_silent", "inferred"})  # unknown because of the need, not of the park
QUESTIONS: Mapping[str, str] = {
    "investment": N_("What is the least investment per mu that you take?"),
    "tax": N_("What is the least tax per mu and year that you take?"),
    "land_price": N_("What does industrial land cost at present?"),
    "supply_mode": N_("In which ways can land be had: transfer, lease, lease before transfer, contribution as shares?"),
    "prohibited": N_("May our industry settle in your park, and under which conditions?"),
    "chemical": N_("Is the park a recognised chemical park, in which list, since when?"),
    "region": N_("In which county does the site lie?"),
    "delivery": N_("From when is the site available? We need it by {need}."),
    "energy": N_("How much energy quota is free, by calorific or coal-equivalent value? We need {need}."),
}  # fmt: skip
GRADE: Mapping[str, tuple[str, str]] = {  # criteria without a measure of their own: well, badly
    "market": (N_("many customers within reach"), N_("few customers within reach")),
    "text": (N_("its industries read like your description"), N_("its industries read little like your description")),
    "industry_chain": (N_("its industries suit yours"), N_("its industries are far from yours")),
    "region": (N_("in a region you prefer"), N_("outside the regions you prefer")),
    "services": (N_("a national zone"), N_("not a national zone")),
    "zone": (N_("a zone for offices and research"), N_("not a zone for offices and research")),
    "chain_gap": (N_("you would fill a gap in its industry chain"), N_("your industry is well served there already")),
    "institution": (N_("official ties bind the two places"), N_("no official ties bind the two places")),
    "match": (N_("research there meets what is made here"), N_("research and manufacturing hardly meet")),
    "absorption": (N_("a gap in technology that can be bridged"), N_("too near or too far in technology")),
    "factors": (N_("one has the people, the other the cheaper labour"), N_("the two hardly complement each other")),
}


def amount(gate: str, value: float, *, up: bool = False) -> str:
    """An amount of the engine as people say it: 48 亩（3.2 公顷）. `up` never rounds down."""
    if gate == "delivery":
        days = round(value)
        return i18n.ngettext("%(num)s day", "%(num)s days", days) % {"num": days}
    quantity = _quantity(gate)
    if quantity is None:
        return number(value)
    scaled = figure(quantity, value)
    if up and abs(scaled) >= 1:
        scaled = scaled.quantize(CENT, ROUND_CEILING)
    return briefly(scaled, quantity.measure)


def figure(quantity: Quantity, value: float) -> Decimal:
    """An amount of the engine in the unit of its field, to six decimals."""
    exact = Fraction(value) * quantity.amount.over / quantity.amount.times
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def spelled(value: Decimal, measure: Measure) -> str:
    """150 亩（10.0 公顷）; in English 150 mu (10.0 ha)."""
    first, *rest = _spellings(value, measure)
    if not rest:
        return first
    return gettext("%(amount)s (%(other)s)") % {"amount": first, "other": rest[0]}


def briefly(value: Decimal, measure: Measure) -> str:
    """Areas in both units, anything else in the first alone: 20 MVA."""
    if measure in (units.LAND, units.PARK_AREA):
        return spelled(value, measure)
    return _spellings(value, measure)[0]


def _spellings(value: Decimal, measure: Measure) -> list[str]:
    pieces = units.shown(value, measure, western=places.english())
    return [f"{piece.number} {gettext(piece.unit)}" for piece in pieces]


def _quantity(gate: str) -> Quantity | None:
    return quantity_of(gate) if pollutant_of(gate) else GATE_QUANTITIES.get(gate)


def level(gate: str, value: float | None) -> str:
    """Need or free of a gate; a delivery is a date. Empty where there is no amount."""
    if value is None:
        return ""
    return date.fromordinal(int(value)).isoformat() if gate == "delivery" else amount(gate, value)


def lesser_land(gates: Iterable[Gate]) -> str:
    """What of the land a park has first, where it is less than was wished and will do; empty where it has all."""
    landed = [gate for gate in gates if gate.wished is not None and gate.verdict == "pass" and gate.free is not None]
    least = min(landed, key=lambda gate: gate.free or 0.0, default=None)
    if least is None or not least.wished or not least.need or (least.free or 0.0) >= least.wished:
        return ""
    share = number(100 * least.need / least.wished, 0)
    message = N_("can provide {free} first ({share} % of {wished} will do)")
    quantity = GATE_QUANTITIES["land"]
    free, wished = (
        _spellings(figure(quantity, each or 0.0), quantity.measure)[0] for each in (least.free, least.wished)
    )
    return said(message, {"free": free, "share": share, "wished": wished})


def needed(gate: Gate, park: ParkRecord) -> str:
    """What the need asks at a gate; with a multiple both: 2 吨/年 × 2 倍替代 = 4 吨/年."""
    if gate.wished is not None and gate.need is not None:
        words = {"least": level(gate.gate, gate.need), "wished": level(gate.gate, gate.wished)}
        return said(N_("{wished}, at least {least}"), words)
    times = multiple(gate.gate, park)
    if gate.need is None or times == 1:
        return level(gate.gate, gate.need)
    message = N_("{own} × {times} (the park's replacement multiple) = {need}")
    own = level(gate.gate, gate.need / times)
    return said(message, {"own": own, "times": number(times), "need": level(gate.gate, gate.need)})


def asked_in_words(gate: str, need: NeedFields) -> str:
    """What the need says at a gate without amounts: the regions, the ways to get land, its industry."""
    if gate == "region":
        allowed = ((N_("only in {places}"), need.regions.only), (N_("not in {places}"), need.regions.exclude))
        told = [said(text, {"places": [places.place(code) for code in codes]}) for text, codes in allowed if codes]
        return gettext("; ").join(told)
    if gate == "supply_mode":
        return i18n.joined([labels.value("supply_mode", mode) for mode in need.supply_modes])
    return places.industry(need.industry) if gate in ("prohibited", "chemical") else ""


def there_in_words(gate: str, park: ParkRecord) -> str:
    """What the park says at such a gate."""
    if gate == "region":
        return places.place(park.adcode)
    if gate == "supply_mode":
        return i18n.joined([labels.value("supply_mode", mode) for mode in park.supply_modes])
    if gate != "prohibited":
        return ""
    lists = ((N_("prohibited: {industries}"), park.prohibited), (N_("restricted: {industries}"), park.restricted))
    told = [
        said(text, {"industries": i18n.joined([places.industry(code) for code in codes])})
        for text, codes in lists
        if codes
    ]
    return gettext("; ").join(told)


def multiple(gate: str, park: ParkRecord) -> float:
    """How many tons of quota the park takes for each ton emitted; 1 for anything but a pollutant."""
    pollutant = pollutant_of(gate)
    return float(park.replacement.get(pollutant, 1.0)) if pollutant else 1.0


def shortfall(gate: str, gap: float | None) -> str:
    """Why a gate fails: 用地差 48 亩（3.2 公顷）."""
    if gap is None or gate in FAILED:
        return gettext(FAILED.get(gate, N_("does not fit")))
    words = said(SHORT[gate], {"amount": amount(gate, gap)}) if gate in SHORT else ""
    return words or said(N_("{gate}: {amount} short"), {"gate": labels.gate(gate), "amount": amount(gate, gap)})


def failure(gate: Gate) -> str:
    """One failed gate in words, by name where it has no amount."""
    words = shortfall(gate.gate, gate.gap)
    if gate.gate not in FAILED:
        return words
    return said(N_("{gate}: {words}"), {"gate": labels.gate(gate.gate), "words": words})


def relaxation(relax: Relaxation, unknown: int = 0) -> str:
    """The smallest single change as a sentence: 若用地减少 48 亩（3.2 公顷），各项条件即全部满足。

    Where the park has yet to confirm `unknown` things, it says that and not more.
    """
    changed = "land" if relax.gate == "plot" else relax.gate  # the plot is the park's; the need gives way in land
    params = {"amount": amount(relax.gate, relax.by, up=True), "gate": labels.gate(changed)}
    change = said(RELAXED.get(relax.gate, N_("{gate}: {amount} less")), params)
    if not unknown:
        return said(N_("{change}, and every condition would hold."), {"change": change})
    message = N_("{change}, and nothing would fail any more; still to be confirmed: {count}.")
    return said(message, {"change": change, "count": unknown})


def unknown(gate: Gate) -> str:
    """Why a gate cannot be decided."""
    reason = str(gate.reason or "park_silent")
    fields = i18n.joined([labels.field(name) for name in gate.lacking])
    return said(UNKNOWN[reason], {"fields": fields})


def question(gate: Gate, park: ParkRecord) -> str:
    """What to ask the park about an unknown gate. The highest price accepted is nobody's business."""
    need = needed(gate, park)
    if gate.gate in QUESTIONS:
        return said(QUESTIONS[gate.gate], {"need": need or "–"})
    message = N_("{gate}: we need {need}. How much is free, and as of which day?")
    return said(message, {"gate": labels.gate(gate.gate), "need": need})


def questions(match: Match) -> list[str]:
    """Everything the park must confirm before the pair can be called feasible."""
    return questions_to(match.park, match.gates)


def questions_to(park: ParkRecord, gates: Iterable[Gate]) -> list[str]:
    """What these gates leave for the park to confirm."""
    asked = [gate for gate in gates if gate.verdict == "unknown" and str(gate.reason) not in YOURS]
    return [question(gate, park) for gate in asked]


def letter(name: str, asked: list[str]) -> str:
    """The questions as a text to send. It names the park and not the reader."""
    greeting = said(N_("To {name}: we are looking for a site and ask you to confirm the following:"), {"name": name})
    lines = [f"{place}. {text}" for place, text in enumerate(asked, start=1)]
    return "\n".join([greeting, *lines, gettext("Please say as of which day each figure holds. Thank you.")])


def reason(told: Reason) -> str:
    """One telling thing about a match."""
    if told.kind in SPOKEN:
        return SPOKEN[told.kind](told.params)
    measure, value = told.params.get("measure"), told.params.get("value")
    if told.kind in GRADE:
        return gettext(GRADE[told.kind][0 if told.good else 1])
    phrase = _measured(told.kind, measure)
    label = labels.criterion(told.kind)
    if phrase:
        return said(N_("{criterion}: {measure}"), {"criterion": label, "measure": phrase})
    message = N_("{criterion} scores {value} of 100")
    return said(message, {"criterion": label, "value": number(100 * value, 0) if isinstance(value, float) else "–"})


def _gate_reason(params: Mapping[str, Any]) -> str:
    return shortfall(params["gate"], params["gap"])


def _unconfirmed(params: Mapping[str, Any]) -> str:
    gates = [labels.gate(name) for name in params["gates"]]
    return said(N_("to be confirmed: {gates}"), {"gates": i18n.joined(gates)})


def _distance(params: Mapping[str, Any]) -> str:
    km, hours = params.get("km"), params.get("hours", params.get("measure"))
    if km is None:
        return said(N_("about {hours} h from where you are"), {"hours": number(hours or 0, 1)})
    message = N_("{km} km from where you are, about {hours} h")
    return said(message, {"km": number(km, 0), "hours": number(hours or 0, 1)})


def _industry(message: str) -> Callable[[Mapping[str, Any]], str]:
    def spoken(params: Mapping[str, Any]) -> str:
        code = str(params.get("industry", ""))
        return said(message, {"industry": taxonomy.industry_label(code, english=places.english())})

    return spoken


SPOKEN: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "gate": _gate_reason,
    "unconfirmed": _unconfirmed,
    "distance": _distance,
    "same_industry": _industry(N_("already has {industry}")),
    "linked_up": _industry(N_("has your suppliers: {industry}")),
    "linked_down": _industry(N_("has your customers: {industry}")),
}


def _measured(criterion: str, measure: Any) -> str:
    """A criterion's natural measure in words; empty where it says nothing to people."""
    return MEASURED[criterion](float(measure)) if measure is not None and criterion in MEASURED else ""


def _percent(share: float) -> str:
    return f"{number(100 * share)} %"


def _times(ratio: float) -> str:
    if ratio < 1:
        return said(N_("only {share} of what you need is free"), {"share": _percent(ratio)})
    return said(N_("{times} times what you need is free"), {"times": number(ratio, 1)})


def _lead(days: float) -> str:
    if days < 0:
        return said(N_("{days} days after your date"), {"days": number(-days, 0)})
    return said(N_("{days} days before your date"), {"days": number(days, 0)})


def _wage(cny: float) -> str:
    return spelled(Decimal(str(round(cny / 10_000, 1))), units.WAGE)


MEASURED: Mapping[str, Callable[[float], str]] = {
    "land_price": lambda cny_m2: amount("land_price", cny_m2),
    "land_slack": _times,
    "energy_slack": _times,
    "environment_slack": _times,
    "pollutant_share": lambda share: said(N_("uses {share} of the free quota"), {"share": _percent(share)}),
    "talent": lambda count: said(N_("universities in its city: {count}"), {"count": number(count, 0)}),
    "labour_cost": _wage,
    "delivery": _lead,
    "green_power": _percent,
    "response_rate": _percent,
    "cover": lambda share: said(N_("its city could take {share} of the output"), {"share": _percent(share)}),
    "freight": lambda cny_t: said(N_("about {amount} CNY/t by road"), {"amount": number(cny_t, 0)}),
    "channel": lambda count: said(
        N_("{count} of four: customs or free-trade area, port, airport, high-speed rail"), {"count": number(count, 0)}
    ),
    "access": lambda hours: said(N_("about {hours} h door to door"), {"hours": number(hours, 1)}),
    "home": lambda hours: said(N_("about {hours} h door to door"), {"hours": number(hours, 1)}),
}
