"""How does a person prove who they are, and what helps them who cannot?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pyotp
import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import accounts, mail
from marketplace.accounts import OneTime, Purpose, RecoveryCode, SecondFactor, onetime, sealing, second
from marketplace.database import writing
from marketplace.errors import Busy, Conflict, NotFound, Refusal
from marketplace.journal import Act, Entry
from marketplace.organisations import (
    MLPS,
    Organisation,
    OrganisationKind,
    Role,
    Standing,
    User,
    Viewer,
    add_organisation,
    add_user,
    recognised,
    sign_in,
    viewer_as,
    viewer_of,
)

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PASSWORD, OTHER, KEY = "correct horse battery", "kleine gelbe enten", "a key of the tests"


def someone(session: Session, login: str = "anna", kind: OrganisationKind = OrganisationKind.ENTERPRISE) -> User:
    organisation = add_organisation(session, f"{login} 公司", kind, now=NOW, standing=Standing.VERIFIED)
    return add_user(session, organisation, login, "安娜", PASSWORD, now=NOW, email=f"{login}@mail.invalid")


def colleague(session: Session, user: User, login: str, role: Role = Role.EDITOR) -> User:
    made = User(login=login, name=login, password_hash="-", organisation_id=user.organisation_id, created_at=NOW)
    made.role = role
    session.add(made)
    session.flush()
    return made


def notes(session: Session, act: Act) -> list[tuple[str, dict[str, object]]]:
    return [(each.about_id, each.facts) for each in session.exec(select(Entry).where(Entry.act == act))]


def refuses(call: Callable[[], object]) -> bool:
    try:
        call()
    except Refusal:
        return True
    return False


def with_second(session: Session, viewer: Viewer) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    second.propose(session, viewer, key=KEY, now=NOW)
    secret = second.proposed(session, viewer, key=KEY, now=NOW)
    assert secret is not None
    clock = pyotp.TOTP(secret)
    return clock, second.confirm(session, viewer, clock.at(NOW), key=KEY, now=NOW)


# ---- at the door


def test_an_unknown_name_is_counted_and_noted_as_a_known_one(session: Session) -> None:
    someone(session)
    for login in ("anna", "nobody"):
        for _ in range(5):
            accounts.knock(session, login, "192.0.2.1", now=NOW)
            accounts.turned_away(session, login, now=NOW)
        with pytest.raises(Busy):
            accounts.knock(session, f" {login.upper()} ", "192.0.2.1", now=NOW)
    assert [facts for _, facts in notes(session, Act.REFUSED)] == [{"what": "sign_in"}] * 10


def test_fifty_failures_close_an_address_to_all_names_and_no_other_address(session: Session) -> None:
    for number in range(50):
        accounts.knock(session, f"name {number}", "192.0.2.1", now=NOW)
    assert refuses(lambda: accounts.knock(session, "another", "192.0.2.1", now=NOW))
    assert not refuses(lambda: accounts.knock(session, "another", "192.0.2.2", now=NOW))


def test_the_right_password_forgets_the_failures_of_the_name_and_counts_none_at_the_address(session: Session) -> None:
    for _ in range(60):
        accounts.knock(session, "anna", "192.0.2.1", now=NOW)
        accounts.let_in(session, "anna", "192.0.2.1")
    for _ in range(60):
        accounts.knock(session, "anna", "192.0.2.1", now=NOW)
        accounts.not_answered(session, "anna", "192.0.2.1")


# ---- a new password


def test_a_new_password_by_the_old_one_signs_out_everywhere_and_ends_what_was_given_out(session: Session) -> None:
    user = someone(session)
    tokens = [sign_in(session, user.id, now=NOW) for _ in range(2)]
    link = accounts.link_for(session, user.id, now=NOW)
    accounts.prove(session, viewer_as(session, user), PASSWORD)
    made = accounts.renewed(session, user.id, OTHER, old=PASSWORD)
    accounts.set_password(session, user.id, made, how="old", now=NOW)
    assert [viewer_of(session, token, now=NOW) for token in tokens] == [None, None]
    assert recognised(session, "anna", OTHER) == user.id
    assert refuses(lambda: recognised(session, "anna", PASSWORD))
    assert refuses(lambda: accounts.by_link(session, link, made, now=NOW))
    assert notes(session, Act.CREDENTIAL) == [(user.public_id, {"what": "password", "how": "old"})]


def test_a_wrong_old_password_the_same_again_and_a_weak_one_are_refused(session: Session) -> None:
    user = someone(session)
    with pytest.raises(Refusal, match="old: This is not your present password"):
        accounts.prove(session, viewer_as(session, user), "wrong")
    for new in (PASSWORD, "anna 公司anna", "安娜安娜安娜安娜2026"):
        with pytest.raises(Refusal, match="password: "):
            accounts.renewed(session, user.id, new, old=PASSWORD)
    with pytest.raises(Refusal, match="small letters"):
        accounts.renewed(session, user.id, OTHER, rules=MLPS)


def test_a_hash_of_other_parameters_is_made_anew_and_a_fresh_one_is_left_alone(session: Session) -> None:
    user = someone(session)
    user.password_hash = Argon2Hasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    session.flush()
    assert accounts.outdated(session, user.id)
    for _ in range(2):
        accounts.hash_anew(session, user.id, PASSWORD)
        session.refresh(user)
        kept = user.password_hash
    assert not accounts.outdated(session, user.id)
    assert (recognised(session, "anna", PASSWORD), user.password_hash) == (user.id, kept)
    accounts.hash_anew(session, user.id, "another password")
    session.refresh(user)
    assert user.password_hash == kept


def test_a_letter_is_posted_for_every_name_and_holds_no_token(session: Session) -> None:
    user = someone(session)
    for login in ("Anna", "nobody"):
        accounts.ask_for_link(session, login, "subject", "open {link}", now=NOW)
    letters = session.exec(select(mail.Mail).order_by(mail.Mail.id)).all()  # type: ignore[arg-type]
    assert [(each.to_address, each.user_id, each.body) for each in letters] == [
        ("anna@mail.invalid", user.id, "open {link}"),
        ("", None, "open {link}"),
    ]
    assert [mail.is_void(each, now=NOW) for each in letters] == [False, True]
    assert mail.is_void(letters[0], now=NOW + timedelta(minutes=30))
    assert session.exec(select(OneTime)).all() == []


def test_a_link_works_once_within_half_an_hour_and_only_the_latest(session: Session) -> None:
    user = someone(session)
    first, latest = (accounts.link_for(session, user.id, now=NOW) for _ in range(2))
    assert latest not in {each.token_hash for each in session.exec(select(OneTime))}
    late = NOW + timedelta(minutes=30)
    assert refuses(lambda: accounts.by_link(session, first, "x", now=NOW))
    assert refuses(lambda: accounts.by_link(session, latest, "x", now=late))
    assert onetime.holder(session, Purpose.LINK, latest, now=NOW) == user.id
    accounts.by_link(session, latest, "x", now=NOW)
    assert refuses(lambda: accounts.by_link(session, latest, "y", now=NOW))
    assert user.password_hash == "x"


def test_a_code_works_once_with_its_persons_name_alone_however_it_is_typed(session: Session) -> None:
    user, admin = someone(session), viewer_as(session, someone(session, "root", OrganisationKind.PLATFORM))
    other = someone(session, "berta")
    code = accounts.hand_out_code(session, user, by=admin, now=NOW)
    for login, at in (("berta", NOW), ("nobody", NOW), ("anna", NOW + timedelta(hours=24))):
        with pytest.raises(Refusal, match="The sign-in name or the code is wrong"):
            accounts.code_holder(session, login, code, now=at)
    typed = code.upper().replace("-", " ")
    assert accounts.code_holder(session, " ANNA", typed, now=NOW) == user.id
    assert refuses(lambda: accounts.by_code(session, other.id, code, "x", now=NOW))
    accounts.by_code(session, user.id, typed, "x", now=NOW)
    assert refuses(lambda: accounts.by_code(session, user.id, code, "y", now=NOW))
    assert (user.password_hash, other.password_hash == "x") == ("x", False)
    said = [facts for _, facts in notes(session, Act.CREDENTIAL)]
    assert said == [{"what": "code"}, {"what": "password", "how": "code"}]


def test_admins_help_their_own_people_the_platforms_admins_everybody_and_nobody_oneself(session: Session) -> None:
    boss = someone(session)
    clerk, stranger = colleague(session, boss, "clerk"), someone(session, "berta")
    root = someone(session, "root", OrganisationKind.PLATFORM)
    auditor = colleague(session, root, "auditor", Role.VIEWER)
    gone = colleague(session, boss, "gone")
    gone.disabled_at = NOW
    session.flush()
    everybody = {"boss": boss, "clerk": clerk, "stranger": stranger, "root": root, "auditor": auditor, "gone": gone}
    may = {
        name: {whom for whom, user in everybody.items() if accounts.may_hand_out(viewer_as(session, by), user)}
        for name, by in everybody.items()
        if name != "gone"
    }
    assert may == {
        "boss": {"clerk"},
        "clerk": set(),
        "stranger": set(),
        "root": {"boss", "clerk", "stranger", "auditor"},
        "auditor": set(),
    }
    with pytest.raises(NotFound):
        accounts.hand_out_code(session, boss, by=viewer_as(session, clerk), now=NOW)
    with pytest.raises(NotFound):
        accounts.take_second_away(session, boss, by=viewer_as(session, clerk), now=NOW)


def test_two_who_open_one_link_at_once_are_one(engine: Engine) -> None:
    with writing(engine) as session:
        user = someone(session)
        link = accounts.link_for(session, user.id, now=NOW)
        session.commit()
    assert sorted(at_once(engine, lambda session: accounts.by_link(session, link, "x", now=NOW))) == [False, True]


def test_a_token_is_used_up_whatever_comes_of_it(session: Session) -> None:
    user = someone(session)
    token = onetime.issue(session, Purpose.SECOND, user.id, now=NOW)
    assert refuses(lambda: onetime.use(session, Purpose.LINK, token, now=NOW))
    assert onetime.use(session, Purpose.SECOND, token, now=NOW) == user.id
    assert refuses(lambda: onetime.use(session, Purpose.SECOND, token, now=NOW))
    assert refuses(lambda: onetime.holder(session, Purpose.SECOND, token, now=NOW))


# ---- the second factor


def test_an_authenticator_counts_once_its_first_code_came_and_its_secret_is_told_no_more(session: Session) -> None:
    viewer = viewer_as(session, someone(session))
    second.propose(session, viewer, key=KEY, now=NOW)
    secret = second.proposed(session, viewer, key=KEY, now=NOW)
    assert secret is not None
    kept = session.get_one(SecondFactor, viewer.user_id).secret
    assert secret not in kept
    assert sealing.opened(kept, "another key") != sealing.opened(kept, KEY)
    assert not second.has_second(session, viewer.user_id)
    assert refuses(lambda: second.take(session, viewer.user_id, pyotp.TOTP(secret).at(NOW), key=KEY, now=NOW))
    assert second.proposed(session, viewer, key=KEY, now=NOW + timedelta(minutes=30)) is None
    codes = second.confirm(session, viewer, pyotp.TOTP(secret).at(NOW), key=KEY, now=NOW)
    assert (len(set(codes)), second.left_codes(session, viewer.user_id)) == (10, 10)
    assert second.has_second(session, viewer.user_id)
    assert second.proposed(session, viewer, key=KEY, now=NOW) is None
    with pytest.raises(Conflict):
        second.propose(session, viewer, key=KEY, now=NOW)


def test_a_code_is_taken_once_and_none_before_it(session: Session) -> None:
    viewer = viewer_as(session, someone(session))
    clock, _ = with_second(session, viewer)
    later = NOW + timedelta(seconds=60)

    def takes(code: str) -> bool:
        return not refuses(lambda: second.take(session, viewer.user_id, code, key=KEY, now=later))

    codes = {seconds: clock.at(NOW + timedelta(seconds=seconds)) for seconds in (0, 30, 60, 90, 120)}
    assert not takes(codes[0])  # the one that confirmed it
    assert takes(codes[60])
    assert not takes(codes[60])
    assert not takes(codes[30])
    assert not takes(codes[120])  # more than half a minute ahead
    assert takes(codes[90])
    assert not takes("000 000" if codes[90] != "000000" else "000 001")


def test_a_recovery_code_works_once_and_for_its_person_alone(session: Session) -> None:
    viewer, other = (viewer_as(session, someone(session, login)) for login in ("anna", "berta"))
    _, codes = with_second(session, viewer)
    with_second(session, other)
    assert refuses(lambda: second.take(session, other.user_id, codes[0], key=KEY, now=NOW))
    second.take(session, viewer.user_id, codes[0].upper(), key=KEY, now=NOW)
    assert refuses(lambda: second.take(session, viewer.user_id, codes[0], key=KEY, now=NOW))
    assert second.left_codes(session, viewer.user_id) == 9
    assert {each.code_hash for each in session.exec(select(RecoveryCode))} & set(codes) == set()
    fresh = second.new_codes(session, viewer, now=NOW)
    assert refuses(lambda: second.take(session, viewer.user_id, codes[1], key=KEY, now=NOW))
    second.take(session, viewer.user_id, fresh[0], key=KEY, now=NOW)


def test_five_wrong_codes_make_the_sixth_wait(session: Session) -> None:
    user = someone(session)
    for _ in range(5):
        second.count_try(session, user.id, now=NOW)
    with pytest.raises(Busy):
        second.count_try(session, user.id, now=NOW)


def test_two_who_bring_one_code_at_once_are_one(engine: Engine) -> None:
    with writing(engine) as session:
        viewer = viewer_as(session, someone(session))
        clock, codes = with_second(session, viewer)
        session.commit()
    later = NOW + timedelta(minutes=1)
    for code in (clock.at(later), codes[3]):

        def take(session: Session, code: str = code) -> None:
            second.take(session, viewer.user_id, code, key=KEY, now=later)

        assert sorted(at_once(engine, take)) == [False, True]


def at_once(engine: Engine, act: Callable[[Session], object]) -> list[bool]:
    """Two threads with transactions of their own; whether each got through."""
    together, through = Barrier(2), list[bool]()

    def run() -> None:
        together.wait()
        with writing(engine) as session:
            refused = refuses(lambda: act(session))
            if not refused:
                session.commit()
        through.append(not refused)

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return through


def test_an_admin_takes_a_lost_second_factor_away_and_signs_the_person_out(session: Session) -> None:
    user, root = someone(session), viewer_as(session, someone(session, "root", OrganisationKind.PLATFORM))
    with_second(session, viewer_as(session, user))
    token = sign_in(session, user.id, now=NOW, two_factors=True)
    accounts.take_second_away(session, user, by=root, now=NOW)
    assert not second.has_second(session, user.id)
    assert second.left_codes(session, user.id) == 0
    assert viewer_of(session, token, now=NOW) is None
    assert notes(session, Act.CREDENTIAL)[-1] == (user.public_id, {"what": "second_factor_removed"})


def test_without_a_key_the_secret_is_kept_as_it_is() -> None:
    assert sealing.opened(sealing.sealed(b"twenty bytes or less", ""), "") == b"twenty bytes or less"
    sealed = {sealing.sealed(b"twenty bytes or less", KEY) for _ in range(5)}
    assert len(sealed) == 5
    assert {sealing.opened(each, KEY) for each in sealed} == {b"twenty bytes or less"}


# ---- the first admin, and the end


def test_the_first_admin_comes_by_a_token_that_works_once_and_only_while_there_is_none(session: Session) -> None:
    token = accounts.first_token(session, now=NOW)
    assert refuses(lambda: accounts.open_first(session, token, now=NOW + timedelta(hours=24)))
    assert refuses(lambda: accounts.open_first(session, token + "x", now=NOW))
    accounts.open_first(session, token, now=NOW)
    user = accounts.found_platform(session, token, "平台运营方", " Root ", "根", "-", now=NOW)
    organisation = session.get_one(Organisation, user.organisation_id)
    assert (user.login, user.role, organisation.kind, organisation.standing) == (
        "root",
        "admin",
        "platform",
        "verified",
    )
    assert refuses(lambda: accounts.found_platform(session, token, "x", "y", "z", "-", now=NOW))
    assert refuses(lambda: accounts.first_token(session, now=NOW))
    user.disabled_at = NOW
    session.flush()
    assert accounts.first_token(session, now=NOW)


def test_a_token_given_out_before_there_was_an_admin_opens_nothing_afterwards(session: Session) -> None:
    token = accounts.first_token(session, now=NOW)
    someone(session, "root", OrganisationKind.PLATFORM)
    assert refuses(lambda: accounts.open_first(session, token, now=NOW))
    assert refuses(lambda: accounts.found_platform(session, token, "x", "y", "z", "-", now=NOW))


def test_nothing_is_left_here_of_who_is_deleted(session: Session) -> None:
    user, stays = someone(session), someone(session, "berta")
    for each in (user, stays):
        with_second(session, viewer_as(session, each))
        accounts.link_for(session, each.id, now=NOW)
        sign_in(session, each.id, now=NOW)
        accounts.ask_for_link(session, each.login, "s", "b", now=NOW)
    accounts.forget(session, user.id)
    for table in (SecondFactor, RecoveryCode, OneTime, mail.Mail):
        assert {row.user_id for row in session.exec(select(table))} == {stays.id}
