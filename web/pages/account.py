"""Who am I here, how do I change my password, and where am I signed in?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from marketplace import accounts, organisations
from marketplace.errors import NotFound
from marketplace.organisations import User, Viewer, end_browser, end_sign_ins, is_due
from web import doors
from web.dependencies import AtTheDoor, Now, Reading, SignedIn, Writing, viewer
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import go, page
from web.security import safe_path

router = APIRouter(prefix="/account", dependencies=[Depends(viewer)])
DONE = {
    "password": N_("The new password holds. Everywhere else you are signed out."),
    "second": N_("The second factor is removed."),
    "ended": N_("Signed out there."),
}


class PasswordFields(doors.NewPassword):
    """The old password and, twice, the new one."""

    old: str = Field(min_length=1, max_length=200)
    next: str = "/account"


@router.get("")
def show(request: Request, session: Reading, by: SignedIn, done: str = "") -> Response:
    """Who is signed in, for whom, in which role; the ways to what belongs to the account."""
    user = session.get_one(User, by.user_id)
    has_second = accounts.second.has_second(session, by.user_id)
    return page(request, "account/show.html", notice=_notice(done), person=user, by=by, has_second=has_second)


@router.get("/password")
def old_password(request: Request, by: AtTheDoor, now: Now, next: str = "/account") -> Response:
    """The form for another password."""
    form = Form(PasswordFields, {"next": (safe_path(next),)})
    return page(request, "account/password.html", form=form, **_asked(request, by, now))


@router.post("/password")
def new_password(
    request: Request,
    known: Reading,
    session: Writing,
    by: AtTheDoor,
    now: Now,
    form: Annotated[Form[PasswordFields], posted(PasswordFields)],
) -> Response:
    """Another password for who knows the present one; all other browsers are signed out. Raises Refusal, Busy."""
    form.again("account/password.html", **_asked(request, by, now))
    fields = form.fields
    new, rules = fields.agreed(), doors.settings_of(request).password_rules
    with doors.counted(request, by.login, now=now):
        accounts.prove(known, by, fields.old)
    made = accounts.renewed(known, by.user_id, new, old=fields.old, rules=rules)
    accounts.set_password(session, by.user_id, made, how="old", now=now)
    back = safe_path(fields.next)
    path = "/account?done=password" if back == "/account" else back
    return doors.let_in(request, session, by.user_id, path, now=now, two_factors=by.two_factors)


@router.get("/sessions")
def browsers(request: Request, session: Reading, by: SignedIn, now: Now, done: str = "") -> Response:
    """Where I am signed in."""
    rows = organisations.browsers_of(session, by.user_id, _token(request), now=now)
    return page(request, "account/sessions.html", notice=_notice(done), rows=rows)


@router.post("/sessions/end-others")
def end_others(request: Request, session: Writing, by: SignedIn) -> Response:
    """Signs out everywhere but here."""
    end_sign_ins(session, by.user_id, but=_token(request))
    return go(request, "/account/sessions?done=ended")


@router.post("/sessions/{id}/end")
def end(request: Request, session: Writing, by: SignedIn, id: str) -> Response:
    """Signs out one browser of mine; another person's is the same 404 as none."""
    if not end_browser(session, by.user_id, id):
        raise NotFound
    return go(request, "/account/sessions?done=ended")


def _asked(request: Request, by: Viewer, now: Now) -> dict[str, Any]:
    rules = doors.settings_of(request).password_rules
    return {"rules": rules, "is_due": is_due(by.password_set_at, rules, now=now)}


def _token(request: Request) -> str:
    return request.cookies.get(doors.settings_of(request).session_cookie, "")


def _notice(done: str) -> str | None:
    return gettext(DONE[done]) if done in DONE else None
