"""Is somebody told once when a park newly frees up what they look for, and of needs no more than the hall shows?"""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from marketplace import capacity, disclosure, needs, searches
from marketplace.capacity import SheetFields
from marketplace.disclosure import Limits
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.inbox import Notice, NoticeKind
from marketplace.needs import HiddenFrom, NeedFields
from marketplace.organisations import Viewer
from marketplace.parks import Park, ParkFields, join
from marketplace.searches import MOST, LookedAt, NeedSearch, ParkSearch, SavedSearch, SearchHit
from marketplace.taxonomy.areas import area_label, areas
from tests.marketplace.conftest import NOW

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NORTH = "transfer_zone:皖北承接产业转移集聚区"


def asked(**said: object) -> ParkSearch:
    return ParkSearch.model_validate({"name": "要地", "land_mu": "80", "power_kva": "20 MVA", **said})


def say(session: Session, park: Park, by: Viewer, *, days: int = 0, **said: object) -> None:
    sheet = SheetFields.model_validate(said)
    capacity.save_sheet(session, park, sheet, by=by, now=NOW + DAY * days)


def look(session: Session, *, days: int = 0) -> None:
    searches.look_again(session, {}, now=NOW + DAY * days + MINUTE)


def told(session: Session) -> list[tuple[int | None, object]]:
    rows = session.exec(select(Notice).where(Notice.kind == NoticeKind.SEARCH_FOUND).order_by(Notice.id))
    return [(row.user_id, row.facts.get("count")) for row in rows]


def test_a_park_that_frees_up_both_is_told_once_until_it_falls_and_rises_again(
    session: Session, enterprise: Viewer, office: Viewer, park: Park
) -> None:
    row = searches.save(session, asked(), by=enterprise, now=NOW)
    say(session, park, office, land_mu=100, power_kva=10_000)
    look(session)
    assert told(session) == []
    say(session, park, office, land_mu=100, power_kva=20_000)
    look(session)
    look(session)
    assert told(session) == [(enterprise.user_id, 1)]
    assert [hit.about_id for hit in searches.hits_of(session, row)] == [park.code]
    say(session, park, office, land_mu=100, power_kva=25_000)
    look(session)
    assert len(told(session)) == 1
    say(session, park, office, land_mu=70, power_kva=25_000)
    look(session)
    assert searches.hits_of(session, row) == []
    say(session, park, office, land_mu=90, power_kva=25_000)
    look(session)
    assert len(told(session)) == 2


def test_what_answers_when_a_search_is_saved_is_no_news(
    session: Session, enterprise: Viewer, office: Viewer, park: Park
) -> None:
    say(session, park, office, land_mu=100, power_kva=20_000)
    row = searches.save(session, asked(), by=enterprise, now=NOW)
    look(session)
    assert (told(session), searches.hits_of(session, row)) == ([], [])


def test_a_figure_that_went_out_of_date_neither_falls_nor_rises(
    session: Session, enterprise: Viewer, office: Viewer, park: Park
) -> None:
    searches.save(session, asked(), by=enterprise, now=NOW)
    say(session, park, office, land_mu=100, power_kva=20_000)
    look(session)
    session.refresh(park)
    park.version += 1
    look(session, days=200)
    say(session, park, office, days=200, land_mu=100, power_kva=20_000)
    look(session, days=200)
    assert len(told(session)) == 1


def test_what_did_not_move_is_not_looked_at(session: Session, enterprise: Viewer, office: Viewer, park: Park) -> None:
    look(session)
    assert session.exec(select(LookedAt)).all() == []  # nobody looks for anything
    searches.save(session, asked(), by=enterprise, now=NOW)
    say(session, park, office, land_mu=100, power_kva=20_000)
    look(session)
    [row] = session.exec(select(LookedAt))
    assert row.version == park.version


def test_a_named_area_holds_its_places_and_no_others(
    session: Session, enterprise: Viewer, office: Viewer, park: Park
) -> None:
    fields = {"name": "阜阳示例产业园", "adcode": "341200", "level": "provincial", "area_ha": 500, "industries": "食品"}
    north = join(session, ParkFields.model_validate(fields), by=office, now=NOW)
    row = searches.save(session, asked(area=NORTH), by=enterprise, now=NOW)
    for each in (park, north):
        say(session, each, office, land_mu=100, power_kva=20_000)
    look(session)
    assert [hit.about_id for hit in searches.hits_of(session, row)] == [north.code]


def test_areas_are_those_of_the_official_lists() -> None:
    assert areas()[NORTH].codes[:3] == ("3403", "340421", "340422")
    assert area_label("metropolitan_area:合肥") == "合肥都市圈"
    assert all(area.codes for area in areas().values())


def test_a_place_is_found_by_its_name() -> None:
    assert asked(place="阜阳").place == "341200"
    assert asked(place="341200").place == "341200"
    assert asked(place="不知何处").place == "不知何处"


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"name": ""}, "name"),
        ({"land_mu": None, "power_kva": None}, "land_mu"),
        ({"place": "不知何处"}, "place"),
        ({"area": "transfer_zone:不知何处"}, "area"),
        ({"industry": "99"}, "industry"),
        ({"level": "county"}, "level"),
    ],
)
def test_a_search_that_says_too_little_or_nonsense_is_refused(
    session: Session, enterprise: Viewer, said: dict[str, object], where: str
) -> None:
    with pytest.raises(Refusal) as refused:
        searches.save(session, asked(**said), by=enterprise, now=NOW)
    assert [fault.where for fault in refused.value.faults] == [where]


def test_searches_are_changed_paused_and_deleted_by_their_owner_alone(
    session: Session, enterprise: Viewer, rival: Viewer, office: Viewer, park: Park
) -> None:
    row = searches.save(session, asked(), by=enterprise, now=NOW)
    with pytest.raises(NotFound):
        searches.search_by_id(session, row.public_id, rival)
    with pytest.raises(Conflict):
        searches.change(session, row, asked(land_mu="50"), version=7, now=NOW)
    searches.pause(session, row, now=NOW)
    say(session, park, office, land_mu=100, power_kva=20_000)
    look(session)
    searches.go_on(session, row, now=NOW)
    look(session)
    assert told(session) == []
    searches.change(session, row, asked(land_mu="50", name="小些"), version=row.version, now=NOW)
    assert (row.name, searches.fields_of(row).land_mu) == ("小些", Decimal(50))
    searches.remove(session, row)
    assert (session.exec(select(SavedSearch)).all(), session.exec(select(SearchHit)).all()) == ([], [])


def test_one_too_many_is_refused(session: Session, enterprise: Viewer) -> None:
    for _ in range(MOST):
        searches.save(session, asked(), by=enterprise, now=NOW)
    with pytest.raises(Refusal):
        searches.save(session, asked(), by=enterprise, now=NOW)


def listed(session: Session, owner: Viewer, **limits: object) -> None:
    fields = NeedFields(industry="3841", title="二期", origin="310114", land_mu=150, power_kva=20_000)
    fields.regions.prefer = ["3411"]
    need = needs.enter(session, fields, owner=owner, now=NOW)
    if limits:
        hidden = Limits(hidden_from=HiddenFrom.model_validate(limits))
        disclosure.limit(session, need, hidden, version=need.version, by=owner, now=NOW)
    disclosure.publish(session, need, by=owner, now=NOW)


def test_a_listed_need_is_told_to_those_it_exists_for_without_a_count(
    session: Session, enterprise: Viewer, office: Viewer, other_office: Viewer, park: Park
) -> None:
    fields = {"name": "衢州示例产业园", "adcode": "330800", "level": "provincial", "area_ha": 500, "industries": "电池"}
    join(session, ParkFields.model_validate(fields), by=other_office, now=NOW)
    for by in (office, other_office):
        searches.save(session, NeedSearch(name="电池", industry="38", place="340000"), by=by, now=NOW)
        searches.save(session, NeedSearch(name="食品", industry="14"), by=by, now=NOW)
    listed(session, enterprise, parks=[park.code])
    look(session)
    look(session)
    assert told(session) == [(other_office.user_id, None)]


def test_what_a_summary_does_not_say_is_not_found_by_asking(
    session: Session, enterprise: Viewer, office: Viewer, park: Park
) -> None:
    searches.save(session, NeedSearch(name="滁州", place="341100"), by=office, now=NOW)
    searches.save(session, NeedSearch(name="上海", place="310114"), by=office, now=NOW)  # where the firm is now
    listed(session, enterprise)
    look(session)
    [row] = session.exec(select(Notice).where(Notice.kind == NoticeKind.SEARCH_FOUND))
    assert session.exec(select(SavedSearch.name).where(SavedSearch.public_id == row.about_id)).one() == "滁州"
