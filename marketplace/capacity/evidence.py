"""On what does a figure of a sheet rest? A source in words with its date, and the document where there is one.

The words are public once they stand, the document is for the office and the platform. What an editor writes waits for
an approver, like the figures themselves.
"""

import hashlib
import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import LargeBinary, UniqueConstraint, and_, update
from sqlalchemy.orm import defer
from sqlmodel import Field, Session, SQLModel, col, select

from marketplace import journal, screening
from marketplace.capacity.rules import stands_alone
from marketplace.capacity.tables import OF_PARK, Capacity, Term
from marketplace.database import Moment, day_of, public_id
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.fields import Fields
from marketplace.journal import Act
from marketplace.lifecycle import hold_still, rewrite
from marketplace.organisations import Role, Viewer, may_act_for, may_approve_for, may_moderate, may_see_for
from marketplace.parks import Park
from marketplace.resources import Source
from marketplace.uploads import Kind, Upload

_ADDRESS = re.compile(r"://|www\.|[a-z0-9-]+\.(?:com|cn|net|org|gov|top|xyz)\b|[^\s@]+@[^\s@]+", re.IGNORECASE)


class EvidenceFields(Fields):
    """What people fill in: which paper says so, and of which day it is."""

    text: str = Field(min_length=2, max_length=160)
    dated_on: date


class Evidence(SQLModel, table=True):
    """The source of one figure; beside the one that stands another may wait for an approver."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("park_id", "name", "stands"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    park_id: int = Field(foreign_key="park.id", index=True)
    name: str = Field(max_length=32)  # the resource or term
    stands: bool
    text: str = Field(max_length=160)
    dated_on: date
    kind: str = Field(default="", max_length=8)  # of the file; "" is none
    file_name: str = Field(default="", max_length=120)
    sha256: str = Field(default="", max_length=64)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    user_id: int | None = Field(default=None, foreign_key="user_account.id")
    simulated: bool = False
    created_at: datetime = Field(sa_type=Moment)


def attach(
    session: Session,
    park: Park,
    name: str,
    fields: EvidenceFields,
    *,
    upload: Upload | None = None,
    by: Viewer,
    now: datetime,
    simulated: bool = False,
) -> Evidence:
    """Say on what a figure rests, in the place of what was said before. Raises NotFound, Refusal."""
    if not may_act_for(by, park.owner_id):
        raise NotFound
    _check(session, park, name, fields, now=now)
    hold_still(session, park)
    stands = stands_alone(session, park, by)
    _drop(session, park, name, stands)
    made = Evidence(
        park_id=park.id,
        name=name,
        stands=stands,
        **fields.model_dump(),
        kind=str(upload.kind) if upload else "",
        file_name=upload.name_shown if upload else "",
        sha256=hashlib.sha256(upload.content).hexdigest() if upload else "",
        content=upload.content if upload else None,
        user_id=by.user_id,
        simulated=simulated,
        created_at=now,
    )
    session.add(made)
    session.flush()
    if stands:
        _sourced(session, park, made, now=now)
    _note(session, park, name, by=by, now=now, stands=stands, file=upload is not None)
    return made


def let_stand(session: Session, park: Park, row: Evidence, *, by: Viewer, now: datetime) -> None:
    """An approver of the office who did not write it lets it stand. Raises NotFound, Conflict."""
    if not may_let_stand(row, park, by):
        raise NotFound
    hold_still(session, park)
    _drop(session, park, row.name, True)
    row.stands = True
    session.add(row)
    session.flush()
    _sourced(session, park, row, now=now)
    _note(session, park, row.name, by=by, now=now, stands=True, file=bool(row.kind))


def take_away(session: Session, park: Park, row: Evidence, *, by: Viewer, now: datetime) -> None:
    """Delete a source with its document: an approver's word, or its author's while it waits. Raises NotFound."""
    own = row.user_id == by.user_id and not row.stands and may_act_for(by, park.owner_id)
    if row.park_id != park.id or not (own or may_approve_for(by, park.owner_id)):
        raise NotFound
    name, stands = row.name, row.stands
    session.delete(row)
    session.flush()
    if stands:
        say(session, park, name, Source.DECLARED, now=now)
    _note(session, park, name, by=by, now=now, stands=stands, deleted=True)


def evidence_of(session: Session, park: Park) -> dict[str, Evidence]:
    """What stands, by resource and term."""
    rows = session.exec(
        select(Evidence).options(undocumented()).where(Evidence.park_id == park.id, col(Evidence.stands))
    )
    return {row.name: row for row in rows}


def waiting_evidence(session: Session, park: Park, viewer: Viewer) -> dict[str, Evidence]:
    """What waits for an approver, for the office's own people."""
    if not may_see_for(viewer, park.owner_id):
        return {}
    rows = session.exec(
        select(Evidence).options(undocumented()).where(Evidence.park_id == park.id, ~col(Evidence.stands))
    )
    return {row.name: row for row in rows}


def evidence_by_id(session: Session, park: Park, public_id: str, viewer: Viewer) -> Evidence:
    """One source, for the office and the platform's staff. Raises NotFound."""
    row = session.exec(select(Evidence).where(Evidence.public_id == public_id, Evidence.park_id == park.id)).first()
    if row is None or not (may_see_for(viewer, park.owner_id) or may_moderate(viewer)):
        raise NotFound
    return row


def file_of(row: Evidence) -> Upload:
    """The document of a source. Raises NotFound."""
    if row.content is None:
        raise NotFound
    return Upload(Kind(row.kind), row.file_name, row.content)


def may_let_stand(row: Evidence, park: Park, by: Viewer) -> bool:
    """An approver of the park's own office who did not write it."""
    own = row.park_id == park.id and not row.stands and may_approve_for(by, park.owner_id)
    return own and row.user_id != by.user_id and by.may(Role.APPROVER)


def undocumented() -> Any:
    """For a query: without the documents, which are large and read one at a time."""
    content: Any = Evidence.content
    return defer(content)


def _check(session: Session, park: Park, name: str, fields: EvidenceFields, *, now: datetime) -> None:
    faults = []
    if _ADDRESS.search(fields.text):
        message = "No web or mail address here: name the paper, its number and who issued it"
        faults.append(Fault("text", message))
    if screening.screened(fields.text):
        message = "This reads like an incentive or a demand: name the paper, its number and who issued it"
        faults.append(Fault("text", message))
    if fields.dated_on > day_of(now):
        faults.append(
            Fault("dated_on", "{date} is still to come: give the day of the paper", {"date": fields.dated_on})
        )
    if not _said(session, park, name):
        faults.append(Fault("name", "The sheet says nothing here yet: give the figure first, then its source"))
    if faults:
        raise Refusal(faults)


def _said(session: Session, park: Park, name: str) -> bool:
    line = select(Capacity.id).where(Capacity.park_id == park.id, Capacity.resource == name, OF_PARK)
    term = select(Term.id).where(Term.park_id == park.id, Term.name == name)
    return session.exec(line).first() is not None or session.exec(term).first() is not None


def _drop(session: Session, park: Park, name: str, stands: bool) -> None:
    before = select(Evidence).where(Evidence.park_id == park.id, Evidence.name == name, Evidence.stands == stands)
    for row in session.exec(before):
        session.delete(row)
    session.flush()


def _sourced(session: Session, park: Park, row: Evidence, *, now: datetime) -> None:
    """A figure with a document is one from a document, without one it is the park's own word."""
    if not row.simulated:
        say(session, park, row.name, Source.DOCUMENT if row.kind else Source.DECLARED, now=now)


def say(session: Session, park: Park, name: str, source: Source, *, now: datetime) -> None:
    """The source of a figure; what was invented stays invented."""
    changed = 0
    rested = (Source.DOCUMENT, Source.VERIFIED)
    for table, own in ((Capacity, and_(col(Capacity.resource) == name, OF_PARK)), (Term, col(Term.name) == name)):
        was = col(table.source)
        other = was.in_(rested) if source is Source.DECLARED else was.not_in((Source.SIMULATED, source))
        said = update(table).where(col(table.park_id) == park.id, own, other).values(source=source)
        changed += session.connection().execute(said).rowcount
    if changed:
        session.expire_all()
        rewrite(session, park, version=park.version, now=now)


def _note(session: Session, park: Park, name: str, *, by: Viewer, now: datetime, **facts: object) -> None:
    journal.note(session, Act.CHANGED, "evidence", park.code, by=by, now=now, whose=park.owner_id, name=name, **facts)
