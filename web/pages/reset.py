"""What does somebody do who forgot the password: a mailed link where there is mail, else a code from an admin?"""

from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import accounts
from marketplace.accounts import Purpose, onetime
from marketplace.organisations import User
from web import doors
from web.dependencies import Now, Reading, Writing, viewer
from web.forms import Form, posted
from web.i18n import gettext
from web.proxies import house_of
from web.rendering import go, page

router = APIRouter(prefix="/reset", dependencies=[Depends(viewer)])
PER_NAME, PER_ADDRESS, WITHIN = 3, 20, timedelta(hours=1)


class LoginFields(BaseModel):
    """Whose password is forgotten."""

    login: str = Field(min_length=1, max_length=64)


class LinkFields(doors.NewPassword):
    """The token of a mailed link and, twice, a new password."""

    token: str = Field(min_length=1, max_length=100)


class CodeFields(doors.NewPassword):
    """A sign-in name, the code for it and, twice, a new password."""

    login: str = Field(min_length=1, max_length=64)
    code: str = Field(min_length=1, max_length=64)


@router.get("")
def ask(request: Request, sent: bool = False) -> Response:
    """The ways to a new password; after asking for a letter, what happens next, whoever was named."""
    has_mail = doors.settings_of(request).has_mail
    return page(request, "reset/ask.html", form=Form(LoginFields), has_mail=has_mail, sent=sent)


@router.post("")
def send(
    request: Request, session: Writing, now: Now, form: Annotated[Form[LoginFields], posted(LoginFields)]
) -> Response:
    """Posts a letter with a link; the answer and the work are the same whoever was named. Raises Refusal, Busy."""
    has_mail = doors.settings_of(request).has_mail
    form.again("reset/ask.html", has_mail=has_mail, sent=False)
    login = form.fields.login.strip().lower()
    for key, limit in ((f"reset of {login}", PER_NAME), (f"reset from {house_of(request)}", PER_ADDRESS)):
        doors.spend(request, key, limit=limit, per=WITHIN, now=now)
    if not has_mail:
        return go(request, "/reset/code")
    accounts.ask_for_link(session, login, gettext("Parkbridge: a new password"), _letter(), now=now)
    return go(request, f"/reset?{urlencode({'sent': 'true'})}")


@router.get("/link")
def opened(request: Request, token: str = "") -> Response:
    """The form behind a mailed link. Looking uses nothing up: mail programs look at links before people do."""
    return page(request, "reset/link.html", form=Form(LinkFields, {"token": (token,)}), **_rules(request))


@router.post("/link")
def by_link(
    request: Request,
    known: Reading,
    session: Writing,
    now: Now,
    form: Annotated[Form[LinkFields], posted(LinkFields)],
) -> Response:
    """A new password by a link, which is used up. Raises Refusal, Busy."""
    form.again("reset/link.html", **_rules(request))
    fields = form.fields
    with doors.counted(request, f"link {house_of(request)}", now=now):
        user_id = onetime.holder(known, Purpose.LINK, fields.token, now=now)
    assert user_id is not None, "a link is always for somebody"
    rules = doors.settings_of(request).password_rules
    made = accounts.renewed(known, user_id, fields.agreed(), rules=rules)
    user = accounts.by_link(session, fields.token, made, now=now)
    return _begin_anew(request, session, user, now)


@router.get("/code")
def typed(request: Request) -> Response:
    """The form for who was given a code."""
    return page(request, "reset/code.html", form=Form(CodeFields), **_rules(request))


@router.post("/code")
def by_code(
    request: Request,
    known: Reading,
    session: Writing,
    now: Now,
    form: Annotated[Form[CodeFields], posted(CodeFields)],
) -> Response:
    """A new password by a code, which is used up. Raises Refusal, Busy."""
    form.again("reset/code.html", **_rules(request))
    fields = form.fields
    new, rules = fields.agreed(), doors.settings_of(request).password_rules
    with doors.counted(request, f"code of {fields.login}", now=now):
        user_id = accounts.code_holder(known, fields.login, fields.code, now=now)
    made = accounts.renewed(known, user_id, new, rules=rules)
    user = accounts.by_code(session, user_id, fields.code, made, now=now)
    return _begin_anew(request, session, user, now)


def _begin_anew(request: Request, session: Session, user: User, now: datetime) -> Response:
    """Failures are forgotten and programs end with the browsers; the second factor, if any, is still asked for."""
    accounts.forgive(session, user.login)
    doors.end_programs(session, user, now=now)
    return go(request, "/sign-in?done=reset")


def _rules(request: Request) -> dict[str, Any]:
    return {"rules": doors.settings_of(request).password_rules}


def _letter() -> str:
    return gettext(
        "Somebody, probably you, asked for a new password at Parkbridge.\n\n"
        "Open this link within 30 minutes and choose one:\n{link}\n\n"
        "The link works once. If it was not you, do nothing: your password stays as it is."
    )
