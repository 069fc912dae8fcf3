"""How does an admin of the platform help somebody who can neither remember the password nor get mail?"""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import accounts
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.organisations import Viewer, may_rule
from web.dependencies import Now, TwoFactors, Writing, viewer
from web.forms import Form, posted
from web.rendering import page

router = APIRouter(prefix="/desk/codes", dependencies=[Depends(viewer)])
TEMPLATE = "desk/codes.html"
UNKNOWN = Fault("login", "Nobody you may help signs in by this name")


class HelpFields(BaseModel):
    """Whom to help, and with what."""

    login: str = Field(min_length=1, max_length=64)
    what: Literal["code", "second"] = "code"


def rules(by: TwoFactors) -> Viewer:
    """Who may hand out codes; to others the page does not exist."""
    if not may_rule(by):
        raise NotFound
    return by


Ruler = Annotated[Viewer, Depends(rules)]


@router.get("")
def show(request: Request, by: Ruler) -> Response:
    """The form."""
    return page(request, TEMPLATE, form=Form(HelpFields, {"what": ("code",)}), code="", helped="")


@router.post("")
def hand_out(
    request: Request, session: Writing, by: Ruler, now: Now, form: Annotated[Form[HelpFields], posted(HelpFields)]
) -> Response:
    """A code shown on this page and never again, or a second factor taken away. Raises Refusal."""
    form.again(TEMPLATE, code="", helped="")
    fields = form.fields
    code = _help(session, fields, by, now)
    empty = Form(HelpFields, {"what": ("code",)})
    return page(request, TEMPLATE, form=empty, code=code, helped=fields.login.strip().lower())


def _help(session: Session, fields: HelpFields, by: Viewer, now: datetime) -> str:
    user = accounts.named(session, fields.login)
    if user is None or not accounts.may_hand_out(by, user):
        raise Refusal(UNKNOWN)
    if fields.what == "code":
        return accounts.hand_out_code(session, user, by=by, now=now)
    accounts.take_second_away(session, user, by=by, now=now)
    return ""
