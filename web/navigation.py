"""Which doors does the top of every page show to whom?"""

from marketplace.organisations import OrganisationKind, Viewer
from web.i18n import N_, gettext

EVERYBODY = (("/parks", N_("Parks")), ("/needs/open", N_("Open needs")))
OF_KIND = {
    OrganisationKind.ENTERPRISE: (
        ("/needs", N_("Our needs")),
        ("/exchanges", N_("Exchanges")),
        ("/projects", N_("Projects")),
    ),
    OrganisationKind.PARK: (("/exchanges", N_("Exchanges")), ("/projects", N_("Projects"))),
    OrganisationKind.ORGANIZER: (("/exchanges", N_("Exchanges")), ("/projects", N_("Projects"))),
    OrganisationKind.PLATFORM: (("/desk", N_("Platform desk")), ("/projects", N_("Projects"))),
}
SIGNED_IN = (("/organisation", N_("Our organisation")),)
STRANGERS: tuple[tuple[str, str], ...] = ()
ALWAYS = (("/facts", N_("Sources")), ("/help", N_("Help")))


def doors(viewer: Viewer | None) -> list[tuple[str, str]]:
    """(address, words) in the order they stand; what somebody may not open is no door."""
    own = (*OF_KIND[viewer.kind], *SIGNED_IN) if viewer else STRANGERS
    return [(address, gettext(words)) for address, words in (*EVERYBODY, *own, *ALWAYS)]


def door_here(path: str, doors: list[tuple[str, str]]) -> str:
    """The door a page lies behind: the longest that its address begins with."""
    behind = [address for address, _ in doors if path == address or path.startswith(address + "/")]
    return max(behind, key=len, default="")
