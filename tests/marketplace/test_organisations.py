"""Who may come in, for how long, and as whom?"""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace.database import writing
from marketplace.errors import Refusal
from marketplace.organisations import (
    OrganisationKind,
    Role,
    SignIn,
    Standing,
    User,
    Viewer,
    add_organisation,
    add_user,
    is_uscc,
    may_act_for,
    may_claim_park,
    may_publish_need,
    may_stay,
    recognised,
    sign_in,
    sign_out,
    stay,
    viewer_of,
)

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PASSWORD = "correct horse battery"
USCC = "91350100M000100Y43"  # the worked example of the standard's commentaries


def someone(session: Session, login: str = "Anna") -> User:
    organisation = add_organisation(session, "甲企业", OrganisationKind.ENTERPRISE, now=NOW)
    return add_user(session, organisation, login, "安娜", PASSWORD, now=NOW)


def enter(session: Session, login: str, password: str) -> str:
    return sign_in(session, recognised(session, login, password), now=NOW)


def test_who_signs_in_is_known_by_the_token_alone(session: Session) -> None:
    someone(session)
    token = enter(session, " anna ", PASSWORD)
    viewer = viewer_of(session, token, now=NOW)
    assert viewer is not None
    assert (viewer.login, viewer.name, viewer.organisation_name, viewer.kind) == (
        "anna",
        "安娜",
        "甲企业",
        "enterprise",
    )
    assert viewer_of(session, token + "x", now=NOW) is None


def test_neither_password_nor_token_is_kept(session: Session) -> None:
    user = someone(session)
    token = enter(session, "anna", PASSWORD)
    kept = session.exec(select(SignIn)).one()
    assert user.password_hash.startswith("$argon2id$")
    assert PASSWORD not in user.password_hash
    assert token not in kept.token_hash
    assert len(kept.token_hash) == 64


@pytest.mark.parametrize(
    ("login", "password"), [("anna", "wrong"), ("nobody", PASSWORD), ("anna", "x" * 10_000), ("", "")]
)
def test_a_wrong_login_and_a_wrong_password_are_told_in_the_same_words(
    session: Session, login: str, password: str
) -> None:
    someone(session)
    with pytest.raises(Refusal) as refused:
        enter(session, login, password)
    assert [fault.message for fault in refused.value.faults] == ["The login or the password is wrong"]
    assert session.exec(select(SignIn)).all() == []


def test_each_sign_in_has_a_new_token_and_signing_out_ends_only_its_own(session: Session) -> None:
    someone(session)
    first, second = (enter(session, "anna", PASSWORD) for _ in range(2))
    assert first != second
    sign_out(session, first)
    assert viewer_of(session, first, now=NOW) is None
    assert viewer_of(session, second, now=NOW) is not None


def test_half_an_hour_idle_ends_it_and_use_prolongs_it_up_to_twelve_hours(session: Session) -> None:
    someone(session)
    token = enter(session, "anna", PASSWORD)
    assert viewer_of(session, token, now=NOW + timedelta(minutes=29)) is not None
    assert viewer_of(session, token, now=NOW + timedelta(minutes=30)) is None
    for minutes in range(25, 12 * 60, 25):
        at = NOW + timedelta(minutes=minutes)
        assert viewer_of(session, token, now=at) is not None
        stay(session, token, now=at)
    assert viewer_of(session, token, now=NOW + timedelta(hours=12)) is None


def test_a_click_writes_at_most_once_a_minute(session: Session) -> None:
    someone(session)
    viewer = viewer_of(session, enter(session, "anna", PASSWORD), now=NOW)
    assert viewer is not None
    assert not may_stay(viewer, now=NOW + timedelta(seconds=59))
    assert may_stay(viewer, now=NOW + timedelta(seconds=60))


def test_a_disabled_person_is_out_at_once_and_stays_out(session: Session) -> None:
    user = someone(session)
    token = enter(session, "anna", PASSWORD)
    user.disabled_at = NOW
    session.flush()
    assert viewer_of(session, token, now=NOW) is None
    with pytest.raises(Refusal):
        enter(session, "anna", PASSWORD)


@pytest.mark.parametrize(
    ("login", "password", "where"),
    [("anna", PASSWORD, "login"), ("ANNA ", PASSWORD, "login"), ("", PASSWORD, "login"), ("b", "short", "password")],
)
def test_a_taken_login_and_a_short_password_are_refused(
    session: Session, login: str, password: str, where: str
) -> None:
    someone(session)
    organisation = add_organisation(session, "乙企业", OrganisationKind.ENTERPRISE, now=NOW)
    with pytest.raises(Refusal) as refused:
        add_user(session, organisation, login, "x", password, now=NOW)
    assert [fault.where for fault in refused.value.faults] == [where]


def test_two_hashes_at_a_time_serve_many_who_come_together(engine: Engine) -> None:
    with writing(engine) as session:
        someone(session)
        session.commit()
    together, tokens = Barrier(6), []

    def come_in() -> None:
        together.wait()
        with writing(engine) as session:
            tokens.append(enter(session, "anna", PASSWORD))
            session.commit()

    threads = [Thread(target=come_in) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(tokens)) == 6


def test_an_organisation_with_a_credit_code_enters_once(session: Session) -> None:
    organisation = add_organisation(session, "甲", OrganisationKind.PARK, uscc=USCC.lower(), now=NOW)
    assert organisation.uscc == USCC
    for uscc in (USCC, "91350100M000100Y44"):
        with pytest.raises(Refusal) as refused:
            add_organisation(session, "乙", OrganisationKind.PARK, uscc=uscc, now=NOW)
        assert [fault.where for fault in refused.value.faults] == ["uscc"]


@given(place=st.integers(0, 17), sign=st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_the_check_sign_catches_every_single_wrong_sign(place: int, sign: str) -> None:
    changed = USCC[:place] + sign + USCC[place + 1 :]
    assert is_uscc(changed) == (changed == USCC)


def test_what_each_kind_may_do() -> None:
    def of(kind: OrganisationKind) -> Viewer:
        names = {"login": "a", "name": "a", "organisation_name": "a"}
        return Viewer(
            user_id=1,
            organisation_id=7,
            kind=kind,
            role=Role.EDITOR,
            standing=Standing.VERIFIED,
            seen_at=NOW,
            **names,
        )

    assert [kind for kind in OrganisationKind if may_publish_need(of(kind))] == ["enterprise"]
    assert [kind for kind in OrganisationKind if may_claim_park(of(kind))] == ["park"]
    anyone = of(OrganisationKind.PARK)
    assert [may_act_for(anyone, owner) for owner in (7, 8, None)] == [True, False, False]
    assert not any((may_publish_need(None), may_claim_park(None), may_act_for(None, 7)))
