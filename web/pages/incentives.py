"""What does a park promise, and how does it write that down?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import parks
from marketplace.errors import NotFound
from marketplace.organisations import Viewer, may_act_for
from marketplace.parks import Park, incentives
from marketplace.parks.incentives import Incentive, IncentiveFields, IncentiveStatus
from web import screen_words
from web.dependencies import MaybeViewer, Now, ParkEditor, Reading, Writing, viewer
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/parks/{code}/incentives", dependencies=[Depends(viewer)])
DONE = {
    "public": N_("Published. Everybody sees it from now on."),
    "waits": N_("Saved, but not public: the screen held it back. Read why, then answer or change it."),
    "withdrawn": N_("Withdrawn. Nobody sees it any more."),
}
Filled = Annotated[Form[IncentiveFields], posted(IncentiveFields)]


@router.get("")
def index(request: Request, session: Reading, seen: MaybeViewer, code: str, done: str = "") -> Response:
    """What is public; for the park's people also what waits or was refused."""
    park = parks.park_by_code(session, code)
    owned = may_act_for(seen, park.owner_id)
    rows = incentives.own_incentives(session, park) if owned else _public(session, park)
    notice = gettext(DONE[done]) if done in DONE else None
    shown: dict[str, Any] = {"park": park, "rows": rows, "owned": owned, "notice": notice, "lines": incentives.words_of}
    return page(request, "incentives/index.html", words=screen_words, **shown)


@router.get("/new")
def new(request: Request, session: Reading, by: ParkEditor, code: str) -> Response:
    """The empty form."""
    return page(request, "incentives/edit.html", form=Form(IncentiveFields), **_edit(_own(session, code, by)))


@router.post("/new")
def publish(request: Request, session: Writing, by: ParkEditor, now: Now, code: str, form: Filled) -> Response:
    """Publishes it, or lets it wait where a blocking rule tripped."""
    park = _own(session, code, by)
    form.again("incentives/edit.html", **_edit(park))
    row = incentives.promise(session, park, form.fields, by=by, now=now)
    return go(request, _after(park, row))


@router.get("/{id}/edit")
def edit(request: Request, session: Reading, by: ParkEditor, code: str, id: str) -> Response:
    """The form of one that is there."""
    park = _own(session, code, by)
    row = incentives.incentive_by_id(session, park, id)
    return page(request, "incentives/edit.html", form=Form.showing(IncentiveFields, row), **_edit(park, row))


@router.post("/{id}/edit")
def change(request: Request, session: Writing, by: ParkEditor, now: Now, code: str, id: str, form: Filled) -> Response:
    """Puts the change in its place, or lets it wait beside what is public."""
    park = _own(session, code, by)
    before = incentives.incentive_by_id(session, park, id)
    form.again("incentives/edit.html", **_edit(park, before))
    row = incentives.promise(session, park, form.fields, by=by, now=now, before=before)
    return go(request, _after(park, row))


@router.post("/{id}/withdraw")
def withdraw(request: Request, session: Writing, by: ParkEditor, now: Now, code: str, id: str) -> Response:
    """Takes it back."""
    park = _own(session, code, by)
    incentives.withdraw_incentive(session, park, incentives.incentive_by_id(session, park, id), by=by, now=now)
    return go(request, f"/parks/{park.code}/incentives?done=withdrawn")


def _own(session: Session, code: str, by: Viewer) -> Park:
    park = parks.park_by_code(session, code)
    if not may_act_for(by, park.owner_id):
        raise NotFound
    return park


def _public(session: Session, park: Park) -> list[tuple[Incentive, None]]:
    return [(row, None) for row in incentives.incentives_of(session, park)]


def _after(park: Park, row: Incentive) -> str:
    done = "public" if row.status == IncentiveStatus.PUBLIC else "waits"
    return f"/parks/{park.code}/incentives?done={done}"


def _edit(park: Park, row: Incentive | None = None) -> dict[str, Any]:
    return {"park": park, "row": row, "words": screen_words}
