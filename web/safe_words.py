"""Which words do `parkbridge backup` and `restore` take, and what do they say?"""

from pathlib import Path
from typing import Annotated, Any

import typer

from web import i18n
from web.i18n import N_
from web.terminal import Database, Json, database_url, print_json

File = Annotated[Path, typer.Argument(metavar="FILE", help="the backup")]


def backup(file: File, db: Database = None, as_json: Json = False) -> None:
    """备份。Write the database to a new FILE while it is in use; FILE.sha256 beside it says what was written."""
    from web import keeping_safe

    answer = keeping_safe.backup(database_url(db), file)
    _say(N_("{file}: {bytes} bytes, version {version}, SHA-256 {sha256}"), answer, as_json)


def restore(file: File, db: Database = None, as_json: Json = False) -> None:
    """恢复。Bring a backup back into an empty database, looked through first: exit 2 where it is not whole."""
    from web import keeping_safe

    answer = keeping_safe.restore(database_url(db), file)
    message = N_("Restored at version {version}: foreign keys, ledger and journal ({sealed} entries sealed) are whole")
    if not answer["current"]:
        message = N_("Restored at version {version}, which is older: run parkbridge migrate")
    _say(message, answer, as_json)


def _say(message: str, answer: dict[str, Any], as_json: bool) -> None:
    print_json(answer) if as_json else print(i18n.said(message, answer))
