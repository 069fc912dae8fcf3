"""What the tests of the pages share: an app over an SQLite file with the real zones, and readers of every kind."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace.database import engine_for, writing
from marketplace.organisations import OrganisationKind, Standing, User, add_organisation, add_user
from marketplace.parks import load_catalogue, park_by_code
from marketplace.schema import METADATA
from web.app import create_app
from web.settings import Settings

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zones of the catalogue and one user of each kind, made once a worker."""
    path = tmp_path_factory.mktemp("filled") / "market.db"
    engine = engine_for(f"sqlite:///{path}")
    METADATA.create_all(engine)  # that the migrations lead to the same is tested with the tables
    with writing(engine) as session:
        load_catalogue(session, now=NOW)
        for kind in OrganisationKind:
            organisation = add_organisation(session, f"{kind} organisation", kind, now=NOW, standing=Standing.VERIFIED)
            add_user(session, organisation, str(kind), f"{kind} person", PASSWORD, now=NOW)
        session.commit()
    engine.dispose()
    return path


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def app(filled: Path, tmp_path: Path) -> Iterator[FastAPI]:
    """An app over a copy of one's own; its clock stands still."""
    path = tmp_path / "market.db"
    shutil.copyfile(filled, path)
    made = create_app(f"sqlite:///{path}", Settings(demo=True), clock=lambda: NOW)
    yield made
    made.state.engine.dispose()


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A stranger with a browser, reading Chinese."""
    return TestClient(app, headers=SAME_ORIGIN, follow_redirects=False)


@pytest.fixture
def signed_in(app: FastAPI) -> Callable[[str], TestClient]:
    """A browser of somebody signed in: `signed_in("park")`."""

    def browser(login: str) -> TestClient:
        made = TestClient(app, headers=SAME_ORIGIN, follow_redirects=False)
        assert made.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
        return made

    return browser


@pytest.fixture
def speaking(app: FastAPI) -> Callable[[str], None]:
    """Lets the park's office speak for a zone: what a claim leads to once the platform has approved it."""

    def speak(code: str) -> None:
        with writing(app.state.engine) as session:
            owner = session.exec(select(User.organisation_id).where(User.login == "park")).one()
            park_by_code(session, code).owner_id = owner
            session.commit()

    return speak
