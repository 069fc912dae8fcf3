"""What of our park is held and committed, for whom and until when, and who waits for it?"""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity, exchanges, parks, plots, projects
from marketplace.capacity import AmountFields, Reason, Waiting
from marketplace.database import SHANGHAI, day_of
from marketplace.disclosure import Level
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.exchanges import State
from marketplace.fields import Fields
from marketplace.organisations import OrganisationKind, Role, Viewer, may_act_for
from marketplace.parks import Park
from marketplace.plots import Plot
from web import labels, ledgers
from web.amounts import POLLUTANTS
from web.dependencies import Now, Reading, TwoFactors, Writing, viewer
from web.exchanging import Editor
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.looks import note
from web.rendering import go, page

router = APIRouter(prefix="/parks/{code}/ledger", dependencies=[Depends(viewer)])
of_exchange = APIRouter(dependencies=[Depends(viewer)])

SHOW = "ledger/show.html"
DONE = {
    "held": N_("Held. Nobody else can be promised it, and the other side has been told."),
    "waiting": N_("In the queue. What becomes free is offered in turn."),
    "offered": N_("It is free already, so it is offered at once and held for three working days."),
    "released": N_("Released. It is free again, or offered to the next in the queue."),
    "extended": N_("Extended."),
    "taken": N_("The offer is taken: it is held for 30 days, or committed where a contract binds the park."),
    "left": N_("The place in the queue is given up."),
}


class HoldFields(AmountFields):
    """A new hold, or a place in the queue."""

    exchange: str = Field(default="", max_length=16)
    plot: str = Field(default="", max_length=16)
    until: date | None = None


class ReleaseFields(Fields):
    """Why an amount is given back."""

    reason: Reason | None = None


class ExtendFields(Fields):
    """Until when it is held."""

    until: date | None = None


HoldForm = Annotated[Form[HoldFields], posted(HoldFields)]
ReleaseForm = Annotated[Form[ReleaseFields], posted(ReleaseFields)]
ExtendForm = Annotated[Form[ExtendFields], posted(ExtendFields)]


def keeper(found: TwoFactors) -> Viewer:
    """Who may look into ledgers at all: park offices and the platform."""
    if found.kind not in (OrganisationKind.PARK, OrganisationKind.PLATFORM):
        raise NotFound
    return found


def holder(found: Annotated[Viewer, Depends(keeper)]) -> Viewer:
    """Who may hold and release; known before a form is read."""
    if found.kind != OrganisationKind.PARK or not found.may(Role.EDITOR) or not found.is_verified:
        raise NotFound
    return found


Keeper = Annotated[Viewer, Depends(keeper)]
Holder = Annotated[Viewer, Depends(holder)]


@router.get("")
def show(request: Request, session: Reading, by: Keeper, now: Now, code: str, done: str = "") -> Response:
    """The bars, what is held, who waits, what moved."""
    park = seen_park(session, code, by)
    shown = around(session, park, by, now)
    for talk in shown["talks"]:
        note(request, talk.need, Level.BOTH, by, now)
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, SHOW, notice=notice, form=Form(HoldFields), **shown)


@router.post("")
def hold(request: Request, session: Writing, by: Holder, now: Now, code: str, form: HoldForm) -> Response:
    """Holds amounts for an open exchange, or puts it into the queue."""
    form.again(SHOW, around=_again(code, by, now))
    park, fields = own(session, code, by), form.fields
    talk = exchanges.exchange_by_id(session, fields.exchange, by, now=now) if fields.exchange else None
    if talk is None:
        raise Refusal(Fault("exchange", "Choose for which open exchange it is"))
    rest: dict[str, Any] = {"plot": _plot(session, park, fields.plot), "by": by, "now": now}
    if form.typed("queue"):
        made = projects.wait_for(session, talk.exchange, talk.need, park, fields.amounts, **rest)
        return go(request, f"/parks/{code}/ledger?done={'offered' if made.hold_id else 'waiting'}#queue")
    until = end_of(fields.until) if fields.until else None
    projects.reserve(session, talk.exchange, talk.need, park, fields.amounts, until=until, **rest)
    return go(request, f"/parks/{code}/ledger?done=held#holds")


@router.post("/{id}/release")
def release(
    request: Request, session: Writing, by: Holder, now: Now, code: str, id: str, form: ReleaseForm
) -> Response:
    """Gives back what was held, with the reason."""
    form.again(SHOW, around=_again(code, by, now, row=id))
    park = own(session, code, by)
    held, reason = capacity.hold_by_id(session, park, id, by), form.fields.reason
    if reason is None:
        raise Refusal(Fault("reason", "Say why it is released"))
    capacity.release(session, held, reason, by=by, now=now)
    return go(request, f"/parks/{code}/ledger?done=released#holds")


@router.post("/{id}/extend")
def extend(request: Request, session: Writing, by: Holder, now: Now, code: str, id: str, form: ExtendForm) -> Response:
    """Holds it until another day."""
    form.again(SHOW, around=_again(code, by, now, row=id))
    park = own(session, code, by)
    held, until = capacity.hold_by_id(session, park, id, by), form.fields.until
    if until is None:
        raise Refusal(Fault("until", "Say until which day"))
    capacity.extend(session, held, end_of(until), by=by, now=now)
    return go(request, f"/parks/{code}/ledger?done=extended#holds")


@router.post("/queue/{id}/take")
def take(request: Request, session: Writing, by: Holder, now: Now, code: str, id: str) -> Response:
    """Takes what was offered."""
    park = own(session, code, by)
    projects.take_offer(session, capacity.waiting_by_id(session, park, id, by), by=by, now=now)
    return go(request, f"/parks/{code}/ledger?done=taken#holds")


@router.post("/queue/{id}/leave")
def leave(request: Request, session: Writing, by: Holder, now: Now, code: str, id: str) -> Response:
    """Gives up a place in the queue."""
    park = own(session, code, by)
    capacity.leave(session, capacity.waiting_by_id(session, park, id, by), by=by, now=now)
    return go(request, f"/parks/{code}/ledger?done=left#queue")


@of_exchange.post("/exchanges/{id}/queue/{place}/take")
def take_ours(request: Request, session: Writing, by: Editor, now: Now, id: str, place: str) -> Response:
    """Takes what was offered, on either side of the exchange."""
    projects.take_offer(session, place_of_ours(session, id, place, by, now), by=by, now=now)
    return go(request, f"/exchanges/{id}#held")


@of_exchange.post("/exchanges/{id}/queue/{place}/leave")
def leave_ours(request: Request, session: Writing, by: Editor, now: Now, id: str, place: str) -> Response:
    """Gives up a place in the queue, on either side of the exchange."""
    capacity.leave(session, place_of_ours(session, id, place, by, now), by=by, now=now)
    return go(request, f"/exchanges/{id}#held")


def place_of_ours(session: Session, id: str, place: str, by: Viewer, now: datetime) -> Waiting:
    """A place in the queue of an open exchange of the reader's. Raises NotFound."""
    talk = exchanges.exchange_by_id(session, id, by, now=now)
    found = capacity.waiting_by_id(session, talk.park, place, by)
    if talk.state is not State.OPEN or (found.for_kind, found.for_id) != ("exchange", id) or not by.is_verified:
        raise NotFound
    return found


def own(session: Session, code: str, by: Viewer) -> Park:
    """A park the reader's own organisation speaks for. Raises NotFound, the same for another's as for none."""
    park = parks.park_by_code(session, code)
    if not may_act_for(by, park.owner_id):
        raise NotFound
    return park


def end_of(day: date) -> datetime:
    """The last moment of a day in China."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def around(session: Session, park: Park, by: Viewer, now: datetime) -> dict[str, Any]:
    """What the page shows, as far as its reader may know."""
    places = plots.plots_of(session, park, withdrawn=True)
    talks = ledgers.open_talks(session, park, by, now)
    ids = [talk.exchange.public_id for talk in talks]
    return {
        "park": park,
        "may_hold": may_act_for(by, park.owner_id) and by.is_verified,
        "bars": ledgers.bars_of(session, park),
        "holds": ledgers.hold_lines(session, capacity.holds_of(session, park, now=now), places, by, now),
        "past": ledgers.hold_lines(session, capacity.past_holds_of(session, park, by), places, by, now),
        "queue": ledgers.queue_lines(session, capacity.queue_of(session, park), places, by, now),
        "talks": talks,
        "choices": [(id, ledgers.about(session, "exchange", id, by, now)) for id in ids],
        "plots": [(plot.public_id, plot.name) for plot in places if plot.withdrawn_at is None],
        "reasons": [(each.value, labels.value("release_reason", each)) for each in Reason if each not in UNSAID],
        "pollutants": POLLUTANTS,
        "free": ledgers.free_words(session, park),
        "day": day_of(now),
        "at": "",
    }


UNSAID = (Reason.CLOSED, Reason.DECLINED)  # nobody gives these by hand


def _again(code: str, by: Viewer, now: datetime, *, row: str = "") -> Callable[[Session], dict[str, Any]]:
    """The page once more for a form that was refused, of a row or of a new hold: it costs ten times what that does."""
    return lambda session: {**around(session, own(session, code, by), by, now), "at": row}


def seen_park(session: Session, code: str, by: Viewer) -> Park:
    """A park whose ledger the reader may see. Raises NotFound, the same for another's as for none."""
    park = parks.park_by_code(session, code)
    if not capacity.may_read_ledger(by, park):
        raise NotFound
    return park


def _plot(session: Session, park: Park, id: str) -> Plot | None:
    return plots.plot_by_id(session, park, id) if id else None
