"""Does the ledger's page hold for an open exchange alone, show the shortfall, and tell a stranger nothing of a hold?"""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import capacity, disclosure, exchanges, needs, parks
from marketplace.capacity import Capacity, SheetFields
from marketplace.database import writing
from marketplace.needs import NeedFields
from marketplace.organisations import viewer_by_login
from tests.web.conftest import NOW

CODE = "G341132"
LEDGER = f"/parks/{CODE}/ledger"
Browser = Callable[[str], TestClient]


@pytest.fixture
def talk(app: FastAPI) -> str:
    """An open exchange between the enterprise's need and the park, which has 500 亩 and 20 MVA."""
    with writing(app.state.engine) as session:
        owner, office = viewer_by_login(session, "enterprise"), viewer_by_login(session, "park")
        assert owner is not None
        assert office is not None
        park = parks.park_by_code(session, CODE)
        park.owner_id = office.organisation_id
        session.flush()
        sheet = SheetFields.model_validate({"land_mu": 500, "power_kva": 20_000})
        capacity.save_sheet(session, park, sheet, by=office, now=NOW)
        fields = NeedFields(industry="3841", title="二期", origin="310114", land_mu=150)
        need = needs.enter(session, fields, owner=owner, now=NOW)
        disclosure.publish(session, need, by=owner, now=NOW)
        exchange = exchanges.show_interest(session, need, park, by=office, now=NOW)
        for side, by in ((exchanges.Side.PARK, office), (exchanges.Side.NEED, owner)):
            opening = exchanges.opening_for(session, need, side, by)
            exchanges.consent(session, exchange, need, park, opening.sha256, by=by, now=NOW)
        session.commit()
        return exchange.public_id


def held(app: FastAPI, resource: str = "land") -> int:
    with writing(app.state.engine) as session:
        park = parks.park_by_code(session, CODE)
        row = session.exec(select(Capacity).where(Capacity.park_id == park.id, Capacity.resource == resource)).one()
        return row.held // 10**6 if resource == "land" else row.held


def test_an_office_holds_extends_and_releases(app: FastAPI, signed_in: Browser, talk: str) -> None:
    park = signed_in("park")
    answer = park.post(
        LEDGER, data={"exchange": talk, "land_mu": "10 公顷", "power_kva": "5 MVA", "until": "2026-12-31"}
    )
    assert answer.headers["location"] == f"{LEDGER}?done=held#holds"
    assert (held(app), held(app, "power")) == (150, 5000)
    page = park.get(LEDGER).text
    assert "enterprise organisation" in page
    [id] = set(re.findall(rf"{LEDGER}/([a-z0-9]+)/release", page))
    assert park.post(f"{LEDGER}/{id}/extend", data={"until": "2027-01-15"}).status_code == 303
    late = park.post(f"{LEDGER}/{id}/extend", data={"until": "2029-01-15"})
    assert (late.status_code, late.text.count("2029-01-15"), late.text.count("aria-invalid")) == (422, 1, 1)
    assert re.findall('id="f-until" name="until" required value="([^"]*)"', late.text) == ["2029-01-15"]
    unsaid = park.post(f"{LEDGER}/{id}/release", data={})
    assert (unsaid.status_code, unsaid.text.count("<details open>"), unsaid.text.count('id="f-reason"')) == (422, 1, 1)
    assert park.post(f"{LEDGER}/{id}/release", data={"reason": "less"}).status_code == 303
    assert held(app) == 0
    assert park.post(f"{LEDGER}/{id}/release", data={"reason": "less"}).status_code == 409


def test_too_much_is_refused_beside_the_field_and_can_be_waited_for(
    app: FastAPI, signed_in: Browser, talk: str
) -> None:
    park = signed_in("park")
    asked = {"exchange": talk, "land_mu": "501", "power_kva": "20001"}
    answer = park.post(LEDGER, data=asked)
    assert answer.status_code == 422
    assert "还差 1 亩" in answer.text
    assert "还差 1 kVA" in answer.text
    assert 'value="501"' in answer.text
    assert held(app) == 0
    assert "永远" not in answer.text
    assert park.post(LEDGER, data={**asked, "queue": "1"}).status_code == 422
    park.post(LEDGER, data={"exchange": talk, "land_mu": "400"})
    answer = park.post(LEDGER, data={"exchange": talk, "land_mu": "200", "queue": "1"})
    assert answer.headers["location"] == f"{LEDGER}?done=waiting#queue"
    [place] = set(re.findall(rf"{LEDGER}/queue/([a-z0-9]+)/leave", park.get(LEDGER).text))
    assert park.post(f"{LEDGER}/queue/{place}/leave").status_code == 303


def test_what_is_withdrawn_takes_its_hold_and_its_name_along(app: FastAPI, signed_in: Browser, talk: str) -> None:
    park, firm = signed_in("park"), signed_in("enterprise")
    park.post(LEDGER, data={"exchange": talk, "land_mu": "80"})
    assert firm.post(f"/exchanges/{talk}/withdraw").status_code == 303
    assert held(app) == 0
    page = park.get(LEDGER).text
    assert "enterprise organisation" not in page
    assert "二期" not in page
    assert park.post(LEDGER, data={"exchange": talk, "land_mu": "80"}).status_code == 409


def test_a_stranger_reads_about_how_much_is_free_and_nothing_of_a_hold(signed_in: Browser, talk: str) -> None:
    park, firm = signed_in("park"), signed_in("enterprise")
    park.post(LEDGER, data={"exchange": talk, "land_mu": "62.5"})
    [land] = [row for row in firm.get(f"/api/v1/parks/{CODE}").json()["sheet"] if row["field"] == "land_mu"]
    assert (land["value"], land["held"], land["committed"]) == (375, None, None)
    assert "62.5" not in firm.get(f"/parks/{CODE}").text
    assert "437.5" not in firm.get(f"/parks/{CODE}").text + firm.get("/parks").text
    [line] = [row for row in firm.get("/api/v1/parks?words=" + CODE).json()["parks"] if row["code"] == CODE]
    assert line["free_land_mu"] == 375
    [own] = [row for row in park.get(f"/api/v1{LEDGER}").json()["rows"] if row["field"] == "land_mu"]
    assert (own["free"], own["held"]) == (437.5, 62.5)


def test_to_others_there_is_no_ledger(app: FastAPI, signed_in: Browser, talk: str) -> None:
    firm = signed_in("enterprise")
    assert [firm.get(path).status_code for path in (LEDGER, "/parks/G999999/ledger")] == [404, 404]
    assert firm.post(LEDGER, data={"exchange": talk, "land_mu": "1"}).status_code == 404
    platform = signed_in("platform").get(LEDGER)
    assert platform.status_code == 200
    assert "enterprise organisation" not in platform.text
    assert f"/exchanges/{talk}" not in platform.text


def test_a_program_holds_and_releases(app: FastAPI, signed_in: Browser, talk: str) -> None:
    park, api = signed_in("park"), f"/api/v1{LEDGER}"
    answer = park.post(f"{api}/holds", json={"exchange": talk, "land_mu": 62.5, "power_kva": "2 MVA"})
    assert answer.status_code == 201
    assert answer.json()["amounts"] == {"land_mu": 62.5, "power_kva": 2000}
    refused = park.post(f"{api}/holds", json={"exchange": talk, "land_mu": 500})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["where"] == "land_mu"
    released = park.post(f"{api}/holds/{answer.json()['id']}/release", json={"reason": "less"})
    assert released.json()["status"] == "released"
    assert park.get(api).json()["holds"] == []


def test_both_sides_see_what_is_set_aside_and_the_enterprise_takes_its_offer(
    app: FastAPI, signed_in: Browser, talk: str
) -> None:
    park, firm = signed_in("park"), signed_in("enterprise")
    park.post(LEDGER, data={"exchange": talk, "land_mu": "400"})
    park.post(LEDGER, data={"exchange": talk, "land_mu": "200", "queue": "1"})
    page = firm.get(f"/exchanges/{talk}").text
    assert "200" in page
    [place] = set(re.findall(rf"/exchanges/{talk}/queue/([a-z0-9]+)/leave", page))
    assert f"/queue/{place}/take" not in page
    assert firm.post(f"/exchanges/{talk}/queue/{place}/take").status_code == 409
    [id] = set(re.findall(rf"{LEDGER}/([a-z0-9]+)/release", park.get(LEDGER).text))
    park.post(f"{LEDGER}/{id}/release", data={"reason": "less"})
    assert f"/queue/{place}/take" in firm.get(f"/exchanges/{talk}").text
    assert firm.post(f"/exchanges/{talk}/queue/{place}/take").status_code == 303
    assert held(app) == 200
    assert signed_in("platform").post(f"/exchanges/{talk}/queue/{place}/leave").status_code == 404


def test_by_json_an_exchange_waits_is_offered_what_was_given_back_and_either_side_takes_or_leaves(
    app: FastAPI, signed_in: Browser, talk: str
) -> None:
    park, firm, queue = signed_in("park"), signed_in("enterprise"), f"/api/v1{LEDGER}/queue"
    assert park.post(queue, json={"exchange": talk, "land_mu": 501}).json()["errors"][0]["where"] == "land_mu"
    held = park.post(f"/api/v1{LEDGER}/holds", json={"exchange": talk, "land_mu": 400}).json()
    keyed = {"Idempotency-Key": "queue-0001"}
    place = [park.post(queue, json={"exchange": talk, "land_mu": 200}, headers=keyed).json() for _ in range(2)]
    assert (place[0]["status"], place[0]["amounts"], place[1]["id"]) == ("waiting", {"land_mu": 200}, place[0]["id"])
    ours = f"/api/v1/exchanges/{talk}/queue"
    assert firm.get(ours).json() == {"queue": [place[0]]}
    at = f"{ours}/{place[0]['id']}"
    assert firm.post(f"{at}/take").status_code == 409
    park.post(f"/api/v1{LEDGER}/holds/{held['id']}/release", json={"reason": "less"})
    taken = firm.post(f"{at}/take")
    assert (taken.status_code, taken.json()["status"], taken.json()["offered"]) == (200, "held", False)
    assert firm.get(ours).json() == {"queue": []}
    last = park.post(queue, json={"exchange": talk, "land_mu": 400}).json()
    assert signed_in("organizer").post(f"{ours}/{last['id']}/leave").status_code == 404
    assert firm.post(f"{queue}/{last['id']}/leave").status_code == 404
    assert park.post(f"{queue}/{last['id']}/leave").json()["status"] == "gone"
    assert firm.post(f"{ours}/{last['id']}/leave").status_code == 409
    firm.post(f"/exchanges/{talk}/withdraw")
    assert park.get(ours).json() == {"queue": []}
