"""What does a park offer in an exchange, and what does the enterprise answer?"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import screening, talks
from marketplace.errors import NotFound
from marketplace.exchanges import Side
from marketplace.organisations import Viewer
from marketplace.talks import Offer, OfferFields, OfferStatus, Room
from web import exchanging, screen_words, talking
from web.dependencies import Now, Reading, Writing, viewer
from web.exchanging import Editor, Talker
from web.forms import Form, posted, whole
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/exchanges/{id}/offers", dependencies=[Depends(viewer)])
EDIT, SHOW = "exchanges/offer_edit.html", "exchanges/offer.html"
DONE = {
    "kept": N_("The draft is kept. Nobody but your side sees it until it is sent."),
    "sent": N_("The offer is with the enterprise."),
    "accepted": N_("You have accepted this offer. Next: a contract, and land and power set aside for you."),
    "declined": N_("You have declined this offer. The exchange goes on."),
    "withdrawn": N_("Taken back."),
}


class Shown(BaseModel):
    """The version that was read."""

    version: str = Field(default="", max_length=9)


class Drafted(OfferFields):
    """The terms, and the version of the draft they change."""

    version: str = Field(default="", max_length=9)


ShownForm = Annotated[Form[Shown], posted(Shown)]
DraftedForm = Annotated[Form[Drafted], posted(Drafted)]
Act = Callable[..., Offer]


@router.get("/new")
def edit(request: Request, id: str, session: Reading, by: Editor, now: Now) -> Response:
    """The next version, or the draft of it."""
    room = _of_park(session, id, by, now)
    draft = _draft_of(session, room)
    form = Form.showing(Drafted, draft, draft.typed if draft else None)
    return page(request, EDIT, form=form, **_around(room, draft))


@router.post("")
def keep(
    request: Request, id: str, looking: Reading, session: Writing, by: Editor, now: Now, form: DraftedForm
) -> Response:
    """Keeps the draft; it is read through before it is sent."""
    seen = _of_park(looking, id, by, now)
    form.again(EDIT, **_around(seen, _draft_of(looking, seen)))
    said = form.fields
    fields = OfferFields.model_validate(said.model_dump(include=set(OfferFields.model_fields)))
    room = _of_park(session, id, by, now)
    made, _ = talks.draft(session, room, fields, version=whole(said.version), now=now)
    return go(request, f"/exchanges/{id}/offers/{made.public_id}?done=kept")


@router.get("/{offer}")
def show(request: Request, id: str, offer: str, session: Reading, by: Talker, now: Now, done: str = "") -> Response:
    """One version with what may be done about it."""
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, SHOW, form=Form(Shown), notice=notice, **_shown(session, id, offer, by, now))


@router.post("/{offer}/send")
def send(
    request: Request, id: str, offer: str, looking: Reading, session: Writing, by: Editor, now: Now, form: ShownForm
) -> Response:
    """An approver sends the draft as it was read."""
    form.again(SHOW, **_shown(looking, id, offer, by, now))
    return _acted(request, session, id, offer, form, by, now, talks.send, "sent")


@router.post("/{offer}/accept")
def accept(
    request: Request, id: str, offer: str, looking: Reading, session: Writing, by: Editor, now: Now, form: ShownForm
) -> Response:
    """An approver of the enterprise takes the offer as it was read."""
    form.again(SHOW, **_shown(looking, id, offer, by, now))
    return _acted(request, session, id, offer, form, by, now, talks.accept, "accepted")


@router.post("/{offer}/decline")
def decline(
    request: Request, id: str, offer: str, looking: Reading, session: Writing, by: Editor, now: Now, form: ShownForm
) -> Response:
    """The enterprise does not take it."""
    form.again(SHOW, **_shown(looking, id, offer, by, now))
    return _acted(request, session, id, offer, form, by, now, talks.decline, "declined")


@router.post("/{offer}/withdraw")
def withdraw(
    request: Request, id: str, offer: str, looking: Reading, session: Writing, by: Editor, now: Now, form: ShownForm
) -> Response:
    """The park takes it back."""
    form.again(SHOW, **_shown(looking, id, offer, by, now))
    return _acted(request, session, id, offer, form, by, now, talks.withdraw, "withdrawn")


def _acted(
    request: Request,
    session: Session,
    id: str,
    offer: str,
    form: Form[Shown],
    by: Viewer,
    now: datetime,
    act: Act,
    done: str,
) -> Response:
    room = talks.room_by_id(session, id, by, now=now)
    act(session, room, talks.offer_by_id(session, room, offer), version=whole(form.fields.version), now=now)
    return go(request, f"/exchanges/{id}/offers/{offer}?done={done}")


def _of_park(session: Session, id: str, by: Viewer, now: datetime) -> Room:
    room = talks.room_by_id(session, id, by, now=now)
    if room.side is not Side.PARK:
        raise NotFound
    return room


def _draft_of(session: Session, room: Room) -> Offer | None:
    return next((row for row in talks.offers_of(session, room) if row.status is OfferStatus.DRAFT), None)


def _around(room: Room, draft: Offer | None) -> dict[str, Any]:
    return {"row": exchanging.row_of(room.talk), "draft": draft, "park_code": room.talk.park.code}


def _shown(session: Session, id: str, offer: str, by: Viewer, now: datetime) -> dict[str, Any]:
    room = talks.room_by_id(session, id, by, now=now)
    found = talks.offer_by_id(session, room, offer)
    status, binds, ours = talks.status_of(found, now=now), talks.may_bind(by), room.side is Side.PARK
    drafted, waits = status is OfferStatus.DRAFT, status is OfferStatus.SENT
    hits = screening.screened(found.text) if drafted else ()
    return {
        "row": exchanging.row_of(room.talk),
        "offer": found,
        "terms": talking.terms_of(found),
        "sign": talking.OFFERS[status],
        "hits": screen_words.rules_of(screen_words.hit_rows(hits)),
        "blocked": screening.is_blocked(hits),
        "ours": ours,
        "sends": ours and drafted and binds,
        "edits_it": ours and drafted and talks.may_speak(by),
        "takes_back": ours and ((waits and binds) or (drafted and talks.may_speak(by))),
        "answers": not ours and waits and talks.may_speak(by),
        "accepts": not ours and waits and binds,
        "drafted": drafted,
        "park_code": room.talk.park.code,
    }
