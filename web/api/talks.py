"""What was said in an open exchange: messages, questions with answers, offers and visits, as JSON."""

from datetime import date, datetime
from decimal import Decimal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlmodel import Session

from marketplace import talks
from marketplace.exchanges import Side
from marketplace.talks import (
    AnswerKind,
    EnquiryStatus,
    MessageKind,
    Offer,
    OfferStatus,
    Question,
    Room,
    VisitStatus,
)
from marketplace.units import plain_number
from web.dependencies import Now, Reading
from web.exchanging import Talker

router = APIRouter(prefix="/api/v1/exchanges", tags=["exchanges"])


class MessageDocument(BaseModel):
    """A message with the addresses of its files."""

    id: str
    side: Side
    kind: MessageKind
    text: str
    files: list[str]
    created_at: datetime


class QuestionDocument(BaseModel):
    """A question; `reply` is null while it is open."""

    text: str
    kind: AnswerKind
    field: str = Field(description="of the capacity sheet, or empty")
    unit: str
    choices: list[str]
    reply: str | None = Field(description="a number in the unit, yes or no, a date, a choice or a text")


class EnquiryDocument(BaseModel):
    """A list of questions."""

    id: str
    side: Side = Field(description="who asks")
    status: EnquiryStatus
    questions: list[QuestionDocument]
    created_at: datetime
    answered_at: datetime | None


class OfferDocument(BaseModel):
    """One version of an offer, as this side may read it."""

    id: str
    number: int
    version: int
    status: OfferStatus
    land_mu: float | None
    building_m2: float | None
    land_10k_mu: float | None
    rent_cny_m2_month: float | None
    delivery_on: date | None
    expires_on: date | None
    text: str
    sent_at: datetime | None
    answered_at: datetime | None


class VisitDocument(BaseModel):
    """A visit: the times proposed, and the one agreed to."""

    id: str
    side: Side = Field(description="who proposed it")
    status: VisitStatus
    times: list[datetime]
    agreed_at: datetime | None
    place: str
    who: str


class ClockDocument(BaseModel):
    """A clock that runs: what is owed by whom until the end of which day."""

    kind: talks.ClockKind
    side: Side
    due_on: date
    overdue: bool
    published: bool = Field(description="false: counted by weekends alone, the year's holiday notice is not out")


class TalkDocument(BaseModel):
    """Everything said in the present round of an open exchange."""

    clocks: list[ClockDocument]
    messages: list[MessageDocument]
    enquiries: list[EnquiryDocument]
    offers: list[OfferDocument]
    visits: list[VisitDocument]


@router.get("/{id}/talk")
def talk(session: Reading, by: Talker, now: Now, id: str) -> TalkDocument:
    """What both sides said; 404 unless the exchange is open to the caller now. Nothing is marked as read."""
    room = talks.room_by_id(session, id, by, now=now)
    visits = talks.visits_of(session, room)
    return TalkDocument(
        clocks=_clocks(session, room, now),
        messages=_messages(session, room),
        enquiries=_enquiries(session, room),
        offers=[_offer(offer, now) for offer in talks.offers_of(session, room)],
        visits=[VisitDocument(**{**visit.model_dump(), "id": visit.public_id}) for visit in visits],
    )


def _clocks(session: Session, room: Room, now: datetime) -> list[ClockDocument]:
    found = []
    for clock in talks.clocks_of(session, room.exchange):
        due, over = clock.due, clock.is_over(now=now)
        row = ClockDocument(kind=clock.kind, side=clock.side, due_on=due.on, overdue=over, published=due.published)
        found.append(row)
    return found


def _messages(session: Session, room: Room) -> list[MessageDocument]:
    files = talks.files_of(session, room)
    base = f"/exchanges/{room.exchange.public_id}/files"
    return [
        MessageDocument(
            id=row.public_id,
            side=row.side,
            kind=row.kind,
            text=row.text,
            files=[f"{base}/{file.id}" for file in files.get(row.id, ())],
            created_at=row.created_at,
        )
        for row in talks.messages_of(session, room)
    ]


def _enquiries(session: Session, room: Room) -> list[EnquiryDocument]:
    return [
        EnquiryDocument(
            id=row.public_id,
            side=row.side,
            status=row.status,
            questions=[_question(question) for question in questions],
            created_at=row.created_at,
            answered_at=row.answered_at,
        )
        for row, questions in talks.enquiries_of(session, room)
    ]


def _question(question: Question) -> QuestionDocument:
    return QuestionDocument(**question.model_dump(include=set(QuestionDocument.model_fields)))


def _offer(offer: Offer, now: datetime) -> OfferDocument:
    told = {name: value for name, value in offer.model_dump().items() if name in OfferDocument.model_fields}
    told |= {name: plain_number(value) for name, value in told.items() if isinstance(value, Decimal)}
    return OfferDocument(**{**told, "id": offer.public_id, "status": talks.status_of(offer, now=now)})
