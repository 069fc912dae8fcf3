"""A browser window in a test: how it is set up, what one does in it, what axe-core finds there."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from marketplace import demo

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a reader has set things up."""

    lang: str = "zh"
    theme: str = "light"
    width: int = 1280
    javascript: bool = True


@dataclass(slots=True)
class Reader:
    """One browser window and what went wrong in it."""

    site: str
    page: Page
    javascript: bool
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def sign_in(self, login: str) -> Page:
        page = self.go("/sign-in")
        page.fill("[name=login]", login)
        page.fill("[name=password]", demo.PASSWORD)
        page.locator("form:has([name=password]) button[type=submit]").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    def axe(self) -> list[str]:
        """What axe-core finds on the page as it stands: rule, places."""
        self.page.evaluate(AXE.read_text("utf-8"))
        run = f"axe.run(document, {{runOnly: {json.dumps(RULES)}}})"
        found = self.page.evaluate(f"async () => (await {run}).violations")
        return [
            f"{self.page.url} {rule['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
            for rule in found
            for node in rule["nodes"]
        ]

    def policy_violations(self) -> list[str]:
        found: list[str] = self.page.evaluate("window.policyViolations") if self.javascript else []
        return found


Open = Callable[..., Reader]
