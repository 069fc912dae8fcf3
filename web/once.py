"""Which key does an unsafe request carry, and is what it asks already done? (record 0072)

A form of ours carries a hidden key made for it alone, a program sends Idempotency-Key. `begun` is told of the session
of a handler that writes; `ended` notes the answer in its transaction just before it is committed.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import anyio.from_thread
from fastapi import Request
from fastapi.routing import APIRoute
from sqlalchemy import Connection, event
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.responses import Response

from marketplace import once
from marketplace.errors import Fault, Refusal
from marketplace.once import Done
from web.i18n import N_
from web.keyed_forms import FIELD
from web.security import SAFE_METHODS

HEADER = "Idempotency-Key"
MOST_FIELDS, MOST_FILES = 400, 4
Files = Mapping[str, tuple[str, bytes]]
NO_FILES: Files = MappingProxyType({})
BAD_KEY = N_("A key has 8 to 128 letters, digits or signs, without a blank")


class Again(Exception):
    """The request was done before: `done` is what it was answered."""

    def __init__(self, done: Done) -> None:
        super().__init__(str(done.status))
        self.done = done


class Answering(APIRoute):
    """A route whose dependencies may see the answer at their end, before anything is committed."""

    def get_route_handler(self) -> Any:
        """FastAPI's own, with the answer left in the request's state."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            answer: Response = await inner(request)
            request.state.answer = answer
            return answer

        return handler


def take_form(request: Request, pairs: FormData, files: Files = NO_FILES) -> None:
    """What a form that was read carries: its key, and a hash of what was typed and chosen.

    Not of the bytes: the boundary between the parts differs each time a form is sent.
    """
    key = pairs.get(FIELD)
    typed = [(name, value) for name, value in pairs.multi_items() if name != FIELD and isinstance(value, str)]
    parts = [part for row in typed for part in row]
    parts += [part for field, (name, content) in files.items() for part in (field, name, once.hashed(content))]
    request.state.once_form = (key if isinstance(key, str) else "", once.hashed(*parts))


def begun(request: Request, session: Session, who: str, *, key: str | None, now: datetime) -> None:
    """Let the transactions of this session begin with claiming the key, where the request carries one."""
    if request.method in SAFE_METHODS:
        return
    header = checked(key)

    @event.listens_for(session, "after_transaction_create")
    def _read(_: Session, transaction: Any) -> None:
        if header is None and transaction.parent is None:
            _read_form(request)  # before the database is asked for its one writer

    @event.listens_for(session, "after_begin")
    def _claim(_: Session, transaction: Any, connection: Connection) -> None:
        said, digest = _said(request, header)
        if not said or transaction.nested or session.info.get("ended"):
            return
        session.info["once"] = once.hashed(who, said)
        address = f"{request.method} {request.url.path}?{request.url.query}"
        if done := once.claim(connection, session.info["once"], once.hashed(address, digest), now=now):
            raise Again(done)


def ended(request: Request, session: Session) -> None:
    """Note the answer, or forget the key where nothing was done."""
    session.info["ended"] = True  # what listens to the commit may still begin a transaction
    key: str | None = session.info.get("once")
    answer: Response | None = getattr(request.state, "answer", None)
    if key is None or answer is None or not session.in_transaction():
        return
    is_file = answer.headers.get("content-disposition", "").startswith("attachment")
    if answer.status_code >= 400 or is_file:  # a page from which a file was taken stays, and may be asked again
        once.let_go(session, key)
        return
    asked = answer.headers.get
    location = asked("location") or asked("hx-redirect") or ""
    own = request.url.path if request.method in ("PUT", "PATCH") else ""
    once.answered(session, key, Done(answer.status_code, location, asked("content-location") or location or own))


def checked(key: str | None) -> str | None:
    """The key a program sends. Raises Refusal for one that cannot be one."""
    if key is not None and not re.fullmatch(r"[\x21-\x7e]{8,128}", key):
        raise Refusal(Fault(HEADER, BAD_KEY))
    return key


def _said(request: Request, header: str | None) -> tuple[str, str]:
    """The key and a hash of what was sent."""
    key, digest = getattr(request.state, "once_form", ("", ""))
    if header is None:
        return key, digest
    return header, digest or request.scope["state"]["body_hash"].hexdigest()


def _read_form(request: Request) -> None:
    """The key in the form of a handler that reads none itself. What cannot be read carries none."""
    kind = request.headers.get("content-type", "")
    if hasattr(request.state, "once_form") or not kind.startswith(("application/x-www-form", "multipart/form-data")):
        return
    request.state.once_form = ("", "")
    try:
        pairs = anyio.from_thread.run(read_form, request)
    except (HTTPException, MultiPartException):
        return
    take_form(request, pairs)
    anyio.from_thread.run(pairs.close)


async def read_form(request: Request) -> FormData:
    """The form of a request, as far as forms go."""
    return await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
