"""D2: whoever holds, commits and releases is killed with -9: is anything acknowledged lost, or anything oversold?"""

import signal
import subprocess
import sys

from sqlalchemy import Engine
from sqlmodel import Session, func, select

from marketplace import capacity
from marketplace.capacity import Capacity, Hold, HoldLine, HoldStatus, LedgerEntry
from marketplace.database import engine_for, reading, writing
from marketplace.journal import verify
from tests.faults.test_holds_race import declare
from tests.marketplace import conftest as databases

template_file, postgres_url = databases.template_file, databases.postgres_url
database_url = databases.database_url

KILLS, FULL_KILLS, UNITS = 5, 50, 40
# four threads hold one unit each, commit every third, release every second; a line per commit that came back
PROGRAM = """
import sys
from datetime import datetime, UTC
from itertools import count
from threading import Thread
from sqlmodel import select
from marketplace import capacity
from marketplace.database import engine_for, writing
from marketplace.errors import Refusal
from marketplace.parks import Park
engine, now = engine_for(sys.argv[1]), datetime(2026, 11, 23, 2, tzinfo=UTC)
def say(id, status):
    sys.stdout.write(f"{id} {status}\\n")
    sys.stdout.flush()
def client():
    for turn in count():
        with writing(engine) as session:
            park = session.exec(select(Park)).one()
            try:
                named = {"for_kind": "exchange", "for_id": "x", "owner_id": park.owner_id}
                made = capacity.hold(session, park, {"power": 1}, **named, by=None, now=now)
            except Refusal:
                session.rollback()
                alive = select(capacity.Hold).where(capacity.Hold.status == "committed").limit(1)
                made = session.exec(alive).first()
                if made is None:
                    continue
                try:
                    capacity.release(session, made, capacity.Reason.OTHER, by=None, now=now)
                    session.commit()
                except Refusal:
                    continue
                say(made.public_id, "released")
                continue
            session.commit()
        say(made.public_id, "held")
        with writing(engine) as session:
            made = session.get_one(capacity.Hold, made.id)
            if turn % 3 == 0:
                capacity.commit(session, made, by=None, now=now)
            elif turn % 2 == 0:
                capacity.release(session, made, capacity.Reason.LESS, by=None, now=now)
            status = str(made.status)
            session.commit()
        say(made.public_id, status)
print("ready", flush=True)
for _ in range(4):
    Thread(target=client).start()
"""
AFTER = {"held": 0, "committed": 1, "released": 2}


def killed_after(url: str, lines: int) -> dict[str, str]:
    """What a victim had acknowledged when it died: the last status of each hold it named."""
    told: dict[str, str] = {}
    with subprocess.Popen([sys.executable, "-c", PROGRAM, url], stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "ready\n"
        said = [victim.stdout.readline() for _ in range(lines)]
        victim.send_signal(signal.SIGKILL)
        said += [line for line in victim.stdout if line.endswith("\n")]
    for line in said:
        id, status = line.split()
        if AFTER[status] >= AFTER[told.get(id, "held")]:
            told[id] = status
    return told


def lost(session: Session, told: dict[str, str]) -> list[str]:
    """Acknowledged holds that are not there, or not as far as was acknowledged."""
    there = {row.public_id: str(row.status) for row in session.exec(select(Hold)).all()}
    return [id for id, status in told.items() if AFTER[there.get(id, "held")] < AFTER[status] or id not in there]


def oversold(session: Session) -> int:
    """How far the row is from its holds, its movements and its limit, all added up."""
    row = session.exec(select(Capacity)).one()
    sums = {
        status: int(
            session.exec(
                select(func.coalesce(func.sum(HoldLine.amount), 0)).join(Hold).where(Hold.status == status)
            ).one()
        )
        for status in (HoldStatus.HELD, HoldStatus.COMMITTED)
    }
    moved = session.exec(select(func.sum(LedgerEntry.held), func.sum(LedgerEntry.committed))).one()
    wrong = abs(row.held - sums[HoldStatus.HELD]) + abs(row.committed - sums[HoldStatus.COMMITTED])
    wrong += abs(row.held - int(moved[0] or 0)) + abs(row.committed - int(moved[1] or 0))
    return wrong + max(0, row.held + row.committed - UNITS) + max(0, -capacity.free_of(row))


def is_sound(engine: Engine) -> bool:
    """What the database itself says about its file; of PostgreSQL, that every row can be read."""
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        answers = [
            connection.exec_driver_sql(f"PRAGMA {check}").all() for check in ("integrity_check", "foreign_key_check")
        ]
    return answers == [[("ok",)], []]


def test_whenever_it_is_killed_nothing_acknowledged_is_lost_and_nothing_is_oversold(
    database_url: str, full: bool
) -> None:
    engine = engine_for(database_url)
    with writing(engine) as session:
        declare(session, UNITS)
        session.commit()
    kills = FULL_KILLS if full else KILLS
    acknowledged, missing, wrong, sound = 0, 0, 0, 0
    for kill in range(kills):
        told = killed_after(database_url, 3 + 7 * (kill % 5))
        acknowledged += len(told)
        sound += is_sound(engine)
        with reading(engine) as session:
            missing += len(lost(session, told))
            wrong += oversold(session)
            assert verify(session).is_sound
    print(f"{engine.dialect.name}: {kills} kills, {acknowledged} acknowledged, {missing} lost, {wrong} oversold")
    assert (missing, wrong, sound) == (0, 0, kills)
    assert acknowledged > kills
    engine.dispose()
