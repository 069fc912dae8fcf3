"""What the tests of the door share: people with a password, replicas over one database, browsers from addresses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pyotp
import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace.accounts import second
from marketplace.database import engine_for, writing
from marketplace.organisations import (
    OrganisationKind,
    Role,
    Standing,
    User,
    add_organisation,
    add_user,
    viewer_as,
)
from web.app import create_app
from web.settings import Settings

NOW = datetime.fromisoformat("2026-11-23T02:00:00+00:00")
PASSWORD, OTHER = "correct horse battery", "kleine gelbe enten"
HEADERS = {"sec-fetch-site": "same-origin", "accept-language": "en"}
WORDS = "The login or the password is wrong"
PRODUCTION = Settings(secret="a key of the tests")


@pytest.fixture
def people_url(database_url: str) -> str:
    """One enterprise with two people, and the platform's admin, who all have the same password."""
    engine = engine_for(database_url)
    with writing(engine) as session:
        for login, kind in (("anna", OrganisationKind.ENTERPRISE), ("root", OrganisationKind.PLATFORM)):
            organisation = add_organisation(session, f"{kind} of {login}", kind, now=NOW, standing=Standing.VERIFIED)
            user = add_user(session, organisation, login, login, PASSWORD, now=NOW)
            if login == "anna":
                kept = user.password_hash
                berta = User(
                    login="berta", name="berta", password_hash=kept, organisation_id=organisation.id, created_at=NOW
                )
                berta.role = Role.EDITOR
                session.add(berta)
        session.commit()
    engine.dispose()
    return database_url


@contextmanager
def replica(url: str, settings: Settings = PRODUCTION) -> Iterator[FastAPI]:
    made = create_app(url, settings, clock=lambda: NOW)
    yield made
    made.state.engine.dispose()


@pytest.fixture
def site(people_url: str) -> Iterator[FastAPI]:
    with replica(people_url) as made:
        yield made


def browser(site: FastAPI, address: str = "192.0.2.1", **headers: str) -> TestClient:
    return TestClient(site, headers=HEADERS | headers, follow_redirects=False, client=(address, 50000))


def enter(one: TestClient, login: str = "anna", password: str = PASSWORD) -> int:
    return one.post("/sign-in", data={"login": login, "password": password, "next": "/help"}).status_code


def inside(site: FastAPI, login: str = "anna", password: str = PASSWORD) -> TestClient:
    made = browser(site)
    assert enter(made, login, password) == 303
    return made


def is_in(one: TestClient) -> bool:
    return one.get("/account").status_code == 200


def change(site: FastAPI, login: str, act: Callable[[User], None]) -> None:
    with writing(site.state.engine) as session:
        user = session.exec(select(User).where(User.login == login)).one()
        act(user)
        session.add(user)
        session.commit()


def after(site: FastAPI, pause: timedelta) -> None:
    site.state.clock = lambda: NOW + pause


def authenticator(site: FastAPI, login: str) -> pyotp.TOTP:
    key = site.state.settings.secret.get_secret_value()
    with writing(site.state.engine) as session:
        viewer = viewer_as(session, session.exec(select(User).where(User.login == login)).one())
        second.propose(session, viewer, key=key, now=NOW)
        clock = pyotp.TOTP(second.proposed(session, viewer, key=key, now=NOW) or "")
        second.confirm(session, viewer, clock.at(NOW - timedelta(seconds=30)), key=key, now=NOW)
        session.commit()
    return clock
