"""流转: is a project handed on only as the enterprise says, with the first talk kept, and told to nobody else?"""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from marketplace import exchanges, projects, talks
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.exchanges import Exchange, ExchangeStatus
from marketplace.inbox import Notice, NoticeKind
from marketplace.journal import Act, Entry
from marketplace.needs import Need
from marketplace.organisations import Role, Viewer
from marketplace.parks import Park, ParkFields, join
from marketplace.projects import ProjectFields
from marketplace.retention import purge
from marketplace.talks import Transfer, TransferFields, TransferReason, TransferStatus, transfers
from tests.marketplace.talking import NOW, agree, opened, room, withdraw
from tests.marketplace.test_exchanges import person

DAY = timedelta(days=1)
WHY = TransferFields(reason=TransferReason.LAND, words="我区连片净地不足。")


@pytest.fixture
def exchange(session: Session, park: Park, enterprise: Viewer, office: Viewer) -> Exchange:
    return opened(session, park, enterprise, office)


@pytest.fixture
def taker(session: Session, other_office: Viewer) -> Park:
    fields = {"name": "衢州示例产业园", "adcode": "330800", "level": "provincial", "industries": "新能源"}
    return join(session, ParkFields.model_validate(fields), by=other_office, now=NOW)


def propose(session: Session, exchange: Exchange, office: Viewer, taker: Park) -> Transfer:
    return transfers.propose(session, room(session, exchange, office), taker, WHY, now=NOW)


def accept(session: Session, exchange: Exchange, firm: Viewer, transfer: Transfer) -> Exchange:
    return transfers.accept(session, room(session, exchange, firm), transfer, version=transfer.version, now=NOW + DAY)


def decline(session: Session, exchange: Exchange, firm: Viewer, transfer: Transfer) -> None:
    transfers.decline(session, room(session, exchange, firm), transfer, version=transfer.version, now=NOW + DAY)


def told(session: Session, to: Viewer) -> list[str]:
    query = select(Notice.kind).where(Notice.organisation_id == to.organisation_id).order_by(Notice.id)  # type: ignore[arg-type]
    return [str(kind) for kind in session.exec(query)]


def need_of(session: Session, exchange: Exchange) -> Need:
    return session.get_one(Need, exchange.need_id)


def test_what_is_handed_on_is_an_ordinary_interest_with_the_first_talk_kept(
    session: Session, exchange: Exchange, taker: Park, enterprise: Viewer, office: Viewer, other_office: Viewer
) -> None:
    made = propose(session, exchange, office, taker)
    assert (told(session, enterprise)[-1], told(session, other_office)) == ("transfer", [])
    theirs = accept(session, exchange, enterprise, made)
    assert (theirs.status, theirs.began_by) == (ExchangeStatus.OFFERED, "need")
    assert told(session, other_office) == ["interest"]
    assert told(session, office)[-1] == NoticeKind.TRANSFER_ANSWERED
    with pytest.raises(NotFound):
        room(session, theirs, other_office)
    origin = talks.origin_of(session, theirs)
    assert origin is not None
    assert (origin.park.id, origin.lead, origin.lead_since, origin.at) == (
        exchange.park_id,
        "甲管委会",
        NOW,
        NOW + DAY,
    )
    need = need_of(session, exchange)
    for by in (other_office, enterprise):
        agree(session, theirs, need, taker, by)
    fields = ProjectFields(title="流转来的项目")
    project = projects.begin(session, theirs, need, taker, fields, by=other_office, now=NOW + 2 * DAY)
    assert (project.lead_id, project.lead_since) == (office.organisation_id, NOW)
    acts = session.exec(select(Entry.act, Entry.facts).where(Entry.about == "transfer").order_by(Entry.id)).all()  # type: ignore[arg-type]
    assert [act for act, _ in acts] == [Act.PUBLISHED, Act.ACCEPTED]
    assert "净地" not in str(acts)


def test_a_project_handed_on_twice_keeps_its_very_first_talk(
    session: Session, exchange: Exchange, taker: Park, enterprise: Viewer, office: Viewer, other_office: Viewer
) -> None:
    second = accept(session, exchange, enterprise, propose(session, exchange, office, taker))
    for by in (other_office, enterprise):
        agree(session, second, need_of(session, exchange), taker, by)
    fields = {"name": "丽水示例产业园", "adcode": "331100", "level": "provincial"}
    third = join(session, ParkFields.model_validate(fields), by=other_office, now=NOW)
    last = accept(session, second, enterprise, propose(session, second, other_office, third))
    origin = talks.origin_of(session, last)
    assert origin is not None
    assert (origin.park.id, origin.lead_id, origin.lead_since) == (taker.id, office.organisation_id, NOW)


def test_only_who_may_proposes_and_answers(
    session: Session, exchange: Exchange, park: Park, taker: Park, enterprise: Viewer, office: Viewer
) -> None:
    looks, planner = person(session, office, "园看", Role.VIEWER), person(session, enterprise, "厂员", Role.EDITOR)
    for by in (looks, enterprise):
        with pytest.raises(NotFound):
            propose(session, exchange, by, taker)
    with pytest.raises(Refusal):
        propose(session, exchange, office, park)
    made = propose(session, exchange, person(session, office, "园员", Role.EDITOR), taker)
    with pytest.raises(Conflict):
        propose(session, exchange, office, taker)
    for by in (office, planner):
        with pytest.raises(NotFound):
            accept(session, exchange, by, made)
    with pytest.raises(NotFound):
        decline(session, exchange, office, made)
    decline(session, exchange, planner, made)
    with pytest.raises(Conflict):
        accept(session, exchange, enterprise, made)


def test_silence_lapses_after_seven_working_days_and_the_park_is_told_once(
    session: Session, exchange: Exchange, taker: Park, enterprise: Viewer, office: Viewer
) -> None:
    made = propose(session, exchange, office, taker)
    last = NOW + 9 * DAY  # 2 December: seven working days after 23 November
    assert made.due_on == last.date()
    assert talks.standing_of(made, now=last) is TransferStatus.PROPOSED
    talks.lapse_due(session, {}, now=last)
    assert made.status is TransferStatus.PROPOSED
    with pytest.raises(Conflict):
        transfers.accept(session, room(session, exchange, enterprise), made, version=made.version, now=last + DAY)
    step = session.begin_nested()  # before the hourly job has written it down, another can be proposed
    transfers.propose(session, room(session, exchange, office), taker, WHY, now=last + DAY)
    assert made.status is TransferStatus.LAPSED
    step.rollback()
    session.expire_all()
    for _ in range(2):
        talks.lapse_due(session, {}, now=last + DAY)
    assert (made.status, told(session, office).count("transfer_answered")) == (TransferStatus.LAPSED, 1)


def test_a_withdrawn_exchange_takes_the_proposal_along_at_once(
    session: Session, exchange: Exchange, taker: Park, enterprise: Viewer, office: Viewer, other_office: Viewer
) -> None:
    made = propose(session, exchange, office, taker)
    withdraw(session, exchange, enterprise)
    for by in (office, enterprise):
        with pytest.raises(NotFound):
            room(session, exchange, by)
    assert (list(talks.given(session, office, now=NOW)), told(session, other_office)) == ([], [])
    assert (made.status, told(session, office)[-1]) == (TransferStatus.LAPSED, NoticeKind.CLOSED)


def test_what_was_agreed_to_stays_the_givers_credit_without_the_need(
    session: Session, exchange: Exchange, taker: Park, enterprise: Viewer, office: Viewer, other_office: Viewer
) -> None:
    made = propose(session, exchange, office, taker)
    theirs = accept(session, exchange, enterprise, made)
    (line,) = talks.given(session, office, now=NOW + DAY)
    assert (line.to.id, line.exchange, line.transfer.status) == (taker.id, exchange, TransferStatus.ACCEPTED)
    withdraw(session, exchange, enterprise, NOW + 2 * DAY)
    (line,) = talks.given(session, office, now=NOW + 2 * DAY)
    assert (line.to.id, line.exchange) == (taker.id, None)
    assert list(talks.given(session, other_office, now=NOW + 2 * DAY)) == []
    assert talks.origin_of(session, theirs) is not None
    session.commit()
    purge(session, now=NOW + 95 * DAY)
    session.expire_all()
    assert (made.words, made.user_id, made.lead_id) == ("", None, office.organisation_id)


def talks_already(session: Session, need: Need, taker: Park, firm: Viewer, taking: Viewer) -> None:
    """The two have opened their identities to each other."""
    opened(session, taker, firm, taking, NOW, need)


def was_asked(session: Session, need: Need, taker: Park, firm: Viewer, taking: Viewer) -> None:
    """The other park showed interest, and the enterprise declined in silence."""
    theirs = exchanges.show_interest(session, need, taker, by=taking, now=NOW)
    exchanges.decline(session, theirs, need, taker, by=firm, now=NOW)


def is_excluded(session: Session, need: Need, taker: Park, firm: Viewer, taking: Viewer) -> None:
    """The need does not exist for the other park."""
    need.hidden_from = need.hidden_from.model_copy(update={"parks": [taker.code]})
    session.add(need)
    session.flush()


def as_told(session: Session, exchange: Exchange, office: Viewer) -> Any:
    """Everything the rules hand to the park that proposed."""
    rows = talks.transfers_of(session, room(session, exchange, office))
    shown = [(row.status, row.answered_at, row.version, row.due_on) for row in rows]
    listed = [(line.to.name, line.transfer.status) for line in talks.given(session, office, now=NOW + DAY)]
    mine = select(Entry.act, Entry.about).where(Entry.whose_id == office.organisation_id)
    journal = list(session.exec(mine.where(Entry.about == "transfer")))
    return shown, listed, [kind for kind in told(session, office) if kind.startswith("transfer")], journal


def test_the_giver_cannot_tell_whether_the_need_knows_the_other_park(
    session: Session, exchange: Exchange, taker: Park, enterprise: Viewer, office: Viewer, other_office: Viewer
) -> None:
    need = need_of(session, exchange)
    for answer in (accept, decline, None):
        found = []
        for before in (None, talks_already, was_asked, is_excluded):
            if answer is accept and before is is_excluded:
                continue
            step = session.begin_nested()
            if before is not None:
                before(session, need, taker, enterprise, other_office)
            made = propose(session, exchange, office, taker)
            if answer is not None:
                answer(session, exchange, enterprise, made)
            found.append(as_told(session, exchange, office))
            step.rollback()
            session.expire_all()
        assert found == [found[0]] * len(found), answer
    is_excluded(session, need, taker, enterprise, other_office)
    made = propose(session, exchange, office, taker)
    with pytest.raises(Refusal):  # the enterprise reads why; it may decline, which looks as any refusal does
        accept(session, exchange, enterprise, made)


def test_where_the_two_talk_already_nothing_is_marked(
    session: Session, exchange: Exchange, taker: Park, enterprise: Viewer, office: Viewer, other_office: Viewer
) -> None:
    before = opened(session, taker, enterprise, other_office, NOW, need_of(session, exchange))
    heard = told(session, other_office)
    theirs = accept(session, exchange, enterprise, propose(session, exchange, office, taker))
    assert (theirs, talks.origin_of(session, theirs), told(session, other_office)) == (before, None, heard)


def test_to_propose_it_is_the_parks_feedback(session: Session, exchange: Exchange, taker: Park, office: Viewer) -> None:
    before = {clock.kind for clock in talks.clocks_of(session, exchange)}
    propose(session, exchange, office, taker)
    after = {clock.kind for clock in talks.clocks_of(session, exchange)}
    assert (before, after) == ({"assess", "feedback"}, {"report"})
