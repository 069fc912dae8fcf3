"""When does who visit the site?"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.inbox import NoticeKind
from marketplace.journal import Act
from marketplace.lifecycle import CHANGED_MEANWHILE, Lifecycle
from marketplace.talks.rooms import OFTEN, Room, enter, noted, row_by_id, rows_of, said, told
from marketplace.talks.tables import TIMES_MOST, Visit, VisitFields, VisitStatus

OPEN_MOST = 10
LIFE = Lifecycle(
    {
        "proposed": frozenset({"agreed", "cancelled"}),
        "agreed": frozenset({"done", "cancelled"}),
    }
)


def propose(session: Session, room: Room, fields: VisitFields, times: Sequence[datetime], *, now: datetime) -> Visit:
    """Propose up to three times for a visit. Raises NotFound, Refusal, Conflict."""
    enter(session, room, now=now)
    asked = sorted(set(times))
    faults = []
    if not asked or len(asked) > TIMES_MOST:
        faults.append(Fault("time_1", "Propose one to {most} times", {"most": TIMES_MOST}))
    if any(time <= now for time in asked):
        faults.append(Fault("time_1", "A visit lies ahead: this time is past"))
    if not fields.place:
        faults.append(Fault("place", "This has to be filled in"))
    if faults:
        raise Refusal(faults)
    standing = (VisitStatus.PROPOSED, VisitStatus.AGREED)
    if sum(row.status in standing for row in rows_of(session, room, Visit)) >= OPEN_MOST:
        raise Refusal(OFTEN)
    made = Visit.model_validate(fields, update=said(room, now, times=asked, updated_at=now))
    session.add(made)
    session.flush()
    _tell(session, room, made, Act.PUBLISHED, now)
    return made


def agree(session: Session, room: Room, visit: Visit, time: datetime, *, version: int, now: datetime) -> Visit:
    """The other side takes one of the proposed times. Raises NotFound, Conflict."""
    if visit.side is room.side:
        raise NotFound
    _enter(session, room, visit, version, now)
    if time not in visit.times or time <= now:
        raise Conflict(Fault("time", "This time is not proposed, or past: propose another"))
    LIFE.move(session, visit, VisitStatus.AGREED, now=now, agreed_at=time)
    _tell(session, room, visit, Act.ACCEPTED, now)
    return visit


def cancel(session: Session, room: Room, visit: Visit, *, version: int, now: datetime) -> Visit:
    """Either side calls it off. Raises NotFound, Conflict."""
    _enter(session, room, visit, version, now)
    LIFE.move(session, visit, VisitStatus.CANCELLED, now=now)
    _tell(session, room, visit, Act.WITHDRAWN, now)
    return visit


def tick_off(session: Session, room: Room, visit: Visit, *, version: int, now: datetime) -> Visit:
    """The visit took place. Raises NotFound, Conflict, also before its time."""
    _enter(session, room, visit, version, now)
    if visit.agreed_at is not None and visit.agreed_at > now:
        raise Conflict(Fault("time", "This visit lies ahead"))
    LIFE.move(session, visit, VisitStatus.DONE, now=now)
    _tell(session, room, visit, Act.CHANGED, now)
    return visit


def visits_of(session: Session, room: Room) -> list[Visit]:
    """Every visit of the round, in order."""
    return rows_of(session, room, Visit)


def visit_by_id(session: Session, room: Room, id: str) -> Visit:
    """One visit of the room. Raises NotFound."""
    return row_by_id(session, room, Visit, id)


def _enter(session: Session, room: Room, visit: Visit, version: int, now: datetime) -> None:
    enter(session, room, now=now)
    session.refresh(visit)
    if visit.version != version:
        raise Conflict(CHANGED_MEANWHILE)


def _tell(session: Session, room: Room, visit: Visit, act: Act, now: datetime) -> None:
    told(session, room, NoticeKind.VISIT, now=now)
    noted(session, room, act, "visit", visit.public_id, now=now, status=str(visit.status))
