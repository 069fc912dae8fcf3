"""How does one command run Parkbridge on a bare machine?

    python3 run.py demo            every word but `test` goes to the command line `parkbridge`
    python3 run.py test [--full]   the tests; further words go to pytest

The first run makes .venv and installs the locked wheels, with uv where there is one, else with pip. The usual mirror
variables hold; PARKBRIDGE_WHEELS=folder installs from a folder of wheels alone. Standard library only, and nothing
newer than Python 3.7, so that an old Python can say what is wrong instead of failing to read this.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin/python")
STAMP = VENV / "parkbridge-stamp"
LOCK, TEST_LOCK = "requirements.lock", "requirements-dev.lock"
# The interpreter .venv is made from: never the one inside the .venv that is being replaced.
BASE = str(getattr(sys, "_base_executable", sys.executable))
DEFAULTS = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_SYSTEM_CERTS": "true", "UV_PYTHON_DOWNLOADS": "never"}


def main(words: list[str]) -> None:
    """Set up what is missing, then become the command line or the tests."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 14):
        python = another_python()
        os.execv(python, [python, str(ROOT / "run.py"), *words])
    test = words[:1] == ["test"]
    lock = TEST_LOCK if test else LOCK
    if not stands(lock):
        with (ROOT / ".venv.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            os.set_inheritable(file.fileno(), True)  # if this process is killed, its installer still holds the lock
            if not stands(lock):  # another first run may have installed while this one waited
                install(lock)
    if test:
        os.chdir(ROOT)
        os.execv(PYTHON, [PYTHON, "-m", "pytest", "-n", "2", "--dist", "worksteal", *words[1:]])
    os.execv(PYTHON, [PYTHON, str(VENV / "bin/parkbridge"), *words])


def another_python() -> str:
    """A supported interpreter on PATH; each is tried, for a version manager's stand-in may only complain."""
    for name in ("python3.11", "python3.12", "python3.13", "python3.14"):
        found = shutil.which(name)
        if found and knows(found, "sys"):
            return found
    sys.exit(
        f"Parkbridge needs Python 3.11 to 3.14; this is {sys.version.split()[0]}. On Debian: apt-get install python3"
    )


def stands(lock: str) -> bool:
    """Whether .venv was finished, here, from this lock."""
    try:
        return os.path.exists(PYTHON) and stamp(lock) in STAMP.read_text().split()
    except FileNotFoundError:  # never made, or cut short
        return False


def stamp(lock: str) -> str:
    """The mark of a finished .venv: its place, the lock and what the package declares of itself."""
    declared = (ROOT / "pyproject.toml").read_text("utf-8").split("\n[tool.")[0]  # settings of tools install nothing
    return hashlib.sha256(f"{ROOT}\n{declared}\n{(ROOT / lock).read_text('utf-8')}".encode()).hexdigest()


def install(lock: str) -> None:
    """Make .venv anew, or add the tests' tools to a finished one; what fails half-way is removed."""
    wheels = os.environ.get("PARKBRIDGE_WHEELS")
    if wheels and not Path(wheels).is_dir():
        sys.exit(f"PARKBRIDGE_WHEELS={wheels}: there is no such folder")
    print("Setting up Parkbridge in .venv: about a minute, this once", file=sys.stderr, flush=True)
    offline = ["--no-index", "--find-links", str(Path(wheels).resolve())] if wheels else []
    done = [stamp(name) for name in (LOCK, TEST_LOCK) if name in (LOCK, lock)]
    try:
        if stands(LOCK) and (shutil.which("uv") or knows(PYTHON, "pip")):
            STAMP.unlink()
        else:
            make_venv()
        pip = [*installer(), *offline, *([] if sys.stderr.isatty() else ["--quiet"])]
        run([*pip, "--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", str(ROOT / lock)])
        run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])  # the backend is in the lock
        if (ROOT / "matching/warm.py").exists():  # the compiled kernel is made here, never by a request
            run([PYTHON, "-m", "matching.warm"])
        STAMP.write_text("\n".join(done) + "\n")
    except BaseException:
        remove_venv()
        raise


def make_venv() -> None:
    """An empty .venv, by the first of: uv, venv with pip, virtualenv, venv filled by this Python's own pip."""
    remove_venv()
    uv, virtualenv = shutil.which("uv"), shutil.which("virtualenv")
    if uv:
        run([uv, "venv", "--quiet", "--python", BASE, str(VENV)])
    elif knows(BASE, "ensurepip"):
        run([BASE, "-m", "venv", str(VENV)])
    elif virtualenv:
        run([virtualenv, "--quiet", "--python", BASE, str(VENV)])
    elif knows(BASE, "pip"):
        run([BASE, "-m", "venv", "--without-pip", str(VENV)])
    else:
        sys.exit("This Python can make no virtual environment. On Debian: apt-get install python3-venv")


def installer() -> list[str]:
    """The command that installs into .venv, pointed at the mirror either tool was told of."""
    env, uv = os.environ, shutil.which("uv")
    mirror = env.get("UV_DEFAULT_INDEX") or env.get("UV_INDEX_URL") or env.get("PIP_INDEX_URL")
    if mirror:
        env.setdefault("UV_DEFAULT_INDEX", mirror)
        env.setdefault("PIP_INDEX_URL", mirror)
    if uv:
        return [uv, "pip", "install", "--python", PYTHON]
    pip = [PYTHON, "-m", "pip"] if knows(PYTHON, "pip") else [BASE, "-m", "pip", "--python", PYTHON]
    return [*pip, "install", "--no-compile"]


def knows(python: str, module: str) -> bool:
    """Whether this interpreter runs and can import the module."""
    return subprocess.run([python, "-c", f"import {module}"], stderr=subprocess.DEVNULL).returncode == 0


def remove_venv() -> None:
    """Take .venv away, be it a folder or a link to one."""
    if VENV.is_symlink():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)


def run(command: list[str]) -> None:
    """Run one step of the set-up, with everything it says on stderr."""
    if subprocess.run(command, env={**DEFAULTS, **os.environ}, stdout=sys.stderr, close_fds=False).returncode:
        sys.exit(
            "Set-up failed, the lines above say why; nothing half-made is left. Behind a mirror set PIP_INDEX_URL,"
            " without a network PARKBRIDGE_WHEELS=a folder of wheels (CONTRIBUTING.md says how to fill one)."
        )


if __name__ == "__main__":
    main(sys.argv[1:])
