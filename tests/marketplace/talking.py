"""How do the tests of talks come to an open exchange, and into it from either side?"""

from datetime import UTC, datetime

from sqlmodel import Session

from marketplace import exchanges, needs, talks
from marketplace.database import day_of, public_id
from marketplace.exchanges import PROMISE, Exchange
from marketplace.needs import Need, NeedFields, NeedStatus
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.talks import Room

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def listed(session: Session, owner: Viewer, now: datetime = NOW) -> Need:
    fields = NeedFields(industry="3841", title="二期", description="电芯", origin="310114", land_mu=150)
    need = needs.enter(session, fields, owner=owner, now=now)
    values = {"listing_id": public_id(), "listed_on": day_of(now)}
    needs.LIFE.move(session, need, NeedStatus.OPEN, now=now, **values)
    return need


def agree(session: Session, exchange: Exchange, need: Need, park: Park, by: Viewer, now: datetime = NOW) -> None:
    side = exchanges.side_of(exchange, by)
    assert side
    digest = exchanges.opening_for(session, need, side, by).sha256
    exchanges.consent(session, exchange, need, park, digest, by=by, now=now)


def opened(
    session: Session, park: Park, firm: Viewer, office: Viewer, now: datetime = NOW, need: Need | None = None
) -> Exchange:
    """An exchange that both sides agreed to."""
    need = need or listed(session, firm, now)
    exchange = exchanges.show_interest(session, need, park, by=office, now=now)
    for by in (office, firm):
        agree(session, exchange, need, park, by, now)
    return exchange


def promised(session: Session, exchange: Exchange, by: Viewer, now: datetime = NOW) -> None:
    need, park = session.get_one(Need, exchange.need_id), session.get_one(Park, exchange.park_id)
    exchanges.promise(session, exchange, need, park, exchanges.text_of(PROMISE).sha256, by=by, now=now)


def withdraw(session: Session, exchange: Exchange, by: Viewer, now: datetime = NOW) -> None:
    need, park = session.get_one(Need, exchange.need_id), session.get_one(Park, exchange.park_id)
    exchanges.withdraw(session, exchange, need, park, by=by, now=now)


def room(session: Session, exchange: Exchange, by: Viewer, now: datetime = NOW) -> Room:
    return talks.room_by_id(session, exchange.public_id, by, now=now)
