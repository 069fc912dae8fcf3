"""What was refused to somebody signed in? Into the journal, in its own transaction, after the answer (record 0043).

The route and not the address: what somebody typed may be another's secret, and a hidden thing and none are one entry.
A loop fills no disk: one entry per person, route and minute, and one more that counts the rest of the minute.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import Engine
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from marketplace import journal
from marketplace.database import writing
from marketplace.journal import Act
from marketplace.organisations import Viewer

KEPT = (403, 404)


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused to whom."""

    user_id: int
    method: str
    route: str
    status: int


class Refusals:
    """How often this process refused what to whom in the current minute."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: dict[Refused, tuple[datetime, int, Viewer]] = {}  # the minute, how many are not written yet

    def count(self, refused: Refused, by: Viewer, now: datetime) -> int:
        """How many are to be written now: the first of a minute with what an earlier one left, or none."""
        minute = now.replace(second=0, microsecond=0)
        with self._lock:
            before, left, _ = self._counted.get(refused, (None, 0, by))
            is_first = before != minute
            self._counted[refused] = (minute, 0 if is_first else left + 1, by)
        return left + 1 if is_first else 0

    def finished(self, now: datetime) -> list[tuple[Refused, Viewer, int]]:
        """What minutes that are over left to be written; they are forgotten."""
        with self._lock:
            over = [key for key, (minute, _, _) in self._counted.items() if (now - minute).total_seconds() >= 60]
            rows = [(key, *self._counted.pop(key)) for key in over]
        return [(key, viewer, left) for key, _, left, viewer in rows if left]


def remember(request: Request, answer: Response, status: int) -> Response:
    """The answer, with the entry to be written once it has left. Strangers and unknown addresses are none."""
    user, route = getattr(request.state, "user", None), request.scope.get("route")
    if status not in KEPT or user is None or route is None:
        return answer
    state = request.app.state
    now = state.clock()
    refused = Refused(user.user_id, request.method, route.path, status)
    count = state.refusals.count(refused, user, now)
    if count:
        answer.background = BackgroundTask(_write, state.engine, refused, user, count, now)
    return answer


def write_finished(engine: Engine, refusals: Refusals, *, now: datetime) -> int:
    """Write down what the minutes that are over left, and say how many entries that were."""
    rows = refusals.finished(now)
    for refused, viewer, count in rows:
        _write(engine, refused, viewer, count, now)
    return len(rows)


def _write(engine: Engine, refused: Refused, by: Viewer, count: int, now: datetime) -> None:
    """A journal that cannot be written breaks no answer; the log of the program says so."""
    facts = {"method": refused.method, "route": refused.route, "status": refused.status, "count": count}
    try:
        with writing(engine) as session:
            journal.note(session, Act.REFUSED, "route", "", by=by, now=now, whose=by.organisation_id, **facts)
            session.commit()
    except Exception as fault:
        logging.getLogger(__name__).error("a refusal was not written down: %s", type(fault).__name__)
