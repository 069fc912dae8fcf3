"""How does a park that cannot take a project hand it on to another, and who decides?

The enterprise alone. To the park that proposes, an agreement, a refusal and silence look the same whomever else the
need talks to and whomever it excludes: nothing asks that before the enterprise answers, and its answer is one word. The
other park learns nothing before that, and then no more than of any interest: it reads the need as a verified park
does, and what opens takes the consent of both sides (record 0079).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from marketplace import exchanges, parks
from marketplace.database import day_of
from marketplace.disclosure import level_of
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.exchanges import Exchange, Side
from marketplace.exchanges.rules import ENDINGS
from marketplace.exchanges.standing import is_standing, office
from marketplace.inbox import NoticeKind, tell
from marketplace.journal import Act
from marketplace.lifecycle import CHANGED_MEANWHILE, Lifecycle
from marketplace.needs import Need
from marketplace.organisations import Organisation, Standing, may_act_for
from marketplace.parks import Park, ParkStatus
from marketplace.talks.clocks import DAYS, ClockKind
from marketplace.talks.handed import origin_of
from marketplace.talks.rooms import Room, enter, may_bind, may_speak, noted, row_by_id, rows_of, said, told
from marketplace.talks.tables import Transfer, TransferFields, TransferStatus
from marketplace.workdays import due_after

LIFE = Lifecycle({"proposed": frozenset({"accepted", "declined", "withdrawn", "lapsed"})})
COUNT_MOST = 10  # of one round: to ask again and again is to press
OVER = Fault("transfer", "The last day of this proposal is past")


def may_propose(room: Room) -> bool:
    """The park's own office, as for a hold; who acts for it by a mandate does not give its leads away."""
    return room.side is Side.PARK and may_speak(room.viewer) and may_act_for(room.viewer, room.talk.park.owner_id)


def takers(session: Session, room: Room) -> Sequence[Park]:
    """Every other park that somebody speaks for, by place: the same list whatever the need is."""
    query = select(Park).join(Organisation, col(Organisation.id) == col(Park.owner_id))
    query = query.where(Park.status == ParkStatus.LISTED, Organisation.standing == Standing.VERIFIED)
    return session.exec(query.where(Park.id != room.talk.park.id).order_by(col(Park.adcode), col(Park.name))).all()


def propose(session: Session, room: Room, taker: Park, fields: TransferFields, *, now: datetime) -> Transfer:
    """The office proposes to hand the project on; the enterprise alone learns of it.

    What is asked of the other park is public: that it is listed and somebody speaks for it. Raises NotFound, Refusal,
    Conflict.
    """
    if not may_propose(room):
        raise NotFound
    enter(session, room, now=now)
    _check(session, room, taker, now)
    exchange, due = room.exchange, due_after(now, DAYS[ClockKind.FEEDBACK])
    origin = origin_of(session, exchange)
    first = min(at for at in (exchange.need_interest_at, exchange.park_interest_at, now) if at is not None)
    values: dict[str, Any] = {
        "park_id": taker.id,
        "due_on": due.on,
        "lead_id": origin.lead_id if origin else exchange.organisation_id,
        "lead_since": origin.lead_since if origin else first,
        "updated_at": now,
    }
    made = Transfer.model_validate(fields, update=said(room, now, **values))
    session.add(made)
    session.flush()
    told(session, room, NoticeKind.TRANSFER, now=now, key=f"transfer {made.public_id}")
    noted(session, room, Act.PUBLISHED, "transfer", made.public_id, now=now, park=taker.code)
    return made


def accept(session: Session, room: Room, transfer: Transfer, *, version: int, now: datetime) -> Exchange:
    """The enterprise agrees: its interest goes to the other park, as any interest does.

    Where the two talk already nothing is marked there: whose first talk that was is settled. Raises NotFound, Refusal,
    Conflict.
    """
    if room.side is not Side.NEED or not may_bind(room.viewer):
        raise NotFound
    _enter(session, room, transfer, version, now)
    need, taker = room.talk.need, session.get_one(Park, transfer.park_id)
    talked = _talk(session, need, taker, now) is not None
    made = exchanges.show_interest(session, need, taker, by=room.viewer, now=now)
    values = {"taker_round": None if talked else made.round}
    _answer(session, room, transfer, TransferStatus.ACCEPTED, Act.ACCEPTED, now, values)
    return made


def decline(session: Session, room: Room, transfer: Transfer, *, version: int, now: datetime) -> None:
    """The enterprise does not want it; the talk goes on. Raises NotFound, Conflict."""
    if room.side is not Side.NEED:
        raise NotFound
    _enter(session, room, transfer, version, now)
    _answer(session, room, transfer, TransferStatus.DECLINED, Act.DECLINED, now, {})


def retract(session: Session, room: Room, transfer: Transfer, *, version: int, now: datetime) -> None:
    """The park takes a proposal back that was not answered yet. Raises NotFound, Conflict."""
    if not may_propose(room):
        raise NotFound
    _enter(session, room, transfer, version, now)
    LIFE.move(session, transfer, TransferStatus.WITHDRAWN, now=now)
    told(session, room, NoticeKind.TRANSFER, now=now)
    noted(session, room, Act.WITHDRAWN, "transfer", transfer.public_id, now=now)


def transfers_of(session: Session, room: Room) -> list[Transfer]:
    """Every proposal of the round, in order."""
    return rows_of(session, room, Transfer)


def transfer_by_id(session: Session, room: Room, id: str) -> Transfer:
    """One proposal of the room. Raises NotFound."""
    return row_by_id(session, room, Transfer, id)


def is_reachable(session: Session, room: Room, transfer: Transfer, *, now: datetime) -> bool:
    """Whether the need exists for the other park: for the enterprise's own page alone."""
    taker = session.get_one(Park, transfer.park_id)
    asked = office(session, taker.owner_id, now=now) if taker.owner_id is not None else None
    return level_of(session, asked, room.talk.need, now=now) is not None


def standing_of(transfer: Transfer, *, now: datetime) -> TransferStatus:
    """How it stands now: nothing has to run for it to lapse."""
    over = transfer.status is TransferStatus.PROPOSED and transfer.due_on < day_of(now)
    return TransferStatus.LAPSED if over else transfer.status


def lapse_due(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
    """Write down which proposals nobody answered in time, and tell who made them."""
    over = select(Transfer).where(Transfer.status == TransferStatus.PROPOSED, col(Transfer.due_on) < day_of(now))
    for transfer in session.exec(over.order_by(col(Transfer.id))).all():
        exchange = session.get_one(Exchange, transfer.exchange_id)
        need, park = session.get_one(Need, exchange.need_id), session.get_one(Park, exchange.park_id)
        LIFE.move(session, transfer, TransferStatus.LAPSED, now=now)
        if exchange.round == transfer.round and is_standing(session, exchange, need, park, now=now):
            about, key = ("exchange", exchange.public_id), f"transfer answered {transfer.public_id}"
            tell(session, NoticeKind.TRANSFER_ANSWERED, to=transfer.organisation_id, about=about, now=now, key=key)


def let_go(session: Session, exchange: Exchange, *, now: datetime, **_: object) -> None:
    """What was proposed in an exchange that closes comes to nothing with it, and nobody is told more than that."""
    waiting = select(Transfer).where(Transfer.exchange_id == exchange.id, Transfer.status == TransferStatus.PROPOSED)
    for transfer in session.exec(waiting).all():
        LIFE.move(session, transfer, TransferStatus.LAPSED, now=now)


ENDINGS.append(let_go)


def _check(session: Session, room: Room, taker: Park, now: datetime) -> None:
    """Raises Refusal, Conflict."""
    if taker.id == room.talk.park.id:
        raise Refusal(Fault("park", "This is your own park: name another one"))
    if taker.status != ParkStatus.LISTED or parks.speaker_of(session, taker) is None:
        raise Refusal(Fault("park", "Nobody speaks for this park here yet: it cannot be asked"))
    rows = rows_of(session, room, Transfer)
    for row in rows:
        if row.status is not standing_of(row, now=now):  # lapsed, and not written down yet
            LIFE.move(session, row, TransferStatus.LAPSED, now=now)
    if any(row.status is TransferStatus.PROPOSED for row in rows):
        raise Conflict(Fault("park", "A proposal waits for the enterprise already: take it back first"))
    if any(row.status is TransferStatus.ACCEPTED and row.park_id == taker.id for row in rows):
        raise Conflict(Fault("park", "The enterprise has agreed to this park already"))
    if len(rows) >= COUNT_MOST:
        raise Refusal(Fault("park", "Ten proposals in one exchange are enough: talk to the enterprise"))


def _talk(session: Session, need: Need, taker: Park, now: datetime) -> Exchange | None:
    """What stands between the need and a park already, whoever began it."""
    both = select(Exchange).where(Exchange.need_id == need.id, Exchange.park_id == taker.id)
    found = session.exec(both.where(Exchange.listing_id == need.listing_id)).first()
    return found if found is not None and is_standing(session, found, need, taker, now=now) else None


def _enter(session: Session, room: Room, transfer: Transfer, version: int, now: datetime) -> None:
    enter(session, room, now=now)
    session.refresh(transfer)
    if transfer.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    if standing_of(transfer, now=now) is TransferStatus.LAPSED:
        raise Conflict(OVER)


def _answer(
    session: Session,
    room: Room,
    transfer: Transfer,
    to: TransferStatus,
    act: Act,
    now: datetime,
    values: Mapping[str, Any],
) -> None:
    LIFE.move(session, transfer, to, now=now, answered_at=now, answerer_id=room.viewer.user_id, **values)
    told(session, room, NoticeKind.TRANSFER_ANSWERED, now=now, key=f"transfer answered {transfer.public_id}")
    noted(session, room, act, "transfer", transfer.public_id, now=now)
