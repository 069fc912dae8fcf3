"""What have we been told, what of it is new, and where does it lead?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from marketplace import inbox
from marketplace.inbox import Asked, NoticeKind, Topic, kinds_about
from web import noticing
from web.dependencies import Now, Reading, SignedIn, Writing, viewer
from web.holding import may_see_confidential
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/inbox", dependencies=[Depends(viewer)])
PAGE_ROWS = 50
Short = Annotated[str, Query(max_length=24)]
DONE = {
    "read": N_("Everything is marked as read."),
    "one": N_("Marked as read."),
    "gone": N_("What this notice was about is no longer there for you."),
}


@router.get("")
def index(
    request: Request,
    session: Reading,
    by: SignedIn,
    now: Now,
    topic: Short = "",
    kind: Short = "",
    unread: Short = "",
    after: Short = "",
    done: Short = "",
) -> Response:
    """Notices by day, the latest first, with what they can be narrowed to."""
    asked = _asked(topic, kind, unread)
    told = inbox.notices_of(session, by, asked, after=after, size=PAGE_ROWS)
    counts = inbox.counts_by_kind(session, by)
    rows = told[:PAGE_ROWS]
    named = may_see_confidential(request.app.state.settings, by)
    return page(
        request,
        "inbox/index.html",
        notice=gettext(DONE[done]) if done in DONE else None,
        days=noticing.lines_of(session, rows, by, now=now, named=named),
        filters=_filters(asked),
        after=after,
        following=rows[-1].notice.public_id if len(told) > PAGE_ROWS else None,
        shown=len(rows),
        total=sum(counts.values()),
        new=inbox.unread_count(session, by),
        most=inbox.COUNT_MOST,
        **_facets(asked, counts),
    )


@router.post("/read-all")
def read_all(request: Request, session: Writing, by: SignedIn, now: Now) -> Response:
    """Marks everything as read, for this reader alone."""
    inbox.read_all(session, by=by, now=now)
    return go(request, "/inbox?done=read")


@router.post("/{id}/read")
def read(request: Request, id: str, session: Writing, by: SignedIn, now: Now) -> Response:
    """Marks one as read; another's is the same 404 as none."""
    inbox.read(session, inbox.notice_by_id(session, id, by), by=by, now=now)
    return go(request, "/inbox?done=one")


@router.post("/{id}/open")
def open_one(request: Request, id: str, session: Writing, by: SignedIn, now: Now) -> Response:
    """Marks one as read and goes where it leads."""
    notice = inbox.notice_by_id(session, id, by)
    inbox.read(session, notice, by=by, now=now)
    return go(request, noticing.page_of(session, notice, by, now=now) or "/inbox?done=gone")


def _asked(topic: str, kind: str, unread: str) -> Asked:
    """What cannot be read asks nothing."""
    return Asked(
        topic=Topic(topic) if topic in set(Topic) else None,
        kind=NoticeKind(kind) if kind in set(NoticeKind) else None,
        unread=unread == "1",
    )


def _filters(asked: Asked) -> dict[str, str]:
    said = {"topic": asked.topic, "kind": asked.kind, "unread": "1" if asked.unread else None}
    return {name: str(value) for name, value in said.items() if value}


def _facets(asked: Asked, counts: Any) -> dict[str, Any]:
    """(value, words, how many, chosen) of the topics and kinds there are."""
    topics = [
        (str(topic), gettext(words), sum(counts.get(kind, 0) for kind in kinds_about(topic)), topic is asked.topic)
        for topic, (words, _) in noticing.TOPICS.items()
    ]
    kinds = [
        (str(kind), noticing.title_of(kind), counts[kind], kind is asked.kind)
        for kind in inbox.WORDS
        if counts.get(kind) and asked.topic in (None, inbox.WORDS[kind].topic)
    ]
    return {"topics": [each for each in topics if each[2]], "kinds": kinds}
