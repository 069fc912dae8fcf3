"""Which plots and buildings does a park have? As JSON, said by its office, by the rules of the pages."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from marketplace import capacity, parks, plots
from marketplace.capacity import Place
from marketplace.errors import Refusal
from marketplace.parks import Park
from marketplace.plots import FireClass, LandUse, Levelling, Plot, PlotFields, PlotKind
from marketplace.resources import SupplyMode
from marketplace.units import plain_number
from web.api.needs import IfMatch, version_in
from web.dependencies import MaybeViewer, Now, Reading, Writing, viewer
from web.pages.capacity import SheetEditor, own_park

router = APIRouter(prefix="/api/v1/parks/{code}/plots", tags=["parks"], dependencies=[Depends(viewer)])
Number = float | int | None


def own_code(session: Reading, now: Now, by: SheetEditor, code: str) -> str:
    """The park's code, for who lists its plots; to others it is not there, whatever they send."""
    return own_park(session, code, by, now=now).code


OwnCode = Annotated[str, Depends(own_code)]


class FloorDocument(BaseModel):
    """One floor of a building, or several alike."""

    name: str
    area_m2: Number
    height_m: Number
    load_t_m2: Number
    crane_t: Number
    lift_t: Number


class PlotDocument(BaseModel):
    """A plot or a building. Of what is promised others than its office read the free area alone, rounded."""

    id: str
    kind: PlotKind
    version: int
    simulated: bool
    name: str
    area_mu: Number
    floor_area_m2: Number
    far_limit: Number
    land_use: LandUse | None
    levelling: Levelling | None
    supply_mode: SupplyMode | None
    price_10k_mu: Number
    rent_cny_m2_month: Number
    fire_class: FireClass | None
    available_on: date | None
    floors: list[FloorDocument]
    evidence: str
    evidence_on: date | None
    free: Number = Field(description="in mu of a plot, in m2 of a building; null where no area is said")
    held: Number
    committed: Number


class PlotList(BaseModel):
    """Every plot of a park, then its buildings, by name."""

    plots: list[PlotDocument]


class SaidPlot(PlotFields):
    """What it is like. `sure`: meant so, although a figure is far from what is usual."""

    sure: bool = False


class NewPlot(SaidPlot):
    """A plot or a building that is not listed yet."""

    kind: PlotKind


@router.get("")
def listed(session: Reading, seen: MaybeViewer, code: str) -> PlotList:
    """Every plot and building of a park."""
    park = parks.park_by_code(session, code)
    return PlotList(plots=_documents(session, park, seen, plots.plots_of(session, park)))


@router.get("/{id}", response_model=PlotDocument)
def one(session: Reading, seen: MaybeViewer, code: str, id: str) -> Response:
    """One of them; its version is the ETag."""
    park = parks.park_by_code(session, code)
    return _answer(session, park, seen, plots.plot_by_id(session, park, id))


@router.post("", status_code=201, response_model=PlotDocument)
def enter(session: Writing, by: SheetEditor, now: Now, code: OwnCode, said: NewPlot) -> Response:
    """Lists a plot or a building. 422 where a figure is unusual and not meant so."""
    park = own_park(session, code, by, now=now)
    fields = _meant(said)
    row = capacity.list_plot(session, park, said.kind, fields, by=by, now=now)
    return _answer(session, park, by, row, 201)


@router.put("/{id}", response_model=PlotDocument)
def revise(
    session: Writing, by: SheetEditor, now: Now, code: OwnCode, id: str, said: SaidPlot, if_match: IfMatch = ""
) -> Response:
    """Replaces what it is like. 409 where it has changed since the version named in If-Match."""
    park = own_park(session, code, by, now=now)
    row = plots.plot_by_id(session, park, id)
    version = version_in(if_match) if if_match else row.version
    capacity.revise_plot(session, park, row, _meant(said), version=version, by=by, now=now)
    return _answer(session, park, by, row)


@router.delete("/{id}", status_code=204)
def withdraw(session: Writing, by: SheetEditor, now: Now, code: OwnCode, id: str, if_match: IfMatch = "") -> None:
    """Lists it no longer. 422 while something of it is held or committed."""
    park = own_park(session, code, by, now=now)
    row = plots.plot_by_id(session, park, id)
    version = version_in(if_match) if if_match else row.version
    capacity.withdraw_plot(session, park, row, version=version, by=by, now=now)


def _meant(said: SaidPlot) -> PlotFields:
    """What was said, without what is said about it. Raises Refusal for what is unusual and not meant so."""
    fields = PlotFields.model_validate(said.model_dump(include=set(PlotFields.model_fields)))
    if not said.sure and (doubts := plots.doubts_of_plot(fields)):
        raise Refusal(doubts)
    return fields


def _documents(session: Session, park: Park, seen: Any, rows: Sequence[Plot]) -> list[PlotDocument]:
    areas = capacity.areas_of(session, rows, exact=capacity.may_read_ledger(seen, park))
    return [_document(row, areas.get(row.id)) for row in rows]


def _document(row: Plot, place: Place | None) -> PlotDocument:
    numbers = {name for name, column in PlotDocument.model_fields.items() if column.annotation == Number}
    said = {name: value for name, value in row.model_dump().items() if name in PlotDocument.model_fields}
    said |= {name: _number(getattr(row, name)) for name in numbers & set(said)}
    said["floors"] = [
        FloorDocument(name=floor.name, **{name: _number(getattr(floor, name)) for name in FLOOR_NUMBERS})
        for floor in row.floors
    ]
    for part in ("free", "held", "committed"):
        said[part] = _number(getattr(place, part, None))
    return PlotDocument(**{**said, "id": row.public_id})


FLOOR_NUMBERS = tuple(FloorDocument.model_fields)[1:]


def _number(value: Any) -> Number:
    return None if value is None else plain_number(value)


def _answer(session: Session, park: Park, seen: Any, row: Plot, status: int = 200) -> JSONResponse:
    [document] = _documents(session, park, seen, [row])
    at = f"/api/v1/parks/{park.code}/plots/{row.public_id}"
    headers = {"ETag": f'"{row.version}"'} | ({"Location": at} if status == 201 else {})
    return JSONResponse(document.model_dump(mode="json"), status, headers)
