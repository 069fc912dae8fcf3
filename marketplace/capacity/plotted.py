"""How much land or floor has each plot and building in the ledger, and when may that change?

What a place is like and its row of the ledger are said in one transaction under the park's lock, so that a place is
never smaller than what is held or committed of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from marketplace import plots
from marketplace.capacity.amounts import free_of, free_told, too_little
from marketplace.capacity.holding import STANDING, offer_freed
from marketplace.capacity.ledger import Hold, Reason, Waiting
from marketplace.capacity.moving import close_books, open_books
from marketplace.capacity.promised import may_read_ledger
from marketplace.capacity.tables import Capacity
from marketplace.capacity.waiting import STANDING as IN_QUEUE
from marketplace.capacity.waiting import go
from marketplace.database import day_of
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.plots import Plot, PlotFields, PlotKind
from marketplace.resources import Source, quantity_of
from marketplace.units import Measure

RESOURCE = {PlotKind.PLOT: "land", PlotKind.BUILDING: "building"}
AREA = {PlotKind.PLOT: "area_mu", PlotKind.BUILDING: "floor_area_m2"}
PROMISED = "Something of it is promised: only the park's own office can take area off it"


@dataclass(frozen=True, slots=True)
class Place:
    """The area of a plot or building: `free` is rounded for strangers, who read no held and committed amounts."""

    measure: Measure
    design: Decimal
    free: Decimal
    held: Decimal | None
    committed: Decimal | None


def list_plot(
    session: Session,
    park: Park,
    kind: PlotKind,
    fields: PlotFields,
    *,
    by: Viewer | None,
    now: datetime,
    simulated: bool = False,
) -> Plot:
    """Enter a plot or a building with its row of the ledger. Raises NotFound, Refusal."""
    row = plots.list_plot(session, park, kind, fields, by=by, now=now, simulated=simulated)
    open_books(session, [park.id])
    _declare(session, park, row, fields, exact=True, now=now)
    return row


def revise_plot(
    session: Session, park: Park, row: Plot, fields: PlotFields, *, version: int, by: Viewer, now: datetime
) -> None:
    """Say anew what a place is like. Raises NotFound, Conflict, Refusal where more is promised of it.

    By how much is told to who reads the ledger; to others an area never shrinks while anything is promised, so that
    no trying tells it.
    """
    open_books(session, [park.id])
    plots.revise_plot(session, park, row, fields, version=version, by=by, now=now)
    _declare(session, park, row, fields, exact=may_read_ledger(by, park), now=now)
    offer_freed(session, park, now=now)


def withdraw_plot(session: Session, park: Park, row: Plot, *, version: int, by: Viewer, now: datetime) -> None:
    """A place is listed no longer; who waits for it waits no longer. Raises NotFound, Conflict, Refusal."""
    plots.may_write_plots(session, park, by, now=now)
    if row.park_id != park.id:
        raise NotFound
    books = open_books(session, [park.id])
    if promised_of(session, row):
        raise Refusal(Fault("plot", "Something of it is held or committed: release that in the ledger first"))
    asked = select(Waiting).where(Waiting.plot_id == row.id, col(Waiting.status).in_(IN_QUEUE))
    go(session, books, session.exec(asked).all(), Reason.CLOSED, by=by, now=now)
    for line in session.exec(select(Capacity).where(Capacity.plot_id == row.id)).all():
        session.delete(line)
    plots.withdraw_plot(session, park, row, version=version, by=by, now=now)
    close_books(session, books, now=now)


def promised_of(session: Session, row: Plot) -> bool:
    """Whether anything of a place is held or committed."""
    held = select(Hold.id).where(Hold.plot_id == row.id, col(Hold.status).in_(STANDING))
    return session.exec(held.limit(1)).first() is not None


def areas_of(session: Session, rows: Sequence[Plot], *, exact: bool) -> dict[int, Place]:
    """Plot id → its area as the ledger has it; `exact` for the park's own people and the platform."""
    query = select(Capacity).where(col(Capacity.plot_id).in_([row.id for row in rows]))
    resources = {row.id: RESOURCE[row.kind] for row in rows}
    lines = session.exec(query).all()
    return {
        line.plot_id: _place(line, exact) for line in lines if line.plot_id and resources[line.plot_id] == line.resource
    }


def _place(line: Capacity, exact: bool) -> Place:
    measure = quantity_of(line.resource).measure
    told = exact or line.committed + line.held == 0
    return Place(
        measure,
        measure.of_base(line.design),
        measure.of_base(free_of(line) if told else free_told(line)),
        measure.of_base(line.held) if told else None,
        measure.of_base(line.committed) if told else None,
    )


def _area(kind: PlotKind, fields: PlotFields) -> Decimal | None:
    """A plot's land; a building's floor area, or its floors together where it does not say one."""
    if kind == PlotKind.PLOT:
        return fields.area_mu
    said = [floor.area_m2 for floor in fields.floors if floor.area_m2 is not None]
    return sum(said, Decimal(0)) if said and fields.floor_area_m2 is None else fields.floor_area_m2


def _declare(session: Session, park: Park, row: Plot, fields: PlotFields, *, exact: bool, now: datetime) -> None:
    """The row of the ledger says the area. The caller has locked the park. Raises Refusal with the shortfall."""
    name = RESOURCE[row.kind]
    query = select(Capacity).where(Capacity.plot_id == row.id, Capacity.resource == name)
    line = session.exec(query.execution_options(populate_existing=True)).first()
    measure, area = quantity_of(name).measure, _area(row.kind, fields)
    design = measure.base_of(area) if area else 0
    if line is not None and exact and (fault := too_little(line, design, AREA[row.kind])):
        raise Refusal(fault)
    if line is not None and not exact and design < line.design and line.committed + line.held:
        raise Refusal(Fault(AREA[row.kind], PROMISED))
    if not design:
        if line is not None:
            session.delete(line)
    elif line is None or line.design != design:
        line = line or Capacity(
            park_id=park.id, plot_id=row.id, resource=name, design=0, as_of=day_of(now), updated_at=now
        )
        line.design, line.as_of, line.updated_at = design, day_of(now), now
        line.source = Source.SIMULATED if row.simulated else Source.DECLARED
        session.add(line)
    session.flush()
