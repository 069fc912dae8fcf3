"""How does a page, or one named part of it, become HTML?"""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from marketplace import units
from marketplace.organisations import Role
from marketplace.resources import quantity_of
from marketplace.units import Measure, Piece
from web import amounts, charts, i18n, keyed_forms, labels, navigation, places, security, sentences, wording

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
NOTHING: Mapping[str, object] = MappingProxyType({})


@cache
def environment() -> Environment:
    """The templates with their macros, translations and formats; built once."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.globals.update(_globals())
    keyed_forms.install(made)
    made.filters.update(number=i18n.number, shown=i18n.shown, joined=i18n.joined)
    # A block rendered alone does not run the file's imports: the macros are globals instead.
    made.globals["ui"] = made.get_template("_ui.html").module
    return made


def _globals() -> dict[str, Any]:
    return {
        "static": static,
        "hx": hx,
        "lang": i18n.current.get,
        "nonce": security.nonce.get,
        "request_id": security.request_id.get,
        "said": i18n.said,
        "pieces": pieces,
        "units": units,
        "quantity_of": quantity_of,
        "labels": labels,
        "ago": i18n.ago,
        "charts": charts,
        "query": query,
        "amounts": amounts,
        "places": places,
        "sentences": sentences,
        "wording": wording,
    }


@cache
def static(path: str) -> str:
    """The address of a static file, with its content hash so that it may be kept for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={digest}"


def hx() -> Markup:
    """The attribute every element with htmx attributes must carry: hx-csp makes an element without it inert."""
    return Markup('hx-nonce="{}"').format(security.nonce.get())


def pieces(value: Decimal | float, measure: Measure) -> tuple[Piece, ...]:
    """An amount as the reader's language counts it, then its conversion."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    first, *others = units.shown(exact, measure, western=i18n.current.get() is i18n.Language.EN)
    return (first, *(piece for piece in others if _digits(piece) != _digits(first)))


def _digits(piece: Piece) -> str:
    """What a power of ten does not change: 60 吨/年 · 60,000 千克/年 says one thing twice."""
    return piece.number.replace(",", "").replace(".", "").strip("0")


def query(path: str, current: Mapping[str, object], **changes: object) -> str:
    """A link with the present filters and some changes; empty values and None leave the address."""
    wished = {**current, **changes}
    pairs = [(name, value) for name, value in wished.items() if value not in (None, "", (), [])]
    return f"{path}?{urlencode(pairs, doseq=True)}" if pairs else path


def wants_part(request: Request) -> bool:
    """Whether htmx asks for a part of a page it already shows."""
    asked = request.headers.get
    return asked("hx-request") == "true" and asked("hx-boosted") != "true" and not asked("hx-history-restore-request")


def page(
    request: Request, template: str, partial: str | None = None, *, status: int = 200, **context: object
) -> HTMLResponse:
    """The whole page, or its named block when htmx asks and the handler offers one."""
    found = environment().get_template(template)
    everything = {**_standing(request), "status": status, **context}
    if partial and wants_part(request):
        block = found.blocks[partial]
        return HTMLResponse("".join(block(found.new_context(everything))), status)
    return HTMLResponse(found.render(everything), status)


def _standing(request: Request) -> dict[str, object]:
    state = request.state
    user = getattr(state, "user", None)
    doors = navigation.doors(user)
    return {
        "doors": doors,
        "door": navigation.door_here(request.url.path, doors),
        "path": request.url.path,
        "here": here(request),
        "user": user,
        "edits": user is not None and user.may(Role.EDITOR),  # who may only look is offered no buttons
        "unread": getattr(state, "unread", 0),
        "theme": getattr(state, "theme", None),
        "demo": request.app.state.settings.demo,
        "today": request.app.state.clock().astimezone(i18n.SHANGHAI).date(),
        "notice": getattr(state, "notice", None),
    }


def here(request: Request) -> str:
    """The page a reader looks at: this address, or for a posted form the page it stands on."""
    try:
        url = urlsplit(str(request.url) if request.method in ("GET", "HEAD") else request.headers.get("referer", ""))
    except ValueError:
        return "/"
    return security.safe_path(urlunsplit(("", "", url.path, url.query, "")))


def go(request: Request, path: str) -> Response:
    """Sends the reader on: 303 for a plain form; for htmx 204 with HX-Redirect, as it would swap a followed 303 in."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": quote(path, safe="!#$%&'()*+,/:;=?@[]~")})
    return RedirectResponse(path, status_code=303)
