"""What beside the score may order a list on the pages, which of it was asked for, and on which market does it stand?"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from marketplace import database, kept, learning, needs, parks, signals
from marketplace.matches import Catalogue, Past
from marketplace.needs import Need
from marketplace.organisations import Viewer
from marketplace.signals import SignalKind
from web.questions import Question

UNCROWDED, DIVERSE, LEARNED = "uncrowded", "diverse", "learned"
ORDERS = (UNCROWDED, DIVERSE, LEARNED)
KEPT_SHOWN = 5


def order_given(given: Mapping[str, str]) -> dict[str, str]:
    """The switches an address or a form sets, each with its version."""
    found = {name: given[name][:40] for name in ORDERS if given.get(name)}
    return found | ({DIVERSE: "1"} if DIVERSE in found else {})


def switches(session: Session, order: Mapping[str, str]) -> Any:
    """What orders the list: each switch with its version. Raises NotFound for a version that is not there."""
    return learning.switches_for(
        session, uncrowded=order.get(UNCROWDED), learned=order.get(LEARNED), diverse=DIVERSE in order
    )


def standing(market: Catalogue, question: Question) -> Catalogue | Past:
    """The market a link was made on, where its data have changed since and were kept; else today's."""
    if not question.data:
        return market
    market.index(question.on)
    return market if question.data == market.version else market.past(question.data) or market


def around(session: Session, need: Need, question: Question) -> dict[str, Any]:
    """What a ranking's page says of its order: the switches on offer, what is marked and what was kept."""
    return {
        "offered": offered(session, question.order),
        "favourites": signals.favourites_of(session, need),
        "kept": kept.kept_of(session, need)[:KEPT_SHOWN],
    }


def offered(session: Session, order: Mapping[str, str]) -> dict[str, str]:
    """The switches on offer, each with the version asked for or else the latest; "" where there is none yet."""
    prices, learned = learning.crowding(session), learning.learned_version(session)
    return {
        UNCROWDED: order.get(UNCROWDED) or (prices.version if prices else ""),
        DIVERSE: "1",
        LEARNED: order.get(LEARNED) or (learned.version if learned else ""),
    }


def seen(request: Request, need: Need, code: str, question: Question, *, by: Viewer, now: datetime, rank: int) -> None:
    """Notes that the owner of a need looked at a park for it: once, in a transaction of its own.

    Nobody looked where another site's link led here or a browser fetched ahead. Where the database is too busy to
    write, the page is shown all the same.
    """
    if not looked(request.headers):
        return
    engine = request.app.state.engine
    with database.reading(engine) as session:
        if SignalKind.DETAIL in signals.kinds_of(session, need, parks.park_by_code(session, code)):
            return
    with suppress(OperationalError), database.writing(engine) as session:
        mark(session, need, code, SignalKind.DETAIL, question, by=by, now=now, rank=rank)
        session.commit()


def looked(headers: Mapping[str, str]) -> bool:
    """Whether a reader asked for a page, from one of our own or from the address bar, by what the browser says."""
    ours = headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    return ours and "prefetch" not in headers.get("sec-purpose", headers.get("purpose", ""))


def mark(
    session: Session,
    need: Need,
    code: str,
    kind: SignalKind,
    question: Question,
    *,
    by: Viewer,
    now: datetime,
    rank: int = 0,
) -> None:
    """Notes what happened between a need and a park. Raises NotFound, Refusal."""
    fields = question.of(needs.fields_of(need))
    needs.checked(fields)  # what is kept is a question that can be asked: no NaN, no names of one's own
    said = needs.document_of(fields)
    park = parks.park_by_code(session, code)
    signals.note(session, need, park, kind, said, on=question.on, by=by, now=now, rank=rank or None)
