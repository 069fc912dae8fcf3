"""Workers killed with -9 at a chosen moment: `dying_worker.py DATABASE_URL SMTP_PORT`, then a line a generation.

Each line is JSON: now, and for each worker of the generation a moment and the how-manieth time it comes; "never" works
to the end. When all are gone, how many died is printed.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from marketplace import mail, timers
from marketplace.database import engine_for
from marketplace.journal import Act, note
from web.postman import Postman
from web.settings import Settings
from web.worker import Worker

KIND = "effect"
MOMENTS = ("after_flush", "before_commit", "after_commit", "handed_over", "handing_over")


def effect(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
    """One entry, and one letter about it."""
    note(session, Act.CHANGED, "need", facts["id"], by=None, now=now)
    mail.post(session, "anna@mail.invalid", facts["id"], "text", now=now)


def dying_at(moment: str, nth: int) -> None:
    """Let this process die at the nth time of a moment."""
    times = count(1)

    def once(*_: Any) -> None:
        if next(times) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    if moment.startswith(("after_", "before_")):
        event.listen(Session, moment, once)
    hand_over = Postman.hand_over

    def dying(self: Postman, parcel: Any) -> str:
        if moment == "handing_over":
            once()
        said = hand_over(self, parcel)
        if moment == "handed_over":
            once()
        return said

    Postman.hand_over = dying  # type: ignore[method-assign]


def work(url: str, port: int, now: datetime, moment: str, nth: int) -> None:
    site = {"public_url": "https://park.example", "smtp_from": "robot@park.example"}
    settings = Settings(smtp_host="127.0.0.1", smtp_port=port, smtp_starttls=False, **site)
    dying_at(moment, nth)
    timers.TIMERS = {KIND: effect}
    timers.KINDS = frozenset({KIND})
    Worker(engine_for(url), settings, lambda: now).go_round()


def main() -> None:
    url, port = sys.argv[1], int(sys.argv[2])
    for line in sys.stdin:
        asked, children = json.loads(line), []
        for moment, nth in asked["workers"]:
            child = os.fork()
            if child == 0:
                work(url, port, datetime.fromisoformat(asked["now"]), moment, nth)
                os._exit(0)
            children.append(child)
        print(sum(os.WIFSIGNALED(os.waitpid(child, 0)[1]) for child in children), flush=True)


if __name__ == "__main__":
    main()
