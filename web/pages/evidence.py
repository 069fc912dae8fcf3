"""On what does a figure of our sheet rest, who lets that stand, and who may take the paper itself?"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import capacity, parks
from marketplace.capacity import Entry, Evidence, EvidenceFields
from marketplace.errors import NotFound
from marketplace.organisations import Viewer, may_act_for
from marketplace.parks import Park
from web import paper_words
from web.dependencies import Now, Reading, SignedIn, Today, Writing, viewer
from web.downloads import download
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.pages.capacity import SheetEditor
from web.rendering import go, page

router = APIRouter(prefix="/parks/{code}/capacity/evidence", dependencies=[Depends(viewer)])

ONE = "capacity/evidence.html"
DONE = {
    "stands": N_("The source stands beside the figure from now on."),
    "waits": N_("Handed in. It stands beside the figure once an approver lets it."),
    "deleted": N_("The source is deleted, with its document."),
}
PaperForm = Annotated[Form[EvidenceFields], posted(EvidenceFields, files=True)]


@router.get("/{name}")
def edit(
    request: Request, session: Reading, on: Today, by: SheetEditor, code: str, name: str, done: str = ""
) -> Response:
    """The source of one figure: what stands, what waits, and the form."""
    park = _own(session, code, by)
    shown = _around(session, park, name, by, on=on)
    form = Form.showing(EvidenceFields, shown["waiting"] or shown["standing"])
    return page(request, ONE, form=form, notice=gettext(DONE[done]) if done in DONE else None, **shown)


@router.post("/{name}")
def attach(
    request: Request,
    session: Writing,
    known: Reading,
    on: Today,
    now: Now,
    by: SheetEditor,
    code: str,
    name: str,
    form: PaperForm,
) -> Response:
    """Says on what the figure rests. Raises Refusal."""
    park = _own(session, code, by)
    form.again(ONE, **_around(known, _own(known, code, by), name, by, on=on))
    upload = form.upload_if_any("file")
    row = capacity.attach(session, park, name, form.fields, upload=upload, by=by, now=now)
    return go(request, f"/parks/{code}/capacity/evidence/{name}?done={'stands' if row.stands else 'waits'}")


@router.post("/{name}/{id}/stand")
def let_stand(request: Request, session: Writing, now: Now, by: SheetEditor, code: str, name: str, id: str) -> Response:
    """An approver lets it stand."""
    park = _own(session, code, by)
    capacity.let_stand(session, park, capacity.evidence_by_id(session, park, id, by), by=by, now=now)
    return go(request, f"/parks/{code}/capacity/evidence/{name}?done=stands")


@router.post("/{name}/{id}/delete")
def delete(request: Request, session: Writing, now: Now, by: SheetEditor, code: str, name: str, id: str) -> Response:
    """Deletes it with its document."""
    park = _own(session, code, by)
    capacity.take_away(session, park, capacity.evidence_by_id(session, park, id, by), by=by, now=now)
    return go(request, f"/parks/{code}/capacity/evidence/{name}?done=deleted")


@router.get("/{name}/{id}/file")
def take(session: Reading, by: SignedIn, code: str, name: str, id: str) -> Response:
    """The paper itself, for the office and the platform's staff."""
    park = parks.park_by_code(session, code)
    row = capacity.evidence_by_id(session, park, id, by)
    file = capacity.file_of(row)
    return download(file.content, file.name_shown, file.media_type)


def _own(session: Session, code: str, by: Viewer) -> Park:
    park = parks.park_by_code(session, code)
    if not may_act_for(by, park.owner_id):
        raise NotFound
    return park


def _around(session: Session, park: Park, name: str, by: Viewer, *, on: Any) -> dict[str, Any]:
    waiting = capacity.waiting_evidence(session, park, by).get(name)
    return {
        "park": park,
        "name": name,
        "entry": _entry(session, park, name, on=on, exact=capacity.may_read_ledger(by, park)),
        "standing": capacity.evidence_of(session, park).get(name),
        "waiting": waiting,
        "decides": waiting is not None and capacity.may_let_stand(waiting, park, by),
        "section": capacity.section_of(name),
        "title": paper_words.title(name),
        "doubt": _doubt(session, park, name),
        "alone": capacity.stands_alone(session, park, by),
        "deletes": _deletable(waiting, park, by),
    }


def _entry(session: Session, park: Park, name: str, *, on: Any, exact: bool) -> Entry:
    """The line of the sheet. Raises NotFound for what is none."""
    lines = {entry.name: entry for entry in capacity.sheet_of(session, park, on=on, exact=exact).entries}
    if name not in lines:
        raise NotFound
    return lines[name]


def _deletable(row: Evidence | None, park: Park, by: Viewer) -> bool:
    return row is not None and (row.user_id == by.user_id or capacity.may_let_stand(row, park, by))


def _doubt(session: Session, park: Park, name: str) -> tuple[str, datetime] | None:
    """What the platform doubted, in words, and when."""
    found = capacity.doubt_of(session, park, name)
    return (paper_words.doubted(found[0]), found[1]) if found else None
