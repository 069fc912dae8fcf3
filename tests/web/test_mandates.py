"""Are mandates given, taken up and ended by plain forms, and do they open the sheet and no more?"""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace.database import writing
from marketplace.organisations import Organisation, OrganisationKind

USCC = "91350100M000100Y43"
SHEET = "/parks/G341132/sheet"
MANDATES = "/organisation/mandates"


@pytest.fixture
def agent(app: FastAPI, signed_in: Callable[[str], TestClient]) -> TestClient:
    """An organizer with a code of its own."""
    with writing(app.state.engine) as session:
        kind = Organisation.kind == OrganisationKind.ORGANIZER
        session.exec(select(Organisation).where(kind)).one().uscc = USCC
        session.commit()
    return signed_in("organizer")


def test_an_agent_prepares_a_sheet_under_a_mandate_and_stops_when_it_ends(
    signed_in: Callable[[str], TestClient], speaking: Callable[[str], None], agent: TestClient
) -> None:
    speaking("G341132")
    office = signed_in("park")
    assert agent.get(SHEET).status_code == 404
    wrong = office.post(MANDATES, data={"park": "G341132", "uscc": "x", "until_on": "2027-06-30"})
    assert (wrong.status_code, 'value="2027-06-30"' in wrong.text) == (422, True)
    given = office.post(MANDATES, data={"park": "G341132", "uscc": USCC, "until_on": "2027-06-30"})
    assert given.status_code == 303
    row = re.findall(r"/organisation/mandates/([a-z0-9]+)/accept", agent.get(MANDATES).text)[0]
    assert office.post(f"{MANDATES}/{row}/accept").status_code == 404
    assert agent.post(f"{MANDATES}/{row}/accept").status_code == 303
    assert "受托代理" in agent.get("/parks/G341132").text
    version = re.findall(r'name="version" value="(\d+)"', agent.get(SHEET).text)[0]
    waiting = agent.post(SHEET, data={"version": version, "land_mu": "500"}).headers["location"].partition("?")[0]
    assert waiting.startswith(f"{SHEET}/proposals/")
    assert agent.get("/parks/G341132/edit").status_code == 404
    assert agent.post(f"{waiting}/approve").status_code == 404
    assert office.post(f"{waiting}/approve").status_code == 303
    assert office.post(f"{MANDATES}/{row}/end").status_code == 303
    assert agent.get(SHEET).status_code == 404
    assert agent.post(f"{MANDATES}/{row}/accept").status_code == 409


def test_nobody_gives_a_mandate_for_a_park_that_is_not_theirs(
    signed_in: Callable[[str], TestClient], agent: TestClient
) -> None:
    said = {"park": "G341132", "uscc": USCC, "until_on": "2027-06-30"}
    assert signed_in("park").post(MANDATES, data=said).status_code == 404
    assert agent.post(MANDATES, data=said).status_code == 404
    assert signed_in("enterprise").post(MANDATES, data=said).status_code == 303
    assert "代理我方" in signed_in("enterprise").get(MANDATES).text


def test_everybody_signed_in_has_a_page_of_mandates(signed_in: Callable[[str], TestClient], client: TestClient) -> None:
    for login in ("park", "enterprise", "organizer", "platform"):
        assert signed_in(login).get(MANDATES).status_code == 200
    assert client.get(MANDATES).status_code == 303
