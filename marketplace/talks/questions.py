"""Which questions does one side ask the other, and how are they answered?

At most twelve in a list, each with the kind of answer it takes; one about a field of the capacity sheet is answered in
that field's unit, so that the answers of several parks stand side by side.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.inbox import NoticeKind
from marketplace.journal import Act
from marketplace.lifecycle import CHANGED_MEANWHILE, Lifecycle, rewrite
from marketplace.resources import RESOURCES, TERMS
from marketplace.talks.rooms import OFTEN, Room, enter, noted, row_by_id, rows_of, said, told
from marketplace.talks.tables import (
    QUESTIONS_MOST,
    AnswerKind,
    Enquiry,
    EnquiryStatus,
    Question,
    QuestionFields,
)
from marketplace.units import Measure, Unfit

WAITING_MOST = 10  # lists of one side that wait at a time
REPLY_MOST = 1000
LIFE = Lifecycle({"asked": frozenset({"answered", "withdrawn"})})
ASKED: Mapping[str, tuple[AnswerKind, Measure | None]] = {
    **{quantity.field: (AnswerKind.AMOUNT, quantity.measure) for quantity in RESOURCES.values()},
    **{name: (AnswerKind.AMOUNT, quantity.measure) for name, quantity in TERMS.items()},
    "available_on": (AnswerKind.DATE, None),
    "chemical_park": (AnswerKind.YES_NO, None),
}
YES_NO = ("yes", "no")
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,6})?")


class Listed(NamedTuple):
    """A list with its questions, in the order they were asked."""

    enquiry: Enquiry
    questions: Sequence[Question]


def ask(session: Session, room: Room, asked: Sequence[QuestionFields], *, now: datetime) -> Enquiry:
    """Ask the other side up to twelve questions. Raises NotFound, Refusal, Conflict."""
    enter(session, room, now=now)
    faults = [fault for place, fields in enumerate(asked, 1) for fault in _faults(place, fields)]
    if not asked:
        faults.append(Fault("text_1", "Ask at least one question"))
    if len(asked) > QUESTIONS_MOST:
        faults.append(Fault("text_1", "These are too many: at most {max_length}", {"max_length": QUESTIONS_MOST}))
    if faults:
        raise Refusal(faults)
    ours = [row for row in rows_of(session, room, Enquiry) if row.side is room.side]
    if sum(row.status is EnquiryStatus.ASKED for row in ours) >= WAITING_MOST:
        raise Refusal(OFTEN)
    made = Enquiry(**said(room, now, updated_at=now))
    session.add(made)
    session.flush()
    house = room.viewer.organisation_id
    for place, fields in enumerate(asked, 1):
        values = {**_typed(fields), "enquiry_id": made.id, "place": place, "organisation_id": house}
        session.add(Question.model_validate(fields, update=values))
    session.flush()
    told(session, room, NoticeKind.QUESTIONS, now=now, key=f"questions {made.public_id}")
    noted(session, room, Act.PUBLISHED, "enquiry", made.public_id, now=now, count=len(asked))
    return made


def answer(
    session: Session, room: Room, enquiry: Enquiry, replies: Mapping[int, str], *, version: int, now: datetime
) -> Enquiry:
    """Answer a list of the other side, or mend one's answers. What is left empty stays open.

    Raises NotFound, Refusal with a fault per answer, Conflict where it was changed or taken back meanwhile.
    """
    if enquiry.side is room.side:
        raise NotFound
    enter(session, room, now=now)
    session.refresh(enquiry)
    if enquiry.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    if enquiry.status is EnquiryStatus.WITHDRAWN:
        raise Conflict(Fault("version", "These questions were taken back"))
    questions = questions_of(session, enquiry)
    read, faults = _read_all(questions, replies)
    if faults:
        raise Refusal(faults)
    if not any(read.values()):
        raise Refusal(Fault("reply_1", "Answer at least one question"))
    for question in questions:
        question.reply, question.typed = read[question.place] or None, _spelled(question, replies)
        question.replier_id = room.viewer.organisation_id
    session.flush()
    values: dict[str, Any] = {"answerer_id": room.viewer.user_id, "answered_at": enquiry.answered_at or now}
    rewrite(session, enquiry, version=version, now=now, status=EnquiryStatus.ANSWERED, **values)
    told(session, room, NoticeKind.ANSWERS, now=now)
    count = sum(bool(reply) for reply in read.values())
    noted(session, room, Act.CHANGED, "enquiry", enquiry.public_id, now=now, count=count)
    return enquiry


def take_back(session: Session, room: Room, enquiry: Enquiry, *, now: datetime) -> None:
    """Take back a list of one's own that nobody answered yet. Raises NotFound, Conflict."""
    if enquiry.side is not room.side:
        raise NotFound
    enter(session, room, now=now)
    LIFE.move(session, enquiry, EnquiryStatus.WITHDRAWN, now=now)
    noted(session, room, Act.WITHDRAWN, "enquiry", enquiry.public_id, now=now)


def enquiry_by_id(session: Session, room: Room, id: str) -> Enquiry:
    """One list of the room. Raises NotFound."""
    return row_by_id(session, room, Enquiry, id)


def questions_of(session: Session, enquiry: Enquiry) -> list[Question]:
    """The questions of a list, in order."""
    own = select(Question).where(Question.enquiry_id == enquiry.id)
    return list(session.exec(own.order_by(col(Question.place))))


def enquiries_of(session: Session, room: Room) -> list[Listed]:
    """Every list of the round with its questions."""
    return [Listed(row, questions_of(session, row)) for row in rows_of(session, room, Enquiry)]


def _typed(fields: QuestionFields) -> dict[str, Any]:
    """A field of the sheet says itself how it is answered."""
    if fields.field in ASKED:
        kind, measure = ASKED[fields.field]
        return {"kind": kind, "unit": measure.unit if measure else "", "choices": []}
    choices = list(dict.fromkeys(fields.choices)) if fields.kind is AnswerKind.CHOICE else []
    return {"unit": fields.unit if fields.kind is AnswerKind.AMOUNT else "", "choices": choices}


def _faults(place: int, fields: QuestionFields) -> list[Fault]:
    faults = []
    if not fields.text and fields.field not in ASKED:
        faults.append(Fault(f"text_{place}", "This has to be filled in"))
    if fields.field and fields.field not in ASKED:
        faults.append(Fault(f"field_{place}", "There is no such field"))
    if fields.kind is AnswerKind.CHOICE and not fields.field and len(set(fields.choices)) < 2:
        faults.append(Fault(f"choices_{place}", "Give at least two choices, with 、 between them"))
    return faults


def _read_all(questions: Sequence[Question], replies: Mapping[int, str]) -> tuple[dict[int, str], list[Fault]]:
    read: dict[int, str] = {}
    faults: list[Fault] = []
    for question in questions:
        where, text = f"reply_{question.place}", replies.get(question.place, "").strip()
        try:
            read[question.place] = read_reply(question, text)
        except Unfit as unfit:
            faults.append(Fault(where, unfit.message, unfit.params))
    return read, faults


def read_reply(question: Question, text: str) -> str:
    """An answer as it is kept; empty stays empty. Raises Unfit."""
    if not text:
        return ""
    match question.kind:
        case AnswerKind.AMOUNT:
            return _amount(question, text)
        case AnswerKind.YES_NO:
            return _chosen(text, YES_NO)
        case AnswerKind.CHOICE:
            return _chosen(text, question.choices)
        case AnswerKind.DATE:
            return _day(text)
    if len(text) > REPLY_MOST:
        raise Unfit("too_long", "This is too long: at most {max_length} characters", max_length=REPLY_MOST)
    return text


def measure_of(question: Question) -> Measure | None:
    """In which measure an amount is answered; None: a plain number in the asker's own unit."""
    return ASKED.get(question.field, (None, None))[1]


def _amount(question: Question, text: str) -> str:
    measure = measure_of(question)
    if measure is not None:
        return f"{measure.exact(text):f}"
    plain = text.replace(",", "").removesuffix(question.unit).strip()
    if not _NUMBER.fullmatch(plain):
        raise Unfit("number", "This is not a number")
    return f"{Decimal(plain):f}"


def _chosen(text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise Unfit("choice", "This is none of the choices: {expected}", expected="、".join(choices))
    return text


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unfit("date", "This is not a date: write it as 2027-06-30") from None


def _spelled(question: Question, replies: Mapping[int, str]) -> str:
    text = replies.get(question.place, "").strip()
    return text[:60] if question.kind is AnswerKind.AMOUNT and not _NUMBER.fullmatch(text) else ""
