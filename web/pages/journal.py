"""What happened here: to my organisation's things, and, for the platform's auditors, to all?"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import journal
from marketplace.errors import Fault, NotFound, Refusal
from marketplace.journal import Act, Asked, Entry, Place
from marketplace.organisations import Viewer, may_read_journal
from web import i18n, journal_rows
from web.csv_files import csv_of
from web.dependencies import Now, Reading, SignedIn, Writing, signed_in, viewer
from web.downloads import download
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import page

router = APIRouter(dependencies=[Depends(viewer)])
PAGE, EXPORT_MOST = 50, 20_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HEADINGS = (N_("Time"), N_("Act"), N_("Person"), N_("Organisation"), N_("About"), N_("Which"), N_("Details"))


class Filters(BaseModel):
    """What is looked for; what fits nothing is left out."""

    act: str = Field(default="", max_length=24)
    person: str = Field(default="", max_length=64)
    organisation: str = Field(default="", max_length=120)
    day: str = Field(default="", max_length=10)


FilterForm = Annotated[Form[Filters], posted(Filters)]


@dataclass(frozen=True, slots=True)
class Part:
    """Whose part of the journal is read, at which address."""

    path: str
    viewer: Viewer
    is_all: bool


def auditor(found: Annotated[Viewer, Depends(signed_in)]) -> Viewer:
    """Who audits for the platform; to others the page does not exist."""
    if not may_read_journal(found):
        raise NotFound
    return found


Auditor = Annotated[Viewer, Depends(auditor)]


@router.get("/journal")
def own(request: Request, session: Reading, seen: SignedIn) -> Response:
    """What happened to my organisation's things, and what its people did."""
    return _page(request, session, Part("/journal", seen, False))


@router.get("/desk/journal")
def everything(request: Request, session: Reading, seen: Auditor) -> Response:
    """All of it, for the platform's auditors, with the state of the seals."""
    return _page(request, session, Part("/desk/journal", seen, True))


@router.post("/journal/csv")
def own_csv(session: Writing, seen: SignedIn, now: Now, form: FilterForm) -> Response:
    """The own part as a file; that it was taken is written down."""
    return _file(session, Part("/journal", seen, False), form.fields, now)


@router.post("/desk/journal/csv")
def everything_csv(session: Writing, seen: Auditor, now: Now, form: FilterForm) -> Response:
    """What is asked for of all as a file; that it was taken is written down."""
    return _file(session, Part("/desk/journal", seen, True), form.fields, now)


def _page(request: Request, session: Session, part: Part) -> Response:
    asked = {name: (request.query_params.get(name, ""),) for name in Filters.model_fields}
    filters = Form(Filters, asked).fields
    after = _place(request.query_params.get("after", ""))
    found = _entries(session, part, filters, PAGE + 1, after)
    rows = found[:PAGE]
    return page(
        request,
        "journal/index.html",
        part=part,
        rows=_lines(session, part, rows),
        filters={name: value for name, value in filters.model_dump().items() if value},
        form=Form(Filters, {name: (value,) for name, value in filters.model_dump().items()}),
        acts=journal_rows.acts(),
        people=[] if part.is_all else [(row.public_id, row.name) for row in journal.colleagues(session, part.viewer)],
        seals=journal.sealed(session) if part.is_all else None,
        first=after is None,
        following=_after(rows, after) if len(found) > PAGE else None,
    )


def _file(session: Session, part: Part, filters: Filters, now: datetime) -> Response:
    rows = _entries(session, part, filters, EXPORT_MOST)
    cells = [
        (i18n.shown(row.at), row.word, row.person, row.organisation, row.noun, row.about, row.facts)
        for row in _lines(session, part, rows, whole=True)
    ]
    whose = None if part.is_all else part.viewer.organisation_id
    journal.note(session, Act.EXPORTED, "journal", "", by=part.viewer, now=now, whose=whose, rows=len(rows))
    name = f"journal-{now.astimezone(i18n.SHANGHAI):%Y-%m-%d}.csv"
    return download(csv_of([gettext(word) for word in HEADINGS], cells), name, "text/csv; charset=utf-8")


def _entries(session: Session, part: Part, filters: Filters, most: int, after: Place | None = None) -> list[Entry]:
    rows = None if part.is_all else journal.mine(part.viewer)
    return journal.entries(session, rows, _asked(session, part, filters), after=after, most=most)


def _asked(session: Session, part: Part, filters: Filters) -> Asked:
    """What the filters mean. Raises Refusal for a day that is none."""
    users, houses = None, None
    if filters.person and part.is_all:
        users = journal.users_called(session, filters.person)
    elif filters.person:
        users = [row.id for row in journal.colleagues(session, part.viewer) if row.public_id == filters.person]
    if filters.organisation and part.is_all:
        houses = journal.organisations_called(session, filters.organisation)
    act = Act(filters.act) if filters.act in set(Act) else None
    return Asked(act, users, houses, _day(filters.day))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"20\d\d-\d\d-\d\d", text) else None
    except ValueError:
        found = None
    if found is None:
        raise Refusal(Fault("day", "This is not a date: write it as 2027-06-30"))
    return found


def _lines(session: Session, part: Part, rows: list[Entry], *, whole: bool = False) -> list[journal_rows.Line]:
    own_of = None if part.is_all else part.viewer
    return journal_rows.lines(rows, journal.people_in(session, rows, own_of=own_of), whole=whole)


def _place(text: str) -> Place | None:
    """Where a page begins, as `_after` wrote it; anything else is the beginning."""
    said = re.fullmatch(r"(\d{1,16})-(\d{1,5})", text, re.ASCII)
    return Place(EPOCH + timedelta(microseconds=int(said[1])), int(said[2])) if said else None


def _after(rows: list[Entry], before: Place | None) -> str:
    last = rows[-1].at
    shown = sum(row.at == last for row in rows) + (before.shown if before and before.at == last else 0)
    return f"{(last - EPOCH) // timedelta(microseconds=1)}-{shown}"
