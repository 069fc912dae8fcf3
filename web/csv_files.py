"""How does a table leave as a CSV that Excel opens as text, whatever somebody typed into it?"""

import csv
import io
from collections.abc import Iterable, Sequence

from marketplace.sheets import FORMULA


def csv_of(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with BOM, as offices open it; what could begin a formula begins with an apostrophe. Source: OWASP."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([cell(heading) for heading in headings])
    writer.writerows([cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def cell(value: object) -> str:
    """A value as text that no spreadsheet runs."""
    text = "" if value is None else str(value)
    is_number = isinstance(value, int | float)
    return text if is_number or not text.lstrip(" ").startswith(FORMULA) else "'" + text
