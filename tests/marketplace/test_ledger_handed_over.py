"""Does an office that takes over a park find its balance, and nothing of what the one before promised, and to whom?"""

from collections.abc import Callable

from sqlmodel import Session

from marketplace import capacity, feeds, parks
from marketplace.capacity import Hold, Reason
from marketplace.organisations import Organisation, OrganisationKind, Viewer
from marketplace.parks import Park
from tests.marketplace.conftest import NOW, viewer
from tests.marketplace.test_claims import USCC
from tests.marketplace.test_ledger import DAY, MU, declared, hold

__all__ = ["declared", "hold"]  # fixtures


def test_the_next_office_finds_the_balance_of_a_park_and_nothing_of_the_time_before(
    session: Session, declared: Park, office: Viewer, other_office: Viewer, hold: Callable[..., Hold]
) -> None:
    auditor = viewer(session, OrganisationKind.PLATFORM, "平台")
    hold(30, for_id="def")
    bound, let_go = hold(100), hold(50)
    capacity.commit(session, bound, by=office, now=NOW)
    capacity.release(session, let_go, Reason.LESS, by=office, now=NOW)
    session.get_one(Organisation, other_office.organisation_id).uscc = USCC
    offered = parks.offer_park(session, declared, USCC, by=office, now=NOW + DAY)
    parks.answer_handover(session, offered.public_id, parks.HandoverStatus.ACCEPTED, by=other_office, now=NOW + DAY)
    capacity.let_go(session, "exchange", "def", by=None, now=NOW + DAY)  # as the closing of an exchange does
    session.refresh(declared)
    later = NOW + 2 * DAY
    assert [row.amounts["land"] // MU for row in capacity.holds_of(session, declared, now=later)] == [100]
    assert capacity.past_holds_of(session, declared, other_office) == []
    assert capacity.movements_of(session, declared, other_office) == []
    assert [row.amounts["land"] // MU for row in capacity.past_holds_of(session, declared, auditor)] == [30, 50]
    assert len(capacity.movements_of(session, declared, auditor)) == 6
    dates = {entry.id for entry in feeds.entries_for(session, other_office, now=later)}
    assert let_go.public_id not in dates
    capacity.release(session, bound, Reason.ENDED, by=other_office, now=later)
    assert [row.hold.id for row in capacity.past_holds_of(session, declared, other_office)] == [bound.id]
    assert [move.committed // MU for move, _ in capacity.movements_of(session, declared, other_office)] == [-100]
