"""What must stand in the form of somebody who comes in, and how are they let in?"""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import organisations, registration, taxonomy
from marketplace.errors import Fault, Refusal
from marketplace.members import PersonFields
from marketplace.organisations import User
from marketplace.registration import OrganisationFields
from marketplace.uploads import Upload
from web.choices import unclear
from web.forms import Form
from web.i18n import N_
from web.rendering import go

SESSION_SECONDS = 12 * 3600


class RegisterFields(OrganisationFields, PersonFields):
    """An organisation and its first person on one form."""

    kind: str = Field(max_length=24)


def gathered(*acts: Callable[[], Any]) -> list[Any]:
    """What each gives; every fault of all of them at once. Raises Refusal."""
    given, faults = [], list[Fault]()
    for act in acts:
        try:
            given.append(act())
        except Refusal as refusal:
            faults += refusal.faults
    if faults:
        raise Refusal(faults)
    return given


def placed(form: Form[Any]) -> Any:
    """The fields, with the seat's name read as its code. Raises Refusal."""
    words = form.typed("seat").strip()
    if not words or words.isdigit():
        return form.fields
    found, sure = taxonomy.places_like(words)
    if not sure:
        faults = [unclear("seat", words, found)]
        try:
            _ = Form(form.model, {**form.values, "seat": ["110000"]}).fields
        except Refusal as refusal:
            faults += refusal.faults
        raise Refusal(faults)
    return Form(form.model, {**form.values, "seat": [found[0].adcode]}).fields


def letter_in(form: Form[Any]) -> Upload | None:
    """The letter of authority, where one was chosen. Raises Refusal."""
    return registration.readable_letter(form.upload("letter")) if "letter" in form.files else None


def agreed(form: Form[Any]) -> None:
    """Raises Refusal without the tick beside the text on personal data."""
    if not form.typed("consent"):
        raise Refusal(Fault("consent", N_("Without this consent there can be no account")))


def hashed(request: Request, form: Form[Any]) -> str:
    """What is kept of the password; its spaces count, so it is no field of a model. Raises Refusal, Busy."""
    names = [form.typed(name) for name in ("login", "person", "organisation") if form.typed(name)]
    rules = request.app.state.settings.password_rules
    return organisations.hash_of_new(form.typed("password"), names=names, rules=rules)


def let_in(request: Request, session: Session, user: User, path: str, *, now: Any) -> Response:
    """Signs somebody in who has just come, with a new session id, and sends them on."""
    settings = request.app.state.settings
    if old := request.cookies.get(settings.session_cookie):
        organisations.sign_out(session, old)
    browser = request.headers.get("user-agent", "")[:80]
    token = organisations.sign_in(session, user.id, now=now, browser=browser)
    answer = go(request, path)
    answer.set_cookie(
        settings.session_cookie,
        token,
        max_age=SESSION_SECONDS,
        path="/",
        secure=settings.tls,
        httponly=True,
        samesite="lax",
    )
    return answer
