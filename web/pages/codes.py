"""How does an admin help somebody who can neither remember the password nor get mail?"""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import accounts, tokens
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.organisations import Viewer, may_administer, may_rule
from web.dependencies import Now, SignedIn, TwoFactors, Writing, viewer
from web.forms import Form, posted
from web.rendering import page

router = APIRouter(dependencies=[Depends(viewer)])
TEMPLATE = "desk/codes.html"
DESK, OWN = "/desk/codes", "/organisation/codes"
UNKNOWN = Fault("login", "Nobody you may help signs in by this name")


class HelpFields(BaseModel):
    """Whom to help, and with what."""

    login: str = Field(min_length=1, max_length=64)
    what: Literal["code", "second"] = "code"


def ruler(by: TwoFactors) -> Viewer:
    """Who may hand out codes to everybody; to others the page does not exist."""
    if not may_rule(by):
        raise NotFound
    return by


def own_admin(by: SignedIn) -> Viewer:
    """Who lets the people of an organisation in and out, and helps them."""
    if not may_administer(by):
        raise NotFound
    return by


Ruler = Annotated[Viewer, Depends(ruler)]
OwnAdmin = Annotated[Viewer, Depends(own_admin)]
HelpForm = Annotated[Form[HelpFields], posted(HelpFields)]


@router.get(DESK)
def desk(request: Request, by: Ruler) -> Response:
    """The form of the platform's admins."""
    return _page(request, DESK)


@router.post(DESK)
def desk_helps(request: Request, session: Writing, by: Ruler, now: Now, form: HelpForm) -> Response:
    """A code shown on this page and never again, or a second factor taken away. Raises Refusal."""
    return _helped(request, session, by, form, DESK, now)


@router.get(OWN)
def own(request: Request, by: OwnAdmin) -> Response:
    """The form of an organisation's admins, for their own people."""
    return _page(request, OWN)


@router.post(OWN)
def own_helps(request: Request, session: Writing, by: OwnAdmin, now: Now, form: HelpForm) -> Response:
    """The same for one's own people. Raises Refusal."""
    return _helped(request, session, by, form, OWN, now)


def _page(request: Request, here: str, code: str = "", helped: str = "") -> Response:
    form = Form(HelpFields, {"what": ("code",)})
    return page(request, TEMPLATE, form=form, code=code, helped=helped, action=here)


def _helped(
    request: Request, session: Session, by: Viewer, form: Form[HelpFields], here: str, now: datetime
) -> Response:
    form.again(TEMPLATE, code="", helped="", action=here)
    fields = form.fields
    code = _help(session, fields, by, now)
    return _page(request, here, code, fields.login.strip().lower())


def _help(session: Session, fields: HelpFields, by: Viewer, now: datetime) -> str:
    user = accounts.named(session, fields.login)
    if user is None or not accounts.may_hand_out(by, user):
        raise Refusal(UNKNOWN)
    if fields.what == "code":
        return accounts.hand_out_code(session, user, by=by, now=now)
    accounts.take_second_away(session, user, by=by, now=now)
    tokens.end_all(session, user, now=now)
    return ""
