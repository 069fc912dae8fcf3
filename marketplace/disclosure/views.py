"""Which organisations have looked at a need, when and how often?

The owner learns organisations and hours, no person. Strangers and who is not verified are one count without names.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from marketplace.database import SHANGHAI, day_of
from marketplace.disclosure.levels import Level, seen
from marketplace.disclosure.tables import View
from marketplace.errors import NotFound
from marketplace.journal import Act, Entry, note
from marketplace.needs import Need
from marketplace.organisations import Organisation, Viewer, may_see_for

FEW = 5  # below this a count of strangers is not told


@dataclass(frozen=True, slots=True)
class Looked:
    """An organisation in an hour at a level above the summary."""

    organisation: str
    simulated: bool
    level: Level
    hour: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Views:
    """Who looked at more than the summary, the latest first; and how often anybody looked at the summary."""

    named: tuple[Looked, ...]
    summary_times: int | None  # None: fewer than FEW


def note_view(session: Session, need: Need, level: Level, viewer: Viewer | None, *, now: datetime) -> None:
    """Count a look at a need; the first of an organisation at a level on a day is a disclosure in the journal."""
    if may_see_for(viewer, need.owner_id):
        return
    verified = viewer if viewer is not None and viewer.is_verified else None
    if level > Level.PUBLIC and not _looked_today(session, need, level, verified, now):
        names = list(seen(need, level).names)
        facts = {"level": int(level), "fields": names}
        note(session, Act.DISCLOSED, "listing", need.listing_id or "", by=viewer, now=now, whose=need.owner_id, **facts)
    _count(session, need, level, verified.organisation_id if verified else None, now)


def views_of(session: Session, need: Need, viewer: Viewer) -> Views:
    """The view log of a need, for its owner alone. Raises NotFound."""
    if not may_see_for(viewer, need.owner_id):
        raise NotFound
    query = (
        select(View, Organisation)
        .join(Organisation, col(Organisation.id) == View.organisation_id)
        .where(View.need_id == need.id, View.level > Level.PUBLIC)
        .order_by(col(View.hour).desc(), col(View.id).desc())
    )
    rows = session.exec(query)
    named = tuple(Looked(who.name, who.simulated, Level(row.level), row.hour, row.times) for row, who in rows)
    summed = select(func.sum(View.times)).where(View.need_id == need.id, View.level == Level.PUBLIC)
    times = session.exec(summed).first() or 0
    return Views(named, int(times) if times >= FEW else None)


def _looked_today(session: Session, need: Need, level: Level, by: Viewer | None, now: datetime) -> bool:
    """Asked of the listing, not of the need: an entry left out would tell that both are the same."""
    day = datetime.combine(day_of(now), datetime.min.time(), SHANGHAI)
    query = select(Entry.facts).where(Entry.about == "listing", Entry.about_id == need.listing_id)
    query = query.where(Entry.act == Act.DISCLOSED, col(Entry.at) >= day)
    query = query.where(col(Entry.by_organisation_id) == (by.organisation_id if by else None))
    return any(facts.get("level") == int(level) and "to" not in facts for facts in session.exec(query))


def _count(session: Session, need: Need, level: Level, organisation_id: int | None, now: datetime) -> None:
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    whose = col(View.organisation_id) == organisation_id
    same = (col(View.need_id) == need.id, whose, col(View.level) == int(level), col(View.hour) == hour)
    session.flush()
    found = session.connection().execute(update(View).where(*same).values(times=View.times + 1))
    if found.rowcount == 0:
        session.add(View(need_id=need.id, organisation_id=organisation_id, level=int(level), hour=hour))
        session.flush()
