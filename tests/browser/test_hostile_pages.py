"""C1, C3, C4, C5 in a real Chromium: a page on another port, hostile words on our pages, injected htmx."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page

from tests.browser.windows import Look, Open

FORM = '<form id="f{at}" method="post" action="{site}{path}"{kind}><input name="name" value="theirs"></form>'
TARGETS = ("/sign-out", "/account/tokens", "/theme", "/needs")
HOSTILE = "\"><svg/onload=pbx()><img src=x onerror=pbx()><script>pbx()</script>' hx-get=/sign-in hx-trigger=load x="
WATCH = "window.ran = 0; window.pbx = () => { window.ran += 1; }; window.alert = window.pbx;"


@contextmanager
def other_port(pages: dict[str, str]) -> Iterator[str]:
    """A page of somebody else on this machine: the same name, another port, so the same cookies."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_c1_a_page_on_another_port_changes_nothing(reader: Open, site: str) -> None:
    window = reader(Look("en"))
    window.sign_in("enterprise")
    kinds = ("", ' enctype="text/plain"', ' enctype="multipart/form-data"')
    pages = {
        f"/{at}-{kind}": FORM.format(at=at, site=site, path=path, kind=words) + f"<button form=f{at}>a</button>"
        for at, path in enumerate(TARGETS)
        for kind, words in enumerate(kinds)
    }
    with other_port(pages) as theirs:
        for address in pages:
            window.page.goto(theirs + address)
            with window.page.expect_navigation() as landed:
                window.page.click("button")
            assert landed.value is not None
            assert landed.value.status == 403, address
        script = f"fetch('{site}/sign-out', {{method: 'POST', credentials: 'include', mode: 'no-cors'}}).catch(() => 0)"
        window.page.goto(theirs + "/0-0")
        window.page.evaluate(script)
    page = window.go("/account/tokens")
    assert page.url.endswith("/account/tokens"), "still signed in"
    assert "theirs" not in page.content()
    window.complaints[:] = [complaint for complaint in window.complaints if "outside host" not in complaint]


@pytest.mark.parametrize("path", ["/parks?q={}", "/needs/open?mode={}", "/sign-in?next={}", "/policy?q={}"])
def test_c3_hostile_words_in_an_address_run_nothing(reader: Open, path: str) -> None:
    window = reader(Look("en"))
    window.page.add_init_script(WATCH)
    hovered(window.go(path.format(HOSTILE)))
    assert window.page.evaluate("window.ran") == 0


def test_c3_hostile_words_kept_in_a_need_and_a_token_run_nothing(reader: Open) -> None:
    window = reader(Look("en"))
    window.page.add_init_script(WATCH)
    window.sign_in("enterprise")
    page = window.go("/needs/new")
    page.fill("[name=title]", HOSTILE[:60])
    page.fill("[name=description]", HOSTILE)
    page.fill("[name=industry]", "3841")
    with page.expect_event("load"):
        page.click("main form button[type=submit]:not([formnovalidate]) >> nth=-1")
    hovered(page)
    page = window.go("/account/tokens")
    page.fill("[name=name]", HOSTILE[:60])
    with page.expect_event("load"):
        page.click("main form button.btn-primary")
    hovered(page)
    for path in ("/needs", "/account/tokens", "/journal", "/"):
        hovered(window.go(path))
        assert page.evaluate("window.ran") == 0


def hovered(page: Page) -> None:
    """The mouse over every picture and link that can be seen, which is when handlers would run."""
    page.wait_for_load_state("networkidle")
    page.mouse.move(1, 1)
    for element in page.query_selector_all("main svg[role=img], main canvas, main [title]")[:20]:
        if element.is_visible():
            element.hover(force=True)


@pytest.mark.parametrize(
    "injected",
    [
        '<div hx-get="/sign-in" hx-trigger="load">a</div>',
        '<div data-hx-get="/sign-in" hx-trigger="load">a</div>',
        '<div hx-nonce="wrong" hx-get="/sign-in" hx-trigger="load">a</div>',
        '<form hx-post="/sign-out" hx-trigger="load"></form>',
        '<div hx-on:load="pbx()" hx-trigger="load">a</div>',
        '<a hx-boost="true" href="/sign-in" id="boosted">a</a>',
    ],
)
def test_c5_htmx_attributes_without_the_nonce_of_the_page_do_nothing(reader: Open, injected: str) -> None:
    window = reader(Look("en"))
    window.page.add_init_script(WATCH)
    page = window.go("/parks")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.resource_type in ("fetch", "xhr") else None)
    page.evaluate(
        "words => { document.querySelector('main').insertAdjacentHTML('beforeend', words);"
        " htmx.process(document.querySelector('main')); }",
        injected,
    )
    page.wait_for_load_state("networkidle")
    assert asked == []
    assert page.evaluate("window.ran") == 0
