"""What the tests of faults share: both databases, and an app over one with two enterprises and a park's office."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select
from starlette.testclient import TestClient

from marketplace.database import engine_for, writing
from marketplace.organisations import OrganisationKind, User, sign_in
from tests.marketplace import conftest as databases
from tests.marketplace.conftest import NOW, viewer
from web.app import create_app
from web.settings import Settings

template_file, postgres_url, emptied = databases.template_file, databases.postgres_url, databases.emptied
database_url, engine, session = databases.database_url, databases.engine, databases.session

PEOPLE = {"firm": OrganisationKind.ENTERPRISE, "rival": OrganisationKind.ENTERPRISE, "office": OrganisationKind.PARK}
SETTINGS = Settings(requests_per_minute=0, costly_per_minute=0, writes_per_minute=0)
Browser = Callable[[str], TestClient]


@pytest.fixture
def people(database_url: str) -> str:
    """A migrated database with one admin each of two enterprises and a park's office."""
    made = engine_for(database_url)
    with writing(made) as session:
        for login, kind in PEOPLE.items():
            viewer(session, kind, login)
        session.commit()
    made.dispose()
    return database_url


@pytest.fixture
def app(people: str) -> Iterator[FastAPI]:
    """The site over that database; its clock stands still."""
    made = create_app(people, SETTINGS, clock=lambda: NOW)
    yield made
    made.state.engine.dispose()


@pytest.fixture
def browser(app: FastAPI) -> Browser:
    """Somebody signed in: `browser("firm")`."""
    return lambda login: signed_in(app, login)


def signed_in(app: FastAPI, login: str) -> TestClient:
    """A browser of somebody who is in already, which saves the hash."""
    made = TestClient(app, headers={"sec-fetch-site": "same-origin", "accept-language": "en"}, follow_redirects=False)
    with writing(app.state.engine) as session:
        token = sign_in(session, user_id(session, login), now=app.state.clock(), browser="test")
        session.commit()
    made.cookies.set(app.state.settings.session_cookie, token)
    return made


def user_id(session: Session, login: str) -> int:
    return session.exec(select(User.id).where(User.login == login)).one()
