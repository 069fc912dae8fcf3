"""Which notices does a person want by mail, and when?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, create_model
from sqlmodel import Session
from starlette.responses import Response

from marketplace import feeds, inbox
from marketplace.inbox import Letter, NoticeKind, kinds_for
from marketplace.organisations import User, Viewer
from web import noticing
from web.dependencies import Reading, SignedIn, Writing, viewer
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/account/notices", dependencies=[Depends(viewer)])
TEMPLATE = "account/notices.html"
_FIELDS: dict[str, Any] = {str(kind): (Letter | None, None) for kind in NoticeKind}
Choices: type[BaseModel] = create_model("Choices", **_FIELDS)
DONE = {
    "saved": N_("Saved. The inbox always has everything."),
    "ended": N_("The address of the calendar opens nothing any more."),
}


@router.get("")
def index(request: Request, session: Reading, by: SignedIn, done: str = "") -> Response:
    """Every kind with its channels."""
    chosen = inbox.choices_of(session, by.user_id)
    form = Form(Choices, {str(kind): (str(letter),) for kind, letter in chosen.items()})
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, TEMPLATE, notice=notice, form=form, **_around(request, session, by))


@router.post("")
def choose(
    request: Request,
    known: Reading,
    session: Writing,
    by: SignedIn,
    form: Annotated[Form[BaseModel], posted(Choices)],
) -> Response:
    """Keeps what was chosen; what the form does not name stays as it is."""
    form.again(TEMPLATE, **_around(request, known, by))
    given = form.fields.model_dump(exclude_none=True)
    inbox.choose(session, {NoticeKind(kind): Letter(letter) for kind, letter in given.items()}, by=by)
    return go(request, "/account/notices?done=saved")


def _around(request: Request, session: Session, by: Viewer) -> dict[str, Any]:
    topics = [
        (gettext(words), [(str(kind), noticing.title_of(kind)) for kind in kinds_for(by.kind, topic)])
        for topic, (words, _) in noticing.TOPICS.items()
    ]
    return {
        "topics": [(words, kinds) for words, kinds in topics if kinds],
        "letters": [(str(letter), gettext(words)) for letter, words in noticing.LETTERS.items()],
        "feed": feeds.feed_of(session, by),
        "address": session.get_one(User, by.user_id).email,
        "sends": request.app.state.settings.has_mail,
    }
