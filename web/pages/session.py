"""How does a reader sign in and out, and choose language and colours?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import accounts, demo, organisations, parks
from marketplace.accounts import Purpose, onetime
from marketplace.organisations import OrganisationKind
from web import doors
from web.dependencies import MaybeViewer, Now, Reading, Writing, viewer
from web.forms import Form, posted
from web.i18n import Language, gettext
from web.rendering import go, page
from web.security import THEMES, safe_path

router = APIRouter(dependencies=[Depends(viewer)])
YEAR_SECONDS = 365 * 24 * 3600


class SignInFields(BaseModel):
    """What is asked at the door."""

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)
    next: str = "/"


class SecondFields(BaseModel):
    """What is asked after the password."""

    code: str = Field(min_length=1, max_length=64)
    next: str = "/"


class Choice(BaseModel):
    """A language or colours, and the page to return to."""

    lang: str = ""
    theme: str = ""
    next: str = "/"


@router.get("/sign-in")
def door(request: Request, session: Reading, seen: MaybeViewer, next: str = "/", done: str = "") -> Response:
    """The sign-in page; who is signed in already is sent on."""
    if seen:
        return go(request, safe_path(next))
    form = Form(SignInFields, {"next": (safe_path(next),)})
    notice = gettext("The new password holds. Sign in with it.") if done == "reset" else None
    has_mail = doors.settings_of(request).has_mail
    return page(
        request, "sign_in.html", notice=notice, form=form, accounts=_accounts(request, session), has_mail=has_mail
    )


@router.post("/sign-in")
def enter(
    request: Request,
    known: Reading,
    session: Writing,
    now: Now,
    form: Annotated[Form[SignInFields], posted(SignInFields)],
) -> Response:
    """The password; who has a second factor is asked for it before there is a session. Raises Refusal, Busy."""
    form.again("sign_in.html", accounts=_accounts(request, known), has_mail=doors.settings_of(request).has_mail)
    fields = form.fields
    with doors.counted(request, fields.login, now=now):
        user_id = organisations.recognised(known, fields.login, fields.password)
    back = safe_path(fields.next)
    path = _first_page(known, user_id) if back == "/" else back
    if accounts.outdated(known, user_id):
        accounts.hash_anew(session, user_id, fields.password)
    if accounts.second.has_second(known, user_id):
        return _ask_for_second(request, session, user_id, path, now)
    accounts.came_in(session, user_id, now=now, two_factors=False)
    return doors.let_in(request, session, user_id, path, now=now, two_factors=False)


@router.get("/sign-in/second")
def second(request: Request, next: str = "/") -> Response:
    """The page that asks for the second factor; who did not give a password is sent to the door."""
    if not request.cookies.get(doors.settings_of(request).pending_cookie):
        return go(request, f"/sign-in?{urlencode({'next': safe_path(next)})}")
    return page(request, "sign_in_second.html", form=Form(SecondFields, {"next": (safe_path(next),)}))


@router.post("/sign-in/second")
def enter_second(
    request: Request,
    known: Reading,
    session: Writing,
    now: Now,
    form: Annotated[Form[SecondFields], posted(SecondFields)],
) -> Response:
    """The second factor, used up by this; then a session. Raises Refusal, Busy."""
    form.again("sign_in_second.html")
    name, fields = doors.settings_of(request).pending_cookie, form.fields
    token = request.cookies.get(name, "")
    user_id = onetime.holder(known, Purpose.SECOND, token, now=now)
    assert user_id is not None, "a password was somebody's"
    doors.write(request, lambda own: accounts.second.count_try(own, user_id, now=now))
    with doors.noted(request, session, user_id, now=now):
        accounts.second.take(session, user_id, fields.code, key=doors.key_of(request), now=now)
    onetime.use(session, Purpose.SECOND, token, now=now)
    accounts.came_in(session, user_id, now=now, two_factors=True)
    answer = doors.let_in(request, session, user_id, safe_path(fields.next), now=now, two_factors=True)
    doors.keep(request, answer, name, "", 0, http_only=True)
    return answer


@router.post("/sign-out")
def leave(request: Request, session: Writing, now: Now) -> Response:
    """Ends this browser's session on the server and forgets its cookie."""
    name, user = doors.settings_of(request).session_cookie, getattr(request.state, "user", None)
    if token := request.cookies.get(name):
        organisations.sign_out(session, token)
    if user:
        accounts.went_out(session, user, now=now)
    answer = go(request, "/")
    doors.keep(request, answer, name, "", 0, http_only=True)
    return answer


@router.post("/language")
def speak(request: Request, form: Annotated[Form[Choice], posted(Choice)]) -> Response:
    """Remembers the language and returns to the page."""
    answer = go(request, safe_path(form.fields.next))
    if form.fields.lang in set(Language):
        doors.keep(request, answer, "lang", form.fields.lang, YEAR_SECONDS)
    return answer


@router.post("/theme")
def colour(request: Request, form: Annotated[Form[Choice], posted(Choice)]) -> Response:
    """Remembers light or dark; anything else follows the system again."""
    answer = go(request, safe_path(form.fields.next))
    chosen = form.fields.theme if form.fields.theme in THEMES else ""
    doors.keep(request, answer, "theme", chosen, YEAR_SECONDS if chosen else 0)
    return answer


def _ask_for_second(request: Request, session: Session, user_id: int, path: str, now: datetime) -> Response:
    """Five minutes for the second factor; the browser holds a token that opens nothing else."""
    token = onetime.issue(session, Purpose.SECOND, user_id, now=now)
    answer = go(request, f"/sign-in/second?{urlencode({'next': path})}")
    seconds = int(onetime.LASTS[Purpose.SECOND].total_seconds())
    doors.keep(request, answer, doors.settings_of(request).pending_cookie, token, seconds, http_only=True)
    return answer


def _first_page(session: Session, user_id: int) -> str:
    """Where somebody begins who came from nowhere: an enterprise at its needs, the office of one park at its sheet."""
    organisation = organisations.organisation_of(session, user_id)
    if organisation.kind == OrganisationKind.ENTERPRISE:
        return "/needs"
    codes = parks.codes_of(session, organisation.id)
    return f"/parks/{codes[0]}/sheet" if len(codes) == 1 else "/"


def _accounts(request: Request, session: Session) -> Sequence[Mapping[str, str]]:
    """In the demonstration, and only there, its invented accounts with their password."""
    return demo.accounts(session) if request.app.state.settings.demo else ()
