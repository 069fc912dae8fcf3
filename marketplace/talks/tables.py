"""What is kept of a talk once it is open: messages, files, questions, offers, visits, and who speaks for a side?

Every row hangs on an exchange and one round of it: what is closed is read by nobody, and a new round begins empty.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from marketplace import units
from marketplace.database import PERSONAL, Moment, Shaped, Word, one_of, public_id
from marketplace.exchanges import Side
from marketplace.fields import Fields
from marketplace.units import Scaled

QUESTIONS_MOST, CHOICES_MOST, TIMES_MOST = 12, 8, 3


class MessageKind(StrEnum):
    """A plain word, or what a park owes by its clocks: its assessment, its feedback, its report."""

    PLAIN = "plain"
    ASSESSMENT = "assessment"
    FEEDBACK = "feedback"
    REPORT = "report"


class AnswerKind(StrEnum):
    """How a question is answered."""

    AMOUNT = "amount"
    YES_NO = "yes_no"
    DATE = "date"
    TEXT = "text"
    CHOICE = "choice"


class EnquiryStatus(StrEnum):
    """A list of questions waits, was answered, or was taken back by who asked."""

    ASKED = "asked"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class OfferStatus(StrEnum):
    """A draft is the park's own; one sent stands until it is answered, replaced by a later one, or over."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REPLACED = "replaced"


class VisitStatus(StrEnum):
    """Times were proposed, one was agreed to, it took place, or it is off."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    CANCELLED = "cancelled"
    DONE = "done"


class TransferStatus(StrEnum):
    """A park proposed it; the enterprise agreed or did not, the park took it back, or time ran out."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class TransferReason(StrEnum):
    """Why a park cannot take a project."""

    LAND = "land"
    INDUSTRY = "industry"
    UTILITIES = "utilities"
    TIMING = "timing"
    TERMS = "terms"
    OTHER = "other"


class InRound(SQLModel):
    """Of which exchange and round, by which side, organisation and person, and when."""

    exchange_id: int = Field(foreign_key="exchange.id", index=True)
    round: int
    side: Side = Field(sa_type=Word(Side))
    organisation_id: int = Field(foreign_key="organisation.id")
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    simulated: bool = False
    created_at: datetime = Field(sa_type=Moment)


class Message(InRound, table=True):
    """One message; `read_at` is when somebody of the other side first had it before them."""

    __tablename__ = "talk_message"
    __table_args__ = (one_of("side", Side), one_of("kind", MessageKind))

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    kind: MessageKind = Field(default=MessageKind.PLAIN, sa_type=Word(MessageKind))
    text: str = Field(sa_type=Text, sa_column_kwargs=PERSONAL)
    read_at: datetime | None = Field(default=None, sa_type=Moment)


class File(InRound, table=True):
    """A file that came with a message. A need owner's opens to the park with the promise of confidence."""

    __tablename__ = "talk_file"
    __table_args__ = (one_of("side", Side), CheckConstraint("size >= 0", name="size"))

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    message_id: int = Field(foreign_key="talk_message.id", index=True)
    kind: str = Field(max_length=8)
    name: str = Field(max_length=120)  # shown, never a path
    size: int
    sha256: str = Field(max_length=64)
    content: bytes = Field(sa_type=LargeBinary)


class Enquiry(InRound, table=True):
    """A short list of questions that one side asks the other."""

    __tablename__ = "talk_enquiry"
    __table_args__ = (
        one_of("side", Side),
        one_of("status", EnquiryStatus),
        CheckConstraint("status <> 'answered' OR answered_at IS NOT NULL", name="answered"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    status: EnquiryStatus = Field(default=EnquiryStatus.ASKED, sa_type=Word(EnquiryStatus))
    answered_at: datetime | None = Field(default=None, sa_type=Moment)  # the first time
    answerer_id: int | None = Field(default=None, foreign_key="user_account.id")
    version: int = 1
    updated_at: datetime = Field(sa_type=Moment)


class QuestionFields(Fields):
    """What is asked: how it is answered, in which unit or of which choices, and for which field of the sheet."""

    text: str = Field(default="", max_length=300, sa_column_kwargs=PERSONAL)
    kind: AnswerKind = Field(default=AnswerKind.TEXT, sa_type=Word(AnswerKind))
    unit: str = Field(default="", max_length=16)
    choices: list[str] = Field(default_factory=list, sa_type=JSON, max_length=CHOICES_MOST)
    field: str = Field(default="", max_length=32)


class Question(QuestionFields, table=True):
    """One question. `reply` is a plain number in the field's unit, yes or no, a date, a choice or a text."""

    __tablename__ = "talk_question"
    __table_args__ = (
        UniqueConstraint("enquiry_id", "place"),
        one_of("kind", AnswerKind),
        CheckConstraint("place BETWEEN 1 AND 12", name="place"),
    )
    model_config = {"extra": "ignore"}  # noqa: RUF012 - what SQLModel asks for

    id: int = Field(default=None, primary_key=True)
    enquiry_id: int = Field(foreign_key="talk_enquiry.id")
    place: int
    organisation_id: int = Field(foreign_key="organisation.id")  # who asks
    replier_id: int | None = Field(default=None, foreign_key="organisation.id")  # who answered
    reply: str | None = Field(default=None, max_length=1000, sa_column_kwargs=PERSONAL)
    typed: str = Field(default="", max_length=60)  # an amount with the unit it was typed in


class OfferFields(Fields):
    """The terms of an offer."""

    land_mu: Annotated[Decimal | None, units.LAND] = Field(default=None, sa_type=Scaled(units.LAND))
    building_m2: Annotated[Decimal | None, units.FLOOR] = Field(default=None, sa_type=Scaled(units.FLOOR))
    land_10k_mu: Annotated[Decimal | None, units.LAND_PRICE] = Field(default=None, sa_type=Scaled(units.LAND_PRICE))
    rent_cny_m2_month: Annotated[Decimal | None, units.RENT] = Field(default=None, sa_type=Scaled(units.RENT))
    delivery_on: date | None = None
    text: str = Field(default="", max_length=4000, sa_type=Text, sa_column_kwargs=PERSONAL)
    expires_on: date | None = None
    typed: dict[str, str] = Field(default_factory=dict, sa_type=JSON, max_length=10)


class Offer(OfferFields, InRound, table=True):
    """One version of what a park offers: `number` counts them, and at most one stands at a time."""

    __tablename__ = "talk_offer"
    __table_args__ = (
        UniqueConstraint("exchange_id", "round", "number"),
        one_of("side", Side),
        one_of("status", OfferStatus),
        CheckConstraint("status IN ('draft','withdrawn') OR expires_on IS NOT NULL", name="expiry"),
        *(
            Index(
                f"ix_talk_offer_{status}",
                "exchange_id",
                "round",
                unique=True,
                sqlite_where=text(f"status = '{status}'"),
                postgresql_where=text(f"status = '{status}'"),
            )
            for status in ("draft", "sent", "accepted")
        ),
    )
    model_config = {"extra": "ignore"}

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    number: int
    status: OfferStatus = Field(default=OfferStatus.DRAFT, sa_type=Word(OfferStatus))
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    answerer_id: int | None = Field(default=None, foreign_key="user_account.id")
    version: int = 1
    updated_at: datetime = Field(sa_type=Moment)


class VisitFields(Fields):
    """A visit as one side proposes it: where, and who comes."""

    place: str = Field(default="", max_length=200, sa_column_kwargs=PERSONAL)
    who: str = Field(default="", max_length=500, sa_column_kwargs=PERSONAL)


class Visit(VisitFields, InRound, table=True):
    """A visit: up to three proposed times, then the one agreed to."""

    __tablename__ = "talk_visit"
    __table_args__ = (
        one_of("side", Side),
        one_of("status", VisitStatus),
        CheckConstraint("status NOT IN ('agreed','done') OR agreed_at IS NOT NULL", name="agreed"),
    )
    model_config = {"extra": "ignore"}

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    status: VisitStatus = Field(default=VisitStatus.PROPOSED, sa_type=Word(VisitStatus))
    times: list[datetime] = Field(default_factory=list, sa_type=Shaped(list[datetime]))
    agreed_at: datetime | None = Field(default=None, sa_type=Moment)  # when it takes place
    version: int = 1
    updated_at: datetime = Field(sa_type=Moment)


class Representative(InRound, table=True):
    """Who speaks for a side: whoever acted, and whom an approver named. The other side reads their names."""

    __tablename__ = "talk_representative"
    __table_args__ = (UniqueConstraint("exchange_id", "round", "user_id"), one_of("side", Side))

    id: int = Field(default=None, primary_key=True)


class TransferFields(Fields):
    """Why a park hands a project on, and a word to the enterprise."""

    reason: TransferReason = Field(sa_type=Word(TransferReason))
    words: str = Field(default="", max_length=400, sa_column_kwargs=PERSONAL)


class Transfer(TransferFields, InRound, table=True):
    """流转: that a park proposed to hand a project on to another, which the enterprise alone decides (record 0079).

    `lead_id` and `lead_since` are whose the first talk was and since when, as it stood that day: no later round of the
    exchange changes it. Whom else the need talks to stands nowhere here.
    """

    __tablename__ = "talk_transfer"
    __table_args__ = (
        one_of("side", Side),
        one_of("status", TransferStatus),
        one_of("reason", TransferReason),
        CheckConstraint("status <> 'accepted' OR answered_at IS NOT NULL", name="answered"),
        CheckConstraint("status = 'accepted' OR taker_round IS NULL", name="taken"),
        Index(
            "ix_talk_transfer_proposed",
            "exchange_id",
            "round",
            unique=True,
            sqlite_where=text("status = 'proposed'"),
            postgresql_where=text("status = 'proposed'"),
        ),
    )
    model_config = {"extra": "ignore"}

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    park_id: int = Field(foreign_key="park.id", index=True)  # which is to take it
    status: TransferStatus = Field(default=TransferStatus.PROPOSED, sa_type=Word(TransferStatus))
    due_on: date  # the last day of the enterprise's answer
    lead_id: int = Field(foreign_key="organisation.id")  # 首谈
    lead_since: datetime = Field(sa_type=Moment)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    answerer_id: int | None = Field(default=None, foreign_key="user_account.id")
    taker_round: int | None = None  # of the exchange that began with it; None where the two talked before
    version: int = 1
    updated_at: datetime = Field(sa_type=Moment)
