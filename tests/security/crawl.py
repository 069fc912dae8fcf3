"""What does somebody get to read who follows every link, fills in every form and tries every id there is?"""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from starlette.testclient import TestClient

from tests.security.asking import Route, Unlisted, address, routes_of, thing_of
from tests.security.canaries import Canary, hits
from tests.security.worlds import Place

PAGES_MOST = 600
QUERIES_MOST = 3  # of one path: facets multiply without end, and read the same rows
HTMX = {"hx-request": "true"}


@dataclass
class Form:
    """A form as a browser would send it untouched."""

    method: str
    action: str
    values: dict[str, str] = field(default_factory=dict)


class Reader(HTMLParser):
    """The addresses and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.links += [said[name] for name in ("href", "src", "hx-get") if said.get(name)]
        if tag == "form":
            self.forms.append(Form(said.get("method", "get").upper(), said.get("action", "")))
        elif self.forms and said.get("name") and tag in ("input", "button", "textarea", "select"):
            checkable = said.get("type") in ("checkbox", "radio")
            if not checkable or "checked" in said:
                self.forms[-1].values.setdefault(said["name"], said.get("value", ""))


@dataclass
class Found:
    """What was read: which canaries, and at how many addresses."""

    leaks: dict[str, str] = field(default_factory=dict)  # canary → the first address that held it
    asked: int = 0

    def read(self, canaries: list[Canary], where: str, text: str) -> None:
        self.asked += 1
        for name in hits(text, canaries):
            self.leaks.setdefault(name, where)


def crawl(place: Place, role: str) -> Found:
    """Breadth-first from home and from every route with every id of the world; what forms change is undone."""
    browser, found = place.browser(role), Found()
    first = list(dict.fromkeys(["/", *seeds(place)]))
    waiting, seen, sent, times = [*first], set[str](), set[str](), Counter[str]()
    for where in waiting:
        path = urlsplit(where).path
        if kind(where) in seen or times[path] > QUERIES_MOST or path.startswith("/static/"):
            continue
        if found.asked > PAGES_MOST:
            break
        seen.add(kind(where))
        times[path] += 1
        answer = browser.get(where)  # which changes nothing but logs
        found.read(place.world.canaries, where, text_of(answer))
        if where in first:
            part = browser.get(where, headers=HTMX)
            found.read(place.world.canaries, f"{where} (part)", text_of(part))
        if "html" not in answer.headers.get("content-type", ""):
            continue
        page = Reader()
        page.feed(answer.text)
        waiting += [link for each in page.links if (link := here(each, path))]
        for form in page.forms:
            _send(place, browser, form, path, found, sent, waiting)
    return found


def _send(
    place: Place, browser: TestClient, form: Form, path: str, found: Found, sent: set[str], waiting: list[str]
) -> None:
    action = here(form.action or path, path)
    if not action:
        return
    if form.method == "GET":
        waiting.append(f"{urlsplit(action).path}?" + "&".join(f"{name}=" for name in form.values))
        return
    label = f"{urlsplit(action).path} {sorted(form.values)}"
    if label in sent or urlsplit(action).path == "/sign-out":
        return
    sent.add(label)
    with place.kept():
        answer = browser.post(action, data=form.values)
        found.read(place.world.canaries, f"POST {action}", text_of(answer))


def seeds(place: Place) -> Iterator[str]:
    """Every route that is read, with every id of its noun."""
    ids = place.world.ids
    for route in routes_of(place.app):
        if route.method != "GET":
            continue
        try:
            yield from with_every_id(route, ids)
        except Unlisted:  # the table of rights says so
            continue


def with_every_id(route: Route, ids: dict[str, str]) -> Iterator[str]:
    """One parameter after the other takes every id of its noun."""
    yield address(route, ids)
    for parameter in route.parameters:
        noun, colon, _ = thing_of(route, parameter).partition(":")
        for name, word in ids.items():
            if colon and name.startswith(noun + ":"):
                yield address(route, ids, {parameter: word})


def text_of(answer: object) -> str:
    """Body and headers; bytes that are no text are read sign by sign."""
    body: bytes = answer.content  # type: ignore[attr-defined]
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode("latin-1")
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())  # type: ignore[attr-defined]
    return f"{head}\n{text}"


def here(link: str, path: str) -> str:
    """A link as an address of this site; empty for others and for places on the same page."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or (not parts.path and not parts.query):
        return ""
    return f"{parts.path or path}?{parts.query}" if parts.query else parts.path


def kind(where: str) -> str:
    """Addresses alike but for the values of a query are asked once."""
    parts = urlsplit(where)
    return f"{parts.path}?{sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})}"


@contextmanager
def listened() -> Iterator[list[str]]:
    """Everything that is logged meanwhile, by whomever and worth a line."""
    lines: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if not record.name.startswith(("httpx", "asyncio")):  # the browser's own
                lines.append(self.format(record))

    ear, root = Ear(level=logging.DEBUG), logging.getLogger()
    before = root.level
    root.addHandler(ear)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(ear)
        root.setLevel(before)
