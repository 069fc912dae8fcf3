"""Is every page also there as the part that htmx asks for, for everybody who may see the page?"""

import pytest

from tests.security.everywhere import addresses
from tests.security.worlds import Place


@pytest.mark.parametrize("role", ["stranger", "firm_admin", "park_admin", "platform_admin"])
def test_what_is_a_page_is_a_part_too(place: Place, role: str) -> None:
    browser = place.browser(role)
    for _, where in addresses(place, safe=True):
        whole, part = browser.get(where), browser.get(where, headers={"hx-request": "true"})
        assert whole.status_code < 500, where
        if whole.status_code == 200:
            assert part.status_code == 200, where
