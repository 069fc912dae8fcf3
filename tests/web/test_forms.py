"""What was typed: does it come back, is it complained about, is nothing written?"""

from decimal import Decimal

import pytest
from pydantic import BaseModel, Field

from marketplace.capacity import SheetFields
from marketplace.errors import Fault, Refusal
from marketplace.needs import NeedFields, checked
from marketplace.resources import Pollutant
from web import i18n, labels
from web.forms import Form


class Asked(BaseModel):
    name: str = Field(min_length=2)
    jobs: int | None = Field(default=None, ge=0)


def test_names_the_model_does_not_have_are_left_alone() -> None:
    assert Form(Asked, {"name": ["园区"], "next": ["/"], "csrf": ["x"]}).fields == Asked(name="园区")


def test_every_wrong_field_has_its_fault_and_what_was_typed_stays() -> None:
    form = Form(Asked, {"name": ["a"], "jobs": ["many"]})
    with pytest.raises(Refusal) as refusal:
        _ = form.fields
    form.refused(refusal.value.faults)
    assert {fault.where for fault in form.faults} == {"name", "jobs"}
    assert (form.typed("name"), form.typed("jobs")) == ("a", "many")
    assert form.complaints("jobs") == ["不是整数"]


def test_a_complaint_is_said_in_the_language_of_the_reader() -> None:
    form = Form(Asked, {}).refused(
        [Fault("name", "This is too long: at most {max_length} characters", {"max_length": 80})]
    )
    assert form.complaints("name") == ["过长：最多 80 个字"]
    token = i18n.current.set(i18n.Language.EN)
    assert form.complaints("name") == ["This is too long: at most 80 characters"]
    i18n.current.reset(token)


def test_an_amount_may_be_typed_in_any_unit_and_nested_names_nest() -> None:
    fields = Form(SheetFields, {"land_mu": ["10 公顷"], "emissions_t_a.COD": ["3.2"], "coal_t_a": [""]}).fields
    assert (fields.land_mu, fields.emissions_t_a[Pollutant.COD], fields.coal_t_a) == (150, Decimal("3.2"), None)


def test_a_wrong_amount_is_complained_about_beside_its_own_field() -> None:
    form = Form(SheetFields, {"emissions_t_a.COD": ["-1"], "land_mu": ["much"]})
    with pytest.raises(Refusal) as refusal:
        _ = form.fields
    assert {fault.where for fault in refusal.value.faults} == {"emissions_t_a.COD", "land_mu"}
    assert {fault.where for fault in refusal.value.faults} <= form.names


def test_a_field_knows_the_unit_its_number_is_in() -> None:
    assert Form(SheetFields).unit("land_mu") == "mu"
    assert Form(SheetFields).unit("energy_basis") == ""


def test_a_form_that_shows_a_row_shows_what_was_typed_where_that_says_more() -> None:
    row = SheetFields.model_validate({"land_mu": 150, "power_kva": 20000, "prohibited": ["2614", "25"]})
    form = Form.showing(SheetFields, row, {"land_mu": "10 公顷"})
    assert (form.typed("land_mu"), form.typed("power_kva")) == ("10 公顷", "20000")
    assert form.chosen("prohibited") == ("2614", "25")


def test_a_complaint_about_importance_names_the_criterion_as_people_know_it() -> None:
    fault = Fault("importance", "{name} is listed twice: keep one place for it.", {"name": "distance"})
    assert Form(NeedFields, {}).refused([fault]).complaints("importance") == ["距离 重复出现：请只保留一处。"]


def test_a_need_without_an_industry_is_complained_about_in_chinese() -> None:
    with pytest.raises(Refusal) as refusal:
        checked(NeedFields.model_validate({"land_mu": 10}))
    assert labels.complaint(refusal.value.faults[0]) == "请填写行业代码，或描述产品。"


def test_a_box_that_shows_a_list_shows_all_of_it() -> None:
    form = Form(SheetFields, {"prohibited": ["2614", "25"], "land_mu": ["10", "20"]})
    assert form.typed("prohibited") == "2614、25"
    assert form.typed("land_mu") == "20"
