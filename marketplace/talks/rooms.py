"""Who may read and write in an open exchange now, and who speaks in it for a side?

Nothing of a talk is reached but through a `Room`, and there is none unless the exchange is open to the reader at this
moment: what is withdrawn is gone at once, and another round is another room.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from marketplace import exchanges
from marketplace.errors import Conflict, Fault, NotFound
from marketplace.exchanges import Exchange, ExchangeStatus, Opened, Side, Talk
from marketplace.exchanges.rules import OVER, lock
from marketplace.inbox import NoticeKind, tell
from marketplace.journal import Act, note
from marketplace.organisations import Role, User, Viewer
from marketplace.talks.tables import InRound, Representative

Row = TypeVar("Row", bound=InRound)
OFTEN = Fault("", "There are too many here already: close or take back some first")


@dataclass(frozen=True, slots=True)
class Room:
    """An exchange that is open to one reader: the only way to what hangs on it."""

    talk: Talk
    opened: Opened
    viewer: Viewer

    @property
    def exchange(self) -> Exchange:
        """What everything hangs on."""
        return self.talk.exchange

    @property
    def side(self) -> Side:
        """The reader's side."""
        return self.talk.side

    def house_of(self, side: Side) -> int:
        """The organisation of a side."""
        return self.exchange.owner_id if side is Side.NEED else self.exchange.organisation_id


def may_speak(viewer: Viewer) -> bool:
    """Editors of a verified organisation write; everybody of it reads."""
    return exchanges.may_show_interest(viewer)


def may_bind(viewer: Viewer) -> bool:
    """An offer binds the organisation that sends or accepts it."""
    return viewer.is_verified and viewer.may(Role.APPROVER)


def room_of(session: Session, talk: Talk, viewer: Viewer, *, now: datetime) -> Room | None:
    """The room of an exchange; None unless it is open to the reader now."""
    opened = exchanges.opened(session, talk, viewer, now=now)
    return Room(talk, opened, viewer) if opened is not None else None


def room_by_id(session: Session, id: str, viewer: Viewer | None, *, now: datetime) -> Room:
    """The same by the exchange's id. Raises NotFound."""
    talk = exchanges.exchange_by_id(session, id, viewer, now=now)
    room = room_of(session, talk, viewer, now=now) if viewer is not None else None
    if room is None:
        raise NotFound
    return room


def enter(session: Session, room: Room, *, now: datetime) -> None:
    """Nobody closes the exchange before what is written now is written; the writer speaks for its side from now on.

    Raises NotFound for who may not, Conflict where it closed meanwhile.
    """
    if not may_speak(room.viewer):
        raise NotFound
    before = room.exchange.round
    lock(session, room.exchange, room.talk.need, room.talk.park, now=now)
    if room.exchange.status != ExchangeStatus.OPEN or room.exchange.round != before:
        raise Conflict(OVER)
    add_speaker(session, room, room.viewer.user_id, now=now)


def said(room: Room, now: datetime, **values: Any) -> dict[str, Any]:
    """The columns that every row of a room begins with."""
    return {
        "exchange_id": room.exchange.id,
        "round": room.exchange.round,
        "side": room.side,
        "organisation_id": room.viewer.organisation_id,
        "user_id": room.viewer.user_id,
        "simulated": room.exchange.simulated,
        "created_at": now,
        **values,
    }


def rows_of(session: Session, room: Room, table: type[Row]) -> list[Row]:
    """What a round holds of a kind, in the order in which it came."""
    own = select(table).where(table.exchange_id == room.exchange.id, table.round == room.exchange.round)
    return list(session.exec(own.order_by(col(table.id))))  # type: ignore[attr-defined]  # every table has one


def row_by_id(session: Session, room: Room, table: type[Row], id: str) -> Row:
    """One thing of a room by its public id. Raises NotFound."""
    own = select(table).where(table.exchange_id == room.exchange.id, table.round == room.exchange.round)
    found = session.exec(own.where(table.public_id == id)).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    return found


def told(session: Session, room: Room, kind: NoticeKind, *, now: datetime, key: str | None = None) -> None:
    """The other side learns that something happened here, and not what."""
    house = room.house_of(room.side.other)
    tell(session, kind, to=house, about=("exchange", room.exchange.public_id), now=now, key=key)


def noted(session: Session, room: Room, act: Act, noun: str, id: str, *, now: datetime, **facts: Any) -> None:
    """An act of one's own side; nothing of what was said."""
    told_facts: Mapping[str, Any] = {"exchange": room.exchange.public_id, "side": str(room.side), **facts}
    whose = room.viewer.organisation_id
    note(session, act, noun, id, by=room.viewer, now=now, whose=whose, **told_facts)


def add_speaker(session: Session, room: Room, user_id: int, *, now: datetime) -> None:
    """Somebody of the reader's side speaks in this round; saying so again changes nothing."""
    if user_id in {row.user_id for row in rows_of(session, room, Representative)}:
        return
    values = said(room, now, user_id=user_id)
    session.add(Representative(**values))
    session.flush()


def name_speaker(session: Session, room: Room, user_public_id: str, *, now: datetime) -> None:
    """An approver names a colleague who speaks here. Raises NotFound, Conflict."""
    if not may_bind(room.viewer):
        raise NotFound
    user = session.exec(select(User).where(User.public_id == user_public_id)).first()
    if user is None or user.organisation_id != room.viewer.organisation_id or user.disabled_at is not None:
        raise NotFound
    enter(session, room, now=now)
    add_speaker(session, room, user.id, now=now)
    noted(session, room, Act.RIGHTS, "exchange", room.exchange.public_id, now=now, change="speaks")


def drop_speaker(session: Session, room: Room, user_public_id: str, *, now: datetime) -> None:
    """An approver says that somebody no longer speaks here; who writes again does. Raises NotFound, Conflict."""
    if not may_bind(room.viewer):
        raise NotFound
    enter(session, room, now=now)
    user = session.exec(select(User).where(User.public_id == user_public_id)).first()
    rows = [row for row in rows_of(session, room, Representative) if user is not None and row.user_id == user.id]
    if not rows or rows[0].side is not room.side:
        raise NotFound
    session.delete(rows[0])
    session.flush()
    noted(session, room, Act.RIGHTS, "exchange", room.exchange.public_id, now=now, change="speaks_no_more")


def speakers(session: Session, room: Room) -> dict[Side, list[User]]:
    """Who speaks for each side, by name; who left is not among them."""
    found: dict[Side, list[User]] = {side: [] for side in Side}
    for row in rows_of(session, room, Representative):
        user = session.get(User, row.user_id) if row.user_id is not None else None
        if user is not None and user.disabled_at is None and user.organisation_id == room.house_of(row.side):
            found[row.side].append(user)
    return found
