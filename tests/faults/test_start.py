"""D5: does the site refuse to start on what would lose its data?"""

import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.database import engine_for, refuse_network_folder
from marketplace.errors import Refusal

PROGRAM = "from web.cli import main; main()"
MOUNTS = """/dev/sda1 / ext4 rw 0 0
office:/share {folder}/share nfs4 rw 0 0
//office/share {folder}/windows cifs rw 0 0
tmpfs {folder}/share/local tmpfs rw 0 0
"""


def told(*words: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True)
    return done.returncode, done.stderr


def test_a_sound_file_has_every_pragma(tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path / 'sound.db'}")
    with engine.connect() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        assert [*found, connection.exec_driver_sql("PRAGMA foreign_keys").scalar()] == ["wal", 2, 1]
    engine.dispose()


def test_a_place_without_shared_memory_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    url = f"sqlite:///file:{tmp_path / 'plain.db'}?vfs=unix-dotfile&uri=true"
    engine = engine_for(url)
    with pytest.raises(Refusal) as refusal, engine.connect():
        pass
    engine.dispose()
    assert refusal.value.faults[0].params["pragma"] == "journal_mode"
    code, words = told("migrate", "--db", url)
    assert (code, len(words.splitlines())) == (2, 1)
    assert words.startswith("db: ")


@pytest.mark.parametrize(
    ("place", "is_far"), [("share", True), ("windows/x", True), ("share/local", False), ("", False)]
)
def test_a_network_folder_is_refused(tmp_path: Path, place: str, is_far: bool) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS.format(folder=tmp_path))
    file = tmp_path / place / "market.db"
    if not is_far:
        refuse_network_folder(file, mounts)
        return
    with pytest.raises(Refusal) as refusal:
        refuse_network_folder(file, mounts)
    assert refusal.value.faults[0].params == {"folder": str(file.parent)}


def test_tables_of_another_version_are_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    code, words = told("serve", "--db", url, "--port", "0")
    assert (code, len(words.splitlines())) == (2, 1)
    assert not (tmp_path / "old.db").exists()
