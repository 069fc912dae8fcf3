"""C2: does looking change nothing but the logs of who looked?"""

import pytest

from tests.security.asking import ask
from tests.security.everywhere import addresses
from tests.security.tables import changed, checksums
from tests.security.world import ROLES
from tests.security.worlds import Place

# who looked (need_view, signal, when a message was first read), that they may stay, which day a token was used, the
# journal of disclosures
LOGS = ("journal", "journal_seal", "need_view", "signal", "talk_message", "sign_in", "api_token")
USUAL = ("stranger", "firm_editor", "park_admin", "rival", "platform_admin", "writes")


@pytest.mark.parametrize("role", ROLES)
def test_every_page_and_document_is_only_looked_at(place: Place, role: str, full: bool) -> None:
    if not full and not place.takes(role, USUAL):
        pytest.skip("some roles on one of the databases; all on both with --full")
    before = checksums(place.app)
    browser = place.browser(role)
    for route, where in addresses(place, safe=True):
        assert ask(browser, route, where).status < 500, str(route)
        assert browser.head(where).status_code < 500, str(route)
    assert changed(before, checksums(place.app), allowed=LOGS) == []


def test_the_checksums_see_a_change(place: Place) -> None:
    before = checksums(place.app)
    assert place.browser("firm_admin").post("/api/v1/needs", json={"description": "电池"}).status_code == 201
    assert "need" in changed(before, checksums(place.app))
