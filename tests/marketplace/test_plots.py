"""Does a park say what each plot and building is like, floor by floor, exactly and in one voice?"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError
from sqlmodel import Session, select

from marketplace import capacity, plots
from marketplace.capacity import Ask, Capacity
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.plots import FireClass, LandUse, Plot, PlotFields, PlotKind

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
LAND = {"name": "A-01 地块", "area_mu": "10 公顷", "far_limit": "2.0", "land_use": "M1", "levelling": "seven"}
FLOORS = {
    "floors.1.name": "首层",
    "floors.1.area_m2": "3,000 ㎡",
    "floors.1.height_m": "8",
    "floors.1.load_t_m2": "2000 kg/㎡",
    "floors.1.crane_t": "10",
    "floors.4.name": "2–4 层",
    "floors.4.area_m2": "6000",
    "floors.4.lift_t": "3 吨",
    "floors.3.name": " ",
}
HOUSE = {"name": "3 号厂房", "floor_area_m2": 9000, "fire_class": "C", "rent_cny_m2_month": "14 元/㎡·月", **FLOORS}


def listed(session: Session, park: Park, office: Viewer, kind: PlotKind, **said: object) -> Plot:
    row = plots.list_plot(session, park, kind, PlotFields.model_validate(said), by=office, now=NOW)
    session.flush()
    session.expire_all()
    return row


def test_a_plot_is_kept_exactly_with_the_unit_it_was_typed_in(session: Session, park: Park, office: Viewer) -> None:
    row = listed(session, park, office, PlotKind.PLOT, **LAND, available_on="2027年6月", price_10k_mu="270 元/㎡")
    assert (row.area_mu, row.far_limit, row.price_10k_mu) == (150, 2, 18)
    assert (row.land_use, row.available_on, row.typed["area_mu"]) == (LandUse.M1, date(2027, 6, 30), "10 公顷")
    assert [each.id for each in plots.plots_of(session, park)] == [row.id]
    assert plots.largest_listed_mu([row]) == 150


def test_a_building_says_floor_by_floor_what_it_bears(session: Session, park: Park, office: Viewer) -> None:
    row = listed(session, park, office, PlotKind.BUILDING, **HOUSE)
    assert row.fire_class is FireClass.C
    first, upper = row.floors
    assert (first.name, first.area_m2, first.height_m, first.load_t_m2, first.crane_t) == ("首层", 3000, 8, 2, 10)
    assert (upper.name, upper.area_m2, upper.lift_t, upper.load_t_m2) == ("2–4 层", 6000, Decimal(3), None)


@pytest.mark.parametrize(
    ("kind", "said", "where"),
    [
        (PlotKind.PLOT, {**LAND, "floors": [{"name": "首层"}]}, "floors"),
        (PlotKind.BUILDING, {**HOUSE, "floor_area_m2": 8999}, "floor_area_m2"),
        (
            PlotKind.PLOT,
            {**LAND, "evidence": "对链主企业按地方留成的30%给予奖励", "evidence_on": "2026-01-01"},
            "evidence",
        ),
        (PlotKind.PLOT, {**LAND, "evidence": "宗地图", "evidence_on": "2027-01-01"}, "evidence_on"),
    ],
)
def test_what_does_not_agree_is_refused_by_its_field(
    session: Session, park: Park, office: Viewer, kind: PlotKind, said: dict[str, object], where: str
) -> None:
    with pytest.raises(Refusal) as refused:
        listed(session, park, office, kind, **said)
    assert [fault.where for fault in refused.value.faults] == [where]


@pytest.mark.parametrize(
    "said", [{**HOUSE, "floors.2.area_m2": "5"}, {**HOUSE, "floors.1.height_m": "tall"}, {**LAND, "evidence": "宗地图"}]
)
def test_what_cannot_be_read_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PlotFields.model_validate(said)


def test_names_are_each_plots_own_within_a_park(session: Session, park: Park, office: Viewer) -> None:
    row = listed(session, park, office, PlotKind.PLOT, **LAND)
    with pytest.raises(Refusal):
        listed(session, park, office, PlotKind.BUILDING, name=LAND["name"])
    plots.revise_plot(session, park, row, PlotFields.model_validate(LAND), version=1, by=office, now=NOW)
    with pytest.raises(Conflict):
        plots.revise_plot(session, park, row, PlotFields.model_validate(LAND), version=1, by=office, now=NOW)


def test_only_who_acts_for_the_park_writes(
    session: Session, park: Park, office: Viewer, other_office: Viewer, enterprise: Viewer
) -> None:
    row = listed(session, park, office, PlotKind.PLOT, **LAND)
    for stranger in (other_office, enterprise):
        with pytest.raises(NotFound):
            listed(session, park, stranger, PlotKind.PLOT, name="B")
        with pytest.raises(NotFound):
            plots.revise_plot(session, park, row, PlotFields(name="B"), version=row.version, by=stranger, now=NOW)
    assert plots.plot_by_id(session, park, row.public_id).name == LAND["name"]
    with pytest.raises(NotFound):
        plots.plot_by_id(session, park, "nothingthere")


def area(session: Session, row: Plot) -> Capacity | None:
    query = select(Capacity).where(Capacity.plot_id == row.id)
    return session.exec(query.execution_options(populate_existing=True)).first()


def said_of(session: Session, park: Park, office: Viewer, kind: PlotKind, **said: object) -> Plot:
    return capacity.list_plot(session, park, kind, PlotFields.model_validate(said), by=office, now=NOW)


def revised(session: Session, park: Park, office: Viewer, row: Plot, **said: object) -> None:
    fields = PlotFields.model_validate({"name": row.name, **said})
    capacity.revise_plot(session, park, row, fields, version=row.version, by=office, now=NOW)


def test_the_area_of_a_plot_and_of_a_building_stands_in_the_ledger(
    session: Session, park: Park, office: Viewer
) -> None:
    plot = said_of(session, park, office, PlotKind.PLOT, **LAND)
    house = said_of(session, park, office, PlotKind.BUILDING, **{**HOUSE, "floor_area_m2": None})
    lines = [area(session, row) for row in (plot, house)]
    told = [(line.resource, capacity.shown(line.resource, line.design)) for line in lines if line]
    assert told == [("land", 150), ("building", 9000)]
    revised(session, park, office, plot, area_mu=120)
    line = area(session, plot)
    assert line is not None
    assert line.design == 120 * 10**6
    revised(session, park, office, plot)
    assert area(session, plot) is None


def test_a_place_is_never_smaller_than_what_is_promised_of_it(
    session: Session, park: Park, office: Viewer, enterprise: Viewer
) -> None:
    plot = said_of(session, park, office, PlotKind.PLOT, **LAND)
    about = {"for_kind": "exchange", "for_id": "abc", "owner_id": enterprise.organisation_id, "by": office}
    held = capacity.hold(session, park, {"land": 87 * 10**6}, plot=plot, now=NOW, **about)  # type: ignore[arg-type]
    session.commit()
    for said in ({"area_mu": 80}, {}):
        with pytest.raises(Refusal) as refused:
            revised(session, park, office, plot, **said)
        session.rollback()
        [fault] = refused.value.faults
        assert (fault.where, fault.params["short"]) == ("area_mu", 87 - said.get("area_mu", 0))
    with pytest.raises(Refusal, match="held or committed"):
        capacity.withdraw_plot(session, park, plot, version=plot.version, by=office, now=NOW)
    told = capacity.areas_of(session, [plot], exact=False)[plot.id]
    assert (told.free, told.held, told.committed) == (Decimal("37.5"), None, None)
    own = capacity.areas_of(session, [plot], exact=True)[plot.id]
    assert (own.design, own.free, own.held, own.committed) == (150, 63, 87, 0)
    capacity.release(session, held, capacity.Reason.LESS, by=office, now=NOW)
    capacity.withdraw_plot(session, park, plot, version=plot.version, by=office, now=NOW)
    assert plots.plots_of(session, park) == []
    assert area(session, plot) is None
    with pytest.raises(NotFound):
        plots.plot_by_id(session, park, plot.public_id)
    again = said_of(session, park, office, PlotKind.PLOT, **LAND)
    assert [row.id for row in plots.plots_of(session, park, withdrawn=True)] == [plot.id, again.id]


def test_who_waits_for_a_plot_is_offered_what_it_grows_by_and_waits_no_longer_when_it_is_withdrawn(
    session: Session, park: Park, office: Viewer, enterprise: Viewer
) -> None:
    plot = said_of(session, park, office, PlotKind.PLOT, **LAND)
    about = {"for_kind": "exchange", "for_id": "abc", "owner_id": enterprise.organisation_id, "by": office}
    held = capacity.hold(session, park, {"land": 100 * 10**6}, plot=plot, now=NOW, **about)  # type: ignore[arg-type]
    ask = Ask(park.id, {"land": 60 * 10**6}, "exchange", "b", enterprise.organisation_id, office, plot.id)
    other = Ask(park.id, {"land": 90 * 10**6}, "exchange", "c", enterprise.organisation_id, office, plot.id)
    first, second = (capacity.join_queue(session, each, now=NOW) for each in (ask, other))
    assert (first.status, second.status) == ("waiting", "waiting")
    revised(session, park, office, plot, area_mu=160)
    session.refresh(first)
    assert first.status == "offered"
    capacity.take(session, first, by=office, now=NOW)
    for each in (held, *(promised.hold for promised in capacity.holds_for(session, "exchange", "b", now=NOW))):
        capacity.release(session, each, capacity.Reason.LESS, by=office, now=NOW)
    session.refresh(second)
    [offered] = capacity.holds_for(session, "exchange", "c", now=NOW)
    with pytest.raises(Refusal):
        capacity.withdraw_plot(session, park, plot, version=plot.version, by=office, now=NOW)
    capacity.release(session, offered.hold, capacity.Reason.LESS, by=office, now=NOW)
    session.refresh(second)
    assert second.status == "gone"
