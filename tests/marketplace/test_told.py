"""Does each side learn what happened, and never that it was declined or lapsed, or what the other keeps to itself?"""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from marketplace import disclosure, exchanges, inbox, needs
from marketplace.exchanges import LAPSE
from marketplace.inbox import Notice, NoticeKind
from marketplace.mail import Mail
from marketplace.needs import Need, NeedFields
from marketplace.organisations import Viewer
from marketplace.parks import Park
from tests.marketplace.conftest import NOW

HOUR = timedelta(hours=1)
SECRETS = ("某电芯厂二期", "电芯与模组", "甲企业", "310114", "150")


@pytest.fixture
def need(session: Session, enterprise: Viewer) -> Need:
    fields = NeedFields(industry="3841", title="某电芯厂二期", description="电芯与模组", origin="310114", land_mu=150)
    made = needs.enter(session, fields, owner=enterprise, now=NOW)
    disclosure.publish(session, made, by=enterprise, now=NOW)
    return made


def agree(session: Session, exchange: exchanges.Exchange, need: Need, park: Park, by: Viewer) -> None:
    side = exchanges.side_of(exchange, by)
    assert side
    digest = exchanges.opening_for(session, need, side, by).sha256
    exchanges.consent(session, exchange, need, park, digest, by=by, now=NOW)


def told(session: Session, *to: Viewer) -> list[list[NoticeKind]]:
    """What each was told, the earliest first."""
    return [[each.notice.kind for each in reversed(inbox.notices_of(session, by, inbox.Asked()))] for by in to]


def test_the_other_side_learns_each_step_and_who_acts_does_not(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = exchanges.show_interest(session, need, park, by=office, now=NOW)
    exchanges.show_interest(session, need, park, by=office, now=NOW)
    assert told(session, enterprise, office) == [[NoticeKind.INTEREST], []]
    agree(session, exchange, need, park, enterprise)
    assert told(session, enterprise, office) == [[NoticeKind.INTEREST], [NoticeKind.MUTUAL]]
    agree(session, exchange, need, park, office)
    digest = exchanges.text_of(exchanges.PROMISE).sha256
    exchanges.promise(session, exchange, need, park, digest, by=office, now=NOW)
    exchanges.withdraw(session, exchange, need, park, by=enterprise, now=NOW)
    kinds = [NoticeKind.INTEREST, NoticeKind.OPENED, NoticeKind.PROMISED]
    assert told(session, enterprise, office) == [kinds, [NoticeKind.MUTUAL, NoticeKind.CLOSED]]


def test_a_silent_decline_stays_silent_and_who_declined_is_left_in_peace(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = exchanges.show_interest(session, need, park, by=enterprise, now=NOW)
    exchanges.decline(session, exchange, need, park, by=office, now=NOW)
    exchanges.withdraw(session, exchange, need, park, by=enterprise, now=NOW)
    assert told(session, enterprise, office) == [[], [NoticeKind.INTEREST]]


def test_what_lapsed_is_told_to_nobody_when_the_need_goes_later(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchanges.show_interest(session, need, park, by=office, now=NOW)
    needs.withdraw(session, need, by=enterprise, now=NOW + LAPSE)
    exchanges.close_fallen(session, need, by=enterprise, now=NOW + LAPSE)
    assert told(session, enterprise, office) == [[NoticeKind.INTEREST], []]


def test_a_need_that_is_withdrawn_closes_for_the_park_and_is_no_news_to_its_owner(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchanges.show_interest(session, need, park, by=office, now=NOW)
    needs.withdraw(session, need, by=enterprise, now=NOW + HOUR)
    exchanges.close_fallen(session, need, by=enterprise, now=NOW + HOUR)
    assert told(session, enterprise, office) == [[NoticeKind.INTEREST], [NoticeKind.CLOSED]]


def test_neither_a_notice_nor_a_letter_holds_a_word_of_the_need(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = exchanges.show_interest(session, need, park, by=enterprise, now=NOW)
    agree(session, exchange, need, park, office)
    agree(session, exchange, need, park, enterprise)
    kept = "\n".join(str(row.model_dump(exclude={"public_id", "id"})) for row in session.exec(select(Notice)))
    kept += "\n".join(f"{letter.subject}\n{letter.body}" for letter in session.exec(select(Mail)))
    assert [word for word in (*SECRETS, need.public_id, need.listing_id or "-") if word in kept] == []
