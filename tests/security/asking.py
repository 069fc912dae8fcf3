"""Which routes has the application, by which address is each asked, and what does it answer to whom?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

SAFE = ("GET", "HEAD", "OPTIONS")
NOTHING = "nothingthere"  # what stands for a thing that is not there yet
UNREADABLE = {"content-type": "application/x-www-form-urlencoded"}

# What stands for a parameter of an address: by the beginning of the path, the longest that fits; a name of World.ids,
# or a word in quotes.
STANDS_FOR: Mapping[tuple[str, str], str] = {
    ("/parks/{code}/partners/{other}", "other"): "park:park2",
    ("/parks", "code"): "park:park",
    ("/parks", "other"): "park:park2",
    ("/api/v1/parks", "code"): "park:park",
    ("/api/v1/parks", "other"): "park:park2",
    ("/needs", "id"): "need:firm",
    ("/needs", "code"): "park:park",
    ("/needs", "kept_id"): "kept:firm",
    ("/needs", "first"): "park:park",
    ("/needs", "second"): "park:park2",
    ("/api/v1/needs", "id"): "need:firm",
    ("/api/v1/needs", "code"): "park:park",
    ("/api/v1/ranking", "park"): "park:park",
    ("/account/tokens", "id"): "token:firm_editor",
    ("/inbox", "id"): "notice:firm",
    ("/searches", "id"): "search:firm",
    ("/api/v1/inbox", "id"): "notice:firm",
    ("/api/v1/searches", "id"): "search:firm",
    ("/api/v1/webhooks", "id"): "webhook:firm",
    ("/account/sessions", "id"): "session:firm_editor",
    ("/desk/claims", "id"): "claim:park2",
    ("/desk/codes", "id"): "help:firm_viewer",
    ("/desk/codes", "answer"): "'turn-down'",
    ("/organisation/codes", "id"): "help:firm_viewer",
    ("/organisation/codes", "answer"): "'turn-down'",
    ("/desk/texts", "id"): "text:park",
    ("/desk/papers", "id"): "paper:park",
    ("/texts", "id"): "text:park",
    ("/organisation/handovers", "id"): "handover:park2",
    ("/organisation/handovers", "answer"): "'decline'",
    ("/organisation/invitations", "id"): "invitation:firm",
    ("/organisation/mandates", "id"): "mandate:agent",
    ("/organisation/mandates/questions", "id"): "listing:firm",
    ("/organisation/mandates/needs", "id"): "listing:firm",
    ("/organisation/mandates", "answer"): "'decline'",
    ("/parks/{code}/sheet/proposals", "id"): "proposal:park",
    ("/parks", "section"): "'land'",
    ("/parks/{code}/plots", "id"): "plot:park",
    ("/parks/{code}/plots", "kind"): "'plot'",
    ("/parks/{code}/capacity/evidence", "name"): "'land'",
    ("/parks/{code}/capacity/evidence", "id"): "evidence:park",
    ("/organisation/parks", "code"): "park:park",
    ("/parks/{code}/ledger", "id"): "hold:park",
    ("/parks/{code}/ledger/queue", "id"): "waiting:park",
    ("/api/v1/parks/{code}/ledger", "id"): "hold:park",
    ("/api/v1/parks/{code}/plots", "id"): "plot:park",
    ("/parks", "id"): "incentive:public",
    ("/policy", "number"): "'fcr-10-1'",
    ("/exchanges", "id"): "exchange:firm",
    ("/exchanges", "enquiry"): "enquiry:firm",
    ("/exchanges", "offer"): "offer:park",
    ("/exchanges", "visit"): "visit:firm",
    ("/exchanges", "transfer"): "transfer:park",
    ("/exchanges", "file"): "file:park",
    ("/api/v1/exchanges", "id"): "exchange:firm",
    ("/api/v1/exchanges", "place"): "waiting:park",
    ("/api/v1/parks/{code}/ledger/queue", "id"): "waiting:park",
    ("/exchanges", "place"): "waiting:park",
    ("/documents", "id"): "document:firm",
    ("/projects", "id"): "project:firm",
    ("/projects", "entry"): "project_entry:firm",
    ("/projects/proofs", "id"): "project_proof:firm",
    ("/api/v1/projects", "id"): "project:firm",
    ("/needs", "document"): "document:firm",
    ("/desk/listings", "id"): "listing:firm",
    ("/api/v1/open-needs", "id"): "listing:firm",
    ("/needs/open", "id"): "listing:firm",
    ("/desk/organisations", "id"): "organisation:firm_pending",
    ("/organisation/people", "id"): "user:firm_viewer",
    ("/organisation/webhooks", "id"): "webhook:firm",
    ("/typeahead", "field"): "'land_mu'",
}


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """One method of one address as the application lists it."""

    path: str
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(re.findall(r"{(\w+)(?::\w+)?}", self.path))

    @property
    def is_safe(self) -> bool:
        return self.method in SAFE

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")


class Unlisted(AssertionError):
    """A route whose parameter stands for nothing known."""


def routes_of(app: FastAPI) -> list[Route]:
    """Every route with every method, in order; the static files are one mount."""
    found = set()
    for context in iter_route_contexts(app.routes):
        for method in context.methods or {"GET"}:
            if method not in ("HEAD", "OPTIONS"):
                found.add(Route(context.path or "", method))
    return sorted(found)


def thing_of(route: Route, parameter: str) -> str:
    """What a parameter of a route stands for. Raises Unlisted."""
    fitting = [key for key in STANDS_FOR if key[1] == parameter and route.path.startswith(key[0])]
    if not fitting:
        raise Unlisted(f"{route}: say in STANDS_FOR what its {{{parameter}}} stands for")
    return STANDS_FOR[max(fitting, key=lambda key: len(key[0]))]


def address(route: Route, ids: Mapping[str, str], instead: Mapping[str, str] | None = None) -> str:
    """The route's path with an id of the world for each parameter. Raises Unlisted."""

    def stands(found: re.Match[str]) -> str:
        if instead and found[1] in instead:
            return instead[found[1]]
        thing = thing_of(route, found[1])
        return thing[1:-1] if thing.startswith("'") else ids.get(thing, NOTHING)

    return re.sub(r"{(\w+)(?::\w+)?}", stands, route.path)


def ask(browser: TestClient, route: Route, where: str) -> "Answer":
    """Asks as a form or program would, with nothing in it: rights decide before what is sent is read."""
    headers = {"content-type": "application/json"} if route.is_api else UNREADABLE
    content = None if route.is_safe else (b"{}" if route.is_api else b"")
    answer = browser.request(route.method, where, content=content, headers=None if route.is_safe else headers)
    return Answer(answer.status_code, answer.headers.get("location", ""), answer.text, dict(answer.headers))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str
    headers: Mapping[str, str]

    @property
    def said(self) -> str:
        """The status; `in` where a stranger is sent to the door."""
        return "in" if self.status == 303 and self.location.startswith("/sign-in?") else str(self.status)


def neutral(answer: Answer, *words: str) -> str:
    """The answer without what differs from request to request: ids of requests, nonces, and the words asked by."""
    text = re.sub(r'nonce(=|-)"?[\w-]{22}"?', "nonce", answer.text)
    text = re.sub(r'hx-nonce="[^"]*"', "hx-nonce", text)
    if request_id := answer.headers.get("x-request-id"):
        text = text.replace(request_id, "request")
    for word in words:
        text = text.replace(word, "ID")
    shown = {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "content-length")}
    shown["content-security-policy"] = re.sub(r"nonce-[\w-]+", "nonce", shown.get("content-security-policy", ""))
    return f"{answer.status}\n{sorted(shown.items())}\n{text}"
