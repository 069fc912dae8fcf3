"""How long does starting take, against the imports that cannot be avoided?  python -m bench.start [ROUNDS]"""

import json
import os
import platform
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

BIN = Path(sys.executable).parent
NEED = {"industry": "3841", "land_mu": 150, "power_kva": 20000, "investment_10k": 80000, "origin": "310114"}
Seconds = tuple[float, float]  # wall, processor


def ended(process: subprocess.Popen[str], began: float) -> Seconds:
    """Wait for the end; the processor time counts the process and its finished children."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - began, used.ru_utime + used.ru_stime


def whole(*command: str) -> Seconds:
    """A command from start to end. Raises RuntimeError when it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, text=True)
    seconds = ended(process, began)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}")
    return seconds


def first_page(*command: str) -> Seconds:
    """A server from start to its first page, and the processor time it had used when stopped right after."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    address = next(found[0] for line in process.stdout if (found := re.findall(r"http://\S+", line)))
    urllib.request.urlopen(address, timeout=60).read()
    wall = time.perf_counter() - began
    process.terminate()
    process.stdout.read()
    return wall, ended(process, began)[1]


def measures(folder: Path) -> dict[str, Callable[[], Seconds]]:
    """What is measured, each after the peer it is compared with."""
    (folder / "need.json").write_text(json.dumps(NEED))
    parkbridge, need, url = str(BIN / "parkbridge"), str(folder / "need.json"), f"sqlite:///{folder}/demo.db"
    return {
        "import fastapi, sqlmodel, numpy, numba": lambda: whole(
            sys.executable, "-c", "import fastapi, sqlmodel, numpy, numba"
        ),
        "serve to first page": lambda: first_page(parkbridge, "serve", "--db", url, "--port", "0"),
        "import numpy, scipy.sparse, numba": lambda: whole(sys.executable, "-c", "import numpy, scipy.sparse, numba"),
        "rank against the catalogue": lambda: whole(parkbridge, "rank", need, "--json"),
    }


def main(rounds: int) -> None:
    """Make a demonstration database, run everything in turn, print medians and ratios."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        wall, cpu = first_page(str(BIN / "parkbridge"), "demo", "--db", f"{folder}/demo.db", "--port", "0")
        print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, {rounds} rounds")
        print(f"{'demo from nothing to first page, once':40} {wall:7.2f} s wall {cpu:7.2f} s processor   (goal: 15 s)")
        named = measures(folder)
        seen: dict[str, list[Seconds]] = {label: [] for label in named}
        for _ in range(rounds):  # in turn, so that a busy neighbour slows all of them
            for label, measure in named.items():
                seen[label].append(measure())
    peer = 0.0
    for label, goal in zip(named, ("", "goal: 2", "", "goal: 3"), strict=True):
        wall, cpu = (median(column) for column in zip(*seen[label], strict=True))
        ratio = f"  × {cpu / peer:.2f}   ({goal})" if goal else ""
        print(f"{label:40} {wall:7.2f} s wall {cpu:7.2f} s processor{ratio}")
        peer = cpu


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
