"""Do people come in, change their role and go so that an organisation always has an admin?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import members
from marketplace.database import writing
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.journal import Entry
from marketplace.members import Invitation, PersonFields
from marketplace.organisations import (
    Organisation,
    OrganisationKind,
    Role,
    SignIn,
    Standing,
    User,
    Viewer,
    add_organisation,
    sign_in,
    viewer_as,
    viewer_of,
)

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
HASH = "-"


def somebody(session: Session, office: Viewer, login: str, role: Role) -> Viewer:
    organisation = session.get_one(Organisation, office.organisation_id)
    fields = PersonFields(person=login, login=login)
    return viewer_as(session, members.enter(session, organisation, fields, HASH, role, now=NOW))


def user_of(session: Session, viewer: Viewer) -> User:
    return session.get_one(User, viewer.user_id)


def test_an_invited_person_takes_the_place_once_in_the_role_it_was_kept_for(session: Session, office: Viewer) -> None:
    row, token = members.invite(session, Role.EDITOR, email="b@example.cn", by=office, now=NOW)
    assert token not in row.token_hash
    fields = PersonFields(person="李编辑", login="Li.Bianji", email="b@example.cn")
    user = members.accept(session, token, fields, HASH, now=NOW)
    assert (user.login, user.role, user.organisation_id) == ("li.bianji", Role.EDITOR, office.organisation_id)
    assert members.invitations_of(session, office, now=NOW) == []
    with pytest.raises(NotFound):
        members.accept(session, token, PersonFields(person="x", login="another"), HASH, now=NOW)


@pytest.mark.parametrize("days", [7, 8])
def test_an_invitation_holds_for_seven_days(session: Session, office: Viewer, days: int) -> None:
    _, token = members.invite(session, Role.VIEWER, by=office, now=NOW)
    late = NOW + timedelta(days=days)
    assert members.invitations_of(session, office, now=late) == []
    with pytest.raises(NotFound):
        members.invitation_by(session, token, now=late)


def test_a_withdrawn_invitation_and_an_invented_one_open_nothing(session: Session, office: Viewer) -> None:
    row, token = members.invite(session, Role.VIEWER, by=office, now=NOW)
    members.withdraw_invitation(session, row.public_id, by=office, now=NOW)
    for wrong in (token, "invented"):
        with pytest.raises(NotFound):
            members.invitation_by(session, wrong, now=NOW)


def test_a_suspended_organisation_lets_nobody_in(session: Session, office: Viewer) -> None:
    _, token = members.invite(session, Role.VIEWER, by=office, now=NOW)
    session.get_one(Organisation, office.organisation_id).standing = Standing.SUSPENDED
    session.flush()
    with pytest.raises(NotFound):
        members.accept(session, token, PersonFields(person="x", login="later"), HASH, now=NOW)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.APPROVER])
def test_only_admins_let_people_in_and_out(session: Session, office: Viewer, role: Role) -> None:
    other = somebody(session, office, f"{role}-person", role)
    third = user_of(session, somebody(session, office, "third", Role.VIEWER))
    row, _ = members.invite(session, Role.VIEWER, by=office, now=NOW)
    acts: list[Callable[[], object]] = [
        lambda: members.invite(session, Role.VIEWER, by=other, now=NOW),
        lambda: members.withdraw_invitation(session, row.public_id, by=other, now=NOW),
        lambda: members.change_role(session, third, Role.ADMIN, by=other, now=NOW),
        lambda: members.leave(session, third, by=other, now=NOW),
        lambda: members.set_four_eyes(session, False, by=other, now=NOW),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()


def test_an_admin_of_another_organisation_reaches_nobody(
    session: Session, office: Viewer, other_office: Viewer
) -> None:
    editor = user_of(session, somebody(session, office, "editor-person", Role.EDITOR))
    with pytest.raises(NotFound):
        members.person(session, editor.public_id, other_office)
    with pytest.raises(NotFound):
        members.change_role(session, editor, Role.ADMIN, by=other_office, now=NOW)
    with pytest.raises(NotFound):
        members.leave(session, editor, by=other_office, now=NOW)


def test_the_last_admin_neither_leaves_nor_steps_down_until_there_is_another(session: Session, office: Viewer) -> None:
    user = user_of(session, office)
    second = user_of(session, somebody(session, office, "second", Role.APPROVER))
    with pytest.raises(Conflict):
        members.leave(session, user, by=office, now=NOW)
    with pytest.raises(Conflict):
        members.change_role(session, user, Role.VIEWER, by=office, now=NOW)
    members.change_role(session, second, Role.ADMIN, by=office, now=NOW)
    members.leave(session, user, by=office, now=NOW)
    assert [person.login for person in members.people_of(session, office.organisation_id)] == ["second"]


def test_who_leaves_is_signed_out_everywhere_at_once(session: Session, office: Viewer) -> None:
    editor = somebody(session, office, "editor-person", Role.EDITOR)
    tokens = [sign_in(session, editor.user_id, now=NOW) for _ in range(2)]
    members.leave(session, user_of(session, editor), by=editor, now=NOW)
    assert [viewer_of(session, token, now=NOW) for token in tokens] == [None, None]
    assert session.exec(select(SignIn).where(SignIn.user_id == editor.user_id)).all() == []


def test_every_right_that_changes_is_in_the_journal_without_a_name(session: Session, office: Viewer) -> None:
    row, token = members.invite(session, Role.EDITOR, email="secret@example.cn", by=office, now=NOW)
    user = members.accept(session, token, PersonFields(person="机密人", login="secret-login"), HASH, now=NOW)
    members.change_role(session, user, Role.APPROVER, by=office, now=NOW)
    members.leave(session, user, by=office, now=NOW)
    entries = session.exec(select(Entry).where(Entry.act == "rights", Entry.whose_id == office.organisation_id)).all()
    about = [(entry.about, entry.about_id) for entry in entries]
    assert about == [("invitation", row.public_id), *[("user", user.public_id)] * 3]
    assert entries[2].facts == {"before": "editor", "role": "approver"}
    said = str([entry.facts for entry in entries])
    assert not any(word in said for word in ("机密人", "secret", token))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("login", "王 五"),
        ("login", "ab"),
        ("email", "no-at"),
        ("email", "a@b<c>.cn"),
        ("phone", "call me"),
        ("person", ""),
    ],
)
def test_what_is_no_login_mail_or_phone_is_refused(name: str, text: str) -> None:
    fields = {"person": "王五", "login": "wangwu", "email": "w@example.cn", "phone": "0551-1234567"}
    PersonFields.model_validate(fields)
    with pytest.raises(ValueError, match=name):
        PersonFields.model_validate(fields | {name: text})


def test_a_taken_login_is_refused(session: Session, office: Viewer) -> None:
    somebody(session, office, "taken", Role.VIEWER)
    with pytest.raises(Refusal) as refused:
        somebody(session, office, "Taken", Role.VIEWER)
    assert [fault.where for fault in refused.value.faults] == ["login"]


def together(engine: Engine, *acts: Callable[[Session], object]) -> list[str]:
    """Each in a thread and a transaction of its own, all at once: done, or the kind of refusal."""
    barrier, results = Barrier(len(acts)), list[str]()

    def run(act: Callable[[Session], object]) -> None:
        barrier.wait()
        with writing(engine) as session:
            try:
                act(session)
                session.commit()
                results.append("done")
            except Refusal as refusal:
                results.append(type(refusal).__name__)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def two_admins(engine: Engine) -> list[Viewer]:
    with writing(engine) as session:
        organisation = add_organisation(session, "丙管委会", OrganisationKind.PARK, now=NOW, standing=Standing.VERIFIED)
        people = [
            members.enter(session, organisation, PersonFields(person=login, login=login), HASH, Role.ADMIN, now=NOW)
            for login in ("first-admin", "second-admin")
        ]
        viewers = [viewer_as(session, user) for user in people]
        session.commit()
    return viewers


@pytest.mark.parametrize("_", range(3))
def test_of_two_last_admins_who_leave_at_once_one_stays(engine: Engine, _: int) -> None:
    def leaving(viewer: Viewer) -> Callable[[Session], object]:
        return lambda session: members.leave(session, user_of(session, viewer), by=viewer, now=NOW)

    viewers = two_admins(engine)
    assert together(engine, *map(leaving, viewers)) == ["Conflict", "done"]
    with writing(engine) as session:
        assert members.reaching(session, viewers[0].organisation_id, Role.ADMIN) == 1


@pytest.mark.parametrize("_", range(3))
def test_of_two_who_take_up_an_invitation_at_once_one_comes_in(engine: Engine, _: int) -> None:
    admin = two_admins(engine)[0]
    with writing(engine) as session:
        _, token = members.invite(session, Role.EDITOR, by=admin, now=NOW)
        session.commit()

    def coming(login: str) -> Callable[[Session], object]:
        fields = PersonFields(person=login, login=login)
        return lambda session: members.accept(session, token, fields, HASH, now=NOW)

    results = together(engine, coming("one-person"), coming("two-person"))
    assert results.count("done") == 1
    with writing(engine) as session:
        assert members.reaching(session, admin.organisation_id, Role.EDITOR) == 3
        assert session.exec(select(Invitation)).one().accepted_at is not None
