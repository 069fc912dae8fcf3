"""What does the form of a need ask and explain in each mode?"""

from collections.abc import Mapping

from marketplace.matches import own_of
from marketplace.needs import MOST_PHASES, PhaseFields
from web import labels
from web.i18n import N_, gettext

MODES = ("relocation", "hq_base", "rd_manufacturing", "market_product")
LEAST_SHARES = tuple((f"0.{tenths}", f"{10 * tenths} %") for tenths in range(9, 2, -1))
PHASES = tuple(  # the names of the fields of each, and what an office calls it
    ([f"phases.{n}.{name}" for name in PhaseFields.model_fields], word)
    for n, word in zip(range(1, MOST_PHASES + 1), ("一期", "二期", "三期", "四期"), strict=True)
)
ABOUT: Mapping[str, str] = {
    "relocation": N_("One place for a factory: parks are ranked."),
    "hq_base": N_("Head office here, factory there: pairs of parks are ranked."),
    "rd_manufacturing": N_("Research here, manufacturing there: pairs of parks are ranked."),
    "market_product": N_("The factory stays; parks are ranked as markets for what it makes."),
}
HELP: Mapping[str, Mapping[str, str]] = {
    "hq_base": {
        "origin": N_("City or county: where the people of the head office are now."),
        "hq": N_("If given, the head office stays in this place, and only the base is chosen. Empty: both are chosen."),
        "regions": N_("Preferred and allowed regions are asked of the base; excluded ones of both places."),
        "amounts": N_(
            "The base takes all that production asks. Where land is asked, the floor area is the head office's rooms."
        ),
        "building_m2": N_("Rooms of the head office, where land is asked too."),
    },
    "rd_manufacturing": {
        "origin": N_("City or county: the nearer research is to it, the better."),
        "regions": N_("Preferred and allowed regions are asked of the place of manufacturing; excluded ones of both."),
        "amounts": N_(
            "Manufacturing takes all that production asks. Where land is asked, the floor area is the laboratories'."
        ),
        "building_m2": N_("Rooms of research, where land is asked too."),
    },
    "market_product": {
        "origin": N_("City or county where the product is made: freight is counted from here."),
        "amounts": N_("Only what you would take at the market itself, such as a warehouse. Empty is usual."),
        "brings": N_("The output a year tells how much of it a market can take."),
    },
}


def modes() -> list[tuple[str, str, str]]:
    """(mode, what it is called, what it does) of the modes a need may have."""
    return [(mode, labels.value("mode", mode), gettext(ABOUT[mode])) for mode in MODES]


def criteria_of(mode: str) -> list[tuple[str, str]]:
    """(criterion, what it is called) of what the owner of a need of this mode may weigh."""
    return [(name, labels.criterion(name)) for name in own_of(mode if mode in MODES else MODES[0])]


def said_of(mode: str, what: str, otherwise: str = "") -> str:
    """What the form says about a field or a part in this mode."""
    found = HELP.get(mode, {}).get(what)
    return gettext(found) if found else otherwise
