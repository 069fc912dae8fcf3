"""How is a mandate given, taken up and ended, and what may be done under it?"""

from datetime import date, datetime, timedelta

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from marketplace import journal, parks
from marketplace.database import day_of
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.journal import Act
from marketplace.lifecycle import Lifecycle, hold_still
from marketplace.mandates.tables import Mandate, MandateStatus
from marketplace.organisations import (
    Organisation,
    OrganisationKind,
    Role,
    Standing,
    Viewer,
    may_act_for,
    may_administer,
)
from marketplace.parks import Park

LIFE = Lifecycle({"offered": frozenset({"active", "declined", "ended"}), "active": frozenset({"ended"})})
AGENTS = (OrganisationKind.ORGANIZER, OrganisationKind.PARK)
LONGEST = timedelta(days=3 * 366)


def give(session: Session, park: Park | None, uscc: str, until_on: date, *, by: Viewer, now: datetime) -> Mandate:
    """A park's admin lets an agent act for the park; an enterprise's admin says that an agent stands for it.

    Raises NotFound, Refusal, Conflict.
    """
    _may_give(park, by)
    agent = _agent(session, uscc, by)
    if not day_of(now) <= until_on <= day_of(now) + LONGEST:
        raise Refusal(Fault("until_on", "A mandate ends on a day from today on, within three years"))
    hold_still(session, session.get_one(Organisation, by.organisation_id))
    if _open_between(session, by.organisation_id, agent.id, park.id if park else None, on=day_of(now)):
        raise Conflict(Fault("uscc", "This agent has that mandate already, or was offered it"))
    row = Mandate(
        principal_id=by.organisation_id,
        agent_id=agent.id,
        park_id=park.id if park else None,
        until_on=until_on,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, row, by=by, now=now, mandate="offered")
    return row


def answer(session: Session, public_id: str, to: MandateStatus, *, by: Viewer, now: datetime) -> Mandate:
    """The agent takes it up or declines; either side ends it at once. Raises NotFound, Conflict."""
    row = session.exec(select(Mandate).where(Mandate.public_id == public_id)).first()
    sides = (row.principal_id, row.agent_id) if row else ()
    mine = by.organisation_id in sides if to == MandateStatus.ENDED else by.organisation_id in sides[1:]
    if row is None or not mine or not may_administer(by) or to == MandateStatus.OFFERED:
        raise NotFound
    if to == MandateStatus.ACTIVE and not (by.is_verified and row.until_on >= day_of(now)):
        raise Conflict(Fault("", "This mandate is over, or your organisation is not verified"))
    LIFE.move(session, row, to, now=now)
    _note(session, row, by=by, now=now, mandate=str(to))
    return row


def mandates_of(session: Session, viewer: Viewer) -> list[tuple[Mandate, Park | None, Organisation, bool]]:
    """(mandate, park, the other side, whether we gave it): those offered or active, then what is over, newest first."""
    ours = viewer.organisation_id
    rows = session.exec(select(Mandate).where(or_(Mandate.principal_id == ours, Mandate.agent_id == ours)))
    found = []
    for row in sorted(rows, key=lambda each: (each.status not in ("offered", "active"), -each.id)):
        given = row.principal_id == ours
        other = session.get_one(Organisation, row.agent_id if given else row.principal_id)
        found.append((row, session.get(Park, row.park_id) if row.park_id else None, other, given))
    return found


def may_act_for_park(session: Session, viewer: Viewer | None, park: Park, *, now: datetime) -> bool:
    """Editors of the organisation that speaks for a park, and of a verified agent with its mandate."""
    if may_act_for(viewer, park.owner_id):
        return True
    return viewer is not None and viewer.may(Role.EDITOR) and is_agent_for(session, viewer, park, on=day_of(now))


def is_agent_for(session: Session, viewer: Viewer, park: Park, *, on: date) -> bool:
    """Whether a mandate of the organisation that speaks for the park today is the viewer's."""
    if not viewer.is_verified or park.owner_id is None or viewer.kind not in AGENTS:
        return False
    rows = _live(on).where(Mandate.agent_id == viewer.organisation_id, Mandate.park_id == park.id)
    principal = session.get_one(Organisation, park.owner_id)
    if principal.standing != Standing.VERIFIED:
        return False
    return session.exec(rows.where(Mandate.principal_id == park.owner_id)).first() is not None


def parks_of(session: Session, viewer: Viewer, *, now: datetime) -> list[Park]:
    """The parks the viewer's organisation speaks for, and those it acts for by mandate, by code."""
    own = parks.parks_of(session, viewer)
    rows = _live(day_of(now)).where(Mandate.agent_id == viewer.organisation_id, col(Mandate.park_id).is_not(None))
    acted = [session.get_one(Park, row.park_id) for row in session.exec(rows)]
    held = [park for park in acted if is_agent_for(session, viewer, park, on=day_of(now))]
    return sorted({park.code: park for park in (*own, *held)}.values(), key=lambda park: park.code)


def agents_of(session: Session, park: Park, *, on: date) -> list[Organisation]:
    """Who acts for a park today: shown on its page."""
    rows = _live(on).where(Mandate.park_id == park.id, Mandate.principal_id == park.owner_id)
    return [session.get_one(Organisation, row.agent_id) for row in session.exec(rows.order_by(col(Mandate.id)))]


def stands_for(session: Session, organisation_id: int, enterprise_id: int, *, now: datetime) -> bool:
    """Whether an organisation is the enterprise or stands for it: then it acts for no park towards it."""
    if organisation_id == enterprise_id:
        return True
    rows = _live(day_of(now)).where(Mandate.agent_id == organisation_id, Mandate.principal_id == enterprise_id)
    return session.exec(rows.where(col(Mandate.park_id).is_(None))).first() is not None


def _live(on: date) -> SelectOfScalar[Mandate]:
    return select(Mandate).where(Mandate.status == MandateStatus.ACTIVE, col(Mandate.until_on) >= on)


def _may_give(park: Park | None, by: Viewer) -> None:
    """A park's own office for the park, an enterprise for itself."""
    rightful = by.kind == OrganisationKind.ENTERPRISE if park is None else park.owner_id == by.organisation_id
    if not (may_administer(by) and by.is_verified and rightful):
        raise NotFound


def _agent(session: Session, uscc: str, by: Viewer) -> Organisation:
    code = uscc.replace(" ", "").upper()
    rows = select(Organisation).where(Organisation.uscc == code, Organisation.standing == Standing.VERIFIED)
    agent = session.exec(rows.where(col(Organisation.kind).in_(AGENTS))).first()
    if agent is None or agent.id == by.organisation_id:
        raise Refusal(Fault("uscc", "No verified agent or park office has this code: ask them for it"))
    return agent


def _open_between(session: Session, principal_id: int, agent_id: int, park_id: int | None, *, on: date) -> bool:
    rows = select(Mandate).where(Mandate.principal_id == principal_id, Mandate.agent_id == agent_id)
    rows = rows.where(col(Mandate.status).in_(("offered", "active")), col(Mandate.until_on) >= on)
    return any(row.park_id == park_id for row in session.exec(rows))


def _note(session: Session, row: Mandate, *, by: Viewer, now: datetime, **facts: object) -> None:
    for whose in (row.principal_id, row.agent_id):
        journal.note(session, Act.RIGHTS, "mandate", row.public_id, by=by, now=now, whose=whose, **facts)
