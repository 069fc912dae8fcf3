"""How does a reader sign in and out, and choose language and colours?"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import demo, organisations, parks
from marketplace.organisations import OrganisationKind
from web.dependencies import MaybeViewer, Now, Reading, Writing, viewer
from web.forms import Form, posted
from web.i18n import Language
from web.rendering import go, page
from web.security import THEMES, safe_path

router = APIRouter(dependencies=[Depends(viewer)])
YEAR_SECONDS = 365 * 24 * 3600
SESSION_SECONDS = 12 * 3600


class SignInFields(BaseModel):
    """What is asked at the door."""

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)
    next: str = "/"


class Choice(BaseModel):
    """A language or colours, and the page to return to."""

    lang: str = ""
    theme: str = ""
    next: str = "/"


@router.get("/sign-in")
def door(request: Request, session: Reading, seen: MaybeViewer, next: str = "/") -> Response:
    """The sign-in page; who is signed in already is sent on."""
    if seen:
        return go(request, safe_path(next))
    form = Form(SignInFields, {"next": (safe_path(next),)})
    return page(request, "sign_in.html", form=form, accounts=_accounts(request, session))


@router.post("/sign-in")
def enter(
    request: Request,
    known: Reading,
    session: Writing,
    now: Now,
    form: Annotated[Form[SignInFields], posted(SignInFields)],
) -> Response:
    """A new session id at every sign-in, in a cookie that scripts cannot read."""
    form.again("sign_in.html", accounts=_accounts(request, known))
    fields = form.fields
    user_id = organisations.recognised(known, fields.login, fields.password)
    if old := request.cookies.get(request.app.state.settings.session_cookie):
        organisations.sign_out(session, old)
    token = organisations.sign_in(session, user_id, now=now)
    back = safe_path(fields.next)
    answer = go(request, _first_page(known, user_id) if back == "/" else back)
    _keep(request, answer, request.app.state.settings.session_cookie, token, SESSION_SECONDS, http_only=True)
    return answer


@router.post("/sign-out")
def leave(request: Request, session: Writing) -> Response:
    """Ends this browser's session on the server and forgets its cookie."""
    name = request.app.state.settings.session_cookie
    if token := request.cookies.get(name):
        organisations.sign_out(session, token)
    answer = go(request, "/")
    _keep(request, answer, name, "", 0, http_only=True)
    return answer


@router.post("/language")
def speak(request: Request, form: Annotated[Form[Choice], posted(Choice)]) -> Response:
    """Remembers the language and returns to the page."""
    answer = go(request, safe_path(form.fields.next))
    if form.fields.lang in set(Language):
        _keep(request, answer, "lang", form.fields.lang, YEAR_SECONDS)
    return answer


@router.post("/theme")
def colour(request: Request, form: Annotated[Form[Choice], posted(Choice)]) -> Response:
    """Remembers light or dark; anything else follows the system again."""
    answer = go(request, safe_path(form.fields.next))
    chosen = form.fields.theme if form.fields.theme in THEMES else ""
    _keep(request, answer, "theme", chosen, YEAR_SECONDS if chosen else 0)
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


def _keep(request: Request, answer: Response, name: str, value: str, seconds: int, *, http_only: bool = False) -> None:
    tls = request.app.state.settings.tls
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=tls, httponly=http_only, samesite="lax")
