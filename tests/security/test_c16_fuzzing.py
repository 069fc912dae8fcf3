"""C16: does no program, whatever it sends to a described address, meet a fault of ours or an answer not described?"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.security.world import ROLES
from tests.security.worlds import Place, opened
from web.settings import Settings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
USUAL = ("stranger", "firm_admin", "park_admin", "writes", "revoked")


@pytest.fixture
def unbounded(place: Place) -> Iterator[Place]:
    """The same place without limits a minute, of which there are tests of their own."""
    free = Settings(requests_per_minute=0, costly_per_minute=0, writes_per_minute=0)
    with opened(place.url, place.template, place.world, free) as made:
        yield made


@pytest.mark.parametrize("role", ROLES)
def test_whatever_a_program_sends_is_answered_as_described(unbounded: Place, role: str, full: bool) -> None:
    if not full and not unbounded.takes(role, USUAL):
        pytest.skip("some roles on one of the databases; all on both with --full")
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", unbounded.app)
    count = 0
    for found in schema.get_all_operations():
        fuzz(unbounded, role, found.ok(), 40 if full else 4)
        count += 1
    assert count >= 10


def fuzz(place: Place, role: str, operation: Any, examples: int) -> None:
    """Some requests that fit the description and some that do not."""
    browser = place.browser(role)
    headers = dict(browser.headers)
    cookie = place.world.tokens[role] if browser.cookies else ""
    for mode in schemathesis.GenerationMode:

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )
        def ask(case: schemathesis.Case) -> None:
            case.headers.update(
                {name: headers[name] for name in ("authorization", "sec-fetch-site") if name in headers}
            )
            case.cookies = {"session": cookie} if cookie else {}
            case.call_and_validate(checks=CHECKS)

        with suppress(Unsatisfiable):  # where any text fits, nothing is wrong
            ask()
