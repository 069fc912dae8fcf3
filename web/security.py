"""What does every answer carry, and which requests are turned away before a page sees them?

Pure ASGI. The nonce, request id and reader's choices live in `scope["state"]` and, for templates, in context variables.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from urllib.parse import unquote_plus, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marketplace.errors import Busy, Fault
from marketplace.fields import NO_TEXT, is_text
from web import i18n
from web.metrics import Meter
from web.rates import Rates

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
UNCOUNTED = ("/static/", "/healthz", "/readyz", "/metrics")
THEMES = frozenset({"light", "dark"})

nonce: ContextVar[str] = ContextVar("nonce", default="")
request_id: ContextVar[str] = ContextVar("request_id", default="")

ErrorPage = Callable[[Request, int, Sequence[Fault]], Response]


def policy(page_nonce: str) -> str:
    """The content security policy of one answer. No inline style, no inline script, no outside host."""
    return (
        "default-src 'none'; "
        f"script-src 'self' 'nonce-{page_nonce}'; "
        "style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def safe_path(target: str | None) -> str:
    """Where to go back to: a path of this site, or home. Never another host (`//evil`, `/\\evil`, `https:…`)."""
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"}:
        return "/"
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(letter) < 32 for letter in target) or "\\" in target:
        return "/"
    return target


def same_origin(headers: Headers) -> bool:
    """Whether an unsafe request comes from one of our own pages, or from no page at all.

    Sec-Fetch-Site where the browser sends it. Browsers omit it over plain HTTP outside localhost: there the Origin's
    host must be ours. A request with neither is no browser's form; it passes only without cookies.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is not None:
        try:
            host = urlsplit(origin).netloc.lower()
        except ValueError:
            return False
        return bool(host) and host == headers.get("host", "").lower()
    return "cookie" not in headers


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


class Guard:
    """Gives each request an id, a nonce and a language; refuses foreign forms; puts the headers on every answer."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        error_page: ErrorPage,
        body_most: int,
        upload_most: int = 0,
        tls: bool = False,
        rates: Rates | None = None,
        meter: Meter | None = None,
        asked_most: int = 0,
        cookie: str = "session",
    ) -> None:
        self.app, self.error_page, self.tls, self.cookie = app, error_page, tls, cookie
        self.rates, self.asked_most, self.meter = rates or Rates(), asked_most, meter or Meter()
        self.body_most, self.upload_most = body_most, max(body_most, upload_most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One HTTP request; anything else passes through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        _prepare(scope, headers, self.cookie)
        scope["state"]["body_most"] = self.body_most  # a form with files raises it before it reads
        scope["state"]["body_hash"] = hashlib.sha256()

        began, asked_at = False, time.perf_counter()

        async def send_dressed(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                self._dress(scope, message)
                self.meter.note(scope, message, asked_at)
            await send(message)

        if refusal := self._refusal(scope, headers):
            await refusal(scope, receive, send_dressed)
            return
        try:
            await self.app(scope, _counted(scope, receive), send_dressed)
        except Exception as fault:
            fault.add_note(f"request id {request_id.get()}")
            if not began:  # not even the error page could be made
                await Response(f"500 {request_id.get()}", 500)(scope, receive, send_dressed)
            raise

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """What no page should see: one of too many, a foreign form, one too large, an address that is no text."""
        try:
            if not scope["path"].startswith(UNCOUNTED):
                self.rates.spend("request", (scope.get("client") or ("",))[0], per_minute=self.asked_most)
        except Busy as busy:
            answer = self.error_page(Request(scope), 429, busy.faults)
            answer.headers["Retry-After"] = str(busy.retry_s)
            return answer
        if scope["method"] not in SAFE_METHODS and not same_origin(headers):
            return self.error_page(Request(scope), 403, ())
        if _length(headers) > self.upload_most:
            return self.error_page(Request(scope), 413, ())
        if not is_text(scope["path"]):
            return self.error_page(Request(scope), 404, ())
        if not is_text(unquote_plus(scope["query_string"].decode("latin-1"))):
            return self.error_page(Request(scope), 422, (Fault("", NO_TEXT),))
        return None

    def _dress(self, scope: Scope, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        headers["Content-Security-Policy"] = policy(nonce.get())
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["X-Request-Id"] = request_id.get()
        if self.tls:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if scope["path"].startswith("/static/"):
            # the address holds a hash of the content, so it may be kept for ever
            lasting = scope["query_string"] and message["status"] == 200
            headers["Cache-Control"] = "max-age=31536000, immutable" if lasting else "no-cache"
            return
        state = scope["state"]
        personal = state.get("user") or state["has_cookie"] or "authorization" in Headers(scope=scope)
        headers.setdefault("Cache-Control", "no-store" if personal else "no-cache")
        headers.add_vary_header("Cookie, Authorization, Accept-Language, HX-Request")


def _length(headers: Headers) -> int:
    """How long a body says it is; 0 where it says nothing."""
    said = headers.get("content-length", "")
    return int(said) if re.fullmatch(r"[0-9]{1,20}", said) else 0


def _counted(scope: Scope, receive: Receive) -> Receive:
    """The body in its pieces, as far as the route takes it; what says no length is cut off while it is read."""
    reached, said = 0, _length(Headers(scope=scope))

    async def counted() -> Message:
        nonlocal reached
        if said > scope["state"]["body_most"]:
            raise HTTPException(413)
        message = await receive()
        reached += len(message.get("body", b""))
        scope["state"]["body_hash"].update(message.get("body", b""))
        if reached > scope["state"]["body_most"]:
            raise HTTPException(413)
        return message

    return counted


def _prepare(scope: Scope, headers: Headers, cookie: str) -> None:
    cookies = _cookies(headers)
    nonce.set(secrets.token_urlsafe(16))
    request_id.set(secrets.token_hex(8))
    i18n.current.set(i18n.chosen(cookies.get("lang"), headers.get("accept-language", "")))
    state = scope.setdefault("state", {})
    state["has_cookie"] = cookie in cookies  # of somebody signed in, or lately
    state["theme"] = cookies["theme"] if cookies.get("theme") in THEMES else None
