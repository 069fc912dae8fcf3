"""Can each part of a sheet be written, confirmed and let stand on its own, and does the rest keep its dates?"""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from marketplace import capacity, members, parks
from marketplace.capacity import FIELDS, Proposal, Section, SheetFields
from marketplace.database import day_of, writing
from marketplace.errors import Conflict, Refusal
from marketplace.members import PersonFields
from marketplace.organisations import Organisation, Role, Viewer, viewer_as
from marketplace.parks import Park

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=40)
WHOLE = {
    "land_mu": "100 公顷",
    "land_mu_used": 300,
    "power_kva": "20 MVA",
    "energy_tce": 900,
    "energy_basis": "calorific",
    "emissions_t_a": {"COD": 20},
    "replacement": {"COD": 2},
    "land_10k_mu": 18,
    "prohibited": ["2614"],
}


def colleague(session: Session, office: Viewer, role: Role) -> Viewer:
    organisation = session.get_one(Organisation, office.organisation_id)
    fields = PersonFields(person=str(role), login=f"{role}-colleague")
    return viewer_as(session, members.enter(session, organisation, fields, "-", role, now=NOW))


def written(session: Session, park: Park) -> None:
    capacity.save_sheet(session, park, SheetFields.model_validate(WHOLE), by=None, now=NOW)


def days(session: Session, park: Park) -> dict[str, int]:
    """How many days after the first writing each line is dated."""
    lines = capacity.sheet_of(session, park, on=day_of(LATER)).entries
    return {line.name: (line.as_of - day_of(NOW)).days for line in lines if line.as_of}


def test_every_field_of_a_sheet_stands_in_one_section() -> None:
    listed = [field for fields in FIELDS.values() for field in fields]
    assert sorted(listed) == sorted(set(SheetFields.model_fields) - {"typed"})
    assert capacity.section_of("emission:COD") is capacity.section_of("replacement") is Section.QUOTAS
    assert capacity.section_of("land") is capacity.section_of("land_mu_used") is Section.LAND


def test_a_section_changes_its_own_fields_and_the_others_keep_value_and_date(
    session: Session, park: Park, office: Viewer
) -> None:
    written(session, park)
    said = SheetFields.model_validate({"power_kva": "30 MVA", "land_mu": 1, "prohibited": ["3011"]})
    assert capacity.submit_sheet(session, park, said, by=office, now=LATER, section=Section.ENERGY) is True
    now = capacity.fields_of(session, park)
    assert (now.power_kva, now.energy_tce, now.land_mu, now.prohibited) == (30_000, None, 1500, ["2614"])
    assert now.typed == {"land_mu": "100 公顷", "power_kva": "30 MVA"}
    assert {name for name, age in days(session, park).items() if age} == {"power"}


def test_what_one_section_says_of_another_is_still_checked_over_the_whole_sheet(
    session: Session, park: Park, office: Viewer
) -> None:
    written(session, park)
    fields = SheetFields.model_validate({"land_mu": 400, "land_mu_used": 300, "largest_plot_mu": 101})
    with pytest.raises(Refusal, match="largest_plot_mu"):
        capacity.submit_sheet(session, park, fields, by=office, now=LATER, section=Section.LAND)


@pytest.mark.parametrize("section", Section)
def test_one_click_dates_one_section_anew_and_nothing_else(
    session: Session, park: Park, office: Viewer, section: Section
) -> None:
    written(session, park)
    said = {name for name in days(session, park) if capacity.section_of(name) is section}
    assert capacity.submit_reconfirmation(session, park, by=office, now=LATER, section=section) is bool(said)
    assert {name for name, age in days(session, park).items() if age} == said


def test_proposals_for_two_sections_do_not_stand_in_each_others_way(
    session: Session, park: Park, office: Viewer
) -> None:
    written(session, park)
    editor = colleague(session, office, Role.EDITOR)
    rows = []
    for section, said in (
        (Section.LAND, {"land_mu": 2000}),
        (Section.PRICES, {"land_10k_mu": 20}),
        (Section.LAND, {"land_mu": 3000}),
    ):
        fields = SheetFields.model_validate(said)
        row = capacity.submit_sheet(session, park, fields, by=editor, now=LATER, section=section)
        assert isinstance(row, Proposal)
        rows.append(row)
    assert rows[1].after == {"land_10k_mu": "20"}
    capacity.approve(session, rows[0], by=office, now=LATER)
    capacity.approve(session, rows[1], by=office, now=LATER)
    with pytest.raises(Conflict):
        capacity.approve(session, rows[2], by=office, now=LATER)
    now = capacity.fields_of(session, park)
    assert (now.land_mu, now.land_mu_used, now.land_10k_mu, now.power_kva) == (2000, None, 20, 20_000)


def test_that_a_section_still_holds_waits_for_an_approver_and_is_dated_as_it_was_said(
    session: Session, park: Park, office: Viewer
) -> None:
    written(session, park)
    editor = colleague(session, office, Role.EDITOR)
    row = capacity.submit_reconfirmation(session, park, by=editor, now=LATER, section=Section.QUOTAS)
    assert isinstance(row, Proposal)
    assert set(days(session, park).values()) == {0}
    capacity.approve(session, row, by=office, now=LATER + timedelta(days=3))
    assert {name for name, age in days(session, park).items() if age == 40} == {"emission:COD", "replacement"}


def test_the_mark_of_a_section_moves_with_its_values_alone() -> None:
    before = capacity.document(SheetFields.model_validate(WHOLE))
    spelled = capacity.document(SheetFields.model_validate({**WHOLE, "land_mu": "1500 亩"}))
    other = capacity.document(SheetFields.model_validate({**WHOLE, "power_kva": 1}))
    assert capacity.mark(before, Section.LAND) == capacity.mark(spelled, Section.LAND)
    assert capacity.mark(before, Section.LAND) == capacity.mark(other, Section.LAND)
    assert capacity.mark(before, Section.ENERGY) != capacity.mark(other, Section.ENERGY)


def test_two_who_write_two_sections_at_once_lose_nothing(
    engine: Engine, session: Session, park: Park, office: Viewer
) -> None:
    written(session, park)
    code = park.code
    session.commit()
    barrier, results = Barrier(2), list[str]()

    def write(section: Section, said: dict[str, object]) -> None:
        barrier.wait()
        with writing(engine) as own:
            try:
                mine = parks.park_by_code(own, code)
                fields = SheetFields.model_validate(said)
                capacity.submit_sheet(own, mine, fields, by=office, now=LATER, section=section)
                own.commit()
                results.append("done")
            except Conflict:
                results.append("conflict")

    both = ((Section.LAND, {"land_mu": 2000}), (Section.PRICES, {"land_10k_mu": 25}))
    threads = [Thread(target=write, args=each) for each in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = capacity.fields_of(session, parks.park_by_code(session, code))
    kept = [now.land_mu == 2000, now.land_10k_mu == 25]
    assert sum(kept) == results.count("done") >= 1
