"""What did a request write, and how is just that undone, so that the next finds everything as the first did?"""

import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Engine, event, make_url

from marketplace.schema import METADATA

_BEYOND = re.compile(r"\s*(?:CREATE|DROP|ALTER|TRUNCATE)\b", re.IGNORECASE)
_WRITTEN = re.compile(r'\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)


class Written:
    """The tables that were written through an engine, and stayed written, since the last look."""

    def __init__(self, engine: Engine) -> None:
        self._tables: set[str] = set()
        self._numbered = False
        self.beyond = False  # whether more than rows was changed, which nothing here brings back
        event.listen(engine, "before_cursor_execute", self._says)
        event.listen(engine, "commit", self._stays)
        event.listen(engine, "rollback", self._goes)

    def taken(self) -> set[str] | None:
        """Those tables, with the tables whose rows point to them and are emptied there; forgotten from now on.

        None where nothing was tried: a row that was refused has taken its number all the same.
        """
        if not self._numbered:
            return None
        found, self._tables, self._numbered = self._tables, set(), False
        return found | {name for name, whole in _LOOSENED.items() if whole & found}

    def _says(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        self.beyond = self.beyond or bool(_BEYOND.match(statement))
        if found := set(_WRITTEN.findall(statement)) & METADATA.tables.keys():
            self._numbered = True
            connection.info.setdefault("written", set()).update(found)

    def _stays(self, connection: Any) -> None:
        self._tables |= connection.info.pop("written", set())

    def _goes(self, connection: Any) -> None:
        connection.info.pop("written", None)


_LOOSENED: Mapping[str, set[str]] = {
    table.name: {key.column.table.name for key in table.foreign_keys if key.ondelete}
    for table in METADATA.sorted_tables
}


def undo_in_file(template: str, path: str) -> None:
    """The whole file is copied back: it is small."""
    with closing(sqlite3.connect(template)) as first, closing(sqlite3.connect(path)) as own:
        own.execute("PRAGMA synchronous=OFF")
        first.backup(own)


def undo_in_database(url: str, template: str, tables: Iterable[str]) -> None:
    """The rows of the written tables as they were; a new database each time would take a hundred times as long."""
    rows = _rows_of(make_url(url).set(database=template).render_as_string(False))
    with closing(connected(url)) as connection:
        connection.execute("SET session_replication_role = replica")  # no foreign key: it is whole again
        guards = connection.execute(_GUARDS, [sorted(tables)]).fetchall()
        for table, guard in guards:
            connection.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{guard}"')
        for table in sorted(tables):
            connection.execute(f'DELETE FROM "{table}"')
            with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT binary)') as copy:
                copy.write(rows[table])
        for table, guard in guards:
            connection.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{guard}"')
        for name, last in _counted(make_url(url).set(database=template).render_as_string(False)):
            connection.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])
        connection.commit()


# What lets nobody change the journal and the ledger, replicas neither.
_GUARDS = """
    SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgenabled = 'A' AND c.relname = ANY(%s)
"""


@cache
def _rows_of(template: str) -> Mapping[str, bytes]:
    """Every table of a filled database, as PostgreSQL itself writes it down."""
    rows = {}
    with closing(connected(template)) as connection, connection.cursor() as cursor:
        for table in METADATA.tables:
            with cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
                rows[table] = b"".join(bytes(piece) for piece in copy)
    return rows


@cache
def _counted(template: str) -> list[tuple[str, int | None]]:
    """Where the numbers of new rows stand."""
    with closing(connected(template)) as connection:
        return connection.execute("SELECT quote_ident(sequencename), last_value FROM pg_sequences").fetchall()


def connected(url: str, **options: Any) -> psycopg.Connection:
    return psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(False), **options)
