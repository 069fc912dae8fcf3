"""What the tests of hostile requests share: an app on each database with an enterprise, its need, and a park."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import make_url
from sqlmodel import Session
from starlette.testclient import TestClient

from marketplace.database import engine_for, writing
from marketplace.needs import NeedFields, enter
from marketplace.organisations import OrganisationKind, Role, Standing, User, add_organisation, sign_in, viewer_as
from marketplace.parks import ParkFields, join
from tests.security import worlds
from tests.security.doorway import people_url as people_url
from tests.security.doorway import site as site
from tests.security.world import World
from tests.security.worlds import Place
from web.app import create_app
from web.settings import Settings

_FILE = Path(__file__).parents[1] / "marketplace" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("tests_databases", _FILE)
assert _SPEC is not None
assert _SPEC.loader is not None
_DATABASES = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_DATABASES)
template_file, postgres_url = _DATABASES.template_file, _DATABASES.postgres_url
emptied = _DATABASES.emptied
database_url = _DATABASES.database_url

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HEADERS = {"sec-fetch-site": "same-origin", "accept-language": "en"}
Browser = Callable[[str], TestClient]


def fill(session: Session) -> dict[str, str]:
    """One person of an enterprise with a need and one of a park's office with a park; what each is found by."""
    found = {}
    for kind in (OrganisationKind.ENTERPRISE, OrganisationKind.PARK):
        organisation = add_organisation(session, f"{kind} organisation", kind, now=NOW, standing=Standing.VERIFIED)
        user = User(login=kind, name=kind, password_hash="-", organisation_id=organisation.id, created_at=NOW)
        user.role = Role.ADMIN
        session.add(user)
        session.flush()
        found[str(kind)] = sign_in(session, user.id, now=NOW, two_factors=True)
        seen = viewer_as(session, user)
        if kind is OrganisationKind.ENTERPRISE:
            fields = NeedFields(industry="3841", description="动力电池")
            found["need"] = enter(session, fields, owner=seen, now=NOW).public_id
        else:
            named = {"name": "滁州示例产业园", "adcode": "341100", "level": "provincial"}
            found["code"] = join(session, ParkFields.model_validate(named), by=seen, now=NOW).code
    return found


@pytest.fixture
def found(database_url: str) -> dict[str, str]:
    engine = engine_for(database_url)
    with writing(engine) as session:
        made = fill(session)
        session.commit()
    engine.dispose()
    return made


@pytest.fixture
def app(database_url: str, found: dict[str, str]) -> Iterator[FastAPI]:
    made = create_app(database_url, Settings(), clock=lambda: NOW)
    yield made
    made.state.engine.dispose()


@pytest.fixture
def browser(app: FastAPI, found: dict[str, str]) -> Browser:
    """`browser("")` is a stranger, `browser("park")` is signed in; a fault of ours is an answer of 500."""

    def made(who: str) -> TestClient:
        client = TestClient(app, headers=HEADERS, follow_redirects=False, raise_server_exceptions=False)
        if who:
            client.cookies.set(app.state.settings.session_cookie, found[who])
        return client

    return made


class Templates:
    """The world at each stage, made when it is first asked for, once a worker and database."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest) -> None:
        self.folder, self.request, self.server = folder, request, ""
        self.made: dict[tuple[str, str], tuple[str, World]] = {}
        self.places: dict[tuple[str, str], tuple[ExitStack, Place]] = {}

    def of(self, kind: str, stage: str) -> tuple[str, World]:
        """The file or the name of the database, and what is in it."""
        if (kind, stage) not in self.made:
            make = self._file if kind == "sqlite" else self._database
            self.made[kind, stage] = make(stage)
        return self.made[kind, stage]

    def place(self, kind: str, stage: str) -> Place:
        """The app over a copy that one test after the other uses: what it compiled and computed once stays."""
        if (kind, stage) not in self.places:
            stack = ExitStack()
            self.places[kind, stage] = stack, stack.enter_context(self.copy(kind, stage))
        return self.places[kind, stage][1].fresh()

    def copy(self, kind: str, stage: str) -> AbstractContextManager[Place]:
        """The app over a copy of one's own."""
        template, world = self.of(kind, stage)
        name = f"test_{os.urandom(6).hex()}"
        if kind == "sqlite":
            (self.folder / name).mkdir()
            return worlds.copy_of_file(Path(template), world, self.folder / name)
        return worlds.copy_of_database(self.server, template, world, name)

    def give_back(self, kind: str, stage: str) -> None:
        """After a test: everything it wrote is undone; what cannot be undone is thrown away."""
        stack, place = self.places[kind, stage]
        if place.written.beyond:
            del self.places[kind, stage]
            stack.close()
        else:
            place.restore()

    def _file(self, stage: str) -> tuple[str, World]:
        path = self.folder / f"{stage}.db"
        path.write_bytes(self.request.getfixturevalue("template_file").read_bytes())
        return str(path), worlds.filled(f"sqlite:///{path}", stage)

    def _database(self, stage: str) -> tuple[str, World]:
        self.server = server = self.request.getfixturevalue("postgres_url")
        name = f"world_{os.urandom(6).hex()}"
        with closing(worlds.admin(server)) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {_DATABASES.TEMPLATE}")
        return name, worlds.filled(make_url(server).set(database=name).render_as_string(False), stage)

    def drop(self) -> None:
        for stack, _ in self.places.values():
            with suppress(psycopg.OperationalError):  # the server went first
                stack.close()
        for name in (name for (kind, _), (name, _) in self.made.items() if kind == "postgresql"):
            with suppress(psycopg.OperationalError), closing(worlds.admin(self.server)) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Templates]:
    made = Templates(tmp_path_factory.mktemp("worlds"), request)
    yield made
    made.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def place_at(request: pytest.FixtureRequest, templates: Templates) -> Iterator[Callable[[str], Place]]:
    """`place_at("open")` is the app over the world at a stage, on each database; what a test writes is undone."""
    given = set[str]()
    with ExitStack() as stack:

        def opened(stage: str) -> Place:
            if stage in given:  # a second one beside it
                return stack.enter_context(templates.copy(request.param, stage))
            given.add(stage)
            return templates.place(request.param, stage)

        yield opened
    for stage in given:
        templates.give_back(request.param, stage)


@pytest.fixture
def place(place_at: Callable[[str], Place]) -> Place:
    """The world at its fullest: a promise given, documents handed over."""
    return place_at(worlds.FULLEST)
