"""Which open exchanges fell without anybody's act, and when is that written down?

A mandate runs out by its day: the exchange is closed to both sides in that moment, whoever asks. What was held in it
is free, and its project ended, once the fall is written down: within minutes, one exchange a transaction, so that the
locks of several needs are never held together.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from marketplace import jobs
from marketplace.exchanges.queries import standing_among
from marketplace.exchanges.rules import close_fallen
from marketplace.exchanges.tables import Exchange, ExchangeStatus
from marketplace.needs import Need
from marketplace.parks import Park

FALL = "exchanges.fall"  # the kind of the job; its key is the exchange


def look_for_fallen(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
    """Plan the closing of each open exchange that stands no longer."""
    query = select(Exchange, Need, Park).join(Need, col(Need.id) == col(Exchange.need_id))
    query = query.join(Park, col(Park.id) == col(Exchange.park_id)).where(Exchange.status == ExchangeStatus.OPEN)
    rows = session.exec(query.order_by(col(Exchange.id))).all()
    standing = standing_among(session, rows, now=now)
    for exchange, _, _ in rows:
        if exchange.id not in standing:
            jobs.plan(session, FALL, exchange.public_id, due_at=now, now=now, exchange=exchange.public_id)


def close_if_fallen(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
    """Write down that it fell, with what hangs on it; nothing where it stands again."""
    query = select(Exchange.need_id).where(Exchange.public_id == facts["exchange"])
    need_id = session.exec(query).first()
    if need_id is not None:
        close_fallen(session, session.get_one(Need, need_id), by=None, now=now)
