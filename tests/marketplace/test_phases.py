"""Are phases and the least share of a need kept exactly, read from sheets, and opened to whom they may be?"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import imports, matches, needs
from marketplace.database import reading
from marketplace.disclosure import Level, seen
from marketplace.errors import Refusal, faults_of
from marketplace.needs import Need, NeedFields
from marketplace.organisations import Viewer
from marketplace.sheets import Row

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
SAID: dict[str, Any] = {
    "industry": "3841",
    "land_mu": "10 公顷",
    "building_m2": 20000,
    "land_least_share": "80%",
    "phases": [
        {"name": "一期", "share": "60%", "land_mu": "90", "needed_on": "2027年6月30日"},
        {"name": "二期", "share": 0.4, "land_mu": "60 亩"},
    ],
}


def test_what_is_said_is_kept_exactly(engine: Engine, session: Session, enterprise: Viewer) -> None:
    need = needs.enter(session, NeedFields.model_validate(SAID), owner=enterprise, now=NOW)
    session.commit()
    with reading(engine) as again:
        row = again.exec(select(Need).where(Need.id == need.id)).one()
        assert row.land_least_share == Decimal("0.8")
        first, second = row.phases
        assert (first.name, first.share, first.land_mu) == ("一期", Decimal("0.6"), Decimal(90))
        assert first.needed_on == date(2027, 6, 30)
        assert (second.land_mu, second.power_kva) == (Decimal(60), None)
        asked = matches.as_need(row)
        assert asked.land_least_share == 0.8
        assert [phase.name for phase in asked.phases] == ["一期", "二期"]
        assert needs.fields_of(row) == NeedFields.model_validate(SAID)


def test_a_need_without_them_has_none(session: Session, enterprise: Viewer) -> None:
    need = needs.enter(session, NeedFields.model_validate({"industry": "3841"}), owner=enterprise, now=NOW)
    assert (need.phases, need.land_least_share) == ([], None)
    assert {"phases", "land_least_share"} & needs.document_of(need).keys() == set()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"land_least_share": 0.2}, "land_least_share"),
        ({"land_least_share": "120%"}, "land_least_share"),
        ({"land_mu": None, "phases": []}, "land_least_share"),
        ({"phases": [{"name": "一期", "land_mu": 200}]}, "phases.1.land_mu"),
        ({"phases": [{"name": "一期", "land_mu": "many"}]}, "phases.1.land_mu"),
        ({"phases": [{"name": "一期", "power_kva": 200}]}, "power_kva"),
        ({"phases": [{"name": str(n), "share": 0.2} for n in range(5)]}, "phases"),
        ({"phases": [{"name": "一期", "share": 1, "owner": 2}]}, "phases.1.owner"),
    ],
)
def test_what_does_not_fit_is_refused_where_it_stands(
    session: Session, enterprise: Viewer, changes: dict[str, Any], where: str
) -> None:
    with pytest.raises((Refusal, ValidationError)) as refusal:
        needs.enter(session, NeedFields.model_validate(SAID | changes), owner=enterprise, now=NOW)
    faults = refusal.value.faults if isinstance(refusal.value, Refusal) else faults_of(refusal.value)
    assert where in {fault.where for fault in faults}
    assert session.exec(select(Need)).all() == []


def test_a_sheet_has_a_column_for_each(session: Session, enterprise: Viewer) -> None:
    assert {"land_least_share", "phases.1.name", "phases.4.needed_on"} <= set(imports.need_columns())
    cells = {"industry": "3841", "land_mu": "150", "land_least_share": "80%", "phases.1.name": "一期"}
    cells |= {"phases.1.share": "60%", "phases.2.name": "二期", "phases.2.share": "0.4", "phases.2.needed_on": "2029.6"}
    outcome = imports.import_needs(session, [Row(2, cells)], owner=enterprise, now=NOW)
    assert (outcome.adds, outcome.rejects) == (1, [])
    need = session.exec(select(Need)).one()
    assert [(phase.name, phase.share) for phase in need.phases] == [("一期", Decimal("0.6")), ("二期", Decimal("0.4"))]
    assert need.phases[1].needed_on == date(2029, 6, 30)
    outcome = imports.import_needs(session, [Row(2, {**cells, "phases.2.share": "0.5"})], owner=enterprise, now=NOW)
    assert [(number, fault.where) for number, fault in outcome.rejects] == [(2, "phases.2.share")]


def test_strangers_learn_nothing_of_them_and_a_part_opens_no_sooner_than_its_whole(
    session: Session, enterprise: Viewer
) -> None:
    need = needs.enter(session, NeedFields.model_validate(SAID), owner=enterprise, now=NOW)
    opens = {level: set(seen(need, level).names) & {"land_least_share", "phases"} for level in Level}
    assert opens[Level.PUBLIC] == set()
    assert opens[Level.PARKS] == {"land_least_share"}
    assert opens[Level.BOTH] == {"land_least_share", "phases"}
    need.raised = {"land_mu": Level.PROMISE}
    opens = {level: set(seen(need, level).names) & {"land_least_share", "phases"} for level in Level}
    assert opens[Level.BOTH] == set()
    assert opens[Level.PROMISE] == {"land_least_share", "phases"}
    for level in (Level.PARKS, Level.BOTH, Level.PROMISE):
        matches.as_need(seen(need, level).fields)  # what is left of it is a need the engine takes
