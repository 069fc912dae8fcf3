"""Does a sealer that is killed with -9 lose nothing, seal nothing twice and leave a sound chain?"""

import signal
import subprocess
import sys

import pytest
from sqlmodel import func, select

from marketplace.database import engine_for, reading, writing
from marketplace.journal import Act, Entry, Seal, note, seal_all, verify
from tests.marketplace import conftest as databases
from tests.marketplace.conftest import NOW

template_file, postgres_url = databases.template_file, databases.postgres_url
database_url = databases.database_url


KILLS, FULL_KILLS, ENTRIES = 5, 50, 3000
PROGRAM = """
import sys
from marketplace.database import engine_for, writing
from marketplace import journal
journal.sealing.AT_ONCE = 50
engine = engine_for(sys.argv[1])
print("ready", flush=True)
while True:
    with writing(engine) as session:
        done = journal.seal(session)
        session.commit()
    print(done, flush=True)
"""


@pytest.fixture
def filled(database_url: str) -> str:
    """A database on each of the two with entries that wait for their seal."""
    engine = engine_for(database_url)
    with writing(engine) as session:
        rows = [Entry(at=NOW, act=Act.CHANGED, about="need", about_id=str(n), facts={"n": n}) for n in range(ENTRIES)]
        session.add_all(rows)
        session.commit()
    engine.dispose()
    return database_url


def test_whenever_a_sealer_is_killed_the_chain_is_sound_and_the_next_goes_on(filled: str, full: bool) -> None:
    engine = engine_for(filled)
    acknowledged = 0
    for kill in range(FULL_KILLS if full else KILLS):
        with subprocess.Popen([sys.executable, "-c", PROGRAM, filled], stdout=subprocess.PIPE, text=True) as victim:
            assert victim.stdout is not None
            assert victim.stdout.readline() == "ready\n"
            for _ in range(kill % 5):
                acknowledged += int(victim.stdout.readline())
            victim.send_signal(signal.SIGKILL)
            acknowledged += sum(int(line) for line in victim.stdout if line.strip().isdigit())
        with reading(engine) as session:
            found = verify(session)
            assert found.is_sound
            assert found.sealed >= min(acknowledged, ENTRIES)
            assert found.sealed + found.unsealed == ENTRIES
    seal_all(engine, everywhere=True)
    with reading(engine) as session:
        assert session.exec(select(func.count(func.distinct(Seal.entry_id)))).one() == ENTRIES
        assert verify(session).is_sound
    with writing(engine) as session:  # and acts go on being written
        note(session, Act.CHANGED, "need", "last", by=None, now=NOW)
        session.commit()
    assert seal_all(engine) == 1
    engine.dispose()
