"""What does an office get that holds over HTTP, and how much of that could a group commit share?"""

from datetime import UTC, datetime
from itertools import count

from bench.clients import measured, told
from bench.figures import Figure, Missing, Section
from bench.frames import loaded
from marketplace import capacity, disclosure, exchanges, needs
from marketplace.capacity import Ask, SheetFields
from marketplace.database import engine_for, migrate, writing
from marketplace.exchanges import Side
from marketplace.needs import NeedFields
from marketplace.organisations import OrganisationKind, Standing, add_organisation, add_user, viewer_by_login
from marketplace.parks import ParkFields, join
from web.app import create_app
from web.settings import Settings

PASSWORD = "correct horse battery"
UNITS = 1_000_000
OWN = {"sec-fetch-site": "same-origin"}
TITLE = "S12: the hold route (JSON, signed in, idempotency key) on SQLite, 32 clients: one commit each"


def by_the_route(url: str, seconds: float) -> Section:
    """32 clients of the JSON route, in this process and without a socket; beside it the rule and its commit alone."""
    try:
        browsers = loaded("starlette.testclient", "httpx2")
    except Missing as missing:
        return Section(TITLE, (Figure("hold route", None, "", str(missing)),))
    code, exchange, ask = _opened(url)
    app = create_app(url, Settings(demo=True, writes_per_minute=10**6))
    browser = browsers.TestClient(app, headers=OWN)
    assert browser.post("/sign-in", data={"login": "park", "password": PASSWORD}, follow_redirects=False).is_redirect
    numbers, address = count(), f"/api/v1/parks/{code}/ledger/holds"

    def route() -> None:
        client = browsers.TestClient(app, headers=OWN, cookies=browser.cookies)
        key = {"Idempotency-Key": f"bench-{next(numbers):08}"}
        answer = client.post(address, json={"exchange": exchange, "power_kva": 1}, headers=key)
        assert answer.status_code == 201, answer.text

    def alone() -> None:
        with writing(app.state.engine) as session:
            capacity.hold_all(session, [ask], now=datetime.now(UTC))
            session.commit()

    route()
    rule, asked = measured(alone, seconds / 3), measured(route, seconds)
    share = rule.processor_ms / asked.processor_ms
    app.state.engine.dispose()
    return Section(
        TITLE,
        (
            *told("hold route", asked),
            Figure("the rule and its commit / the route", share, "", "processor: more than this no group can share"),
        ),
    )


def _opened(url: str) -> tuple[str, str, Ask]:
    """A park with a million kVA, and an open exchange to hold for."""
    migrate(url)
    engine, now = engine_for(url), datetime.now(UTC)
    with writing(engine) as session:
        for kind in (OrganisationKind.PARK, OrganisationKind.ENTERPRISE):
            house = add_organisation(session, f"bench {kind}", kind, now=now, standing=Standing.VERIFIED)
            add_user(session, house, str(kind), f"bench {kind}", PASSWORD, now=now)
        session.commit()
        office, owner = viewer_by_login(session, "park"), viewer_by_login(session, "enterprise")
        assert office is not None
        assert owner is not None
        park = join(session, ParkFields(name="bench"), by=None, now=now)
        park.owner_id = office.organisation_id
        session.flush()
        capacity.save_sheet(session, park, SheetFields.model_validate({"power_kva": UNITS}), by=office, now=now)
        need = needs.enter(session, NeedFields(industry="3841", title="bench", origin="310114"), owner=owner, now=now)
        disclosure.publish(session, need, by=owner, now=now)
        made = exchanges.show_interest(session, need, park, by=office, now=now)
        for side, by in ((Side.PARK, office), (Side.NEED, owner)):
            opening = exchanges.opening_for(session, need, side, by)
            exchanges.consent(session, made, need, park, opening.sha256, by=by, now=now)
        session.commit()
        ask = Ask(park.id, {"power": 1}, "exchange", made.public_id, owner.organisation_id, office)
        return park.code, made.public_id, ask
