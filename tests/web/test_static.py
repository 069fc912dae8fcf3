"""Do our own style and script keep to what the oldest supported browser reads, and to the policy?"""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from web.rendering import STATIC, static

CSS = (STATIC / "app.css").read_text("utf-8")
SCRIPT = (STATIC / "app.js").read_text("utf-8")
# what Chromium 90 does not read, with the version that first does
TOO_NEW_CSS = {
    "light-dark(": 123,
    "color-mix(": 111,
    "oklch(": 111,
    ":has(": 105,
    "@layer": 99,
    "@container": 105,
    "dvh": 108,
    "accent-color": 93,
    "text-wrap": 114,
    "@scope": 118,
}
TOO_NEW_SCRIPT = {".at(": 92, "structuredClone": 98, "findLast": 97, "Object.groupBy": 117}
UNSAFE_SCRIPT = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", ".style.")


def palette(start: str) -> dict[str, str]:
    body = CSS[CSS.index(start) :].split("{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"(--pb-[\w-]+|color-scheme):\s*([^;]+);", body))


@pytest.mark.parametrize("word", TOO_NEW_CSS)
def test_the_style_reads_on_the_browser_floor(word: str) -> None:
    assert word not in re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)


@pytest.mark.parametrize("word", [*TOO_NEW_SCRIPT, *UNSAFE_SCRIPT])
def test_the_script_reads_on_the_browser_floor_and_writes_no_html(word: str) -> None:
    assert word not in SCRIPT


def test_dark_by_choice_and_dark_by_the_system_are_the_same() -> None:
    chosen, followed = palette('[data-bs-theme="dark"] {'), palette(":root:not([data-bs-theme]) {")
    assert chosen == followed
    assert set(palette(":root {")) == set(chosen)


def test_style_and_script_name_no_outside_host() -> None:
    outside = re.findall(r"(?:https?:)?//[\w.]+", re.sub(r"http://www\.w3\.org/2000/svg", "", CSS + SCRIPT))
    assert [found for found in outside if "." in found] == []


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "vendor" / "icons.svg").read_text("utf-8")))
    named: set[str] = set()
    for path in (Path(STATIC).parent / "templates").rglob("*.html"):
        named |= set(re.findall(r'icon\("([\w-]+)"\)', path.read_text("utf-8")))
    assert named
    assert named <= sprite


def test_a_static_file_is_kept_for_ever_under_the_hash_of_its_content(client: TestClient) -> None:
    kept = client.get(static("app.css"))
    assert kept.headers["cache-control"] == "max-age=31536000, immutable"
    assert client.get("/static/app.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/../app.py").status_code == 404
