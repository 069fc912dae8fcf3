"""Are amounts read, kept and shown exactly?"""

from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from marketplace import units
from marketplace.errors import faults_of
from marketplace.units import Measure, Unfit, doubt, doubts, plain_number, shown

MEASURES = {name: each for name, each in vars(units).items() if isinstance(each, Measure)}
WHOLE = st.integers(min_value=0, max_value=10**15)


@pytest.mark.parametrize("name", sorted(MEASURES))
@given(whole=WHOLE)
def test_an_amount_comes_back_from_the_database_as_it_went_in(name: str, whole: int) -> None:
    measure = MEASURES[name]
    value = measure.of_base(whole)
    if value <= measure.most:
        assert measure.base_of(value) == whole
        assert measure.exact(value) == value
        assert measure.exact(plain_number(value) if whole < 10**12 else value) == value


@given(whole=WHOLE)
def test_a_park_and_a_file_that_say_the_same_number_reach_the_engine_as_the_same_float(whole: int) -> None:
    for measure in (units.LAND, units.FLOOR, units.LAND_PRICE, units.WATER_T_D):
        assert measure.as_float(whole) == float(measure.of_base(whole))


@pytest.mark.parametrize(
    ("measure", "typed", "value"),
    [
        (units.LAND, "150", "150"),
        (units.LAND, "10 公顷", "150"),
        (units.LAND, "10ha", "150"),
        (units.LAND, "0.1平方公里", "150"),
        (units.LAND, "100,000 ㎡", "150"),
        (units.LAND, "10万平方米", "150"),
        (units.LAND, "10 万 m²", "150"),
        (units.LAND, "１５０亩", "150"),
        (units.LAND, "1，234．5亩", "1234.5"),
        (units.LAND, "2万亩", "20000"),
        (units.LAND, "2万", "20000"),
        (units.LAND, "1 m2", "0.0015"),
        (units.LAND, ".5", "0.5"),
        (units.LAND, "约100亩", "100"),
        (units.LAND, "about 10 ha", "150"),
        (units.FLOOR, "3 亩", "2000"),
        (units.FLOOR, "8000㎡", "8000"),
        (units.FLOOR, "1.2万平", "12000"),
        (units.MONEY_10K, "8亿元", "80000"),
        (units.MONEY_10K, "8亿", "80000"),
        (units.MONEY_10K, "8000万", "8000"),
        (units.MONEY_10K, "800000000元", "80000"),
        (units.MONEY_10K, "800 million CNY", "80000"),
        (units.MONEY_10K, "3千万元", "3000"),
        (units.MONEY_10K, "0.01元", "0.000001"),
        (units.MONEY_10K_A, "6000万元/年", "6000"),
        (units.MONEY_10K_A, "6000万元", "6000"),
        (units.LAND_PRICE, "30 万元/亩", "30"),
        (units.LAND_PRICE, "30万/亩", "30"),
        (units.LAND_PRICE, "30万", "30"),
        (units.LAND_PRICE, "450元/㎡", "30"),
        (units.LAND_PRICE, "450元每平方米", "30"),
        (units.TAX_PER_LAND, "10万元/亩·年", "10"),
        (units.TAX_PER_LAND, "10万元/亩/年", "10"),
        (units.TAX_PER_LAND, "150元/(㎡·年)", "10"),
        (units.RENT, "15元/㎡·月", "15"),
        (units.RENT, "15元/月/平米", "15"),
        (units.POWER_KVA, "20 MVA", "20000"),
        (units.POWER_KVA, "20兆伏安", "20000"),
        (units.POWER_KVA, "2万千伏安", "20000"),
        (units.POWER_PRICE, "0.62元/度", "0.62"),
        (units.ENERGY_TCE, "8200吨标准煤", "8200"),
        (units.ENERGY_TCE, "1.2万tce/a", "12000"),
        (units.ENERGY_TCE, "500万kWh", "614.5"),
        (units.ENERGY_TCE, "1万千瓦时", "1.229"),
        (units.WATER_T_D, "2万m³/d", "20000"),
        (units.WATER_T_D, "900吨/天", "900"),
        (units.STEAM_T_H, "10 t/h", "10"),
        (units.STEAM_T_H, "500kg/h", "0.5"),
        (units.GAS_M3_D, "3万方/天", "30000"),
        (units.TONNES_A, "1.5万吨/年", "15000"),
        (units.POLLUTANT_T_A, "320 kg/a", "0.32"),
        (units.POLLUTANT_T_A, "15g/a", "0.000015"),
        (units.SHARE, "35%", "0.35"),
        (units.SHARE, "0.35", "0.35"),
        (units.MULTIPLE, "2倍", "2"),
        (units.MULTIPLE, "1.5", "1.5"),
    ],
)
def test_people_may_type_any_unit_of_the_dimension(measure: Measure, typed: str, value: str) -> None:
    assert measure.exact(typed) == Decimal(value)


@pytest.mark.parametrize(
    ("measure", "typed", "kind"),
    [
        (units.LAND, "5 kVA", "amount_unit"),
        (units.LAND, "5 亩/年", "amount_unit"),
        (units.LAND, "1e3", "amount_unit"),
        (units.STEAM_T_H, "200 元/m³", "amount_unit"),
        (units.STEAM_T_H, "10 吨", "amount_unit"),
        (units.WATER_T_D, "900 t/h", "amount_unit"),
        (units.LAND_PRICE, "30万元", "amount_unit"),
        (units.POWER_KVA, "800 kW", "amount_unit"),
        (units.LAND, "-3", "amount_negative"),
        (units.LAND, -0.5, "amount_negative"),
        (units.LAND, "a lot", "amount_unread"),
        (units.LAND, "100-200 亩", "amount_unit"),
        (units.LAND, "12,34", "amount_unit"),
        (units.LAND, float("nan"), "amount_unread"),
        (units.LAND, float("inf"), "amount_unread"),
        (units.LAND, Decimal("NaN"), "amount_unread"),
        (units.LAND, True, "amount_unread"),
        (units.LAND, [150], "amount_unread"),
        (units.LAND, "9" * 80, "amount_unread"),
        (units.LAND, "99999999999", "amount_absurd"),
        (units.LAND, 10**400, "amount_absurd"),
        (units.SHARE, "120%", "amount_absurd"),
        (units.POWER_KVA, "0.5", "amount_too_fine"),
        (units.POWER_PRICE, "0.62345", "amount_too_fine"),
        (units.ENERGY_TCE, "0.001 kWh", "amount_inexact"),
    ],
)
def test_what_is_no_amount_of_the_dimension_is_refused(measure: Measure, typed: object, kind: str) -> None:
    with pytest.raises(Unfit) as refused:
        measure.base_of(typed)
    assert refused.value.kind == kind
    assert refused.value.message.format_map(refused.value.params)


@given(text=st.text(max_size=70))
def test_no_text_breaks_the_reader(text: str) -> None:
    for measure in MEASURES.values():
        try:
            value = measure.exact(text)
        except Unfit as refused:
            value = Decimal(len(refused.message.format_map(refused.params)) > 0) * 0
        assert 0 <= value <= measure.most


def test_a_price_of_whole_yuan_a_square_metre_survives_though_it_never_ends_in_wan_yuan_a_mu() -> None:
    value = units.LAND_PRICE.exact("100元/㎡")
    assert value == Decimal("6.666666666667")
    assert units.LAND_PRICE.base_of(value) == units.LAND_PRICE.base_of(float(value)) == 10_000


class Form(BaseModel):
    land_mu: Annotated[Decimal | None, units.LAND] = None
    land_price_max_10k_mu: Annotated[Decimal | None, units.LAND_PRICE] = None


def test_a_model_takes_text_with_a_unit_and_gives_plain_json_numbers() -> None:
    form = Form.model_validate({"land_mu": " 10 公顷 ", "land_price_max_10k_mu": " "})
    assert form.land_mu == 150
    assert form.land_price_max_10k_mu is None
    assert form.model_dump_json() == '{"land_mu":150,"land_price_max_10k_mu":null}'
    assert Form.model_json_schema()["properties"]["land_mu"]["x-unit"] == "mu"


def test_a_model_says_in_one_sentence_what_is_wrong_and_where() -> None:
    with pytest.raises(ValidationError) as refused:
        Form.model_validate({"land_mu": "5 kVA"})
    (fault,) = faults_of(refused.value)
    assert fault.where == "land_mu"
    assert fault.message == "{given} is no unit of this: use {units}"
    assert fault.params["given"] == "kva"
    assert str(refused.value.errors()[0]["msg"]) == fault.message.format_map(fault.params)


def test_an_amount_is_shown_as_people_say_it_and_converted() -> None:
    def said(typed: str, measure: Measure, western: bool = False) -> list[tuple[str, str]]:
        return [(piece.number, piece.unit) for piece in shown(measure.exact(typed), measure, western=western)]

    assert said("150", units.LAND) == [("150", "mu"), ("10.0", "ha")]
    assert said("80000", units.MONEY_10K) == [("8", "100m CNY"), ("80,000", "10k CNY")]
    assert said("8000", units.MONEY_10K) == [("8,000", "10k CNY")]
    assert said("80000", units.MONEY_10K, western=True) == [("800", "million CNY")]
    assert said("20000", units.POWER_KVA) == [("20", "MVA"), ("20,000", "kVA")]
    assert said("45000", units.ENERGY_TCE, western=True) == [("45,000", "tce/a")]  # nobody writes 4.5 10k
    assert said("80000", units.FLOOR, western=True) == [("80,000", "m2")]
    assert said("30", units.LAND_PRICE, western=True)[0] == ("30", "10k CNY/mu")  # as the form asks it
    assert said("35%", units.SHARE) == [("35", "%")]
    assert shown(None, units.LAND) == ()


@pytest.mark.parametrize(
    ("typed", "doubted"), [("20", False), ("6", False), ("200000元/亩", False), ("200000", True), ("20元/亩", True)]
)
def test_a_price_from_which_a_wan_slipped_is_doubted_and_not_refused(typed: str, doubted: bool) -> None:
    form = Form.model_validate({"land_price_max_10k_mu": typed})
    assert [fault.where for fault in doubts(form)] == ["land_price_max_10k_mu"] * doubted


def test_nothing_is_doubted_of_zero_and_of_what_is_not_said() -> None:
    assert doubt("x", Decimal(0), units.LAND_PRICE) is None
    assert doubt("x", None, units.LAND_PRICE) is None


@pytest.mark.parametrize("value", ["1e-20000000", "1e20000000", "0e20000000", "-1e-31"])
def test_a_number_with_a_monstrous_exponent_is_no_amount(value: str) -> None:
    """As a Fraction it would have twenty million digits."""
    with pytest.raises(Unfit, match="is not an amount"):
        units.LAND.base_of(Decimal(value))
