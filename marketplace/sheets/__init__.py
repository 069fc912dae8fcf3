"""What rows does a file from an office hold? Excel and CSV, read into text under the project's own column names."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rapidfuzz import process

from marketplace.errors import Fault, Refusal
from marketplace.sheets.books import rows_of_book
from marketplace.sheets.written import UNDATED, Cell, Leaf, workbook

__all__ = ["BOOKS", "FORMULA", "MOST_BYTES", "MOST_ROWS", "UNDATED", "Cell", "Leaf", "Row", "read_sheet", "workbook"]

MOST_BYTES = 20_000_000
MOST_ROWS = 20_000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width signs begin a formula, too
BOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
Names = Mapping[str, Sequence[str]]  # column → the ways its heading may be written


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row: its number in the file (the heading is 1) and its text by column."""

    number: int
    cells: Mapping[str, str]


def read_sheet(name: str, content: bytes, columns: Names) -> list[Row]:
    """The filled rows of a file's first sheet. Raises Refusal with a fault per unreadable place."""
    if len(content) > MOST_BYTES:
        raise Refusal(Fault(name, "This file is larger than {most} MB: split it", {"most": MOST_BYTES // 10**6}))
    is_book = PurePath(name).suffix.lower() in BOOKS
    lines = rows_of_book(name, content, most_rows=MOST_ROWS + 2) if is_book else _text_lines(name, content)
    numbered = [(number, cells) for number, cells in enumerate(lines, 1) if any(cells)]
    if not numbered:
        raise Refusal(Fault(name, "There is nothing in this file: the first row names the columns"))
    if len(numbered) > MOST_ROWS:
        raise Refusal(Fault(name, "There are more than {most} rows: split the file", {"most": MOST_ROWS}))
    headings = _headings(name, numbered[0][1], columns)
    return [Row(number, _cells(name, number, cells, headings)) for number, cells in numbered[1:]]


def _headings(name: str, cells: Sequence[str], columns: Names) -> list[str]:
    """The project's name of each column. Raises Refusal for unknown and repeated ones, with what may be meant."""
    known = {_folded(word): column for column, words in columns.items() for word in (column, *words)}
    found, faults = [], []
    for cell in cells:
        column = known.get(_folded(cell)) if cell else ""
        if column is None:
            faults.append(_unknown(name, cell, known, columns))
        elif column and column in found:
            faults.append(Fault(name, "The column {heading} is there twice: keep one", {"heading": cell}))
        found.append(column or "")
    if faults:
        raise Refusal(faults)
    return found


def _unknown(name: str, heading: str, known: Mapping[str, str], columns: Names) -> Fault:
    nearest = process.extractOne(_folded(heading), list(known), score_cutoff=70)
    if nearest is None:
        return Fault(name, "There is no column {heading}: take it out", {"heading": heading})
    params = {"heading": heading, "nearest": columns[known[nearest[0]]][0]}
    return Fault(name, "There is no column {heading}: perhaps {nearest}", params)


def _cells(name: str, number: int, cells: Sequence[str], headings: Sequence[str]) -> dict[str, str]:
    if any(cells[len(headings) :]):
        message = "Row {row} has more cells than there are headings"
        raise Refusal(Fault(name, message, {"row": number}))
    pairs = zip(headings, cells, strict=False)
    return {heading: cell for heading, cell in pairs if heading and cell}


def _folded(heading: str) -> str:
    """Without case, width, spaces and the unit in brackets: 土地（亩） is 土地."""
    return unicodedata.normalize("NFKC", heading).partition("(")[0].replace(" ", "").casefold()


def _unguarded(cell: str) -> str:
    """Without the apostrophe that keeps a text from being run, as our own files have it."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip(" ").startswith(FORMULA) else cell


def _text_lines(name: str, content: bytes) -> Iterator[list[str]]:
    """CSV as offices save it: UTF-8 with or without a mark, or GB18030; comma, semicolon or tab."""
    if b"\0" in content or content[:4] == b"\xd0\xcf\x11\xe0" or content[:2] == b"PK":
        raise Refusal(Fault(name, "This is no text file: save it as .xlsx or as .csv"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise Refusal(Fault(name, "This text is neither UTF-8 nor GB18030: save it as CSV UTF-8")) from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [_unguarded(cell.strip()) for cell in cells]
    except csv.Error as error:
        message = "The quotes of this CSV do not close, or a cell is too long"
        raise Refusal(Fault(name, message)) from error
