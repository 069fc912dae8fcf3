"""Does a sheet change what it says, all of it or nothing, and name what stands in its way?"""

from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, select

from marketplace import capacity, parks
from marketplace.imports import Outcome, import_needs, import_parks, need_columns, park_columns, park_sheet
from marketplace.needs import Need
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.sheets import Row


def rows(*cells: dict[str, str]) -> list[Row]:
    return [Row(number, row) for number, row in enumerate(cells, 2)]


def told(outcome: Outcome) -> tuple[int, int, int, list[tuple[int, str]]]:
    places = [(row, fault.where) for row, fault in outcome.rejects]
    return outcome.adds, outcome.changes, outcome.unchanged, places


def test_a_new_park_and_its_sheet_are_entered(session: Session, now: datetime) -> None:
    row = {
        "name": "示例园区",
        "adcode": "341100",
        "industries": "装备制造、新材料",
        "land_mu": "10 公顷",
        "land_mu_used": "50",
    }
    assert told(import_parks(session, rows(row), now=now)) == (1, 0, 0, [])
    park = session.exec(select(Park)).one()
    sheet = capacity.fields_of(session, park)
    assert (park.industries, sheet.land_mu, sheet.land_mu_used) == (["装备制造", "新材料"], Decimal(150), Decimal(50))
    assert park.owner_id is None


def test_a_zone_keeps_what_the_sheet_leaves_blank(session: Session, now: datetime) -> None:
    parks.load_catalogue(session, now=now)
    first = {"code": "G341129", "land_mu": "300", "power_kva": "20 MVA"}
    second = {"code": "G341129", "land_mu": "280"}
    assert told(import_parks(session, rows(first), now=now)) == (0, 1, 0, [])
    assert told(import_parks(session, rows(second), now=now)) == (0, 1, 0, [])
    assert told(import_parks(session, rows(second), now=now)) == (0, 0, 1, [])
    sheet = capacity.fields_of(session, parks.park_by_code(session, "G341129"))
    assert (sheet.land_mu, sheet.power_kva) == (Decimal(280), Decimal(20_000))


def test_one_part_of_the_emissions_changes_alone(session: Session, now: datetime) -> None:
    parks.load_catalogue(session, now=now)
    import_parks(session, rows({"code": "G341129", "emissions_t_a.COD": "40", "emissions_t_a.NOx": "60"}), now=now)
    import_parks(session, rows({"code": "G341129", "emissions_t_a.COD": "35"}), now=now)
    sheet = capacity.fields_of(session, parks.park_by_code(session, "G341129"))
    assert {str(name): amount for name, amount in sheet.emissions_t_a.items()} == {"COD": 35, "NOx": 60}


def test_every_fault_is_told_with_its_row_and_column(session: Session, now: datetime) -> None:
    wrong = rows(
        {"code": "nowhere", "land_mu": "3"},
        {"name": "甲园区", "land_mu": "many"},
        {"name": "乙园区", "adcode": "999999"},
        {"name": "丙园区", "land_mu": "10", "land_mu_used": "20"},
        {"name": "丁园区", "power_kva": "3 亩"},
    )
    outcome = import_parks(session, wrong, now=now)
    assert [(row, fault.where) for row, fault in outcome.rejects] == [
        (2, "code"),
        (3, "land_mu"),
        (4, "adcode"),
        (5, "land_mu_used"),
        (6, "power_kva"),
    ]


def test_a_refused_row_leaves_nothing_of_itself(session: Session, now: datetime) -> None:
    import_parks(session, rows({"name": "丙园区", "land_mu": "10", "land_mu_used": "20"}), now=now)
    assert session.exec(select(Park)).all() == []


def test_a_code_given_twice_is_refused_the_second_time(session: Session, now: datetime) -> None:
    parks.load_catalogue(session, now=now)
    outcome = import_parks(session, rows(*[{"code": "G341129", "land_mu": "3"}] * 2), now=now)
    assert told(outcome) == (0, 1, 0, [(3, "code")])


def test_needs_are_published_for_one_enterprise(session: Session, now: datetime, enterprise: Viewer) -> None:
    good = {"industry": "3841", "land_mu": "150 亩", "regions.prefer": "3401、3402", "importance": "land_price,market"}
    outcome = import_needs(session, rows(good, {"land_mu": "3"}, {"industry": "9999"}), owner=enterprise, now=now)
    assert (outcome.adds, [row for row, _ in outcome.rejects]) == (1, [3, 4])
    need = session.exec(select(Need)).one()
    assert (need.land_mu, need.regions.prefer, need.owner_id) == (150, ["3401", "3402"], enterprise.organisation_id)


def test_every_column_is_one_of_a_form() -> None:
    assert {"code", "name", "land_mu", "land_mu_used", "emissions_t_a.NH3-N", "land_10k_mu"} <= set(park_columns())
    assert {"industry", "description", "land_mu", "regions.only", "weights.market"} <= set(need_columns())
    assert "typed" not in {*park_columns(), *need_columns()}


def test_a_row_bears_its_date_and_what_of_it_is_invented(session: Session, now: datetime) -> None:
    row = {"name": "示例园区", "land_mu": "100", "emissions_t_a.COD": "5", "as_of": "2026-11-01"}
    invented = {**row, "simulated": "emissions_t_a.COD"}
    assert told(import_parks(session, rows(invented), now=now)) == (1, 0, 0, [])
    (park,) = session.exec(select(Park)).all()
    sheet = capacity.sheet_of(session, park, on=date(2026, 11, 23))
    sources = {entry.name: (str(entry.source), str(entry.as_of)) for entry in sheet.entries if entry.source}
    assert sources == {"land": ("declared", "2026-11-01"), "emission:COD": ("simulated", "2026-11-01")}
    given = park_sheet(session, str, now=now)
    cells = dict(zip(park_columns(), given.rows[0], strict=True))
    assert {name: cell for name, cell in cells.items() if cell not in (None, "")} == {
        **invented,
        "code": park.code,
        "land_mu": Decimal(100),
        "emissions_t_a.COD": Decimal(5),
    }
