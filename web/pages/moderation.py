"""Which listings should not be seen, and which are the same project twice? For the platform's moderators."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from marketplace import likeness, moderation
from marketplace.errors import NotFound
from marketplace.organisations import Viewer, may_moderate
from web import doors, summaries
from web.dependencies import Now, Reading, SignedIn, Writing, viewer
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])
DONE = {
    "hidden": N_("The listing is hidden; its owner reads the reason."),
    "restored": N_("The listing is seen again."),
}


class Ruling(BaseModel):
    """Why a listing is hidden."""

    reason: str = ""


def moderator(found: SignedIn) -> Viewer:
    """Who moderates for the platform; to others the page does not exist."""
    if not may_moderate(found):
        raise NotFound
    return found


Moderator = Annotated[Viewer, Depends(moderator)]
RulingForm = Annotated[Form[Ruling], posted(Ruling)]


@router.get("/desk/listings")
def index(request: Request, session: Reading, by: Moderator, now: Now, done: str = "") -> Response:
    """Every open and hidden listing as a verified park sees it, and which are alike."""
    doors.write(request, lambda noting: moderation.note_look(noting, by=by, now=now))
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, "desk/listings.html", notice=notice, form=Form(Ruling), wrong="", **_around(session, by, now))


@router.post("/desk/listings/{id}/hide")
def hide(
    request: Request, id: str, known: Reading, session: Writing, by: Moderator, now: Now, form: RulingForm
) -> Response:
    """Takes a listing from view, with the reason its owner reads."""
    form.again("desk/listings.html", wrong=id, **_around(known, by, now))
    moderation.hide(session, id, form.typed("reason"), by=by, now=now)
    return go(request, "/desk/listings?done=hidden")


@router.post("/desk/listings/{id}/restore")
def restore(request: Request, id: str, session: Writing, by: Moderator, now: Now) -> Response:
    """Shows it again."""
    moderation.restore(session, id, by=by, now=now)
    return go(request, "/desk/listings?done=restored")


def _around(session: Session, by: Viewer, now: Any) -> dict[str, Any]:
    pairs = likeness.alike_across(session, by=by, now=now)
    alike: dict[str, list[str]] = {}
    for pair in pairs:
        alike.setdefault(pair.one, []).append(pair.other)
        alike.setdefault(pair.other, []).append(pair.one)
    return {"rows": moderation.listings(session, by=by), "alike": alike, "summaries": summaries}
