"""What do the commands share: their options, what they read, and how they print?"""

import json
import os
import re
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from matching.errors import Fault, InputError
from web import i18n

Json = Annotated[bool, typer.Option("--json", help="print one JSON document")]
Database = Annotated[str | None, typer.Option("--db", help="sqlite:/// or postgresql+psycopg:// address")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="judge freshness on this day, YYYY-MM-DD")]
OFFICE_TEXT_MOST = 5_000_000  # bytes
DEFAULT_DB = "sqlite:///var/parkbridge.db"


def database_url(db: str | None) -> str:
    """The address asked for: --db, then PARKBRIDGE_DB, then a file beside us."""
    return db or os.environ.get("PARKBRIDGE_DB") or DEFAULT_DB


def index_of(parks: Path | None, db: str | None, on: date | None) -> Any:
    """The parks to rank: a file's, a database's, or the catalogue's. Raises InputError, Refusal."""
    if parks and db is not None:
        raise InputError([Fault("--db", "Give --parks or --db, not both")])
    from matching import documents
    from matching.index import Index

    if db is not None:  # an empty address is none, and not the catalogue
        return database_index(db, on)
    if parks:
        return Index.fit(documents.parks_from(read_json(parks), on))
    from matching import reference

    return Index.fit(reference.catalogue())


def learned_version(named: str | None, db: str | None) -> object:
    """What a file of `learn --json` holds, or a version of the database. Raises InputError."""
    if named is None or db is None or Path(named).exists():
        return None if named is None else read_json(Path(named))
    from web import remembered

    return remembered.learned_version(db, named)


def database_index(url: str, on: date | None) -> Any:
    """What a database holds, as of a day (today in China unless given). Raises Refusal."""
    from datetime import UTC, datetime

    from marketplace import database
    from marketplace.matches import Catalogue

    engine = database.engine_for(url)
    database.check_version(engine)
    day = on or database.day_of(datetime.now(UTC))
    return Catalogue(lambda: database.reading(engine)).index(day)


def read_json(path: Path) -> object:
    """A JSON file, or standard input for -. Raises InputError, naming the file."""
    from matching.reading import parsed

    try:
        return parsed(content_of(path))
    except InputError as error:
        raise InputError(
            [Fault(fault.where or str(path), fault.message, fault.params) for fault in error.faults]
        ) from error


def content_of(path: Path) -> bytes:
    """A file's bytes, or standard input for -. Raises InputError."""
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        why = {"why": error.strerror or ""}
        raise InputError([Fault(str(path), "This file cannot be read ({why})", why)]) from error


def text_of(path: Path) -> str:
    """A file of UTF-8 text. Raises InputError."""
    try:
        return content_of(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError([Fault(str(path), "The file is not UTF-8 text: byte {at}.", {"at": error.start})]) from None


def office_text_of(path: Path) -> str:
    """A file of text as offices save it: UTF-8 with or without a mark, or GB18030. Raises InputError."""
    content = content_of(path)
    if len(content) > OFFICE_TEXT_MOST:
        most = {"most": OFFICE_TEXT_MOST // 10**6}
        raise InputError([Fault(str(path), "This file is larger than {most} MB: split it", most)])
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
                return text
    raise InputError([Fault(str(path), "This is no text in UTF-8 or GB18030: save it as plain text (.txt)")])


def day_of(text: str | None) -> date | None:
    """The day of --on. Raises InputError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError([Fault("--on", "This is not a date: write it as 2027-06-30")]) from error


def print_json(answer: object) -> None:
    """One JSON document on stdout and nothing else."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n")


def print_answer(answer: dict[str, Any]) -> None:
    """What `rank` answers, of one place or of two, and what it tells beside it."""
    from web import explaining

    (print_pairs if "parks" in (answer["results"] or answer["misses"] or [{}])[0] else print_ranking)(answer)
    for line in explaining.lines(answer):
        print(line)


def print_pairs(answer: dict[str, Any]) -> None:
    """Pairs of places as people read them in a terminal."""
    from web import place_lines

    print(*place_lines.lines(answer), sep="\n")


def print_ranking(answer: dict[str, Any]) -> None:
    """The ranking as people read it in a terminal."""
    from web import explaining, labels

    counts = answer["counts"].items()
    print(i18n.joined([f"{labels.value('standing', standing)} {count:,}" for standing, count in counts]))
    if answer.get("fill_first"):
        print(i18n.said(i18n.N_("Fill in {field} first"), {"field": labels.field(answer["fill_first"])}))
    for row in answer["results"]:
        low, high = row["interval"]
        unknown = [labels.gate(gate["gate"]) for gate in row["gates"] if gate["verdict"] == "unknown"]
        head = f"{row['rank']:4d}  {row['park']:8s}  {row['score']:.3f} [{low:.2f}–{high:.2f}]"
        asked = f"? {i18n.joined(unknown)}" if unknown else ""
        sure, name = explaining.sure(row), row["name"] + ordered(row)
        print(head, labels.value("standing", row["verdict"]), name, sure, asked, sep="  ")
    for miss in answer["misses"]:
        failed = [labels.gate(gate["gate"]) for gate in miss["gates"] if gate["verdict"] == "fail"]
        print(f"   ✗  {miss['park']:8s}  {miss['score']:.3f}", miss["name"], i18n.joined(failed), sep="  ")


def ordered(row: dict[str, Any]) -> str:
    """How far the switches moved a row: ↓2; empty where they did not."""
    moved = row.get("order", {}).get("moved", 0)
    return f" {'↑' if moved > 0 else '↓'}{abs(moved)}" if moved else ""


def report(file: Path, db: str | None, login: str | None, dry_run: bool, as_json: bool) -> None:
    """Take a sheet of parks, or of one account's needs, and say what it changed. Raises InputError, Refusal."""
    from web import importing

    outcome = importing.taken(database_url(db), file.name, content_of(file), login=login, dry_run=dry_run)
    if as_json:
        print_json(importing.as_json(outcome, dry_run=dry_run))
    else:
        print(importing.as_line(outcome, dry_run=dry_run))
    if outcome.rejects:
        raise InputError(importing.faults_of(outcome, file.name))
