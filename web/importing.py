"""How is a sheet of parks or needs taken from the command line, and what is said of it?"""

from collections.abc import Sequence
from datetime import UTC, datetime

from marketplace import database, imports, organisations, sheets
from marketplace.errors import Fault
from marketplace.imports import Outcome
from web import i18n, labels


def taken(url: str, name: str, content: bytes, *, login: str | None, dry_run: bool) -> Outcome:
    """Parks, or the needs of the account `login`, in one transaction: all of it, or with a fault nothing.

    Raises Refusal where the file or the database cannot be read at all.
    """
    columns = imports.park_columns() if login is None else imports.need_columns()
    rows = sheets.read_sheet(name, content, headings(columns))
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


def heading(column: str, *, twin: bool = False) -> str:
    """The heading of one column; unlike labels beside their section, no two are the same.

    `twin`: the sheet also has a column of what is used already, so this one is what there is in all.
    """
    if column == "code":
        return i18n.gettext("Park code")
    head, _, part = column.partition(".")
    words = labels.field(column if column in labels.FIELDS else head.removesuffix("_used"))
    if head.endswith("_used"):
        words = i18n.said(i18n.N_("{name} already used"), {"name": words})
    elif twin:
        words = i18n.said(i18n.N_("{name} in all"), {"name": words})
    return f"{words} {part}" if part and column not in labels.FIELDS else words


def headings(columns: Sequence[str]) -> dict[str, list[str]]:
    """How each column's heading may be written: in English and in Chinese, the first to be suggested."""
    words: dict[str, list[str]] = {column: [] for column in columns}
    before = i18n.current.get()
    for language in (before, *i18n.Language):
        i18n.current.set(language)
        for column, ways in words.items():
            head, _, part = column.partition(".")
            used = f"{head}_used.{part}" if part else f"{head}_used"
            if used in words:
                ways.append(heading(column, twin=True))
            ways.append(heading(column))
    i18n.current.set(before)
    return words
