"""What is kept about me, and how do I correct it, carry it away, take a consent back, or leave?"""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import accounts, consents, personal
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.organisations import User, Viewer, is_password, may_administer
from marketplace.personal import OwnFields
from web import doors, personal_words
from web.csv_files import csv_of
from web.dependencies import Now, Reading, SignedIn, Writing, viewer
from web.downloads import download
from web.forms import Form, posted
from web.i18n import N_, SHANGHAI, gettext
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])
PAGE, LEAVE = "account/data.html", "account/leave.html"
TRIES, WITHIN = 5, timedelta(minutes=15)
DONE = {
    "changed": N_("Your data is corrected."),
    "letter": N_("The letter is on its way: open the link in it within 24 hours."),
}


class Leaving(BaseModel):
    """The password once more, before what cannot be undone."""

    password: str = Field(min_length=1, max_length=200)


class Correcting(OwnFields):
    """What is put right; another mail address asks for the password, as letters to it let somebody in."""

    password: str = Field(default="", max_length=200)


OwnForm = Annotated[Form[Correcting], posted(Correcting)]
LeavingForm = Annotated[Form[Leaving], posted(Leaving)]


@router.get("/privacy")
def privacy(request: Request, done: str = "") -> Response:
    """What is kept about people, what for, how long; for everybody."""
    told: dict[str, Any] = {"notice": gettext(GONE[done])} if done in GONE else {}
    texts = [(personal_words.CONSENTS[kind], personal_words.wording(kind), wording.version, wording.sha256)
             for kind, wording in consents.WORDINGS.items()]  # fmt: skip
    inventory, others = personal_words.inventory(), personal_words.others()
    return page(request, "privacy.html", inventory=inventory, others=others, texts=texts, **told)


GONE = {
    "account": N_("Your account is deleted. In the journal you are a number from now on."),
    "organisation": N_("The organisation and the accounts of its people are deleted."),
}


@router.get("/account/data")
def mine(request: Request, session: Reading, seen: SignedIn, done: str = "") -> Response:
    """Everything about me, to read, correct and carry away."""
    told: dict[str, Any] = {"notice": gettext(DONE[done])} if done in DONE else {}
    form = Form.showing(Correcting, session.get_one(User, seen.user_id))
    return page(request, PAGE, form=form, **_around(request, session, seen), **told)


@router.post("/account/data")
def correct(request: Request, known: Reading, session: Writing, seen: SignedIn, now: Now, form: OwnForm) -> Response:
    """Puts name, mail address and telephone number right."""
    form.again(PAGE, **_around(request, known, seen))
    if form.fields.email != known.get_one(User, seen.user_id).email:
        _prove(request, known, seen, form.fields.password, now)
    personal.correct(session, form.fields, by=seen, now=now)
    return go(request, "/account/data?done=changed")


@router.post("/account/data/export")
def carry_away(session: Writing, seen: SignedIn, now: Now) -> Response:
    """A zip of everything, as JSON and as CSV."""
    personal.note_export(session, seen, now=now)
    content = personal.as_zip(personal.own_rows(session, seen), csv_of)
    return download(content, f"my-data-{now.astimezone(SHANGHAI):%Y-%m-%d}.zip", "application/zip")


@router.get("/account/data/delete")
def ask_to_leave(request: Request, session: Reading, seen: SignedIn) -> Response:
    """What would be lost with my account."""
    return page(request, LEAVE, form=Form(Leaving), **_losing(session, seen, whole=False))


@router.post("/account/data/delete")
def leave(request: Request, known: Reading, session: Writing, seen: SignedIn, now: Now, form: LeavingForm) -> Response:
    """Deletes my account, with the password."""
    form.again(LEAVE, **_losing(known, seen, whole=False))
    _prove(request, known, seen, form.fields.password, now)
    personal.delete_account(session, by=seen, now=now)
    return _gone(request, "account")


@router.get("/account/data/organisation")
def ask_to_close(request: Request, session: Reading, seen: SignedIn) -> Response:
    """What would be lost with my organisation; for its admins."""
    if not may_administer(seen):
        raise NotFound
    return page(request, LEAVE, form=Form(Leaving), **_losing(session, seen, whole=True))


@router.post("/account/data/organisation")
def close(request: Request, known: Reading, session: Writing, seen: SignedIn, now: Now, form: LeavingForm) -> Response:
    """Deletes my organisation with all it has here, with the password."""
    if not may_administer(seen):
        raise NotFound
    form.again(LEAVE, **_losing(known, seen, whole=True))
    _prove(request, known, seen, form.fields.password, now)
    personal.delete_organisation(session, by=seen, now=now)
    return _gone(request, "organisation")


def _around(request: Request, session: Session, seen: Viewer) -> dict[str, Any]:
    """What the page shows beside the form."""
    rows = personal.own_rows(session, seen)
    counts = [(gettext(words), len(rows[name])) for name, words in personal_words.TABLES.items() if rows.get(name)]
    return {
        "counts": counts,
        "given": consents.consents_of(session, seen.user_id),
        "kinds": personal_words.CONSENTS,
        "administers": may_administer(seen),
        "waits": doors.settings_of(request).has_mail and not accounts.is_confirmed(session, seen.user_id),
    }


def _losing(session: Session, seen: Viewer, *, whole: bool) -> dict[str, Any]:
    house = personal.loss_of_organisation(session, seen)
    loss = None if whole else personal.loss_of_account(session, seen)
    return {"whole": whole, "house": house, "loss": loss, "stop": loss.stop if loss else house.stop}


def _prove(request: Request, known: Session, seen: Viewer, password: str, now: datetime) -> None:
    """The password again, before anything is written: a browser left open deletes nothing. Raises Refusal, Busy."""
    doors.spend(request, f"leaving of {seen.user_id}", limit=TRIES, per=WITHIN, now=now)
    if not is_password(password, known.get_one(User, seen.user_id).password_hash):
        raise Refusal(Fault("password", "This is not your present password"))


def _gone(request: Request, what: str) -> Response:
    answer = go(request, f"/privacy?done={what}")
    settings = request.app.state.settings
    answer.delete_cookie(settings.session_cookie, path="/", secure=settings.tls, httponly=True, samesite="lax")
    return answer
