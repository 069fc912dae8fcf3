"""Which part of our sheet is old, which is missing, and how is one part changed or confirmed without the others?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity
from marketplace.capacity import FIELDS, Section, Sheet, SheetFields
from marketplace.errors import Conflict, NotFound
from marketplace.organisations import Viewer
from marketplace.parks import Park
from web.dependencies import Now, Reading, Today, Writing, viewer
from web.forms import Form
from web.i18n import N_, gettext
from web.pages.capacity import DONE as WHOLE_DONE
from web.pages.capacity import SheetEditor, SheetForm, around, own_park, percent, sheet_form, went
from web.rendering import page
from web.two_versions import differing

router = APIRouter(prefix="/parks/{code}/capacity", dependencies=[Depends(viewer)])

ONE = "capacity/section.html"
DONE = {
    **WHOLE_DONE,
    "saved": N_("Saved. What you changed is dated today; the rest of the sheet keeps its dates."),
    "imported": N_("The file is taken. What it changed is dated today."),
    "part": N_("This part is dated today; the rest of the sheet keeps its dates."),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One section as the overview shows it."""

    section: Section
    said: int
    stale: int
    oldest: date | None
    simulated: bool


@router.get("")
def index(
    request: Request, session: Reading, on: Today, now: Now, by: SheetEditor, code: str, done: str = ""
) -> Response:
    """Every part with its age, and what is missing of what is asked most."""
    park = own_park(session, code, by, now=now)
    whole = capacity.sheet_of(session, park, on=on, exact=capacity.may_read_ledger(by, park))
    return page(
        request,
        "capacity/index.html",
        park=park,
        whole=whole,
        parts=[part_of(whole, section) for section in Section],
        complete=capacity.completeness(whole, capacity.asked_shares(session)),
        alone=capacity.stands_alone(session, park, by),
        waiting=capacity.waiting_for(session, park),
        notice=gettext(DONE[done]) if done in DONE else None,
    )


@router.post("/reconfirm")
def reconfirm(request: Request, session: Writing, now: Now, by: SheetEditor, code: str) -> Response:
    """Says that all of it still holds today."""
    park = own_park(session, code, by, now=now)
    made = capacity.submit_reconfirmation(session, park, by=by, now=now)
    return went(request, code, made, "confirmed", "capacity")


@router.get("/{section}")
def edit(request: Request, session: Reading, on: Today, now: Now, by: SheetEditor, code: str, section: str) -> Response:
    """One part as a form."""
    park, part = own_park(session, code, by, now=now), section_named(section)
    form = sheet_form(capacity.fields_of(session, park))
    return page(request, ONE, form=form, **_shown(session, park, part, by, on=on))


@router.post("/{section}")
def save(
    request: Request,
    session: Writing,
    known: Reading,
    on: Today,
    now: Now,
    by: SheetEditor,
    code: str,
    section: str,
    form: SheetForm,
) -> Response:
    """Writes what changed in this part. Raises Refusal; where somebody else was faster, both versions are shown."""
    park, part = own_park(session, code, by, now=now), section_named(section)
    form.values = percent(_within(form.values, part))
    shown = _shown(known, own_park(known, code, by, now=now), part, by, on=on)
    if form.typed("mark") != capacity.mark_of(session, park, part, locked=True):
        return _both(request, session, park, part, form, shown)
    form.again(ONE, **shown)
    fields = form.fields
    doubts = [fault for fault in capacity.doubts_of_sheet(fields) if fault.where.partition(".")[0] in FIELDS[part]]
    if doubts and not form.typed("sure"):
        return page(request, ONE, status=422, form=form, **{**shown, "doubts": doubts})
    try:
        made = capacity.submit_sheet(session, park, fields, by=by, now=now, section=part)
    except Conflict:  # another part was saved in the same moment: nothing is written, sending it again is enough
        return page(request, ONE, status=409, form=form, **shown)
    return went(request, code, made, "saved", "capacity")


@router.post("/{section}/reconfirm")
def reconfirm_part(request: Request, session: Writing, now: Now, by: SheetEditor, code: str, section: str) -> Response:
    """Says that this part still holds today."""
    park, part = own_park(session, code, by, now=now), section_named(section)
    made = capacity.submit_reconfirmation(session, park, by=by, now=now, section=part)
    return went(request, code, made, "part", "capacity")


def section_named(name: str) -> Section:
    """Raises NotFound for what is no section."""
    if name not in tuple(Section):
        raise NotFound
    return Section(name)


def part_of(whole: Sheet, section: Section) -> Part:
    """How one part of a sheet stands."""
    own = [line for line in whole.entries if line.source is not None and capacity.section_of(line.name) is section]
    oldest = min((line.as_of for line in own if line.as_of is not None), default=None)
    stale = sum(line.state is capacity.State.STALE for line in own)
    return Part(section, len(own), stale, oldest, any(line.simulated for line in own))


def _within(values: Mapping[str, Any], section: Section) -> dict[str, Any]:
    """What was typed, without fields of other sections."""
    own = {*FIELDS[section]}
    kept = {name: typed for name, typed in values.items() if name.partition(".")[0] in own}
    return kept | {name: values[name] for name in ("mark", "sure") if name in values}


def _both(
    request: Request, session: Session, park: Park, section: Section, form: Form[SheetFields], shown: dict[str, Any]
) -> Response:
    """Somebody saved this part meanwhile: both versions."""
    saved = sheet_form(capacity.fields_of(session, park))
    saved.values = _within(saved.values, section)
    return page(request, ONE, status=409, form=form, **{**shown, "differs": differing(form, saved)})


def _shown(session: Session, park: Park, section: Section, by: Viewer, *, on: date) -> dict[str, Any]:
    said = capacity.document(capacity.fields_of(session, park))
    own = {"section": section, "mark": capacity.mark(said, section)}
    return {**around(session, park, by, on=on), **own}
