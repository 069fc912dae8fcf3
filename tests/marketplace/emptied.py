"""How does one PostgreSQL database serve every test of a worker, each finding it as it was migrated?

To copy a template takes as long as twenty tests; to take rows out of it takes a few milliseconds. A test that changed
more than rows (a table, a trigger, a check) makes the database that comes after it a new one.
"""

import os
from collections.abc import Iterator
from contextlib import closing

import psycopg
from sqlalchemy import make_url

# Everything but rows: what a migration makes, and whether a trigger is on.
_SHAPE = """
    SELECT md5(string_agg(said, ',' ORDER BY said)) FROM (
        SELECT format('%s %s %s', oid, relname, relnatts) AS said
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s %s %s', tgrelid, tgname, tgenabled) FROM pg_trigger
        UNION ALL SELECT format('%s %s %s', conrelid, conname, oid) FROM pg_constraint
        UNION ALL SELECT format('%s %s', attrelid, attname) FROM pg_attribute WHERE attnotnull AND attnum > 0
        UNION ALL SELECT format('%s %s', oid, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ) AS everything
"""
# What lets nobody change the journal and the ledger, replicas neither.
_GUARDS = """
    SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgenabled = 'A'
"""
_COUNTED = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


class Emptied:
    """A database of one worker, made of a template and taken back to it."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template, self._name = server, template, ""
        self._tables: list[str] = []
        self._rows: dict[str, bytes] = {}
        self._shape = ""

    def urls(self) -> Iterator[str]:
        """The database for one test."""
        if not self._name:
            self._make()
        yield make_url(self._server).set(database=self._name).render_as_string(False)
        if not self._empty():
            self.drop()

    def drop(self) -> None:
        if self._name:
            with closing(self._connected("postgres")) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
            self._name = ""

    def _make(self) -> None:
        self._name = f"test_{os.urandom(6).hex()}"
        with closing(self._connected("postgres")) as connection:
            connection.execute(f"CREATE DATABASE {self._name} TEMPLATE {self._template}")
        with closing(self._connected(self._name)) as connection:
            self._shape = self._shape_of(connection)
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            self._tables = sorted(name for (name,) in tables)
            self._rows = {name: _copied(connection, name) for name in self._written(connection)}

    def _empty(self) -> bool:
        """Whether it is as it was made."""
        with closing(self._connected(self._name)) as connection:
            connection.execute(_OTHERS, [self._name])
            if self._shape_of(connection) != self._shape:
                return False
            with connection.transaction():
                connection.execute("SET LOCAL session_replication_role = replica")  # no foreign key: it is whole again
                self._take_out(connection, self._written(connection))
            for (name,) in connection.execute(_COUNTED).fetchall():
                connection.execute("SELECT setval(%s, 1, false)", [f'"{name}"'])
        return True

    def _take_out(self, connection: psycopg.Connection, written: set[str]) -> None:
        guards = [guard for guard in connection.execute(_GUARDS).fetchall() if guard[0] in written]
        for table, guard in guards:
            connection.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{guard}"')
        for table in sorted(written):
            connection.execute(f'DELETE FROM "{table}"')
            if table in self._rows:
                with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT binary)') as copy:
                    copy.write(self._rows[table])
        for table, guard in guards:
            connection.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{guard}"')

    def _written(self, connection: psycopg.Connection) -> set[str]:
        asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in self._tables)
        return {name for (name,) in connection.execute(" UNION ALL ".join(asked)).fetchall()}

    def _shape_of(self, connection: psycopg.Connection) -> str:
        (shape,) = connection.execute(_SHAPE).fetchone() or ("",)
        return str(shape)

    def _connected(self, database: str) -> psycopg.Connection:
        url = make_url(self._server).set(drivername="postgresql", database=database)
        return psycopg.connect(url.render_as_string(False), autocommit=True)


def _copied(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
        return b"".join(bytes(piece) for piece in copy)
