"""Does one reading serve forms, sheets and JSON?"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from marketplace.capacity import SheetFields
from marketplace.errors import faults_of
from marketplace.needs import Need, NeedFields
from marketplace.parks import ParkFields
from marketplace.resources import Pollutant, SupplyMode

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_form_with_dotted_names_and_blanks_reads_like_the_json_of_the_same_need() -> None:
    form = {
        "industry": " 3841 ",
        "land_mu": "",
        "jobs": "６００",
        "needed_on": "2027年6月3日",
        "emissions_t_a.COD": "3.2",
        "emissions_t_a.氨氮": "300 kg/a",
        "emissions_t_a.TN": " ",
        "regions.prefer": "3401、34",
        "supply_modes": "出让，先租后让",
        "importance": ["", "land_price"],
    }
    json = {
        "industry": "3841",
        "jobs": 600,
        "needed_on": "2027-06-03",
        "emissions_t_a": {"COD": 3.2, "NH3-N": 0.3},
        "regions": {"prefer": ["3401", "34"]},
        "supply_modes": ["sale", "lease_then_sale"],
        "importance": ["land_price"],
    }
    fields = NeedFields.model_validate(form)
    assert fields == NeedFields.model_validate(json)
    assert fields.needed_on == date(2027, 6, 3)
    assert fields.emissions_t_a == {Pollutant.COD: Decimal("3.2"), Pollutant.NH3_N: Decimal("0.3")}
    assert fields.supply_modes == [SupplyMode.SALE, SupplyMode.LEASE_THEN_SALE]


def test_what_was_typed_with_a_unit_is_kept_beside_the_amount() -> None:
    fields = NeedFields.model_validate({"land_mu": "10 公顷", "power_kva": "20000", "investment_10k": 80000})
    assert fields.typed == {"land_mu": "10 公顷"}
    assert NeedFields.model_validate(fields.model_dump(mode="json")) == fields


def test_a_typed_text_that_says_another_amount_is_dropped() -> None:
    given = {"land_mu": 1, "typed": {"land_mu": "10 公顷", "power_kva": "1 MVA", "title": "x", "nothing": "1"}}
    assert NeedFields.model_validate(given).typed == {}


@pytest.mark.parametrize("name", ["id", "owner_id", "status", "version", "public_id", "simulated", "landmu"])
@pytest.mark.parametrize("model", [NeedFields, ParkFields, SheetFields])
def test_a_field_people_may_not_fill_in_is_refused_by_name(model: type[NeedFields], name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate({"name": "示例园区", name: "1"} if model is ParkFields else {name: "1"})
    assert [(fault.where, fault.message) for fault in faults_of(refused.value)] == [(name, "There is no such field")]


def test_every_fault_has_its_place_and_a_sentence() -> None:
    with pytest.raises(ValidationError) as refused:
        NeedFields.model_validate(
            {
                "mode": "swap",
                "jobs": "many",
                "needed_on": "soon",
                "land_mu": "-1",
                "emissions_t_a.COD": "x",
                "emissions_t_a.XX": "1",
                "supply_modes": "gift",
                "regions.only": [1],
                "weights": {"text": "heavy"},
                "title": "x" * 81,
            }
        )
    faults = faults_of(refused.value)
    assert {fault.where for fault in faults} >= {"mode", "jobs", "needed_on", "land_mu", "emissions_t_a.COD", "title"}
    for fault in faults:
        assert fault.message != "This cannot be read", fault
        assert fault.message.format_map(fault.params)


@given(name=st.sampled_from(sorted(NeedFields.model_fields)), value=st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
))  # fmt: skip
def test_nothing_but_faults_comes_of_wrong_input(name: str, value: object) -> None:
    try:
        fields = NeedFields.model_validate({name: value})
    except ValidationError as refused:
        faults = faults_of(refused)
    else:
        faults = None
        assert NeedFields.model_validate(fields.model_dump(mode="json")) == fields
    assert faults is None or all(fault.message.format_map(fault.params) for fault in faults)


def test_a_row_made_of_fields_holds_what_they_say() -> None:
    fields = NeedFields.model_validate({"industry": "3841", "land_mu": "10 公顷", "regions": {"exclude": ["31"]}})
    row = Need.model_validate(fields, update={"owner_id": 1, "created_at": MOMENT, "updated_at": MOMENT})
    assert (row.land_mu, row.typed, row.regions.exclude, row.owner_id) == (150, {"land_mu": "10 公顷"}, ["31"], 1)


@pytest.mark.parametrize("website", ["javascript:alert(1)", "示例.cn", "http://", "ftp://a.cn"])
def test_a_website_is_a_web_address(website: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ParkFields.model_validate({"name": "示例园区", "website": website})
    assert [fault.where for fault in faults_of(refused.value)] == ["website"]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2027年6月", date(2027, 6, 30)),
        ("2027-06", date(2027, 6, 30)),
        ("2028/2", date(2028, 2, 29)),
        ("２０２７年１２月底", date(2027, 12, 31)),
        ("2027年6月3日", date(2027, 6, 3)),
    ],
)
def test_a_month_means_its_last_day(typed: str, day: date) -> None:
    assert NeedFields.model_validate({"needed_on": typed}).needed_on == day


@pytest.mark.parametrize("typed", ["2027-13", "2027-00", "0000-06", "202706", "2027年"])
def test_what_is_no_month_is_no_date(typed: str) -> None:
    with pytest.raises(ValidationError):
        NeedFields.model_validate({"needed_on": typed})


@pytest.mark.parametrize("typed", ["600人", "600 人", "约600人", "约 600", "６００名"])
def test_people_are_counted_as_people_write_them(typed: str) -> None:
    assert NeedFields.model_validate({"jobs": typed}).jobs == 600


@pytest.mark.parametrize("typed", ["人", "约", "600亩", "6人0"])
def test_what_is_no_count_of_people_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        NeedFields.model_validate({"jobs": typed})
