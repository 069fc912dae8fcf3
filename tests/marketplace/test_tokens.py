"""Does a token reach what its person may, no further, and no longer?"""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from marketplace import tokens
from marketplace.database import day_of
from marketplace.errors import NotFound, Refusal
from marketplace.journal import Act, Entry
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
from marketplace.tokens import MOST_LIVE, Scope, TokenFields

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
FIELDS = TokenFields(name="招商系统", scopes=[Scope.READ, Scope.NEEDS], days=30)


def person(session: Session, organisation: Organisation, login: str, role: Role = Role.EDITOR) -> Viewer:
    user = User(login=login, name=login, password_hash="-", organisation_id=organisation.id, role=role, created_at=NOW)
    session.add(user)
    session.flush()
    return viewer_as(session, user)


@pytest.fixture
def firm(session: Session) -> Organisation:
    return add_organisation(session, "企业", OrganisationKind.ENTERPRISE, now=NOW, standing=Standing.VERIFIED)


@pytest.fixture
def editor(session: Session, firm: Organisation) -> Viewer:
    return person(session, firm, "editor")


def test_a_token_stands_for_its_person_with_its_scopes(session: Session, editor: Viewer) -> None:
    token, text = tokens.make(session, FIELDS, by=editor.model_copy(update={"two_factors": True}), now=NOW)
    found = tokens.holder(session, text, now=NOW)
    assert found is not None
    viewer, held = found
    assert held.id == token.id
    assert viewer.scopes == {Scope.READ, Scope.NEEDS}
    assert viewer.two_factors
    said = viewer.model_dump(exclude={"scopes", "seen_at", "two_factors"})
    assert said == editor.model_dump(exclude={"scopes", "seen_at", "two_factors"})


def test_only_a_hash_and_a_beginning_are_kept(session: Session, editor: Viewer) -> None:
    token, text = tokens.make(session, FIELDS, by=editor, now=NOW)
    assert text.startswith("pb_")
    assert len(text) == 46
    assert token.prefix == text[:11]
    kept = [str(value) for row in session.exec(select(tokens.Token)) for value in row.model_dump().values()]
    noted = [str(entry.facts) for entry in session.exec(select(Entry))]
    assert not any(text in value or text[11:] in value for value in kept + noted)


def test_wrong_late_and_revoked_tokens_and_those_of_who_left_open_nothing(
    session: Session, firm: Organisation, editor: Viewer
) -> None:
    _, text = tokens.make(session, FIELDS, by=editor, now=NOW)
    for wrong in (text[:-1], text + "a", text.replace("pb_", ""), "", "pb_", "pb_" + "x" * 5000, text.upper()):
        assert tokens.holder(session, wrong, now=NOW) is None
    assert tokens.holder(session, text, now=NOW + timedelta(days=30, seconds=-1)) is not None
    assert tokens.holder(session, text, now=NOW + timedelta(days=30)) is None
    user = session.get_one(User, editor.user_id)
    user.disabled_at = NOW
    session.flush()
    assert tokens.holder(session, text, now=NOW) is None
    user.disabled_at = None
    other = add_organisation(session, "别家", OrganisationKind.ENTERPRISE, now=NOW)
    user.organisation_id = other.id
    session.flush()
    assert tokens.holder(session, text, now=NOW) is None
    user.organisation_id = firm.id
    session.flush()
    token = tokens.tokens_of(session, editor)[0]
    tokens.revoke(session, token.public_id, by=editor, now=NOW)
    session.refresh(token)
    assert tokens.holder(session, text, now=NOW) is None


def test_role_and_standing_bound_a_token_as_they_are_today(
    session: Session, firm: Organisation, editor: Viewer
) -> None:
    _, text = tokens.make(session, FIELDS, by=editor, now=NOW)
    firm.standing = Standing.SUSPENDED
    session.get_one(User, editor.user_id).role = Role.VIEWER
    session.flush()
    found = tokens.holder(session, text, now=NOW)
    assert found is not None
    assert found[0].standing == Standing.SUSPENDED
    assert not found[0].may(Role.EDITOR)


def test_an_admin_sees_and_ends_the_tokens_of_the_organisation_and_nobody_elses(
    session: Session, firm: Organisation, editor: Viewer
) -> None:
    admin, colleague = person(session, firm, "admin", Role.ADMIN), person(session, firm, "colleague")
    other = add_organisation(session, "别家", OrganisationKind.ENTERPRISE, now=NOW)
    stranger = person(session, other, "stranger", Role.ADMIN)
    token, _ = tokens.make(session, FIELDS, by=editor, now=NOW)
    assert [(row.id, name) for row, name in tokens.tokens_of_others(session, admin)] == [(token.id, "editor")]
    for by in (colleague, stranger):
        assert tokens.tokens_of_others(session, by) == []
        with pytest.raises(NotFound):
            tokens.revoke(session, token.public_id, by=by, now=NOW)
    with pytest.raises(NotFound):
        tokens.revoke(session, "none", by=admin, now=NOW)
    tokens.revoke(session, token.public_id, by=admin, now=NOW)
    tokens.revoke(session, token.public_id, by=admin, now=NOW + timedelta(days=1))  # over already
    session.refresh(token)
    assert token.revoked_at == NOW
    entries = session.exec(select(Entry).where(Entry.act == Act.RIGHTS, Entry.about == "token")).all()
    assert [entry.facts["change"] for entry in entries] == ["token_made", "token_revoked"]


def test_a_program_makes_and_ends_no_token(session: Session, editor: Viewer) -> None:
    token, text = tokens.make(session, FIELDS, by=editor, now=NOW)
    found = tokens.holder(session, text, now=NOW)
    assert found is not None
    with pytest.raises(NotFound):
        tokens.make(session, FIELDS, by=found[0], now=NOW)
    with pytest.raises(NotFound):
        tokens.revoke(session, token.public_id, by=found[0], now=NOW)


def test_there_are_at_most_twenty_at_a_time(session: Session, editor: Viewer) -> None:
    made = [tokens.make(session, FIELDS, by=editor, now=NOW)[0] for _ in range(MOST_LIVE)]
    with pytest.raises(Refusal, match="tokens already"):
        tokens.make(session, FIELDS, by=editor, now=NOW)
    tokens.revoke(session, made[0].public_id, by=editor, now=NOW)
    session.refresh(made[0])
    tokens.make(session, FIELDS, by=editor, now=NOW)


def test_the_day_of_use_is_remembered(session: Session, editor: Viewer) -> None:
    token, _ = tokens.make(session, FIELDS, by=editor, now=NOW)
    tokens.used(session, token, now=NOW)
    session.refresh(token)
    assert token.last_used_on == day_of(NOW)
