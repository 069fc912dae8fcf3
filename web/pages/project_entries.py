"""What do people enter about a project: stages, signings, money, approvals, its end?"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import projects
from marketplace.capacity.amounts import AmountFields
from marketplace.errors import NotFound
from marketplace.organisations import Viewer
from marketplace.projects import (
    Affair,
    ApprovalFields,
    EndFields,
    PaymentFields,
    SigningFields,
    Stage,
    StageFields,
)
from web import entering, ledgers, projecting
from web.dependencies import Now, Reading, Today, Writing, viewer
from web.exchanging import Editor
from web.forms import Form, posted, whole
from web.i18n import gettext
from web.rendering import go, page
from web.two_versions import Saved

router = APIRouter(dependencies=[Depends(viewer)])

PAGE = "projects/enter.html"
STAGE, SIGNING, PAYMENT, APPROVAL, END, HOLD = "stage", "signing", "payment", "approval", "end", "hold"


def own(id: str, session: Reading, by: Editor, now: Now) -> Affair:
    """A project of one's own, known before a form is read. Raises NotFound."""
    return projects.affair_by_id(session, id, by, now=now)


Own = Annotated[Affair, Depends(own)]


@router.get("/projects/{id}/stage")
def ask_stage(request: Request, own: Own, session: Reading, today: Today, stage: str = "") -> Response:
    """Which stage was reached, and when."""
    typed = {"stage": (stage,), "reached_on": (today.isoformat(),)}
    return page(request, PAGE, form=Form(StageFields, typed), **_around(session, own, STAGE))


@router.post("/projects/{id}/stage")
def stage(
    request: Request,
    own: Own,
    reading: Reading,
    session: Writing,
    by: Editor,
    now: Now,
    form: Annotated[Form[StageFields], posted(StageFields, files=True)],
) -> Response:
    """Enters a stage."""
    form.again(PAGE, **_around(reading, own, STAGE), saved=_saved(form, own, STAGE, by, now))
    project = _mine(session, own, by, now)
    entry = projects.advance(
        session, project, form.fields, form.upload_if_any("file"), version=_version(form), by=by, now=now
    )
    return go(request, f"/projects/{project.public_id}?done={'waits' if entry.waits else STAGE}")


@router.get("/projects/{id}/signing")
def ask_signing(request: Request, own: Own, session: Reading, today: Today) -> Response:
    """What was signed, for how much, where."""
    form = Form(SigningFields, {"signed_on": (today.isoformat(),)})
    return page(request, PAGE, form=form, **_around(session, own, SIGNING))


@router.post("/projects/{id}/signing")
def signing(
    request: Request,
    own: Own,
    reading: Reading,
    session: Writing,
    by: Editor,
    now: Now,
    form: Annotated[Form[SigningFields], posted(SigningFields, files=True)],
) -> Response:
    """Enters what was signed; a contract commits what is held."""
    form.again(PAGE, **_around(reading, own, SIGNING), saved=_saved(form, own, SIGNING, by, now))
    project = _mine(session, own, by, now)
    entry = projects.sign(
        session, project, form.fields, form.upload_if_any("file"), version=_version(form), by=by, now=now
    )
    return go(request, f"/projects/{project.public_id}?done={'waits' if entry.waits else SIGNING}")


@router.get("/projects/{id}/payment")
def ask_payment(request: Request, own: Own, session: Reading, today: Today) -> Response:
    """How much money came in."""
    form = Form(PaymentFields, {"paid_on": (today.isoformat(),)})
    return page(request, PAGE, form=form, **_around(session, own, PAYMENT))


@router.post("/projects/{id}/payment")
def payment(
    request: Request,
    own: Own,
    reading: Reading,
    session: Writing,
    by: Editor,
    now: Now,
    form: Annotated[Form[PaymentFields], posted(PaymentFields, files=True)],
) -> Response:
    """Enters money that came in."""
    form.again(PAGE, **_around(reading, own, PAYMENT), saved=_saved(form, own, PAYMENT, by, now))
    project = _mine(session, own, by, now)
    entry = projects.pay(
        session, project, form.fields, form.upload_if_any("file"), version=_version(form), by=by, now=now
    )
    return go(request, f"/projects/{project.public_id}?done={'waits' if entry.waits else PAYMENT}")


@router.get("/projects/{id}/approval")
def ask_approval(request: Request, own: Own, session: Reading, approval: str = "") -> Response:
    """Which approval there is, by number and day."""
    form = Form(ApprovalFields, {"approval": (approval,)})
    return page(request, PAGE, form=form, **_around(session, own, APPROVAL))


@router.post("/projects/{id}/approval")
def approval(
    request: Request,
    own: Own,
    reading: Reading,
    session: Writing,
    by: Editor,
    now: Now,
    form: Annotated[Form[ApprovalFields], posted(ApprovalFields, files=True)],
) -> Response:
    """Enters an approval."""
    form.again(PAGE, **_around(reading, own, APPROVAL))
    project = _mine(session, own, by, now)
    projects.attach(session, project, form.fields, form.upload_if_any("file"), by=by, now=now)
    return go(request, f"/projects/{project.public_id}?done={APPROVAL}")


@router.get("/projects/{id}/end")
def ask_end(request: Request, own: Own, session: Reading, today: Today) -> Response:
    """Why a project ends, and what is released."""
    form = Form(EndFields, {"reached_on": (today.isoformat(),)})
    return page(request, PAGE, form=form, **_around(session, own, END))


@router.post("/projects/{id}/end")
def end(
    request: Request,
    own: Own,
    reading: Reading,
    session: Writing,
    by: Editor,
    now: Now,
    form: Annotated[Form[EndFields], posted(EndFields, files=True)],
) -> Response:
    """Ends a project with a reason."""
    form.again(PAGE, **_around(reading, own, END), saved=_saved(form, own, END, by, now))
    project = _mine(session, own, by, now)
    entry = projects.terminate(
        session, project, form.fields, form.upload_if_any("file"), version=_version(form), by=by, now=now
    )
    return go(request, f"/projects/{project.public_id}?done={'waits' if entry.waits else 'ended'}")


@router.get("/projects/{id}/hold")
def ask_hold(request: Request, own: Own, session: Reading, by: Editor) -> Response:
    """How much of the park is to be set aside."""
    _may_hold(session, own, by)
    return page(request, PAGE, form=Form(AmountFields), **_around(session, own, HOLD))


@router.post("/projects/{id}/hold")
def hold(
    request: Request,
    own: Own,
    reading: Reading,
    session: Writing,
    by: Editor,
    now: Now,
    form: Annotated[Form[AmountFields], posted(AmountFields)],
) -> Response:
    """Sets amounts of the park aside for the project."""
    _may_hold(reading, own, by)
    form.again(PAGE, **_around(reading, own, HOLD))
    project = _mine(session, own, by, now)
    projects.hold_for(session, project, form.fields.amounts, by=by, now=now)
    return go(request, f"/projects/{project.public_id}?done=held")


def _may_hold(session: Session, own: Affair, by: Viewer) -> None:
    if not own.is_open or not projects.may_hold(session, own.project, by):
        raise NotFound


def _mine(session: Session, own: Affair, by: Viewer, now: Any) -> projects.Project:
    """The same project, in the session that writes."""
    return projects.affair_by_id(session, own.project.public_id, by, now=now).project


def _saved(form: Form[Any], own: Affair, what: str, by: Viewer, now: Any) -> Saved:
    return entering.saved_beside(form, what, own.project.public_id, by=by, now=now)


def _version(form: Form[Any]) -> int:
    return whole(form.typed("version"))


def _around(session: Session, own: Affair, what: str) -> dict[str, Any]:
    """What stands around the form."""
    context: dict[str, Any] = {"row": own.project, "affair": own, "what": what, "version": own.project.version}
    context |= {"words": entering.words()}
    if what == STAGE:
        reachable = [each for each in projects.following(own.project.stage) if each is not Stage.SIGNED]
        context |= {"choices": _words(projecting.STAGES, reachable), "early": projects.EARLY}
    elif what == SIGNING:
        told = [(each.public_id, f"{each.title} · {each.held_on}") for each in projects.occasions(session)]
        context |= {"choices": _words(projecting.SIGNINGS, list(projects.SigningKind)), "occasions": told}
    elif what == APPROVAL:
        context |= {"choices": _words(projecting.PROOFS, list(projects.NUMBERED))}
    elif what == END:
        context |= {"choices": _words(projecting.REASONS, list(projecting.CHOSEN_REASONS))}
    elif what == HOLD:
        context |= {"amounts": [name for name in AmountFields.model_fields if name != "emissions_t_a"]}
        context |= {"free": ledgers.free_words(session, own.park)}
    return context


def _words(words: Mapping[Any, str], values: list[Any]) -> list[tuple[str, str]]:
    return [(str(value), gettext(words[value])) for value in values]
