"""What can my park give? The capacity sheet, section by section, and one click that says it all still holds."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity, mandates, parks
from marketplace.capacity import FIELDS, Proposal, Section, SheetFields
from marketplace.errors import Conflict, NotFound
from marketplace.lifecycle import CHANGED_MEANWHILE
from marketplace.organisations import Role, Viewer, may_act_for
from marketplace.parks import Park
from marketplace.resources import SupplyMode
from web import labels
from web.amounts import POLLUTANTS
from web.dependencies import Now, Reading, SignedIn, Today, Writing, viewer
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(prefix="/parks/{code}/sheet", dependencies=[Depends(viewer)])

FORM = "capacity/edit.html"
DONE = {
    "saved": N_("The sheet is saved. What you changed is dated today."),
    "same": N_("Nothing was changed, so nothing was saved."),
    "confirmed": N_("Every figure is dated today: the whole sheet holds."),
}
SheetForm = Annotated[Form[SheetFields], posted(SheetFields)]


def sheet_editor(found: SignedIn) -> Viewer:
    """Who may write sheets: a park's office, and agents; known before a form is read."""
    if found.kind not in mandates.AGENTS or not found.may(Role.EDITOR):
        raise NotFound
    return found


SheetEditor = Annotated[Viewer, Depends(sheet_editor)]


@router.get("")
def edit(
    request: Request, session: Reading, on: Today, now: Now, by: SheetEditor, code: str, done: str = "", again: str = ""
) -> Response:
    """The sheet as a form, beside each line what is free and as of when; `again` begins with a returned change."""
    park = own_park(session, code, by, now=now)
    notice = gettext(DONE[done]) if done in DONE else None
    said = capacity.begun_again(session, capacity.proposal_by(session, park, again, by)[0]) if again else None
    form = sheet_form(said or capacity.fields_of(session, park))
    stamp = capacity.stamp(session, park)
    return page(request, FORM, form=form, notice=notice, stamp=stamp, **around(session, park, by, on=on))


@router.post("")
def save(
    request: Request, session: Writing, on: Today, now: Now, by: SheetEditor, code: str, form: SheetForm
) -> Response:
    """Writes what changed. Raises Refusal; where somebody else was faster, both versions are shown."""
    park = own_park(session, code, by, now=now)
    stamp = capacity.stamp(session, park, locked=True)
    form.values = percent(form.values)
    shown = {**around(session, park, by, on=on), "stamp": stamp}

    def saved(session: Session) -> tuple[Form[SheetFields], int]:
        now_said = own_park(session, code, by, now=now)
        return sheet_form(capacity.fields_of(session, now_said)), capacity.stamp(session, now_said)

    form.again(FORM, **shown, saved=saved)
    if form.typed("version") != str(stamp):
        raise Conflict(CHANGED_MEANWHILE)
    fields = form.fields
    doubts = capacity.doubts_of_sheet(fields)
    if doubts and not form.typed("sure"):
        return page(request, FORM, status=422, form=form, **{**shown, "doubts": doubts})
    return went(request, code, capacity.submit_sheet(session, park, fields, by=by, now=now), "saved")


@router.post("/reconfirm")
def reconfirm(request: Request, session: Writing, now: Now, by: SheetEditor, code: str) -> Response:
    """Says that all of it still holds today."""
    park = own_park(session, code, by, now=now)
    return went(request, code, capacity.submit_reconfirmation(session, park, by=by, now=now), "confirmed")


def went(request: Request, code: str, made: Proposal | bool, done: str, page: str = "sheet") -> Response:
    """On to the sheet, or to the proposal that waits for an approver."""
    if isinstance(made, Proposal):
        return go(request, f"/parks/{code}/sheet/proposals/{made.public_id}?done=proposed")
    return go(request, f"/parks/{code}/{page}?done={done if made else 'same'}")


def own_park(session: Session, code: str, by: Viewer, *, now: datetime) -> Park:
    """A park the viewer's organisation speaks or acts for. Raises NotFound, the same for another's as for none."""
    park = parks.park_by_code(session, code)
    if not mandates.may_act_for_park(session, by, park, now=now):
        raise NotFound
    return park


def sheet_form(fields: SheetFields) -> Form[SheetFields]:
    """The form that begins with a sheet; a share is said in percent."""
    form = Form.showing(SheetFields, fields, fields.typed)
    values = {name: list(texts) for name, texts in form.values.items()}
    if fields.green_power_share is not None:
        values["green_power_share"] = [f"{float(fields.green_power_share) * 100:g}%"]
    for name in ("prohibited", "restricted"):
        values[name] = ["、".join(values.get(name, []))]
    form.values = values
    return form


def percent(typed: Mapping[str, Any]) -> Mapping[str, Any]:
    """A bare number above 1 in the share of green power is meant in percent."""
    text = (typed.get("green_power_share") or [""])[-1].strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{0,9})?", text) and float(text) > 1:
        return {**typed, "green_power_share": [f"{text}%"]}
    return typed


def around(session: Session, park: Park, by: Viewer, *, on: Any) -> Mapping[str, Any]:
    """What the form shows beside the typed values."""
    whole = capacity.sheet_of(session, park, on=on, exact=capacity.may_read_ledger(by, park))
    return {
        "park": park,
        "sheet": {entry.name: entry for entry in whole.entries},
        "whole": whole,
        "sections": tuple(Section),
        "evidence": capacity.evidence_of(session, park),
        "names_sources": may_act_for(by, park.owner_id),  # the office itself; an agent names none
        "prices": FIELDS[Section.PRICES],
        "pollutants": POLLUTANTS,
        "bases": [(basis, labels.value("energy_basis", basis)) for basis in ("calorific", "coal_equivalent")],
        "supply_modes": [(mode.value, labels.value("supply_mode", mode)) for mode in SupplyMode],
        "yes_no": [("true", gettext("yes")), ("false", gettext("no"))],
        "alone": capacity.stands_alone(session, park, by),
        "doubts": (),
        "differs": (),
        "waiting": capacity.waiting_for(session, park),
    }
