"""What does a park offer an enterprise, until when, and what did it answer?

A later version replaces the one that stands. What binds is what was read: an offer is accepted at the version shown,
before the end of its last day. Its words pass the screen of fair competition before they are sent; what trips a rule
is no matter for a private letter but for the park's public incentives, where it is concluded on (record 0064).
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from marketplace import screening
from marketplace.database import day_of
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.exchanges import Side
from marketplace.inbox import NoticeKind
from marketplace.journal import Act
from marketplace.lifecycle import CHANGED_MEANWHILE, Lifecycle, rewrite
from marketplace.screening import Hit
from marketplace.talks.rooms import Room, enter, may_bind, noted, row_by_id, rows_of, said, told
from marketplace.talks.tables import Offer, OfferFields, OfferStatus

LIFE = Lifecycle(
    {
        "draft": frozenset({"sent", "withdrawn"}),
        "sent": frozenset({"accepted", "declined", "withdrawn", "expired", "replaced"}),
        "accepted": frozenset({"replaced"}),
    }
)
TERMS = ("land_mu", "building_m2", "land_10k_mu", "rent_cny_m2_month", "delivery_on", "text")
EXPIRED = Fault("expires_on", "This offer ended on {day}: ask for a new one")


def draft(
    session: Session, room: Room, fields: OfferFields, *, now: datetime, version: int | None = None
) -> tuple[Offer, tuple[Hit, ...]]:
    """Write the next version down, or change the draft of it; with it what a reviewer of incentives would stop at.

    Nobody else sees it. Raises NotFound, Refusal, Conflict.
    """
    if room.side is not Side.PARK:
        raise NotFound
    enter(session, room, now=now)
    _check(fields, now)
    found = [row for row in rows_of(session, room, Offer) if row.status is OfferStatus.DRAFT]
    if found and version != found[0].version:
        raise Conflict(CHANGED_MEANWHILE)
    values = fields.model_dump()
    if found:
        rewrite(session, found[0], version=found[0].version, now=now, **values, user_id=room.viewer.user_id)
        return found[0], screening.screened(fields.text)
    number = len(rows_of(session, room, Offer)) + 1
    made = Offer.model_validate(fields, update=said(room, now, number=number, updated_at=now))
    session.add(made)
    session.flush()
    return made, screening.screened(fields.text)


def send(session: Session, room: Room, offer: Offer, *, version: int, now: datetime) -> Offer:
    """Send the draft as it was read; what stood before is replaced. Raises NotFound, Refusal, Conflict."""
    if room.side is not Side.PARK or not may_bind(room.viewer):
        raise NotFound
    enter(session, room, now=now)
    _as_read(session, offer, version)
    _check(offer, now, sending=True)
    for before in rows_of(session, room, Offer):
        if before.status is OfferStatus.SENT:
            LIFE.move(session, before, OfferStatus.REPLACED, now=now)
    LIFE.move(session, offer, OfferStatus.SENT, now=now, sent_at=now)
    told(session, room, NoticeKind.OFFER, now=now, key=f"offer {offer.public_id}")
    _noted(session, room, Act.SENT, offer, now)
    return offer


def accept(session: Session, room: Room, offer: Offer, *, version: int, now: datetime) -> Offer:
    """The enterprise takes the offer that it read. Raises NotFound, Conflict: another version, replaced, over."""
    if room.side is not Side.NEED or not may_bind(room.viewer):
        raise NotFound
    enter(session, room, now=now)
    _as_read(session, offer, version)
    if is_over(offer, now=now):
        raise Conflict(Fault(EXPIRED.where, EXPIRED.message, {"day": offer.expires_on}))
    for before in rows_of(session, room, Offer):
        if before.status is OfferStatus.ACCEPTED:
            LIFE.move(session, before, OfferStatus.REPLACED, now=now)
    values: dict[str, Any] = {"answered_at": now, "answerer_id": room.viewer.user_id}
    LIFE.move(session, offer, OfferStatus.ACCEPTED, now=now, **values)
    told(session, room, NoticeKind.OFFER_ANSWERED, now=now, key=f"answer {offer.public_id}")
    _noted(session, room, Act.ACCEPTED, offer, now)
    return offer


def decline(session: Session, room: Room, offer: Offer, *, version: int, now: datetime) -> Offer:
    """The enterprise does not take the offer; the talk goes on. Raises NotFound, Conflict."""
    if room.side is not Side.NEED:
        raise NotFound
    enter(session, room, now=now)
    _as_read(session, offer, version)
    values: dict[str, Any] = {"answered_at": now, "answerer_id": room.viewer.user_id}
    LIFE.move(session, offer, OfferStatus.DECLINED, now=now, **values)
    told(session, room, NoticeKind.OFFER_ANSWERED, now=now, key=f"answer {offer.public_id}")
    _noted(session, room, Act.DECLINED, offer, now)
    return offer


def withdraw(session: Session, room: Room, offer: Offer, *, version: int, now: datetime) -> Offer:
    """The park takes back what was not answered yet, or drops its draft. Raises NotFound, Conflict."""
    if room.side is not Side.PARK or not (may_bind(room.viewer) or offer.status is OfferStatus.DRAFT):
        raise NotFound
    enter(session, room, now=now)
    _as_read(session, offer, version)
    was_sent = offer.status is OfferStatus.SENT
    LIFE.move(session, offer, OfferStatus.WITHDRAWN, now=now)
    if was_sent:
        told(session, room, NoticeKind.OFFER, now=now)
    _noted(session, room, Act.WITHDRAWN, offer, now)
    return offer


def is_over(offer: Offer, *, now: datetime) -> bool:
    """Whether its last day is past; a draft without one is not."""
    return offer.expires_on is not None and offer.expires_on < day_of(now)


def status_of(offer: Offer, *, now: datetime) -> OfferStatus:
    """How it stands now: nothing has to run for an offer to expire."""
    return OfferStatus.EXPIRED if offer.status is OfferStatus.SENT and is_over(offer, now=now) else offer.status


def offers_of(session: Session, room: Room) -> list[Offer]:
    """The versions that this side may read, the latest first: a draft, and one dropped as such, is the park's own."""
    rows = [row for row in rows_of(session, room, Offer) if room.side is Side.PARK or row.sent_at is not None]
    return sorted(rows, key=lambda row: row.number, reverse=True)


def offer_by_id(session: Session, room: Room, id: str) -> Offer:
    """One version that this side may read. Raises NotFound."""
    found = row_by_id(session, room, Offer, id)
    if room.side is Side.NEED and found.sent_at is None:
        raise NotFound
    return found


def standing_offer(session: Session, room: Room, *, now: datetime) -> Offer | None:
    """The offer that waits for an answer."""
    rows = rows_of(session, room, Offer)
    return next((row for row in rows if status_of(row, now=now) is OfferStatus.SENT), None)


def _check(fields: OfferFields, now: datetime, *, sending: bool = False) -> None:
    """What an offer must say. Raises Refusal."""
    faults = []
    if not any(getattr(fields, name) for name in TERMS):
        faults.append(Fault("land_mu", "An offer says something: an area, a price, a date or words"))
    if sending and fields.expires_on is None:
        faults.append(Fault("expires_on", "Say until when the offer stands"))
    if fields.expires_on is not None and fields.expires_on < day_of(now):
        faults.append(Fault("expires_on", "This day is past"))
    if fields.delivery_on is not None and fields.delivery_on < day_of(now):
        faults.append(Fault("delivery_on", "This day is past"))
    faults += _tripped(fields.text) if sending else []
    if faults:
        raise Refusal(faults)


def _tripped(text: str) -> list[Fault]:
    """What the law of fair competition keeps out of an offer to one firm. Source: 条例 8–11, 16."""
    message = "“{words}” trips {article}: leave it out, or publish it as an incentive of the park and refer to it"
    hits = [hit for hit in screening.screened(text) if hit.level == screening.Level.BLOCK]
    return [Fault("text", message, {"words": hit.words, "article": hit.article}) for hit in hits]


def _as_read(session: Session, offer: Offer, version: int) -> None:
    session.refresh(offer)
    if offer.version != version:
        raise Conflict(CHANGED_MEANWHILE)


def _noted(session: Session, room: Room, act: Act, offer: Offer, now: datetime) -> None:
    noted(session, room, act, "offer", offer.public_id, now=now, number=offer.number)
