"""Do the dates before somebody keep their names, rise in sequence, end when called off, and say nothing else?"""

from datetime import timedelta
from decimal import Decimal

from sqlmodel import Session

from marketplace import capacity, feeds, talks
from marketplace.capacity import SheetFields
from marketplace.feeds import DateKind, Entry
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.talks import OfferFields, VisitFields
from tests.marketplace.conftest import NOW
from tests.marketplace.talking import opened, room, withdraw

DAY = timedelta(days=1)


def entries(session: Session, by: Viewer, kind: DateKind) -> list[Entry]:
    return [entry for entry in feeds.entries_for(session, by, now=NOW) if entry.kind is kind]


def test_a_visit_keeps_its_name_and_is_cancelled_when_it_is_off(
    session: Session, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = opened(session, park, enterprise, office)
    asked = VisitFields(place="园区大门", who="王总")
    visit = talks.propose(session, room(session, exchange, office), asked, [NOW + DAY], now=NOW)
    assert entries(session, office, DateKind.VISIT) == []
    talks.agree(session, room(session, exchange, enterprise), visit, NOW + DAY, version=visit.version, now=NOW)
    [agreed] = entries(session, enterprise, DateKind.VISIT)
    assert (agreed.starts, agreed.cancelled, agreed.path) == (NOW + DAY, False, f"/exchanges/{exchange.public_id}")
    assert entries(session, office, DateKind.VISIT) == [agreed]
    withdraw(session, exchange, enterprise)
    [off] = entries(session, office, DateKind.VISIT)
    assert (off.uid, off.cancelled, off.sequence > agreed.sequence) == (agreed.uid, True, True)


def test_an_offer_that_was_not_sent_is_nobodys_date(
    session: Session, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = opened(session, park, enterprise, office)
    fields = OfferFields(land_mu=Decimal(80), text="地价面议", expires_on=(NOW + 10 * DAY).date())
    inside = room(session, exchange, office)
    offer, _ = talks.draft(session, inside, fields, now=NOW)
    assert entries(session, office, DateKind.OFFER) == []
    talks.send(session, inside, offer, version=offer.version, now=NOW)
    assert [entry.starts for entry in entries(session, enterprise, DateKind.OFFER)] == [fields.expires_on]


def test_a_clock_is_shown_to_the_side_it_runs_for(
    session: Session, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    opened(session, park, enterprise, office)
    assert len(entries(session, office, DateKind.CLOCK)) == 2  # assess and feed back
    assert entries(session, enterprise, DateKind.CLOCK) == []


def test_a_hold_expires_on_the_calendars_of_both_and_ends_there(
    session: Session, park: Park, enterprise: Viewer, office: Viewer, rival: Viewer
) -> None:
    sheet = SheetFields.model_validate({"land_mu": 100})
    capacity.save_sheet(session, park, sheet, by=office, now=NOW)
    exchange = opened(session, park, enterprise, office)
    held = {"for_kind": "exchange", "for_id": exchange.public_id, "owner_id": enterprise.organisation_id}
    hold = capacity.hold(session, park, {"land": 1_000_000}, **held, by=office, now=NOW)
    [ours], [theirs] = (entries(session, by, DateKind.HOLD) for by in (enterprise, office))
    assert (ours.uid, ours.starts, ours.path) == (theirs.uid, hold.expires_at, f"/exchanges/{exchange.public_id}")
    assert theirs.path == f"/parks/{park.code}/ledger"
    assert entries(session, rival, DateKind.HOLD) == []
    withdraw(session, exchange, enterprise)
    [over] = entries(session, office, DateKind.HOLD)
    assert (over.cancelled, over.sequence > theirs.sequence) == (True, True)


def test_an_address_opens_one_persons_feed_until_it_is_renewed_or_ended(
    session: Session, enterprise: Viewer, office: Viewer
) -> None:
    first = feeds.renew(session, by=enterprise, now=NOW)
    feeds.renew(session, by=office, now=NOW)
    found = feeds.whose(session, first)
    assert found is not None
    assert found.user_id == enterprise.user_id
    second = feeds.renew(session, by=enterprise, now=NOW)
    assert feeds.whose(session, first) is None
    feeds.revoke(session, by=enterprise, now=NOW)
    assert [feeds.whose(session, text) for text in (second, "", "x" * 200)] == [None] * 3
