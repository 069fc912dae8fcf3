"""Does a demonstration that is killed while it fills its database begin anew, whole?"""

import signal
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

from sqlmodel import func, select

from marketplace.database import engine_for, reading
from marketplace.parks import Park

KILLS = 5
PROGRAM = "from web.cli import main; main()"


def started(file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, "demo", "--port", "0", "--db", str(file)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def grown(file: Path, least: int) -> bool:
    """Whether database and write-ahead log have grown to so many bytes."""
    return sum(size(part) for part in (file, file.with_name(file.name + "-wal"))) >= least


def size(file: Path) -> int:
    """Bytes of a file that may come and go."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def test_whenever_it_is_killed_the_next_run_shows_every_zone(tmp_path: Path) -> None:
    file = tmp_path / "demo.db"
    for kill in range(KILLS):
        with started(file) as victim:
            while victim.poll() is None and not grown(file, 100_000 + kill * 1_500_000):
                pass
            victim.send_signal(signal.SIGKILL)
        if file.exists():
            assert parks_in(file) in (0, 2543)
    with started(file) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[-1]
        with urllib.request.urlopen(address + "/api/v1/parks") as answer:
            assert answer.status == 200
        server.terminate()
    assert parks_in(file) == 2543


def parks_in(file: Path) -> int:
    """Parks an unharmed database holds; 0 where its tables are not there yet."""
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        made = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'park'").fetchone()
    connection.close()
    if made == (0,):
        return 0
    engine = engine_for(f"sqlite:///{file}")
    with reading(engine) as session:
        count = session.exec(select(func.count()).select_from(Park)).one()
    engine.dispose()
    return count
