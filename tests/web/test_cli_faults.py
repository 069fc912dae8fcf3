"""Is what cannot be read one line on stderr that says where, and never a traceback?"""

from pathlib import Path

import pytest

from tests.web.test_cli import NEED, parkbridge, written


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A sound need and parks, and files that are none."""
    written(tmp_path / "need.json", NEED)
    written(tmp_path / "parks.json", [{"code": "P1"}])
    (tmp_path / "halves.json").write_text('[{"code": "P\\ud800"}]')
    (tmp_path / "digits.json").write_text('{"industry": "3841", "jobs": 1' + "0" * 5000 + "}")
    (tmp_path / "other.bin").write_bytes(b"\xff\xfe\x00SQLite no format")
    return tmp_path


WRONG = (
    ("rank digits.json", "digits.json: "),
    ("rank need.json --parks halves.json --json", "halves.json: "),
    ("rank need.json --parks parks.json --seed -1", "--seed: -1 太小：至少为 0"),
    ("pairs --mode enclave --parks parks.json --seed -1", "--seed: -1 太小：至少为 0"),
    ("learn --seed -1", "--seed: -1 太小：至少为 0"),
    ("evaluate --part A --size tiny --seed -1", "--seed: -1 太小：至少为 0"),
    ("evaluate --part B --cases other.bin", "other.bin: "),
    ("evaluate --part B --cases missing.csv", "missing.csv: "),
    ("rank need.json --db other.bin", "db: "),
    ("rank need.json --db=", "db: "),
    ("learn --db postgresql//name:secret@host/base", "db: "),
)


@pytest.mark.parametrize(("words", "where"), WRONG, ids=[words for words, _ in WRONG])
def test_what_cannot_be_read_is_one_line_and_exit_2(
    files: Path, monkeypatch: pytest.MonkeyPatch, words: str, where: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    monkeypatch.chdir(files)
    done = parkbridge(*words.split())
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    assert done.stderr.startswith(where)
    assert "secret" not in done.stderr


@pytest.mark.parametrize("command", ["rank need.json", "learn", "migrate", "replay x"])
@pytest.mark.parametrize("file", ["other.bin", "."])
def test_a_file_that_is_no_database_is_one_line_and_exit_1(
    files: Path, monkeypatch: pytest.MonkeyPatch, command: str, file: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    monkeypatch.chdir(files)
    done = parkbridge(*command.split(), "--db", f"sqlite:///{file}", language="en_GB.UTF-8")
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert done.stderr.startswith("--db: The database cannot be used (")
    assert len(done.stderr.splitlines()) == 1
