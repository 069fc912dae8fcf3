"""What came of a screened text, what does its author say to it, and what does the platform conclude?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from marketplace import compliance
from marketplace.compliance import AnswerFields, AnswerKind, Screening
from marketplace.errors import NotFound
from marketplace.organisations import Viewer, may_act_for, may_moderate
from marketplace.parks import publishing
from web import screen_words
from web.dependencies import Now, Reading, SignedIn, Writing, viewer
from web.forms import Form, posted, whole
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])
DONE = {
    "answered": N_("Noted. The reviewer reads it beside the text."),
    "withdrawn": N_("The text was taken back; what is public stays as it was."),
    "concluded": N_("The conclusion is kept, and the author reads it."),
}


class Conclusion(BaseModel):
    """A reviewer's word."""

    reason: str = ""
    publish: str = ""
    version: str = ""


class Version(BaseModel):
    """Which version of a text is meant."""

    version: str = ""


def reviewer(found: SignedIn) -> Viewer:
    """Who concludes on texts for the platform; to others the page does not exist."""
    if not may_moderate(found):
        raise NotFound
    return found


Reviewer = Annotated[Viewer, Depends(reviewer)]


@router.get("/desk/texts")
def desk(request: Request, session: Reading, by: Reviewer, done: str = "") -> Response:
    """What waits for a word, and what was said before."""
    rows, before = compliance.open_texts(session, by), compliance.concluded_texts(session, by)
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, "texts/desk.html", rows=rows, before=before, notice=notice, words=screen_words)


@router.post("/desk/texts/{id}")
def conclude(
    request: Request,
    session: Writing,
    by: SignedIn,
    now: Now,
    id: str,
    form: Annotated[Form[Conclusion], posted(Conclusion)],
) -> Response:
    """Lets the text stand or refuses it, with the reason."""
    row = compliance.text_by_id(session, id, by)
    if not compliance.may_conclude(by, row):
        raise NotFound
    form.again("texts/show.html", **_shown(session, row, by))
    publish, version = form.typed("publish") == "yes", whole(form.typed("version"))
    publishing.conclude_text(
        session, row, publish=publish, reason=form.typed("reason"), version=version, by=by, now=now
    )
    return go(request, "/desk/texts?done=concluded")


@router.get("/texts/{id}")
def show(
    request: Request, session: Reading, by: SignedIn, id: str, rule: str = "", kind: str = "", done: str = ""
) -> Response:
    """The text with its hits, for who wrote it and for the platform."""
    row = compliance.text_by_id(session, id, by)
    notice = gettext(DONE[done]) if done in DONE else None
    form: Form[Any] = Form(Conclusion)
    if may_act_for(by, row.owner_id) and kind in set(AnswerKind) and rule in screen_words.RULES:
        said = compliance.answers_to(session, row).get(rule)
        form = Form.showing(AnswerFields, said)
        form.values = {**form.values, "rule": (rule,), "kind": (kind,)}
    return page(request, "texts/show.html", form=form, notice=notice, **_shown(session, row, by))


@router.post("/texts/{id}/answers")
def answer(
    request: Request,
    session: Writing,
    by: SignedIn,
    now: Now,
    id: str,
    form: Annotated[Form[AnswerFields], posted(AnswerFields)],
) -> Response:
    """Takes down a legal basis or an exception."""
    row = _own(session, id, by)
    form.again("texts/show.html", **_shown(session, row, by))
    compliance.answer(session, row, form.fields, version=whole(form.typed("version")), by=by, now=now)
    return go(request, f"/texts/{row.public_id}?done=answered")


@router.post("/texts/{id}/withdraw")
def withdraw(
    request: Request, session: Writing, by: SignedIn, now: Now, id: str, form: Annotated[Form[Version], posted(Version)]
) -> Response:
    """Takes a waiting text back."""
    row = _own(session, id, by)
    publishing.take_back(session, row, version=whole(form.typed("version")), by=by, now=now)
    return go(request, f"/texts/{row.public_id}?done=withdrawn")


def _own(session: Session, id: str, by: Viewer) -> Screening:
    row = compliance.text_by_id(session, id, by)
    if not may_act_for(by, row.owner_id):
        raise NotFound
    return row


def _shown(session: Session, row: Screening, by: Viewer) -> dict[str, Any]:
    hits = screen_words.hit_rows(row.hits)
    park, _ = publishing.of_text(session, row)
    return {
        "row": row,
        "park": park,
        "hits": hits,
        "rules": screen_words.rules_of(hits),
        "answers": compliance.answers_to(session, row),
        "may_answer": may_act_for(by, row.owner_id) and row.status in compliance.OPEN,
        "may_conclude": compliance.may_conclude(by, row) and row.status in compliance.OPEN,
        "of_platform": may_moderate(by),
        "words": screen_words,
    }
