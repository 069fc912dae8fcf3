"""Which laws and policies stand behind what the pages say?"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from marketplace import policy
from marketplace.policy import State
from web import screen_words
from web.dependencies import Today, viewer
from web.rendering import page

router = APIRouter(prefix="/policy", dependencies=[Depends(viewer)])


@router.get("")
def index(
    request: Request,
    on: Today,
    q: Annotated[str, Query(max_length=80)] = "",
    state: str = "",
    force: str = "",
    screen: str = "",
) -> Response:
    """The library, by words, state of verification, in force today, and what the screen rests on."""
    filters = {"q": q, "state": state if state in set(State) else "", "force": force and "1", "screen": screen and "1"}
    return page(request, "policy/index.html", "results", rows=_found(filters, on), filters=filters, words=screen_words)


@router.get("/{number}")
def show(request: Request, number: str, on: Today) -> Response:
    """One entry: what it says, what it asks of the software, which rules cite it."""
    entry = policy.policy_by_number(number)
    cited = [(rule, screen_words.RULES[rule]) for rule in policy.rules_citing(entry)]
    beside = policy.articles_beside(entry)
    holds = entry.is_in_force(on=on)
    return page(request, "policy/show.html", entry=entry, cited=cited, beside=beside, holds=holds, words=screen_words)


def _found(filters: Mapping[str, str], on: Today) -> list[tuple[policy.Policy, bool]]:
    rows = policy.found_policies(
        filters["q"],
        on=on if filters["force"] else None,
        state=State(filters["state"]) if filters["state"] else None,
        of_screen=bool(filters["screen"]),
    )
    return [(entry, entry.is_in_force(on=on)) for entry in rows]
