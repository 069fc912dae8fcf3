"""Is a need published, changed and withdrawn by its owner alone, and seen by nobody else?"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, func, select

from marketplace import needs
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.needs import Need, NeedFields, NeedStatus
from marketplace.organisations import Viewer
from matching.documents import need_from

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
CONTRACT: dict[str, Any] = {
    "mode": "relocation", "industry": "3841", "description": "锂离子动力电池电芯与模组", "origin": "310114", "hq": None,
    "land_mu": 150, "building_m2": None, "power_kva": 20000, "energy_tce": 8200, "energy_basis": "calorific",
    "water_t_d": 900, "wastewater_t_d": 300, "steam_t_h": 10, "gas_m3_d": None, "hazardous_waste_t_a": 40,
    "emissions_t_a": {"COD": 3.2, "NH3-N": 0.3, "SO2": 1.0, "NOx": 4.0, "VOCs": 2.0},
    "investment_10k": 80000, "tax_10k_a": 6000, "output_10k_a": 150000, "jobs": 600, "needed_on": "2027-06-30",
    "land_price_max_10k_mu": 30, "supply_modes": [], "regions": {"only": [], "prefer": ["3401"], "exclude": ["31"]},
    "weights": {}, "importance": ["industry_chain", "land_price"],
}  # fmt: skip


def asked(**said: Any) -> NeedFields:
    return NeedFields.model_validate({"industry": "3841", **said})


def test_the_contracts_need_is_kept_exactly_and_reads_the_same_from_the_database(
    session: Session, enterprise: Viewer
) -> None:
    need = needs.enter(session, NeedFields.model_validate(CONTRACT), owner=enterprise, now=NOW)
    session.commit()
    session.expire_all()
    kept = needs.need_by_id(session, need.public_id, enterprise)
    assert needs.checked(kept) == need_from(CONTRACT)
    assert needs.fields_of(kept) == NeedFields.model_validate(CONTRACT)
    assert (kept.status, kept.version, kept.owner_id) == (NeedStatus.DRAFT, 1, enterprise.organisation_id)


def test_amounts_survive_to_the_last_base_unit(session: Session, enterprise: Viewer) -> None:
    said = asked(land_mu="0.000001", investment_10k="0.01 元", emissions_t_a={"COD": "1 g/a"}, energy_tce="1 万kWh")
    need = needs.enter(session, said, owner=enterprise, now=NOW)
    session.expire(need)
    assert (need.land_mu, need.investment_10k) == (Decimal("0.000001"), Decimal("0.000001"))
    assert (need.emissions_t_a, need.energy_tce) == ({"COD": Decimal("0.000001")}, Decimal("1.229"))
    assert need.typed == {"investment_10k": "0.01 元", "energy_tce": "1 万kWh"}


def test_a_description_alone_is_a_need(session: Session, enterprise: Viewer) -> None:
    fields = NeedFields.model_validate({"description": "锂电池"})
    assert needs.enter(session, fields, owner=enterprise, now=NOW).industry is None


def test_a_code_with_the_letter_of_its_section_is_the_code(session: Session, enterprise: Viewer) -> None:
    assert needs.enter(session, asked(industry="C3841"), owner=enterprise, now=NOW).industry == "3841"


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"industry": ""}, ["industry"]),
        ({"industry": "9999"}, ["industry"]),
        ({"origin": "99"}, ["origin"]),
        ({"regions.only": "999999"}, ["regions.only"]),
        ({"weights": {"text": 1}, "importance": ["text"]}, ["weights"]),
        ({"weights": {"charm": 1}}, ["weights"]),
        ({"energy_tce": "5万kWh", "energy_basis": "coal_equivalent"}, ["energy_tce"]),
        ({"industry": "9999", "hq": "1"}, ["hq", "industry"]),
    ],
)
def test_what_the_engine_cannot_take_is_refused_at_its_place_and_nothing_is_written(
    session: Session, enterprise: Viewer, said: dict[str, Any], where: list[str]
) -> None:
    with pytest.raises(Refusal) as refused:
        needs.enter(session, asked(**said), owner=enterprise, now=NOW)
    assert sorted({fault.where for fault in refused.value.faults}) == where
    assert session.exec(select(func.count()).select_from(Need)).one() == 0


def test_only_enterprises_publish(session: Session, office: Viewer) -> None:
    with pytest.raises(NotFound):
        needs.enter(session, asked(), owner=office, now=NOW)


def test_another_s_need_is_the_same_as_none(
    session: Session, enterprise: Viewer, rival: Viewer, office: Viewer
) -> None:
    need = needs.enter(session, asked(), owner=enterprise, now=NOW)
    told = []
    for id, viewer in (
        (need.public_id, rival),
        (need.public_id, office),
        (need.public_id, None),
        ("nothing", enterprise),
    ):
        with pytest.raises(NotFound) as refused:
            needs.need_by_id(session, id, viewer)
        told.append(str(refused.value))
    assert len(set(told)) == 1
    assert needs.needs_of(session, rival) == []
    for act in (needs.withdraw, needs.reopen):
        with pytest.raises(NotFound):
            act(session, need, by=rival, now=NOW)
    with pytest.raises(NotFound):
        needs.revise(session, need, asked(land_mu=1), version=1, by=rival, now=NOW)


def test_own_needs_come_newest_first(session: Session, enterprise: Viewer) -> None:
    first = needs.enter(session, asked(), owner=enterprise, now=NOW)
    second = needs.enter(session, asked(), owner=enterprise, now=LATER)
    assert needs.needs_of(session, enterprise) == [second, first]


def test_a_change_raises_the_version_and_a_second_editor_is_told(session: Session, enterprise: Viewer) -> None:
    need = needs.enter(session, asked(land_mu="10 公顷"), owner=enterprise, now=NOW)
    needs.revise(session, need, asked(land_mu=90, title="二期"), version=1, by=enterprise, now=LATER)
    assert (need.land_mu, need.title, need.typed, need.version, need.updated_at) == (90, "二期", {}, 2, LATER)
    with pytest.raises(Conflict):
        needs.revise(session, need, asked(land_mu=80), version=1, by=enterprise, now=LATER)
    assert need.land_mu == 90


def test_a_refused_change_leaves_the_need_as_it_was(session: Session, enterprise: Viewer) -> None:
    need = needs.enter(session, asked(land_mu=5), owner=enterprise, now=NOW)
    with pytest.raises(Refusal):
        needs.revise(session, need, asked(land_mu=6, industry="9999"), version=1, by=enterprise, now=LATER)
    assert (need.land_mu, need.version) == (5, 1)


def test_a_need_is_withdrawn_once_and_can_come_back(session: Session, enterprise: Viewer) -> None:
    need = needs.enter(session, asked(), owner=enterprise, now=NOW)
    needs.withdraw(session, need, by=enterprise, now=LATER)
    assert (need.status, need.version, need.updated_at) == (NeedStatus.WITHDRAWN, 2, LATER)
    with pytest.raises(Conflict):
        needs.withdraw(session, need, by=enterprise, now=LATER)
    needs.reopen(session, need, by=enterprise, now=LATER)
    assert need.status == NeedStatus.DRAFT


def test_two_who_withdraw_at_once_withdraw_once(session: Session, enterprise: Viewer) -> None:
    need = needs.enter(session, asked(), owner=enterprise, now=NOW)
    seen_open = Need.model_validate(need, update={"id": need.id})
    needs.withdraw(session, need, by=enterprise, now=LATER)
    with pytest.raises(Conflict):
        needs.withdraw(session, seen_open, by=enterprise, now=LATER)
    assert need.version == 2


@pytest.mark.parametrize(
    ("said", "doubted"),
    [
        ({"land_mu": 150, "investment_10k": 80_000, "tax_10k_a": 6_000}, []),
        ({"land_mu": 150, "investment_10k": 800_000_000 / 10}, ["investment_10k"]),
        ({"land_mu": 150, "investment_10k": 8}, ["investment_10k"]),
        ({"land_mu": 150, "tax_10k_a": "6000 元"}, ["tax_10k_a"]),
        ({"land_price_max_10k_mu": 300_000}, ["land_price_max_10k_mu"]),
        ({"energy_tce": 5}, ["energy_basis"]),
        ({"land_mu": 0, "investment_10k": 5}, []),
    ],
)
def test_a_slipped_wan_is_doubted_and_never_refused(
    session: Session, enterprise: Viewer, said: dict[str, Any], doubted: list[str]
) -> None:
    assert [fault.where for fault in needs.doubts_of(asked(**said))] == doubted
    assert needs.enter(session, asked(**said), owner=enterprise, now=NOW).version == 1


def test_a_day_that_is_past_is_refused_beside_its_field(session: Session, enterprise: Viewer) -> None:
    with pytest.raises(Refusal) as refused:
        needs.enter(session, asked(needed_on="2026-11-22"), owner=enterprise, now=NOW)
    assert [fault.where for fault in refused.value.faults] == ["needed_on"]
    need = needs.enter(session, asked(needed_on="2026-11-23"), owner=enterprise, now=NOW)
    with pytest.raises(Refusal):
        needs.revise(session, need, asked(needed_on="2020-01-01"), version=1, by=enterprise, now=NOW)
    days_on = NOW + timedelta(days=9)  # what was right when it was said is no fault of a later change
    needs.revise(session, need, asked(needed_on="2026-11-23", jobs=5), version=1, by=enterprise, now=days_on)
    assert need.jobs == 5


def test_a_wish_that_no_park_may_grant_is_a_hint_to_its_author_alone(session: Session, enterprise: Viewer) -> None:
    wish = asked(description="动力电池电芯，希望按地方留成的50%给予奖励")
    (hint,) = needs.doubts_of(wish)
    assert (hint.where, hint.params["rules"]) == ("description", "R03")
    assert needs.enter(session, wish, owner=enterprise, now=NOW).description == wish.description
    assert needs.doubts_of(asked(description="动力电池电芯，依法纳税")) == []
