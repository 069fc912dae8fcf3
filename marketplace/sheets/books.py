"""How is a workbook read, though it may be made to fill the memory of who reads it?

In a limited process: what allocates without end ends it alone (record 0054).
"""

import json
import subprocess
import sys
from collections import deque
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from marketplace.errors import Busy, Fault, Refusal
from marketplace.uploads import checked_archive

PROGRAM = Path(__file__).with_name("opened.py")
MOST_MEMORY_BYTES = 380_000_000
MOST_CPU_S, MOST_WAIT_S = 10, 30
_AT_ONCE = BoundedSemaphore(2)
_UNREADABLE = "This workbook cannot be read: open it and save it again as .xlsx"


def rows_of_book(name: str, content: bytes, *, most_rows: int) -> list[list[str]]:
    """The first sheet as texts, at most `most_rows` of it. Raises Refusal, Busy."""
    if content[:2] == b"PK":
        archive = checked_archive(name, content)
        try:
            for part in archive.entries:
                deque(archive.pieces(part), maxlen=0)  # what holds more than it says is refused before it is believed
        except Refusal:
            raise Refusal(Fault(name, _UNREADABLE)) from None
    if not _AT_ONCE.acquire(timeout=MOST_WAIT_S):
        raise Busy(Fault(name, "Too many files are read at this moment: try again in a minute"))
    try:
        return _opened(name, content, most_rows)
    finally:
        _AT_ONCE.release()


def _opened(name: str, content: bytes, most_rows: int) -> list[list[str]]:
    limits = [str(most_rows), str(MOST_MEMORY_BYTES), str(MOST_CPU_S)]
    try:
        done = subprocess.run(
            [sys.executable, "-I", PROGRAM, *limits],
            input=content,
            capture_output=True,
            timeout=MOST_WAIT_S,
            env={"PYTHONUTF8": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refusal(Fault(name, _UNREADABLE)) from None
    if done.returncode:  # unreadable, or ended by its limits
        raise Refusal(Fault(name, _UNREADABLE))
    rows: Any = json.loads(done.stdout)
    return list(rows)
