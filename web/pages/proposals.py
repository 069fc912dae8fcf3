"""Which changes of a sheet wait, what do they change, and who lets them stand?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity, mandates, parks
from marketplace.capacity import Proposal
from marketplace.errors import Conflict, NotFound
from marketplace.organisations import Role, User, Viewer
from marketplace.parks import Park
from web import amounts, labels
from web.dependencies import Now, Reading, SignedIn, Writing, viewer
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/parks/{code}/sheet/proposals", dependencies=[Depends(viewer)])
ONE = "capacity/proposal.html"
CHOICES = {"supply_modes": "supply_mode"}  # fields whose words stand in the labels under another name
DONE = {
    "proposed": N_("Handed in. It holds once an approver lets it stand; until then nobody else sees it."),
    "approved": N_("Approved. Everybody sees the sheet from now on."),
    "returned": N_("Returned with your reason."),
    "withdrawn": N_("Taken back."),
}


class ReturnFields(BaseModel):
    """What is to be changed."""

    reason: str = Field(default="", max_length=1000)


def reader(found: SignedIn) -> Viewer:
    """Anybody of a park's office or an agent; to others the page does not exist."""
    if found.kind not in mandates.AGENTS:
        raise NotFound
    return found


def approver(found: Annotated[Viewer, Depends(reader)]) -> Viewer:
    """Who may let something stand; known before a form is read."""
    if not found.may(Role.APPROVER):
        raise NotFound
    return found


Reader = Annotated[Viewer, Depends(reader)]
Approver = Annotated[Viewer, Depends(approver)]


@router.get("")
def index(request: Request, session: Reading, by: Reader, now: Now, code: str) -> Response:
    """Proposals for one park: those that wait, then what became of others."""
    park = parks.park_by_code(session, code)
    if park.owner_id != by.organisation_id and not mandates.may_act_for_park(session, by, park, now=now):
        raise NotFound
    rows = capacity.proposals_of(session, park, by)
    return page(request, "capacity/proposals.html", park=park, rows=rows)


@router.get("/{id}")
def show(request: Request, session: Reading, by: Reader, code: str, id: str, done: str = "") -> Response:
    """One proposal: old, new, and what stands now where that is something else."""
    park, row, author = _found(session, code, id, by)
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, ONE, form=Form(ReturnFields), notice=notice, **_shown(session, park, row, author, by))


@router.post("/{id}/approve")
def approve(request: Request, session: Writing, by: Approver, now: Now, code: str, id: str) -> Response:
    """Lets it stand; where the sheet moved meanwhile, both versions are shown."""
    park, row, author = _found(session, code, id, by)
    try:
        capacity.approve(session, row, by=by, now=now)
    except Conflict as conflict:
        form = Form(ReturnFields).refused(conflict.faults)
        return page(request, ONE, status=409, form=form, **_shown(session, park, row, author, by))
    return go(request, f"/parks/{code}/sheet/proposals/{id}?done=approved")


@router.post("/{id}/return")
def send_back(
    request: Request,
    session: Writing,
    by: Approver,
    now: Now,
    code: str,
    id: str,
    form: Annotated[Form[ReturnFields], posted(ReturnFields)],
) -> Response:
    """Returns it with a reason."""
    park, row, author = _found(session, code, id, by)
    form.again(ONE, **_shown(session, park, row, author, by))
    capacity.send_back(session, row, reason=form.fields.reason, by=by, now=now)
    return go(request, f"/parks/{code}/sheet/proposals/{id}?done=returned")


@router.post("/{id}/withdraw")
def withdraw(request: Request, session: Writing, by: Reader, now: Now, code: str, id: str) -> Response:
    """Its author takes it back."""
    _, row, _ = _found(session, code, id, by)
    capacity.take_proposal_back(session, row, by=by, now=now)
    return go(request, f"/parks/{code}/sheet/proposals/{id}?done=withdrawn")


def _found(session: Session, code: str, id: str, by: Viewer) -> tuple[Park, Proposal, User]:
    park = parks.park_by_code(session, code)
    row, author = capacity.proposal_by(session, park, id, by)
    return park, row, author


def _shown(session: Session, park: Park, row: Proposal, author: User, by: Viewer) -> dict[str, Any]:
    now_said = capacity.part(capacity.document(capacity.fields_of(session, park)), row.section)
    moved = row.status == "open" and bool(capacity.lines_of(row.before, now_said))
    return {
        "park": park,
        "row": row,
        "author": author,
        "lines": [
            (_label(name), _text(name, old), _text(name, new))
            for name, old, new in capacity.lines_of(row.before, row.after)
        ],
        "since": [
            (_label(name), _text(name, old), _text(name, new))
            for name, old, new in capacity.lines_of(row.before, now_said)
        ]
        if moved
        else [],
        "decides": capacity.may_decide(row, park, by),
        "own": row.made_by_id == by.user_id and row.status == "open",
        "mends": row.made_by_id == by.user_id and row.status == "returned" and by.may(Role.EDITOR),
    }


def _label(name: str) -> str:
    used = name.endswith("_used") or "_used." in name
    return f"{labels.field(name)} ({gettext('used')})" if used else labels.field(name)


def _text(name: str, value: Any) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return gettext("yes") if value else gettext("no")
        case list():
            return "、".join(labels.value(CHOICES.get(name, name), each) for each in value)
        case _:
            return amounts.converted(name, str(value)) or labels.value(CHOICES.get(name, name), value)
