"""Do parks enter, change, merge and find a voice as they should?"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, func, select

from marketplace import parks
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.organisations import Viewer
from marketplace.parks import Park, ParkFields, ParkReport, ParkSector, ParkStatus, TieKind
from marketplace.resources import Source
from matching.reference import zones

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
GROUNDS = "管委会三定方案"


def said(park: Park, **changes: object) -> ParkFields:
    return ParkFields.model_validate({name: getattr(park, name) for name in ParkFields.model_fields} | changes)


def test_the_catalogue_enters_once_whole_and_says_only_what_it_says(session: Session) -> None:
    assert parks.load_catalogue(session, now=NOW) == 2543
    assert parks.load_catalogue(session, now=LATER) == 0
    assert session.exec(select(func.count()).select_from(Park)).one() == 2543
    for zone in zones()[::250]:
        park = parks.park_by_code(session, zone.code)
        assert (park.name, park.level, park.adcode, tuple(park.industries)) == (
            zone.name,
            zone.level,
            zone.adcode,
            zone.industries,
        )
        assert (None if park.area_ha is None else float(park.area_ha)) == zone.area_ha
        assert parks.fact_of(park, "area_ha") == parks.Fact(date(2018, 2, 26), None, Source.CATALOGUE)
        assert (park.owner_id, park.typed, park.facts) == (None, {}, {})
        assert sum(parks.sectors_of(session, park).values()) == pytest.approx(1 if zone.industries else 0)


def test_loading_the_catalogue_takes_the_same_few_statements_whatever_its_size(session: Session) -> None:
    count = statements(session, lambda: parks.load_catalogue(session, now=NOW))
    assert count <= 4 + 2 * 30  # drivers may split one insert into batches


def statements(session: Session, act: Callable[[], object]) -> int:
    seen: list[str] = []
    engine = session.get_bind()
    assert isinstance(engine, Engine)

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_a_park_outside_the_catalogue_joins_and_lies_at_the_seat_of_its_region(session: Session, park: Park) -> None:
    assert (park.province, park.place_source, park.place_confidence) == ("340000", "prefecture_seat", "C")
    assert park.lon is not None
    assert park.catalogue_code is None
    assert parks.fact_of(park, "name").source == Source.DECLARED
    assert set(parks.sectors_of(session, park)) >= {"34", "14"}


def test_only_park_organisations_join_and_claim(session: Session, enterprise: Viewer, park: Park) -> None:
    with pytest.raises(NotFound):
        parks.join(session, ParkFields(name="新园区"), by=enterprise, now=NOW)
    with pytest.raises(NotFound):
        parks.claim(session, park, grounds=GROUNDS, by=enterprise, now=NOW)


def test_a_region_code_that_does_not_exist_is_refused(session: Session, office: Viewer) -> None:
    with pytest.raises(Refusal) as refused:
        parks.join(session, ParkFields(name="新园区", adcode="999999"), by=office, now=NOW)
    assert [fault.where for fault in refused.value.faults] == ["adcode"]


def test_what_is_changed_has_a_new_date_and_source_and_the_rest_keeps_its_own(session: Session, office: Viewer) -> None:
    parks.load_catalogue(session, now=NOW)
    zone = parks.park_by_code(session, zones()[0].code)
    zone.owner_id = office.organisation_id
    session.flush()
    parks.revise_park(session, zone, said(zone, area_ha="20 公顷"), version=zone.version, by=office, now=LATER)
    assert (zone.area_ha, zone.typed, zone.version) == (20, {"area_ha": "20 公顷"}, 2)
    assert parks.fact_of(zone, "area_ha") == parks.Fact(date(2026, 11, 24), None, Source.DECLARED)
    assert parks.fact_of(zone, "industries").source == Source.CATALOGUE


def test_a_second_editor_is_told_that_the_world_moved(session: Session, office: Viewer, park: Park) -> None:
    fields, version = said(park, address="甲路一号"), park.version
    parks.revise_park(session, park, fields, version=version, by=office, now=NOW)
    with pytest.raises(Conflict):
        parks.revise_park(session, park, said(park, address="乙路"), version=version, by=office, now=NOW)
    assert park.address == "甲路一号"


def test_others_cannot_change_a_park(session: Session, other_office: Viewer, enterprise: Viewer, park: Park) -> None:
    for somebody in (other_office, enterprise):
        with pytest.raises(NotFound):
            parks.revise_park(session, park, said(park), version=park.version, by=somebody, now=NOW)
        with pytest.raises(NotFound):
            parks.rename(session, park, "新名", by=somebody, now=NOW)


def test_a_renamed_park_keeps_its_old_name_and_is_found_by_both(session: Session, office: Viewer, park: Park) -> None:
    parks.rename(session, park, "皖东先进制造园", by=office, now=NOW)
    parks.add_alias(session, park, "滁州东园", by=office, now=NOW)
    parks.add_alias(session, park, "滁州东园", by=office, now=NOW)
    assert [(name.name, name.kind) for name in parks.names_of(session, park)] == [
        ("滁州示例产业园", "former"),
        ("滁州东园", "alias"),
    ]
    assert all(
        word in park.search for word in ("皖东先进制造园", "滁州示例产业园", "滁州东园", "滁州市", "安徽省", "食品")
    )
    assert park.pinyin.split()[:2] == ["wandongxianjinzhizaoyuan", "chuzhoushilichanyeyuan"]
    assert park.initials.split()[:2] == ["wdxjzzy", "czslcyy"]


def test_a_merged_park_leads_to_the_one_that_replaced_it(session: Session, office: Viewer, park: Park) -> None:
    into = parks.join(session, ParkFields(name="滁州大园区", adcode="341100"), by=office, now=NOW)
    parks.merge(session, park, into, by=office, now=NOW)
    assert parks.park_by_code(session, park.code).status == ParkStatus.MERGED
    assert parks.ties_of(session, park) == [(TieKind.SUCCESSOR, True, into)]
    assert parks.ties_of(session, into) == [(TieKind.SUCCESSOR, False, park)]
    assert "滁州示例产业园" in into.search
    with pytest.raises(Conflict):
        parks.merge(session, park, into, by=office, now=NOW)
    with pytest.raises(Conflict):
        parks.merge(session, into, park, by=office, now=NOW)


def test_a_park_lies_within_another_once_and_never_within_itself(session: Session, office: Viewer, park: Park) -> None:
    whole = parks.join(session, ParkFields(name="滁州大园区"), by=office, now=NOW)
    for _ in range(2):
        parks.set_part_of(session, park, whole, by=office, now=NOW)
    assert parks.ties_of(session, park) == [(TieKind.PART_OF, True, whole)]
    with pytest.raises(Conflict):
        parks.set_part_of(session, park, park, by=office, now=NOW)


def test_more_than_three_leading_industries_without_a_reason_are_warned_about_and_taken(
    session: Session, office: Viewer
) -> None:
    fields = ParkFields.model_validate({"name": "四业园区", "industries": "食品、纺织、汽车、医药"})
    assert [fault.where for fault in parks.doubts_of(fields)] == ["industries"]
    assert parks.doubts_of(fields.model_copy(update={"industries_reason": "历史形成"})) == []
    assert parks.join(session, fields, by=office, now=NOW).industries == ["食品", "纺织", "汽车", "医药"]


def test_a_park_without_industries_and_without_area_is_a_park(session: Session, office: Viewer) -> None:
    empty = parks.join(session, ParkFields.model_validate({"name": "空园区", "area_ha": 0}), by=office, now=NOW)
    assert (empty.area_ha, parks.sectors_of(session, empty)) == (0, {})


def test_anyone_may_say_that_a_fact_is_wrong(session: Session, park: Park, enterprise: Viewer) -> None:
    parks.report_error(session, park, field="area_ha", message=" 面积应为 900 公顷 ", contact="", by=None, now=NOW)
    parks.report_error(session, park, field="owner_id", message="x", contact="a@b", by=enterprise, now=NOW)
    rows = session.exec(select(ParkReport).order_by(ParkReport.id)).all()  # type: ignore[arg-type]
    assert [(row.field, row.message, row.user_id) for row in rows] == [
        ("area_ha", "面积应为 900 公顷", None),
        ("", "x", enterprise.user_id),
    ]
    for message in (" ", "x" * 2001):
        with pytest.raises(Refusal):
            parks.report_error(session, park, field="", message=message, contact="", by=None, now=NOW)


def test_an_unknown_code_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        parks.park_by_code(session, "nothing")


def test_sectors_follow_the_industries(session: Session, office: Viewer, park: Park) -> None:
    parks.revise_park(session, park, said(park, industries=["汽车"]), version=park.version, by=office, now=NOW)
    rows = session.exec(select(ParkSector.division).where(ParkSector.park_id == park.id)).all()
    assert "36" in rows
    assert "14" not in rows


def test_a_park_does_not_enter_or_take_a_name_that_is_in_the_list(session: Session, office: Viewer) -> None:
    known = parks.join(session, ParkFields(name="滁州锂电小镇"), by=None, now=NOW)
    parks.add_alias(session, known, "滁州电池谷", by=None, now=NOW)
    own = parks.join(session, ParkFields(name="滁州新能源小镇"), by=office, now=NOW)
    for name in ("滁州锂电小镇", "滁州电池谷"):
        with pytest.raises(Refusal) as refused:
            parks.join(session, ParkFields(name=name), by=office, now=NOW)
        fault = refused.value.faults[0]
        assert (fault.where, fault.params["code"]) == ("name", known.code)
        with pytest.raises(Refusal):
            parks.rename(session, own, name, by=office, now=NOW)
    parks.rename(session, own, "滁州储能小镇", by=office, now=NOW)
    parks.rename(session, own, "滁州新能源小镇", by=office, now=LATER)  # its own former name is free to it
    assert own.name == "滁州新能源小镇"
