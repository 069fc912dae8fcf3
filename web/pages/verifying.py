"""Is this organisation what it says, and does it speak for the park it claims? The platform's desk."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import exchanges, members, parks, registration
from marketplace.errors import NotFound
from marketplace.organisations import Organisation, Standing, Viewer, may_rule, may_verify
from marketplace.registration import Case, CaseStatus
from web.dependencies import Now, Reading, SignedIn, Writing, two_factors, viewer
from web.downloads import download
from web.forms import Form, posted, whole
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/desk", dependencies=[Depends(viewer)])
CASE, CLAIM = "desk/case.html", "desk/claim.html"
DONE = {
    "verified": N_("Verified. The organisation reads it on its own page or by mail; others can see it from now on."),
    "rejected": N_("Turned away with your reason. The organisation can mend it and try again."),
    "suspended": N_("Suspended. Its people can read their own and change nothing; its listings are gone for others."),
    "reinstated": N_("The organisation is let in again."),
    "approved": N_("The organisation speaks for the park from now on."),
    "turned_down": N_("The claim is turned down with your reason."),
}
FILTERS = {
    "submitted": N_("waiting"),
    "verified": N_("verified organisations"),
    "rejected": N_("not verified"),
    "suspended": N_("suspended"),
}
STANDINGS = {"verified": Standing.VERIFIED, "suspended": Standing.SUSPENDED}  # with a registration or without
MEDIA = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


class ReasonFields(BaseModel):
    """Why somebody decided as they did."""

    reason: str = Field(default="", max_length=1000)
    version: str = Field(default="", max_length=9)


def verifier(request: Request, found: SignedIn) -> Viewer:
    """Who vouches for organisations, with both factors where they are asked for; to others the page does not exist."""
    if not may_verify(found):
        raise NotFound
    return two_factors(request, found)


def ruler(request: Request, found: SignedIn) -> Viewer:
    """Who suspends, as above; to others the page does not exist."""
    if not may_rule(found):
        raise NotFound
    return two_factors(request, found)


Verifier = Annotated[Viewer, Depends(verifier)]
Ruler = Annotated[Viewer, Depends(ruler)]
ReasonForm = Annotated[Form[ReasonFields], posted(ReasonFields)]


@router.get("/organisations")
def queue(request: Request, session: Reading, by: Verifier, status: str = "submitted") -> Response:
    """Registrations, those that wait longest first; other filters show who was decided on, and who is suspended."""
    chosen = status if status in FILTERS else "submitted"
    standing = STANDINGS.get(chosen)
    rows = registration.queue(session, by, CaseStatus(chosen)) if standing is None else []
    standing_so = registration.organisations_in(session, by, standing) if standing else []
    shown = [(value, gettext(words), value == chosen) for value, words in FILTERS.items()]
    return page(request, "desk/organisations.html", filters=shown, rows=rows, standing_so=standing_so, chosen=chosen)


@router.get("/organisations/{id}")
def show(request: Request, id: str, session: Reading, by: Verifier, now: Now, done: str = "") -> Response:
    """One organisation: what it said, what was checked, what was decided."""
    organisation = registration.organisation_by(session, id, by)
    notice = gettext(DONE[done]) if done in DONE else None
    shown = _shown(session, organisation, by, now=now)
    return page(request, CASE, form=Form(ReasonFields), notice=notice, **shown)


@router.get("/organisations/{id}/letter")
def letter(id: str, session: Reading, by: Verifier) -> Response:
    """The letter of authority, to be kept and not shown in the browser."""
    organisation = registration.organisation_by(session, id, by)
    case = registration.case_of(session, organisation.id)
    found = registration.letter_of(session, case) if case else None
    if found is None:
        raise NotFound
    return download(found.content, found.name, MEDIA.get(found.kind, "application/octet-stream"))


@router.post("/organisations/{id}/verify")
def verify(request: Request, id: str, session: Writing, by: Verifier, now: Now, form: ReasonForm) -> Response:
    """Vouches for it."""
    case = _case(request, id, session, by, form, now=now)
    version = whole(form.typed("version")) if form.typed("version") else None
    registration.verify(session, case, version=version, reason=form.fields.reason, by=by, now=now)
    return go(request, f"/desk/organisations/{id}?done=verified")


@router.post("/organisations/{id}/reject")
def reject(request: Request, id: str, session: Writing, by: Verifier, now: Now, form: ReasonForm) -> Response:
    """Turns it away with a reason."""
    case = _case(request, id, session, by, form, now=now)
    registration.reject(session, case, reason=form.fields.reason, by=by, now=now)
    return go(request, f"/desk/organisations/{id}?done=rejected")


@router.post("/organisations/{id}/suspend")
def suspend(request: Request, id: str, session: Writing, by: Ruler, now: Now, form: ReasonForm) -> Response:
    """Stops it with a reason."""
    organisation = registration.organisation_by(session, id, by)
    form.again(CASE, **_shown(session, organisation, by, now=now))
    registration.suspend(session, organisation, reason=form.fields.reason, by=by, now=now)
    parks.told_anew(session, organisation.id, now=now)
    exchanges.close_fallen_of(session, organisation.id, by=by, now=now)
    return go(request, f"/desk/organisations/{id}?done=suspended")


@router.post("/organisations/{id}/reinstate")
def reinstate(request: Request, id: str, session: Writing, by: Ruler, now: Now, form: ReasonForm) -> Response:
    """Lets it in again."""
    organisation = registration.organisation_by(session, id, by)
    form.again(CASE, **_shown(session, organisation, by, now=now))
    registration.reinstate(session, organisation, reason=form.fields.reason, by=by, now=now)
    parks.told_anew(session, organisation.id, now=now)
    return go(request, f"/desk/organisations/{id}?done=reinstated")


@router.get("/claims")
def claims(request: Request, session: Reading, by: Verifier, now: Now, done: str = "") -> Response:
    """Claims of parks that wait, the oldest first."""
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, "desk/claims.html", rows=parks.open_claims(session, by), notice=notice, now=now)


@router.get("/claims/{id}")
def claim(request: Request, id: str, session: Reading, by: Verifier, now: Now) -> Response:
    """One claim with its grounds and its rivals."""
    return page(request, CLAIM, form=Form(ReasonFields), **_claimed(session, id, by))


@router.post("/claims/{id}/approve")
def approve(request: Request, id: str, session: Writing, by: Verifier, now: Now, form: ReasonForm) -> Response:
    """Lets the organisation speak for the park."""
    claimed, _, _ = parks.claim_by(session, id, by)
    form.again(CLAIM, **_claimed(session, id, by))
    parks.approve_claim(session, claimed, reason=form.fields.reason, by=by, now=now)
    return go(request, "/desk/claims?done=approved")


@router.post("/claims/{id}/reject")
def turn_down(request: Request, id: str, session: Writing, by: Verifier, now: Now, form: ReasonForm) -> Response:
    """Turns the claim down with a reason."""
    claimed, _, _ = parks.claim_by(session, id, by)
    form.again(CLAIM, **_claimed(session, id, by))
    parks.reject_claim(session, claimed, reason=form.fields.reason, by=by, now=now)
    return go(request, "/desk/claims?done=turned_down")


def _case(request: Request, id: str, session: Session, by: Viewer, form: Form[ReasonFields], *, now: Any) -> Case:
    organisation = registration.organisation_by(session, id, by)
    case = registration.case_of(session, organisation.id)
    if case is None:
        raise NotFound
    form.again(CASE, **_shown(session, organisation, by, now=now))
    return case


def _shown(session: Session, organisation: Organisation, by: Viewer, *, now: Any) -> dict[str, Any]:
    case = registration.case_of(session, organisation.id)
    own = organisation.id == by.organisation_id
    return {
        "organisation": organisation,
        "case": case,
        "letter": registration.letter_of(session, case) if case else None,
        "like": registration.like(session, case) if case else [],
        "zones": parks.named_like(session, organisation.name) if organisation.kind == "park" else [],
        "people": members.people_of(session, organisation.id),
        "rulings": registration.rulings_of(session, organisation.id),
        "decides": bool(case and case.status == CaseStatus.SUBMITTED and not own),
        "suspends": may_rule(by) and organisation.standing == Standing.VERIFIED and organisation.kind != "platform",
        "reinstates": may_rule(by) and organisation.standing == Standing.SUSPENDED,
        "now": now,
    }


def _claimed(session: Session, id: str, by: Viewer) -> dict[str, Any]:
    claimed, park, organisation = parks.claim_by(session, id, by)
    return {"claim": claimed, "park": park, "organisation": organisation, "rivals": parks.rivals(session, claimed)}
