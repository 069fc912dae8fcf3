"""How does the ledger of a park read: its bars, what is held for whom, and who waits?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from marketplace import capacity, exchanges, projects
from marketplace.capacity import (
    AmountFields,
    Capacity,
    Hold,
    HoldStatus,
    Promised,
    Waiting,
    field_of,
    free_of,
    shown,
)
from marketplace.errors import NotFound
from marketplace.exchanges import Side, State, Talk
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.plots import Plot, plots_of
from marketplace.resources import Source, quantity_of
from marketplace.units import Measure
from web import exchanging
from web.i18n import N_, gettext, number, said

KINDS: Mapping[str, str] = {"exchange": N_("An exchange"), "project": N_("A project")}
PATHS: Mapping[str, str] = {"exchange": "/exchanges/", "project": "/projects/"}


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of one resource."""

    field: str
    value: Decimal
    measure: Measure


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the ledger: the four parts add up to the design."""

    field: str
    measure: Measure
    design: Decimal
    free: Decimal
    held: Decimal
    committed: Decimal
    used: Decimal
    simulated: bool


@dataclass(frozen=True, slots=True)
class About:
    """What something is held for, as far as its reader may know."""

    title: str
    path: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A hold or a place in the queue."""

    id: str
    about: About
    amounts: Sequence[Amount]
    plot: str
    status: str
    until: datetime | None
    since: datetime
    reason: str
    offered: bool
    simulated: bool


def bars_of(session: Session, park: Park) -> list[tuple[str, list[Bar]]]:
    """(name, bars) of the park as a whole and of each of its plots and buildings."""
    whole = [_bar(row) for row in capacity.rows_of(session, park)]
    rows = capacity.plot_rows(session, park)
    parts = [(plot.name, [_bar(row) for row in rows[plot.id]]) for plot in plots_of(session, park) if plot.id in rows]
    return [("", whole), *parts]


def free_words(session: Session, park: Park) -> dict[str, str]:
    """What is free of the park as a whole, beside each field that asks for an amount and in the unit it asks for."""
    rows = {bar.field: bar for bar in (_bar(row) for row in capacity.rows_of(session, park))}
    asked = [*AmountFields.model_fields, *(name for name in rows if "." in name)]
    return {name: _free(rows.get(name)) for name in asked}


def _free(bar: Bar | None) -> str:
    if bar is None:
        return gettext("Not on the sheet: nothing can be held.")
    return said(N_("Free: {amount}"), {"amount": f"{number(bar.free, 2)} {gettext(bar.measure.unit)}"})


def _bar(row: Capacity) -> Bar:
    name = row.resource
    return Bar(
        field_of(name),
        quantity_of(name).measure,
        design=shown(name, row.design),
        free=shown(name, free_of(row)),
        held=shown(name, row.held),
        committed=shown(name, row.committed),
        used=shown(name, row.used),
        simulated=row.source == Source.SIMULATED,
    )


def amounts_of(amounts: Mapping[str, int]) -> list[Amount]:
    """Amounts in the units of their fields."""
    return [Amount(field_of(name), shown(name, base), quantity_of(name).measure) for name, base in amounts.items()]


def hold_lines(
    session: Session, rows: Sequence[Promised], plots: Sequence[Plot], by: Viewer, now: datetime
) -> list[Line]:
    """Holds with what they are for, as far as the reader may know it today."""
    names = {plot.id: plot.name for plot in plots}
    told = _abouts(session, [row.hold for row in rows], by, now)
    return [_hold_line(row, told[row.hold.for_kind, row.hold.for_id], names) for row in rows]


def queue_lines(
    session: Session, rows: Sequence[Waiting], plots: Sequence[Plot], by: Viewer, now: datetime
) -> list[Line]:
    """The queue, the first first."""
    names = {plot.id: plot.name for plot in plots}
    told = _abouts(session, rows, by, now)
    return [_queue_line(row, told[row.for_kind, row.for_id], names) for row in rows]


def set_aside_for(session: Session, exchange: str, project: str, now: datetime) -> list[Line]:
    """What is held, committed, offered or waited for in one exchange and its project, for both of its sides."""
    kinds = [("exchange", exchange), *([("project", project)] if project else [])]
    rows = [row for each in kinds for row in capacity.holds_for(session, *each, now=now)]
    held = [row for row in rows if not row.hold.offered]
    asked = capacity.queue_for(session, "exchange", exchange)
    plain = About("")
    return [*(_hold_line(row, plain, {}) for row in held), *(_queue_line(row, plain, {}) for row in asked)]


def _hold_line(row: Promised, what: About, plots: Mapping[int, str]) -> Line:
    hold = row.hold
    until = hold.expires_at if hold.status == HoldStatus.HELD else hold.ended_at
    return Line(
        hold.public_id,
        what,
        amounts_of(row.amounts),
        plots.get(hold.plot_id or 0, ""),
        str(hold.status),
        until,
        hold.created_at,
        str(hold.reason or ""),
        hold.offered,
        hold.simulated,
    )


def _queue_line(row: Waiting, what: About, plots: Mapping[int, str]) -> Line:
    return Line(
        row.public_id,
        what,
        amounts_of(row.wanted),
        plots.get(row.plot_id or 0, ""),
        str(row.status),
        row.offer_until,
        row.created_at,
        "",
        row.status == "offered",
        row.simulated,
    )


def _abouts(
    session: Session, rows: Sequence[Hold] | Sequence[Waiting], by: Viewer, now: datetime
) -> dict[tuple[str, str], About]:
    """What rows are for, looked up once for all that are for the same."""
    return {key: about(session, *key, by, now) for key in sorted({(row.for_kind, row.for_id) for row in rows})}


def about(session: Session, for_kind: str, for_id: str, by: Viewer, now: datetime) -> About:
    """What something is for: its exchange while it is open to the reader, or no more than its kind."""
    plain = gettext(KINDS.get(for_kind, N_("Something else")))
    if for_kind == "project":
        return _project(session, for_id, plain, by, now)
    if for_kind != "exchange":
        return About(plain, PATHS[for_kind] + for_id if for_kind in PATHS and by.kind != "platform" else "")
    try:
        talk = exchanges.exchange_by_id(session, for_id, by, now=now)
    except NotFound:
        return About(plain)
    shown = exchanges.opened(session, talk, by, now=now)
    owner = str(shown.theirs.get("owner.name") or "") if shown and talk.side is Side.PARK else ""
    return About(exchanging.title_of(talk), f"/exchanges/{for_id}", owner)


def _project(session: Session, id: str, plain: str, by: Viewer, now: datetime) -> About:
    """A project by its title to its own two sides, while they see it; nobody else learns more than that it is one."""
    try:
        affair = projects.affair_by_id(session, id, by, now=now)
    except NotFound:
        return About(plain)
    return About(affair.project.title, PATHS["project"] + id)


def open_talks(session: Session, park: Park, by: Viewer, now: datetime) -> list[Talk]:
    """The exchanges of a park's office in which it may hold capacity today."""
    talks = exchanges.exchanges_of(session, by, now=now)
    return [each for each in talks if each.side is Side.PARK and each.state is State.OPEN and each.park.id == park.id]
