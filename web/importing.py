"""How is a sheet of parks or needs taken from the command line, and what is said of it?"""

from datetime import UTC, datetime

from marketplace import database, imports, organisations, sheets
from marketplace.errors import Fault
from marketplace.imports import Outcome
from web import exporting, i18n


def taken(url: str, name: str, content: bytes, *, login: str | None, dry_run: bool) -> Outcome:
    """Parks, or the needs of the account `login`, in one transaction: all of it, or with a fault nothing.

    Raises Refusal where the file or the database cannot be read at all.
    """
    columns = imports.park_columns() if login is None else imports.need_columns()
    rows = sheets.read_sheet(name, content, exporting.headings(columns))
    if login is None:
        rows = [sheets.Row(row.number, exporting.columns_named(row.cells, columns)) for row in rows]
    engine = database.engine_for(url)
    database.check_version(engine)
    now = datetime.now(UTC)
    with database.writing(engine) as session:
        if login is None:
            outcome = imports.import_parks(session, rows, now=now)
        else:
            owner = organisations.viewer_by_login(session, login)
            outcome = imports.import_needs(session, rows, owner=owner, now=now)
        if not outcome.rejects and not dry_run:
            session.commit()
    return outcome


def as_json(outcome: Outcome, *, dry_run: bool) -> dict[str, object]:
    """The answer of --json."""
    rejects = [
        {"row": row, "column": fault.where, "reason": i18n.said(fault.message, fault.params)}
        for row, fault in outcome.rejects
    ]
    return {**outcome.counts(), "dry_run": dry_run, "rejects": rejects}


def as_line(outcome: Outcome, *, dry_run: bool) -> str:
    """What was done, or would be, in one line."""
    if outcome.rejects:
        message = i18n.N_("Nothing was written: {rejects} faults")
        return i18n.said(message, {"rejects": len(outcome.rejects)})
    message = (
        i18n.N_("Would add {adds}, change {changes}, leave {unchanged} as they are")
        if dry_run
        else i18n.N_("Added {adds}, changed {changes}, left {unchanged} as they were")
    )
    return i18n.said(message, outcome.counts())


def faults_of(outcome: Outcome, name: str) -> list[Fault]:
    """The faults with file, row and column as their place."""
    return [Fault(f"{name}:{row}:{fault.where}", fault.message, fault.params) for row, fault in outcome.rejects]
