"""Is every input a sender may think of answered with a page, never with a fault of ours?"""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

Browser = Callable[[str], TestClient]


@pytest.mark.parametrize("amount", ["1e-20000000", "1e-400"])
def test_an_amount_with_a_monstrous_exponent_is_refused_at_once(browser: Browser, amount: str) -> None:
    answer = browser("").get("/api/v1/parks", params={"land_mu": amount})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "land_mu"
