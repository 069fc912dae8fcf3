"""Is an organisation vouched for by the platform alone, with reasons, and is a stranger told nothing of others?"""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import Session, select

from marketplace import members, registration
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.journal import Entry
from marketplace.mail import Mail
from marketplace.members import PersonFields
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
from marketplace.registration import Case, CaseStatus, OrganisationFields
from marketplace.uploads import Kind, Upload

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
USCC = "91350100M000100Y43"
SAID = {"organisation": "皖东锂电科技有限公司", "uscc": USCC, "seat": "341100", "contact": "王经理 0550-1234567"}


def registered(session: Session, login: str = "wang", now: datetime = NOW, **changes: str) -> tuple[Viewer, Case]:
    fields = OrganisationFields.model_validate(SAID | changes)
    person = PersonFields(person="王经理", login=login, email=f"{login}@example.cn")
    user = registration.register(session, OrganisationKind.ENTERPRISE, fields, person, "-", letter=None, now=now)
    case = registration.case_of(session, user.organisation_id)
    assert case is not None
    return viewer_as(session, user), case


@pytest.fixture
def platform(session: Session) -> Viewer:
    return somebody_of_the_platform(session, Role.ADMIN)


def somebody_of_the_platform(session: Session, role: Role) -> Viewer:
    known = session.exec(select(Organisation).where(Organisation.kind == OrganisationKind.PLATFORM)).first()
    kind = OrganisationKind.PLATFORM
    organisation = known or add_organisation(session, "平台", kind, now=NOW, standing=Standing.VERIFIED)
    fields = PersonFields(person=str(role), login=f"platform-{role}")
    return viewer_as(session, members.enter(session, organisation, fields, "-", role, now=NOW))


def seen(session: Session, viewer: Viewer) -> Viewer:
    return viewer_as(session, session.get_one(User, viewer.user_id))


def test_who_registers_is_admin_of_a_pending_organisation_whose_code_counts_for_nothing_yet(session: Session) -> None:
    viewer, case = registered(session)
    organisation = session.get_one(Organisation, viewer.organisation_id)
    assert (viewer.role, viewer.standing, viewer.adcode) == (Role.ADMIN, Standing.PENDING, "341100")
    assert (organisation.uscc, case.claimed_uscc, case.status) == (None, USCC, CaseStatus.SUBMITTED)
    assert (case.pinyin[:12], case.initials) == ("wandonglidia", "wdldkjyxgs")
    assert viewer.may(Role.ADMIN)
    assert not viewer.is_verified


def test_a_stranger_is_not_told_that_a_code_or_name_is_here_already(session: Session, platform: Viewer) -> None:
    _, first = registered(session)
    registration.verify(session, first, reason="已致电核实", by=platform, now=NOW)
    _, second = registered(session, "zhao")
    assert second.status == CaseStatus.SUBMITTED
    found = registration.like(session, second)
    assert [(each.organisation.id, each.same_code, each.score) for each in found] == [
        (first.organisation_id, True, 100)
    ]
    with pytest.raises(Conflict):
        registration.verify(session, second, by=platform, now=NOW)


@pytest.mark.parametrize(
    ("name", "text"), [("uscc", USCC[:-1] + "4"), ("uscc", ""), ("uscc", "Z" * 18), ("seat", "999999"), ("seat", "")]
)
def test_a_wrong_code_and_a_place_that_does_not_exist_are_refused(session: Session, name: str, text: str) -> None:
    with pytest.raises((Refusal, ValidationError), match=name):
        registered(session, **{name: text})


def test_nobody_registers_as_the_platform(session: Session) -> None:
    fields, person = OrganisationFields.model_validate(SAID), PersonFields(person="王", login="wang")
    with pytest.raises(Refusal):
        registration.register(session, OrganisationKind.PLATFORM, fields, person, "-", letter=None, now=NOW)


def test_a_verified_organisation_has_its_code_and_is_told(session: Session, platform: Viewer) -> None:
    viewer, case = registered(session)
    registration.verify(session, case, reason="材料齐全", by=platform, now=LATER)
    organisation = session.get_one(Organisation, viewer.organisation_id)
    assert (organisation.uscc, organisation.standing) == (USCC, Standing.VERIFIED)
    told = registration.rulings_of(session, organisation.id)
    assert [(ruling.standing, ruling.reason, ruling.at) for ruling in told] == [("verified", "材料齐全", LATER)]
    assert session.exec(select(Mail.to_address)).all() == ["wang@example.cn"]
    with pytest.raises(Conflict):
        registration.verify(session, case, by=platform, now=LATER)


def test_who_is_turned_away_reads_why_changes_nothing_and_may_try_again(session: Session, platform: Viewer) -> None:
    viewer, case = registered(session)
    with pytest.raises(Refusal):
        registration.reject(session, case, reason=" ", by=platform, now=NOW)
    registration.reject(session, case, reason="授权书未盖章", by=platform, now=NOW)
    away = seen(session, viewer)
    assert (away.standing, away.may(Role.VIEWER), away.may(Role.EDITOR)) == (Standing.REJECTED, True, False)
    fields = OrganisationFields.model_validate(SAID | {"organisation": "皖东锂电池科技有限公司"})
    registration.resubmit(session, case, fields, letter=None, by=away, now=LATER)
    assert (case.status, case.submitted_at, seen(session, viewer).standing) == ("submitted", LATER, Standing.PENDING)
    assert session.get_one(Organisation, viewer.organisation_id).name == "皖东锂电池科技有限公司"
    with pytest.raises(Conflict):
        registration.resubmit(session, case, fields, letter=None, by=seen(session, viewer), now=LATER)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_auditors_and_moderators_vouch_for_nobody(session: Session, role: Role) -> None:
    _, case = registered(session)
    other = somebody_of_the_platform(session, role)
    with pytest.raises(NotFound):
        registration.queue(session, other)
    with pytest.raises(NotFound):
        registration.verify(session, case, by=other, now=NOW)
    with pytest.raises(NotFound):
        registration.reject(session, case, reason="不符合", by=other, now=NOW)


def test_nobody_outside_the_platform_decides_least_of_all_on_themself(session: Session, enterprise: Viewer) -> None:
    viewer, case = registered(session)
    for somebody in (viewer, enterprise):
        with pytest.raises(NotFound):
            registration.verify(session, case, by=somebody, now=NOW)
        with pytest.raises(NotFound):
            registration.case_by(session, case.public_id, somebody)


def test_without_a_letter_the_verifier_says_what_was_looked_at(session: Session, platform: Viewer) -> None:
    viewer, case = registered(session)
    with pytest.raises(Refusal) as refused:
        registration.verify(session, case, by=platform, now=NOW)
    assert [fault.where for fault in refused.value.faults] == ["reason"]
    letter = Upload(Kind.PDF, "授权书.pdf", b"%PDF-1.7")
    with pytest.raises(NotFound):
        registration.hand_in(session, case, letter, by=platform, now=NOW)
    registration.hand_in(session, case, letter, by=viewer, now=NOW)
    registration.verify(session, case, by=platform, now=NOW)
    kept = registration.letter_of(session, case)
    assert kept is not None
    assert (kept.name, kept.content) == ("授权书.pdf", b"%PDF-1.7")


@pytest.mark.parametrize("letter", [Upload(Kind.XLSX, "a.xlsx", b"PK"), Upload(Kind.PDF, "a.pdf", b"x" * 5_000_001)])
def test_a_letter_is_a_scan_of_at_most_five_megabytes(session: Session, letter: Upload) -> None:
    viewer, case = registered(session)
    with pytest.raises(Refusal) as refused:
        registration.hand_in(session, case, letter, by=viewer, now=NOW)
    assert [fault.where for fault in refused.value.faults] == ["letter"]


def test_the_queue_begins_with_who_waits_longest(session: Session, platform: Viewer) -> None:
    registered(session, "late", now=LATER, organisation="岭南家电有限公司")
    registered(session, "early")
    rows = registration.queue(session, platform)
    assert [row.case.submitted_at for row in rows] == [NOW, LATER]
    assert [row.same_code for row in rows] == [True, True]
    assert registration.oldest(session) == NOW
    assert registration.counts(session)[CaseStatus.SUBMITTED] == 2


@pytest.mark.parametrize("name", ["皖东锂电科技股份有限公司", "皖东 锂电科技", "皖东理电科技有限公司"])
def test_a_like_name_and_a_like_sound_are_shown_to_the_verifier(session: Session, name: str) -> None:
    _, first = registered(session)
    _, second = registered(session, "zhao", organisation=name, uscc="91110000600037341L")
    assert [each.organisation.id for each in registration.like(session, second)] == [first.organisation_id]


def test_firms_of_one_trade_and_place_are_not_taken_for_each_other(session: Session) -> None:
    registered(session, organisation="合肥国轩高科动力能源有限公司")
    _, second = registered(session, "zhao", organisation="合肥美的电冰箱有限公司", uscc="91110000600037341L")
    assert registration.like(session, second) == []


def test_a_suspended_organisation_reads_its_own_and_changes_nothing(session: Session, platform: Viewer) -> None:
    viewer, case = registered(session)
    registration.verify(session, case, reason="已致电核实", by=platform, now=NOW)
    organisation = session.get_one(Organisation, viewer.organisation_id)
    registration.suspend(session, organisation, reason="涉嫌冒用", by=platform, now=NOW)
    stopped = seen(session, viewer)
    assert (stopped.standing, stopped.may(Role.VIEWER), stopped.may(Role.EDITOR)) == (Standing.SUSPENDED, True, False)
    with pytest.raises(Conflict):
        registration.suspend(session, organisation, reason="再次", by=platform, now=NOW)
    registration.reinstate(session, organisation, reason="已澄清", by=platform, now=NOW)
    assert seen(session, viewer).is_verified


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.APPROVER])
def test_only_an_admin_of_the_platform_suspends(session: Session, office: Viewer, role: Role) -> None:
    organisation = session.get_one(Organisation, office.organisation_id)
    with pytest.raises(NotFound):
        registration.suspend(session, organisation, reason="理由", by=somebody_of_the_platform(session, role), now=NOW)


def test_the_platform_does_not_suspend_itself(session: Session, platform: Viewer) -> None:
    own = session.get_one(Organisation, platform.organisation_id)
    with pytest.raises(NotFound):
        registration.suspend(session, own, reason="理由很多", by=platform, now=NOW)


def test_the_journal_has_every_standing_and_no_name_or_code(session: Session, platform: Viewer) -> None:
    viewer, case = registered(session)
    registration.verify(session, case, reason="秘密理由", by=platform, now=NOW)
    entries = session.exec(select(Entry).where(Entry.whose_id == viewer.organisation_id)).all()
    assert [entry.facts["standing"] for entry in entries] == ["pending", "verified"]
    said = str([entry.facts for entry in entries])
    assert not any(word in said for word in (USCC, "皖东", "王", "秘密"))
