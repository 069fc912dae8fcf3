"""What do both sides write to each other, hand over, and who speaks?"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from marketplace import disclosure, talks
from marketplace.disclosure import Level
from marketplace.exchanges import Side
from marketplace.fields import Fields
from marketplace.talks import MessageKind
from web.dependencies import Now, Reading, Writing, viewer
from web.downloads import download
from web.exchanging import Editor, Talker
from web.forms import Form, posted
from web.pages.exchanges import SHOW, shown_to
from web.rendering import go

router = APIRouter(prefix="/exchanges/{id}", dependencies=[Depends(viewer)])


class Saying(Fields):
    """A message; a file may come beside it."""

    kind: MessageKind = MessageKind.PLAIN
    text: str = Field(default="", max_length=4000)
    file: str = ""


class Speaking(BaseModel):
    """A colleague by their public id."""

    user: str = Field(default="", max_length=16)


@router.post("/messages")
def write(
    request: Request,
    id: str,
    looking: Reading,
    session: Writing,
    by: Editor,
    now: Now,
    form: Annotated[Form[Saying], posted(Saying, files=True)],
) -> Response:
    """Says something to the other side, with a file if one was chosen."""
    form.again(SHOW, **shown_to(looking, talks.room_by_id(looking, id, by, now=now).talk, by, now))
    said = form.fields
    upload = form.upload_if_any("file")
    room = talks.room_by_id(session, id, by, now=now)
    talks.write(session, room, said.text, kind=said.kind, upload=upload, now=now)
    return go(request, f"/exchanges/{id}?done=written#timeline")


@router.get("/files/{file}")
def take(id: str, file: str, session: Writing, by: Talker, now: Now) -> Response:
    """A file of the talk, to be kept and never shown in the browser; that it was taken is journalled and counted."""
    room = talks.room_by_id(session, id, by, now=now)
    taken = talks.taken(session, room, file, now=now)
    if room.side is Side.PARK:
        level = Level.PROMISE if room.opened.promise else Level.BOTH
        disclosure.note_view(session, room.talk.need, level, by, now=now)
    return download(taken.content, taken.name_shown, taken.media_type)


@router.post("/speakers")
def name_speaker(
    request: Request, id: str, session: Writing, by: Editor, now: Now, form: Annotated[Form[Speaking], posted(Speaking)]
) -> Response:
    """An approver names a colleague who speaks here."""
    room = talks.room_by_id(session, id, by, now=now)
    talks.name_speaker(session, room, form.fields.user, now=now)
    return go(request, f"/exchanges/{id}?done=speakers#speakers")


@router.post("/speakers/drop")
def drop_speaker(
    request: Request, id: str, session: Writing, by: Editor, now: Now, form: Annotated[Form[Speaking], posted(Speaking)]
) -> Response:
    """An approver says that somebody no longer speaks here."""
    room = talks.room_by_id(session, id, by, now=now)
    talks.drop_speaker(session, room, form.fields.user, now=now)
    return go(request, f"/exchanges/{id}?done=speakers#speakers")
