"""What is kept of a capacity sheet, and what may people fill in?"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel, col

from marketplace import units
from marketplace.database import Moment, Word, one_of
from marketplace.fields import Fields
from marketplace.plots import Plot
from marketplace.resources import Pollutant, Source, SupplyMode
from matching.records import EnergyBasis

Emissions = dict[Pollutant, Annotated[Decimal, units.POLLUTANT_T_A]]


class SheetFields(Fields):
    """What people may fill in: the capacity sheet. `…_used` is what is taken already outside this market."""

    land_mu: Annotated[Decimal | None, units.LAND] = None
    land_mu_used: Annotated[Decimal | None, units.LAND] = None
    largest_plot_mu: Annotated[Decimal | None, units.LAND] = None
    building_m2: Annotated[Decimal | None, units.FLOOR] = None
    building_m2_used: Annotated[Decimal | None, units.FLOOR] = None
    power_kva: Annotated[Decimal | None, units.POWER_KVA] = None
    power_kva_used: Annotated[Decimal | None, units.POWER_KVA] = None
    energy_tce: Annotated[Decimal | None, units.ENERGY_TCE] = None
    energy_tce_used: Annotated[Decimal | None, units.ENERGY_TCE] = None
    energy_basis: EnergyBasis | None = None
    coal_t_a: Annotated[Decimal | None, units.TONNES_A] = None
    coal_t_a_used: Annotated[Decimal | None, units.TONNES_A] = None
    water_t_d: Annotated[Decimal | None, units.WATER_T_D] = None
    water_t_d_used: Annotated[Decimal | None, units.WATER_T_D] = None
    wastewater_t_d: Annotated[Decimal | None, units.WATER_T_D] = None
    wastewater_t_d_used: Annotated[Decimal | None, units.WATER_T_D] = None
    steam_t_h: Annotated[Decimal | None, units.STEAM_T_H] = None
    steam_t_h_used: Annotated[Decimal | None, units.STEAM_T_H] = None
    gas_m3_d: Annotated[Decimal | None, units.GAS_M3_D] = None
    gas_m3_d_used: Annotated[Decimal | None, units.GAS_M3_D] = None
    hazardous_waste_t_a: Annotated[Decimal | None, units.TONNES_A] = None
    hazardous_waste_t_a_used: Annotated[Decimal | None, units.TONNES_A] = None
    emissions_t_a: Emissions = Field(default_factory=dict)
    emissions_t_a_used: Emissions = Field(default_factory=dict)
    replacement: dict[Pollutant, Annotated[Decimal, units.MULTIPLE]] = Field(default_factory=dict)
    investment_10k_mu: Annotated[Decimal | None, units.INVESTMENT_PER_LAND] = None
    tax_10k_mu_a: Annotated[Decimal | None, units.TAX_PER_LAND] = None
    land_10k_mu: Annotated[Decimal | None, units.LAND_PRICE] = None
    rent_cny_m2_month: Annotated[Decimal | None, units.RENT] = None
    power_cny_kwh: Annotated[Decimal | None, units.POWER_PRICE] = None
    water_cny_m3: Annotated[Decimal | None, units.WATER_PRICE] = None
    gas_cny_m3: Annotated[Decimal | None, units.GAS_PRICE] = None
    steam_cny_t: Annotated[Decimal | None, units.STEAM_PRICE] = None
    wastewater_cny_m3: Annotated[Decimal | None, units.WATER_PRICE] = None
    hazardous_waste_cny_t: Annotated[Decimal | None, units.HAZARDOUS_WASTE_PRICE] = None
    wage_10k_a: Annotated[Decimal | None, units.WAGE] = None
    green_power_share: Annotated[Decimal | None, units.SHARE] = None
    chemical_park: bool | None = None
    prohibited: list[str] = Field(default_factory=list, max_length=200)
    restricted: list[str] = Field(default_factory=list, max_length=200)
    supply_modes: list[SupplyMode] = Field(default_factory=list, max_length=10)
    available_on: date | None = None
    typed: dict[str, str] = Field(default_factory=dict)  # amounts with the unit they were typed in


class Capacity(SQLModel, table=True):
    """One resource of one park, in base units; with a plot, of that plot or building alone."""

    __tablename__ = "capacity"
    __table_args__ = (
        *(
            Index(f"ix_capacity_of_{of}", column, "resource", unique=True, sqlite_where=which, postgresql_where=which)
            for of, column, which in (
                ("park", "park_id", text("plot_id IS NULL")),
                ("plot", "plot_id", text("plot_id IS NOT NULL")),
            )
        ),
        CheckConstraint("design >= 0 AND used >= 0 AND committed >= 0 AND held >= 0", name="amounts"),
        CheckConstraint("design - used - committed - held >= 0", name="free"),
        one_of("source", Source),
        one_of("basis", EnergyBasis),
    )

    id: int = Field(default=None, primary_key=True)
    park_id: int = Field(foreign_key="park.id", index=True)
    plot_id: int | None = Field(default=None, foreign_key=f"{Plot.__tablename__}.id")  # None: the park as a whole
    resource: str = Field(max_length=32)
    design: int = Field(sa_type=BigInteger)
    used: int = Field(default=0, sa_type=BigInteger)
    committed: int = Field(default=0, sa_type=BigInteger)
    held: int = Field(default=0, sa_type=BigInteger)
    basis: EnergyBasis | None = Field(default=None, sa_type=Word(EnergyBasis))
    typed: dict[str, str] = Field(default_factory=dict, sa_type=JSON)  # design and used as they were typed
    as_of: date
    valid_until: date | None = None
    source: Source = Field(default=Source.DECLARED, sa_type=Word(Source))
    updated_at: datetime = Field(sa_type=Moment)


class Term(SQLModel, table=True):
    """One price, admission gate, list or date of one park: `amount` in base units, or `value` for what is no amount."""

    __tablename__ = "term"
    __table_args__ = (
        UniqueConstraint("park_id", "name"),
        CheckConstraint("amount >= 0", name="amount"),
        one_of("source", Source),
    )

    id: int = Field(default=None, primary_key=True)
    park_id: int = Field(foreign_key="park.id", index=True)
    name: str = Field(max_length=32)
    amount: int | None = Field(default=None, sa_type=BigInteger)
    value: Any = Field(default=None, sa_type=JSON(none_as_null=True), nullable=True)
    typed: str = Field(default="", max_length=60)
    as_of: date
    valid_until: date | None = None
    source: Source = Field(default=Source.DECLARED, sa_type=Word(Source))
    updated_at: datetime = Field(sa_type=Moment)


OF_PARK = col(Capacity.plot_id).is_(None)  # in a query of Capacity: the park as a whole, without its plots
