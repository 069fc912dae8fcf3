"""Which projects do we have, how far is each, and whose turn is it?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import exchanges, projects
from marketplace.exchanges import Side
from marketplace.organisations import OrganisationKind, Viewer
from marketplace.projects import Affair, ProjectFields, SigningKind, Stage
from web import exchanging, projecting
from web.dependencies import Now, Reading, TwoFactors, Writing, viewer
from web.downloads import download
from web.exchanging import Editor, Talker
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])

SHOW, BEGIN = "projects/show.html", "projects/begin.html"
DONE = {
    "begun": N_("The project is begun. Next: hold what it needs, then enter what is signed."),
    "stage": N_("The stage is entered."),
    "waits": N_("Entered. It counts once the other side confirms it."),
    "signing": N_("What was signed is entered."),
    "payment": N_("The money that came in is entered."),
    "approval": N_("The approval is entered."),
    "held": N_("Held for this project."),
    "released": N_("Released."),
    "confirmed": N_("Confirmed: it counts from now on."),
    "turned": N_("Turned down: it does not count."),
    "ended": N_("The project has ended; what was set aside for it is free again."),
}


@router.get("/projects")
def index(request: Request, session: Reading, by: TwoFactors, now: Now) -> Response:
    """The projects of the reader's organisation; to the platform all of them, without names."""
    if by.kind == OrganisationKind.PLATFORM:
        rows = list(projects.overseen(session, by))
        return page(request, "projects/all.html", rows=rows, stages=projecting.STAGES)
    ours = projects.affairs_of(session, by, now=now)
    waits = projects.waits_for(session, ours)
    affairs = [(affair, waits[affair.project.id]) for affair in ours]
    return page(request, "projects/index.html", affairs=affairs, stages=projecting.STAGES)


@router.get("/exchanges/{id}/project")
def ask(request: Request, id: str, session: Reading, by: Editor, now: Now) -> Response:
    """What beginning a project means; where there is one already, that."""
    return _asked(request, session, id, by, now)


@router.post("/exchanges/{id}/project")
def begin(
    request: Request,
    id: str,
    reading: Reading,
    session: Writing,
    by: Editor,
    now: Now,
    form: Annotated[Form[ProjectFields], posted(ProjectFields)],
) -> Response:
    """Begins the project of an open exchange."""
    shown = exchanges.exchange_by_id(reading, id, by, now=now)
    form.again(BEGIN, row=exchanging.row_of(shown))
    talk = exchanges.exchange_by_id(session, id, by, now=now)
    made = projects.begin(session, talk.exchange, talk.need, talk.park, form.fields, by=by, now=now)
    return go(request, f"/projects/{made.public_id}?done=begun")


@router.get("/projects/proofs/{id}")
def proof(id: str, session: Writing, by: Talker, now: Now) -> Response:
    """A document of a project, for its two sides; that the other side took it is noted."""
    upload = projects.taken(session, id, by, now=now)
    return download(upload.content, upload.name_shown, upload.media_type)


@router.get("/projects/{id}")
def show(request: Request, id: str, session: Reading, by: Talker, now: Now, done: str = "") -> Response:
    """One project as it stands for the reader's side."""
    affair = projects.affair_by_id(session, id, by, now=now)
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, SHOW, notice=notice, form=Form(ProjectFields), **shown_of(session, affair, by, now))


@router.post("/projects/{id}/entries/{entry}/confirm")
def confirm(
    request: Request, id: str, entry: str, reading: Reading, session: Writing, by: Editor, now: Now
) -> Response:
    """Confirms what the other side entered."""
    form = Form(ProjectFields, request=request)
    form.again(SHOW, **shown_of(reading, projects.affair_by_id(reading, id, by, now=now), by, now))
    affair = projects.affair_by_id(session, id, by, now=now)
    projects.confirm(session, affair.project, entry, by=by, now=now)
    ended = affair.project.stage is Stage.TERMINATED
    return go(request, f"/projects/{id}?done={'ended' if ended else 'confirmed'}")


@router.post("/projects/{id}/entries/{entry}/turn-down")
def turn_down(request: Request, id: str, entry: str, session: Writing, by: Editor, now: Now) -> Response:
    """Turns down what the other side entered, or takes one's own back."""
    affair = projects.affair_by_id(session, id, by, now=now)
    projects.turn_down(session, affair.project, entry, by=by, now=now)
    return go(request, f"/projects/{id}?done=turned")


def shown_of(session: Session, affair: Affair, by: Viewer, now: Any) -> dict[str, Any]:
    """What the page of a project may show this side."""
    project = affair.project
    found = projects.proofs_of(session, project)
    proofs = {row.id: row for row in found}
    wanted = projecting.next_stage(project)
    answers = projecting.answers_of(session, affair, by)
    wants_contract = wanted not in (None, Stage.SIGNED) and not affair.contracted
    waits = wants_contract or any(answer.blocks for answer in answers)
    return {
        "affair": affair,
        "row": project,
        "other": _other(session, affair, by, now),
        "exchange": _exchange_of(session, affair, by, now),
        "side": affair.side,
        "origin": projects.origin_of(session, project),
        "steps": projecting.steps_of(affair, projects.entries_of(session, project), None if waits else wanted),
        "stages": projecting.STAGES,
        "reasons": projecting.REASONS,
        "proofs": proofs,
        "approvals": [row for row in found if row.kind in projects.NUMBERED],
        "proof_words": projecting.PROOFS,
        "wanted": wanted,
        "wants_contract": wants_contract,
        "missing": projects.missing(session, project, wanted, now.date()) if wanted else [],
        "answers": answers,
        "for_us": [answer for answer in answers if not answer.ours],
        "signed": projecting.signed_of(session, project, proofs),
        "contract": SigningKind.CONTRACT,
        "may_enter": projects.may_enter(by),
        "may_sign": projects.may_sign(by),
        "may_end": projects.may_sign(by) if affair.binds_us else projects.may_enter(by),
        "over": project.stage in (Stage.TERMINATED, Stage.FULL_OUTPUT),
        **projecting.money_of(session, project),
        **projecting.held_of(session, affair, by, now),
    }


def _asked(request: Request, session: Session, id: str, by: Viewer, now: Any) -> Response:
    talk = exchanges.exchange_by_id(session, id, by, now=now)
    affair = projects.affair_about(session, talk.exchange, by, now=now)
    if affair is not None:
        return go(request, f"/projects/{affair.project.public_id}")
    row = exchanging.row_of(talk)
    form = Form(ProjectFields, {"title": (f"{talk.park.name} · {exchanging.blind_name(talk.need)}"[:80],)})
    return page(request, BEGIN, form=form, row=row)


def _exchange_of(session: Session, affair: Affair, by: Viewer, now: Any) -> str:
    """The id of the exchange while it is open."""
    if not affair.is_open:
        return ""
    exchange = session.get_one(exchanges.Exchange, affair.project.exchange_id)
    return exchange.public_id


def _other(session: Session, affair: Affair, by: Viewer, now: Any) -> str:
    """Who the other side is, while its consent stands."""
    id = _exchange_of(session, affair, by, now)
    if not id:
        return ""
    talk = exchanges.exchange_by_id(session, id, by, now=now)
    found = exchanges.opened(session, talk, by, now=now)
    name = "owner.name" if affair.side is Side.PARK else "office.name"
    return str(found.theirs.get(name, "")) if found else ""
