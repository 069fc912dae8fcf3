"""Every address of the application, with something of the world behind it wherever the world has it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from fastapi.routing import iter_route_contexts

from tests.security.asking import Route, Unlisted, address, routes_of
from tests.security.worlds import Place

TYPED = ("text", "search", "email", "tel", "url", "password", "number", "date")
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


@dataclass
class Asked:
    """A form of a page: where it goes, what may be typed, and what stands in it."""

    action: str
    method: str
    texts: list[str] = field(default_factory=list)
    given: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Asked] = []
        self._open: Asked | None = None
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Asked(has.get("action", ""), has.get("method", "get").upper())
            self.forms.append(self._open)
        elif self._open is not None:
            self._field(self._open, tag, has)

    def _field(self, form: Asked, tag: str, has: dict[str, str]) -> None:
        name, kind = has.get("name", ""), has.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in has or self._select not in form.given):
            form.given[self._select] = [has.get("value", "")]
        elif name and (tag == "textarea" or kind in TYPED):
            form.texts.append(name)
        elif name and (kind not in ("checkbox", "radio", "file", "submit") or "checked" in has):
            form.given.setdefault(name, []).append(has.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self._open = None if tag == "form" else self._open


def forms_of(text: str) -> list[Asked]:
    """The forms of a page."""
    return _Forms(text).forms


def query_names(place: Place) -> dict[tuple[str, str], list[str]]:
    """The names in the query that each route reads, as the application declares them."""
    found = {}
    for context in iter_route_contexts(place.app.routes):
        needed = getattr(context, "dependant", None)
        for method in (context.methods or ()) if needed else ():
            found[context.path or "", method] = sorted(set(_names(needed)))
    return found


def _names(dependant: Any) -> list[str]:
    return [each.alias for each in dependant.query_params] + [
        name for each in dependant.dependencies for name in _names(each)
    ]
