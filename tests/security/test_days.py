"""Do strangers who ask for many days leave room for who is signed in?"""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from marketplace.matches import MADE_AT_ONCE
from web.dependencies import STRANGERS

Browser = Callable[[str], TestClient]
NEED = {"industry": "3841", "land_mu": 10}
ADDRESSES = ("/api/v1/ranking", "/api/v1/ranking/sure")


@pytest.fixture
def crowd() -> Iterator[None]:
    """As many strangers as may ask for other days at a time."""
    places = MADE_AT_ONCE // 2
    for _ in range(places):
        assert STRANGERS.acquire(blocking=False)
    yield
    for _ in range(places):
        STRANGERS.release()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.usefixtures("crowd")
def test_a_crowd_of_strangers_keeps_out_strangers_alone_and_from_other_days_alone(
    browser: Browser, address: str
) -> None:
    other = {"on": "2020-01-01"}
    assert browser("").post(address, json=NEED, params=other).status_code == 429
    assert browser("").post(address, json=NEED).status_code == 200
    assert browser("enterprise").post(address, json=NEED, params=other).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_gives_the_place_back(browser: Browser, address: str) -> None:
    for day in range(1, 2 + MADE_AT_ONCE):
        assert browser("").post(address, json=NEED, params={"on": f"2020-01-0{day}"}).status_code == 200
    assert browser("").post(address, json={}, params={"on": "2020-01-01"}).status_code == 422
