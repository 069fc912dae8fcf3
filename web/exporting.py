"""How does a sheet of parks leave by the command line, in the words in which it is read back?"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from marketplace import database, imports, sheets
from marketplace.errors import Fault, Refusal
from marketplace.sheets import Leaf
from web import i18n, labels
from web.amounts import measure_for
from web.csv_files import csv_of
from web.i18n import N_, gettext

OWN = {"code": N_("Park code"), "as_of": N_("As of"), "simulated": N_("Invented columns")}
BOOK, TEXT = ".xlsx", ".csv"


def given(url: str, file: Path) -> dict[str, object]:
    """Write every listed park with its sheet to a new file; what is in it. Raises Refusal."""
    kind = file.suffix.lower()
    if kind not in (BOOK, TEXT):
        raise Refusal(Fault(str(file), "This is written as .xlsx or as .csv: end the name with one of them"))
    if file.exists():
        raise Refusal(Fault(str(file), "There is a file of this name already: choose another"))
    engine = database.engine_for(url)
    database.check_version(engine)
    columns = imports.park_columns()
    words = headings_now(columns)
    with database.writing(engine) as session:
        found = imports.park_sheet(session, words.__getitem__, now=datetime.now(UTC))
        made = [words[column] + unit(column) for column in columns]
        title = i18n.gettext(N_("Capacity sheets"))
        content = sheets.workbook([Leaf(title, made, found.rows)]) if kind == BOOK else csv_of(made, found.rows)
        file.write_bytes(content)
        session.commit()
    return {"file": str(file), "parks": len(found.rows), "simulated": found.simulated, "columns": len(columns)}


def unit(column: str) -> str:
    """In brackets, the unit that numbers of a column are in: reading takes it off again."""
    head, dot, part = column.partition(".")
    measure = measure_for(head.removesuffix("_used") + dot + part)
    return f" ({gettext(measure.unit)})" if measure and column != "green_power_share" else ""


def as_line(answer: Mapping[str, object]) -> str:
    """What was written, in one line."""
    return i18n.said(N_("{parks} parks, {simulated} of them with invented figures: {file}"), answer)


def columns_named(cells: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """A row with the headings in its list of invented columns put back into columns."""
    if "simulated" not in cells:
        return dict(cells)
    known = {word: column for column, words in headings(columns).items() for word in (column, *words)}
    said = [word.strip() for word in re.split("[、,，;；]", cells["simulated"])]
    return {**cells, "simulated": "、".join(known.get(word, word) for word in said if word)}


def heading(column: str, *, twin: bool = False) -> str:
    """The heading of one column; unlike labels beside their section, no two are the same.

    `twin`: the sheet also has a column of what is used already, so this one is what there is in all.
    """
    if column in OWN:
        return i18n.gettext(OWN[column])
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


def headings_now(columns: Sequence[str]) -> dict[str, str]:
    """Each column's heading in the present language."""
    return {column: words[0] for column, words in headings(columns).items()}
