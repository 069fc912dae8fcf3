"""A6, A9 and A10: a need listed anew is a stranger's, what ended does not begin again by itself, and whose right ended
sees no more. On both databases.
"""

import re
from collections.abc import Callable
from datetime import date

from sqlmodel import Session, select
from starlette.testclient import TestClient

from marketplace import accounts, disclosure, exchanges, mandates, needs, parks
from marketplace.database import writing
from marketplace.disclosure import Level, Limits
from marketplace.journal import Act, Entry
from marketplace.mandates import Mandate, MandateStatus
from marketplace.needs import HiddenFrom
from marketplace.organisations import Organisation, Standing, User, viewer_by_login
from marketplace.parks import Park
from tests.security import stages
from tests.security.world import NOW
from tests.security.worlds import Place

PlaceAt = Callable[[str], Place]


def listed_anew(place: Place) -> str:
    """The firm takes its need away and lists the same one again; the new listing's id."""
    with writing(place.app.state.engine) as session:
        need, by = stages.need_of(session, place.world), stages.firm(session)
        needs.withdraw(session, need, by=by, now=NOW)
        exchanges.close_fallen(session, need, by=by, now=NOW)
        disclosure.publish(session, need, by=by, now=NOW)
        session.commit()
        return need.listing_id or ""


def asked(browser: TestClient, place: Place, listing: str) -> str:
    """The id of the exchange that interest in a listing leads to."""
    answer = browser.post("/exchanges", data={"listing": listing, "park": place.world.ids["park:park"]})
    assert answer.status_code == 303, answer.text
    found = re.search(r"/exchanges/(\w+)", answer.headers["location"])
    assert found
    return found[1]


def rows(browser: TestClient) -> list[tuple[str, str]]:
    return sorted((row["id"], row["state"]) for row in browser.get("/api/v1/exchanges").json()["exchanges"])


def park_named(session: Session, place: Place, name: str) -> Park:
    return session.exec(select(Park).where(Park.code == place.world.ids[f"park:{name}"])).one()


def test_a6_a_park_that_knew_the_firm_does_not_know_its_need_listed_anew(place_at: PlaceAt) -> None:
    place = place_at("promise")
    office, known = place.browser("park_approver"), place.world.ids["exchange:firm"]
    later = listed_anew(place)
    before = (rows(office), office.get(f"/exchanges/{known}").status_code)
    fresh = asked(office, place, later)
    assert fresh != known
    assert (rows(office), office.get(f"/exchanges/{known}").status_code) == (
        sorted([*before[0], (fresh, "theirs")]),
        before[1],
    )


def test_a6_what_was_declined_before_says_nothing_of_a_need_listed_anew(place_at: PlaceAt) -> None:
    place = place_at("open")
    with writing(place.app.state.engine) as session:
        need, park = stages.need_of(session, place.world), stages.park_of(session, place.world)
        row = exchanges.show_interest(session, need, park, by=stages.firm(session), now=NOW)
        exchanges.decline(session, row, need, park, by=stages.office(session), now=NOW)
        session.commit()
    listed_anew(place)
    with writing(place.app.state.engine) as session:
        need, park = stages.need_of(session, place.world), stages.park_of(session, place.world)
        fresh = exchanges.show_interest(session, need, park, by=stages.firm(session), now=NOW).public_id
        session.commit()
    assert (fresh, "ours") in rows(place.browser("park_approver"))


def test_a10_a_look_at_a_need_listed_anew_is_written_down_as_the_first_of_a_stranger(place_at: PlaceAt) -> None:
    place = place_at("open")
    looked_at(place, place.world.ids["listing:firm"])
    looked_at(place, listed_anew(place))


def looked_at(place: Place, listing: str) -> None:
    """Twice, of which the first stands in the journal."""
    for _ in range(2):
        assert place.browser("park_viewer").get(f"/needs/open/{listing}").status_code == 200
    with writing(place.app.state.engine) as session:
        told = select(Entry).where(Entry.about_id == listing, Entry.act == Act.DISCLOSED)
        assert len(session.exec(told).all()) == 1
    assert listing in place.browser("park_admin").get("/journal").text


def test_a6_no_journal_but_the_owners_knows_a_need_by_the_id_it_keeps(place_at: PlaceAt) -> None:
    place = place_at("promise")
    with writing(place.app.state.engine) as session:
        row, need, park = (of(session, place.world) for of in (stages.exchange_of, stages.need_of, stages.park_of))
        exchanges.withdraw(session, row, need, park, by=stages.office(session), now=NOW)
        session.commit()
    for who in ("park_admin", "park_approver", "park_viewer"):
        browser = place.browser(who)
        for text in (browser.get("/journal").text, browser.post("/journal/csv", data={}).text):
            assert (who, place.world.ids["need:firm"] in text) == (who, False)
            assert place.world.ids["listing:firm"] in text or who == "park_viewer"


def test_a6_what_an_owner_answered_an_agent_says_nothing_of_a_need_listed_anew(place_at: PlaceAt) -> None:
    place = place_at("open")
    with writing(place.app.state.engine) as session:
        need, agent = stages.need_of(session, place.world), viewer_by_login(session, "agent")
        row = mandates.ask_owner(session, need, by=agent, now=NOW)
        mandates.answer_agent(session, row.public_id, True, by=stages.firm(session), now=NOW)
        session.commit()
    listed_anew(place)
    with writing(place.app.state.engine) as session:
        agent = viewer_by_login(session, "agent")
        assert mandates.consent_of(session, stages.need_of(session, place.world), agent.organisation_id) is None


def test_a9_what_an_exclusion_by_a_program_closed_stays_closed(place_at: PlaceAt) -> None:
    place = place_at("promise")
    firm, path = place.browser("firm_editor"), f"/api/v1/needs/{place.world.ids['need:firm']}/limits"
    limits = firm.get(path).json()["limits"]
    without = {**limits, "hidden_from": {**limits["hidden_from"], "parks": [place.world.ids["park:park"]]}}
    for each in (without, limits):
        assert firm.put(path, json=each).status_code == 200
    exchange = f"/api/v1/exchanges/{place.world.ids['exchange:firm']}"
    assert place.browser("park_admin").get(exchange).json()["state"] == "closed"


def test_a9_an_agent_sees_no_more_than_a_stranger_once_its_principal_lost_the_park(place_at: PlaceAt) -> None:
    place = place_at("open")
    path = f"/api/v1/open-needs/{place.world.ids['listing:firm']}"
    assert place.browser("agent").get(path).json()["level"] == Level.PARKS
    with writing(place.app.state.engine) as session:
        park = park_named(session, place, "park2")
        parks.give_up(session, park, version=park.version, by=viewer_by_login(session, "park2"), now=NOW)
        session.commit()
    assert place.browser("agent").get(path).json()["level"] == Level.PUBLIC


def test_a9_an_agent_sees_no_more_than_a_stranger_once_its_principal_is_suspended(place_at: PlaceAt) -> None:
    place = place_at("open")
    path = f"/api/v1/open-needs/{place.world.ids['listing:firm']}"
    with writing(place.app.state.engine) as session:
        principal = viewer_by_login(session, "park2").organisation_id
        session.get_one(Organisation, principal).standing = Standing.SUSPENDED
        session.commit()
    assert place.browser("agent").get(path).json()["level"] == Level.PUBLIC


def test_a9_a_park_that_went_away_and_came_back_opens_nothing_by_itself(place_at: PlaceAt) -> None:
    place = place_at("promise")
    code, exchange = place.world.ids["park:park"], f"/api/v1/exchanges/{place.world.ids['exchange:firm']}"
    with writing(place.app.state.engine) as session:
        version = park_named(session, place, "park").version
    given = place.browser("park_admin").post(f"/organisation/parks/{code}/give-up", data={"version": str(version)})
    assert given.status_code == 303
    assert place.browser("park_admin").get(exchange).json()["opened"] is None
    with writing(place.app.state.engine) as session:
        park = park_named(session, place, "park")
        park.owner_id = viewer_by_login(session, "park_admin").organisation_id
        session.commit()
    assert place.browser("park_admin").get(exchange).json()["opened"] is None


def test_a9_a_park_handed_over_and_back_opens_nothing_by_itself(place_at: PlaceAt) -> None:
    place = place_at("promise")
    exchange = f"/api/v1/exchanges/{place.world.ids['exchange:firm']}"
    for giver, taker in (("park_admin", "park2"), ("park2", "park_admin")):
        with writing(place.app.state.engine) as session:
            to = session.get_one(Organisation, viewer_by_login(session, taker).organisation_id)
            by, park = viewer_by_login(session, giver), park_named(session, place, "park")
            id = parks.offer_park(session, park, to.uscc or "", by=by, now=NOW).public_id
            session.commit()
        assert place.browser(taker).post(f"/organisation/handovers/{id}/accept").status_code == 303
        assert place.browser("park_admin").get(exchange).json()["opened"] is None


def opened_by_agent(place: Place) -> str:
    """The address of an open exchange in which an agent speaks for the other park."""
    with writing(place.app.state.engine) as session:
        need, park = stages.need_of(session, place.world), park_named(session, place, "park2")
        for by in (viewer_by_login(session, "agent"), stages.firm(session)):
            row = exchanges.show_interest(session, need, park, by=by, now=NOW)
            side = exchanges.side_of(row, by)
            assert side
            digest = exchanges.opening_for(session, need, side, by).sha256
            exchanges.consent(session, row, need, park, digest, by=by, now=NOW)
        session.commit()
        path = f"/api/v1/exchanges/{row.public_id}"
    assert place.browser("agent").get(path).json()["opened"]
    return path


def test_a9_a_mandate_that_ended_and_began_again_opens_nothing_by_itself(place_at: PlaceAt) -> None:
    place = place_at("open")
    path, agent = opened_by_agent(place), place.browser("agent")
    assert agent.post(f"/organisation/mandates/{place.world.ids['mandate:agent']}/end").status_code == 303
    with writing(place.app.state.engine) as session:
        uscc = session.get_one(Organisation, viewer_by_login(session, "agent").organisation_id).uscc
    again = {"park": place.world.ids["park:park2"], "uscc": uscc, "until_on": "2027-06-30"}
    assert place.browser("park2").post("/organisation/mandates", data=again).status_code == 303
    with writing(place.app.state.engine) as session:
        fresh = session.exec(select(Mandate.public_id).where(Mandate.status == MandateStatus.OFFERED)).one()
    assert agent.post(f"/organisation/mandates/{fresh}/accept").status_code == 303
    assert agent.get(path).json()["opened"] is None


def test_a9_an_office_that_was_suspended_and_let_in_again_opens_nothing_to_its_agent(place_at: PlaceAt) -> None:
    place = place_at("open")
    path, office = opened_by_agent(place), place.world.ids["organisation:park2"]
    for act in ("suspend", "reinstate"):
        ruled = place.browser("platform_admin").post(f"/desk/organisations/{office}/{act}", data={"reason": "查实"})
        assert ruled.status_code == 303
        assert place.browser("agent").get(path).json()["opened"] is None


def test_a6_who_speaks_for_a_park_now_does_not_read_what_who_spoke_before_declined(place_at: PlaceAt) -> None:
    place = place_at("open")
    with writing(place.app.state.engine) as session:
        need, park = stages.need_of(session, place.world), stages.park_of(session, place.world)
        row = exchanges.show_interest(session, need, park, by=stages.firm(session), now=NOW)
        exchanges.decline(session, row, need, park, by=stages.office(session), now=NOW)
        park.owner_id = viewer_by_login(session, "park2").organisation_id
        session.flush()
        exchanges.show_interest(session, need, park, by=stages.firm(session), now=NOW)
        id = row.public_id
        session.commit()
    assert (id, "ours") in rows(place.browser("park2"))


def limited_to_others_than(place: Place, name: str) -> str:
    """The firm excludes one park and lists its need; the address of the listing."""
    with writing(place.app.state.engine) as session:
        need, by = stages.need_of(session, place.world), stages.firm(session)
        limits = Limits(hidden_from=HiddenFrom(parks=[place.world.ids[f"park:{name}"]]))
        disclosure.limit(session, need, limits, version=need.version, by=by, now=NOW)
        disclosure.publish(session, need, by=by, now=NOW)
        session.commit()
        return f"/api/v1/open-needs/{need.listing_id}"


def test_a2_an_excluded_office_does_not_see_the_listing_once_it_gave_its_park_away(place_at: PlaceAt) -> None:
    place = place_at("draft")
    path, office = limited_to_others_than(place, "park2"), place.browser("park2")
    assert office.get(path).status_code == 404
    with writing(place.app.state.engine) as session:
        version = park_named(session, place, "park2").version
    given = office.post(f"/organisation/parks/{place.world.ids['park:park2']}/give-up", data={"version": str(version)})
    assert given.status_code == 303
    assert office.get(path).status_code == 404


def test_a2_an_excluded_office_does_not_see_the_listing_once_it_handed_its_park_over(place_at: PlaceAt) -> None:
    place = place_at("draft")
    path, handover = limited_to_others_than(place, "park2"), place.world.ids["handover:park2"]
    assert place.browser("park_admin").get(path).status_code == 200
    assert place.browser("park_admin").post(f"/organisation/handovers/{handover}/accept").status_code == 303
    assert [place.browser(who).get(path).status_code for who in ("park2", "park_admin", "agent")] == [404, 404, 404]


def test_a2_an_agent_of_an_excluded_park_does_not_see_the_listing_once_it_ended_its_mandate(place_at: PlaceAt) -> None:
    place = place_at("draft")
    path, agent = limited_to_others_than(place, "park2"), place.browser("agent")
    assert agent.get(path).status_code == 404
    assert agent.post(f"/organisation/mandates/{place.world.ids['mandate:agent']}/end").status_code == 303
    assert agent.get(path).status_code == 404


def test_a2_nobody_is_made_an_excluded_parks_agent_by_an_offer_they_never_took_up(place_at: PlaceAt) -> None:
    place = place_at("draft")
    path = limited_to_others_than(place, "park2")
    with writing(place.app.state.engine) as session:
        giver, other = viewer_by_login(session, "park2"), viewer_by_login(session, "park_admin")
        uscc = session.get_one(Organisation, other.organisation_id).uscc or ""
        park = park_named(session, place, "park2")
        made = mandates.give(session, park, uscc, date(2027, 6, 30), by=giver, now=NOW)
        mandates.answer(session, made.public_id, MandateStatus.ENDED, by=giver, now=NOW)
        session.commit()
    assert place.browser("park_admin").get(path).status_code == 200


def test_a2_an_agent_does_not_learn_by_a_refusal_which_listing_is_of_the_enterprise_it_stands_for(
    place_at: PlaceAt,
) -> None:
    place = place_at("open")
    agent, listing = place.browser("agent"), place.world.ids["listing:firm"]
    assert agent.get(f"/needs/open/{listing}").status_code == 200
    with writing(place.app.state.engine) as session:
        by = viewer_by_login(session, "agent")
        uscc = session.get_one(Organisation, by.organisation_id).uscc or ""
        firm = viewer_by_login(session, "firm_admin")
        made = mandates.give(session, None, uscc, date(2027, 6, 30), by=firm, now=NOW)
        mandates.answer(session, made.public_id, MandateStatus.ACTIVE, by=by, now=NOW)
        session.commit()
    answers = [agent.get(f"/needs/open/{each}") for each in (listing, "abcdefghjkmn")]
    asked = [
        agent.post("/exchanges", data={"listing": each, "park": place.world.ids["park:park2"]})
        for each in (listing, "abcdefghjkmn")
    ]
    assert [answer.status_code for answer in (*answers, *asked)] == [404] * 4
    assert listing not in agent.get("/api/v1/open-needs").text


def test_b2_a_password_made_anew_with_a_code_ends_the_persons_programs_too(place_at: PlaceAt) -> None:
    place = place_at("open")
    program = place.browser("writes")
    assert program.get("/api/v1/needs").status_code == 200
    with writing(place.app.state.engine) as session:
        user = session.exec(select(User).where(User.login == "firm_editor")).one()
        code = accounts.hand_out_code(session, user, by=viewer_by_login(session, "firm_admin"), now=NOW)
        session.commit()
    new = "seven grey herons on a wall"
    said = {"login": "firm_editor", "code": code, "password": new, "again": new}
    assert place.browser().post("/reset/code", data=said).status_code == 303
    assert program.get("/api/v1/needs").status_code == 401
