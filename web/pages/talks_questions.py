"""What does one side ask the other in a list, and what is answered?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field, create_model
from sqlmodel import Session
from starlette.responses import Response

from marketplace import talks
from marketplace.errors import Fault, Refusal
from marketplace.fields import Fields
from marketplace.organisations import Viewer
from marketplace.talks import ASKED, QUESTIONS_MOST, YES_NO, AnswerKind, EnquiryStatus, QuestionFields, Room
from web import exchanging, labels, talking
from web.dependencies import Now, Reading, Writing, viewer
from web.exchanging import Editor, Talker
from web.forms import Form, posted, whole
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/exchanges/{id}/questions", dependencies=[Depends(viewer)])
ASK, SHOW = "exchanges/ask.html", "exchanges/questions.html"
PLACES = range(1, QUESTIONS_MOST + 1)
SHOWN_FIRST = 4
DONE = {
    "asked": N_("Your questions are on their way. The answer is due within one working day."),
    "answered": N_("Your answers are with the other side."),
    "withdrawn": N_("Taken back."),
}
_LINE: Mapping[str, Any] = {
    "text": (str, Field(default="", max_length=300)),
    "kind": (AnswerKind, AnswerKind.TEXT),
    "unit": (str, Field(default="", max_length=16)),
    "choices": (str, Field(default="", max_length=300)),
    "field": (str, Field(default="", max_length=32)),
}
_ASKING: Any = {f"{name}_{place}": column for place in PLACES for name, column in _LINE.items()}
_REPLYING: Any = {f"reply_{place}": (str, Field(default="", max_length=1000)) for place in PLACES}
Asking: type[Fields] = create_model("Asking", __base__=Fields, **_ASKING)
Replying: type[Fields] = create_model("Replying", __base__=Fields, version=(str, ""), **_REPLYING)
AskingForm = Annotated[Form[Any], posted(Asking)]
ReplyingForm = Annotated[Form[Any], posted(Replying)]


@router.get("/new")
def new(
    request: Request,
    id: str,
    session: Reading,
    by: Editor,
    now: Now,
    field: Annotated[list[str], Query(default_factory=list)],
) -> Response:
    """An empty list; fields of the sheet that the address names are asked for already."""
    room = talks.room_by_id(session, id, by, now=now)
    known = [name for name in dict.fromkeys(field) if name in ASKED][:QUESTIONS_MOST]
    form = Form(Asking, {f"field_{place}": (name,) for place, name in enumerate(known, 1)})
    return page(request, ASK, form=form, **_around(room))


@router.post("")
def ask(
    request: Request, id: str, looking: Reading, session: Writing, by: Editor, now: Now, form: AskingForm
) -> Response:
    """Asks the other side."""
    form.again(ASK, **_around(talks.room_by_id(looking, id, by, now=now)))
    asked = _asked(form.fields)
    room = talks.room_by_id(session, id, by, now=now)
    made = talks.ask(session, room, asked, now=now)
    return go(request, f"/exchanges/{id}/questions/{made.public_id}?done=asked")


@router.get("/{enquiry}")
def show(request: Request, id: str, enquiry: str, session: Reading, by: Talker, now: Now, done: str = "") -> Response:
    """A list with its answers, and for who was asked the form to answer."""
    context = _listed(session, id, enquiry, by, now)
    rows = context["rows"]
    typed = {f"reply_{row.place}": (row.typed or row.reply or "",) for row, _, _, _ in rows}
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, SHOW, form=Form(Replying, typed), notice=notice, **context)


@router.post("/{enquiry}")
def answer(
    request: Request,
    id: str,
    enquiry: str,
    looking: Reading,
    session: Writing,
    by: Editor,
    now: Now,
    form: ReplyingForm,
) -> Response:
    """Answers a list of the other side, as it was last read."""
    form.again(SHOW, **_listed(looking, id, enquiry, by, now))
    said = form.fields.model_dump()
    room = talks.room_by_id(session, id, by, now=now)
    found = talks.enquiry_by_id(session, room, enquiry)
    replies = {place: said[f"reply_{place}"] for place in PLACES}
    talks.answer(session, room, found, replies, version=whole(said["version"]), now=now)
    return go(request, f"/exchanges/{id}/questions/{enquiry}?done=answered")


@router.post("/{enquiry}/withdraw")
def take_back(request: Request, id: str, enquiry: str, session: Writing, by: Editor, now: Now) -> Response:
    """Takes a list back that nobody answered yet."""
    room = talks.room_by_id(session, id, by, now=now)
    talks.take_back(session, room, talks.enquiry_by_id(session, room, enquiry), now=now)
    return go(request, f"/exchanges/{id}/questions/{enquiry}?done=withdrawn")


def _asked(fields: Fields) -> list[QuestionFields]:
    """The lines that were filled in, closed up. Raises Refusal."""
    said, asked = fields.model_dump(), []
    for place in PLACES:
        line = {name: said[f"{name}_{place}"] for name in _LINE}
        if line["text"] or line["field"]:
            try:
                asked.append(QuestionFields.model_validate(line))
            except ValueError:
                limit = {"max_length": 8}
                raise Refusal(Fault(f"choices_{place}", "These are too many: at most {max_length}", limit)) from None
    return asked


def _around(room: Room) -> dict[str, Any]:
    return {
        "row": exchanging.row_of(room.talk),
        "places": PLACES,
        "shown_first": SHOWN_FIRST,
        "kinds": [(kind, gettext(words)) for kind, words in talking.ANSWERS.items()],
        "sheet": [(name, labels.field(name)) for name in ASKED],
        "side": room.side,
    }


def _listed(session: Session, id: str, enquiry: str, by: Viewer, now: datetime) -> dict[str, Any]:
    room = talks.room_by_id(session, id, by, now=now)
    found = talks.enquiry_by_id(session, room, enquiry)
    questions = talks.questions_of(session, found)
    ours, waits = found.side is room.side, found.status is EnquiryStatus.ASKED
    return {
        "row": exchanging.row_of(room.talk),
        "enquiry": found,
        "rows": [(each, talking.label_of(each), talking.reply_of(each), _choices(each)) for each in questions],
        "sign": talking.ENQUIRIES[found.status],
        "ours": ours,
        "answers": not ours and talks.may_speak(by) and found.status is not EnquiryStatus.WITHDRAWN,
        "takes_back": ours and waits and talks.may_speak(by),
        "need_id": room.talk.need.public_id if ours and room.talk.need.owner_id == by.organisation_id else None,
        "park_code": room.talk.park.code,
    }


def _choices(question: Any) -> list[tuple[str, str]]:
    if question.kind is AnswerKind.YES_NO:
        return list(zip(YES_NO, (gettext("yes"), gettext("no")), strict=True))
    return [(choice, choice) for choice in question.choices]
