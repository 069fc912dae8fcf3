"""A2: are another's thing, an invented one and a deleted one told apart by nothing, on pages, parts and JSON?"""

import pytest

from marketplace.database import public_id
from tests.security.asking import Route, address, ask, neutral, routes_of, thing_of
from tests.security.world import ROLES
from tests.security.worlds import Place

HTMX = {"hx-request": "true"}
USUAL = ["park2", "park_suspended", "firm_viewer", "rival", "organizer", "platform_viewer"]


def strange_ids(place: Place, thing: str) -> list[str]:
    """An invented id of the same form, and one that was there."""
    noun = thing.partition(":")[0]
    gone = [word for name, word in place.world.ids.items() if name == f"{noun}:deleted"]
    own = place.world.ids[thing]
    return [public_id()[: len(own)], *gone]


def differing(place: Place, role: str, headers: dict[str, str]) -> list[str]:
    """The routes that tell another's thing from none."""
    found = []
    for route in routes_of(place.app):
        for parameter in route.parameters:
            thing = thing_of(route, parameter)
            if ":" not in thing:
                continue
            own = place.world.ids[thing]
            with place.kept():
                first = ask(place.browser(role, **headers), route, address(route, place.world.ids))
                if first.said != "404":
                    continue
                for other in strange_ids(place, thing):
                    where = address(route, place.world.ids, {parameter: other})
                    second = ask(place.browser(role, **headers), route, where)
                    if neutral(first, own, other) != neutral(second, own, other):
                        found.append(f"{route} {{{parameter}}}")
    return found


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_not_yours_and_not_there_are_the_same_bytes(
    place: Place, role: str, headers: dict[str, str], full: bool
) -> None:
    if not full and not (place.takes(role, USUAL) and bool(headers) != place.is_file):
        pytest.skip("all roles on both databases with --full; without it pages on one and parts on the other")
    assert differing(place, role, headers) == []


def test_the_comparison_sees_a_difference(place: Place) -> None:
    stranger, route = place.browser(), Route("/parks/{code}", "GET")
    there = ask(stranger, route, address(route, place.world.ids))
    none = ask(stranger, route, "/parks/" + public_id())
    assert neutral(there) != neutral(none)
