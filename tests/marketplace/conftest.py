"""Every test that asks for a database runs twice: on an SQLite file and on PostgreSQL, each its own, migrated."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, make_url
from sqlmodel import Session

from marketplace.database import day_of, engine_for, migrate, reading, writing
from marketplace.organisations import OrganisationKind, Role, Standing, User, Viewer, add_organisation, viewer_as
from marketplace.parks import Park, ParkFields, join
from tests.marketplace.emptied import Emptied

TEMPLATE = "parkbridge_template"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def template_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """A server with a migrated template, shared by all workers of this run."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder if worker_id == "master" else folder.parent
    with (shared / "in_use").open("ab") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_SH)
        with (shared / "starting").open("ab") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            ready = shared / "url"
            if not ready.exists():
                url = os.environ.get("PARKBRIDGE_TEST_PG_URL") or started(shared / "in_use")
                make_template(url)
                ready.write_text(url)
        yield ready.read_text()


def started(in_use: Path) -> str:
    server = Path(__file__).with_name("postgres_server.py")
    home = tempfile.mkdtemp(prefix="parkbridge-pg-")  # short: a socket's path has 107 characters at most
    with in_use.with_name("server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, server, home, in_use], stdout=subprocess.PIPE, stderr=log, start_new_session=True
        )
    assert process.stdout is not None
    with process.stdout as answer:
        url = answer.readline().decode().strip()
    assert url, in_use.with_name("server.log").read_text()
    process.returncode = 0  # it outlives us on purpose: no ResourceWarning
    return url


def admin(url: str) -> psycopg.Connection:
    return psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(False), autocommit=True)


def make_template(url: str) -> None:
    with closing(admin(url)) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    migrate(make_url(url).set(database=TEMPLATE).render_as_string(False))


def fresh_postgres(url: str, template: str) -> Iterator[str]:
    name = f"test_{os.urandom(6).hex()}"
    with closing(admin(url)) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield make_url(url).set(database=name).render_as_string(False)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of one's own."""
    if request.param == "sqlite":
        path = tmp_path / "market.db"
        shutil.copyfile(request.getfixturevalue("template_file"), path)
        yield f"sqlite:///{path}"
    else:
        yield from request.getfixturevalue("emptied").urls()


@pytest.fixture(scope="session")
def emptied(postgres_url: str) -> Iterator[Emptied]:
    """The database of this worker on PostgreSQL, emptied after each test."""
    made = Emptied(postgres_url, TEMPLATE)
    yield made
    made.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        yield from fresh_postgres(request.getfixturevalue("postgres_url"), "template0")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = engine_for(database_url)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writing(engine) as made:
        yield made


@pytest.fixture
def sessions(engine: Engine) -> Callable[[], Session]:
    """What a Catalogue is given: sessions that read."""
    return lambda: reading(engine)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def on() -> date:
    return day_of(NOW)


def viewer(session: Session, kind: OrganisationKind, name: str) -> Viewer:
    """Somebody of a new organisation; nobody can sign in as them, which saves the hash."""
    organisation = add_organisation(session, name, kind, now=NOW, standing=Standing.VERIFIED)
    user = User(login=name, name=name, password_hash="-", organisation_id=organisation.id, created_at=NOW)
    user.role = Role.ADMIN
    session.add(user)
    session.flush()
    return viewer_as(session, user)


@pytest.fixture
def enterprise(session: Session) -> Viewer:
    return viewer(session, OrganisationKind.ENTERPRISE, "甲企业")


@pytest.fixture
def rival(session: Session) -> Viewer:
    return viewer(session, OrganisationKind.ENTERPRISE, "乙企业")


@pytest.fixture
def office(session: Session) -> Viewer:
    return viewer(session, OrganisationKind.PARK, "甲管委会")


@pytest.fixture
def other_office(session: Session) -> Viewer:
    return viewer(session, OrganisationKind.PARK, "乙管委会")


@pytest.fixture
def park(session: Session, office: Viewer) -> Park:
    """A park outside the catalogue, spoken for by `office`."""
    fields = {
        "name": "滁州示例产业园",
        "adcode": "341100",
        "level": "provincial",
        "area_ha": 800,
        "industries": "装备制造、食品",
    }
    return join(session, ParkFields.model_validate(fields), by=office, now=NOW)
