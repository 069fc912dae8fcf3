"""C16: does no program, whatever it sends to a described address, meet a fault of ours or an answer not described?"""

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
from tests.security.worlds import Place

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
USUAL = ("stranger", "firm_admin", "park_admin", "writes", "revoked")


@pytest.mark.parametrize("role", ROLES)
def test_whatever_a_program_sends_is_answered_as_described(place: Place, role: str, full: bool) -> None:
    if not full and not place.takes(role, USUAL):
        pytest.skip("some roles on one of the databases; all on both with --full")
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", place.app)
    count = 0
    for found in schema.get_all_operations():
        fuzz(place, role, found.ok(), 40 if full else 4)
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
