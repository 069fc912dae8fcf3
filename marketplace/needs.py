"""What must an enterprise place, and who may see it?"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, Text
from sqlmodel import Field, Session, col, select

from marketplace import screening, units
from marketplace.database import Moment, Shaped, Word, day_of, one_of, public_id
from marketplace.errors import Fault, InputError, NotFound, Refusal
from marketplace.fields import Fields
from marketplace.journal import Act, note
from marketplace.lifecycle import Lifecycle, rewrite
from marketplace.organisations import Viewer, may_act_for, may_publish_need, may_see_for
from marketplace.resources import Pollutant, SupplyMode, electricity_fault
from marketplace.units import Scaled, ScaledMap, doubt, doubts
from matching import phases as built
from matching.documents import need_from
from matching.records import EnergyBasis, Mode
from matching.records import Need as NeedRecord


class NeedStatus(StrEnum):
    """A draft is its owner's alone, an open need is listed, a withdrawn one is kept, a hidden one is moderated."""

    DRAFT = "draft"
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"


LIFE = Lifecycle(
    {
        "draft": frozenset({"open", "withdrawn"}),
        "open": frozenset({"withdrawn", "hidden"}),
        "hidden": frozenset({"open"}),  # not withdrawn: its owner could list it anew
        "withdrawn": frozenset({"draft", "open"}),
    }
)
MOST_PHASES = built.MOST
STANDING = (NeedStatus.DRAFT, NeedStatus.OPEN)  # what an enterprise still looks for a place for


class RegionChoice(Fields):
    """Region codes of 2, 4 or 6 digits: `only` and `exclude` are hard, `prefer` counts."""

    only: list[str] = Field(default_factory=list, max_length=50)
    prefer: list[str] = Field(default_factory=list, max_length=50)
    exclude: list[str] = Field(default_factory=list, max_length=50)


class HiddenFrom(Fields):
    """To whom a listing does not exist: parks by code, whoever sits in a region, whoever sits where the firm is now."""

    parks: list[str] = Field(default_factory=list, max_length=50)
    regions: list[str] = Field(default_factory=list, max_length=50)
    present_locality: bool = True


class PhaseFields(Fields):
    """One phase, 一期: its share of the whole or amounts of its own, and the day it is needed."""

    name: str = Field(default="", max_length=20)
    share: Annotated[Decimal | None, units.SHARE] = None
    land_mu: Annotated[Decimal | None, units.LAND] = None
    building_m2: Annotated[Decimal | None, units.FLOOR] = None
    power_kva: Annotated[Decimal | None, units.POWER_KVA] = None
    needed_on: date | None = None


class NeedFields(Fields):
    """What people may fill in about a need: the form, the sheet and the API. Only industry or description must be."""

    title: str = Field(default="", max_length=80)
    mode: Mode = Field(default=Mode.RELOCATION, sa_type=Word(Mode))
    industry: str | None = Field(default=None, max_length=8)
    description: str = Field(default="", max_length=4000, sa_type=Text)
    origin: str | None = Field(default=None, max_length=6)
    hq: str | None = Field(default=None, max_length=6)
    land_mu: Annotated[Decimal | None, units.LAND] = Field(default=None, sa_type=Scaled(units.LAND))
    land_least_share: Annotated[Decimal | None, units.SHARE] = Field(default=None, sa_type=Scaled(units.SHARE))
    building_m2: Annotated[Decimal | None, units.FLOOR] = Field(default=None, sa_type=Scaled(units.FLOOR))
    power_kva: Annotated[Decimal | None, units.POWER_KVA] = Field(default=None, sa_type=Scaled(units.POWER_KVA))
    energy_tce: Annotated[Decimal | None, units.ENERGY_TCE] = Field(default=None, sa_type=Scaled(units.ENERGY_TCE))
    energy_basis: EnergyBasis | None = Field(default=None, sa_type=Word(EnergyBasis))
    coal_t_a: Annotated[Decimal | None, units.TONNES_A] = Field(default=None, sa_type=Scaled(units.TONNES_A))
    water_t_d: Annotated[Decimal | None, units.WATER_T_D] = Field(default=None, sa_type=Scaled(units.WATER_T_D))
    wastewater_t_d: Annotated[Decimal | None, units.WATER_T_D] = Field(default=None, sa_type=Scaled(units.WATER_T_D))
    steam_t_h: Annotated[Decimal | None, units.STEAM_T_H] = Field(default=None, sa_type=Scaled(units.STEAM_T_H))
    gas_m3_d: Annotated[Decimal | None, units.GAS_M3_D] = Field(default=None, sa_type=Scaled(units.GAS_M3_D))
    hazardous_waste_t_a: Annotated[Decimal | None, units.TONNES_A] = Field(default=None, sa_type=Scaled(units.TONNES_A))
    emissions_t_a: dict[Pollutant, Annotated[Decimal, units.POLLUTANT_T_A]] = Field(
        default_factory=dict, sa_type=ScaledMap(units.POLLUTANT_T_A, Pollutant)
    )
    investment_10k: Annotated[Decimal | None, units.MONEY_10K] = Field(default=None, sa_type=Scaled(units.MONEY_10K))
    tax_10k_a: Annotated[Decimal | None, units.MONEY_10K_A] = Field(default=None, sa_type=Scaled(units.MONEY_10K_A))
    output_10k_a: Annotated[Decimal | None, units.MONEY_10K_A] = Field(default=None, sa_type=Scaled(units.MONEY_10K_A))
    jobs: int | None = Field(default=None, ge=0, le=1_000_000)
    needed_on: date | None = None
    land_price_max_10k_mu: Annotated[Decimal | None, units.LAND_PRICE] = Field(
        default=None, sa_type=Scaled(units.LAND_PRICE)
    )
    supply_modes: list[SupplyMode] = Field(default_factory=list, sa_type=Shaped(list[SupplyMode]), max_length=10)
    regions: RegionChoice = Field(default_factory=RegionChoice, sa_type=Shaped(RegionChoice))
    weights: dict[str, float] = Field(default_factory=dict, sa_type=JSON, max_length=40)
    importance: list[str] = Field(default_factory=list, sa_type=JSON, max_length=40)
    phases: list[PhaseFields] = Field(default_factory=list, sa_type=Shaped(list[PhaseFields]), max_length=MOST_PHASES)
    typed: dict[str, str] = Field(default_factory=dict, sa_type=JSON, max_length=40)  # with the unit typed


class Need(NeedFields, table=True):
    """A need of an enterprise. What others see of it is said in marketplace.disclosure alone."""

    __tablename__ = "need"
    __table_args__ = (
        one_of("status", NeedStatus),
        one_of("mode", Mode),
        one_of("energy_basis", EnergyBasis),
    )
    model_config = {"extra": "ignore"}  # noqa: RUF012 - what SQLModel asks for

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    owner_id: int = Field(foreign_key="organisation.id", index=True)
    status: NeedStatus = Field(default=NeedStatus.DRAFT, sa_type=Word(NeedStatus))
    version: int = 1
    simulated: bool = False
    listing_id: str | None = Field(default=None, unique=True, max_length=16)  # its id for others, new at every listing
    listed_on: date | None = None
    raised: dict[str, int] = Field(default_factory=dict, sa_type=JSON)  # field: the level it opens at, if not its usual
    wider: dict[str, int] = Field(default_factory=dict, sa_type=JSON)  # field: how many steps its summary is coarser
    hidden_from: HiddenFrom = Field(default_factory=HiddenFrom, sa_type=Shaped(HiddenFrom))
    hidden_reason: str = Field(default="", max_length=500)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


def enter(session: Session, fields: NeedFields, *, owner: Viewer, now: datetime, simulated: bool = False) -> Need:
    """Enter a need as a draft. Raises NotFound for who is no enterprise, Refusal."""
    if not may_publish_need(owner):
        raise NotFound
    _refuse_between_parks(fields.mode)
    code = checked(fields).industry
    if not simulated:
        _refuse_past(fields.needed_on, now)
    times = {"created_at": now, "updated_at": now}
    values = {"owner_id": owner.organisation_id, "industry": code, "simulated": simulated, **times}
    need = Need.model_validate(fields, update=values)
    session.add(need)
    session.flush()
    return need


def revise(session: Session, need: Need, fields: NeedFields, *, version: int, by: Viewer, now: datetime) -> Need:
    """Change a need that still stands at `version`. Raises NotFound, Refusal, Conflict."""
    _may_change(need, by)
    _refuse_between_parks(fields.mode)
    code = checked(fields).industry
    if need.status == NeedStatus.OPEN and not code:
        raise Refusal(Fault("industry", "A listed need keeps its industry: withdraw the need first, or choose another"))
    if fields.needed_on != need.needed_on:
        _refuse_past(fields.needed_on, now)
    values = {name: getattr(fields, name) for name in NeedFields.model_fields}
    changed = sorted(name for name, value in values.items() if value != getattr(need, name))
    rewrite(session, need, version=version, now=now, **{**values, "industry": code})
    if need.status == NeedStatus.OPEN:
        note(session, Act.CHANGED, "need", need.public_id, by=by, now=now, whose=need.owner_id, fields=changed)
    return need


def withdraw(session: Session, need: Need, *, by: Viewer, now: datetime) -> None:
    """Take a need off the market. Raises NotFound, Conflict."""
    _may_change(need, by)
    before = need.status
    LIFE.move(session, need, NeedStatus.WITHDRAWN, now=now, listing_id=None, listed_on=None)
    if before != NeedStatus.DRAFT:
        note(session, Act.WITHDRAWN, "need", need.public_id, by=by, now=now, whose=need.owner_id)


def reopen(session: Session, need: Need, *, by: Viewer, now: datetime) -> None:
    """Take a withdrawn need up again, for its owner alone. Raises NotFound, Conflict."""
    _may_change(need, by)
    LIFE.move(session, need, NeedStatus.DRAFT, now=now)


def needs_of(session: Session, owner: Viewer) -> list[Need]:
    """The needs of the viewer's organisation, newest first."""
    query = select(Need).where(Need.owner_id == owner.organisation_id)
    return list(session.exec(query.order_by(col(Need.created_at).desc(), col(Need.id).desc())))


def need_by_id(session: Session, id: str, viewer: Viewer | None) -> Need:
    """A need by its public id. Raises NotFound, the same for another's as for none."""
    need = session.exec(select(Need).where(Need.public_id == id)).first()
    if need is None or not may_see_for(viewer, need.owner_id):
        raise NotFound
    return need


def fields_of(need: Need) -> NeedFields:
    """A need as its form."""
    return NeedFields.model_validate({name: getattr(need, name) for name in NeedFields.model_fields})


def document_of(fields: NeedFields | Need) -> dict[str, Any]:
    """NEED.json of a need: what it does not say is left out."""
    said = fields.model_dump(mode="json", include=set(NeedFields.model_fields) - {"title", "typed"})
    return {name: said[name] for name in NeedFields.model_fields if said.get(name) not in (None, "", [], {})}


def checked(fields: NeedFields | Need) -> NeedRecord:
    """The need as the engine reads it, by the engine's own checks and ours. Raises Refusal with every fault."""
    faults = electricity_fault(fields.typed.get("energy_tce", ""), fields.energy_basis)
    try:
        record = need_from(document_of(fields))
    except InputError as error:
        raise Refusal([*error.faults, *faults]) from None
    if faults:
        raise Refusal(faults)
    return record


def doubts_of(fields: NeedFields) -> list[Fault]:
    """Warnings, not refusals: amounts so far outside what is seen that a 万 has probably slipped."""
    faults = doubts(fields)
    for name, measure in (("investment_10k", units.INVESTMENT_PER_LAND), ("tax_10k_a", units.TAX_PER_LAND)):
        amount = getattr(fields, name)
        if amount is not None and fields.land_mu:
            found = doubt(name, round(amount / fields.land_mu, 6), measure)
            faults += [found] if found else []
    if fields.energy_tce is not None and fields.energy_basis is None:
        message = "Say on which basis the energy is counted: without it no park can be compared"
        faults.append(Fault("energy_basis", message))
    return [*faults, *_wishes(fields)]


def _wishes(fields: NeedFields) -> list[Fault]:
    """A hint, and nothing is withheld: what an enterprise wishes is no policy measure. Source: 条例 2."""
    hits = screening.screened(fields.description)
    if not hits:
        return []
    message = "No park may promise this: {words} ({rules}). It is a hint: your text stays as it is"
    rules = "、".join(dict.fromkeys(hit.rule for hit in hits))
    return [Fault("description", message, {"words": hits[0].words, "rules": rules})]


def _refuse_between_parks(mode: Mode) -> None:
    """A need takes places; two parks find each other on their own pages. Raises Refusal."""
    if mode in (Mode.ENCLAVE, Mode.PARTNER):
        raise Refusal(Fault("mode", "This way of working together is between two parks: see a park's page"))


def _refuse_past(needed_on: date | None, now: datetime) -> None:
    """No park can deliver yesterday. Raises Refusal."""
    if needed_on is not None and needed_on < day_of(now):
        raise Refusal(Fault("needed_on", "{date} is past: give a day from today on", {"date": needed_on}))


def _may_change(need: Need, by: Viewer) -> None:
    if not may_act_for(by, need.owner_id):
        raise NotFound
