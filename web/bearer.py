"""For whom does a program with a token ask, and does the token reach so far?

Only under /api/v1: pages know people in browsers alone.
"""

from collections.abc import Iterable
from datetime import datetime

from fastapi import HTTPException, Request

from marketplace import database, tokens
from marketplace.database import day_of
from marketplace.organisations import Viewer
from marketplace.tokens import Scope
from web import holding
from web.proxies import house_of

COMPUTES = frozenset({"ranking"})  # routers whose POST only computes: the need comes in the body, nothing is kept
SAFE = frozenset({"GET", "HEAD"})
CLOSED = frozenset({Scope.WEBHOOKS})  # whose routes a token that only reads does not see either
REALM = 'Bearer realm="parkbridge"'
WRONG_LIMIT = 60  # wrong tokens a minute from one address


class OutOfScope(HTTPException):
    """The token is right, and does not reach this far."""

    def __init__(self, scope: str) -> None:
        said = f'{REALM}, error="insufficient_scope"' + (f', scope="{scope}"' if scope else "")
        super().__init__(403, detail=scope, headers={"WWW-Authenticate": said})


def token_in(request: Request) -> str | None:
    """The token a program sends; None where none is sent or none is taken."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    asked = scheme.lower() == "bearer" and request.url.path.startswith("/api/")
    return text.strip() if asked else None


def program(request: Request, text: str, *, now: datetime) -> Viewer:
    """The person a token stands for. Raises HTTPException 401 for a wrong or late one, OutOfScope, Busy.

    Held back as the person would be: by a password past its time, by a second factor that was not shown for it. Raises
    HeldBack.
    """
    request.state.user = None  # whatever comes, nobody else is asked for
    engine = request.app.state.engine
    with database.reading(engine) as session:
        found = tokens.holder(session, text, now=now)
    if found is None:
        request.app.state.rates.spend("wrong token", house_of(request), per_minute=WRONG_LIMIT)
        raise HTTPException(401, headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'})
    viewer, token = found
    request.state.user = viewer
    needed = scope_of(request.method, getattr(request.scope.get("route"), "tags", ()))
    if needed is None or viewer.scopes is None or needed not in viewer.scopes:
        raise OutOfScope(needed or "")
    if way := holding.way_of(request.app.state.settings, viewer, now=now):
        raise holding.HeldBack(way)
    if token.last_used_on != day_of(now):
        with database.writing(engine) as session:
            tokens.used(session, token, now=now)
            session.commit()
    return viewer


def scope_of(method: str, tags: Iterable[object]) -> Scope | None:
    """What a token must carry for a route, by its router's tag; None, which no token has, where that is unknown."""
    words = {str(tag) for tag in tags}
    own = next((scope for scope in Scope if scope.removesuffix(":write") in words), None)
    looks = method in SAFE and own not in CLOSED
    return Scope.READ if looks or words & COMPUTES else own
