"""What have we been told, and what of it is new? As JSON, by the rules of the pages."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from marketplace import inbox
from marketplace.inbox import Asked, Notice, NoticeKind, Topic
from web import holding, noticing
from web.dependencies import Now, Reading, SignedIn, Writing
from web.noticing import Line

router = APIRouter(prefix="/api/v1/inbox", tags=["notices"])
LIST_MOST = 100


class NoticeDocument(BaseModel):
    """A notice, with no more words than its reader may see today of what it is about."""

    id: str
    kind: NoticeKind
    topic: Topic
    at: datetime
    title: str
    about: str = Field(description="what it is about by its name, as far as the reader may know it today")
    more: str
    read: bool
    about_kind: str | None = Field(description="the noun; null where nothing of it is there for the reader any more")
    about_id: str | None = Field(description="its id, by which it is asked for")


class NoticePage(BaseModel):
    """One page, the latest first; give `next` as `after` to go on, null at the end."""

    unread: int = Field(description="how many are new to the caller, counted up to 100")
    notices: list[NoticeDocument]
    next: str | None


@router.get("")
def told(
    request: Request,
    session: Reading,
    by: SignedIn,
    now: Now,
    topic: Topic | None = None,
    kind: NoticeKind | None = None,
    unread: bool = False,
    after: Annotated[str, Query(max_length=16)] = "",
    size: Annotated[int, Query(ge=1, le=LIST_MOST)] = 50,
) -> NoticePage:
    """What the caller and their organisation were told. Looking marks nothing as read."""
    found = inbox.notices_of(session, by, Asked(topic, kind, unread), after=after, size=size)
    rows, named = found[:size], holding.may_see_confidential(request.app.state.settings, by)
    lines = {line.id: line for _, day in noticing.lines_of(session, rows, by, now=now, named=named) for line in day}
    documents = [_document(each.notice, lines[each.notice.public_id]) for each in rows]
    following = rows[-1].notice.public_id if len(found) > size else None
    return NoticePage(unread=inbox.unread_count(session, by), notices=documents, next=following)


@router.post("/read-all", status_code=204)
def read_all(session: Writing, by: SignedIn, now: Now) -> None:
    """Marks everything as read, for the caller alone."""
    inbox.read_all(session, by=by, now=now)


@router.post("/{id}/read", status_code=204)
def read(session: Writing, by: SignedIn, now: Now, id: str) -> None:
    """Marks one as read; another's is the same 404 as none."""
    inbox.read(session, inbox.notice_by_id(session, id, by), by=by, now=now)


def _document(notice: Notice, line: Line) -> NoticeDocument:
    return NoticeDocument(
        id=line.id,
        kind=notice.kind,
        topic=inbox.WORDS[notice.kind].topic,
        at=line.at,
        title=line.title,
        about=line.about,
        more=line.more,
        read=line.is_read,
        about_kind=notice.about_kind if line.leads else None,
        about_id=notice.about_id if line.leads else None,
    )
