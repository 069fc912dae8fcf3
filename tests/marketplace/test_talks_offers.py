"""Is an offer taken only as it was read, by who may, while it stands? And visits, which are agreed to likewise."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from marketplace import talks
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.exchanges import Exchange
from marketplace.journal import Act, Entry
from marketplace.organisations import Role, Viewer
from marketplace.parks import Park
from marketplace.talks import Offer, OfferFields, OfferStatus, VisitFields, VisitStatus
from tests.marketplace.talking import NOW, opened, room
from tests.marketplace.test_exchanges import person

DAY = timedelta(days=1)
TERMS = {"land_mu": "10 公顷", "land_10k_mu": "18 万元/亩", "delivery_on": "2027-06-30", "expires_on": "2026-12-31"}
BLOCKED = "按企业实缴税收地方留成部分的50%给予奖励。"


@pytest.fixture
def exchange(session: Session, park: Park, enterprise: Viewer, office: Viewer) -> Exchange:
    return opened(session, park, enterprise, office)


def draft(session: Session, exchange: Exchange, office: Viewer, **terms: object) -> Offer:
    fields = OfferFields.model_validate(TERMS | terms)
    return talks.draft(session, room(session, exchange, office), fields, now=NOW)[0]


def sent(session: Session, exchange: Exchange, office: Viewer, **terms: object) -> Offer:
    offer = draft(session, exchange, office, **terms)
    return talks.send(session, room(session, exchange, office), offer, version=offer.version, now=NOW)


def seen(session: Session, exchange: Exchange, by: Viewer) -> list[tuple[int, str]]:
    return [(row.number, row.status) for row in talks.offers_of(session, room(session, exchange, by))]


def test_a_draft_is_the_parks_own_until_it_is_sent(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    offer = draft(session, exchange, office)
    assert (seen(session, exchange, office), seen(session, exchange, enterprise)) == ([(1, "draft")], [])
    with pytest.raises(NotFound):
        talks.offer_by_id(session, room(session, exchange, enterprise), offer.public_id)
    talks.send(session, room(session, exchange, office), offer, version=offer.version, now=NOW)
    assert seen(session, exchange, enterprise) == [(1, "sent")]
    assert offer.typed["land_mu"] == "10 公顷"
    with pytest.raises(NotFound):
        draft(session, exchange, enterprise)


def test_what_an_editor_prepared_an_approver_sends_and_an_approver_takes(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    clerk, planner = (person(session, of, name, Role.EDITOR) for of, name in ((office, "园员"), (enterprise, "厂员")))
    offer = draft(session, exchange, clerk)
    with pytest.raises(NotFound):
        talks.send(session, room(session, exchange, clerk), offer, version=offer.version, now=NOW)
    talks.send(session, room(session, exchange, office), offer, version=offer.version, now=NOW)
    with pytest.raises(NotFound):
        talks.accept(session, room(session, exchange, planner), offer, version=offer.version, now=NOW)
    talks.accept(session, room(session, exchange, enterprise), offer, version=offer.version, now=NOW)
    acts = session.exec(select(Entry.act).where(Entry.about == "offer").order_by(Entry.id)).all()  # type: ignore[arg-type]
    assert acts == [Act.SENT, Act.ACCEPTED]


def test_a_later_version_replaces_the_one_that_stands_and_the_one_that_was_taken(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    first = sent(session, exchange, office)
    shown = first.version
    second = sent(session, exchange, office, land_10k_mu=16)
    assert seen(session, exchange, enterprise) == [(2, "sent"), (1, "replaced")]
    with pytest.raises(Conflict):
        talks.accept(session, room(session, exchange, enterprise), first, version=shown, now=NOW)
    talks.accept(session, room(session, exchange, enterprise), second, version=second.version, now=NOW)
    third = sent(session, exchange, office, land_10k_mu=15)
    assert seen(session, exchange, office)[:2] == [(3, "sent"), (2, "accepted")]
    talks.accept(session, room(session, exchange, enterprise), third, version=third.version, now=NOW)
    assert [status for _, status in seen(session, exchange, office)] == ["accepted", "replaced", "replaced"]


def test_only_the_version_shown_can_be_taken(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    offer = sent(session, exchange, office)
    for act in (talks.accept, talks.decline):
        with pytest.raises(Conflict):
            act(session, room(session, exchange, enterprise), offer, version=offer.version - 1, now=NOW)
    talks.decline(session, room(session, exchange, enterprise), offer, version=offer.version, now=NOW)
    with pytest.raises(Conflict):
        talks.accept(session, room(session, exchange, enterprise), offer, version=offer.version, now=NOW)
    assert offer.status == OfferStatus.DECLINED


def test_an_offer_stands_to_the_end_of_its_last_day_in_china(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    offer = sent(session, exchange, office, expires_on="2026-11-24")
    last = NOW + timedelta(hours=37, minutes=59)  # 23:59 in Shanghai
    assert talks.standing_offer(session, room(session, exchange, enterprise), now=last) == offer
    late = last + timedelta(minutes=1)
    assert talks.status_of(offer, now=late) == OfferStatus.EXPIRED
    assert talks.standing_offer(session, room(session, exchange, enterprise), now=late) is None
    with pytest.raises(Conflict) as refused:
        talks.accept(session, room(session, exchange, enterprise, late), offer, version=offer.version, now=late)
    assert [fault.where for fault in refused.value.faults] == ["expires_on"]
    talks.accept(session, room(session, exchange, enterprise, last), offer, version=offer.version, now=last)


def test_an_offer_taken_back_cannot_be_taken(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    offer = sent(session, exchange, office)
    talks.withdraw(session, room(session, exchange, office), offer, version=offer.version, now=NOW)
    assert seen(session, exchange, enterprise) == [(1, "withdrawn")]
    with pytest.raises(Conflict):
        talks.accept(session, room(session, exchange, enterprise), offer, version=offer.version, now=NOW)


@pytest.mark.parametrize(
    ("terms", "where"),
    [
        (dict.fromkeys(("land_mu", "land_10k_mu", "delivery_on"), ""), "land_mu"),
        ({"expires_on": ""}, "expires_on"),
        ({"expires_on": "2026-11-22"}, "expires_on"),
        ({"delivery_on": "2026-11-22"}, "delivery_on"),
        ({"text": BLOCKED}, "text"),
    ],
)
def test_what_an_offer_may_not_say_is_refused_at_its_place(
    session: Session, exchange: Exchange, office: Viewer, terms: dict[str, str], where: str
) -> None:
    with pytest.raises(Refusal) as refused:
        sent(session, exchange, office, **terms)
    assert {fault.where for fault in refused.value.faults} == {where}


def test_a_draft_says_what_the_screen_will_stop_and_is_kept(
    session: Session, exchange: Exchange, office: Viewer
) -> None:
    fields = OfferFields.model_validate({**TERMS, "text": BLOCKED})
    offer, hits = talks.draft(session, room(session, exchange, office), fields, now=NOW)
    assert (offer.status, offer.text) == ("draft", BLOCKED)
    assert {hit.level for hit in hits} == {"block"}
    with pytest.raises(Conflict):
        talks.draft(session, room(session, exchange, office), fields, now=NOW)  # without the version that was read
    again = OfferFields.model_validate(TERMS)
    changed, hits = talks.draft(session, room(session, exchange, office), again, now=NOW, version=offer.version)
    assert (changed.id, changed.text, hits) == (offer.id, "", ())


def test_a_visit_is_agreed_to_by_the_other_side_and_ticked_off_after_it(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    times = [NOW + 2 * DAY, NOW + DAY]
    fields = VisitFields(place="管委会一楼", who="厂长、总工")
    visit = talks.propose(session, room(session, exchange, enterprise), fields, times, now=NOW)
    assert visit.times == sorted(times)
    with pytest.raises(NotFound):
        talks.agree(session, room(session, exchange, enterprise), visit, times[0], version=visit.version, now=NOW)
    with pytest.raises(Conflict):
        talks.agree(session, room(session, exchange, office), visit, NOW + 3 * DAY, version=visit.version, now=NOW)
    talks.agree(session, room(session, exchange, office), visit, times[0], version=visit.version, now=NOW)
    assert (visit.status, visit.agreed_at) == (VisitStatus.AGREED, times[0])
    with pytest.raises(Conflict):
        talks.tick_off(session, room(session, exchange, office), visit, version=visit.version, now=NOW + DAY)
    late = NOW + 2 * DAY
    talks.tick_off(session, room(session, exchange, office, late), visit, version=visit.version, now=late)
    with pytest.raises(Conflict):
        talks.cancel(session, room(session, exchange, enterprise, late), visit, version=visit.version, now=late)


@pytest.mark.parametrize(
    ("place", "times", "where"),
    [("管委会", [], "time_1"), ("管委会", [NOW], "time_1"), ("", [NOW + DAY], "place")],
)
def test_a_visit_lies_ahead_and_has_a_place(
    session: Session, exchange: Exchange, enterprise: Viewer, place: str, times: list[object], where: str
) -> None:
    with pytest.raises(Refusal) as refused:
        talks.propose(session, room(session, exchange, enterprise), VisitFields(place=place), times, now=NOW)  # type: ignore[arg-type]
    assert {fault.where for fault in refused.value.faults} == {where}
