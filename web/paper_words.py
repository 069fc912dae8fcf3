"""How is a figure with its paper called, and how does a doubt about the two read?"""

from collections.abc import Mapping

from marketplace.capacity import Doubt
from web import labels
from web.i18n import N_, gettext

DOUBTS: Mapping[str, str] = {
    Doubt.OTHER_FIGURE: N_("the paper says another figure"),
    Doubt.OTHER_PLACE: N_("the paper is about another place or another matter"),
    Doubt.OUT_OF_DATE: N_("the paper no longer holds or was replaced"),
    Doubt.NO_ISSUER: N_("the paper does not show who issued it"),
    Doubt.UNREADABLE: N_("the paper cannot be read"),
}


def title(name: str) -> str:
    """A resource or term of a sheet by name."""
    return labels.gate(name) if name in labels.GATES else labels.field(name.removeprefix("emission:"))


def choices() -> list[tuple[str, str]]:
    """(stored word, words) of every doubt."""
    return [(str(value), gettext(words)) for value, words in DOUBTS.items()]


def doubted(value: str) -> str:
    """A doubt in words."""
    return gettext(DOUBTS[value])
