"""Is the yearly cost of a need at a park only what its words and the park's dated prices give, and named where not?"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from marketplace import capacity
from marketplace.capacity import Entry, Sheet, SheetFields, State
from marketplace.costs import DAYS, Part, Unknown, Yearly, comparable, yearly_cost
from marketplace.database import day_of
from marketplace.needs import NeedFields
from marketplace.parks import Park
from marketplace.resources import FACTS, TERMS

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PRICES = {
    "land_10k_mu": 18,
    "rent_cny_m2_month": 12,
    "power_cny_kwh": "0.62",
    "water_cny_m3": "2.8",
    "gas_cny_m3": "3.5",
    "steam_cny_t": "210",
    "wastewater_cny_m3": "2.5",
    "hazardous_waste_cny_t": "2600",
    "wage_10k_a": "6.5",
}
NEED = {"industry": "3841", "land_mu": 100, "building_m2": 5000, "power_kva": 20_000, "water_t_d": 900, "jobs": 600}


def sheet(**prices: object) -> Sheet:
    """A sheet of fresh prices without a database."""
    lines = [
        Entry(name, name, State.FRESH if name in prices else State.UNKNOWN, prices.get(name), as_of=date(2026, 11, 1))
        for name in (*TERMS, *FACTS)
    ]
    return Sheet(day_of(NOW), (), tuple(lines))


def stated(**more: object) -> Sheet:
    return sheet(**{name: Decimal(str(value)) for name, value in {**PRICES, **more}.items()})


def need(**said: object) -> NeedFields:
    return NeedFields.model_validate({**NEED, **said})


def parts(found: Yearly) -> dict[Part, tuple[Decimal | None, Decimal | None]]:
    return {part.part: (part.low_10k_a, part.high_10k_a) for part in found.parts}


def test_each_part_is_the_needs_amount_times_the_parks_price() -> None:
    found = yearly_cost(need(), stated(), load_hours=5000)
    assert parts(found) == {
        Part.LAND: (36, 90),  # 1,800 万元 over 50 or 20 years
        Part.RENT: (72, 72),
        Part.POWER: (5580, 6200),  # 20,000 kVA × 5,000 h × 0.9 to 1 × 0.62
        Part.WATER: (63, Decimal("91.98")),
        Part.WAGES: (3900, 3900),
    }
    assert (found.low_10k_a, found.high_10k_a) == (9651, Decimal("10353.98"))
    assert next(part.once_10k for part in found.parts if part.part is Part.LAND) == 1800


def test_steam_wastewater_and_hazardous_waste_are_priced_like_the_rest() -> None:
    asked = {"industry": "3841", "steam_t_h": "2.5", "wastewater_t_d": 400, "hazardous_waste_t_a": 120}
    found = yearly_cost(NeedFields.model_validate(asked), stated(), load_hours=6000)
    assert parts(found) == {
        Part.STEAM: (315, 315),  # 2.5 t/h × 6,000 h × 210
        Part.WASTEWATER: (25, Decimal("36.5")),  # 400 t/d × 250 to 365 days × 2.5
        Part.WASTE: (Decimal("31.2"), Decimal("31.2")),
    }
    assert found.unknown == ()


def test_without_load_hours_the_cost_of_power_and_steam_is_unknown_and_named() -> None:
    found = yearly_cost(need(steam_t_h=5), stated())
    assert [(part.part, part.unknown) for part in found.unknown] == [
        (Part.POWER, Unknown.HOURS_UNSAID),
        (Part.STEAM, Unknown.HOURS_UNSAID),
    ]
    assert found.high_10k_a == Decimal("4153.98")


def test_what_has_no_price_or_an_old_one_is_unknown_and_never_zero(session: Session, park: Park) -> None:
    said = {"land_10k_mu": 18, "water_cny_m3": "2.8", "wastewater_cny_m3": 3}
    long_ago = day_of(NOW - timedelta(days=181))
    capacity.save_sheet(session, park, SheetFields.model_validate(said), by=None, now=NOW, as_of=long_ago)
    capacity.save_sheet(session, park, SheetFields.model_validate({**said, "wage_10k_a": 6}), by=None, now=NOW)
    asked = need(steam_t_h=5, wastewater_t_d=400, hazardous_waste_t_a=120)
    found = yearly_cost(asked, capacity.sheet_of(session, park, on=day_of(NOW)), load_hours=5000)
    assert {part.part: part.unknown for part in found.unknown} == {
        Part.LAND: Unknown.PRICE_STALE,
        Part.WATER: Unknown.PRICE_STALE,
        Part.RENT: Unknown.PRICE_UNSAID,
        Part.POWER: Unknown.PRICE_UNSAID,
        Part.STEAM: Unknown.PRICE_UNSAID,
        Part.WASTEWATER: Unknown.PRICE_STALE,
        Part.WASTE: Unknown.PRICE_UNSAID,
    }
    assert [(part.part, part.as_of) for part in found.known] == [(Part.WAGES, day_of(NOW))]
    nothing = yearly_cost(need(), sheet())
    assert (nothing.low_10k_a, nothing.high_10k_a) == (None, None)


def test_what_a_need_does_not_ask_for_costs_nothing_and_is_not_listed() -> None:
    found = yearly_cost(NeedFields.model_validate({"industry": "3841", "jobs": 10}), stated(), load_hours=8000)
    assert parts(found) == {Part.WAGES: (65, 65)}


def test_sums_of_different_parts_are_not_compared() -> None:
    whole, less = yearly_cost(need(), stated(), load_hours=1), yearly_cost(need(), stated())
    assert comparable({"a": whole, "b": whole})
    assert not comparable({"a": whole, "b": less})


@given(
    land=st.decimals("0.01", 10_000, places=2),
    water=st.integers(1, 10**6),
    price=st.decimals("0.01", 1000, places=2),
    hours=st.integers(1, 8760),
)
def test_a_range_is_never_narrower_than_the_exact_one_and_grows_with_the_price(
    land: Decimal, water: int, price: Decimal, hours: int
) -> None:
    said = need(land_mu=land, water_t_d=water)
    found = yearly_cost(said, stated(water_cny_m3=price, land_10k_mu=price), load_hours=hours)
    for part in found.known:
        assert part.low_10k_a is not None
        assert part.high_10k_a is not None
        assert part.low_10k_a <= part.high_10k_a
    low, high = parts(found)[Part.WATER]
    assert low is not None
    assert high is not None
    assert low <= water * price * DAYS[0] / 10_000
    assert high >= water * price * DAYS[1] / 10_000
    dearer = yearly_cost(said, stated(water_cny_m3=price + 1, land_10k_mu=price), load_hours=hours)
    assert (dearer.low_10k_a or 0) >= (found.low_10k_a or 0)
