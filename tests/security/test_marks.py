"""Is a mark kept only of a question that can be asked, whatever the form says?"""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace.database import reading
from marketplace.signals import Signal

Browser = Callable[[str], TestClient]


def marks(app: FastAPI) -> list[Signal]:
    with reading(app.state.engine) as session:
        return list(session.exec(select(Signal)))


@pytest.mark.parametrize("rank", ["9" * 5000, "²", "-3", "9" * 30, "0"])
def test_a_rank_that_is_none_is_left_out(app: FastAPI, browser: Browser, found: dict[str, str], rank: str) -> None:
    answer = browser("enterprise").post(f"/needs/{found['need']}/parks/{found['code']}/star", data={"rank": rank})
    assert answer.status_code == 303
    assert [mark.rank for mark in marks(app)] == [None]


@pytest.mark.parametrize("weights", [{"w.land_price": "nan"}, {"w.land_price": "inf"}, {"w." + "x" * 9000: "5"}])
def test_weights_that_rank_nothing_are_kept_in_no_mark(
    app: FastAPI, browser: Browser, found: dict[str, str], weights: dict[str, str]
) -> None:
    client = browser("enterprise")
    assert client.post(f"/needs/{found['need']}/parks/{found['code']}/star", data=weights).status_code == 422
    assert client.get(f"/needs/{found['need']}/parks/{found['code']}", params=weights).status_code == 422
    assert marks(app) == []


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-purpose": "prefetch;prerender"}],
)
def test_a_link_of_another_site_and_a_page_fetched_ahead_are_shown_and_not_noted(
    app: FastAPI, browser: Browser, found: dict[str, str], headers: dict[str, str]
) -> None:
    client, address = browser("enterprise"), f"/needs/{found['need']}/parks/{found['code']}"
    assert client.get(address, headers=headers).status_code == 200
    assert marks(app) == []
    assert client.get(address).status_code == 200
    assert [mark.kind for mark in marks(app)] == ["detail"]
