"""Does the engine see the market as it stands: every change, every replica, every day?"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from marketplace import capacity, matches, needs, parks
from marketplace.capacity import SheetFields
from marketplace.database import Sessions, reading, writing
from marketplace.errors import Busy, NotFound, Refusal
from marketplace.matches import Catalogue, Standing, as_need, ranked_parks
from marketplace.needs import NeedFields
from marketplace.organisations import Viewer
from marketplace.parks import Park, ParkFields
from marketplace.resources import Source
from matching.documents import need_from, parks_from
from matching.index import Index
from matching.reference import catalogue as reference_parks

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ON = date(2026, 11, 23)
NEED = {"industry": "3841", "land_mu": 100, "power_kva": 5000}


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    return lambda: reading(engine)


@pytest.fixture
def market(sessions: Sessions) -> Catalogue:
    return Catalogue(sessions)


def made(session: Session, office: Viewer, *names: str) -> list[Park]:
    each = [parks.join(session, ParkFields(name=name, adcode="341100"), by=office, now=NOW) for name in names]
    session.commit()
    return each


def say(session: Session, park: Park, office: Viewer | None, now: datetime = NOW, **said: Any) -> None:
    fields = SheetFields.model_validate(said)
    capacity.save_sheet(session, park, fields, by=office, now=now, source=Source.DECLARED)
    session.commit()


def asked(**said: Any) -> NeedFields:
    return NeedFields.model_validate({**NEED, **said})


def standings(index_of: Catalogue, on: date = ON, **said: Any) -> dict[str, Standing]:
    ranking = ranked_parks(index_of, asked(**said), on=on, top=99, misses=99)
    return {match.park.name: match.standing for match in (*ranking.results, *ranking.misses)}


def statements(engine: Engine, act: Callable[[], object]) -> list[str]:
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(args[2])

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return [statement for statement in seen if statement.lstrip().startswith("SELECT")]


def test_the_zones_of_a_database_are_the_engines_own_catalogue(session: Session, market: Catalogue) -> None:
    parks.load_catalogue(session, now=NOW)
    session.commit()
    assert market.index(ON).parks == tuple(sorted(reference_parks(), key=lambda park: park.code))


def test_a_sheet_and_a_file_that_say_the_same_are_the_same_park(
    session: Session, market: Catalogue, park: Park, office: Viewer
) -> None:
    free = {"land_mu": 123.456, "largest_plot_mu": 80, "building_m2": 1234.5, "power_kva": 20000, "energy_tce": 614.5}
    free |= {"coal_t_a": 1.5, "water_t_d": 12.5, "wastewater_t_d": 3, "steam_t_h": 0.7, "gas_m3_d": 30000}
    free |= {"hazardous_waste_t_a": 40.25, "energy_basis": "calorific", "emissions_t_a": {"COD": 3.2, "NH3-N": 0.3}}
    prices = {"land_10k_mu": 20.35, "rent_cny_m2_month": 15.5, "power_cny_kwh": 0.6213, "water_cny_m3": 3.1}
    prices |= {"gas_cny_m3": 2.9, "wage_10k_a": 7.25}
    gates = {"investment_10k_mu": 150.5, "tax_10k_mu_a": 10.1}
    lists: dict[str, Any] = {"chemical_park": False, "prohibited": ["2614"], "restricted": ["C30"]}
    lists |= {"supply_modes": ["sale"], "available_on": "2027-03-01", "replacement": {"COD": 1.5}}
    lists |= {"green_power_share": 0.35}
    beside = {"steam_cny_t": 210, "wastewater_cny_m3": 2.5, "hazardous_waste_cny_t": 2600}  # the engine is not told
    say(session, park, office, **free, **prices, **beside, **gates, **lists)
    place = {"code": park.code, "name": park.name, "adcode": park.adcode, "lon": park.lon, "lat": park.lat}
    place |= {"level": "provincial", "area_ha": 800, "industries": park.industries}
    document = {**place, **lists, "free": free, "prices": prices, "gates": gates, "as_of": "2026-11-23"}
    assert market.index(ON).parks == tuple(parks_from([document], ON))


def test_a_need_of_the_database_and_of_a_file_are_the_same(session: Session, enterprise: Viewer) -> None:
    need = needs.enter(session, asked(emissions_t_a={"COD": 3.2}), owner=enterprise, now=NOW)
    assert as_need(need) == need_from({**NEED, "emissions_t_a": {"COD": 3.2}, "id": need.public_id})
    assert as_need(asked()).id == ""


def test_an_unchanged_market_costs_one_query(session: Session, engine: Engine, market: Catalogue, park: Park) -> None:
    session.commit()
    first = market.index(ON)
    assert len(statements(engine, lambda: market.index(ON))) == 1
    assert market.index(ON) is first


def test_only_what_changed_is_read_and_the_index_is_that_of_a_fresh_start(
    session: Session, engine: Engine, market: Catalogue, office: Viewer, sessions: Sessions
) -> None:
    first, second, third = made(session, office, "甲园区", "乙园区", "丙园区")
    market.index(ON)
    say(session, second, office, land_mu=500, power_kva=80_000)
    (fourth,) = made(session, office, "丁园区")
    parks.merge(session, third, first, by=office, now=NOW)
    session.commit()
    asked_for: list[Any] = []

    def note(*args: Any) -> None:
        asked_for.extend(args[3].values() if isinstance(args[3], dict) else args[3])

    event.listen(engine, "before_cursor_execute", note)
    changed = market.index(ON)
    event.remove(engine, "before_cursor_execute", note)
    assert {each for each in asked_for if isinstance(each, int) and each} == {first.id, second.id, fourth.id}
    fresh = Catalogue(sessions).index(ON)
    assert [park.name for park in changed.parks] == [park.name for park in fresh.parks]
    assert changed.parks == fresh.parks
    assert {park.name for park in changed.parks} == {"甲园区", "乙园区", "丁园区"}
    need = as_need(asked())
    assert (
        changed.parks_for(need, top=9) == fresh.parks_for(need, top=9) == Index.fit(fresh.parks).parks_for(need, top=9)
    )


def test_every_replica_sees_what_the_others_write(
    session: Session, sessions: Sessions, park: Park, office: Viewer
) -> None:
    session.commit()
    one, other = Catalogue(sessions), Catalogue(sessions)
    assert standings(one) == standings(other) == {park.name: Standing.UNVERIFIED}
    say(session, park, office, land_mu=10, power_kva=80_000)
    assert standings(one) == standings(other) == {park.name: Standing.INFEASIBLE}
    say(session, park, office, land_mu=500, power_kva=80_000)
    assert standings(other)[park.name] != Standing.INFEASIBLE


def test_what_is_not_committed_is_not_seen(session: Session, market: Catalogue, park: Park) -> None:
    session.commit()
    market.index(ON)
    parks.rename(session, park, "未提交", by=None, now=NOW)
    session.rollback()
    assert [each.name for each in market.index(ON).parks] == ["滁州示例产业园"]


def test_a_value_becomes_unknown_when_its_days_are_over_though_its_row_did_not_change(
    session: Session, market: Catalogue, park: Park, office: Viewer
) -> None:
    say(session, park, office, land_mu=500, power_kva=80_000)
    free = {day: market.index(ON + timedelta(days=day)).parks[0].free for day in (0, 30, 31, 90, 91, 0, -1)}
    assert {day: (each.land_m2 is not None, each.power_kva is not None) for day, each in free.items()} == {
        -1: (False, False),
        0: (True, True),
        30: (True, True),
        31: (False, True),
        90: (False, True),
        91: (False, False),
    }


def test_a_change_reaches_the_indexes_of_all_days(
    session: Session, market: Catalogue, park: Park, office: Viewer, sessions: Sessions
) -> None:
    session.commit()
    days = [ON, ON + timedelta(days=1), ON + timedelta(days=40)]
    for day in days:
        market.index(day)
    say(session, park, office, land_mu=500, power_kva=80_000)
    for day in days:
        assert market.index(day).parks == Catalogue(sessions).index(day).parks


def test_the_index_is_right_while_others_write(
    session: Session, engine: Engine, market: Catalogue, office: Viewer
) -> None:
    (park,) = made(session, office, "甲园区")
    code, seen = park.code, list[float]()
    session.close()

    def write() -> None:
        for amount in range(1, 31):
            with writing(engine) as own:
                say(own, parks.park_by_code(own, code), None, power_kva=amount)

    def read() -> None:
        for _ in range(60):
            seen.append(market.index(ON).parks[0].free.power_kva or 0)

    threads = [Thread(target=write), Thread(target=read), Thread(target=read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 120
    assert market.index(ON).parks[0].free.power_kva == 30


def test_an_empty_market_ranks_nothing(market: Catalogue, session: Session) -> None:
    ranking = ranked_parks(market, asked(), on=ON)
    assert (sum(ranking.counts.values()), ranking.results, ranking.misses) == (0, (), ())


def test_a_pair_is_the_same_alone_compared_and_ranked(session: Session, market: Catalogue, office: Viewer) -> None:
    made(session, office, *"甲乙丙丁戊".replace("", "园 ").split()[1:])
    ranking = ranked_parks(market, asked(), on=ON)
    codes = [match.park.code for match in ranking.results]
    assert len(codes) == 5
    assert matches.comparison(market, asked(), codes[3:0:-1], on=ON) == ranking.results[3:0:-1]
    assert matches.match_of(market, asked(), codes[2], on=ON) == ranking.results[2]
    with pytest.raises(Refusal):
        matches.comparison(market, asked(), codes, on=ON)
    with pytest.raises(NotFound):
        matches.comparison(market, asked(), [codes[0], "nothing"], on=ON)


def test_what_the_engine_refuses_is_refused_with_its_faults(market: Catalogue, session: Session) -> None:
    for wrong in ({"industry": "9999"}, {"mode": "partner"}, {"weights": {"text": 0.5}, "importance": ["text"]}):
        with pytest.raises(Refusal) as refused:
            ranked_parks(market, asked(**wrong), on=ON)
        assert {fault.where for fault in refused.value.faults} <= {"industry", "mode", "weights"}


def test_which_parks_stand_on_invented_values_is_known(
    session: Session, market: Catalogue, park: Park, office: Viewer
) -> None:
    made(session, office, "另一园区")
    fields = SheetFields.model_validate({"land_mu": 5})
    capacity.save_sheet(session, park, fields, by=None, now=NOW, source=Source.SIMULATED)
    session.commit()
    market.index(ON)
    assert market.simulated() == {park.code}


def test_todays_index_stays_whatever_other_days_are_asked_for(
    session: Session, sessions: Sessions, park: Park, office: Viewer
) -> None:
    say(session, park, office, land_mu=500)
    market = Catalogue(sessions, today=lambda: ON)
    days = [ON + timedelta(days=n) for n in range(1, 6)]
    first = market.index(days[0])
    here = market.index(ON)
    others = [market.index(day) for day in days[1:]]
    assert market.index(ON) is here
    assert market.index(days[-1]) is others[-1]
    assert market.index(days[0]) is not first


def test_few_may_ask_for_other_days_at_a_time_and_today_is_answered(
    session: Session, sessions: Sessions, park: Park
) -> None:
    session.commit()
    market = Catalogue(sessions, today=lambda: ON)
    with ExitStack() as stack:
        for _ in range(matches.MADE_AT_ONCE):
            stack.enter_context(matches.making())
        with pytest.raises(Busy):
            market.index(ON + timedelta(days=1))
        with pytest.raises(Busy):
            matches.index_at(session, 1, on=ON)
        assert [each.code for each in market.index(ON).parks] == [park.code]
    assert [each.code for each in market.index(ON + timedelta(days=1)).parks] == [park.code]
