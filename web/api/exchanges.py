"""Which talks do we have, and what is open in them? As JSON, by the rules of the pages."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from marketplace import exchanges
from marketplace.disclosure import Level
from marketplace.exchanges import Side, State, Talk
from web.dependencies import Now, Reading
from web.exchanging import Talker
from web.looks import note

router = APIRouter(prefix="/api/v1/exchanges", tags=["exchanges"])


class ExchangeDocument(BaseModel):
    """An exchange as the caller's side has it. Of a closed one nothing is left but the moment, where it is known."""

    id: str
    side: Side
    state: State
    need: str | None = Field(description="the caller's own need by its id, another's by its listing; null once closed")
    park: str | None = Field(description="the park's code; null to a park's side once closed")
    since: datetime | None
    until: datetime | None = Field(description="when it lapses without an answer")
    closed_at: datetime | None
    simulated: bool


class OpenExchange(ExchangeDocument):
    """The same with what the other side has opened; null unless both consents stand."""

    opened: dict[str, Any] | None
    documents: list[str] = Field(description="addresses of the documents, once confidence is promised")


class ExchangeList(BaseModel):
    """Every exchange of the caller's organisation, what waits for it first."""

    exchanges: list[ExchangeDocument]


@router.get("")
def ours(session: Reading, by: Talker, now: Now) -> ExchangeList:
    """The exchanges of my organisation."""
    found = exchanges.exchanges_of(session, by, now=now)
    return ExchangeList(exchanges=[ExchangeDocument(**_told(talk)) for talk in found])


@router.get("/{id}")
def one(request: Request, session: Reading, by: Talker, now: Now, id: str) -> OpenExchange:
    """One exchange; others' are the same 404 as none. What it opens is noted first."""
    talk = exchanges.exchange_by_id(session, id, by, now=now)
    found = exchanges.opened(session, talk, by, now=now)
    if found is not None and talk.side is Side.PARK:
        note(request, talk.need, Level.PROMISE if found.promise else Level.BOTH, by, now)
    documents = exchanges.documents_of(session, talk.need, by, now=now) if found and found.promise else []
    addresses = [f"/documents/{document.id}" for document in documents]
    return OpenExchange(**_told(talk), opened=dict(found.theirs) if found else None, documents=addresses)


def _told(talk: Talk) -> dict[str, Any]:
    closed, own = talk.state is State.CLOSED, talk.side is Side.NEED
    need = talk.need.public_id if own else None if closed else talk.need.listing_id
    return {
        "id": talk.exchange.public_id,
        "side": talk.side,
        "state": talk.state,
        "need": need,
        "park": talk.park.code if own or not closed else None,
        "since": None if closed else talk.exchange.since_at,
        "until": talk.standing.until,
        "closed_at": talk.standing.closed_at,
        "simulated": talk.exchange.simulated,
    }
