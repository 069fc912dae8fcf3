"""What do the two sides write to each other, with which files, and what has been read?"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from marketplace.database import public_id
from marketplace.disclosure import Level
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.exchanges import Side
from marketplace.inbox import NoticeKind
from marketplace.journal import Act, note
from marketplace.talks.rooms import Room, enter, noted, rows_of, said, told
from marketplace.talks.tables import File, Message, MessageKind
from marketplace.uploads import Kind, Upload

TEXT_MOST, MESSAGES_MOST = 4000, 2000
FILES_MOST, BYTES_MOST = 40, 100_000_000  # of one side in one exchange


class Attached(NamedTuple):
    """A file without its bytes; `open` False: its side waits for the promise of confidence."""

    id: str
    message_id: int
    side: Side
    name: str
    size: int
    simulated: bool
    created_at: datetime


_ATTACHED = tuple(col(getattr(File, "public_id" if name == "id" else name)) for name in Attached._fields)


def write(
    session: Session,
    room: Room,
    text: str,
    *,
    now: datetime,
    kind: MessageKind = MessageKind.PLAIN,
    upload: Upload | None = None,
) -> Message:
    """Say something to the other side, with a file if there is one. Raises NotFound, Refusal, Conflict."""
    enter(session, room, now=now)
    text = text.strip()
    faults = list(_faults(room, text, kind, upload))
    if len(rows_of(session, room, Message)) >= MESSAGES_MOST:
        faults.append(Fault("text", "This exchange holds {most} messages already", {"most": MESSAGES_MOST}))
    if faults:
        raise Refusal(faults)
    made = Message(**said(room, now, kind=kind, text=text))
    session.add(made)
    session.flush()
    if upload is not None:
        _attach(session, room, made, upload, now)
    told(session, room, NoticeKind.MESSAGE, now=now, key=f"message {made.public_id}")
    if kind is not MessageKind.PLAIN:
        noted(session, room, Act.PUBLISHED, "message", made.public_id, now=now, kind=str(kind))
    return made


def messages_of(session: Session, room: Room) -> list[Message]:
    """Every message of the round, in order."""
    return rows_of(session, room, Message)


def unread(session: Session, room: Room) -> int:
    """How many messages of the other side nobody here has had before them."""
    return sum(row.read_at is None and row.side is not room.side for row in rows_of(session, room, Message))


def mark_read(session: Session, room: Room, *, now: datetime) -> None:
    """The messages of the other side are before somebody of ours now."""
    theirs = update(Message).where(
        col(Message.exchange_id) == room.exchange.id,
        col(Message.round) == room.exchange.round,
        col(Message.side) == room.side.other,
        col(Message.read_at).is_(None),
    )
    session.connection().execute(theirs.values(read_at=now))


def files_of(session: Session, room: Room) -> Mapping[int, list[Attached]]:
    """Message → its files; a need owner's are not there for the park before the promise of confidence."""
    own = select(*_ATTACHED).where(File.exchange_id == room.exchange.id, File.round == room.exchange.round)
    found: dict[int, list[Attached]] = {}
    for row in (Attached(*each) for each in session.exec(own.order_by(col(File.id)))):
        if _is_open(room, row.side):
            found.setdefault(row.message_id, []).append(row)
    return found


def taken(session: Session, room: Room, id: str, *, now: datetime) -> Upload:
    """A file for who may take it now; that the other side took it is journalled. Raises NotFound."""
    own = select(File).where(File.exchange_id == room.exchange.id, File.round == room.exchange.round)
    file = session.exec(own.where(File.public_id == id)).first()
    if file is None or not _is_open(room, file.side):
        raise NotFound
    if file.side is not room.side:
        facts = {"level": int(_level(file.side)), "fields": ["file"], "to": room.viewer.organisation_id}
        note(session, Act.DISCLOSED, "file", id, by=room.viewer, now=now, whose=file.organisation_id, **facts)
    return Upload(Kind(file.kind), file.name, file.content)


def _faults(room: Room, text: str, kind: MessageKind, upload: Upload | None) -> list[Fault]:
    faults = []
    if not text and upload is None:
        faults.append(Fault("text", "This has to be filled in"))
    if len(text) > TEXT_MOST:
        faults.append(Fault("text", "This is too long: at most {max_length} characters", {"max_length": TEXT_MOST}))
    if kind is not MessageKind.PLAIN and room.side is not Side.PARK:
        faults.append(Fault("kind", "Assessment, feedback and reports come from the park"))
    return faults


def _attach(session: Session, room: Room, message: Message, upload: Upload, now: datetime) -> None:
    ours = (File.exchange_id == room.exchange.id, File.round == room.exchange.round, File.side == room.side)
    count, size = session.exec(select(func.count(), func.coalesce(func.sum(col(File.size)), 0)).where(*ours)).one()
    if count >= FILES_MOST or size + len(upload.content) > BYTES_MOST:
        most = {"most": FILES_MOST, "size": BYTES_MOST // 10**6}
        raise Refusal(Fault("file", "One side hands over at most {most} files of {size} MB together", most))
    sha256 = hashlib.sha256(upload.content).hexdigest()
    if session.exec(select(File.id).where(*ours, File.sha256 == sha256)).first():
        raise Conflict(Fault("file", "This file is here already"))
    values = {"kind": str(upload.kind), "name": upload.name_shown, "size": len(upload.content), "sha256": sha256}
    id = public_id()
    session.add(File(**said(room, now, **values, content=upload.content, message_id=message.id, public_id=id)))
    session.flush()
    noted(session, room, Act.PUBLISHED, "file", id, now=now, kind=str(upload.kind))


def _is_open(room: Room, side: Side) -> bool:
    """The park's files open with identities, the need owner's with the promise."""
    return side is room.side or side is Side.PARK or room.opened.promise is not None


def _level(side: Side) -> Level:
    return Level.BOTH if side is Side.PARK else Level.PROMISE
