"""Who gets which answer from which route? Asked of the application itself and written to docs/rights.md.

`python -m tests.security.rights` (or `make rights`) writes the file anew; a test compares it with the answers of today.
"""

import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from marketplace.database import migrate
from tests.security import worlds
from tests.security.asking import Route, address, ask, routes_of
from tests.security.world import MEMBERS, PROGRAMS, ROLES, STRANGER
from tests.security.worlds import Place

FILE = Path(__file__).parents[2] / "docs" / "rights.md"
NOT_ASKED = {"/static"}  # files of the program, the same for everybody
SHORT = {
    STRANGER: "–",
    "park_viewer": "P v",
    "park_editor": "P e",
    "park_approver": "P a",
    "park_admin": "P A",
    "park2": "P2",
    "park_excluded": "P–",
    "park_pending": "P?",
    "park_suspended": "P×",
    "firm_viewer": "F v",
    "firm_editor": "F e",
    "firm_approver": "F a",
    "firm_admin": "F A",
    "rival": "F2",
    "firm_pending": "F?",
    "organizer": "O",
    "agent": "Ag",
    "platform_viewer": "D v",
    "platform_editor": "D e",
    "platform_approver": "D a",
    "platform_admin": "D A",
    "disabled": "out",
    "reads": "T r",
    "writes": "T w",
    "revoked": "T×",
}
Rights = Mapping[Route, Mapping[str, str]]
FRAME = """\
# Who may what: every route, asked as everybody

Made by `make rights` from the application itself: each route is asked once by each role, about one park, one need,
one organisation and so on, with nothing in the form; a test under tests/security compares this file with the answers
of the application, so a route that is not here fails. What is asked about is the park of `P` and the need of `F`, so
that the columns of another office (`P2`) and another enterprise (`F2`) show what strangers to a thing are told.

An answer: `200` shown · `201` `204` done · `303` done, and sent on · `in` sent to the door, to sign in · `401` the same
as JSON · `403` a token that does not reach so far · `404` not there or not yours, which are never told apart ·
`409` the world moved · `422` allowed, and what was sent is incomplete (all forms are sent empty) · `429` too often.
Rights decide before what was sent is read: who may not is told 404 or sent to the door, never 422.

| column | who |
|---|---|
"""


def rights(place: Place, roles: Iterable[str] = ROLES) -> Rights:
    """Every route's answer to every role; what an answer changes is undone before the next."""
    found: dict[Route, dict[str, str]] = {}
    routes = [route for route in routes_of(place.app) if route.path not in NOT_ASKED]
    for role in roles:
        for route in sorted(routes, key=lambda route: not route.is_safe):
            with place.kept():
                answer = ask(place.browser(role), route, address(route, place.world.ids))
            found.setdefault(route, {})[role] = answer.said
    return found


def written(found: Rights) -> str:
    """The file: what the columns are, then a line per route."""
    words = {STRANGER: "nobody signed in", **{role: member.words for role, member in MEMBERS.items()}}
    words |= {role: program[2] for role, program in PROGRAMS.items()}
    lines = [FRAME + "\n".join(f"| {SHORT[role]} | {words[role]} |" for role in ROLES), ""]
    lines += ["| route | " + " | ".join(SHORT[role] for role in ROLES) + " |", "|---" * (len(ROLES) + 1) + "|"]
    for route in sorted(found):
        lines.append(f"| `{route}` | " + " | ".join(found[route].get(role, "") for role in ROLES) + " |")
    return "\n".join(lines) + "\n"


def read(text: str) -> Rights:
    """The table of the file."""
    found: dict[Route, dict[str, str]] = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            first, *answers = (cell.strip() for cell in line.strip("|").split("|"))
            method, path = first.strip("`").split(" ", 1)
            found[Route(path, method)] = dict(zip(ROLES, answers, strict=True))
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        migrate(f"sqlite:///{template}")
        world = worlds.filled(f"sqlite:///{template}")
        with worlds.copy_of_file(template, world, Path(folder)) as place:
            FILE.write_text(written(rights(place)), encoding="utf-8")
    print(f"{FILE.name} is written", file=sys.stderr)


if __name__ == "__main__":
    main()
