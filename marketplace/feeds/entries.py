"""Which dates has somebody before them, and how does each change?

An entry says its kind and where to look, nothing else: whoever holds a feed's address reads no more than that. Its name
stays for good and its sequence only rises; what was called off, or closed with its exchange, is cancelled by its name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, or_, select

from marketplace import exchanges, projects, talks
from marketplace.capacity import Hold, HoldStatus
from marketplace.exchanges import State, Talk
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.parks.tenure import office_since
from marketplace.projects.stages import Stage
from marketplace.projects.tables import Signing
from marketplace.talks import Clock, Offer, Room, Visit
from marketplace.talks.tables import OfferStatus, VisitStatus

BACK = timedelta(days=60)  # how long what is past stays in a feed
PATHS = {"exchange": "/exchanges/{id}", "project": "/projects/{id}"}
VISIT_TAKES = timedelta(hours=2)


class DateKind(StrEnum):
    """What a date is about."""

    VISIT = "visit"
    OFFER = "offer"
    CLOCK = "clock"
    HOLD = "hold"
    START = "start"


TITLES: Mapping[DateKind, tuple[str, str]] = {  # zh, en
    DateKind.VISIT: ("园桥：考察", "Parkbridge: a visit"),
    DateKind.OFFER: ("园桥：报价到期", "Parkbridge: an offer expires"),
    DateKind.CLOCK: ("园桥：办理时限", "Parkbridge: an answer is due"),
    DateKind.HOLD: ("园桥：预留到期", "Parkbridge: a hold expires"),
    DateKind.START: ("园桥：约定开工日期", "Parkbridge: works start, as promised"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A date. A `starts` without a time is a whole day."""

    kind: DateKind
    id: str
    sequence: int
    starts: date | datetime
    path: str
    changed_at: datetime
    ends: datetime | None = None
    cancelled: bool = False

    @property
    def uid(self) -> str:
        """Its name, the same for good."""
        return f"{self.kind}-{self.id}@parkbridge"


Source = Callable[..., Iterable[Entry]]  # source(session, viewer, *, now): only what this person may read


def entries_for(session: Session, viewer: Viewer, *, now: datetime) -> Sequence[Entry]:
    """Every date of a person, in the order of their names; what is long past is left out."""
    since = now - BACK
    found = [entry for source in SOURCES for entry in source(session, viewer, now=now)]
    late = [entry for entry in found if _day(entry.starts) >= since.date()]
    return sorted(late, key=lambda entry: entry.uid)


def of_talks(session: Session, viewer: Viewer, *, now: datetime) -> Iterator[Entry]:
    """Visits agreed to, offers that expire and clocks of the reader's own side."""
    for talk in exchanges.exchanges_of(session, viewer, now=now):
        room = talks.room_of(session, talk, viewer, now=now)
        yield from _visits(session, talk, room)
        yield from _offers(session, talk, room, now)
        if talk.state is not State.CLOSED:
            clocks = talks.clocks_of(session, talk.exchange)
            yield from (_clock(talk, clock) for clock in clocks if clock.side is talk.side)


def of_holds(session: Session, viewer: Viewer, *, now: datetime) -> Iterator[Entry]:
    """When a hold of the reader's organisation, or at one of its parks, expires."""
    house = viewer.organisation_id
    query = select(Hold, Park).join(Park, col(Park.id) == col(Hold.park_id))
    query = query.where(or_(col(Hold.owner_id) == house, col(Park.owner_id) == house), Hold.expires_at > now - BACK)
    came: dict[int, datetime] = {}
    for hold, park in session.exec(query):
        if park.id not in came:
            came[park.id] = office_since(session, park)
        if hold.owner_id != house and hold.created_at < came[park.id] and hold.status is not HoldStatus.HELD:
            continue  # of the office before
        path = f"/parks/{park.code}/ledger" if park.owner_id == house else PATHS.get(hold.for_kind, "/inbox")
        at, over = path.format(id=hold.for_id), hold.status is not HoldStatus.HELD
        yield Entry(
            DateKind.HOLD, hold.public_id, hold.version - 1, hold.expires_at, at, hold.updated_at, cancelled=over
        )


def of_projects(session: Session, viewer: Viewer, *, now: datetime) -> Iterator[Entry]:
    """By which day works start, where a contract that stands says so."""
    affairs = projects.affairs_of(session, viewer, now=now)
    said = col(Signing.project_id).in_([affair.project.id for affair in affairs])
    query = select(Signing).where(said, col(Signing.stands_at).is_not(None), col(Signing.start_by).is_not(None))
    latest = {signed.project_id: signed for signed in session.exec(query.order_by(col(Signing.id)))}  # the last word
    for affair in affairs:
        signed = latest.get(affair.project.id)
        if signed is not None and signed.start_by is not None and signed.stands_at is not None:
            id, over = affair.project.public_id, affair.project.stage is Stage.TERMINATED
            path, number = f"/projects/{id}", 2 * signed.id + over
            yield Entry(DateKind.START, id, number, signed.start_by, path, signed.stands_at, cancelled=over)


SOURCES: tuple[Source, ...] = (of_talks, of_holds, of_projects)


def _visits(session: Session, talk: Talk, room: Room | None) -> Iterator[Entry]:
    query = select(Visit).where(Visit.exchange_id == talk.exchange.id, Visit.round == talk.exchange.round)
    for visit in session.exec(query.where(col(Visit.agreed_at).is_not(None))):
        if visit.agreed_at is None:
            continue
        off = room is None or visit.status is VisitStatus.CANCELLED
        yield Entry(
            DateKind.VISIT,
            visit.public_id,
            visit.version - 1 + (room is None),
            visit.agreed_at,
            _path(talk),
            visit.updated_at,
            visit.agreed_at + VISIT_TAKES,
            cancelled=off,
        )


def _offers(session: Session, talk: Talk, room: Room | None, now: datetime) -> Iterator[Entry]:
    query = select(Offer).where(Offer.exchange_id == talk.exchange.id, Offer.round == talk.exchange.round)
    for offer in session.exec(query.where(col(Offer.sent_at).is_not(None))):
        if offer.expires_on is None:
            continue
        off = room is None or offer.status not in (OfferStatus.SENT, OfferStatus.EXPIRED)
        sequence = offer.version - 1 + (room is None)
        yield Entry(
            DateKind.OFFER, offer.public_id, sequence, offer.expires_on, _path(talk), offer.updated_at, cancelled=off
        )


def _clock(talk: Talk, clock: Clock) -> Entry:
    """One name for a clock that begins anew: its sequence counts the minutes since the exchange began."""
    exchange = talk.exchange
    id = f"{exchange.public_id}-{exchange.round}-{clock.kind}"
    sequence = max(0, int((clock.since - exchange.created_at).total_seconds() // 60))
    return Entry(DateKind.CLOCK, id, sequence, clock.due.on, _path(talk), clock.since)


def _path(talk: Talk) -> str:
    return f"/exchanges/{talk.exchange.public_id}"


def _day(starts: date | datetime) -> date:
    return starts.date() if isinstance(starts, datetime) else starts
