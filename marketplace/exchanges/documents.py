"""Which files does a need's owner hand over, and who may take them?

The bytes stand in the database: one transaction and one backup hold all of it, and what is deleted is gone at once.
"""

import hashlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from marketplace.disclosure import Level, level_of
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.exchanges.queries import exchanges_about
from marketplace.exchanges.rules import promise_of
from marketplace.exchanges.standing import State
from marketplace.exchanges.tables import Document
from marketplace.journal import Act, note
from marketplace.needs import Need
from marketplace.organisations import Viewer, may_act_for, may_see_for
from marketplace.uploads import Kind, Upload

COUNT_MOST, BYTES_MOST = 20, 100_000_000  # of one need


class Listed(NamedTuple):
    """A document without its bytes."""

    id: str
    kind: str
    name: str
    size: int
    sha256: str
    simulated: bool
    created_at: datetime


_LISTED = tuple(col(getattr(Document, "public_id" if name == "id" else name)) for name in Listed._fields)


def documents_of(session: Session, need: Need, viewer: Viewer, *, now: datetime) -> list[Listed]:
    """The documents of a need for who may take them; none for everybody else."""
    if not _may_take(session, need, viewer, now):
        return []
    query = select(*_LISTED).where(Document.need_id == need.id).order_by(col(Document.id))
    return [Listed(*row) for row in session.exec(query)]


def hand_over(
    session: Session, need: Need, upload: Upload, *, by: Viewer, now: datetime, simulated: bool = False
) -> Document:
    """Keep a file that was looked through, for every park that promised. Raises NotFound, Refusal, Conflict."""
    if not may_act_for(by, need.owner_id):
        raise NotFound
    session.refresh(need, with_for_update=True)
    sums = select(func.count(), func.coalesce(func.sum(col(Document.size)), 0)).where(Document.need_id == need.id)
    count, size = session.exec(sums).one()
    if count >= COUNT_MOST:
        raise Refusal(Fault("file", "{most} documents of this need are here already: delete one", {"most": COUNT_MOST}))
    if size + len(upload.content) > BYTES_MOST:
        most = BYTES_MOST // 10**6
        raise Refusal(Fault("file", "The documents of a need take at most {most} MB together", {"most": most}))
    sha256 = hashlib.sha256(upload.content).hexdigest()
    if session.exec(select(Document.id).where(Document.need_id == need.id, Document.sha256 == sha256)).first():
        raise Conflict(Fault("file", "This file is here already"))
    made = Document(
        need_id=need.id,
        kind=str(upload.kind),
        name=upload.name_shown,
        size=len(upload.content),
        sha256=sha256,
        content=upload.content,
        user_id=by.user_id,
        simulated=simulated,
        created_at=now,
    )
    session.add(made)
    session.flush()
    facts = {"need": need.public_id, "kind": made.kind}
    note(session, Act.PUBLISHED, "document", made.public_id, by=by, now=now, whose=need.owner_id, **facts)
    return made


def taken(session: Session, id: str, viewer: Viewer | None, *, now: datetime) -> tuple[Upload, Need]:
    """A document for who may take it now; that another organisation took it is journalled. Raises NotFound."""
    found = session.exec(select(Document, Need).join(Need).where(Document.public_id == id)).first()
    if found is None or viewer is None or not _may_take(session, found[1], viewer, now):
        raise NotFound
    document, need = found
    if viewer.organisation_id != need.owner_id:
        facts = {"level": int(Level.PROMISE), "fields": ["document"], "to": viewer.organisation_id}
        note(session, Act.DISCLOSED, "document", document.public_id, by=viewer, now=now, whose=need.owner_id, **facts)
    return Upload(Kind(document.kind), document.name, document.content), need


def discard(session: Session, need: Need, id: str, *, by: Viewer, now: datetime) -> None:
    """Delete a document for good. Raises NotFound."""
    query = select(Document).where(Document.public_id == id, Document.need_id == need.id)
    document = session.exec(query).first() if may_act_for(by, need.owner_id) else None
    if document is None:
        raise NotFound
    session.delete(document)
    session.flush()
    note(session, Act.DELETED, "document", id, by=by, now=now, whose=need.owner_id, need=need.public_id)


def _may_take(session: Session, need: Need, viewer: Viewer, now: datetime) -> bool:
    """The owner; and who promised in an exchange that is open, for a park it still speaks for."""
    level = level_of(session, viewer, need, now=now)
    if level is None or level < Level.PROMISE:
        return False
    return may_see_for(viewer, need.owner_id) or any(
        talk.state is State.OPEN and promise_of(session, talk.exchange) is not None
        for talk in exchanges_about(session, need, viewer, now=now)
    )
