"""Where are the rows, and how does a transaction begin?"""

import secrets
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    URL,
    CheckConstraint,
    Connection,
    DateTime,
    Dialect,
    Engine,
    String,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

from marketplace.errors import Fault, Refusal
from migrations import HEAD, config_for

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

PERSONAL = {"info": {"personal": True}}  # for sa_column_kwargs: this column is about a person (see personal.INVENTORY)
NO_ADDRESS = "The database is sqlite:/// or postgresql+psycopg://, not {kind}"
SHANGHAI = timezone(timedelta(hours=8))  # one zone since 1949, no summer time since 1991
Sessions = Callable[[], Session]
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/l/i: people read ids aloud
_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "ncpfs", "afs"}


def public_id() -> str:
    """Twelve random letters and digits, 59 bits: an id that says nothing and cannot be guessed."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


def day_of(now: datetime) -> date:
    """The date in China at a moment."""
    return now.astimezone(SHANGHAI).date()


def one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """The column holds a stored value of an enum: a check on text, since PostgreSQL types survive a downgrade."""
    values = ",".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{column} IN ({values})", name=column)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs its time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """A member of an enum, kept as its stored value; the check beside it comes from `one_of`."""

    impl = String(24)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)


class Shaped(TypeDecorator[Any]):
    """A small model or a list of words, kept as JSON and read back as what it was."""

    impl = JSON
    cache_ok = True

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self.shape = shape
        self.adapter: TypeAdapter[Any] = TypeAdapter(shape)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.adapter.validate_python(value)


def engine_for(url: str, *, pool: int = 16, foreign_keys: bool = True) -> Engine:
    """An engine for sqlite:/// or postgresql+psycopg://. Raises Refusal for anything else or a network folder."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Refusal(Fault("db", NO_ADDRESS, {"kind": url.rpartition("@")[2] or '""'})) from None
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise Refusal(Fault("db", "SQLite needs a file: sqlite:///parkbridge.db", {}))
        refuse_network_folder(Path(parsed.database))
        engine = create_engine(parsed, pool_size=pool, max_overflow=0, hide_parameters=True)
        _govern_sqlite(engine, foreign_keys=foreign_keys)
        return engine
    if kind != "postgresql":
        raise Refusal(Fault("db", NO_ADDRESS, {"kind": kind}))
    address = parsed.set(drivername="postgresql+psycopg")
    return create_engine(address, pool_size=pool, max_overflow=0, pool_pre_ping=True, hide_parameters=True)


def _govern_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    """Pragmas at connect; BEGIN IMMEDIATE for writers and a query-only BEGIN for readers.

    A deferred BEGIN that later writes fails with "database is locked" whatever the busy timeout.
    """

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in (
            "busy_timeout=15000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",  # what was deleted is overwritten in the file, too
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        _check_pragmas(connection, foreign_keys=foreign_keys)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        reading = bool(connection.get_execution_options().get("reading"))
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _check_pragmas(connection: sqlite3.Connection, *, foreign_keys: bool) -> None:
    """SQLite ignores in silence what it cannot do: a place without shared memory has no WAL. Raises Refusal."""
    needed = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": int(foreign_keys)}
    found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in needed}
    for name, value in needed.items():
        if found[name] != value:
            message = "SQLite has {pragma} at {found} here, and needs {needed}: put the file on a local disk"
            raise Refusal(Fault("db", message, {"pragma": name, "found": str(found[name]), "needed": str(value)}))


def writing(engine: Engine) -> Session:
    """A session that may write. Commit it before the answer leaves."""
    return Session(engine, expire_on_commit=False)


def reading(engine: Engine) -> Session:
    """A session that cannot write: SQLite and PostgreSQL both refuse."""
    return Session(engine.execution_options(reading=True, postgresql_readonly=True), expire_on_commit=False)


def empty_log(engine: Engine) -> None:
    """Bring SQLite's write-ahead log into the file and cut it off: what was deleted lies there no longer."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")  # outside of a transaction
        finally:
            connection.close()


def refuse_network_folder(path: Path, mounts: Path = Path("/proc/mounts")) -> None:
    """WAL needs shared memory that network folders do not give. Raises Refusal."""
    if not mounts.exists():
        return
    here = str(path.absolute().parent)
    rows = [line.split()[1:3] for line in mounts.read_text(errors="replace").splitlines()]
    under = [(len(at), kind) for at, kind in rows if here == at or here.startswith(at.rstrip("/") + "/")]
    if under and max(under)[1] in _REMOTE:
        raise Refusal(
            Fault("db", "{folder} is a network folder: SQLite is safe only on a local disk", {"folder": here})
        )


def version_of(engine: Engine) -> str | None:
    """The revision the database stands at; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return revision


def _file_of(url: URL) -> Path | None:
    """The file of an SQLite database."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def is_current(engine: Engine) -> bool:
    """Whether the tables are those of this version of the program."""
    return version_of(engine) == HEAD


def check_version(engine: Engine) -> None:
    """Raises Refusal unless there is a database and its tables are those of this version."""
    file = _file_of(engine.url)
    if file and not file.exists():  # connecting would make an empty one
        message = "There is no database at {file}: make it with parkbridge migrate, or name another with --db"
        raise Refusal(Fault("db", message, {"file": str(file)}))
    found = version_of(engine)
    if found != HEAD:
        message = "The database stands at version {found}, the program needs {needed}: run parkbridge migrate"
        raise Refusal(Fault("db", message, {"found": found or "0", "needed": HEAD}))


def migrate(url: str) -> None:
    """Bring the tables to this version, in one transaction; alembic is loaded only when there is something to do."""
    engine = engine_for(url, foreign_keys=False)  # SQLite alters a table by dropping the old one
    if file := _file_of(engine.url):
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        if not is_current(engine):
            _upgrade(engine)
    finally:
        engine.dispose()


def _upgrade(engine: Engine) -> None:
    from alembic import command

    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # two processes that start together; SQLite has BEGIN IMMEDIATE
            connection.execute(text("SELECT pg_advisory_xact_lock(20261123)"))
        command.upgrade(config_for(connection), "head")
        if engine.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise Refusal(Fault("db", "After the migration rows refer to rows that are not there: nothing was changed"))
