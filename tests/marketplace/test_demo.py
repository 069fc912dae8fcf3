"""Is the demonstration what it says: real zones with public facts, and invented values that are marked?"""

from datetime import date, datetime

from sqlmodel import Session, col, select

from marketplace import demo, registration
from marketplace.capacity import Capacity, Term
from marketplace.needs import Need
from marketplace.organisations import Organisation, Standing
from marketplace.parks import Park
from marketplace.resources import Source
from marketplace.simulation import LATER_PRICES, PUBLISH, simulated_sheet
from matching import reference

ON = date(2026, 11, 23)


def test_parks_only_holds_the_zones_and_nothing_invented(session: Session, now: datetime) -> None:
    demo.fill(session, now=now, parks_only=True)
    assert len(session.exec(select(Park.id)).all()) == 2543
    assert set(session.exec(select(Park.source)).all()) == {Source.CATALOGUE}
    for table in (Capacity, Term, Need, Organisation):
        assert session.exec(select(table)).first() is None
    assert demo.accounts(session) == []


def test_every_invented_value_is_marked(session: Session, now: datetime) -> None:
    demo.fill(session, now=now)
    assert set(session.exec(select(Capacity.source)).all()) == {Source.SIMULATED}
    assert set(session.exec(select(Term.source)).all()) == {Source.SIMULATED}
    assert set(session.exec(select(Need.simulated)).all()) == {True}
    assert all(row.simulated and row.name.startswith("模拟") for row in session.exec(select(Organisation)).all())
    changed = session.exec(select(Park).where(col(Park.source) != Source.CATALOGUE)).all()
    assert changed == []


def test_a_filled_database_is_left_as_it_is(session: Session, now: datetime) -> None:
    demo.fill(session, now=now, parks_only=True)
    demo.fill(session, now=now)
    assert session.exec(select(Need)).first() is None


def test_the_demonstration_names_its_sign_ins(session: Session, now: datetime) -> None:
    demo.fill(session, now=now)
    assert {account["login"] for account in demo.accounts(session)} == {
        *demo.ORGANISATIONS,
        demo.PARK_EDITOR,
        demo.AUDITOR,
        demo.NEWCOMER,
    }


def test_a_zones_sheet_depends_on_the_zone_and_the_day_alone() -> None:
    zones = reference.zones()[:200]
    forward = [simulated_sheet(zone, on=ON) for zone in zones]
    backward = [simulated_sheet(zone, on=ON) for zone in reversed(zones)]
    assert forward == backward[::-1]


def test_about_three_zones_in_five_publish_and_some_of_it_is_old() -> None:
    sheets = [simulated_sheet(zone, on=ON) for zone in reference.zones()]
    drawn = [sheet for sheet in sheets if sheet]
    assert abs(len(drawn) / len(sheets) - PUBLISH) < 0.03
    old = sum((ON - sheet.as_of).days > 30 for sheet in drawn) / len(drawn)
    assert 0.12 < old < 0.21


def test_an_invented_price_of_what_is_carried_or_taken_away_is_within_its_range_and_some_are_blank() -> None:
    drawn = [sheet.fields for zone in reference.zones() if (sheet := simulated_sheet(zone, on=ON))]
    for name, (_, (low, high, _)) in LATER_PRICES.items():
        said = [value for fields in drawn if (value := getattr(fields, name)) is not None]
        assert all(low <= value <= high for value in said)
        assert len(drawn) / 3 < len(said) < len(drawn)


def test_no_invented_sheet_uses_more_than_there_is() -> None:
    for sheet in filter(None, (simulated_sheet(zone, on=ON) for zone in reference.zones())):
        said = sheet.fields.model_dump()
        for name, used in said.items():
            if name.endswith("_used") and used and not isinstance(used, dict):
                assert used <= said[name.removesuffix("_used")]


def test_the_organisation_that_waits_looks_like_one_that_is_here(session: Session, now: datetime) -> None:
    demo.fill(session, now=now)
    waiting = session.exec(select(Organisation).where(Organisation.standing == Standing.PENDING)).one()
    case = registration.case_of(session, waiting.id)
    assert case is not None
    assert [found.organisation.name for found in registration.like(session, case)] == [
        demo.ORGANISATIONS["enterprise"][0]
    ]
