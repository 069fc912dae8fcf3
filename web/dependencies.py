"""What may a handler ask for: a session, the time, who is looking?"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from threading import BoundedSemaphore
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request
from sqlmodel import Session

from marketplace import database, inbox, organisations, throttle
from marketplace.errors import Busy, Fault, NotFound
from marketplace.matches import MADE_AT_ONCE, Catalogue
from marketplace.organisations import OrganisationKind, Role, Viewer
from web import bearer, holding, once
from web.i18n import N_, SHANGHAI
from web.proxies import house_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
STRANGERS = BoundedSemaphore(MADE_AT_ONCE // 2)


def now(request: Request) -> datetime:
    """The moment of this request, in UTC."""
    moment: datetime = request.app.state.clock()
    return moment


def today(request: Request) -> date:
    """The day of this request in China: what freshness is judged by."""
    return now(request).astimezone(SHANGHAI).date()


def market(request: Request) -> Catalogue:
    """The parks as the engine sees them, kept true by difference. What asks it costs most. Raises Busy."""
    user = getattr(request.state, "user", None)
    who = f"user {user.user_id}" if user else house_of(request)
    request.app.state.rates.spend("market", who, per_minute=request.app.state.settings.costly_per_minute)
    found: Catalogue = request.app.state.market
    return found


def reading(request: Request) -> Iterator[Session]:
    """A session that cannot write."""
    with database.reading(request.app.state.engine) as session:
        yield session


def writing(request: Request, idempotency_key: Annotated[str | None, Header()] = None) -> Iterator[Session]:
    """A session that is committed when the handler returns, before the answer leaves, and rolled back when it raises.

    A request that was done before is answered as it was then: the first word to the database raises Again.
    Rows are let go before the roll-back: a page that shows a refused form again may still read them. Raises Busy.
    """
    if request.method not in SAFE_METHODS:
        count_write(request)
    with database.writing(request.app.state.engine) as session:
        once.begun(request, session, asker(request), key=idempotency_key, now=now(request))
        try:
            yield session
            once.ended(request, session)
        except BaseException:
            session.expunge_all()
            raise
        session.commit()


def count_write(request: Request) -> None:
    """One more change by this person, or by a stranger from this address, in all processes together. Raises Busy."""
    most = request.app.state.settings.writes_per_minute
    if not most:
        return
    with database.writing(request.app.state.engine) as session:
        throttle.spend(session, f"write {asker(request)}", limit=most, per=timedelta(minutes=1), now=now(request))
        session.commit()


def asker(request: Request) -> str:
    """Who sends this: somebody signed in, or a stranger from an address."""
    user = getattr(request.state, "user", None)
    return f"user {user.user_id}" if user else f"address {house_of(request)}"


def viewer(request: Request) -> Viewer | None:
    """Who is signed in, if anybody; also for the templates, as `user`. Writes at most once a minute, that they stay.

    Who must first show a second factor or choose a password is nobody yet, but on the pages for that (`at_the_door`).
    Under /api/v1 a token is asked before the cookie. Raises HTTPException for one that is wrong or reaches less far.
    """
    if (text := bearer.token_in(request)) is not None:
        return bearer.program(request, text, now=now(request))
    token = request.cookies.get(request.app.state.settings.session_cookie)
    if not token:
        return None
    engine, moment = request.app.state.engine, now(request)
    with database.reading(engine) as session:
        found = organisations.viewer_of(session, token, now=moment)
        request.state.unread = inbox.unread_count(session, found) if found else 0
    if found and organisations.may_stay(found, now=moment):
        with database.writing(engine) as session:
            organisations.stay(session, token, now=moment)
            session.commit()
    request.state.user = found
    request.state.held = holding.way_of(request.app.state.settings, found, now=moment) if found else None
    return None if request.state.held else found


def signed_in(request: Request, found: Annotated[Viewer | None, Depends(viewer)]) -> Viewer:
    """Somebody signed in. A page sends a stranger to the sign-in page and back. Raises HeldBack."""
    if found is None:
        raise holding.HeldBack(request.state.held) if getattr(request.state, "held", None) else HTTPException(401)
    return found


def at_the_door(request: Request, found: Annotated[Viewer | None, Depends(viewer)]) -> Viewer:
    """Somebody signed in, also who must show a second factor or choose a password before going on."""
    known: Viewer | None = found or getattr(request.state, "user", None)
    if known is None or known.scopes is not None:  # no program changes how a person signs in
        raise HTTPException(401)
    return known


def two_factors(request: Request, found: Annotated[Viewer, Depends(signed_in)]) -> Viewer:
    """Somebody signed in who may see what is confidential, as far as the factors go. Raises HeldBack."""
    if not holding.may_see_confidential(request.app.state.settings, found):
        raise holding.HeldBack(holding.SECOND)
    return found


def park_user(found: Annotated[Viewer, Depends(signed_in)]) -> Viewer:
    """Somebody of a park's organisation; to others the page does not exist."""
    if found.kind != OrganisationKind.PARK:
        raise NotFound
    return found


def enterprise_user(found: Annotated[Viewer, Depends(signed_in)]) -> Viewer:
    """Somebody of an enterprise; to others the page does not exist."""
    if found.kind != OrganisationKind.ENTERPRISE:
        raise NotFound
    return found


def park_editor(found: Annotated[Viewer, Depends(park_user)]) -> Viewer:
    """Who may change what their park's organisation says; known before a form is read."""
    if not found.may(Role.EDITOR):
        raise NotFound
    return found


def enterprise_editor(found: Annotated[Viewer, Depends(enterprise_user)]) -> Viewer:
    """Who may change what their enterprise says; known before a form is read."""
    if not found.may(Role.EDITOR):
        raise NotFound
    return found


def other_days(
    request: Request, found: Annotated[Viewer | None, Depends(viewer)], today: Annotated[date, Depends(today)]
) -> Iterator[None]:
    """Strangers have half of the places where other days are made; the rest is for who is signed in. Raises Busy."""
    if found is not None or request.query_params.get("on") in (None, today.isoformat()):
        yield
        return
    if not STRANGERS.acquire(blocking=False):
        raise Busy(Fault("", N_("Too many ask for other days at this moment: try again in a few seconds")))
    try:
        yield
    finally:
        STRANGERS.release()


Now = Annotated[datetime, Depends(now)]
Today = Annotated[date, Depends(today)]
Market = Annotated[Catalogue, Depends(market)]
# scope="function": closed, and committed, before the response leaves
Reading = Annotated[Session, Depends(reading, scope="function")]
Writing = Annotated[Session, Depends(writing, scope="function")]
MaybeViewer = Annotated[Viewer | None, Depends(viewer)]
SignedIn = Annotated[Viewer, Depends(signed_in)]
AtTheDoor = Annotated[Viewer, Depends(at_the_door)]
TwoFactors = Annotated[Viewer, Depends(two_factors)]
ParkUser = Annotated[Viewer, Depends(park_user)]
EnterpriseUser = Annotated[Viewer, Depends(enterprise_user)]
ParkEditor = Annotated[Viewer, Depends(park_editor)]
EnterpriseEditor = Annotated[Viewer, Depends(enterprise_editor)]
