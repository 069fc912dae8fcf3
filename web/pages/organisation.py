"""How does my organisation stand, who belongs to it, and which parks does it speak for?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import exchanges, members, parks, registration
from marketplace.errors import NotFound
from marketplace.organisations import Organisation, OrganisationKind, Role, Standing, Viewer, may_administer
from marketplace.parks import HandoverStatus
from marketplace.registration import CaseStatus, OrganisationFields
from web import labels, places
from web.dependencies import Now, Reading, SignedIn, Writing, viewer
from web.forms import Form, posted, whole
from web.i18n import N_, gettext
from web.joining import gathered, letter_in, placed
from web.rendering import go, page

router = APIRouter(prefix="/organisation", dependencies=[Depends(viewer)])
INDEX, AGAIN = "organisation/index.html", "organisation/again.html"
DONE = {
    "registered": N_("Registered, and you are signed in. The platform now looks at your organisation."),
    "joined": N_("You belong to this organisation now."),
    "letter": N_("The letter is handed in."),
    "resubmitted": N_("Handed in again. The platform looks at it."),
    "four_eyes": N_("The setting is saved."),
    "given_up": N_("Your organisation no longer speaks for this park."),
    "offered": N_("Offered. The park changes hands when the other side accepts."),
    "accepted": N_("Your organisation speaks for this park now. Next: say what it has free."),
    "declined": N_("Declined."),
    "withdrawn": N_("Taken back."),
}


class Nothing(BaseModel):
    """A form with a button alone."""

    version: str = ""


class FourEyes(BaseModel):
    """Whether an approver's own edit waits for another approver."""

    four_eyes: str = ""


class OfferFields(BaseModel):
    """To whom a park is handed over."""

    uscc: str = Field(default="", max_length=24)


def admin(found: SignedIn) -> Viewer:
    """An admin of an organisation that may act; to others the page does not exist."""
    if not may_administer(found):
        raise NotFound
    return found


def turned_away(found: SignedIn) -> Viewer:
    """An admin of an organisation that was not verified and may try again; to others the page does not exist."""
    if found.role != Role.ADMIN or found.standing != Standing.REJECTED:
        raise NotFound
    return found


Admin = Annotated[Viewer, Depends(admin)]
TurnedAway = Annotated[Viewer, Depends(turned_away)]


@router.get("")
def index(request: Request, session: Reading, by: SignedIn, done: str = "") -> Response:
    """Standing, what is missing, what was decided, settings, and the parks we speak for."""
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, INDEX, form=Form(OfferFields), notice=notice, **_shown(session, by))


@router.post("/letter")
def letter(
    request: Request,
    session: Writing,
    by: Admin,
    now: Now,
    form: Annotated[Form[Nothing], posted(Nothing, files=True)],
) -> Response:
    """The letter of authority, later or anew."""
    case = registration.case_of(session, by.organisation_id)
    if case is None or case.status != CaseStatus.SUBMITTED:
        raise NotFound
    form.again(INDEX, **_shown(session, by))
    registration.hand_in(session, case, form.upload("letter"), by=by, now=now)
    return go(request, "/organisation?done=letter")


@router.get("/again")
def mend(request: Request, session: Reading, by: TurnedAway) -> Response:
    """What was said at registration, to be mended."""
    organisation = session.get_one(Organisation, by.organisation_id)
    case = registration.case_of(session, organisation.id)
    said = {"organisation": [organisation.name], "seat": [places.whole(organisation.adcode or "")]}
    if case is not None:
        said |= {"uscc": [case.claimed_uscc], "contact": [case.contact]}
    return page(request, AGAIN, form=Form(OrganisationFields, said), case=case)


@router.post("/again")
def resubmit(
    request: Request,
    session: Writing,
    by: TurnedAway,
    now: Now,
    form: Annotated[Form[OrganisationFields], posted(OrganisationFields, files=True)],
) -> Response:
    """Hands the registration in again."""
    case = registration.case_of(session, by.organisation_id)
    if case is None:
        raise NotFound
    form.again(AGAIN, case=case)
    fields, handed = gathered(lambda: placed(form), lambda: letter_in(form))
    registration.resubmit(session, case, fields, letter=handed, by=by, now=now)
    return go(request, "/organisation?done=resubmitted")


@router.post("/four-eyes")
def four_eyes(
    request: Request, session: Writing, by: Admin, now: Now, form: Annotated[Form[FourEyes], posted(FourEyes)]
) -> Response:
    """Turns the second pair of eyes for approvers' own edits on or off."""
    members.set_four_eyes(session, form.fields.four_eyes == "yes", by=by, now=now)
    return go(request, "/organisation?done=four_eyes")


@router.post("/parks/{code}/give-up")
def give_up(
    request: Request, session: Writing, by: Admin, now: Now, code: str, form: Annotated[Form[Nothing], posted(Nothing)]
) -> Response:
    """Speaks for a park no more."""
    park = parks.park_by_code(session, code)
    parks.give_up(session, park, version=whole(form.typed("version")), by=by, now=now)
    exchanges.close_fallen_at(session, park, now=now)
    return go(request, "/organisation?done=given_up")


@router.post("/parks/{code}/offer")
def offer(
    request: Request,
    session: Writing,
    by: Admin,
    now: Now,
    code: str,
    form: Annotated[Form[OfferFields], posted(OfferFields)],
) -> Response:
    """Offers a park to another office, which is named by its code."""
    park = parks.park_by_code(session, code)
    form.again(INDEX, **{**_shown(session, by), "offering": code})
    parks.offer_park(session, park, form.fields.uscc, by=by, now=now)
    return go(request, "/organisation?done=offered")


@router.post("/handovers/{id}/{answer}")
def handover(request: Request, session: Writing, by: Admin, now: Now, id: str, answer: str) -> Response:
    """Accepts or declines a park, or takes one's own offer back."""
    answers = {"accept": HandoverStatus.ACCEPTED, "decline": HandoverStatus.DECLINED}
    answers["withdraw"] = HandoverStatus.WITHDRAWN
    if answer not in answers:
        raise NotFound
    park = parks.answer_handover(session, id, answers[answer], by=by, now=now)
    exchanges.close_fallen_at(session, park, now=now)
    return go(request, f"/organisation?done={answers[answer]}")


def _shown(session: Session, by: Viewer) -> dict[str, Any]:
    organisation = session.get_one(Organisation, by.organisation_id)
    case = registration.case_of(session, organisation.id)
    is_park = organisation.kind == OrganisationKind.PARK
    return {
        "organisation": organisation,
        "case": case,
        "letter": registration.letter_of(session, case) if case else None,
        "rulings": registration.rulings_of(session, organisation.id),
        "owned": parks.parks_of(session, by),
        "claims": parks.claims_of(session, organisation.id) if is_park else [],
        "handovers": parks.handovers_of(session, by) if is_park else [],
        "is_park": is_park,
        "admin": may_administer(by),
        "deletes": may_administer(by) and organisation.kind != OrganisationKind.PLATFORM,
        "may_mend": by.role == Role.ADMIN and organisation.standing == Standing.REJECTED,
        "waits": case is not None and case.status == CaseStatus.SUBMITTED,
        "approvers": members.reaching(session, organisation.id, Role.APPROVER),
        "role": labels.value("role", by.role),
        "offering": "",
    }
