"""B: who vouches for an organisation vouches for what was on the page, and for nothing put there since."""

import re

from sqlmodel import select

from marketplace import registration
from marketplace.database import writing
from marketplace.organisations import Organisation, Standing, viewer_by_login
from marketplace.registration import Case
from marketplace.uploads import checked_upload
from tests.security.affairs import PDF
from tests.security.world import NOW
from tests.security.worlds import Place


def standing(place: Place) -> Standing:
    with writing(place.app.state.engine) as session:
        query = select(Organisation.standing).where(
            Organisation.public_id == place.world.ids["organisation:firm_pending"]
        )
        return session.exec(query).one()


def test_another_letter_handed_in_meanwhile_is_not_vouched_for_unseen(place: Place) -> None:
    path = f"/desk/organisations/{place.world.ids['organisation:firm_pending']}"
    desk = place.browser("platform_approver")
    seen = re.search(r'name="version" value="(\d+)"', desk.get(path).text)
    assert seen
    with writing(place.app.state.engine) as session:
        by = viewer_by_login(session, "firm_pending")
        case = session.exec(select(Case).where(Case.organisation_id == by.organisation_id)).one()
        letter = checked_upload("another.pdf", PDF % b"another letter")
        registration.hand_in(session, case, letter, by=by, now=NOW)
        session.commit()
    assert desk.post(f"{path}/verify", data={"version": seen[1]}).status_code == 409
    assert standing(place) == Standing.PENDING
    fresh = re.search(r'name="version" value="(\d+)"', desk.get(path).text)
    assert fresh
    assert desk.post(f"{path}/verify", data={"version": fresh[1]}).status_code == 303
    assert standing(place) == Standing.VERIFIED
