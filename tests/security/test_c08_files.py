"""C8, C9, C10: does a file that leaves hold no formula and open in no browser, and does a file's name lead nowhere?"""

import csv
import io
import re
import tempfile
from pathlib import Path

import httpx2
import pytest

from tests.security.everywhere import addresses
from tests.security.payloads import FORMULAS
from tests.security.test_c03_scripts import infest
from tests.security.worlds import Place

PAGES = ("text/html", "application/json", "application/problem+json", "text/plain")
ROLES = ("stranger", "firm_admin", "park_admin", "platform_admin")
SIGNED_IN = ROLES[1:]
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
NUMBER = re.compile(r"[+-]?[\d,.]+%?")


def files(place: Place, role: str) -> list[tuple[str, httpx2.Response]]:
    """Every answer to a role that is neither page nor JSON."""
    browser, found = place.browser(role), []
    for route, where in addresses(place):
        if route.is_safe:
            answer = browser.get(where)
        elif route.path.endswith((".csv", "/csv", ".xlsx", "/xlsx", "/export", "/pdf", "/file")):
            with place.kept():
                answer = browser.post(where, data={})
        else:
            continue
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if answer.status_code == 200 and kind not in PAGES:
            found.append((where, answer))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_c9_every_file_is_kept_and_not_shown(place: Place, role: str, full: bool) -> None:
    if not full and not place.takes(role, ROLES):
        pytest.skip("each role on one of the databases; on both with --full")
    found = files(place, role)
    assert found or role in ("stranger",)
    for where, answer in found:
        assert answer.headers["content-disposition"].startswith("attachment;"), where
        assert answer.headers["x-content-type-options"] == "nosniff", where
        assert answer.headers["cache-control"] == "no-store", where


@pytest.mark.parametrize("role", SIGNED_IN)
def test_c8_no_cell_of_an_export_begins_as_a_formula(place: Place, role: str, full: bool) -> None:
    if not full and not place.takes(role, SIGNED_IN):
        pytest.skip("each role on one of the databases; on both with --full")
    infest(place, FORMULAS)
    tables = [(where, answer) for where, answer in files(place, role) if "csv" in answer.headers["content-type"]]
    assert tables
    for where, answer in tables:
        for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")):
            for cell in row:
                plain = cell.lstrip(" \u3000")
                wrong = plain[:1] in tuple("=+-@\t\r＝＋－＠") and not NUMBER.fullmatch(plain)
                assert not wrong, (where, cell)


OUTSIDE = f"{tempfile.gettempdir()}/pbx.pdf"
HOSTILE = (
    f"../../..{OUTSIDE}",
    OUTSIDE,
    "..\\..\\pbx.pdf",
    "pbx\u202efdp.pdf",
    "a/b/c.pdf",
    "CON.pdf",
    ".pdf",
)


def test_c10_the_name_of_a_file_leads_nowhere(place: Place, tmp_path: Path) -> None:
    browser, need = place.browser("firm_admin"), place.world.ids["need:firm"]
    before = {path for path in tmp_path.rglob("*") if path.suffix == ".pdf"}
    for name in HOSTILE:
        content = PDF.replace(b"trailer", b"% " + name.encode().hex().encode() + b"\ntrailer")
        sent = browser.post(f"/needs/{need}/documents", data={}, files={"file": (name, content, "text/html")})
        assert sent.status_code in (303, 422), (name, sent.text[:200])
    kept = re.findall(r'href="(/documents/\w+)"', browser.get(f"/needs/{need}/documents").text)
    assert len(kept) >= len(HOSTILE) - 1
    for where in kept:
        said = browser.get(where).headers["content-disposition"]
        assert not re.search(r"[/\\\u202e]|%2F|%5C|\.\.", said), said
    assert {path for path in tmp_path.rglob("*") if path.suffix == ".pdf"} == before
    assert not Path(OUTSIDE).exists()
