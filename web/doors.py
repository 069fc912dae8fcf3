"""How is a try at the door counted, and what does a browser keep of somebody let in?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from marketplace import accounts, feeds, organisations, throttle, tokens
from marketplace.database import writing
from marketplace.errors import Busy, Fault, Refusal
from marketplace.organisations import User
from web import agents
from web.proxies import house_of
from web.rendering import go
from web.settings import Settings

WITHIN = timedelta(minutes=15)
SESSION_SECONDS = 12 * 3600


class NewPassword(BaseModel):
    """A new password, typed twice."""

    password: str = Field(min_length=1, max_length=200)
    again: str = Field(min_length=1, max_length=200)

    def agreed(self) -> str:
        """The password. Raises Refusal where the two differ."""
        if self.password != self.again:
            raise Refusal(Fault("again", "The two do not agree: type the new password once more"))
        return self.password


def settings_of(request: Request) -> Settings:
    """What is set for this application."""
    settings: Settings = request.app.state.settings
    return settings


def write(request: Request, act: Callable[[Session], object]) -> None:
    """Do something in a transaction of its own, which stays though the request is refused."""
    with writing(request.app.state.engine) as session:
        act(session)
        session.commit()


def spend(request: Request, key: str, *, limit: int, per: timedelta, now: datetime) -> None:
    """Count one more of something, which stays counted whatever comes of it. Raises Busy."""
    write(request, lambda session: throttle.spend(session, key, limit=limit, per=per, now=now))


@contextmanager
def counted(request: Request, login: str, *, now: datetime) -> Iterator[None]:
    """What is done within is one try of `login` from this address. Raises Busy.

    Nothing may be written within: on SQLite the count would wait for it.
    """
    house = house_of(request)
    write(request, lambda session: accounts.knock(session, login, house, now=now))
    try:
        yield
    except Busy:
        write(request, lambda session: accounts.not_answered(session, login, house))
        raise
    except Refusal:
        write(request, lambda session: accounts.turned_away(session, login, now=now))
        raise
    write(request, lambda session: accounts.let_in(session, login, house))


@contextmanager
def noted(request: Request, session: Session, user_id: int, *, now: datetime) -> Iterator[None]:
    """A wrong second factor is written down, after `session` let go of what it began."""
    try:
        yield
    except Refusal:
        session.rollback()
        write(request, lambda own: accounts.second_refused(own, user_id, now=now))
        raise


def end_programs(session: Session, user: User, *, now: datetime) -> None:
    """What reads for a person without signing in ends: tokens, and the secret address of the calendar."""
    tokens.end_all(session, user, now=now)
    feeds.end_for(session, user, now=now)


def key_of(request: Request) -> str:
    """What seals second factors."""
    return settings_of(request).secret.get_secret_value()


def let_in(
    request: Request, session: Session, user_id: int, path: str, *, now: datetime, two_factors: bool
) -> Response:
    """A new session id in a cookie that scripts cannot read; the one the browser came with ends."""
    name = settings_of(request).session_cookie
    if old := request.cookies.get(name):
        organisations.sign_out(session, old)
    browser = agents.short(request.headers.get("user-agent", ""))
    token = organisations.sign_in(session, user_id, now=now, browser=browser, two_factors=two_factors)
    answer = go(request, path)
    keep(request, answer, name, token, SESSION_SECONDS, http_only=True)
    return answer


def keep(request: Request, answer: Response, name: str, value: str, seconds: int, *, http_only: bool = False) -> None:
    """Have the browser keep something for some seconds; 0 forgets it."""
    tls = settings_of(request).tls
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=tls, httponly=http_only, samesite="lax")
