"""Which files does a need's owner hand to parks that promised confidence, and who takes them?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from marketplace import disclosure, exchanges, needs
from marketplace.disclosure import Level
from marketplace.exchanges import State
from marketplace.needs import Need
from marketplace.organisations import Viewer, may_act_for
from web.dependencies import EnterpriseEditor, EnterpriseUser, Now, Reading, Writing, viewer
from web.downloads import download
from web.exchanging import Talker
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])

LIST = "exchanges/documents.html"
DONE = {
    "added": N_("The document is kept. Parks that promised confidence can take it from now on; every time is noted."),
    "deleted": N_("The document is deleted, for everybody and at once."),
}


class File(BaseModel):
    """What is handed over; the file itself comes beside it."""

    file: str = ""


@router.get("/needs/{id}/documents")
def index(request: Request, id: str, session: Reading, by: EnterpriseUser, now: Now, done: str = "") -> Response:
    """The documents of one's own need, and who may take them now."""
    need = needs.need_by_id(session, id, by)
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, LIST, form=Form(File), notice=notice, **_around(session, need, by, now))


@router.post("/needs/{id}/documents")
def hand_over(
    request: Request,
    id: str,
    session: Writing,
    by: EnterpriseEditor,
    now: Now,
    form: Annotated[Form[File], posted(File, files=True)],
) -> Response:
    """Keeps a file that is what its name says."""
    need = needs.need_by_id(session, id, by)
    form.again(LIST, **_around(session, need, by, now))
    exchanges.hand_over(session, need, form.upload("file"), by=by, now=now)
    return go(request, f"/needs/{id}/documents?done=added")


@router.post("/needs/{id}/documents/{document}/delete")
def discard(request: Request, id: str, document: str, session: Writing, by: EnterpriseEditor, now: Now) -> Response:
    """Deletes a document, for everybody and at once."""
    exchanges.discard(session, needs.need_by_id(session, id, by), document, by=by, now=now)
    return go(request, f"/needs/{id}/documents?done=deleted")


@router.get("/documents/{id}")
def take(id: str, session: Writing, by: Talker, now: Now) -> Response:
    """The file itself, to be kept and never shown in the browser; that it was taken is journalled and counted."""
    file, need = exchanges.taken(session, id, by, now=now)
    disclosure.note_view(session, need, Level.PROMISE, by, now=now)
    return download(file.content, file.name_shown, file.media_type)


def _around(session: Session, need: Need, by: Viewer, now: Any) -> dict[str, Any]:
    talks = exchanges.exchanges_about(session, need, by, now=now)
    return {
        "need": need,
        "documents": exchanges.documents_of(session, need, by, now=now),
        "readers": [t.park.name for t in talks if t.state is State.OPEN and exchanges.promise_of(session, t.exchange)],
        "may_change": may_act_for(by, need.owner_id),
    }
