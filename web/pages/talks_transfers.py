"""To which park is a project handed on, what does the enterprise say, and what have we handed on?"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import parks, talks
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.fields import Fields
from marketplace.organisations import OrganisationKind, Viewer
from marketplace.parks import Park
from marketplace.talks import Room, TransferFields, TransferReason, transfers
from web import exchanging, transferring
from web.dependencies import Now, Reading, Writing, viewer
from web.exchanging import Editor, Talker
from web.forms import Form, posted, whole
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])
EDIT, SHOW, LIST = "exchanges/transfer_edit.html", "exchanges/transfer.html", "exchanges/transfers.html"
DONE = {
    "proposed": N_("The proposal is with the enterprise, and with nobody else."),
    "accepted": N_(
        "You have agreed. What follows is between you and that park; nothing opens there before you consent."
    ),
    "declined": N_("You have declined. The park reads that word and no more."),
    "withdrawn": N_("Taken back."),
}


class Proposing(Fields):
    """Which park, why, and a word to the enterprise."""

    park: str = Field(default="", max_length=16)
    reason: str = Field(default="", max_length=24)
    words: str = Field(default="", max_length=400)


class Shown(BaseModel):
    """The version that was read."""

    version: str = Field(default="", max_length=9)


ProposingForm = Annotated[Form[Proposing], posted(Proposing)]
ShownForm = Annotated[Form[Shown], posted(Shown)]


@router.get("/transfers")
def index(request: Request, session: Reading, by: Talker, now: Now) -> Response:
    """What the reader's office has handed on, or proposed to."""
    if by.kind == OrganisationKind.ENTERPRISE:
        raise NotFound
    found = talks.given(session, by, now=now)
    lines = [
        transferring.line_of(each.transfer, each.to, each.exchange.public_id if each.exchange else "", now)
        for each in found
    ]
    return page(request, LIST, lines=lines)


@router.get("/exchanges/{id}/transfers/new")
def new(request: Request, id: str, session: Reading, by: Editor, now: Now) -> Response:
    """An empty proposal."""
    return page(request, EDIT, form=Form(Proposing), **_around(session, _of_park(session, id, by, now)))


@router.post("/exchanges/{id}/transfers")
def propose(
    request: Request, id: str, looking: Reading, session: Writing, by: Editor, now: Now, form: ProposingForm
) -> Response:
    """Proposes to hand the project on."""
    form.again(EDIT, **_around(looking, _of_park(looking, id, by, now)))
    typed = form.fields
    room = _of_park(session, id, by, now)
    code, fields = _read(typed)
    made = transfers.propose(session, room, _named(session, code), fields, now=now)
    return go(request, f"/exchanges/{id}/transfers/{made.public_id}?done=proposed")


@router.get("/exchanges/{id}/transfers/{transfer}")
def show(request: Request, id: str, transfer: str, session: Reading, by: Talker, now: Now, done: str = "") -> Response:
    """One proposal with what may be done about it."""
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, SHOW, form=Form(Shown), notice=notice, **_shown(session, id, transfer, by, now))


@router.post("/exchanges/{id}/transfers/{transfer}/accept")
def accept(
    request: Request, id: str, transfer: str, looking: Reading, session: Writing, by: Editor, now: Now, form: ShownForm
) -> Response:
    """An approver of the enterprise agrees: its interest goes to the other park."""
    form.again(SHOW, **_shown(looking, id, transfer, by, now))
    room = talks.room_by_id(session, id, by, now=now)
    found = talks.transfer_by_id(session, room, transfer)
    transfers.accept(session, room, found, version=whole(form.fields.version), now=now)
    return go(request, f"/exchanges/{id}/transfers/{transfer}?done=accepted")


@router.post("/exchanges/{id}/transfers/{transfer}/decline")
def decline(
    request: Request, id: str, transfer: str, looking: Reading, session: Writing, by: Editor, now: Now, form: ShownForm
) -> Response:
    """The enterprise does not want it."""
    form.again(SHOW, **_shown(looking, id, transfer, by, now))
    room = talks.room_by_id(session, id, by, now=now)
    found = talks.transfer_by_id(session, room, transfer)
    transfers.decline(session, room, found, version=whole(form.fields.version), now=now)
    return go(request, f"/exchanges/{id}/transfers/{transfer}?done=declined")


@router.post("/exchanges/{id}/transfers/{transfer}/withdraw")
def retract(
    request: Request, id: str, transfer: str, looking: Reading, session: Writing, by: Editor, now: Now, form: ShownForm
) -> Response:
    """The park takes its proposal back."""
    form.again(SHOW, **_shown(looking, id, transfer, by, now))
    room = talks.room_by_id(session, id, by, now=now)
    found = talks.transfer_by_id(session, room, transfer)
    transfers.retract(session, room, found, version=whole(form.fields.version), now=now)
    return go(request, f"/exchanges/{id}/transfers/{transfer}?done=withdrawn")


def _read(typed: Proposing) -> tuple[str, TransferFields]:
    """Which park and why, of ours alone. Raises Refusal."""
    missing = N_("This has to be filled in")
    faults = [Fault("park", missing)] if not typed.park else []
    if typed.reason not in set(TransferReason):
        faults.append(Fault("reason", missing))
    if faults:
        raise Refusal(faults)
    return typed.park, TransferFields(reason=TransferReason(typed.reason), words=typed.words)


def _named(session: Session, code: str) -> Park:
    """Raises Refusal."""
    try:
        return parks.park_by_code(session, code)
    except NotFound:
        raise Refusal(Fault("park", "There is no such park here")) from None


def _of_park(session: Session, id: str, by: Viewer, now: datetime) -> Room:
    room = talks.room_by_id(session, id, by, now=now)
    if not talks.may_propose(room):
        raise NotFound
    return room


def _around(session: Session, room: Room) -> dict[str, Any]:
    reasons = [(str(reason), gettext(words)) for reason, words in transferring.REASONS.items()]
    parks_to_name = transferring.choices(session, room)
    return {"row": exchanging.row_of(room.talk), "reasons": reasons, "parks": parks_to_name}


def _shown(session: Session, id: str, transfer: str, by: Viewer, now: datetime) -> dict[str, Any]:
    room = talks.room_by_id(session, id, by, now=now)
    return transferring.shown(session, room, talks.transfer_by_id(session, room, transfer), now)
