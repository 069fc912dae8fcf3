"""Who waits for what is not free, and who takes what is offered or leaves? As JSON, by the rules of the pages."""

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from marketplace import capacity, exchanges, plots, projects
from marketplace.capacity import AmountFields, Waiting
from marketplace.exchanges import State
from marketplace.organisations import Viewer
from marketplace.parks import Park
from web.api.ledger import HoldDocument, OwnCode, Queued, hold_documents, queued
from web.dependencies import Now, Reading, Writing
from web.exchanging import Editor, Talker
from web.pages.ledger import Holder, Keeper, own, place_of_ours, seen_park

router = APIRouter(prefix="/api/v1/parks/{code}/ledger/queue", tags=["parks"])
of_exchange = APIRouter(prefix="/api/v1/exchanges/{id}/queue", tags=["exchanges"])


class NewPlace(AmountFields):
    """Amounts an open exchange waits for, each in the unit of its field or with a unit."""

    exchange: str = Field(max_length=16)
    plot: str = Field(default="", max_length=16)


class Queue(BaseModel):
    """Places in the park's queue for one exchange."""

    queue: list[Queued]


@router.get("/{id}")
def one(session: Reading, by: Keeper, code: str, id: str) -> Queued:
    """One place in the queue."""
    return queued(capacity.waiting_by_id(session, seen_park(session, code, by), id, by))


@router.post("", status_code=201)
def join(session: Writing, by: Holder, now: Now, code: OwnCode, wanted: NewPlace, answer: Response) -> Queued:
    """Puts an open exchange into the queue; what is free already is offered at once."""
    park = own(session, code, by)
    talk = exchanges.exchange_by_id(session, wanted.exchange, by, now=now)
    plot = plots.plot_by_id(session, park, wanted.plot) if wanted.plot else None
    made = projects.wait_for(session, talk.exchange, talk.need, park, wanted.amounts, plot=plot, by=by, now=now)
    answer.headers["Location"] = f"/api/v1/parks/{code}/ledger/queue/{made.public_id}"
    return queued(made)


@router.post("/{id}/take")
def take(session: Writing, by: Holder, now: Now, code: OwnCode, id: str) -> HoldDocument:
    """Takes what was offered: it is held for the usual time."""
    park = own(session, code, by)
    return _taken(session, capacity.waiting_by_id(session, park, id, by), by, now)


@router.post("/{id}/leave")
def leave(session: Writing, by: Holder, now: Now, code: OwnCode, id: str) -> Queued:
    """Gives up a place, or what was offered; the next is asked."""
    park = own(session, code, by)
    return _left(session, capacity.waiting_by_id(session, park, id, by), by, now)


@of_exchange.get("")
def ours(session: Reading, by: Talker, now: Now, id: str) -> Queue:
    """The places of one exchange, for both of its sides; none unless it is open to the caller now."""
    talk = exchanges.exchange_by_id(session, id, by, now=now)
    rows = capacity.queue_for(session, "exchange", id) if talk.state is State.OPEN else []
    return Queue(queue=[queued(row) for row in rows])


@of_exchange.post("/{place}/take")
def take_ours(session: Writing, by: Editor, now: Now, id: str, place: str) -> HoldDocument:
    """Takes what was offered, on either side of the exchange."""
    return _taken(session, place_of_ours(session, id, place, by, now), by, now)


@of_exchange.post("/{place}/leave")
def leave_ours(session: Writing, by: Editor, now: Now, id: str, place: str) -> Queued:
    """Gives up a place, on either side of the exchange."""
    return _left(session, place_of_ours(session, id, place, by, now), by, now)


def _taken(session: Session, row: Waiting, by: Viewer, now: datetime) -> HoldDocument:
    park, held = session.get_one(Park, row.park_id), projects.take_offer(session, row, by=by, now=now)
    return hold_documents(session, park, capacity.with_amounts(session, [held]))[0]


def _left(session: Session, row: Waiting, by: Viewer, now: datetime) -> Queued:
    capacity.leave(session, row, by=by, now=now)
    return queued(row)
