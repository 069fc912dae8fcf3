"""A site that is killed with -9 at a chosen moment of a request: `dying.py DATABASE_URL`, then a line per request.

Each line is JSON: moment, login, method, path and what goes with them. A child of its own serves it and dies, if the
moment comes; otherwise it prints the answer's status and where it leads. Then "over" is printed.
"""

import json
import os
import signal
import sys
from typing import Any

from sqlalchemy import event
from sqlmodel import Session
from starlette.types import Message, Receive, Scope, Send

from tests.faults.conftest import SETTINGS, signed_in
from tests.marketplace.conftest import NOW
from web.app import create_app

MOMENTS = ("after_flush", "before_commit", "after_commit", "answer", "never")


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def serve(url: str, asked: dict[str, Any]) -> None:
    """One request, by somebody who is signed in already."""
    app = create_app(url, SETTINGS, clock=lambda: NOW)
    client = signed_in(app, asked["login"])
    client.post("/theme", data={"theme": "dark"})  # everything is warm
    moment = asked["moment"]
    inner = client.app

    async def killing(scope: Scope, receive: Receive, send: Send) -> None:
        async def last(message: Message) -> None:
            if moment == "answer":
                die()
            await send(message)

        await inner(scope, receive, last)

    if moment.startswith(("after_", "before_")):
        listen(moment)
    client._transport.app = killing  # type: ignore[attr-defined]
    answer = client.request(asked["method"], asked["path"], headers=asked["headers"], **asked["sent"])
    print(answer.status_code, answer.headers.get("location", "-"), flush=True)


def listen(moment: str) -> None:
    """The moment of the first transaction that claims a key."""

    def once(session: Session, *_: Any) -> None:
        if session.info.get("once"):
            die()

    event.listen(Session, moment, once)


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            serve(sys.argv[1], json.loads(line))
            os._exit(0)
        os.waitpid(child, 0)
        print("over", flush=True)


if __name__ == "__main__":
    main()
