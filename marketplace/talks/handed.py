"""Whose was the first talk of what was handed on, and what has an office handed on?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from marketplace.exchanges import Exchange, open_among
from marketplace.needs import Need
from marketplace.organisations import Organisation, Viewer
from marketplace.parks import Park
from marketplace.talks.tables import Transfer, TransferStatus


@dataclass(frozen=True, slots=True)
class Origin:
    """From which park a project came and when, and whose the first talk was since when."""

    park: Park
    at: datetime
    lead_id: int
    lead: str  # the office's name
    lead_since: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """One proposal in its office's own list. `exchange` is empty where that is closed: nothing of it can be read."""

    transfer: Transfer
    to: Park
    exchange: Exchange | None


def origin_of(session: Session, exchange: Exchange, *, earlier: bool = False) -> Origin | None:
    """What both sides of an exchange read of where it came from: of this round, or of the last there was.

    None for all others, and where the two had talked before anybody proposed it.
    """
    giver = aliased(Exchange)
    query = select(Transfer, Park, Organisation).join(giver, col(giver.id) == col(Transfer.exchange_id))
    query = query.join(Park, col(Park.id) == giver.park_id).join(
        Organisation, col(Organisation.id) == col(Transfer.lead_id)
    )
    query = query.where(giver.need_id == exchange.need_id, giver.listing_id == exchange.listing_id)
    query = query.where(Transfer.park_id == exchange.park_id, Transfer.status == TransferStatus.ACCEPTED)
    own = col(Transfer.taker_round)
    query = query.where(own <= exchange.round if earlier else own == exchange.round)
    row = session.exec(query.order_by(own.desc(), col(Transfer.id).desc())).first()
    if row is None or row[0].answered_at is None:
        return None
    transfer, park, lead = row
    return Origin(park, row[0].answered_at, lead.id, lead.name, transfer.lead_since)


def given(session: Session, viewer: Viewer, *, now: datetime) -> Sequence[Given]:
    """What the reader's office proposed to hand on, the latest first: of open exchanges all of it; of closed ones what
    was agreed to, since the first talk stays its own, as a park and two days without the need.
    """
    query = select(Transfer, Exchange, Need, Park).join(Exchange, col(Exchange.id) == col(Transfer.exchange_id))
    query = query.join(Need, col(Need.id) == col(Exchange.need_id)).join(Park, col(Park.id) == col(Exchange.park_id))
    query = query.where(Transfer.organisation_id == viewer.organisation_id)
    rows = session.exec(query.order_by(col(Transfer.id).desc())).all()
    readable = open_among(session, [(exchange, need, park) for _, exchange, need, park in rows], viewer, now=now)
    takers = session.exec(select(Park).where(col(Park.id).in_({transfer.park_id for transfer, *_ in rows})))
    parks = {park.id: park for park in takers}
    found = []
    for transfer, exchange, _, _ in rows:
        lives = exchange.id in readable and exchange.round == transfer.round
        if lives or transfer.status is TransferStatus.ACCEPTED:
            found.append(Given(transfer, parks[transfer.park_id], exchange if lives else None))
    return found
