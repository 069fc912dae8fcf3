"""What was typed: does it come back, is it complained about, is nothing written?"""

from decimal import Decimal

import pytest
from pydantic import BaseModel, Field

from marketplace.capacity import SheetFields
from marketplace.errors import Fault, Refusal
from marketplace.resources import Pollutant
from web import i18n
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
