"""How is a database written to one file while it is in use, and how does it come back whole? (record 0073)

SQLite by its own online backup, PostgreSQL by pg_dump and pg_restore: each takes one consistent moment while others
write. A file appears under its name only when it is complete and on the disk; its SHA-256 lies beside it.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, inspect, make_url, text

from marketplace import database, journal
from marketplace.errors import Fault, Refusal
from migrations import HEAD
from web.i18n import N_

STEP_PAGES = 2000  # 8 MB at a time: writers go on in between
BLOCK = 1 << 20
MAGIC = {b"SQLite format 3\0": "sqlite", b"PGDMP": "postgresql"}
TOOLS = N_("{tool} is not on the PATH: install the PostgreSQL client programs (postgresql-client)")
FAILED = N_("{tool} could not do it ({why})")
EXISTS = N_("{file} exists already: name a new file, nothing is overwritten")
NO_BACKUP = N_("This is no backup of ours, or only a part of one")
OTHER_KIND = N_("This backup is of {kind}: restore it into such a database")
CHANGED = N_("The file is not what was written: its SHA-256 is {found}, {sidecar} says {said}")
NOT_EMPTY = N_("{target} is not empty: restore into a new database")
UNKNOWN = N_("The backup stands at version {found}, which this program does not know: use the newer program")
BROKEN = N_("The backup is damaged ({why}): nothing was restored")
# Held and committed are what the holds say, row by row. Source: marketplace.capacity.ledger.
LEDGER = """
SELECT count(*) FROM capacity LEFT JOIN (
  SELECT hold_line.capacity_id AS id,
    SUM(CASE WHEN hold.status = 'held' THEN hold_line.amount ELSE 0 END) AS held,
    SUM(CASE WHEN hold.status = 'committed' THEN hold_line.amount ELSE 0 END) AS committed
  FROM hold_line JOIN hold ON hold.id = hold_line.hold_id GROUP BY hold_line.capacity_id
) AS said ON said.id = capacity.id
WHERE capacity.held <> COALESCE(said.held, 0) OR capacity.committed <> COALESCE(said.committed, 0)
"""


def backup(url: str, file: Path) -> dict[str, Any]:
    """Write the database to a new file. Raises Refusal."""
    engine = database.engine_for(url)
    try:
        database.check_version(engine)
        if file.exists():
            raise Refusal(Fault("FILE", EXISTS, {"file": str(file)}))
        with _appearing(file) as part:
            if engine.dialect.name == "sqlite":
                _copy(_path_of(engine.url), part)
            else:
                _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}", url=engine.url)
            digest = _digest(part)
        _sidecar(file).write_text(f"{digest}  {file.name}\n")
    finally:
        engine.dispose()
    return {"file": str(file), "bytes": file.stat().st_size, "sha256": digest, "version": HEAD}


def restore(url: str, file: Path) -> dict[str, Any]:
    """Bring a backup back into a database that is empty, and look whether it is whole. Raises Refusal."""
    kind, digest = _kind(file), _checked_digest(file)
    target = make_url(url)
    if kind != target.get_backend_name():
        raise Refusal(Fault("FILE", OTHER_KIND, {"kind": kind}))
    found = _restore_file(url, target, file) if kind == "sqlite" else _restore_server(url, file)
    return {"file": str(file), "sha256": digest, **found}


def _restore_file(url: str, target: URL, file: Path) -> dict[str, Any]:
    database.engine_for(url).dispose()  # refuses a network folder and what is no file
    path = _path_of(target)
    if any(each.exists() for each in (path, Path(f"{path}-wal"), Path(f"{path}-journal"))):
        raise Refusal(Fault("db", NOT_EMPTY, {"target": str(path)}))
    path.parent.mkdir(parents=True, exist_ok=True)
    with _appearing(path) as part:
        shutil.copyfile(file, part)
        _integrity(part)
        engine = database.engine_for(f"sqlite:///{part}")
        try:
            found = looked_at(engine)
            database.empty_log(engine)
        finally:
            engine.dispose()
    return found


def _restore_server(url: str, file: Path) -> dict[str, Any]:
    engine = database.engine_for(url)
    try:
        if inspect(engine).get_table_names():
            raise Refusal(Fault("db", NOT_EMPTY, {"target": str(engine.url.database)}))
        options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
        _run("pg_restore", *options, f"--dbname={engine.url.database}", str(file), url=engine.url)
        return looked_at(engine)
    except BrokenBackup:
        with engine.begin() as connection:  # it was empty before
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        raise
    finally:
        engine.dispose()


class BrokenBackup(Refusal):
    """What the file holds is not whole."""


def looked_at(engine: Engine) -> dict[str, Any]:
    """What a database holds, looked through: version, foreign keys, ledger and journal. Raises Refusal."""
    version = database.version_of(engine)
    if version is None or version > HEAD:
        raise BrokenBackup(Fault("FILE", UNKNOWN, {"found": version or "0"}))
    if version != HEAD:  # tables of an earlier version: `migrate` brings them on
        return {"version": version, "current": False}
    with database.reading(engine) as session:
        connection = session.connection()
        if engine.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise _broken("foreign keys")
        if connection.execute(text(LEDGER)).scalar():
            raise _broken("the sums of the ledger")
        chain = journal.verify(session)
    if not chain.is_sound:
        raise _broken("the journal's chain")
    return {"version": version, "current": True, "sealed": chain.sealed, "unsealed": chain.unsealed}


def _broken(why: str) -> BrokenBackup:
    return BrokenBackup(Fault("FILE", BROKEN, {"why": why}))


@contextmanager
def _appearing(file: Path) -> Iterator[Path]:
    """A name beside the file under which it is made; it gets its own name once it is on the disk, or is taken away."""
    part = file.with_name(f".{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)  # whoever makes it fills this file: all of the database is in it
        yield part
        _to_disk(part)
        _named(part, file)
        _to_disk(file.parent)
    except FileExistsError:
        raise Refusal(Fault("FILE", EXISTS, {"file": str(file)})) from None
    finally:
        for left in (part, Path(f"{part}-wal"), Path(f"{part}-shm"), Path(f"{part}-journal")):
            left.unlink(missing_ok=True)


def _named(part: Path, file: Path) -> None:
    """Never over a file that came meanwhile."""
    try:
        os.link(part, file)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        part.rename(file)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy(path: Path, part: Path) -> None:
    """SQLite's online backup: what is committed while it runs is in it, or it begins again."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as copy:
        source.execute("PRAGMA busy_timeout=15000")
        source.execute("BEGIN")  # one moment: without it a busy writer makes the copy begin again and again
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copy, pages=STEP_PAGES)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file alone
    _integrity(part)


def _integrity(path: Path) -> None:
    """Raises BrokenBackup where a page or an index of an SQLite file is not whole."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise _broken(str(found).splitlines()[0])


def _run(tool: str, *words: str, url: URL) -> None:
    """One of PostgreSQL's programs; where the server is and the password stand in its environment alone."""
    program = shutil.which(tool)
    if program is None:
        raise Refusal(Fault("db", TOOLS, {"tool": tool}))
    done = subprocess.run([program, *words], env={**os.environ, **_libpq(url)}, capture_output=True, text=True)
    if done.returncode:
        why = " ".join(done.stderr.split())[:300]
        raise BrokenBackup(Fault("db", FAILED, {"tool": tool, "why": why}))


def _libpq(url: URL) -> Mapping[str, str]:
    host = url.host or str(url.query.get("host", ""))
    said = {
        "PGHOST": host,
        "PGPORT": str(url.port or ""),
        "PGUSER": url.username or "",
        "PGDATABASE": url.database or "",
    }
    return {name: value for name, value in {**said, "PGPASSWORD": url.password or ""}.items() if value}


def _path_of(url: URL) -> Path:
    return Path(url.database or "").absolute()


def _sidecar(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def _digest(file: Path) -> str:
    whole = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(BLOCK):
            whole.update(block)
    return whole.hexdigest()


def _checked_digest(file: Path) -> str:
    found, sidecar = _digest(file), _sidecar(file)
    if sidecar.exists():
        said = sidecar.read_text().split()[:1]
        if said != [found]:
            params = {"found": found, "sidecar": sidecar.name, "said": said[0] if said else ""}
            raise Refusal(Fault("FILE", CHANGED, params))
    return found


def _kind(file: Path) -> str:
    with file.open("rb") as content:
        start = content.read(16)
    kind = next((kind for magic, kind in MAGIC.items() if start.startswith(magic)), None)
    if kind is None:
        raise Refusal(Fault("FILE", NO_BACKUP))
    return kind
