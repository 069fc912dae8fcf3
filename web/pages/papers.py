"""Is a figure what its paper says? The platform's desk looks at both, and verifies it or says its doubt."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity
from marketplace.errors import NotFound
from marketplace.organisations import Viewer, may_moderate
from web import paper_words, sheet_files
from web.dependencies import Now, Reading, SignedIn, Today, Writing, viewer
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/desk/papers", dependencies=[Depends(viewer)])
ONE = "desk/paper.html"
DONE = {
    "verified": N_("The figure is verified. It stays so until the park changes it or its paper."),
    "doubted": N_("The figure is the park's own word again; its office reads your doubt."),
}


class Doubting(BaseModel):
    """Why the paper does not show the figure."""

    why: str = ""


def moderator(found: SignedIn) -> Viewer:
    """Who moderates for the platform; to others the page does not exist."""
    if not may_moderate(found):
        raise NotFound
    return found


Moderator = Annotated[Viewer, Depends(moderator)]
DoubtForm = Annotated[Form[Doubting], posted(Doubting)]


@router.get("")
def index(request: Request, session: Reading, by: Moderator, done: str = "") -> Response:
    """Every figure with a paper, first what nobody compared yet."""
    notice = gettext(DONE[done]) if done in DONE else None
    rows = capacity.papers(session, by)
    return page(request, "desk/papers.html", rows=rows, title_of=paper_words.title, notice=notice)


@router.get("/{id}")
def show(request: Request, session: Reading, on: Today, by: Moderator, id: str) -> Response:
    """One figure beside its paper."""
    return page(request, ONE, form=Form(Doubting), **_around(session, id, by, on=on))


@router.post("/{id}/verify")
def verify(request: Request, session: Writing, now: Now, by: Moderator, id: str) -> Response:
    """The figure is what the paper says. Raises Conflict."""
    capacity.verify(session, id, by=by, now=now)
    return go(request, "/desk/papers?done=verified")


@router.post("/{id}/doubt")
def doubt(
    request: Request, known: Reading, session: Writing, on: Today, now: Now, by: Moderator, id: str, form: DoubtForm
) -> Response:
    """It is not, and why. Raises Refusal, Conflict."""
    form.again(ONE, **_around(known, id, by, on=on))
    capacity.doubt(session, id, form.typed("why"), by=by, now=now)
    return go(request, "/desk/papers?done=doubted")


def _around(session: Session, id: str, by: Viewer, *, on: Any) -> dict[str, Any]:
    paper = capacity.paper_by_id(session, id, by)
    entry = capacity.sheet_of(session, paper.park, on=on)[paper.evidence.name]
    return {
        "paper": paper,
        "title": paper_words.title(paper.evidence.name),
        "entry": entry,
        "said": sheet_files.said(entry.field, entry.value),
        "decides": paper.waits and capacity.may_compare(by, paper),
        "own": not capacity.may_compare(by, paper),
        "doubts": paper_words.choices(),
    }
