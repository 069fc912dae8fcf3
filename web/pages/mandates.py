"""Who acts for our parks, for whom do we act, and which agent asks about our needs?"""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import exchanges, mandates, parks
from marketplace.errors import NotFound
from marketplace.fields import Fields
from marketplace.mandates import MandateStatus
from marketplace.organisations import OrganisationKind, Role, Viewer, may_administer
from marketplace.parks import Park
from web.dependencies import Now, Reading, SignedIn, Today, Writing, viewer
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.pages.organisation import Admin
from web.rendering import go, page

router = APIRouter(prefix="/organisation/mandates", dependencies=[Depends(viewer)])
INDEX = "organisation/mandates.html"
ANSWERS = {"accept": MandateStatus.ACTIVE, "decline": MandateStatus.DECLINED, "end": MandateStatus.ENDED}
DONE = {
    "offered": N_("Offered. The agent may act once it accepts."),
    "active": N_("Accepted. You may act for the park from now on."),
    "declined": N_("Declined."),
    "ended": N_("Ended at once."),
    "asked": N_("The need's owner is asked."),
    "answered": N_("Your answer is kept. You can change it at any time."),
}


class MandateFields(Fields):
    """Who may act, for which park, and until when."""

    park: str = Field(default="", max_length=16)
    uscc: str = Field(max_length=24)
    until_on: date


class AnswerFields(Fields):
    """What is said to an agent."""

    agreed: str = Field(default="", max_length=4)


@router.get("")
def index(request: Request, session: Reading, by: SignedIn, on: Today, done: str = "") -> Response:
    """Mandates given and held, and agents that ask about our needs."""
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, INDEX, form=Form(MandateFields), notice=notice, **_shown(session, by, on=on))


@router.post("")
def give(
    request: Request,
    session: Writing,
    by: Admin,
    now: Now,
    on: Today,
    form: Annotated[Form[MandateFields], posted(MandateFields)],
) -> Response:
    """Lets an agent act for one of our parks, or says that it stands for our enterprise."""
    if by.kind not in (OrganisationKind.PARK, OrganisationKind.ENTERPRISE):
        raise NotFound
    form.again(INDEX, **_shown(session, by, on=on))
    fields = form.fields
    mandates.give(session, _park(session, fields.park, by), fields.uscc, fields.until_on, by=by, now=now)
    return go(request, "/organisation/mandates?done=offered")


@router.post("/{id}/{answer}")
def answer(request: Request, session: Writing, by: Admin, now: Now, on: Today, id: str, answer: str) -> Response:
    """Accepts, declines or ends a mandate."""
    if answer not in ANSWERS:
        raise NotFound
    Form(MandateFields, request=request).again(INDEX, **_shown(session, by, on=on))
    row = mandates.answer(session, id, ANSWERS[answer], by=by, now=now)
    if row.park_id is not None:
        exchanges.close_fallen_at(session, session.get_one(Park, row.park_id), now=now)
    return go(request, f"/organisation/mandates?done={ANSWERS[answer]}")


@router.post("/needs/{id}/ask")
def ask(request: Request, session: Writing, by: SignedIn, now: Now, id: str) -> Response:
    """Asks the owner of a need we talk about whether we may speak for a further park."""
    mandates.ask_owner(session, mandates.need_spoken_about(session, id, by), by=by, now=now)
    return go(request, "/organisation/mandates?done=asked")


@router.post("/questions/{id}/answer")
def answer_agent(
    request: Request,
    session: Writing,
    by: SignedIn,
    now: Now,
    id: str,
    form: Annotated[Form[AnswerFields], posted(AnswerFields)],
) -> Response:
    """Says whether an agent may speak for several parks about one of our needs."""
    mandates.answer_agent(session, id, form.fields.agreed == "yes", by=by, now=now)
    return go(request, "/organisation/mandates?done=answered")


def _park(session: Session, code: str, by: Viewer) -> Park | None:
    """The park of a park's office; an enterprise names none."""
    return None if by.kind == OrganisationKind.ENTERPRISE else parks.park_by_code(session, code)


def _shown(session: Session, by: Viewer, *, on: date) -> dict[str, Any]:
    rows = mandates.mandates_of(session, by)
    enterprise = by.kind == OrganisationKind.ENTERPRISE
    return {
        "given": [row for row in rows if row[3]],
        "held": [row for row in rows if not row[3]],
        "own": [(park.code, park.name) for park in parks.parks_of(session, by)],
        "questions": mandates.questions_to(session, by) if enterprise else [],
        "voices": [] if enterprise else mandates.voices_of(session, by),
        "enterprise": enterprise,
        "agent": by.kind == OrganisationKind.ORGANIZER or any(not row[3] for row in rows),
        "admin": may_administer(by),
        "gives": may_administer(by) and by.is_verified and by.kind in ("park", "enterprise"),
        "answers": by.may(Role.EDITOR),
        "on": on,
    }
