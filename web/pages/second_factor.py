"""How does a person set up a second factor, and take it away again?"""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

import segno
from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import accounts, organisations
from marketplace.accounts import SecondFactor, second
from marketplace.organisations import User, Viewer, end_sign_ins
from web import doors
from web.dependencies import AtTheDoor, Now, Reading, Writing, viewer
from web.forms import Form, posted
from web.rendering import go, page
from web.security import safe_path

router = APIRouter(prefix="/account/second-factor", dependencies=[Depends(viewer)])
TEMPLATE = "account/second_factor.html"


class CodeFields(BaseModel):
    """A code of the authenticator, or where one is there already a recovery code."""

    code: str = Field(min_length=1, max_length=64)
    next: str = "/account"


class Beginning(BaseModel):
    """The password once more, as a stolen session alone must not lock its person out; the page to return to."""

    old: str = Field(min_length=1, max_length=200)
    next: str = "/account"


@router.get("")
def show(request: Request, session: Reading, by: AtTheDoor, now: Now, next: str = "/account") -> Response:
    """None, one that waits for its first code, or one that is there."""
    form = Form(CodeFields, {"next": (safe_path(next),)})
    return page(request, TEMPLATE, form=form, codes=(), **_around(request, session, by, now))


@router.post("/begin")
def begin(
    request: Request,
    known: Reading,
    session: Writing,
    by: AtTheDoor,
    now: Now,
    form: Annotated[Form[Beginning], posted(Beginning)],
) -> Response:
    """Draws a secret for an authenticator, for who knows the password. Raises Refusal, Busy, Conflict."""
    form.again(TEMPLATE, codes=(), **_around(request, known, by, now))
    fields = form.fields
    with doors.counted(request, by.login, now=now):
        accounts.prove(known, by, fields.old)
    second.propose(session, by, key=doors.key_of(request), now=now)
    return go(request, f"/account/second-factor?{urlencode({'next': safe_path(fields.next)})}")


@router.post("")
def confirm(
    request: Request,
    known: Reading,
    session: Writing,
    by: AtTheDoor,
    now: Now,
    form: Annotated[Form[CodeFields], posted(CodeFields)],
) -> Response:
    """The first code: this browser goes on with two factors, the others are signed out. Raises Refusal, Busy."""
    form.again(TEMPLATE, codes=(), **_around(request, known, by, now))
    fields = form.fields
    doors.write(request, lambda own: second.count_try(own, by.user_id, now=now))
    codes = second.confirm(session, by, fields.code, key=doors.key_of(request), now=now)
    cookie = doors.settings_of(request).session_cookie
    token = organisations.rename_token(session, request.cookies[cookie], two_factors=True)
    end_sign_ins(session, by.user_id, but=token)
    answer = page(request, TEMPLATE, form=form, codes=codes, **_around(request, session, by, now))
    doors.keep(request, answer, cookie, token, doors.SESSION_SECONDS, http_only=True)
    return answer


@router.post("/codes")
def new_codes(
    request: Request,
    known: Reading,
    session: Writing,
    by: AtTheDoor,
    now: Now,
    form: Annotated[Form[CodeFields], posted(CodeFields)],
) -> Response:
    """Other recovery codes, for who shows the factor once more. Raises Refusal, Busy."""
    _prove(request, known, session, by, form, now)
    codes = second.new_codes(session, by, now=now)
    return page(request, TEMPLATE, form=form, codes=codes, **_around(request, session, by, now))


@router.post("/remove")
def remove(
    request: Request,
    known: Reading,
    session: Writing,
    by: AtTheDoor,
    now: Now,
    form: Annotated[Form[CodeFields], posted(CodeFields)],
) -> Response:
    """Takes the factor away, for who shows it once more; other browsers and tokens end. Raises Refusal, Busy."""
    _prove(request, known, session, by, form, now)
    second.remove(session, by.user_id, by=by, now=now)
    doors.end_programs(session, session.get_one(User, by.user_id), now=now)
    end_sign_ins(session, by.user_id)
    return doors.let_in(request, session, by.user_id, "/account?done=second", now=now, two_factors=False)


def _prove(
    request: Request, known: Session, session: Session, by: Viewer, form: Form[CodeFields], now: datetime
) -> None:
    form.again(TEMPLATE, codes=(), **_around(request, known, by, now))
    code = form.fields.code
    doors.write(request, lambda own: second.count_try(own, by.user_id, now=now))
    with doors.noted(request, session, by.user_id, now=now):
        second.take(session, by.user_id, code, key=doors.key_of(request), now=now)


def _around(request: Request, session: Session, by: Viewer, now: datetime) -> dict[str, Any]:
    secret = second.proposed(session, by, key=doors.key_of(request), now=now)
    row = session.get(SecondFactor, by.user_id)
    return {
        "held": getattr(request.state, "held", None) is not None and not by.two_factors,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)) if secret else "",
        "picture": _picture(second.address_of(secret, by)) if secret else "",
        "since": row.confirmed_at if row else None,
        "left": second.left_codes(session, by.user_id),
    }


def _picture(address: str) -> Markup:
    """Drawn by attributes alone, black on white in both themes: cameras want the contrast, the policy no style."""
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="qr")
    return Markup(drawn)  # our own lines, with nothing typed in them
