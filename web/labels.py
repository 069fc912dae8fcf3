"""What is each field, gate, criterion and value called?"""

from collections.abc import Iterable, Mapping

from marketplace import taxonomy
from marketplace.capacity import Entry
from marketplace.errors import Fault
from marketplace.resources import lifetime_days
from web import charts, form_words, i18n, plot_words
from web.i18n import N_, gettext

FIELDS: Mapping[str, str] = {
    # parks
    "name": N_("Name"),
    "level": N_("Level"),
    "zone_type": N_("Type"),
    "adcode": N_("Place"),
    "area_ha": N_("Approved area"),
    "industries": N_("Leading industries"),
    "industries_reason": N_("Why more than three leading industries"),
    "address": N_("Address"),
    "website": N_("Website"),
    "introduction": N_("Introduction"),
    # needs
    "title": N_("Title"),
    "mode": N_("Mode"),
    "industry": N_("Industry"),
    "description": N_("What is made, in your own words"),
    "origin": N_("Present place"),
    "hq": N_("Headquarters"),
    "investment_10k": N_("Investment"),
    "tax_10k_a": N_("Tax a year"),
    "output_10k_a": N_("Output a year"),
    "jobs": N_("Jobs"),
    "needed_on": N_("Needed by"),
    "delivery_on": N_("Handed over by"),
    "expires_on": N_("Stands until"),
    "time_1": N_("First time"),
    "place": N_("Where you meet"),
    "land_price_max_10k_mu": N_("Highest land price"),
    "land_least_share": N_("Least acceptable share of the land"),
    "phases": N_("Phases"),
    "phase_name": N_("Name"),
    "share": N_("Share of the whole"),
    "regions": N_("Regions"),
    "regions.only": N_("Only in"),
    "regions.prefer": N_("Preferably in"),
    "regions.exclude": N_("Not in"),
    "hidden_from.parks": N_("These parks"),
    "hidden_from.regions": N_("Everybody in these regions"),
    "file": N_("File"),
    "scopes": N_("What it may do"),
    "days": N_("How long"),
    "weights": N_("Weights"),
    "importance": N_("What matters most"),
    # resources
    "land_mu": N_("Land"),
    "largest_plot_mu": N_("Largest single plot"),
    "building_m2": N_("Factory floor"),
    "power_kva": N_("Power"),
    "energy_tce": N_("Energy quota"),
    "energy_basis": N_("Basis of the energy figure"),
    "coal_t_a": N_("Coal"),
    "water_t_d": N_("Water"),
    "wastewater_t_d": N_("Wastewater"),
    "steam_t_h": N_("Steam"),
    "gas_m3_d": N_("Gas"),
    "hazardous_waste_t_a": N_("Hazardous waste"),
    "emissions_t_a": N_("Emissions"),
    "replacement": N_("Replacement multiple"),
    # terms
    "investment_10k_mu": N_("Least investment per mu"),
    "tax_10k_mu_a": N_("Least tax per mu and year"),
    "land_10k_mu": N_("Land price"),
    "rent_cny_m2_month": N_("Factory rent"),
    "power_cny_kwh": N_("Power price"),
    "water_cny_m3": N_("Water price"),
    "gas_cny_m3": N_("Gas price"),
    "steam_cny_t": N_("Steam price"),
    "wastewater_cny_m3": N_("Wastewater charge"),
    "hazardous_waste_cny_t": N_("Hazardous waste disposal charge"),
    "wage_10k_a": N_("Usual wage a year"),
    "green_power_share": N_("Share of green power"),
    "chemical_park": N_("Recognised chemical park"),
    "prohibited": N_("Prohibited industries"),
    "restricted": N_("Restricted industries"),
    "supply_modes": N_("Ways to get land or buildings"),
    "available_on": N_("Available from"),
    # people
    "login": N_("Sign-in name"),
    "password": N_("Password"),
    "message": N_("What is wrong, and what is right"),
    "contact": N_("How to reach you"),
    "old": N_("Present password"),
    "again": N_("New password once more"),
    "code": N_("Code"),
    # organisations and people
    "kind": N_("What you come as"),
    "organisation": N_("Name of the organisation"),
    "uscc": N_("Unified social credit code"),
    "seat": N_("Seat"),
    "person": N_("Your name"),
    "email": N_("Mail address"),
    "phone": N_("Telephone"),
    "letter": N_("Letter of authority"),
    "consent": N_("Consent"),
    "reason": N_("Reason"),
    "grounds": N_("Grounds"),
    "role": N_("Role"),
    "until_on": N_("Until"),
    "agent": N_("Agent"),
    "park": N_("Park"),
    "field": N_("Which fact"),
    # incentives, and what is said to a rule
    "text": N_("Text"),
    "whom": N_("For whom"),
    "basis": N_("Reckoned by"),
    "asked": N_("What is asked for it"),
    "amount": N_("Amount"),
    "authority": N_("What allows it"),
    "number": N_("Number and article"),
    "ground": N_("Ground"),
    "why": N_("Why nothing milder would do"),
    "ends_on": N_("Ends on"),
    # projects
    "stage": N_("Stage"),
    "reached_on": N_("Reached on"),
    "signing": N_("What was signed"),
    "signed_on": N_("Signed on"),
    "amount_10k": N_("Amount of money"),
    "occasion": N_("Occasion"),
    "start_by": N_("Work starts by"),
    "paid_on": N_("Came in on"),
    "approval": N_("Approval"),
    "approval_number": N_("Its number"),
    "dated_on": N_("Its date"),
    "words": N_("In words"),
    "held_on": N_("Held on"),
}
GATES: Mapping[str, str] = {
    "land": FIELDS["land_mu"],
    "plot": FIELDS["largest_plot_mu"],
    "building": FIELDS["building_m2"],
    "power": FIELDS["power_kva"],
    "energy": FIELDS["energy_tce"],
    "coal": FIELDS["coal_t_a"],
    "water": FIELDS["water_t_d"],
    "wastewater": FIELDS["wastewater_t_d"],
    "steam": FIELDS["steam_t_h"],
    "gas": FIELDS["gas_m3_d"],
    "hazardous_waste": FIELDS["hazardous_waste_t_a"],
    "investment": N_("Investment per mu"),
    "tax": N_("Tax per mu"),
    "land_price": FIELDS["land_10k_mu"],
    "supply_mode": FIELDS["supply_modes"],
    "prohibited": N_("Prohibited list"),
    "chemical": N_("Chemical park rule"),
    "high_energy": N_("High energy and emissions screen"),
    "region": N_("Region"),
    "delivery": N_("Delivery date"),
    "jurisdiction": N_("Jurisdiction"),
}
CRITERIA: Mapping[str, str] = {
    "industry_chain": N_("Industry chain fit"),
    "text": N_("Description fit"),
    "land_price": FIELDS["land_10k_mu"],
    "land_slack": N_("Spare land"),
    "energy_slack": N_("Spare energy"),
    "environment_slack": N_("Spare environmental capacity"),
    "market": N_("Market access"),
    "talent": N_("Talent and research"),
    "services": N_("Policy and services"),
    "labour_cost": N_("Labour cost"),
    "distance": N_("Distance"),
    "delivery": GATES["delivery"],
    "green_power": N_("Green power"),
    "response_rate": N_("Response rate"),
    "region": N_("Preferred region"),
    "investment": GATES["investment"],
    "tax": GATES["tax"],
    "chain_gap": N_("Gap in the chain filled"),
    "energy_intensity": N_("Energy intensity"),
    "technology": N_("Technology tier"),
    "pollutant_share": N_("Share of pollutant headroom"),
    "jobs": N_("Jobs per mu"),
    "zone": N_("Kind of zone"),
    # a market, and what two places are to each other
    "cover": N_("Output the market takes"),
    "freight": N_("Freight"),
    "channel": N_("Ways into the market"),
    "home": N_("From the firm to research"),
    "match": N_("Research meets manufacturing"),
    "absorption": N_("Gap in technology"),
    "access": N_("Hours between both"),
    "pilot": N_("Pilot platform"),
    "factors": N_("Factors that complement"),
    "agreement": N_("Co-operation agreement"),
    "institution": N_("Official ties"),
}
ROLES: Mapping[str, str] = {
    "hq": N_("Head office"),
    "base": N_("Base"),
    "rd": N_("Research and development"),
    "manufacturing": N_("Manufacturing"),
}
VALUES: Mapping[str, Mapping[str, str]] = {
    "level": taxonomy.LEVELS,
    "zone_type": taxonomy.ZONE_TYPES,
    "place_source": taxonomy.PLACE_SOURCES,
    "note": taxonomy.NOTES,
    "mode": {
        "relocation": N_("Whole relocation"),
        "hq_base": N_("HQ + base"),
        "rd_manufacturing": N_("R&D + manufacturing"),
        "market_product": N_("Market + product"),
        "enclave": N_("Enclave park"),
        "partner": N_("Partner parks"),
    },
    "energy_basis": {"calorific": N_("calorific value"), "coal_equivalent": N_("coal-equivalent value")},
    "source": {
        "catalogue": N_("2018 catalogue"),
        "declared": N_("declared by the park"),
        "document": N_("from a document"),
        "verified": N_("verified"),
        "simulated": N_("simulated"),
    },
    "supply_mode": {
        "sale": N_("land sale by tender"),
        "lease": N_("land lease"),
        "lease_then_sale": N_("lease first, sale later"),
        "equity": N_("land as equity"),
        "building_lease": N_("factory lease"),
        "building_sale": N_("factory sale"),
    },
    "standing": {"feasible": N_("feasible"), "unverified": N_("unverified"), "infeasible": N_("does not fit")},
    "tie": {"successor": N_("Replaced by"), "part_of": N_("Part of")},
    "name_kind": {"alias": N_("Also called"), "former": N_("Formerly")},
    "organisation_kind": {
        "park": N_("Park administration"),
        "enterprise": N_("Enterprise"),
        "organizer": N_("Organizer or agent"),
        "platform": N_("Platform"),
    },
    "organisation_standing": {
        "pending": N_("waits for verification"),
        "verified": N_("verified organisation"),
        "rejected": N_("not verified"),
        "suspended": N_("suspended"),
    },
    "role": {
        "viewer": N_("viewer"),
        "editor": N_("editor"),
        "approver": N_("approver"),
        "admin": N_("admin"),
    },
    "mandate": {
        "offered": N_("offered"),
        "active": N_("active"),
        "declined": N_("declined"),
        "ended": N_("ended"),
    },
    "proposal": {
        "open": N_("waits for an approver"),
        "approved": N_("approved"),
        "returned": N_("returned"),
        "withdrawn": N_("taken back"),
    },
    "release_reason": {
        "ended": N_("the talks or the project ended"),
        "less": N_("less is needed"),
        "elsewhere": N_("another plot or park is taken"),
        "mistake": N_("entered by mistake"),
        "closed": N_("the exchange was closed"),
        "declined": N_("the offer was not taken"),
        "other": N_("another reason"),
    },
    "plot_kind": {"plot": N_("plot of land"), "building": N_("building")},
    "land_use": {
        "M1": N_("M1 industrial land, hardly disturbs"),
        "M2": N_("M2 industrial land, disturbs somewhat"),
        "M3": N_("M3 industrial land, disturbs much"),
        "M0": N_("M0 new industrial land"),
    },
    "levelling": {
        "raw": N_("raw land"),
        "three": N_("three supplies and levelled"),
        "five": N_("five supplies and levelled"),
        "seven": N_("seven supplies and levelled"),
    },
    "fire_class": {
        "A": N_("class A (甲)"),
        "B": N_("class B (乙)"),
        "C": N_("class C (丙)"),
        "D": N_("class D (丁)"),
        "E": N_("class E (戊)"),
    },
    "section": {
        "land": N_("Land and buildings"),
        "energy": N_("Power and energy"),
        "water": N_("Water and waste"),
        "quotas": N_("Emission quotas a year"),
        "prices": N_("Prices"),
        "rules": N_("Admission and supply modes"),
    },
    "claim": {
        "submitted": N_("waits"),
        "verified": N_("approved"),
        "rejected": N_("turned down"),
        "withdrawn": N_("taken back"),
    },
}


def field(name: str) -> str:
    """A field's label; a nested name is called by its whole or by its last step (emissions_t_a.COD: COD)."""
    if name in FIELDS:
        return gettext(FIELDS[name])
    if name in plot_words.FIELDS:
        return gettext(plot_words.FIELDS[name])
    if form_words.knows(name):
        return form_words.field(name)
    head, _, last = name.partition(".")
    if head == "floors" and last:
        return plot_words.of_floor(*last.split(".", 1)) if "." in last else last
    if head == "phases":
        number, _, part = last.partition(".")
        return i18n.said(
            N_("Phase {n}: {what}"), {"n": number, "what": field("phase_name" if part == "name" else part)}
        )
    if head.endswith("_used"):
        return field(head.removesuffix("_used")) + (f" {last}" if last else "")
    return last or name


def fields(entries: Iterable[Entry]) -> str:
    """The labels of lines of a sheet, as a list in a sentence."""
    return i18n.joined([field(entry.field) for entry in entries])


def lifetimes() -> list[tuple[str, int]]:
    """For how many days each kind of value holds, as the parks' sheets are judged."""
    kinds = {
        "land": N_("Free land and buildings"),
        "power": N_("Power and quotas"),
        "land_10k_mu": N_("Prices and wages"),
        "chemical_park": N_("Recognitions and supply modes"),
    }
    return [(gettext(label), days) for name, label in kinds.items() if (days := lifetime_days(name))]


def gate(name: str) -> str:
    """A gate's label; a pollutant is called by its own name."""
    return gettext(GATES[name]) if name in GATES else name.removeprefix("emission:")


def criterion(name: str) -> str:
    """A criterion's label."""
    return gettext(CRITERIA.get(name, name))


def complaint(fault: Fault) -> str:
    """A fault's sentence; the criteria it names are called as on the sliders."""
    params = fault.params
    if fault.where.partition(".")[0] in ("weights", "importance"):
        params = {key: criterion(each) if isinstance(each, str) else each for key, each in params.items()}
    return i18n.said(fault.message, params)


def value(kind: str, stored: object) -> str:
    """A stored word in the reader's language: level national is 国家级."""
    return gettext(VALUES.get(kind, {}).get(str(stored), str(stored)))


def industry(code: str) -> str:
    """An industry's name; in English ours for sections and divisions."""
    return taxonomy.industry_label(code, english=i18n.current.get() is i18n.Language.EN)


def place(code: str) -> str:
    """A region's name with what it lies in."""
    return taxonomy.region_label(code, english=i18n.current.get() is i18n.Language.EN)


def short_place(code: str) -> str:
    """For lists: 安徽 合肥市; Hefei, Anhui. A county is left to the park's own page."""
    region = taxonomy.region_of(code)
    if region is None:
        return code
    above = [*taxonomy.ancestors(region), region][1:2]
    province = charts.province_name(region.adcode)
    if i18n.current.get() is i18n.Language.EN:
        return ", ".join([*map(taxonomy.english_name, above), province])
    return " ".join([province, *(each.name for each in above)])


def role(name: str) -> str:
    """Which of two places of a need."""
    return gettext(ROLES.get(name, name))
