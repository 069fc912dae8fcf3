"""How does an organisation register, and how does somebody take up an invitation?"""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import consents, members, registration
from marketplace.consents import ConsentKind
from marketplace.members import PersonFields
from marketplace.organisations import OrganisationKind
from marketplace.registration import KINDS, OrganisationFields
from web import doors, labels, personal_words
from web.dependencies import MaybeViewer, Now, Reading, Writing, viewer
from web.forms import Form, posted
from web.joining import RegisterFields, agreed, gathered, hashed, let_in, letter_in, placed
from web.proxies import house_of
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])
FORM, INVITED = "register.html", "invitation.html"
PER_HOUR = 20  # registrations and invitations taken up from one address


@router.get("/register")
def new(request: Request, seen: MaybeViewer, kind: str = "") -> Response:
    """The form for an organisation and its first person."""
    if seen:
        return go(request, "/organisation")
    form = Form(RegisterFields, {"kind": [kind]} if kind in KINDS else {})
    return page(request, FORM, form=form, **_around())


@router.post("/register")
def register(
    request: Request,
    session: Writing,
    now: Now,
    form: Annotated[Form[RegisterFields], posted(RegisterFields, files=True)],
) -> Response:
    """Enters a pending organisation with one admin, and signs them in."""
    form.again(FORM, **_around())
    fields, letter, _, secret = gathered(
        lambda: placed(form), lambda: letter_in(form), lambda: agreed(form), lambda: hashed(request, form)
    )
    _spend(request, now)
    kind = OrganisationKind(fields.kind) if fields.kind in KINDS else OrganisationKind.PLATFORM
    said = OrganisationFields.model_validate(fields.model_dump(include=set(OrganisationFields.model_fields)))
    person = PersonFields.model_validate(fields.model_dump(include=set(PersonFields.model_fields)))
    user = registration.register(session, kind, said, person, secret, letter=letter, now=now)
    consents.agree(session, user, ConsentKind.PRIVACY, now=now)
    return let_in(request, session, user, "/organisation?done=registered", now=now)


@router.get("/invitation")
def invited(request: Request, session: Reading, now: Now, token: str = "") -> Response:
    """What an invitation opens: a place in an organisation, in a role."""
    row, _ = members.invitation_by(session, token[:80], now=now)
    form = Form(PersonFields, {"email": [row.email or ""]})
    return page(request, INVITED, form=form, **_invited(session, token, now))


@router.post("/invitation")
def accept(
    request: Request,
    session: Writing,
    known: Reading,
    now: Now,
    form: Annotated[Form[PersonFields], posted(PersonFields)],
) -> Response:
    """Takes the place up, once."""
    token = form.typed("token")[:80]
    form.again(INVITED, **_invited(known, token, now))
    fields, _, secret = gathered(lambda: form.fields, lambda: agreed(form), lambda: hashed(request, form))
    _spend(request, now)
    user = members.accept(session, token, fields, secret, now=now)
    consents.agree(session, user, ConsentKind.PRIVACY, now=now)
    return let_in(request, session, user, "/organisation?done=joined", now=now)


def _invited(session: Session, token: str, now: Any) -> dict[str, Any]:
    row, organisation = members.invitation_by(session, token, now=now)
    return {"token": token, "role": row.role, "organisation": organisation, "until": row.expires_at, **_consent()}


def _around() -> dict[str, Any]:
    return {"kinds": [(kind.value, labels.value("organisation_kind", kind)) for kind in KINDS], **_consent()}


def _consent() -> dict[str, Any]:
    return {"wording": personal_words.wording(ConsentKind.PRIVACY)}


def _spend(request: Request, now: Any) -> None:
    """Counted in a transaction of its own, so that a refused try counts too. Raises Busy."""
    doors.spend(request, f"register {house_of(request)}", limit=PER_HOUR, per=timedelta(hours=1), now=now)
