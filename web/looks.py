"""What exists for a reader of open needs, and how is a look noted?"""

from datetime import datetime

from fastapi import Request
from sqlmodel import Session

from marketplace import disclosure
from marketplace.disclosure import Level, Seen
from marketplace.needs import Need
from marketplace.organisations import Viewer
from web import doors

NO_STORE = {"Cache-Control": "no-store"}  # what is withdrawn is gone at the next look, also from a browser's own store


def summaries_for(session: Session, by: Viewer | None, now: datetime) -> list[Seen]:
    """The summaries of every need that exists for a reader, in the order they are listed."""
    return [disclosure.seen(need, Level.PUBLIC) for need in disclosure.open_needs(session, by, now=now)]


def note(request: Request, need: Need, level: Level, by: Viewer | None, now: datetime) -> None:
    """Counts the look, in a transaction of its own before anything is shown: what cannot be noted is not disclosed."""
    doors.write(request, lambda session: disclosure.note_view(session, need, level, by, now=now))
