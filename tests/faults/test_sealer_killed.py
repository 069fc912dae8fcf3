"""Does a sealer that is killed with -9 lose nothing, seal nothing twice and leave a sound chain?"""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import func, select

from marketplace.database import engine_for, migrate, reading, writing
from marketplace.journal import Act, Entry, Seal, note, seal_all, verify
from tests.marketplace.conftest import NOW

KILLS, FULL_KILLS, ENTRIES = 5, 50, 6000
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


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("journal") / "journal.db"
    migrate(f"sqlite:///{path}")
    engine = engine_for(f"sqlite:///{path}")
    with writing(engine) as session:
        rows = [Entry(at=NOW, act=Act.CHANGED, about="need", about_id=str(n), facts={"n": n}) for n in range(ENTRIES)]
        session.add_all(rows)
        session.commit()
    engine.dispose()
    return path


def test_whenever_a_sealer_is_killed_the_chain_is_sound_and_the_next_goes_on(
    filled: Path, tmp_path: Path, full: bool
) -> None:
    path = tmp_path / "journal.db"
    shutil.copyfile(filled, path)
    url = f"sqlite:///{path}"
    engine = engine_for(url)
    acknowledged = 0
    for kill in range(FULL_KILLS if full else KILLS):
        with subprocess.Popen([sys.executable, "-c", PROGRAM, url], stdout=subprocess.PIPE, text=True) as victim:
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
