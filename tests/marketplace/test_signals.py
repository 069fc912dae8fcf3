"""Is only what the owner of a need did kept, once each, and is it learned from or refused?"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import capacity, learning, needs, parks, signals
from marketplace.capacity import SheetFields
from marketplace.database import writing
from marketplace.errors import NotFound
from marketplace.learning import LearnedVersion
from marketplace.matches import Catalogue, ranked_parks
from marketplace.needs import Need, NeedFields
from marketplace.organisations import OrganisationKind, Role, Standing, User, Viewer, add_organisation, viewer_as
from marketplace.parks import Park, ParkFields
from marketplace.signals import Signal, SignalKind

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ON = date(2026, 11, 23)
ASKS = {"industry": "3841", "land_mu": "7.3", "land_price_max_10k_mu": 90}


@pytest.fixture
def market(session: Session, sessions: Callable[[], Session]) -> Catalogue:
    """Six parks: the dearer the land, the cheaper the labour, so that the scores lie close together."""
    for number, (land, wage) in enumerate([(40, 4), (26, 7.5), (12, 12)] * 2):
        fields = {"name": f"第{number}产业园", "adcode": "341100", "industries": "锂电池"}
        park = parks.join(session, ParkFields.model_validate(fields), by=None, now=NOW)
        sheet = {"land_mu": 500, "largest_plot_mu": 300, "land_10k_mu": land, "wage_10k_a": wage}
        capacity.save_sheet(session, park, SheetFields.model_validate(sheet), by=None, now=NOW)
    session.commit()
    return Catalogue(sessions)


@pytest.fixture
def need(session: Session, market: Catalogue, enterprise: Viewer) -> Need:
    return published(session, enterprise)


def published(session: Session, owner: Viewer) -> Need:
    return needs.enter(session, NeedFields.model_validate(ASKS), owner=owner, now=NOW)


def noted(session: Session, need: Need, park: Park, kind: SignalKind, by: Viewer, on: date = ON) -> bool:
    said = needs.document_of(need)
    return signals.note(session, need, park, kind, said, on=on, by=by, now=NOW, rank=2)


def some_park(session: Session) -> Park:
    park = session.exec(select(Park)).first()
    assert park
    return park


def test_an_act_is_kept_once_with_its_rank_and_question_and_no_person(
    session: Session, need: Need, enterprise: Viewer
) -> None:
    park = some_park(session)
    assert noted(session, need, park, SignalKind.DETAIL, enterprise)
    assert not noted(session, need, park, SignalKind.DETAIL, enterprise)
    row = session.exec(select(Signal)).one()
    assert (row.rank, row.asked_on, row.question["industry"]) == (2, ON, "3841")
    assert not {"user_id", "login", "name", "organisation_id"} & set(Signal.model_fields)


def test_others_acts_on_a_need_are_refused_as_if_it_were_not_there(
    session: Session, need: Need, rival: Viewer, office: Viewer
) -> None:
    for who in (rival, office):
        with pytest.raises(NotFound):
            noted(session, need, some_park(session), SignalKind.DETAIL, who)
        with pytest.raises(NotFound):
            signals.forget(session, need, some_park(session), SignalKind.FAVOURITE, by=who)


def test_a_mark_can_be_taken_away_and_set_again(session: Session, need: Need, enterprise: Viewer) -> None:
    park = some_park(session)
    noted(session, need, park, SignalKind.FAVOURITE, enterprise)
    assert signals.favourites_of(session, need) == {park.code}
    signals.forget(session, need, park, SignalKind.FAVOURITE, by=enterprise)
    assert signals.favourites_of(session, need) == frozenset()
    assert noted(session, need, park, SignalKind.FAVOURITE, enterprise)
    assert signals.kinds_of(session, need, park) == {SignalKind.FAVOURITE}


def test_without_signals_nothing_is_learned_and_the_verdict_is_stored(session: Session, market: Catalogue) -> None:
    learned = learning.learn(session, now=NOW)
    assert learned.gate["why"] == "Nothing was chosen yet: there is nothing to learn from"
    row = session.exec(select(LearnedVersion)).one()
    assert (row.version, row.promoted) == ("2026-11-23-1", False)
    assert learning.learned_version(session) is None
    assert learning.learned_version(session, "2026-11-23-1") == learned


def enterprises(session: Session, count: int) -> list[Viewer]:
    found = []
    for name in (f"{number}号企业" for number in range(count)):
        organisation = add_organisation(session, name, OrganisationKind.ENTERPRISE, now=NOW, standing=Standing.VERIFIED)
        user = User(login=name, name=name, password_hash="-", organisation_id=organisation.id, created_at=NOW)
        user.role = Role.ADMIN
        session.add(user)
        session.flush()
        found.append(viewer_as(session, user))
    return found


def cheapest_chosen(session: Session, market: Catalogue, owners: Sequence[Viewer], count: int) -> None:
    """On each of so many days a need whose owner marks a park with the cheapest land; the owners take turns."""
    for day in range(count):
        owner = owners[day % len(owners)]
        need = published(session, owner)
        rows = ranked_parks(market, need, on=ON).results
        best = min(rows, key=lambda match: match.park.land_price_cny_m2 or 0.0).park.code
        noted(session, need, parks.park_by_code(session, best), SignalKind.FAVOURITE, owner, ON + timedelta(days=day))
    session.commit()


def test_what_owners_choose_by_is_learned_promoted_and_orders_a_list(
    session: Session, market: Catalogue, enterprise: Viewer
) -> None:
    session.commit()
    cheapest_chosen(session, market, enterprises(session, 5), 105)
    before = ranked_parks(market, published(session, enterprise), on=ON).results
    learned = learning.learn(session, now=NOW)
    assert learned.gate["promoted"], learned.gate
    assert learned.theta["land_price"] > 1
    assert learning.learned_version(session) == learned
    session.commit()
    switches = learning.switches_for(session, learned=learned.version)
    after = ranked_parks(market, published(session, enterprise), on=ON, switches=switches).results
    assert {match.park.code: match.score for match in after} == {match.park.code: match.score for match in before}
    assert (after[0].park.land_price_cny_m2 or 0.0) < (before[0].park.land_price_cny_m2 or 0.0)
    session.rollback()


def test_what_four_enterprises_choose_by_orders_nobodys_list(session: Session, market: Catalogue) -> None:
    session.commit()
    cheapest_chosen(session, market, enterprises(session, 4), 105)
    learned = learning.learn(session, now=NOW)
    assert learned.gate["gain"] > 0
    assert learned.gate["why"] == "Refused: fewer than five enterprises chose"
    assert learning.learned_version(session) is None
    assert learning.learned_version(session, learned.version) == learned
    with pytest.raises(NotFound):  # not even where an address names it: it would tell what those four look for
        learning.switches_for(session, learned=learned.version)


def test_a_list_after_the_day_asked_for_teaches_nothing(
    session: Session, market: Catalogue, enterprise: Viewer
) -> None:
    session.commit()
    cheapest_chosen(session, market, [enterprise], 3)
    assert learning.learn(session, now=NOW, on=ON + timedelta(days=1)).until == ON + timedelta(days=1)


def test_unknown_versions_are_not_there(session: Session, market: Catalogue) -> None:
    for versions in ({"learned": "2020-01-01-1"}, {"uncrowded": "2020-01-01-1"}):
        with pytest.raises(NotFound):
            learning.switches_for(session, **versions)  # type: ignore[arg-type]
    assert not learning.switches_for(session).on


def test_crowding_counts_all_open_needs_and_is_stored_as_a_version(
    session: Session, market: Catalogue, rival: Viewer
) -> None:
    session.commit()
    for owner in enterprises(session, 5):
        published(session, owner)
    needs.withdraw(session, published(session, rival), by=rival, now=NOW)
    session.commit()
    row = learning.measure_crowding(session, market.index(ON), now=NOW, cap=0.3)
    assert (row.needs, row.version) == (5, "2026-11-23-1")
    assert row.prices
    assert learning.crowding(session) is row
    switches = learning.switches_for(session, uncrowded=row.version)
    assert switches.prices == row.prices
    session.rollback()


def test_a_price_never_tells_that_few_enterprises_ask(session: Session, market: Catalogue) -> None:
    session.commit()
    owners, index = enterprises(session, 5), market.index(ON)
    for number in range(12):
        published(session, owners[number % 4])
    assert learning.measure_crowding(session, index, now=NOW, cap=0.04).prices == {}
    needs.withdraw(session, published(session, owners[4]), by=owners[4], now=NOW)
    assert learning.measure_crowding(session, index, now=NOW, cap=0.04).prices == {}
    published(session, owners[4])
    assert learning.measure_crowding(session, index, now=NOW, cap=0.04).prices != {}
    for _ in range(20):
        published(session, owners[0])
    assert learning.measure_crowding(session, index, now=NOW, cap=0.04).prices == {}
    session.rollback()


def test_the_same_click_twice_at_the_same_moment_is_kept_once(
    session: Session, market: Catalogue, need: Need, enterprise: Viewer, engine: Engine
) -> None:
    park = some_park(session)
    session.commit()
    together, failures = Barrier(2), list[BaseException]()

    def click() -> None:
        try:
            together.wait()
            with writing(engine) as own:
                noted(own, own.get_one(Need, need.id), own.get_one(Park, park.id), SignalKind.FAVOURITE, enterprise)
                own.commit()
        except BaseException as failure:
            failures.append(failure)

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(session.exec(select(Signal)).all()) == 1
