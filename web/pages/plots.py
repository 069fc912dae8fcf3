"""Which plots and buildings can be had in a park, and what is each like?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity, mandates, parks, plots
from marketplace.errors import NotFound
from marketplace.fields import Fields
from marketplace.organisations import Role, Viewer
from marketplace.parks import Park
from marketplace.plots import FireClass, LandUse, Levelling, Plot, PlotFields, PlotKind
from marketplace.resources import SupplyMode
from web import labels
from web.dependencies import MaybeViewer, Now, Reading, Today, Writing, viewer
from web.forms import Form, posted, whole
from web.i18n import N_, gettext
from web.pages.capacity import SheetEditor, own_park
from web.rendering import go, page

router = APIRouter(prefix="/parks/{code}/plots", dependencies=[Depends(viewer)])

EDIT, SHOW = "plots/edit.html", "plots/show.html"
SPARE_FLOORS = 3  # empty rows below those that are filled in
DONE = {
    "listed": N_("Listed. Everybody sees it from now on."),
    "revised": N_("Saved. Everybody sees it from now on."),
    "withdrawn": N_("Withdrawn. Nobody sees it any more."),
}
PlotForm = Annotated[Form[PlotFields], posted(PlotFields)]


@router.get("")
def index(
    request: Request, session: Reading, on: Today, now: Now, seen: MaybeViewer, code: str, done: str = ""
) -> Response:
    """Every plot and building of a park with what decides first."""
    park = parks.park_by_code(session, code)
    rows = plots.plots_of(session, park)
    stated = capacity.sheet_of(session, park, on=on, exact=capacity.may_read_ledger(seen, park))["largest_plot"].value
    edits = _edits(session, park, seen, now=now)
    listed = plots.largest_listed_mu(rows)
    shown: dict[str, Any] = {
        "park": park,
        "plots": [row for row in rows if row.kind == PlotKind.PLOT],
        "areas": capacity.areas_of(session, rows, exact=capacity.may_read_ledger(seen, park)),
        "buildings": [row for row in rows if row.kind == PlotKind.BUILDING],
        "may_edit": edits,
        "largest": listed if edits and listed is not None and listed != stated else None,
        "stated": stated,
        "notice": gettext(DONE[done]) if done in DONE else None,
    }
    return page(request, "plots/index.html", **shown)


@router.get("/new/{kind}")
def new(request: Request, session: Reading, now: Now, by: SheetEditor, code: str, kind: str) -> Response:
    """The empty form for a plot or a building."""
    park = own_park(session, code, by, now=now)
    return page(request, EDIT, form=Form(PlotFields), **_around(park, _kind(kind)))


@router.post("/new/{kind}")
def enter(
    request: Request, session: Writing, now: Now, by: SheetEditor, code: str, kind: str, form: PlotForm
) -> Response:
    """Lists it. Raises Refusal."""
    park, what = own_park(session, code, by, now=now), _kind(kind)
    form.again(EDIT, **_around(park, what))
    doubts = plots.doubts_of_plot(form.fields)
    if doubts and not form.typed("sure"):
        return page(request, EDIT, status=422, form=form, **{**_around(park, what), "doubts": doubts})
    capacity.list_plot(session, park, what, form.fields, by=by, now=now)
    return go(request, f"/parks/{code}/plots?done=listed")


@router.get("/{id}")
def show(request: Request, session: Reading, now: Now, seen: MaybeViewer, code: str, id: str) -> Response:
    """One plot or building in full."""
    park = parks.park_by_code(session, code)
    row = plots.plot_by_id(session, park, id)
    areas = capacity.areas_of(session, [row], exact=capacity.may_read_ledger(seen, park))
    edits = _edits(session, park, seen, now=now)
    return page(request, SHOW, park=park, row=row, place=areas.get(row.id), may_edit=edits)


@router.get("/{id}/edit")
def edit(request: Request, session: Reading, now: Now, by: SheetEditor, code: str, id: str) -> Response:
    """The form of one that is listed."""
    park = own_park(session, code, by, now=now)
    row = plots.plot_by_id(session, park, id)
    return page(request, EDIT, form=_form(row), **_around(park, row.kind, row))


@router.post("/{id}/edit")
def revise(
    request: Request, session: Writing, now: Now, by: SheetEditor, code: str, id: str, form: PlotForm
) -> Response:
    """Says anew what it is like. Raises Refusal, Conflict."""
    park = own_park(session, code, by, now=now)
    row = plots.plot_by_id(session, park, id)

    def saved(now_read: Session) -> tuple[Form[PlotFields], int]:
        stands = plots.plot_by_id(now_read, park, id)
        return _form(stands), stands.version

    form.again(EDIT, saved=saved, **_around(park, row.kind, row))
    doubts = plots.doubts_of_plot(form.fields)
    if doubts and not form.typed("sure"):
        return page(request, EDIT, status=422, form=form, **{**_around(park, row.kind, row), "doubts": doubts})
    capacity.revise_plot(session, park, row, form.fields, version=whole(form.typed("version")), by=by, now=now)
    return go(request, f"/parks/{code}/plots?done=revised")


@router.post("/{id}/withdraw")
def withdraw(
    request: Request,
    session: Writing,
    now: Now,
    by: SheetEditor,
    code: str,
    id: str,
    form: Annotated[Form[Fields], posted(Fields)],
) -> Response:
    """Lists it no longer. Raises Refusal where something of it is promised, Conflict."""
    park = own_park(session, code, by, now=now)
    row = plots.plot_by_id(session, park, id)
    areas = capacity.areas_of(session, [row], exact=capacity.may_read_ledger(by, park))
    form.again(SHOW, park=park, row=row, place=areas.get(row.id), may_edit=True)
    capacity.withdraw_plot(session, park, row, version=whole(form.typed("version")), by=by, now=now)
    return go(request, f"/parks/{code}/plots?done=withdrawn")


def _kind(name: str) -> PlotKind:
    if name not in tuple(PlotKind):
        raise NotFound
    return PlotKind(name)


def _edits(session: Session, park: Park, seen: Viewer | None, *, now: Any) -> bool:
    return seen is not None and seen.may(Role.EDITOR) and mandates.may_act_for_park(session, seen, park, now=now)


def _form(row: Plot) -> Form[PlotFields]:
    """The form that begins with what is listed; its floors are rows with numbers."""
    form = Form.showing(PlotFields, row, row.typed)
    values = {name: texts for name, texts in form.values.items() if name not in ("floors", "typed")}
    for number, floor in enumerate(row.floors, 1):
        said = floor.model_dump(exclude_none=True)
        values |= {f"floors.{number}.{name}": (_text(value),) for name, value in said.items()}
    form.values = values
    return form


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"{value.normalize():f}"


def _around(park: Park, kind: PlotKind, row: Plot | None = None) -> dict[str, Any]:
    shown = len(row.floors) if row is not None else 0
    modes = [mode for mode in SupplyMode if mode.startswith("building") == (kind == PlotKind.BUILDING)]
    return {
        "park": park,
        "row": row,
        "kind": kind,
        "version": row.version if row is not None else 0,
        "floor_rows": range(1, shown + SPARE_FLOORS + 1),
        "uses": [(use.value, labels.value("land_use", use)) for use in LandUse],
        "levels": [(each.value, labels.value("levelling", each)) for each in Levelling],
        "modes": [(mode.value, labels.value("supply_mode", mode)) for mode in modes],
        "fires": [(each.value, labels.value("fire_class", each)) for each in FireClass],
        "doubts": (),
    }
