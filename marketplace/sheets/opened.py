"""What stands in a workbook's first sheet? A program of its own, run in a small box: it may fail, nothing else does.

Given: a workbook on standard input; how many rows, bytes of memory and seconds at most. Answers JSON rows of texts, or
exit code 3 where the file cannot be read. It knows nothing of the project, so that it starts in a few hundredths of a
second.
"""

import io
import json
import sys
from datetime import date, datetime

MOST_ANSWER_SIGNS = 60_000_000
UNREADABLE = 3


def main(most_rows: int, most_bytes: int, most_seconds: int) -> int:
    content = sys.stdin.buffer.read()
    from python_calamine import CalamineError, CalamineWorkbook

    _box(most_bytes, most_seconds)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = [[_cell(value) for value in row] for row in sheet.to_python(nrows=most_rows)]
    except (CalamineError, IndexError, ValueError, MemoryError):
        return UNREADABLE
    if sum(len(cell) for row in rows for cell in row) > MOST_ANSWER_SIGNS:
        return UNREADABLE
    sys.stdout.write(json.dumps(rows))
    return 0


def _box(most_bytes: int, most_seconds: int) -> None:
    """From here on no more memory, time, files or processes than one workbook takes."""
    import resource

    limits = {resource.RLIMIT_CPU: most_seconds, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}
    if sys.platform == "linux":  # elsewhere the system does not hold to it
        limits[resource.RLIMIT_AS] = most_bytes
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def _cell(value: object) -> str:
    """A workbook's value as somebody would have typed it."""
    match value:
        case bool():
            return "是" if value else "否"
        case float():
            return f"{value:.12g}"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return str(value).strip()


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
