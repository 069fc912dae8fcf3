"""What does a park promise to whoever comes, and which of it is public?"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Text
from sqlmodel import Field, Session, col, select

from marketplace import compliance
from marketplace.compliance import Place, Screening
from marketplace.database import Moment, Shaped, Word, day_of, one_of, public_id
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.fields import Fields
from marketplace.lifecycle import Lifecycle, hold_still
from marketplace.organisations import Viewer, may_act_for
from marketplace.parks.tables import Park
from marketplace.screening.incentives import Basis, Beneficiary, Condition, Kind, said


class IncentiveStatus(StrEnum):
    """What waits was blocked by the screen; what stood before it stays public."""

    WAITING = "waiting"
    PUBLIC = "public"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


LIFE = Lifecycle(
    {
        "waiting": frozenset({"public", "refused", "withdrawn", "replaced"}),
        "public": frozenset({"refused", "withdrawn", "replaced"}),
    }
)


class IncentiveFields(Fields):
    """What a park fills in: the choices say the measure in words, the text says the rest."""

    title: str = Field(min_length=2, max_length=80)
    kind: Kind = Field(sa_type=Word(Kind))
    whom: Beneficiary = Field(sa_type=Word(Beneficiary))
    basis: Basis = Field(sa_type=Word(Basis))
    asked: list[Condition] = Field(default_factory=list, sa_type=Shaped(list[Condition]), max_length=len(Condition))
    amount: str = Field(default="", max_length=60)
    until_on: date | None = None
    text: str = Field(default="", max_length=2000, sa_type=Text)


class Incentive(IncentiveFields, table=True):
    """One measure of a park, in one version: a change is a row of its own that names the one before."""

    __tablename__ = "incentive"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("whom", Beneficiary),
        one_of("basis", Basis),
        one_of("status", IncentiveStatus),
    )
    model_config = {"extra": "ignore"}  # noqa: RUF012 - what SQLModel asks for

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    park_id: int = Field(foreign_key="park.id", index=True)
    before_id: int | None = Field(default=None, foreign_key="incentive.id")
    status: IncentiveStatus = Field(default=IncentiveStatus.WAITING, sa_type=Word(IncentiveStatus))
    version: int = 1
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


def words_of(fields: IncentiveFields) -> str:
    """An incentive as a text: its title, its choices said in words, and what else is written."""
    measure = said(fields.kind, fields.whom, fields.basis, fields.asked, fields.amount)
    return "\n".join(part for part in (fields.title, measure, fields.text) if part)


def promise(
    session: Session,
    park: Park,
    fields: IncentiveFields,
    *,
    by: Viewer | None,
    now: datetime,
    before: Incentive | None = None,
) -> Incentive:
    """Publish an incentive, or a change of one; it waits where a blocking rule tripped. Raises NotFound, Refusal."""
    if by is not None and not may_act_for(by, park.owner_id):
        raise NotFound
    if fields.until_on is not None and fields.until_on < day_of(now):
        raise Refusal(Fault("until_on", "{date} is past: give a day from today on", {"date": fields.until_on}))
    hold_still(session, park)
    if before is not None:
        _drop_waiting(session, park, before, by=by, now=now)
    values = {"park_id": park.id, "before_id": before.id if before else None, "created_at": now, "updated_at": now}
    row = Incentive.model_validate(fields, update=values)
    session.add(row)
    session.flush()
    found = compliance.submit(session, _place(park, row), words_of(fields), by=by, now=now)
    if found is not None and found.status in compliance.PUBLIC:
        _stand(session, park, row, by=by, now=now)
    return row


def withdraw_incentive(session: Session, park: Park, row: Incentive, *, by: Viewer, now: datetime) -> None:
    """Take an incentive back, and what waits to follow it. Raises NotFound, Conflict."""
    if not may_act_for(by, park.owner_id) or row.park_id != park.id:
        raise NotFound
    hold_still(session, park)
    LIFE.move(session, row, IncentiveStatus.WITHDRAWN, now=now)
    compliance.submit(session, _place(park, row), "", by=by, now=now)
    _drop_waiting(session, park, row, by=by, now=now)


def end_promises(session: Session, park: Park, *, now: datetime) -> None:
    """Who spoke for a park promised, not the park: what is public or waits ends with them."""
    for row in session.exec(_promised(Incentive.park_id == park.id).order_by(col(Incentive.id))).all():
        LIFE.move(session, row, IncentiveStatus.WITHDRAWN, now=now)
        compliance.submit(session, _place(park, row), "", by=None, now=now)


def promises_of(session: Session, owner_id: int) -> int:
    """How many incentives of an organisation's parks are public or wait."""
    parks = select(Park.id).where(Park.owner_id == owner_id)
    return len(session.exec(_promised(col(Incentive.park_id).in_(parks))).all())


def conclude_incentive(session: Session, park: Park, row: Incentive, *, publish: bool, now: datetime) -> None:
    """What follows from the platform's word on its text. Raises Conflict."""
    if not publish:
        LIFE.move(session, row, IncentiveStatus.REFUSED, now=now)
    elif row.status == IncentiveStatus.WAITING:
        _stand(session, park, row, by=None, now=now)


def incentives_of(session: Session, park: Park) -> list[Incentive]:
    """What a park promises publicly, oldest first."""
    public = select(Incentive).where(Incentive.park_id == park.id, Incentive.status == IncentiveStatus.PUBLIC)
    return list(session.exec(public.order_by(col(Incentive.id))))


def own_incentives(session: Session, park: Park) -> list[tuple[Incentive, Screening | None]]:
    """For the park's people: also what waits or was refused, newest first, each with its screening."""
    shown = (IncentiveStatus.PUBLIC, IncentiveStatus.WAITING, IncentiveStatus.REFUSED)
    query = select(Incentive).where(Incentive.park_id == park.id, col(Incentive.status).in_(shown))
    rows = session.exec(query.order_by(col(Incentive.id).desc())).all()
    return [(row, compliance.texts_at(session, "incentive", row.public_id).get("text")) for row in rows]


def incentive_by_id(session: Session, park: Park, id: str) -> Incentive:
    """An incentive of this park that can still be changed. Raises NotFound."""
    row = session.exec(select(Incentive).where(Incentive.public_id == id, Incentive.park_id == park.id)).first()
    if row is None or row.status in (IncentiveStatus.REPLACED, IncentiveStatus.WITHDRAWN):
        raise NotFound
    return row


def _promised(which: Any) -> Any:
    return select(Incentive).where(which, col(Incentive.status).in_((IncentiveStatus.PUBLIC, IncentiveStatus.WAITING)))


def _place(park: Park, row: Incentive) -> Place:
    return Place("incentive", row.public_id, "text", f"{park.name}: {row.title}", park.owner_id)


def _stand(session: Session, park: Park, row: Incentive, *, by: Viewer | None, now: datetime) -> None:
    """Make it public in the place of the one before."""
    LIFE.move(session, row, IncentiveStatus.PUBLIC, now=now)
    before = session.get(Incentive, row.before_id) if row.before_id else None
    if before is not None and LIFE.may_move(before.status, IncentiveStatus.REPLACED):
        LIFE.move(session, before, IncentiveStatus.REPLACED, now=now)
        compliance.submit(session, _place(park, before), "", by=by, now=now)


def _drop_waiting(session: Session, park: Park, before: Incentive, *, by: Viewer | None, now: datetime) -> None:
    """A change that waits gives way to the next one; so does `before` itself while it only waits."""
    query = select(Incentive).where(Incentive.before_id == before.id, Incentive.status == IncentiveStatus.WAITING)
    waiting: Sequence[Incentive] = session.exec(query.order_by(col(Incentive.id))).all()
    for row in [*waiting, *([before] if before.status == IncentiveStatus.WAITING else [])]:
        LIFE.move(session, row, IncentiveStatus.REPLACED, now=now)
        compliance.submit(session, _place(park, row), "", by=by, now=now)
