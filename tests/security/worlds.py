"""How does a test get the filled world on its own database, and put it back after something changed?

The world is made once for each database and worker; a test's own is a copy. `Place.restore` gives the copy its first
state back, so that many requests may be asked one after another as if each were the first.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from sqlalchemy import make_url
from starlette.testclient import TestClient

from marketplace.database import day_of, engine_for, reading, writing
from marketplace.matches import Catalogue
from tests.security.affairs import arrange
from tests.security.stages import reach
from tests.security.undoing import Written, connected, undo_in_database, undo_in_file
from tests.security.world import NOW, PROGRAMS, World, fill
from web.app import create_app
from web.refused import Refusals
from web.settings import Settings

FULLEST = "promise"  # the stage at which most can be seen
# the clock stands still, so a minute never ends: limits have tests of their own
UNLIMITED = Settings(requests_per_minute=0, costly_per_minute=0, writes_per_minute=0)
HEADERS = {"sec-fetch-site": "same-origin", "accept-language": "en"}


@dataclass
class Place:
    """An app over a database of one's own that holds the world."""

    url: str
    template: str  # the file, or the name of the database, that it is a copy of
    world: World
    app: FastAPI
    portal: BlockingPortal  # one loop for all requests: to make one for each costs more than many requests
    written: Written = field(init=False)

    def __post_init__(self) -> None:
        self.written = Written(self.app.state.engine)

    def browser(self, role: str = "stranger", **headers: str) -> TestClient:
        """Somebody's browser; a fault of ours is an answer of 500."""
        made = TestClient(
            self.app, headers={**HEADERS, **headers}, follow_redirects=False, raise_server_exceptions=False
        )
        made.portal = self.portal
        if role in PROGRAMS:
            del made.headers["sec-fetch-site"]
            made.headers["authorization"] = f"Bearer {self.world.tokens[role]}"
        elif role in self.world.tokens:
            made.cookies.set(self.app.state.settings.session_cookie, self.world.tokens[role])
        return made

    def takes(self, role: str, roles: Sequence[str]) -> bool:
        """Whether the small counts ask this role on this database: each of `roles` is asked on one of the two."""
        return role in roles and self.is_file == (list(roles).index(role) % 2 == 0)

    def fresh(self) -> "Place":
        """As it was opened: for the next test."""
        self.restore()
        self.app.state.clock, self.app.state.refusals = lambda: NOW, Refusals()
        self.app.state.rates._until.clear()  # it counts by the real clock
        return self

    def restore(self) -> None:
        """The first state again; the market is made anew where parks changed, as its stamps would go back in time."""
        tables = self.written.taken()
        if tables is None or (self.is_file and not tables):
            return
        if self.is_file:
            undo_in_file(self.template, self.url.removeprefix("sqlite:///"))
        else:
            undo_in_database(self.url, self.template, tables)
        if "park" in tables:
            self.app.state.market = Catalogue(lambda: reading(self.app.state.engine), today=lambda: day_of(NOW))

    def spoil(self) -> None:
        """No other test gets this one: something was done to it that is not undone."""
        self.written.beyond = True

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Whatever is written within is undone."""
        yield
        self.restore()

    @property
    def is_file(self) -> bool:
        return self.url.startswith("sqlite")


def filled(url: str, stage: str = FULLEST) -> World:
    """Fills a migrated database with the world at a stage of the need."""
    engine = engine_for(url)
    with writing(engine) as session:
        world, viewers = fill(session)
        arrange(session, world, viewers)
        reach(session, world, stage)
        session.commit()
    engine.dispose()
    return world


@contextmanager
def opened(url: str, template: str, world: World, settings: Settings | None = None) -> Iterator[Place]:
    """The app over a copy; its clock stands still."""
    app = create_app(url, settings or UNLIMITED, clock=lambda: NOW)
    try:
        with start_blocking_portal() as portal:
            yield Place(url, template, world, app, portal)
    finally:
        app.state.engine.dispose()


@contextmanager
def copy_of_file(template: Path, world: World, folder: Path) -> Iterator[Place]:
    path = folder / "world.db"
    shutil.copyfile(template, path)
    with opened(f"sqlite:///{path}", str(template), world) as place:
        yield place


@contextmanager
def copy_of_database(server: str, template: str, world: World, name: str) -> Iterator[Place]:
    with closing(admin(server)) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        with opened(make_url(server).set(database=name).render_as_string(False), template, world) as place:
            yield place
    finally:
        with closing(admin(server)) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def admin(url: str) -> psycopg.Connection:
    """A connection to the server itself, not to the database that comes and goes."""
    return connected(make_url(url).set(database="postgres").render_as_string(False), autocommit=True)
