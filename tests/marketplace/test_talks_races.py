"""Two who act on one talk at the same moment: is it as if one had acted after the other, and nothing half done?"""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import exchanges, talks
from marketplace.errors import Conflict, NotFound
from marketplace.exchanges import Exchange, ExchangeStatus
from marketplace.exchanges.rules import OVER
from marketplace.journal import Act, Entry
from marketplace.needs import Need
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.talks import Offer, OfferFields, OfferStatus, Room
from tests.marketplace.talking import NOW, opened, room
from tests.marketplace.test_exchange_races import together

ROUNDS = 4
Work = Callable[[Session], object]


@pytest.fixture
def exchange(session: Session, park: Park, enterprise: Viewer, office: Viewer) -> Exchange:
    return opened(session, park, enterprise, office)


def sent(session: Session, exchange: Exchange, office: Viewer, price: int = 18) -> Offer:
    fields = OfferFields.model_validate({"land_10k_mu": price, "expires_on": "2026-12-31"})
    offer, _ = talks.draft(session, room(session, exchange, office), fields, now=NOW)
    talks.send(session, room(session, exchange, office), offer, version=offer.version, now=NOW)
    session.commit()
    return offer


def on(offer: Offer, by: Viewer, act: Callable[..., object]) -> Work:
    """An act on an offer as a request does it: read afresh, at the version that was shown."""
    id, shown = offer.id, offer.version

    def work(session: Session) -> object:
        row = session.get_one(Offer, id)
        exchange = session.get_one(Exchange, row.exchange_id)
        return act(session, _room(session, exchange, by), row, version=shown, now=NOW)

    return work


def _room(session: Session, exchange: Exchange, by: Viewer) -> Room:
    try:
        return room(session, exchange, by)
    except NotFound:  # who comes after the withdrawal: as the page answers then
        raise Conflict(OVER) from None


def closing(exchange: Exchange, by: Viewer) -> Work:
    def work(session: Session) -> None:
        row = session.get_one(Exchange, exchange.id)
        need, park = session.get_one(Need, row.need_id), session.get_one(Park, row.park_id)
        exchanges.withdraw(session, row, need, park, by=by, now=NOW)

    return work


def taken(session: Session) -> int:
    return len(session.exec(select(Entry).where(Entry.act == Act.ACCEPTED)).all())


def test_two_who_take_one_offer_take_it_once(
    engine: Engine, session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    for count in range(1, ROUNDS + 1):
        offer = sent(session, exchange, office)
        outcomes = together(engine, [on(offer, enterprise, talks.accept)] * 3)
        assert sorted(outcomes) == ["conflict", "conflict", "done"]
        session.expire_all()
        assert (offer.status, taken(session)) == (OfferStatus.ACCEPTED, count)


def test_an_offer_is_taken_or_taken_back_and_never_both(
    engine: Engine, session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    for _ in range(ROUNDS):
        offer = sent(session, exchange, office)
        outcomes = together(engine, [on(offer, enterprise, talks.accept), on(offer, office, talks.withdraw)])
        session.expire_all()
        assert (outcomes, offer.status) in (
            (["done", "conflict"], OfferStatus.ACCEPTED),
            (["conflict", "done"], OfferStatus.WITHDRAWN),
        )


def test_an_offer_taken_while_consent_is_withdrawn_was_taken_before_or_not_at_all(
    engine: Engine, session: Session, exchange: Exchange, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    need = session.get_one(Need, exchange.need_id)
    for _ in range(ROUNDS):
        before = taken(session)
        offer = sent(session, exchange, office)
        outcomes = together(engine, [on(offer, enterprise, talks.accept), closing(exchange, office)])
        session.expire_all()
        assert outcomes[1] == "done"
        assert exchange.status == ExchangeStatus.CLOSED
        assert taken(session) - before == (outcomes[0] == "done") == (offer.status == OfferStatus.ACCEPTED)
        opened(session, park, enterprise, office, need=need)
        session.commit()


def test_two_drafts_at_once_are_one(engine: Engine, session: Session, exchange: Exchange, office: Viewer) -> None:
    session.commit()

    def write(own: Session) -> None:
        row = own.get_one(Exchange, exchange.id)
        talks.draft(own, room(own, row, office), OfferFields.model_validate({"land_10k_mu": 18}), now=NOW)

    assert sorted(together(engine, [write] * 3)) == ["conflict", "conflict", "done"]
    assert [row.number for row in session.exec(select(Offer))] == [1]
