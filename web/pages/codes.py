"""How does an admin help somebody who can neither remember the password nor get mail?"""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import accounts
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.organisations import Viewer, may_administer, may_rule
from web import doors
from web.dependencies import Now, Reading, SignedIn, TwoFactors, Writing, viewer
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import go, page

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
Answer = Literal["agree", "turn-down"]
DONE = {
    "waits": N_(
        "Another admin has to agree before the second factor is taken away. They find it on this page; after 24 hours "
        "it is void."
    ),
    "agree": N_("The second factor is taken away, and every browser of theirs is signed out."),
    "turn-down": N_("The second factor stays."),
}
HelpForm = Annotated[Form[HelpFields], posted(HelpFields)]


@router.get(DESK)
def desk(request: Request, session: Reading, by: Ruler, now: Now, done: str = "") -> Response:
    """The form of the platform's admins, and what waits for a second one."""
    return _page(request, session, by, DESK, now, done=done)


@router.post(DESK)
def desk_helps(request: Request, known: Reading, session: Writing, by: Ruler, now: Now, form: HelpForm) -> Response:
    """A code shown on this page and never again, or a second factor taken away. Raises Refusal."""
    return _helped(request, known, session, by, form, DESK, now)


@router.post(DESK + "/{id}/{answer}")
def desk_answers(request: Request, session: Writing, by: Ruler, now: Now, id: str, answer: Answer) -> Response:
    """Another admin agrees to what one asked for, or does not. Raises NotFound."""
    return _answered(request, session, by, id, answer, DESK, now)


@router.get(OWN)
def own(request: Request, session: Reading, by: OwnAdmin, now: Now, done: str = "") -> Response:
    """The form of an organisation's admins, for their own people."""
    return _page(request, session, by, OWN, now, done=done)


@router.post(OWN)
def own_helps(request: Request, known: Reading, session: Writing, by: OwnAdmin, now: Now, form: HelpForm) -> Response:
    """The same for one's own people. Raises Refusal."""
    return _helped(request, known, session, by, form, OWN, now)


@router.post(OWN + "/{id}/{answer}")
def own_answers(request: Request, session: Writing, by: OwnAdmin, now: Now, id: str, answer: Answer) -> Response:
    """The same among an organisation's own admins. Raises NotFound."""
    return _answered(request, session, by, id, answer, OWN, now)


def _page(request: Request, session: Session, by: Viewer, here: str, now: datetime, *, done: str = "") -> Response:
    form = Form(HelpFields, {"what": ("code",)})
    notice: dict[str, Any] = {"notice": gettext(DONE[done])} if done in DONE else {}
    return page(request, TEMPLATE, form=form, **_around(session, by, here, now), **notice)


def _around(session: Session, by: Viewer, here: str, now: datetime) -> dict[str, Any]:
    return {"action": here, "code": "", "helped": "", "requests": accounts.requests_for(session, by, now=now)}


def _helped(
    request: Request, known: Session, session: Session, by: Viewer, form: Form[HelpFields], here: str, now: datetime
) -> Response:
    around = _around(known, by, here, now)
    form.again(TEMPLATE, **around)
    fields = form.fields
    user = accounts.named(session, fields.login)
    if user is None or not accounts.may_hand_out(by, user):
        raise Refusal(UNKNOWN)
    form = Form(HelpFields, {"what": ("code",)})
    told: dict[str, Any] = {"helped": user.login}
    if fields.what == "code":
        told["code"] = accounts.hand_out_code(session, user, by=by, now=now)
    elif accounts.take_second_away(session, user, by=by, now=now):
        doors.end_programs(session, user, now=now)
    else:
        return go(request, f"{here}?done=waits")
    return page(request, TEMPLATE, form=form, **{**around, **told})


def _answered(
    request: Request, session: Session, by: Viewer, id: str, answer: Answer, here: str, now: datetime
) -> Response:
    if answer == "agree":
        doors.end_programs(session, accounts.agree(session, id, by=by, now=now), now=now)
    else:
        accounts.turn_down(session, id, by=by, now=now)
    return go(request, f"{here}?done={answer}")
