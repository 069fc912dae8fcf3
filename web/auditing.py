"""What does the terminal say of the journal: is it what was written?"""

from typing import Annotated, Any

import typer

from web import i18n
from web.terminal import Database, Json, database_url, print_json

journals = typer.Typer(help="日志 The journal of what happened.", no_args_is_help=True)
WHY = {
    "changed": i18n.N_("Broken at seal {seal}: entry {entry} is not what was sealed"),
    "removed": i18n.N_("Broken at seal {seal}: entry {entry} was removed"),
    "seal": i18n.N_("Broken at seal {seal}: the seal was removed"),
}


@journals.callback()
def _journal() -> None:
    """More than one word may follow."""


@journals.command("verify")
def verify(
    db: Database = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DIGEST", help="a digest kept outside")] = None,
    as_json: Json = False,
) -> None:
    """核对日志。Seal what waits and check the whole chain: exit 0 sound, exit 1 broken, with the first broken entry."""
    answer = verified(database_url(db), since)
    print_json(answer) if as_json else print(*lines(answer), sep="\n")
    raise typer.Exit(0 if answer["sound"] and (answer["since"] or {"found": True})["found"] else 1)


def verified(url: str, since: str | None) -> dict[str, Any]:
    """The answer of --json."""
    from marketplace import database, journal

    engine = database.engine_for(url)
    database.check_version(engine)
    journal.seal_all(engine, everywhere=True)
    kept = since.strip().lower() if since else None
    with database.reading(engine) as session:
        found = journal.verify(session, kept=kept)
    engine.dispose()
    broken = found.broken
    return {
        "sound": found.is_sound,
        "sealed": found.sealed,
        "unsealed": found.unsealed,
        "digest": found.digest,
        "broken": {"seal": broken.seal, "entry": broken.entry, "why": broken.why} if broken else None,
        "since": {"digest": kept, "found": found.kept_at is not None, "seal": found.kept_at} if kept else None,
    }


def lines(answer: dict[str, Any]) -> list[str]:
    """The same in words."""
    counts = i18n.said(i18n.N_("{sealed} entries sealed, {unsealed} not yet"), answer)
    if answer["broken"]:
        return [counts, i18n.said(WHY[answer["broken"]["why"]], answer["broken"])]
    told = [counts, i18n.gettext("The journal is sound."), i18n.said(i18n.N_("Keep this outside: {digest}"), answer)]
    if answer["since"]:
        message = i18n.N_("The digest kept earlier is in the chain, at seal {seal}")
        if not answer["since"]["found"]:
            message = i18n.N_("The digest kept earlier is not in the chain: the journal was rewritten")
        told.append(i18n.said(message, answer["since"]))
    return told
