"""Does a talk open to both sides alone, with exactly what each agreed to, and close at once?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from marketplace import exchanges, mandates, needs, signals
from marketplace.database import day_of, public_id
from marketplace.disclosure import Level, level_of
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.exchanges import LAPSE, Consent, Exchange, Side, State
from marketplace.journal import Act, Entry
from marketplace.mandates import MandateStatus
from marketplace.needs import Need, NeedFields, NeedStatus
from marketplace.organisations import (
    Organisation,
    OrganisationKind,
    Role,
    Standing,
    User,
    Viewer,
    add_organisation,
    viewer_as,
)
from marketplace.parks import Park, ParkFields, join
from marketplace.signals import SignalKind

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def listed(session: Session, owner: Viewer) -> Need:
    fields = NeedFields(industry="3841", title="二期", description="电芯", origin="310114", land_mu=150)
    need = needs.enter(session, fields, owner=owner, now=NOW)
    values = {"listing_id": public_id(), "listed_on": day_of(NOW)}
    needs.LIFE.move(session, need, NeedStatus.OPEN, now=NOW, **values)
    return need


def person(session: Session, of: Viewer, login: str, role: Role) -> Viewer:
    """Somebody else of an organisation."""
    user = User(
        login=login, name=login, password_hash="-", organisation_id=of.organisation_id, created_at=NOW, role=role
    )
    session.add(user)
    session.flush()
    return of.model_copy(update={"user_id": user.id, "login": login, "name": login, "role": role})


@pytest.fixture
def need(session: Session, enterprise: Viewer) -> Need:
    return listed(session, enterprise)


def agree(session: Session, exchange: Exchange, need: Need, park: Park, by: Viewer, now: datetime = NOW) -> None:
    side = exchanges.side_of(exchange, by)
    assert side
    digest = exchanges.opening_for(session, need, side, by).sha256
    exchanges.consent(session, exchange, need, park, digest, by=by, now=now)


def opened(session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer) -> Exchange:
    exchange = exchanges.show_interest(session, need, park, by=office, now=NOW)
    agree(session, exchange, need, park, office)
    agree(session, exchange, need, park, enterprise)
    return exchange


def state(session: Session, exchange: Exchange, by: Viewer, now: datetime = NOW) -> State:
    return exchanges.exchange_by_id(session, exchange.public_id, by, now=now).state


def theirs(session: Session, exchange: Exchange, by: Viewer, now: datetime = NOW) -> set[str] | None:
    talk = exchanges.exchange_by_id(session, exchange.public_id, by, now=now)
    found = exchanges.opened(session, talk, by, now=now)
    return None if found is None else set(found.theirs)


def test_two_clicks_open_identities_to_both_sides_and_nothing_more(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer, other_office: Viewer
) -> None:
    exchange = exchanges.show_interest(session, need, park, by=office, now=NOW)
    agree(session, exchange, need, park, office)
    assert (state(session, exchange, office), state(session, exchange, enterprise)) == (State.THEIRS, State.OURS)
    assert (theirs(session, exchange, office), theirs(session, exchange, enterprise)) == (None, None)
    assert level_of(session, office, need, now=NOW) == Level.PARKS
    agree(session, exchange, need, park, enterprise)
    assert (state(session, exchange, office), state(session, exchange, enterprise)) == (State.OPEN, State.OPEN)
    assert theirs(session, exchange, office) == {
        "owner.name", "owner.uscc", "owner.contact", "title", "description", "origin"
    }  # fmt: skip
    assert theirs(session, exchange, enterprise) == {"office.name", "office.contact"}
    assert level_of(session, office, need, now=NOW) == Level.BOTH
    assert level_of(session, other_office, need, now=NOW) is None
    with pytest.raises(NotFound):
        exchanges.exchange_by_id(session, exchange.public_id, other_office, now=NOW)


def test_interest_of_both_is_one_mutual_exchange_that_waits_for_both_consents(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    first = exchanges.show_interest(session, need, park, by=enterprise, now=NOW)
    again = exchanges.show_interest(session, need, park, by=enterprise, now=NOW + DAY)
    second = exchanges.show_interest(session, need, park, by=office, now=NOW + DAY)
    assert (first.id, again.id, first.status, first.round) == (second.id, second.id, "mutual", 1)
    assert (state(session, first, office), state(session, first, enterprise)) == (State.OURS, State.OURS)
    agree(session, first, need, park, enterprise)
    assert state(session, first, enterprise) == State.THEIRS
    assert theirs(session, first, office) is None


def test_an_interest_without_answer_lapses_by_itself_and_may_be_shown_again(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = exchanges.show_interest(session, need, park, by=office, now=NOW)
    late = NOW + LAPSE
    assert state(session, exchange, office, late - timedelta(seconds=1)) == State.THEIRS
    assert (state(session, exchange, office, late), state(session, exchange, enterprise, late)) == (
        State.CLOSED,
        State.CLOSED,
    )
    with pytest.raises(Conflict):
        agree(session, exchange, need, park, enterprise, late)
    again = exchanges.show_interest(session, need, park, by=office, now=late)
    assert (again.id, again.round, state(session, again, enterprise, late)) == (exchange.id, 2, State.OURS)


def test_a_decline_is_told_to_nobody(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    """What the park reads is, at every moment, what it would read of an interest nobody answered."""
    exchange = exchanges.show_interest(session, need, park, by=office, now=NOW)
    days = [NOW + days * DAY for days in (0, 1, 29, 30, 31)]
    unanswered = [exchanges.exchange_by_id(session, exchange.public_id, office, now=day).standing for day in days]
    exchanges.decline(session, exchange, need, park, by=enterprise, now=NOW)
    declined = [exchanges.exchange_by_id(session, exchange.public_id, office, now=day).standing for day in days]
    assert declined == unanswered
    assert state(session, exchange, enterprise) == State.CLOSED
    facts = [(entry.act, entry.whose_id) for entry in session.exec(select(Entry).where(Entry.about == "exchange"))]
    assert facts == [(Act.INTERESTED, office.organisation_id), (Act.DECLINED, enterprise.organisation_id)]


def test_who_declined_is_not_asked_again_until_it_asks_itself(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = exchanges.show_interest(session, need, park, by=office, now=NOW)
    exchanges.decline(session, exchange, need, park, by=enterprise, now=NOW)
    for late in (NOW + DAY, NOW + LAPSE, NOW + 2 * LAPSE):
        exchanges.show_interest(session, need, park, by=office, now=late)
        assert (state(session, exchange, office, late), state(session, exchange, enterprise, late)) == (
            State.THEIRS,
            State.CLOSED,
        )
    exchanges.show_interest(session, need, park, by=enterprise, now=NOW + 2 * LAPSE)
    assert exchange.status == "mutual"


def test_consent_is_to_the_list_that_was_shown(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = exchanges.show_interest(session, need, park, by=office, now=NOW)
    agree(session, exchange, need, park, office)
    shown = exchanges.opening_for(session, need, Side.NEED, enterprise)
    more = needs.fields_of(need).model_copy(update={"hq": "310114"})
    needs.revise(session, need, more, version=need.version, by=enterprise, now=NOW)
    with pytest.raises(Conflict):
        exchanges.consent(session, exchange, need, park, shown.sha256, by=enterprise, now=NOW)
    assert theirs(session, exchange, office) is None
    agree(session, exchange, need, park, enterprise)
    assert "hq" in (theirs(session, exchange, office) or ())


def test_what_changes_after_the_consent_waits_for_a_new_one(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = opened(session, need, park, enterprise, office)
    changed = needs.fields_of(need).model_copy(update={"title": "三期", "hq": "310114"})
    needs.revise(session, need, changed, version=need.version, by=enterprise, now=NOW)
    assert theirs(session, exchange, office) == {"owner.name", "owner.uscc", "owner.contact", "description", "origin"}
    talk = exchanges.exchange_by_id(session, exchange.public_id, enterprise, now=NOW)
    found = exchanges.opened(session, talk, enterprise, now=NOW)
    assert found
    assert set(found.waiting) == {"title", "hq"}
    agree(session, exchange, need, park, enterprise)
    assert {"title", "hq"} <= (theirs(session, exchange, office) or set())
    standing = session.exec(select(Consent).where(Consent.side == Side.NEED)).all()
    assert sorted(consent.ended_at is None for consent in standing) == [False, True]


def test_a_first_consent_that_is_out_of_date_opens_nothing(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = exchanges.show_interest(session, need, park, by=office, now=NOW)
    agree(session, exchange, need, park, office)
    session.get_one(User, office.user_id).phone = "0550-1234567"
    agree(session, exchange, need, park, enterprise)
    assert (exchange.status, state(session, exchange, office)) == ("mutual", State.OURS)
    agree(session, exchange, need, park, office)
    assert exchange.status == "open"


def test_a_contact_who_left_is_not_shown_any_more(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = opened(session, need, park, enterprise, office)
    session.get_one(User, office.user_id).disabled_at = NOW
    assert theirs(session, exchange, enterprise) == {"office.name"}


@pytest.mark.parametrize("who", ["enterprise", "office"])
def test_either_side_withdraws_and_nothing_is_left(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer, who: str
) -> None:
    exchange = opened(session, need, park, enterprise, office)
    promised(session, exchange, need, park, office)
    by = {"enterprise": enterprise, "office": office}[who]
    exchanges.withdraw(session, exchange, need, park, by=by, now=NOW + DAY)
    for viewer in (enterprise, office):
        talk = exchanges.exchange_by_id(session, exchange.public_id, viewer, now=NOW + DAY)
        assert (talk.state, talk.standing.closed_at) == (State.CLOSED, NOW + DAY)
        assert exchanges.opened(session, talk, viewer, now=NOW + DAY) is None
    assert level_of(session, office, need, now=NOW + DAY) == Level.PARKS
    again = exchanges.show_interest(session, need, park, by=by, now=NOW + DAY)
    assert (again.round, theirs(session, again, office, NOW + DAY)) == (2, None)
    other = office if by is enterprise else enterprise
    agree(session, again, need, park, other, NOW + DAY)
    assert theirs(session, again, office, NOW + DAY) is None
    agree(session, again, need, park, by, NOW + DAY)
    assert exchanges.promise_of(session, again) is None
    assert level_of(session, office, need, now=NOW + DAY) == Level.BOTH


def promised(session: Session, exchange: Exchange, need: Need, park: Park, by: Viewer) -> None:
    digest = exchanges.text_of(exchanges.PROMISE).sha256
    exchanges.promise(session, exchange, need, park, digest, by=by, now=NOW)


def test_a_promise_opens_documents_and_keeps_who_when_and_which_words(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = exchanges.show_interest(session, need, park, by=office, now=NOW)
    with pytest.raises(Conflict):
        promised(session, exchange, need, park, office)
    agree(session, exchange, need, park, office)
    agree(session, exchange, need, park, enterprise)
    with pytest.raises(NotFound):
        promised(session, exchange, need, park, person(session, office, "编辑", Role.EDITOR))
    with pytest.raises(NotFound):
        promised(session, exchange, need, park, enterprise)
    with pytest.raises(Conflict):
        exchanges.promise(session, exchange, need, park, "0" * 64, by=office, now=NOW)
    promised(session, exchange, need, park, office)
    promised(session, exchange, need, park, office)
    given = exchanges.promise_of(session, exchange)
    assert given
    assert (given.name, given.text_version, given.created_at) == (office.name, "1", NOW)
    assert given.text_sha256 == exchanges.text_of(exchanges.PROMISE).sha256
    assert level_of(session, office, need, now=NOW) == Level.PROMISE


WAYS: dict[str, Callable[[Session, Need, Organisation], None]] = {
    "excluded": lambda session, need, office: setattr(need, "hidden_from", needs.HiddenFrom(regions=["34"])),
    "park suspended": lambda session, need, office: setattr(office, "standing", Standing.SUSPENDED),
    "hidden": lambda session, need, office: setattr(need, "status", NeedStatus.HIDDEN),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_happens_around_an_exchange_closes_it_and_it_stays_closed(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer, way: str
) -> None:
    exchange = opened(session, need, park, enterprise, office)
    organisation = session.get_one(Organisation, office.organisation_id)
    before = (need.hidden_from, organisation.standing, need.status)
    WAYS[way](session, need, organisation)
    session.flush()
    assert (state(session, exchange, office), state(session, exchange, enterprise)) == (State.CLOSED, State.CLOSED)
    assert theirs(session, exchange, enterprise) is None
    exchanges.close_fallen(session, need, by=None, now=NOW)
    need.hidden_from, organisation.standing, need.status = before
    session.flush()
    assert (state(session, exchange, office), level_of(session, office, need, now=NOW)) == (State.CLOSED, Level.PARKS)


def test_a_need_withdrawn_and_listed_again_begins_without_consents(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = opened(session, need, park, enterprise, office)
    needs.withdraw(session, need, by=enterprise, now=NOW)
    exchanges.close_fallen(session, need, by=enterprise, now=NOW)
    values = {"listing_id": public_id(), "listed_on": day_of(NOW)}
    needs.LIFE.move(session, need, NeedStatus.OPEN, now=NOW, **values)
    assert (state(session, exchange, office), level_of(session, office, need, now=NOW)) == (State.CLOSED, Level.PARKS)


def test_an_organisation_with_two_parks_keeps_what_the_other_exchange_opened(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    second = join(session, ParkFields(name="另一园区", adcode="341100"), by=office, now=NOW)
    exchange = opened(session, need, park, enterprise, office)
    other = opened(session, need, second, enterprise, office)
    promised(session, other, need, second, office)
    exchanges.withdraw(session, other, need, second, by=enterprise, now=NOW)
    assert level_of(session, office, need, now=NOW) == Level.BOTH
    assert theirs(session, exchange, office)
    exchanges.withdraw(session, exchange, need, park, by=office, now=NOW)
    assert level_of(session, office, need, now=NOW) == Level.PARKS


def test_who_may_do_what(session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer) -> None:
    clerk = person(session, enterprise, "经办", Role.EDITOR)
    reader = person(session, enterprise, "查看", Role.VIEWER)
    with pytest.raises(NotFound):
        exchanges.show_interest(session, need, park, by=reader, now=NOW)
    exchange = exchanges.show_interest(session, need, park, by=clerk, now=NOW)
    agree(session, exchange, need, park, office)
    with pytest.raises(NotFound):
        agree(session, exchange, need, park, clerk)
    with pytest.raises(NotFound):
        exchanges.withdraw(session, exchange, need, park, by=reader, now=NOW)
    assert state(session, exchange, reader) == State.OURS
    agree(session, exchange, need, park, person(session, enterprise, "主管", Role.APPROVER))
    assert exchange.status == "open"


def test_a_park_that_does_not_see_a_need_cannot_ask_for_it(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer, other_office: Viewer
) -> None:
    for by in (other_office, enterprise.model_copy(update={"organisation_id": other_office.organisation_id})):
        with pytest.raises(NotFound):
            exchanges.show_interest(session, need, park, by=by, now=NOW)
    need.hidden_from = needs.HiddenFrom(parks=[park.code])
    session.flush()
    with pytest.raises(NotFound):
        exchanges.show_interest(session, need, park, by=office, now=NOW)
    with pytest.raises(Refusal):
        exchanges.show_interest(session, need, park, by=enterprise, now=NOW)
    assert session.exec(select(Exchange)).all() == []


def test_a_park_that_nobody_speaks_for_cannot_be_asked(session: Session, need: Need, enterprise: Viewer) -> None:
    alone = join(session, ParkFields(name="无主园区", adcode="341100"), by=None, now=NOW)
    with pytest.raises(Refusal):
        exchanges.show_interest(session, need, alone, by=enterprise, now=NOW)


def test_an_owner_s_consent_is_a_contact_to_learn_from_until_it_withdraws(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = opened(session, need, park, enterprise, office)
    assert signals.kinds_of(session, need, park) == {SignalKind.CONTACT}
    exchanges.withdraw(session, exchange, need, park, by=enterprise, now=NOW)
    assert signals.kinds_of(session, need, park) == set()


@pytest.fixture
def agent(session: Session) -> Viewer:
    """An agency with a mandate for nobody yet."""
    made = add_organisation(
        session, "代理机构", OrganisationKind.ORGANIZER, now=NOW, uscc="91350100M000100Y43", standing=Standing.VERIFIED
    )
    user = User(login="代理", name="代理", password_hash="-", organisation_id=made.id, created_at=NOW, role=Role.ADMIN)
    session.add(user)
    session.flush()
    return viewer_as(session, user)


def mandated(session: Session, park: Park, by: Viewer, agent: Viewer) -> str:
    row = mandates.give(session, park, "91350100M000100Y43", day_of(NOW) + 90 * DAY, by=by, now=NOW)
    return mandates.answer(session, row.public_id, MandateStatus.ACTIVE, by=agent, now=NOW).public_id


def test_an_agent_is_a_park_s_side_while_its_mandate_runs(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer, agent: Viewer
) -> None:
    mandate = mandated(session, park, office, agent)
    exchange = opened(session, need, park, enterprise, agent)
    assert "owner.name" in (theirs(session, exchange, agent) or ())
    with pytest.raises(NotFound):
        exchanges.exchange_by_id(session, exchange.public_id, office, now=NOW)
    with pytest.raises(Conflict):
        exchanges.show_interest(session, need, park, by=office, now=NOW)
    promised(session, exchange, need, park, agent)
    mandates.answer(session, mandate, MandateStatus.ENDED, by=office, now=NOW)
    assert (theirs(session, exchange, agent), state(session, exchange, enterprise)) == (None, State.CLOSED)
    assert exchanges.documents_of(session, need, agent, now=NOW) == []
    assert level_of(session, agent, need, now=NOW) in (None, Level.PUBLIC)


def test_an_agent_talks_for_one_park_at_a_time_about_one_need(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer, agent: Viewer
) -> None:
    second = join(session, ParkFields(name="另一园区", adcode="341100"), by=office, now=NOW)
    for each in (park, second):
        mandated(session, each, office, agent)
    first = exchanges.show_interest(session, need, park, by=agent, now=NOW)
    with pytest.raises(Conflict):
        exchanges.show_interest(session, need, second, by=agent, now=NOW)
    late = NOW + LAPSE
    exchanges.show_interest(session, need, second, by=agent, now=late)
    assert state(session, first, agent, late) == State.CLOSED


def test_no_value_stands_in_the_journal(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = opened(session, need, park, enterprise, office)
    promised(session, exchange, need, park, office)
    exchanges.withdraw(session, exchange, need, park, by=enterprise, now=NOW)
    acts = [entry.act for entry in session.exec(select(Entry).order_by(Entry.id)) if entry.about != "park"]  # type: ignore[arg-type]
    told = [Act.INTERESTED, Act.CONSENTED, Act.INTERESTED, Act.CONSENTED, Act.DISCLOSED, Act.DISCLOSED]
    assert acts == [*told, Act.PROMISED, Act.DISCLOSED, Act.WITHDRAWN, Act.RIGHTS]
    words = "".join(str(entry.facts) for entry in session.exec(select(Entry)))
    for value in (need.title, need.description, "甲企业", "甲管委会", need.origin or "?"):
        assert value not in words
