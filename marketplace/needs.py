"""What must an enterprise place, and who may see it?"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from sqlalchemy import JSON, String, Text
from sqlmodel import Field, Session, SQLModel

from marketplace import units
from marketplace.database import Moment, Shaped, one_of, public_id
from marketplace.lifecycle import Lifecycle
from marketplace.organisations import Viewer
from marketplace.resources import Pollutant
from marketplace.units import Scaled, ScaledMap
from matching.records import EnergyBasis, Mode


class NeedStatus(StrEnum):
    """Open needs are ranked; withdrawn ones are kept for their owner."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"


LIFE = Lifecycle({"open": frozenset({"withdrawn"}), "withdrawn": frozenset({"open"})})


class RegionChoice(SQLModel):
    """Region codes of 2, 4 or 6 digits: `only` and `exclude` are hard, `prefer` counts."""

    model_config = {"extra": "forbid"}

    only: list[str] = Field(default_factory=list, max_length=50)
    prefer: list[str] = Field(default_factory=list, max_length=50)
    exclude: list[str] = Field(default_factory=list, max_length=50)


class NeedFields(SQLModel):
    """What people may fill in about a need: the form, the sheet and the API. Only industry or description must be."""

    model_config = {"extra": "forbid"}

    title: str = Field(default="", max_length=80)
    mode: Mode = Field(default=Mode.RELOCATION, sa_type=String(20))
    industry: str | None = Field(default=None, max_length=4)
    description: str = Field(default="", max_length=4000, sa_type=Text)
    origin: str | None = Field(default=None, max_length=6)
    hq: str | None = Field(default=None, max_length=6)
    land_mu: Annotated[Decimal | None, units.LAND] = Field(default=None, sa_type=Scaled(units.LAND))
    building_m2: Annotated[Decimal | None, units.FLOOR] = Field(default=None, sa_type=Scaled(units.FLOOR))
    power_kva: Annotated[Decimal | None, units.POWER_KVA] = Field(default=None, sa_type=Scaled(units.POWER_KVA))
    energy_tce: Annotated[Decimal | None, units.ENERGY_TCE] = Field(default=None, sa_type=Scaled(units.ENERGY_TCE))
    energy_basis: EnergyBasis | None = Field(default=None, sa_type=String(16))
    coal_t_a: Annotated[Decimal | None, units.TONNES_A] = Field(default=None, sa_type=Scaled(units.TONNES_A))
    water_t_d: Annotated[Decimal | None, units.WATER_T_D] = Field(default=None, sa_type=Scaled(units.WATER_T_D))
    wastewater_t_d: Annotated[Decimal | None, units.WATER_T_D] = Field(default=None, sa_type=Scaled(units.WATER_T_D))
    steam_t_h: Annotated[Decimal | None, units.STEAM_T_H] = Field(default=None, sa_type=Scaled(units.STEAM_T_H))
    gas_m3_d: Annotated[Decimal | None, units.GAS_M3_D] = Field(default=None, sa_type=Scaled(units.GAS_M3_D))
    hazardous_waste_t_a: Annotated[Decimal | None, units.TONNES_A] = Field(default=None, sa_type=Scaled(units.TONNES_A))
    emissions_t_a: dict[Pollutant, Annotated[Decimal | None, units.POLLUTANT_T_A]] = Field(
        default_factory=dict, sa_type=ScaledMap(units.POLLUTANT_T_A)
    )
    investment_10k: Annotated[Decimal | None, units.MONEY_10K] = Field(default=None, sa_type=Scaled(units.MONEY_10K))
    tax_10k_a: Annotated[Decimal | None, units.MONEY_10K_A] = Field(default=None, sa_type=Scaled(units.MONEY_10K_A))
    output_10k_a: Annotated[Decimal | None, units.MONEY_10K_A] = Field(default=None, sa_type=Scaled(units.MONEY_10K_A))
    jobs: int | None = Field(default=None, ge=0, le=1_000_000)
    needed_on: date | None = None
    land_price_max_10k_mu: Annotated[Decimal | None, units.LAND_PRICE] = Field(
        default=None, sa_type=Scaled(units.LAND_PRICE)
    )
    supply_modes: list[str] = Field(default_factory=list, sa_type=JSON, max_length=10)
    regions: RegionChoice = Field(default_factory=RegionChoice, sa_type=Shaped(RegionChoice))
    weights: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    importance: list[str] = Field(default_factory=list, sa_type=JSON, max_length=40)
    typed: dict[str, str] = Field(default_factory=dict, sa_type=JSON)  # amounts with the unit they were typed in


class Need(NeedFields, table=True):
    """A need of an enterprise, private to its owner."""

    __tablename__ = "need"
    __table_args__ = (
        one_of("status", NeedStatus),
        one_of("mode", Mode),
        one_of("energy_basis", EnergyBasis),
    )
    model_config = {"extra": "ignore"}

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    owner_id: int = Field(foreign_key="organisation.id", index=True)
    status: NeedStatus = Field(default=NeedStatus.OPEN, sa_type=String(16))
    version: int = 1
    simulated: bool = False
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


def publish(session: Session, fields: NeedFields, *, owner: Viewer, now: datetime, simulated: bool = False) -> Need:
    """Enter a need. Raises Refusal."""
    raise NotImplementedError


def revise(session: Session, need: Need, fields: NeedFields, *, version: int, by: Viewer, now: datetime) -> Need:
    """Change a need that still stands at `version`. Raises Refusal, Conflict."""
    raise NotImplementedError


def withdraw(session: Session, need: Need, *, by: Viewer, now: datetime) -> None:
    """Take a need off the market. Raises Conflict."""
    raise NotImplementedError


def needs_of(session: Session, owner: Viewer) -> list[Need]:
    """The needs of the viewer's organisation, newest first."""
    raise NotImplementedError


def need_by_id(session: Session, id: str, viewer: Viewer | None) -> Need:
    """A need by its public id. Raises NotFound, the same for another's as for none."""
    raise NotImplementedError
