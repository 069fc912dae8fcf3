"""How does the platform's first admin come in?"""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from marketplace import accounts
from marketplace.errors import NotFound, Refusal
from marketplace.organisations import hash_of_new
from web import doors
from web.dependencies import Now, Reading, Writing, viewer
from web.forms import Form, posted
from web.proxies import house_of
from web.rendering import go, page

router = APIRouter(prefix="/first-admin", dependencies=[Depends(viewer)])
TRIES, WITHIN = 20, timedelta(hours=1)


class FirstFields(doors.NewPassword):
    """The token of the printed link, the operator of the platform, and who administers it."""

    token: str = Field(min_length=1, max_length=100)
    organisation: str = Field(min_length=1, max_length=120)
    login: str = Field(min_length=1, max_length=64)
    person: str = Field(min_length=1, max_length=64)


@router.get("")
def show(request: Request, session: Reading, now: Now, token: str = "") -> Response:
    """The form, for who holds a token that still opens it; to others there is nothing here."""
    try:
        accounts.open_first(session, token, now=now)
    except Refusal:
        raise NotFound from None
    return page(request, "first_admin.html", form=Form(FirstFields, {"token": (token,)}), **_rules(request))


@router.post("")
def enter(
    request: Request,
    known: Reading,
    session: Writing,
    now: Now,
    form: Annotated[Form[FirstFields], posted(FirstFields)],
) -> Response:
    """Makes the platform's organisation and its admin; the token is used up. Raises Refusal, Busy."""
    doors.spend(request, f"first from {house_of(request)}", limit=TRIES, per=WITHIN, now=now)
    form.again("first_admin.html", **_rules(request))
    fields = form.fields
    accounts.open_first(known, fields.token, now=now)
    names, rules = (fields.login, fields.person, fields.organisation), doors.settings_of(request).password_rules
    made = hash_of_new(fields.agreed(), names=names, rules=rules)
    accounts.found_platform(session, fields.token, fields.organisation, fields.login, fields.person, made, now=now)
    return go(request, "/sign-in?next=/account/second-factor")


def _rules(request: Request) -> dict[str, Any]:
    return {"rules": doors.settings_of(request).password_rules}
