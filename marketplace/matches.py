"""How do needs and parks reach the engine, and what does it answer? The seam to matching/."""

from collections.abc import Sequence
from datetime import date

from marketplace.database import Sessions
from marketplace.needs import Need, NeedFields
from matching.records import Match, Ranking
from matching.records import Need as NeedRecord


def as_need(need: Need | NeedFields) -> NeedRecord:
    """What the engine may look at of a need. Raises Refusal."""
    raise NotImplementedError


class Catalogue:
    """The parks of the market as one frozen Index, kept true by comparing (id, version)."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions


def ranked_parks(catalogue: Catalogue, need: Need | NeedFields, *, on: date, top: int = 20, misses: int = 5) -> Ranking:
    """Parks for a need as things stand on a day. Raises Refusal."""
    raise NotImplementedError


def match_of(catalogue: Catalogue, need: Need | NeedFields, code: str, *, on: date) -> Match:
    """One pair. Raises NotFound, Refusal."""
    raise NotImplementedError


def comparison(catalogue: Catalogue, need: Need | NeedFields, codes: Sequence[str], *, on: date) -> tuple[Match, ...]:
    """Up to four pairs side by side, in the order asked. Raises NotFound, Refusal."""
    raise NotImplementedError
