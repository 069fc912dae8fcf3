"""Does a park find its voice only through the platform, and change hands only when both sides agree?"""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import parks
from marketplace.database import writing
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.journal import Entry
from marketplace.organisations import (
    Organisation,
    OrganisationKind,
    Role,
    Standing,
    User,
    Viewer,
    add_organisation,
    viewer_as,
)
from marketplace.parks import ClaimStatus, HandoverStatus, Park, ParkFields

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
USCC = "91350100M000100Y43"
GROUNDS = "管委会三定方案，联系人王主任"


def somebody(session: Session, kind: OrganisationKind, name: str, role: Role = Role.ADMIN) -> Viewer:
    organisation = add_organisation(session, name, kind, now=NOW, standing=Standing.VERIFIED)
    user = User(login=name, name=name, password_hash="-", organisation_id=organisation.id, created_at=NOW)
    user.role = role
    session.add(user)
    session.flush()
    return viewer_as(session, user)


def with_role(viewer: Viewer, role: Role) -> Viewer:
    return viewer.model_copy(update={"role": role})


@pytest.fixture
def platform(session: Session) -> Viewer:
    return somebody(session, OrganisationKind.PLATFORM, "平台")


@pytest.fixture
def zone(session: Session) -> Park:
    return parks.join(session, ParkFields(name="合肥示例开发区", adcode="340100"), by=None, now=NOW)


def organisation_of(session: Session, viewer: Viewer) -> Organisation:
    return session.get_one(Organisation, viewer.organisation_id)


def code_of(session: Session, viewer: Viewer) -> str:
    organisation_of(session, viewer).uscc = USCC
    session.flush()
    return USCC


def test_a_claim_changes_nothing_until_the_platform_approves_it(
    session: Session, zone: Park, office: Viewer, platform: Viewer
) -> None:
    claimed = parks.claim(session, zone, grounds=GROUNDS, by=office, now=NOW)
    assert parks.parks_of(session, office) == []
    fields = ParkFields.model_validate({name: getattr(zone, name) for name in ParkFields.model_fields})
    with pytest.raises(NotFound):
        parks.revise_park(session, zone, fields, version=zone.version, by=office, now=NOW)
    parks.approve_claim(session, claimed, by=platform, now=NOW)
    assert parks.parks_of(session, office) == [zone]
    with pytest.raises(Conflict):
        parks.approve_claim(session, claimed, by=platform, now=NOW)


def test_a_claim_needs_grounds_and_is_made_once(session: Session, zone: Park, office: Viewer) -> None:
    with pytest.raises(Refusal) as refused:
        parks.claim(session, zone, grounds=" ", by=office, now=NOW)
    assert [fault.where for fault in refused.value.faults] == ["grounds"]
    parks.claim(session, zone, grounds=GROUNDS, by=office, now=NOW)
    with pytest.raises(Conflict):
        parks.claim(session, zone, grounds=GROUNDS, by=office, now=NOW)
    parks.withdraw_claim(session, zone, by=office, now=NOW)
    assert parks.claim(session, zone, grounds=GROUNDS, by=office, now=NOW).status == ClaimStatus.SUBMITTED


def test_rival_claims_are_shown_and_end_with_the_one_approved(
    session: Session, zone: Park, office: Viewer, other_office: Viewer, platform: Viewer
) -> None:
    first = parks.claim(session, zone, grounds=GROUNDS, by=office, now=NOW)
    second = parks.claim(session, zone, grounds=GROUNDS, by=other_office, now=NOW)
    assert [row.id for row, _ in parks.rivals(session, first)] == [second.id]
    parks.approve_claim(session, second, by=platform, now=NOW)
    assert (first.status, zone.owner_id) == (ClaimStatus.REJECTED, other_office.organisation_id)
    with pytest.raises(Conflict):
        parks.claim(session, zone, grounds=GROUNDS, by=office, now=NOW)


def test_a_pending_organisation_claims_and_waits_to_be_verified_first(
    session: Session, zone: Park, office: Viewer, platform: Viewer
) -> None:
    organisation_of(session, office).standing = Standing.PENDING
    session.flush()
    pending = office.model_copy(update={"standing": Standing.PENDING})
    claimed = parks.claim(session, zone, grounds=GROUNDS, by=pending, now=NOW)
    with pytest.raises(Conflict):
        parks.approve_claim(session, claimed, by=platform, now=NOW)
    with pytest.raises(Refusal):
        parks.join(session, ParkFields(name="自立园区"), by=pending, now=NOW)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_only_who_verifies_decides_on_claims(
    session: Session, zone: Park, office: Viewer, platform: Viewer, role: Role
) -> None:
    claimed = parks.claim(session, zone, grounds=GROUNDS, by=office, now=NOW)
    for somebody_else in (with_role(platform, role), office):
        with pytest.raises(NotFound):
            parks.approve_claim(session, claimed, by=somebody_else, now=NOW)
        with pytest.raises(NotFound):
            parks.reject_claim(session, claimed, reason="不符", by=somebody_else, now=NOW)
        with pytest.raises(NotFound):
            parks.claim_by(session, claimed.public_id, somebody_else)
    parks.reject_claim(session, claimed, reason="请补授权书", by=platform, now=NOW)
    assert [(row.status, row.reason) for row, _ in parks.claims_of(session, office.organisation_id)] == [
        ("rejected", "请补授权书")
    ]


def test_a_viewer_claims_nothing(session: Session, zone: Park, office: Viewer) -> None:
    with pytest.raises(NotFound):
        parks.claim(session, zone, grounds=GROUNDS, by=with_role(office, Role.VIEWER), now=NOW)


def test_a_park_changes_hands_when_the_other_side_accepts(
    session: Session, park: Park, office: Viewer, other_office: Viewer
) -> None:
    offer = parks.offer_park(session, park, code_of(session, other_office), by=office, now=NOW)
    assert park.owner_id == office.organisation_id
    with pytest.raises(NotFound):
        parks.answer_handover(session, offer.public_id, HandoverStatus.ACCEPTED, by=office, now=NOW)
    parks.answer_handover(session, offer.public_id, HandoverStatus.ACCEPTED, by=other_office, now=NOW)
    assert (park.owner_id, offer.status) == (other_office.organisation_id, "accepted")
    with pytest.raises(Conflict):
        parks.answer_handover(session, offer.public_id, HandoverStatus.DECLINED, by=other_office, now=NOW)


def test_an_offer_is_declined_or_taken_back_by_the_right_side(
    session: Session, park: Park, office: Viewer, other_office: Viewer
) -> None:
    to = code_of(session, other_office)
    offer = parks.offer_park(session, park, to, by=office, now=NOW)
    with pytest.raises(NotFound):
        parks.answer_handover(session, offer.public_id, HandoverStatus.WITHDRAWN, by=other_office, now=NOW)
    with pytest.raises(Conflict):
        parks.offer_park(session, park, to, by=office, now=NOW)
    parks.answer_handover(session, offer.public_id, HandoverStatus.WITHDRAWN, by=office, now=NOW)
    second = parks.offer_park(session, park, to, by=office, now=NOW)
    parks.answer_handover(session, second.public_id, HandoverStatus.DECLINED, by=other_office, now=NOW)
    assert park.owner_id == office.organisation_id


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.APPROVER])
def test_only_an_admin_gives_a_park_away(
    session: Session, park: Park, office: Viewer, other_office: Viewer, role: Role
) -> None:
    lesser = with_role(office, role)
    with pytest.raises(NotFound):
        parks.give_up(session, park, version=park.version, by=lesser, now=NOW)
    with pytest.raises(NotFound):
        parks.offer_park(session, park, code_of(session, other_office), by=lesser, now=NOW)


def test_a_park_is_offered_to_a_verified_office_alone(
    session: Session, park: Park, office: Viewer, other_office: Viewer, enterprise: Viewer
) -> None:
    for wrong in ("", "91350100M000100Y44", code_of(session, enterprise)):
        with pytest.raises(Refusal) as refused:
            parks.offer_park(session, park, wrong, by=office, now=NOW)
        assert [fault.where for fault in refused.value.faults] == ["uscc"]
    organisation_of(session, enterprise).uscc = None
    code = code_of(session, other_office)
    organisation_of(session, other_office).standing = Standing.SUSPENDED
    with pytest.raises(Refusal):
        parks.offer_park(session, park, code, by=office, now=NOW)


def test_who_gives_a_park_up_speaks_for_it_no_more(
    session: Session, park: Park, office: Viewer, other_office: Viewer
) -> None:
    offer = parks.offer_park(session, park, code_of(session, other_office), by=office, now=NOW)
    parks.give_up(session, park, version=park.version, by=office, now=NOW)
    assert (park.owner_id, offer.status) == (None, "withdrawn")
    assert parks.claim(session, park, grounds=GROUNDS, by=other_office, now=NOW).status == "submitted"


def test_the_journal_follows_who_speaks_for_a_park(
    session: Session, zone: Park, office: Viewer, platform: Viewer
) -> None:
    claimed = parks.claim(session, zone, grounds=GROUNDS, by=office, now=NOW)
    parks.approve_claim(session, claimed, reason="核对无误", by=platform, now=NOW)
    parks.give_up(session, zone, version=zone.version, by=office, now=NOW)
    rows = session.exec(select(Entry).where(Entry.about == "park", Entry.about_id == zone.code)).all()
    assert [row.facts for row in rows] == [{"claim": "submitted"}, {"claim": "verified"}, {"given_up": True}]


@pytest.mark.parametrize("_", range(3))
def test_of_two_claims_approved_at_once_one_holds(engine: Engine, _: int) -> None:
    with writing(engine) as session:
        platform = somebody(session, OrganisationKind.PLATFORM, "平台")
        zone = parks.join(session, ParkFields(name="合肥示例开发区"), by=None, now=NOW)
        offices = [somebody(session, OrganisationKind.PARK, name) for name in ("甲办", "乙办")]
        ids = [parks.claim(session, zone, grounds=GROUNDS, by=by, now=NOW).public_id for by in offices]
        session.commit()
    barrier, results = Barrier(2), list[str]()

    def approve(public_id: str) -> None:
        barrier.wait()
        with writing(engine) as session:
            try:
                claimed, _, _ = parks.claim_by(session, public_id, platform)
                parks.approve_claim(session, claimed, by=platform, now=NOW)
                session.commit()
                results.append("done")
            except Conflict:
                results.append("conflict")

    run: Callable[[str], Thread] = lambda public_id: Thread(target=approve, args=(public_id,))  # noqa: E731
    threads = [run(public_id) for public_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["conflict", "done"]
