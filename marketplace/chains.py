"""Which links of its chain has a park, who could fill the weak ones, and how alike are its neighbours?

Needs belong to their owners: a reader is told of the own enterprise's needs alone, never that another's exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from marketplace.errors import NotFound
from marketplace.matches import Catalogue, as_need
from marketplace.needs import STANDING, needs_of
from marketplace.organisations import Viewer, may_publish_need
from matching.fillers import Filler, Filling, filled_by, fillers
from matching.homogeneity import USUAL, Homogeneity, homogeneity_of
from matching.industry import DOWN, UP
from matching.links import MISSING, OUTSIDE, STRONG, WEAK, Chain, Link, chain_of

__all__ = [
    "DOWN",
    "MISSING",
    "OUTSIDE",
    "STRONG",
    "UP",
    "USUAL",
    "WEAK",
    "Chain",
    "Filler",
    "Filling",
    "Homogeneity",
    "Link",
    "Outlook",
    "outlook_of",
]

FILLED_MOST = 6  # links for which parks are looked for: the widest gaps
PARKS_EACH = 3


@dataclass(frozen=True, slots=True)
class Outlook:
    """A park's chain; by division of a weak link the parks that could fill it; the reader's own needs that would."""

    chain: Chain
    parks: Mapping[str, tuple[Filler, ...]]
    needs: tuple[Filling, ...]
    homogeneity: Homogeneity


def outlook_of(
    session: Session, catalogue: Catalogue, code: str, viewer: Viewer | None, *, on: date, each: int = PARKS_EACH
) -> Outlook:
    """What a reader may know of a listed park's chain on a day. Raises NotFound."""
    index = catalogue.index(on)
    if code not in index.row_of:
        raise NotFound
    chain = chain_of(index, code)
    weak = list(dict.fromkeys(link.sector for link in chain.of(WEAK, MISSING) if link.gap > 0))[:FILLED_MOST]
    own = [] if viewer is None or not may_publish_need(viewer) else needs_of(session, viewer)
    records = [as_need(need) for need in own if need.status in STANDING]
    return Outlook(chain, fillers(index, code, weak, top=each), filled_by(chain, records), homogeneity_of(index, code))
