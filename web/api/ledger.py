"""What of our park is free, held and committed? As JSON, by the rules of the pages."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlmodel import Session

from marketplace import capacity, exchanges, plots, projects
from marketplace.capacity import AmountFields, HoldStatus, Promised, Reason, Waiting
from marketplace.parks import Park
from marketplace.units import plain_number
from web import ledgers
from web.dependencies import Now, Reading, Writing
from web.pages.ledger import Holder, Keeper, end_of, own, seen_park

router = APIRouter(prefix="/api/v1/parks/{code}/ledger", tags=["parks"])


def own_code(session: Reading, by: Holder, code: str) -> str:
    """The park's code, for who keeps its ledger; to others it is not there, whatever they send."""
    return own(session, code, by).code


OwnCode = Annotated[str, Depends(own_code)]


class LedgerRow(BaseModel):
    """One resource; free is design − used − committed − held."""

    plot: str | None = Field(description="a plot or building by its name; null for the park as a whole")
    field: str
    unit: str
    design: float | int
    used: float | int
    committed: float | int
    held: float | int
    free: float | int


class HoldDocument(BaseModel):
    """Amounts set aside; `for_kind` and `for_id` say for what."""

    id: str
    status: HoldStatus
    for_kind: str
    for_id: str
    plot: str | None
    amounts: dict[str, float | int] = Field(description="field → amount in the field's unit")
    expires_at: datetime | None
    reason: Reason | None
    offered: bool
    simulated: bool


class Queued(BaseModel):
    """A place in the queue, the first first."""

    id: str
    status: str
    for_kind: str
    for_id: str
    amounts: dict[str, float | int]
    offer_until: datetime | None


class Ledger(BaseModel):
    """The ledger of a park."""

    park: str
    rows: list[LedgerRow]
    holds: list[HoldDocument]
    queue: list[Queued]


class NewHold(AmountFields):
    """Amounts for an open exchange, each in the unit of its field or with a unit."""

    exchange: str = Field(max_length=16)
    plot: str = Field(default="", max_length=16)
    until: date | None = None


class Release(BaseModel):
    """Why it is given back."""

    reason: Reason


@router.get("")
def show(session: Reading, by: Keeper, now: Now, code: str) -> Ledger:
    """Rows that add up, what is held, and who waits."""
    park = seen_park(session, code, by)
    rows = [
        LedgerRow(
            plot=name or None,
            field=bar.field,
            unit=bar.measure.unit,
            **{part: plain_number(getattr(bar, part)) for part in ("design", "used", "committed", "held", "free")},
        )
        for name, bars in ledgers.bars_of(session, park)
        for bar in bars
    ]
    queue = [queued(row) for row in capacity.queue_of(session, park)]
    holds = hold_documents(session, park, capacity.holds_of(session, park, now=now))
    return Ledger(park=park.code, rows=rows, holds=holds, queue=queue)


@router.post("/holds", status_code=201)
def hold(session: Writing, by: Holder, now: Now, code: OwnCode, wanted: NewHold) -> HoldDocument:
    """Holds amounts for an open exchange; a refusal names each shortfall."""
    park = own(session, code, by)
    talk = exchanges.exchange_by_id(session, wanted.exchange, by, now=now)
    plot = plots.plot_by_id(session, park, wanted.plot) if wanted.plot else None
    until = end_of(wanted.until) if wanted.until else None
    made = projects.reserve(
        session, talk.exchange, talk.need, park, wanted.amounts, plot=plot, until=until, by=by, now=now
    )
    return hold_documents(session, park, [Promised(made, wanted.amounts)])[0]


@router.post("/holds/{id}/release")
def release(session: Writing, by: Holder, now: Now, code: OwnCode, id: str, why: Release) -> HoldDocument:
    """Gives back what was held."""
    park = own(session, code, by)
    held = capacity.hold_by_id(session, park, id, by)
    capacity.release(session, held, why.reason, by=by, now=now)
    return hold_documents(session, park, capacity.with_amounts(session, [held]))[0]


def queued(row: Waiting) -> Queued:
    """A place in the queue, as its park and whose it is read it."""
    said = row.model_dump(include={"status", "for_kind", "for_id", "offer_until"})
    return Queued(**said, id=row.public_id, amounts=_plain(row.wanted))


def hold_documents(session: Session, park: Park, rows: Sequence[Promised]) -> list[HoldDocument]:
    """What is set aside of a park."""
    names = {plot.id: plot.name for plot in plots.plots_of(session, park, withdrawn=True)}
    return [
        HoldDocument(
            **row.hold.model_dump(include={"status", "for_kind", "for_id", "reason", "offered", "simulated"}),
            id=row.hold.public_id,
            plot=names.get(row.hold.plot_id or 0),
            amounts=_plain(row.amounts),
            expires_at=row.hold.expires_at if row.hold.status == HoldStatus.HELD else None,
        )
        for row in rows
    ]


def _plain(amounts: Mapping[str, int]) -> dict[str, float | int]:
    return {field: plain_number(value) for field, value in capacity.shown_all(amounts).items()}
