"""What does the other side of an exchange learn at once?

No more than its page would show it: that a side declined is told to nobody, that an exchange lapsed neither.
"""

from datetime import datetime

from sqlmodel import Session

from marketplace import inbox
from marketplace.exchanges.tables import Exchange, ExchangeStatus, Side
from marketplace.inbox import NoticeKind


def house_of(exchange: Exchange, side: Side) -> int:
    """Whose people sit on a side."""
    return exchange.owner_id if side is Side.NEED else exchange.organisation_id


def tell_side(session: Session, exchange: Exchange, side: Side, kind: NoticeKind, *, now: datetime) -> None:
    """Tell one side something of this round once; who wanted to hear no more of it is left in peace."""
    if exchange.declined_at(side) is None:
        key = f"{kind}:{exchange.public_id}:{exchange.round}:{side}"
        inbox.tell(session, kind, to=house_of(exchange, side), about=("exchange", exchange.public_id), now=now, key=key)


def tell_interest(session: Session, exchange: Exchange, side: Side, *, now: datetime) -> None:
    """A side showed interest: the other learns it, or that it is mutual now."""
    kind = NoticeKind.MUTUAL if exchange.status == ExchangeStatus.MUTUAL else NoticeKind.INTEREST
    tell_side(session, exchange, side.other, kind, now=now)


def tell_closed(session: Session, exchange: Exchange, by_organisation_id: int | None, *, now: datetime) -> None:
    """What stood is closed: everybody but who closed it learns that, and never why."""
    for side in Side:
        if house_of(exchange, side) != by_organisation_id:
            tell_side(session, exchange, side, NoticeKind.CLOSED, now=now)
