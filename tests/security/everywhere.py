"""Every address of the application, with something of the world behind it wherever the world has it."""

import re
from collections.abc import Iterator

from tests.security.asking import Route, Unlisted, address, routes_of
from tests.security.worlds import Place

NOTHING = "22223333abcd"  # an id that nothing has


def addresses(place: Place, *, safe: bool | None = None) -> Iterator[tuple[Route, str]]:
    """Each route with its address; `safe` True for those that look, False for those that do.

    A route that docs/rights.md does not know yet is asked about nothing: that it is missing there is told elsewhere.
    """
    for route in routes_of(place.app):
        if route.path == "/static" or (safe is not None and route.is_safe != safe):
            continue
        try:
            yield route, address(route, place.world.ids)
        except (Unlisted, KeyError):
            yield route, re.sub(r"{[^}]+}", NOTHING, route.path)
