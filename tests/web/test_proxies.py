"""From which address does a request come, whatever it says of itself?"""

import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from web.proxies import Proxies, client_of, house_of, networks
from web.settings import Settings

OURS = networks("10.0.0.0/8, 192.0.2.1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),  # nobody we know says so
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"),  # what the asker wrote stands first
        ("10.0.0.1", "1.1.1.1, 198.51.100.7, 10.2.3.4", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("192.0.2.1", "2001:db8::5", "2001:db8::5"),
        ("testclient", "198.51.100.7", "testclient"),
    ],
)
def test_the_asker_is_the_last_address_that_is_no_proxy_of_ours(peer: str, forwarded: str, client: str) -> None:
    assert client_of(peer, [word.strip() for word in forwarded.split(",")], OURS) == client


@pytest.mark.parametrize(
    ("host", "house"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("testclient", "testclient"),
    ],
)
def test_a_house_of_version_six_is_one(host: str, house: str) -> None:
    assert house_of(Request({"type": "http", "client": (host, 1)})) == house


@pytest.mark.parametrize(("trusted", "seen"), [("", "192.0.2.1"), ("192.0.2.0/24", "198.51.100.7")])
def test_the_application_sees_the_asker(trusted: str, seen: str) -> None:
    inner = FastAPI()

    @inner.get("/who")
    def who(request: Request) -> str:
        return house_of(request)

    client = TestClient(Proxies(inner, networks(trusted)), client=("192.0.2.1", 50000))
    assert client.get("/who", headers={"x-forwarded-for": "1.1.1.1, 198.51.100.7"}).json() == seen


def test_what_is_no_network_is_told_at_start() -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        Settings(trusted_proxies="elsewhere")
