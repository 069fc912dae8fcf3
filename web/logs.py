"""How does the log say what happened: one line each, which nobody else can write, and no secret in it?"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime

from web.security import request_id

_NAMED = "password|passwd|secret|token|code|cookie|authorization|session"
SECRETS = (
    (re.compile(r"pb_[\w-]{8,}"), "pb_…"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 …"),
    (re.compile(rf"(?i)\b({_NAMED})(\W{{1,4}})[^\s,;&'\"}}\])]+"), r"\1\2…"),
    (re.compile(r"://[^/@\s:]+:[^/@\s]+@"), "://…@"),  # of a database's address
    (re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])"), "…"),  # what our own random words look like
)
MOST_SIGNS = 20_000
# what carries a sender's words in its message: the kind and the place are enough
CARRIES_INPUT = {"ValidationError", "RequestValidationError", "StatementError", "DatabaseError", "UnicodeError"}


class Lines(logging.Formatter):
    """One JSON object a line: control signs are escaped, and a fault's own words are told only where they are ours."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one event."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        if request_id.get():
            line["request"] = request_id.get()
        line["said"] = without_secrets(record.getMessage())
        if record.exc_info and record.exc_info[1]:
            line["fault"] = without_secrets(told(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=True)


def told(fault: BaseException) -> str:
    """A fault and what caused it: kinds and places, and words that nobody sent."""
    parts: list[str] = []
    seen: set[int] = set()
    at: BaseException | None = fault
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        kinds = {kind.__name__ for kind in type(at).__mro__}
        words = "" if kinds & CARRIES_INPUT and "OperationalError" not in kinds else f": {at}"
        frames = " < ".join(
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
            for frame in reversed(traceback.extract_tb(at.__traceback__)[-12:])
        )
        notes = "".join(f" [{note}]" for note in getattr(at, "__notes__", ()))
        parts.append(f"{type(at).__name__}{words}{notes} at {frames}")
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return " | because of ".join(parts)[:MOST_SIGNS]


def without_secrets(text: str) -> str:
    """A text with passwords, tokens and cookies taken out."""
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text[:MOST_SIGNS]


def begin(level: int = logging.WARNING) -> None:
    """Every logger of this process writes such lines to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "fastapi"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
