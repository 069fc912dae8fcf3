"""S12: how many durable holds a second for 32 clients, how evenly, and do the naive ways oversell?

Group commit is the ledger's own (`capacity.grouped`): no route goes through it, for the reasons of record 0061. What
those who ask over HTTP get stands beside it.
"""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import Engine, update
from sqlmodel import col, select

from bench.clients import CLIENTS, measured, told
from bench.figures import Figure, Section
from bench.hold_route import by_the_route
from marketplace import capacity
from marketplace.capacity import Ask, Capacity, Hold, HoldLine, LedgerEntry, Movement, SheetFields
from marketplace.capacity.grouped import Grouped
from marketplace.database import engine_for, migrate, writing
from marketplace.journal import Act, note
from marketplace.organisations import OrganisationKind, Standing, add_organisation
from marketplace.parks import Park, ParkFields, join

UNITS = 1_000_000
SERVER = Path(__file__).parents[1] / "tests" / "marketplace" / "postgres_server.py"


def run(*, quick: bool) -> list[Section]:
    """Both databases: ours, one commit each, FOR UPDATE, and read-then-write."""
    seconds = 3.0 if quick else 10.0
    with TemporaryDirectory() as folder:
        sections = [_sqlite(f"sqlite:///{folder}/bench.db", seconds)]
        sections.append(by_the_route(f"sqlite:///{folder}/route.db", seconds))
    with _server() as url:
        if url:
            sections.append(_postgresql(url, seconds))
    return sections


def _sqlite(url: str, seconds: float) -> Section:
    engine, park_id, owner_id = _declared(url)
    alone = measured(lambda: _alone(engine, park_id, owner_id), seconds)
    grouped = Grouped(engine, _now)
    ask = Ask(park_id, {"power": 1}, "exchange", "x", owner_id, None)
    together = measured(lambda: grouped.hold(ask), seconds)
    grouped.close()
    figures = (
        *told("one commit each", alone),
        *told("group commit", together),
        Figure("group commit / one commit each", together.each_s / alone.each_s, "×", "holds a second", "≥ 10"),
        Figure("oversold by ours", _oversold(engine), "units", "row against holds and movements", "0"),
        Figure("oversold by read-then-write", _naive(engine, seconds / 3), "units", "1,000 there were", "shown"),
    )
    engine.dispose()
    return Section("S12: durable holds on SQLite, 32 clients", figures)


def _postgresql(url: str, seconds: float) -> Section:
    engine, park_id, owner_id = _declared(url)
    locked = measured(lambda: _for_update(engine, park_id, owner_id), seconds)
    guarded = measured(lambda: _alone(engine, park_id, owner_id), seconds)
    grouped = Grouped(engine, _now)
    ask = Ask(park_id, {"power": 1}, "exchange", "x", owner_id, None)
    together = measured(lambda: grouped.hold(ask), seconds)
    grouped.close()
    figures = (
        *told("SELECT FOR UPDATE", locked),
        *told("guarded update, one commit each", guarded),
        *told("guarded update, group commit", together),
        Figure("one commit each / FOR UPDATE", guarded.each_s / locked.each_s, "×", "holds a second"),
        Figure("group commit / FOR UPDATE", together.each_s / locked.each_s, "×", "holds a second", "≥ 1.5"),
        Figure("oversold by ours", _oversold(engine), "units", "row against holds and movements", "0"),
        Figure("oversold by read-then-write", _naive(engine, seconds / 3), "units", "1,000 there were", "shown"),
    )
    engine.dispose()
    return Section("S12: durable holds on PostgreSQL, 32 clients", figures)


def _alone(engine: Engine, park_id: int, owner_id: int) -> None:
    """The rule, a transaction for each."""
    ask = Ask(park_id, {"power": 1}, "exchange", "x", owner_id, None)
    with writing(engine) as session:
        capacity.hold_all(session, [ask], now=_now())
        session.commit()


def _for_update(engine: Engine, park_id: int, owner_id: int) -> None:
    """The same rows, with the amount read under a lock and written from Python."""
    now = _now()
    with writing(engine) as session:
        row = session.exec(select(Capacity).where(Capacity.park_id == park_id).with_for_update()).one()
        park = session.get_one(Park, park_id, with_for_update=True)
        assert capacity.free_of(row) >= 1
        row.held += 1
        named: dict[str, Any] = {
            "for_kind": "exchange",
            "for_id": "x",
            "owner_id": owner_id,
            "created_at": now,
            "updated_at": now,
        }
        made = Hold(park_id=park_id, expires_at=now + capacity.TERM, **named)
        session.add(made)
        session.flush()
        session.add(HoldLine(hold_id=made.id, resource="power", of_plot=False, capacity_id=row.id, amount=1))
        moved: dict[str, Any] = {"resource": "power", "movement": Movement.HELD, "held": 1, "committed": 0, "at": now}
        session.add(LedgerEntry(hold_id=made.id, park_id=park_id, **moved))
        note(session, Act.HELD, "hold", made.public_id, by=None, now=now, park=park.code)
        park.version, park.updated_at = park.version + 1, now
        session.add(park)
        session.commit()


def _naive(engine: Engine, seconds: float) -> float:
    """Read in one transaction, subtract in Python, write in the next: how many of 1,000 units are sold too often."""
    there, sold = 1000, [0] * CLIENTS
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE naive (free INTEGER NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO naive VALUES ({there})")
    together, ends = Barrier(CLIENTS), time.perf_counter() + seconds

    def client(number: int) -> None:
        together.wait()
        while time.perf_counter() < ends:
            with engine.execution_options(reading=True).connect() as connection:
                free = connection.exec_driver_sql("SELECT free FROM naive").scalar_one()
            if free < 1:
                return
            with engine.begin() as connection:
                connection.exec_driver_sql(f"UPDATE naive SET free = {free - 1}")
            sold[number] += 1

    threads = [Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.begin() as connection:
        left = connection.exec_driver_sql("SELECT free FROM naive").scalar_one()
        connection.exec_driver_sql("DROP TABLE naive")
    return float(sum(sold) - (there - left))


def _oversold(engine: Engine) -> float:
    with writing(engine) as session:
        row = session.exec(select(Capacity)).one()
        lines, moved = (sum(session.exec(select(column)).all()) for column in (HoldLine.amount, LedgerEntry.held))
        return float(abs(row.held - lines) + abs(row.held - moved))


def _declared(url: str) -> tuple[Engine, int, int]:
    """A park with a million kVA."""
    migrate(url)
    engine, now = engine_for(url, pool=CLIENTS + 4), _now()
    with writing(engine) as session:
        house = add_organisation(session, "bench", OrganisationKind.PARK, now=now, standing=Standing.VERIFIED)
        park = join(session, ParkFields(name="bench"), by=None, now=now)
        session.connection().execute(update(Park).where(col(Park.id) == park.id).values(owner_id=house.id))
        capacity.save_sheet(session, park, SheetFields.model_validate({"power_kva": UNITS}), by=None, now=now)
        made = engine, park.id, house.id
        session.commit()
    return made


@contextmanager
def _server() -> Iterator[str]:
    """A PostgreSQL of our own from its wheel; empty where there is none."""
    home = mkdtemp(prefix="parkbridge-pg-")
    with TemporaryDirectory() as folder, (Path(folder) / "in_use").open("ab") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_SH)
        command = [sys.executable, str(SERVER), home, in_use.name]
        durable = {**os.environ, "PARKBRIDGE_BENCH_PG": "-c fsync=on"}
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True, "env": durable}
        with subprocess.Popen(command, **pipes) as server:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
            fcntl.flock(in_use, fcntl.LOCK_UN)
            server.wait()


def _now() -> datetime:
    return datetime.now(UTC)
