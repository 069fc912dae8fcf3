"""A real server on a real demonstration, and a real Chromium that reports everything it would complain about."""

import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Request, sync_playwright

from tests.browser.windows import Look, Open, Reader

USUAL = Look()
WATCH_POLICY = """
    window.policyViolations = [];
    document.addEventListener('securitypolicyviolation', event =>
        window.policyViolations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a fresh demonstration, started by the command people use."""
    file = tmp_path_factory.mktemp("site") / "demo.db"
    program = "from web.cli import main; main()"
    command = [sys.executable, "-W", "error", "-c", program, "demo", "--port", "0", "--db", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        first = server.stdout.readline()
        assert first.startswith("Parkbridge on http://"), first
        yield first.split()[-1]
        server.terminate()
        server.stdout.read()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=quiet, headless=True)
        yield launched
        launched.close()


@pytest.fixture
def reader(browser: Browser, site: str) -> Iterator[Open]:
    """Opens a window; at the end no window may have met an error, a refused script or an outside host."""
    contexts: list[BrowserContext] = []
    readers: list[Reader] = []

    def opened(look: Look = USUAL) -> Reader:
        context = browser.new_context(
            viewport={"width": look.width, "height": 800}, java_script_enabled=look.javascript, bypass_csp=False
        )
        context.set_default_timeout(15_000)
        host = urlsplit(site).hostname or ""
        for name, value in (("lang", look.lang), ("theme", look.theme)):
            context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/"}])
        context.add_init_script(WATCH_POLICY)
        page = context.new_page()
        made = Reader(site, page, look.javascript)
        page.on("pageerror", lambda error: made.complaints.append(f"script error: {error}"))
        page.on("request", lambda request: made.complaints.extend(_outside(request, site)))
        contexts.append(context)
        readers.append(made)
        return made

    yield opened
    complaints = [complaint for made in readers for complaint in (*made.complaints, *made.policy_violations())]
    for context in contexts:
        context.close()
    assert complaints == []


def _outside(request: Request, site: str) -> list[str]:
    local = request.url.startswith((site, "data:", "about:"))
    return [] if local else [f"outside host: {request.url}"]
