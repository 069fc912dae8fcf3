"""Which amounts can be held, what are they called in a form, and how much of them may a stranger see?"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import ColumnElement, case
from sqlmodel import Field, col

from marketplace import units
from marketplace.capacity.tables import Capacity, Emissions
from marketplace.errors import Fault
from marketplace.fields import Fields
from marketplace.resources import EMISSION, RESOURCES, emission, pollutant_of, quantity_of

PARTS = 4  # of what there is to promise: in which a stranger reads what is free, once something is promised


class AmountFields(Fields):
    """Amounts to hold or to wait for, each in the unit of its sheet's field or with a unit."""

    land_mu: Annotated[Decimal | None, units.LAND] = None
    building_m2: Annotated[Decimal | None, units.FLOOR] = None
    power_kva: Annotated[Decimal | None, units.POWER_KVA] = None
    energy_tce: Annotated[Decimal | None, units.ENERGY_TCE] = None
    coal_t_a: Annotated[Decimal | None, units.TONNES_A] = None
    water_t_d: Annotated[Decimal | None, units.WATER_T_D] = None
    wastewater_t_d: Annotated[Decimal | None, units.WATER_T_D] = None
    steam_t_h: Annotated[Decimal | None, units.STEAM_T_H] = None
    gas_m3_d: Annotated[Decimal | None, units.GAS_M3_D] = None
    hazardous_waste_t_a: Annotated[Decimal | None, units.TONNES_A] = None
    emissions_t_a: Emissions = Field(default_factory=dict)

    @property
    def amounts(self) -> dict[str, int]:
        """Resource → base units, of what is asked."""
        said = {name: getattr(self, RESOURCES[name].field) for name in HOLDABLE}
        said |= {emission(pollutant): amount for pollutant, amount in self.emissions_t_a.items()}
        return {name: quantity_of(name).measure.base_of(amount) for name, amount in said.items() if amount}


# the largest plot is a measure of the land, not a resource that is used up
HOLDABLE = tuple(name for name, quantity in RESOURCES.items() if quantity.field in AmountFields.model_fields)


def is_holdable(resource: str) -> bool:
    """Whether an amount of it can be set aside."""
    return resource in HOLDABLE or pollutant_of(resource) is not None


def field_of(resource: str) -> str:
    """Its field in forms, sheets and the API."""
    pollutant = pollutant_of(resource)
    return f"{EMISSION.field}.{pollutant}" if pollutant else quantity_of(resource).field


def shown(resource: str, base: int) -> Decimal:
    """Base units in the unit of the field."""
    return quantity_of(resource).measure.of_base(base)


def shown_all(amounts: Mapping[str, int]) -> dict[str, Decimal]:
    """Field → amount in its unit."""
    return {field_of(name): shown(name, base) for name, base in amounts.items()}


def free_of(row: Any) -> int:
    """design − used − committed − held of a row of the ledger."""
    free: int = row.design - row.used - row.committed - row.held
    return free


def too_little(row: Any, left: int, where: str) -> Fault | None:
    """Why a row of the ledger cannot come down to `left` base units; None where no more is held or committed of it."""
    promised, measure = row.committed + row.held, quantity_of(row.resource).measure
    if promised == 0 or promised <= left:
        return None
    message = "{promised} {unit} are held or committed: {short} {unit} too little is left"
    params = {"promised": measure.of_base(promised), "short": measure.of_base(promised - left), "unit": measure.unit}
    return Fault(where, message, params)


def free_told(row: Any) -> int:
    """What a stranger is told is free: exactly while nothing is promised, then in quarters of what there is to promise.

    Rounded down, so that it is really there; `free_told_clause` says the same in SQL.
    """
    free = free_of(row)
    if row.committed + row.held == 0:
        return free
    step: int = -(-(row.design - row.used) // PARTS)
    return free - free % step


def free_told_clause() -> ColumnElement[int]:
    """`free_told` of rows of the ledger."""
    promised, there = col(Capacity.committed) + col(Capacity.held), col(Capacity.design) - col(Capacity.used)
    free = there - promised
    return case((promised == 0, free), else_=free - free % ((there + PARTS - 1) // PARTS))
