"""Which words do `parkbridge import` and `parkbridge export` know?"""

from pathlib import Path
from typing import Annotated

import typer

from web.terminal import Database, Json, database_url, print_json, report

imports = typer.Typer(help="导入 Take parks or needs from a sheet (.xlsx, .csv).", no_args_is_help=True)
exports = typer.Typer(help="导出 Write parks to a sheet (.xlsx, .csv) that import reads back.", no_args_is_help=True)


@imports.command("parks")
def import_parks(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    db: Database = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would change, write nothing")] = False,
    as_json: Json = False,
) -> None:
    """园区与容量清单。Parks and their capacity sheets, one row a park."""
    report(file, db, None, dry_run, as_json)


@imports.command("needs")
def import_needs(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    organisation: Annotated[str, typer.Option("--for", metavar="LOGIN", help="the account the needs belong to")],
    db: Database = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would change, write nothing")] = False,
    as_json: Json = False,
) -> None:
    """企业需求。Needs of one enterprise, one row a need."""
    report(file, db, organisation, dry_run, as_json)


@exports.command("parks")
def export_parks(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a new .xlsx or .csv")],
    db: Database = None,
    as_json: Json = False,
) -> None:
    """园区与容量清单。Every listed park with its sheet, one row a park, as import parks reads it back."""
    from web import exporting

    answer = exporting.given(database_url(db), file)
    print_json(answer) if as_json else print(exporting.as_line(answer))
