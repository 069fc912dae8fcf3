"""How do the answers of several parks stand side by side? The latest answer to each question, under its words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from sqlmodel import Session

from marketplace import exchanges
from marketplace.exchanges import State
from marketplace.matches import Match
from marketplace.needs import Need
from marketplace.organisations import Viewer
from marketplace.resources import RESOURCES
from marketplace.talks import ASKED, QUESTIONS_MOST, Question, may_speak
from web import talking
from web.side_by_side import MISSING, Cell, Line

_FIELDS = {"land_price": "land_10k_mu", "delivery": "available_on", "investment": "investment_10k_mu"}
_FIELDS |= {"tax": "tax_10k_mu_a", "chemical_park": "chemical_park"}
_FIELDS |= {name: quantity.field for name, quantity in RESOURCES.items()}


def asks_of(
    session: Session, need: Need, found: Sequence[Match], by: Viewer, *, now: datetime
) -> dict[str, tuple[str, int]]:
    """Park → where it is asked for what it has not said, and how much that is: of parks with an open exchange."""
    talks = exchanges.exchanges_about(session, need, by, now=now) if may_speak(by) else []
    open_ones = {talk.park.code: talk.exchange.public_id for talk in talks if talk.state is State.OPEN}
    missing = {match.park.code: _missing(match) for match in found if match.park.code in open_ones}
    return {
        code: (f"/exchanges/{open_ones[code]}/questions/new?{urlencode({'field': names}, doseq=True)}", len(names))
        for code, names in missing.items()
        if names
    }


def _missing(match: Match) -> list[str]:
    """What the park alone could say, of the conditions that are unknown."""
    unknown = [gate.gate for gate in match.gates if gate.verdict == "unknown" and not gate.lacking]
    fields = (_FIELDS.get(name, "") for name in unknown)
    return [name for name in dict.fromkeys(fields) if name in ASKED][:QUESTIONS_MOST]


def lines_of(codes: Sequence[str], replies: Mapping[str, Sequence[Question]]) -> list[Line]:
    """One row for each question asked of any of these parks; one about a field of the sheet is the same for all."""
    told = {code: {_key(question): talking.reply_of(question) for question in replies.get(code, ())} for code in codes}
    labels = {_key(question): talking.label_of(question) for code in codes for question in replies.get(code, ())}
    return [Line(label, [_cell(told[code].get(key)) for code in codes]) for key, label in labels.items()]


def _key(question: Question) -> str:
    return question.field or "".join(question.text.split()).casefold()


def _cell(words: str | None) -> Cell:
    return Cell("", MISSING) if words is None else Cell(words)
