"""Does run.py set up a bare folder once, from hash-checked wheels alone, and pass every word on?

A tiny project stands in for this one: its own run.py is the real file, its one dependency is a wheel made here, and its
build backend lies in the folder, so that nothing comes over a network.
"""

import hashlib
import os
import subprocess
import sys
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tiny"
version = "1"
"""
BACKEND = '''
import os, zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    """A wheel that puts this folder on the path and adds the console script."""
    open("installs.txt", "a").write("installed\\n")
    with zipfile.ZipFile(f"{folder}/tiny-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.pth", os.getcwd())
        wheel.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
        wheel.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("tiny-1.dist-info/entry_points.txt", "[console_scripts]\\nparkbridge = tiny_cli:main\\n")
        wheel.writestr("tiny-1.dist-info/RECORD", "")
    return "tiny-1-py3-none-any.whl"
'''
CLI = """
import os, sys
def main():
    import dependency
    print(os.getcwd(), dependency.VALUE, sys.argv[1:])
    sys.exit(7)
"""


# The same tests with uv: PARKBRIDGE_TEST_UV=/path/to/the/folder/of/uv
WITH_UV = {"PATH": os.environ["PARKBRIDGE_TEST_UV"]} if "PARKBRIDGE_TEST_UV" in os.environ else {}


def wheel(folder: Path, name: str, value: str) -> str:
    """Put a one-module wheel into the folder; answer its line for a lock."""
    path = folder / f"{name}-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", value)
        archive.writestr(f"{name}-1.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        archive.writestr(f"{name}-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{name}-1.dist-info/RECORD", "")
    return f"{name}==1 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A clone of the tiny project, with its wheels beside it."""
    clone, wheels = tmp_path / "a clone", tmp_path / "wheels"
    clone.mkdir()
    wheels.mkdir()
    lock = wheel(wheels, "dependency", "VALUE = 'first'")
    tools = wheel(wheels, "pytest", "import sys, dependency; print('pytest', sys.argv[1:])")
    texts = {"pyproject.toml": PYPROJECT, "backend.py": BACKEND, "tiny_cli.py": CLI}
    texts |= {"requirements.lock": lock, "requirements-dev.lock": lock + tools}
    texts |= {"run.py": (ROOT / "run.py").read_text("utf-8")}
    for name, text in texts.items():
        (clone / name).write_text(text, "utf-8")
    return clone


def started(project: Path, *words: str, python: str = sys.executable, **env: str) -> subprocess.Popen[str]:
    """`python3 run.py WORDS` with an almost empty environment, no HOME, from another folder."""
    return subprocess.Popen(
        [python, str(project / "run.py"), *words],
        env={"PATH": "/usr/bin:/bin", **WITH_UV, "PARKBRIDGE_WHEELS": str(project.parent / "wheels"), **env},
        cwd=project.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ran(project: Path, *words: str, python: str = sys.executable, **env: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one run."""
    process = started(project, *words, python=python, **env)
    out, err = process.communicate()
    return process.returncode, out, err


def installs(project: Path) -> int:
    return len((project / "installs.txt").read_text().split())


def test_words_folder_and_exit_code_pass_through_and_stdout_stays_clean(project: Path) -> None:
    expected = f"{project.parent} first ['rank', 'NEED.json', '--json']\n"
    code, out, err = ran(project, "rank", "NEED.json", "--json")
    assert (code, out) == (7, expected), err
    assert err == "Setting up Parkbridge in .venv: about a minute, this once\n"
    assert ran(project, "rank", "NEED.json", "--json") == (7, expected, "")
    assert installs(project) == 1


def test_test_adds_the_tools_and_runs_pytest_with_the_words_that_follow(project: Path) -> None:
    assert ran(project, "demo")[0] == 7
    code, out, err = ran(project, "test", "--full")
    assert (code, out) == (0, "pytest ['-n', '2', '--dist', 'worksteal', '--full']\n"), err
    assert ran(project, "demo")[2] == "", "the command line needs nothing more than the tests do"


def test_two_first_runs_at_once_install_once(project: Path) -> None:
    processes = [started(project, "demo") for _ in range(2)]
    assert [(process.communicate()[0], process.returncode) for process in processes] == [
        (f"{project.parent} first ['demo']\n", 7)
    ] * 2
    assert installs(project) == 1


def test_a_venv_cut_short_moved_or_of_an_older_lock_is_made_anew(project: Path) -> None:
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/bin/python").symlink_to(sys.executable)
    assert ran(project, "demo")[0] == 7, "cut short: no stamp"
    lock = wheel(project.parent / "wheels", "dependency", "VALUE = 'second'")
    (project / "requirements.lock").write_text(lock)
    assert ran(project, "demo")[1] == f"{project.parent} second ['demo']\n"
    moved = project.rename(project.parent / "moved")
    assert ran(moved, "demo")[:2] == (7, f"{project.parent} second ['demo']\n")
    assert installs(moved) == 3


def test_a_changed_wheel_is_refused_and_no_venv_is_left(project: Path) -> None:
    wheel(project.parent / "wheels", "dependency", "VALUE = 'not the locked one'")
    code, _, err = ran(project, "demo")
    assert code == 1
    assert "hash" in err.lower()
    assert "Set-up failed, the lines above say why" in err.splitlines()[-1]
    assert not (project / ".venv").exists()


def test_an_empty_wheel_folder_and_none_at_all_are_said_plainly(project: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, _, err = ran(project, "demo", PARKBRIDGE_WHEELS=str(tmp_path / "empty"))
    assert (code, "dependency" in err, "Set-up failed" in err.splitlines()[-1]) == (1, True, True), err
    assert not (project / ".venv").exists()
    code, _, err = ran(project, "demo", PARKBRIDGE_WHEELS="no-such-folder")
    assert (code, err) == (1, "PARKBRIDGE_WHEELS=no-such-folder: there is no such folder\n")


def test_a_killed_installation_lets_go_of_the_lock(project: Path) -> None:
    process = started(project, "demo")
    assert process.stderr
    assert process.stderr.readline().startswith("Setting up")
    process.kill()
    process.communicate()
    assert ran(project, "demo")[0] == 7


def test_an_unsupported_python_hands_over_to_a_supported_one_on_the_path(project: Path, tmp_path: Path) -> None:
    """An interpreter of another version is this one with a false version, told by a sitecustomize."""
    old, path = tmp_path / "old", tmp_path / "path"
    old.mkdir()
    path.mkdir()
    (old / "sitecustomize.py").write_text(
        "import os, sys\nos.environ.pop('PYTHONPATH')\nsys.version_info = (3, 9, 0)\nsys.version = '3.9.0 (old)'"
    )
    code, _, err = ran(project, "demo", PATH=str(path), PYTHONPATH=str(old))
    message = "Parkbridge needs Python 3.11 to 3.14; this is 3.9.0. On Debian: apt-get install python3\n"
    assert (code, err) == (1, message)
    (path / "python3.11").write_text("#!/bin/sh\nexit 127\n")
    (path / "python3.12").symlink_to(os.path.realpath(sys.executable))
    for file in path.iterdir():
        if not file.is_symlink():
            file.chmod(0o755)
    assert ran(project, "demo", PATH=str(path), PYTHONPATH=str(old))[0] == 7


@pytest.mark.parametrize("name", ["PIP_INDEX_URL", "UV_DEFAULT_INDEX"])
def test_a_mirror_told_to_either_tool_is_the_one_asked(project: Path, name: str) -> None:
    """The mirror is a listing of folders served from here."""
    page = project.parent / "mirror/simple/dependency"
    page.mkdir(parents=True)
    for file in (project.parent / "wheels").glob("dependency-*"):
        file.rename(page / file.name)
    asked: list[str] = []

    class Mirror(SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            asked.append(self.path)

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Mirror, directory=project.parent / "mirror")) as server:
        Thread(target=server.serve_forever).start()
        address = f"http://127.0.0.1:{server.server_port}/simple"
        code, _, err = ran(project, "demo", **{name: address, "PARKBRIDGE_WHEELS": ""})
        server.shutdown()
    assert code == 7, err
    assert "/simple/dependency/dependency-1-py3-none-any.whl" in asked


@pytest.mark.parametrize("missing", ["ensurepip", "ensurepip pip"])
def test_a_python_without_ensurepip_uses_its_own_pip_or_says_what_to_install(
    project: Path, tmp_path: Path, missing: str
) -> None:
    """As Debian has it without python3-venv: the modules are hidden by a sitecustomize."""
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules |= dict.fromkeys({missing.split()})")
    code, out, err = ran(project, "demo", PATH=str(tmp_path), PYTHONPATH=str(tmp_path))
    if missing == "ensurepip" and pip_outside():
        assert (code, out) == (7, f"{project.parent} first ['demo']\n"), err
    else:
        message = "This Python can make no virtual environment. On Debian: apt-get install python3-venv"
        assert (code, err.splitlines()[-1]) == (1, message)
        assert not (project / ".venv").exists()


def pip_outside() -> bool:
    """Whether the Python that .venv was made from has a pip of its own."""
    return subprocess.run([sys._base_executable, "-c", "import pip"], capture_output=True, check=False).returncode == 0  # type: ignore[attr-defined]
