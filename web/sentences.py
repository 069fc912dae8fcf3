"""How is a whole need said in one sentence?"""

from collections.abc import Iterable, Iterator, Mapping

from marketplace.needs import NeedFields, PhaseFields
from marketplace.resources import emission, quantity_of
from marketplace.units import measures_of
from web import i18n, labels, places, wording
from web.i18n import N_, gettext, said

AMOUNTS = (
    "land_mu",
    "building_m2",
    "power_kva",
    "energy_tce",
    "coal_t_a",
    "water_t_d",
    "wastewater_t_d",
    "steam_t_h",
    "gas_m3_d",
    "hazardous_waste_t_a",
)
_MOVED = (N_("Move {what} from {origin}"), N_("Find a place for {what}"))
SOUGHT: Mapping[str, tuple[str, str]] = {  # from where, and where the need does not say from where
    "relocation": _MOVED,
    "hq_base": (N_("Head office and base for {what}, now in {origin}"), N_("Head office and base for {what}")),
    "rd_manufacturing": (
        N_("Research and manufacturing of {what}, now in {origin}"),
        N_("Research and manufacturing of {what}"),
    ),
    "market_product": (N_("Markets for {what} made in {origin}"), N_("Markets for {what}")),
    "enclave": _MOVED,
    "partner": _MOVED,
}
OFFERS = ("investment_10k", "tax_10k_a", "output_10k_a")


def name_of(need: NeedFields) -> str:
    """What a need is called in lists: its title, else its industry or description with what tells it from the next."""
    if need.title:
        return need.title
    words = (places.industry(need.industry) if need.industry else "") or need.description
    land = wording.briefly(need.land_mu, measures_of(NeedFields)["land_mu"]) if need.land_mu is not None else ""
    return " · ".join(filter(None, (words if len(words) <= 40 else words[:39] + "…", places.place(need.origin), land)))


def needed(need: NeedFields) -> list[tuple[str, str]]:
    """(label, amount) of everything a need asks for and offers, as people say it."""
    return [*_asked(need), *_offered(need)]


def sentence(need: NeedFields) -> str:
    """What moves from where, what it takes, what it brings, by when and where it may go."""
    return gettext("; ").join(clauses(need)) + gettext(".")


def clauses(need: NeedFields) -> Iterator[str]:
    """The parts of that sentence, what moves first."""
    placed, unplaced = SOUGHT[need.mode]
    params = {"what": _what(need), "origin": places.place(need.origin) if need.origin else ""}
    yield said(placed if need.origin else unplaced, params)
    if need.hq and need.mode == "hq_base":
        yield said(N_("the head office stays in {place}"), {"place": places.place(need.hq)})
    for message, pairs in ((N_("takes: {amounts}"), _asked(need)), (N_("brings: {amounts}"), _offered(need))):
        words = [f"{label} {amount}" for label, amount in pairs]
        if words:
            yield said(message, {"amounts": i18n.joined(words)})
    yield from _terms(need)


def phases(rows: Iterable[PhaseFields]) -> str:
    """一期：60 %，用地 90 亩，2027-06-30；二期：…"""
    return gettext("; ").join(
        said(N_("{phase}: {parts}"), {"phase": row.name, "parts": list(_parts(row))}) for row in rows
    )


def _parts(phase: PhaseFields) -> Iterator[str]:
    for name, measure in measures_of(PhaseFields).items():
        amount = getattr(phase, name)
        if amount is not None:
            words = wording.briefly(amount, measure)
            yield words if name == "share" else f"{labels.field(name)} {words}"
    if phase.needed_on:
        yield phase.needed_on.isoformat()


def _terms(need: NeedFields) -> Iterator[str]:
    if need.land_least_share is not None:
        share = wording.briefly(need.land_least_share, measures_of(NeedFields)["land_least_share"])
        yield said(N_("at least {share} of the land will do"), {"share": share})
    if need.phases:
        yield said(N_("in phases: {phases}"), {"phases": phases(need.phases)})
    if need.needed_on:
        yield said(N_("by {day}"), {"day": need.needed_on})
    if need.land_price_max_10k_mu is not None:
        measure = measures_of(NeedFields)["land_price_max_10k_mu"]
        yield said(N_("land at most {price}"), {"price": wording.briefly(need.land_price_max_10k_mu, measure)})
    if need.supply_modes:
        modes = [labels.value("supply_mode", mode) for mode in need.supply_modes]
        yield said(N_("by way of {modes}"), {"modes": modes})
    regions = need.regions
    for message, codes in (
        (N_("only in {places}"), regions.only),
        (N_("preferably in {places}"), regions.prefer),
        (N_("not in {places}"), regions.exclude),
    ):
        if codes:
            yield said(message, {"places": [places.place(code) for code in codes]})


def _what(need: NeedFields) -> str:
    """锂离子电池制造（3841）; the description where no code is given."""
    if not need.industry:
        words = need.description.strip()
        return words if len(words) <= 60 else words[:59] + "…"
    code, _, name = places.industry(need.industry).partition(" ")
    return said(N_("{name} ({code})"), {"name": name, "code": code})


def _asked(need: NeedFields) -> list[tuple[str, str]]:
    measures = measures_of(NeedFields)
    found = [
        (labels.field(name), wording.briefly(getattr(need, name), measures[name]))
        for name in AMOUNTS
        if getattr(need, name) is not None
    ]
    for pollutant, amount in need.emissions_t_a.items():
        if amount is not None:
            found.append((str(pollutant), wording.briefly(amount, quantity_of(emission(pollutant)).measure)))
    return found


def _offered(need: NeedFields) -> list[tuple[str, str]]:
    measures = measures_of(NeedFields)
    found = [
        (labels.field(name), wording.briefly(getattr(need, name), measures[name]))
        for name in OFFERS
        if getattr(need, name) is not None
    ]
    if need.jobs is not None:
        found.append((labels.field("jobs"), said(N_("{jobs}"), {"jobs": i18n.number(need.jobs)})))  # 900 人
    return found
