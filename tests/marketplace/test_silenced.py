"""Does what a suspended office declared count in no ranking, and again once it is let in?"""

from datetime import UTC, date, datetime

from sqlmodel import Session

from marketplace import parks, registration
from marketplace.database import Sessions
from marketplace.matches import Catalogue, Standing
from marketplace.organisations import Organisation, OrganisationKind, Viewer
from marketplace.parks import Park
from tests.marketplace.conftest import viewer
from tests.marketplace.test_matches import say, standings

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ON = date(2026, 11, 23)


def test_a_suspended_offices_sheet_is_unknown_until_it_is_let_in_again(
    session: Session, sessions: Sessions, park: Park, office: Viewer
) -> None:
    say(session, park, office, land_mu=500, largest_plot_mu=200, power_kva=60000)
    market, by = Catalogue(sessions), viewer(session, OrganisationKind.PLATFORM, "root")
    assert standings(market) == {park.name: Standing.FEASIBLE}
    known, organisation = market.index(ON).parks, session.get_one(Organisation, office.organisation_id)
    registration.suspend(session, organisation, reason="涉嫌冒用", by=by, now=NOW)
    parks.told_anew(session, organisation.id, now=NOW)
    session.commit()
    assert parks.is_silenced(session, park)
    assert standings(market) == standings(Catalogue(sessions)) == {park.name: Standing.UNVERIFIED}
    past = market.past(market.version)
    assert past is not None
    assert past.index(ON).parks == market.index(ON).parks
    registration.reinstate(session, organisation, reason="已核实", by=by, now=NOW)
    parks.told_anew(session, organisation.id, now=NOW)
    session.commit()
    assert not parks.is_silenced(session, park)
    assert market.index(ON).parks == Catalogue(sessions).index(ON).parks == known
