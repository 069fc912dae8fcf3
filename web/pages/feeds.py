"""The calendar of a person, for their own program: who holds the address reads kinds and dates, and nothing else."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from marketplace import feeds
from marketplace.errors import NotFound
from web.calendars import as_ics
from web.dependencies import Now, Reading, SignedIn, Writing, viewer
from web.i18n import Language
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])
PATH = "/calendar.ics"
Secret = Annotated[str, Query(max_length=100)]


@router.get(PATH)
def calendar(request: Request, session: Reading, now: Now, token: Secret = "", lang: Secret = "zh") -> Response:
    """The feed of whoever the token belongs to; a wrong one is the same 404 as none."""
    found = feeds.whose(session, token)
    if found is None:
        raise NotFound
    entries = feeds.entries_for(session, found, now=now)
    text = as_ics(entries, site_of(request), english=lang == Language.EN)
    headers = {"cache-control": "no-store", "content-disposition": 'inline; filename="parkbridge.ics"'}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


@router.post("/account/notices/calendar")
def renew(request: Request, session: Writing, by: SignedIn, now: Now) -> Response:
    """A new address, shown on this page and never again; the old one opens nothing from now on."""
    text = feeds.renew(session, by=by, now=now)
    address = f"{site_of(request)}{PATH}?token={text}"
    return page(request, "account/calendar.html", status=201, address=address)


@router.post("/account/notices/calendar/end")
def end(request: Request, session: Writing, by: SignedIn, now: Now) -> Response:
    """The address opens nothing any more."""
    feeds.revoke(session, by=by, now=now)
    return go(request, "/account/notices?done=ended")


def site_of(request: Request) -> str:
    """What addresses begin with that leave this site."""
    return str(request.app.state.settings.public_url or request.base_url).rstrip("/")
