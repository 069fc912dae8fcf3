"""How does an office keep its sheet in Excel: out as a filled template, back with a look before anything is kept?"""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ValidationError
from pydantic import Field as Limited
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity, sheets
from marketplace.capacity import Draft, SheetFields
from marketplace.errors import Conflict, Fault, Refusal, faults_of
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.sheets import Row
from web import labels, sheet_files
from web.dependencies import Now, Reading, Today, Writing, viewer
from web.downloads import download
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.pages.capacity import SheetEditor, own_park, went
from web.rendering import page

router = APIRouter(prefix="/parks/{code}/capacity", dependencies=[Depends(viewer)])

IMPORT = "capacity/import.html"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOVED = N_("The sheet was changed after this was shown: hand the file in once more to see what is left of it")


class File(BaseModel):
    """What is handed in; the file itself comes beside it."""

    file: str = ""


class Confirmed(BaseModel):
    """The sheet as it was shown, and what stood when it was."""

    document: str = Limited(default="", max_length=40_000)
    mark: str = Limited(default="", max_length=32)


Handed = Annotated[Form[File], posted(File, files=True)]
Agreed = Annotated[Form[Confirmed], posted(Confirmed)]


@router.get("/sheet.xlsx")
def workbook(session: Reading, on: Today, now: Now, by: SheetEditor, code: str) -> Response:
    """The sheet as a workbook to be filled in."""
    park = own_park(session, code, by, now=now)
    made = sheet_files.book(park, capacity.sheet_of(session, park, on=on), capacity.fields_of(session, park))
    return download(made, f"{park.name}容量清单{on.isoformat()}.xlsx", XLSX)


@router.get("/sheet.csv")
def text(session: Reading, on: Today, now: Now, by: SheetEditor, code: str) -> Response:
    """The same as CSV."""
    park = own_park(session, code, by, now=now)
    made = sheet_files.text(capacity.sheet_of(session, park, on=on), capacity.fields_of(session, park))
    return download(made, f"{park.name}容量清单{on.isoformat()}.csv", "text/csv; charset=utf-8")


@router.get("/import")
def index(request: Request, session: Reading, now: Now, by: SheetEditor, code: str) -> Response:
    """Where a file is handed in."""
    park = own_park(session, code, by, now=now)
    return page(request, IMPORT, form=Form(File), **_around(session, park, by))


@router.post("/import")
def look(request: Request, session: Reading, now: Now, by: SheetEditor, code: str, form: Handed) -> Response:
    """What the file would change, and what of it is not taken; nothing is written. Raises Refusal."""
    park = own_park(session, code, by, now=now)
    form.again(IMPORT, **_around(session, park, by))
    rows = _rows(form)
    found = capacity.draft(session, park, sheet_files.spoken(rows), sheet_files.items(), by=by)
    before = capacity.document(capacity.fields_of(session, park))
    return page(request, IMPORT, form=form, **{**_around(session, park, by), **_shown(found, before)})


@router.post("/import/confirm")
def confirm(
    request: Request, session: Writing, known: Reading, now: Now, by: SheetEditor, code: str, form: Agreed
) -> Response:
    """Writes what was shown, all of it, or hands it in for approval. Raises Refusal, Conflict."""
    park = own_park(session, code, by, now=now)
    form.again(IMPORT, **_around(known, own_park(known, code, by, now=now), by))
    fields = _fields(form.typed("document"))
    if form.typed("mark") != capacity.mark_of(session, park, None, locked=True):
        raise Conflict(Fault("mark", MOVED))
    return went(request, code, capacity.submit_sheet(session, park, fields, by=by, now=now), "imported", "capacity")


def _fields(text: str) -> SheetFields:
    try:
        return SheetFields.model_validate(json.loads(text))
    except ValidationError as wrong:
        raise Refusal(faults_of(wrong)) from None
    except (ValueError, RecursionError):
        raise Refusal(Fault("document", "This cannot be read")) from None


def _rows(form: Form[File]) -> list[Row]:
    """The rows of the file as the template has them. Raises Refusal."""
    if "file" not in form.files:
        raise Refusal(Fault("file", "Choose a file: .xlsx or .csv"))
    name, content = form.files["file"]
    try:
        return sheets.read_sheet(name, content, sheet_files.columns())
    except Refusal as refusal:
        raise Refusal([Fault("file", fault.message, fault.params) for fault in refusal.faults]) from None


def _shown(found: Draft, before: dict[str, Any]) -> dict[str, Any]:
    added = [change for change in found.changes if change.old is None]
    rejects = [(each.row, each.column, labels.complaint(each.fault)) for each in found.rejects]
    return {
        "found": found,
        "added": added,
        "changed": [change for change in found.changes if change.old is not None],
        "rejects": rejects,
        "document": json.dumps(found.after, ensure_ascii=False),
        "mark": capacity.mark(before, None),
    }


def _around(session: Session, park: Park, by: Viewer) -> dict[str, Any]:
    return {
        "park": park,
        "found": None,
        "alone": capacity.stands_alone(session, park, by),
        "said": sheet_files.said,
        "heading": lambda column: gettext(sheet_files.HEADINGS.get(column, column)),
    }
