"""How does a person show that a changed mail address is theirs?"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from marketplace import accounts
from marketplace.accounts import Purpose, onetime
from marketplace.errors import NotFound
from marketplace.organisations import User
from web import doors
from web.dependencies import Now, Reading, SignedIn, Writing, viewer
from web.forms import Form, posted
from web.proxies import house_of
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])
TEMPLATE = "account/address.html"


class TokenFields(BaseModel):
    """The token of a mailed link."""

    token: str = Field(min_length=1, max_length=100)


@router.get("/mail-address")
def opened(request: Request, token: str = "", done: bool = False) -> Response:
    """The page behind a mailed link. Looking uses nothing up: mail programs look at links before people do."""
    return page(request, TEMPLATE, form=Form(TokenFields, {"token": (token,)}), done=done)


@router.post("/mail-address")
def confirm(
    request: Request,
    known: Reading,
    session: Writing,
    now: Now,
    form: Annotated[Form[TokenFields], posted(TokenFields)],
) -> Response:
    """The address is the person's own from now on; in whatever browser the letter was opened. Raises Refusal, Busy."""
    form.again(TEMPLATE, done=False)
    with doors.counted(request, f"address {house_of(request)}", now=now):
        onetime.holder(known, Purpose.MAIL, form.fields.token, now=now)
    accounts.confirm_address(session, form.fields.token, now=now)
    return go(request, "/mail-address?done=true")


@router.post("/account/data/letter")
def again(request: Request, session: Writing, seen: SignedIn, now: Now) -> Response:
    """The letter once more. Raises NotFound where nothing waits, Busy."""
    if accounts.is_confirmed(session, seen.user_id) or not doors.settings_of(request).has_mail:
        raise NotFound
    doors.spend(request, f"letter of {seen.user_id}", limit=3, per=doors.WITHIN, now=now)
    accounts.post_confirmation(session, session.get_one(User, seen.user_id), now=now)
    return go(request, "/account/data?done=letter")
