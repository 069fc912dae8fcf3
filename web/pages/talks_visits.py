"""When does who visit the site?"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import talks
from marketplace.database import SHANGHAI
from marketplace.fields import Fields
from marketplace.organisations import Viewer
from marketplace.talks import Visit, VisitFields, VisitStatus
from web import exchanging, talking
from web.dependencies import Now, Reading, Writing, viewer
from web.exchanging import Editor, Talker
from web.forms import Form, posted, whole
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/exchanges/{id}/visits", dependencies=[Depends(viewer)])
EDIT, SHOW = "exchanges/visit_edit.html", "exchanges/visit.html"
DONE = {
    "proposed": N_("The times are with the other side: it chooses one."),
    "agreed": N_("The visit is agreed."),
    "cancelled": N_("The visit is called off."),
    "done": N_("The visit is ticked off."),
}


class Proposing(Fields):
    """Where, who comes, and up to three times in China."""

    place: str = Field(default="", max_length=200)
    who: str = Field(default="", max_length=500)
    time_1: datetime | None = None
    time_2: datetime | None = None
    time_3: datetime | None = None


class Choosing(Fields):
    """The version that was read, and the time that was chosen."""

    version: str = Field(default="", max_length=9)
    time: datetime | None = None


ChoosingForm = Annotated[Form[Choosing], posted(Choosing)]


@router.get("/new")
def new(request: Request, id: str, session: Reading, by: Editor, now: Now) -> Response:
    """An empty proposal."""
    room = talks.room_by_id(session, id, by, now=now)
    return page(request, EDIT, form=Form(Proposing), row=exchanging.row_of(room.talk))


@router.post("")
def propose(
    request: Request,
    id: str,
    looking: Reading,
    session: Writing,
    by: Editor,
    now: Now,
    form: Annotated[Form[Proposing], posted(Proposing)],
) -> Response:
    """Proposes times for a visit."""
    form.again(EDIT, row=exchanging.row_of(talks.room_by_id(looking, id, by, now=now).talk))
    said = form.fields
    times = [_there(time) for time in (said.time_1, said.time_2, said.time_3) if time is not None]
    room = talks.room_by_id(session, id, by, now=now)
    made = talks.propose(session, room, VisitFields(place=said.place, who=said.who), times, now=now)
    return go(request, f"/exchanges/{id}/visits/{made.public_id}?done=proposed")


@router.get("/{visit}")
def show(request: Request, id: str, visit: str, session: Reading, by: Talker, now: Now, done: str = "") -> Response:
    """One visit with what may be done about it."""
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, SHOW, form=Form(Choosing), notice=notice, **_shown(session, id, visit, by, now))


@router.post("/{visit}/agree")
def agree(
    request: Request, id: str, visit: str, looking: Reading, session: Writing, by: Editor, now: Now, form: ChoosingForm
) -> Response:
    """The other side takes one of the times."""
    form.again(SHOW, **_shown(looking, id, visit, by, now))
    said = form.fields
    room = talks.room_by_id(session, id, by, now=now)
    found = talks.visit_by_id(session, room, visit)
    talks.agree(session, room, found, _there(said.time or now), version=whole(said.version), now=now)
    return go(request, f"/exchanges/{id}/visits/{visit}?done=agreed")


@router.post("/{visit}/cancel")
def cancel(
    request: Request, id: str, visit: str, looking: Reading, session: Writing, by: Editor, now: Now, form: ChoosingForm
) -> Response:
    """Calls it off."""
    form.again(SHOW, **_shown(looking, id, visit, by, now))
    return _acted(request, session, id, visit, form, by, now, talks.cancel, "cancelled")


@router.post("/{visit}/done")
def tick_off(
    request: Request, id: str, visit: str, looking: Reading, session: Writing, by: Editor, now: Now, form: ChoosingForm
) -> Response:
    """Ticks it off."""
    form.again(SHOW, **_shown(looking, id, visit, by, now))
    return _acted(request, session, id, visit, form, by, now, talks.tick_off, "done")


def _acted(
    request: Request,
    session: Session,
    id: str,
    visit: str,
    form: Form[Choosing],
    by: Viewer,
    now: datetime,
    act: Callable[..., Visit],
    done: str,
) -> Response:
    room = talks.room_by_id(session, id, by, now=now)
    act(session, room, talks.visit_by_id(session, room, visit), version=whole(form.fields.version), now=now)
    return go(request, f"/exchanges/{id}/visits/{visit}?done={done}")


def _there(time: datetime) -> datetime:
    """A time as it was typed is one in China."""
    return time.replace(tzinfo=SHANGHAI) if time.tzinfo is None else time


def _shown(session: Session, id: str, visit: str, by: Viewer, now: datetime) -> dict[str, Any]:
    room = talks.room_by_id(session, id, by, now=now)
    found = talks.visit_by_id(session, room, visit)
    speaks, agreed = talks.may_speak(by), found.status is VisitStatus.AGREED
    proposed, past = found.status is VisitStatus.PROPOSED, found.agreed_at is not None and found.agreed_at <= now
    return {
        "row": exchanging.row_of(room.talk),
        "visit": found,
        "sign": talking.VISITS[found.status],
        "ours": found.side is room.side,
        "times": [time.astimezone(SHANGHAI) for time in found.times],
        "chooses": speaks and proposed and found.side is not room.side,
        "cancels": speaks and (proposed or agreed),
        "ticks": speaks and agreed and past,
    }
