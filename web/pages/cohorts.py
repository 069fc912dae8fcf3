"""Of what was signed, how much started and produces, by occasion, month, province and mode?"""

import io
from datetime import datetime
from typing import Annotated, Any

import xlsxwriter  # type: ignore[import-untyped]
from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from marketplace import cohorts, projects
from marketplace.cohorts import By, Cohort
from marketplace.database import day_of
from marketplace.errors import NotFound
from marketplace.journal import Act, note
from marketplace.organisations import Viewer, may_audit, may_moderate
from marketplace.projects import OccasionFields
from marketplace.sheets import UNDATED
from marketplace.taxonomy import PROVINCES
from web import doors, labels, projecting
from web.dependencies import Now, Reading, TwoFactors, Writing, viewer
from web.downloads import download
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.rendering import go, page

router = APIRouter(dependencies=[Depends(viewer)])

PAGE = "projects/cohorts.html"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GROUPS = {
    By.OCCASION: N_("by occasion"),
    By.MONTH: N_("by month"),
    By.PROVINCE: N_("by province"),
    By.MODE: N_("by mode"),
}
HEADS = (
    N_("Signed"),
    N_("Started"),
    N_("Producing"),
    N_("Ended"),
    N_("Letters of intent, 10k CNY"),
    N_("Framework agreements, 10k CNY"),
    N_("Contracts, 10k CNY"),
    N_("Came in, 10k CNY"),
    N_("Due to start"),
    N_("Started in time"),
)


def reader(found: TwoFactors) -> Viewer:
    """The platform, and parks about their own; to others the page does not exist."""
    if not cohorts.may_read(found):
        raise NotFound
    return found


def moderator(found: TwoFactors) -> Viewer:
    """Who enters occasions; known before a form is read."""
    if not may_moderate(found):
        raise NotFound
    return found


Reader = Annotated[Viewer, Depends(reader)]
Moderator = Annotated[Viewer, Depends(moderator)]


@router.get("/projects/cohorts")
def show(request: Request, session: Reading, by: Reader, now: Now, group: By = By.OCCASION) -> Response:
    """The groups of signed projects and what became of them."""
    return page(request, PAGE, form=Form(OccasionFields), **_shown(session, by, now, group))


@router.get("/projects/cohorts.xlsx")
def book(request: Request, session: Reading, by: Reader, now: Now, group: By = By.OCCASION) -> Response:
    """The same as a workbook; that it was taken is noted."""
    rows = cohorts.histories(session, by, now=now)
    groups = cohorts.cohorts(rows, group, on=day_of(now))
    content = _book(group, _named(session, group, groups))
    facts = {"group": str(group), "rows": len(groups)}
    doors.write(
        request,
        lambda own: note(own, Act.EXPORTED, "project", "", by=by, now=now, whose=by.organisation_id, **facts),
    )
    return download(content, f"{gettext(N_('From signing to production'))}.xlsx", BOOK)


@router.post("/projects/occasions")
def occasion(
    request: Request,
    by: Moderator,
    reading: Reading,
    session: Writing,
    now: Now,
    form: Annotated[Form[OccasionFields], posted(OccasionFields)],
) -> Response:
    """The platform enters an occasion."""
    form.again(PAGE, **_shown(reading, by, now, By.OCCASION))
    projects.add_occasion(session, form.fields, by=by, now=now)
    return go(request, "/projects/cohorts")


def _shown(session: Session, by: Viewer, now: datetime, group: By) -> dict[str, Any]:
    on = day_of(now)
    rows = cohorts.histories(session, by, now=now)
    groups = cohorts.cohorts(rows, group, on=on)
    return {
        "group": group,
        "groups": [(str(each), words) for each, words in GROUPS.items()],
        "rows": _named(session, group, groups),
        "whole": cohorts.whole(rows, on=on),
        "others": None if may_audit(by) else cohorts.others(session, by, on=on),
        "most": max((row.signed for row in groups), default=0),
        "kinds": projecting.SIGNINGS,
        "yuan": projecting.yuan,
        "may_add": may_moderate(by),
        "provinces": [(each.adcode, labels.place(each.adcode)) for each in PROVINCES],
    }


def _named(session: Session, group: By, rows: list[Cohort]) -> list[tuple[str, Cohort]]:
    known = cohorts.occasions_of(session) if group is By.OCCASION else {}
    return [(_name(group, row, known), row) for row in rows]


def _name(group: By, row: Cohort, known: Any) -> str:
    match group, row.key:
        case _, None:
            return gettext(N_("At no public occasion"))
        case By.OCCASION, key:
            return f"{known[key].title} · {known[key].held_on}"
        case By.PROVINCE, key:
            return labels.place(str(key))
        case By.MODE, key:
            return labels.value("mode", key)
    return str(row.key)


def _book(group: By, rows: list[tuple[str, Cohort]]) -> bytes:
    """Texts stay texts: a name that begins with = is no formula."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as made:
        made.set_properties(UNDATED)
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, [gettext(GROUPS[group]), *(gettext(head) for head in HEADS)])
        for place, (name, row) in enumerate(rows, 1):
            sheet.write_string(place, 0, name)
            amounts = [float(projecting.yuan(row.amounts.get(kind, 0))) for kind in projecting.SIGNINGS]
            paid = float(projecting.yuan(row.paid_fen))
            figures = [row.signed, row.started, row.producing, row.ended, *amounts, paid, row.due, row.kept]
            sheet.write_row(place, 1, figures)
    return file.getvalue()
