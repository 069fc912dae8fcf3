"""Who takes a second factor away, who is told, and where do links for a new password go after a change of address?"""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from marketplace import accounts, mail, personal
from marketplace.accounts import addresses, helping, second
from marketplace.errors import NotFound, Refusal
from marketplace.inbox import Notice, NoticeKind
from marketplace.journal import Act
from marketplace.organisations import OrganisationKind, Role, User, viewer_as
from marketplace.personal import OwnFields
from tests.marketplace.test_accounts import NOW, colleague, notes, someone, with_second


def told(session: Session, user: User) -> list[NoticeKind]:
    return list(session.exec(select(Notice.kind).where(Notice.user_id == user.id).order_by(Notice.id)))


def letters(session: Session, subject: str) -> list[str]:
    return list(session.exec(select(mail.Mail.to_address).where(mail.Mail.subject == subject).order_by(mail.Mail.id)))


def admins(session: Session, count: int) -> list[User]:
    first = someone(session, "root", OrganisationKind.PLATFORM)
    return [first, *(colleague(session, first, f"root{n}", Role.ADMIN) for n in range(1, count))]


def test_two_admins_take_a_second_factor_away_where_there_are_two(session: Session) -> None:
    user, (one, two) = someone(session), admins(session, 2)
    with_second(session, viewer_as(session, user))
    by, other = viewer_as(session, one), viewer_as(session, two)
    assert accounts.take_second_away(session, user, by=by, now=NOW) is False
    (waiting,) = accounts.requests_for(session, other, now=NOW)
    assert (waiting.login, waiting.asked_by, waiting.is_own) == ("anna", "安娜", False)
    with pytest.raises(NotFound):
        accounts.agree(session, waiting.id, by=by, now=NOW)
    assert second.has_second(session, user.id)
    accounts.agree(session, waiting.id, by=other, now=NOW)
    assert not second.has_second(session, user.id)
    with pytest.raises(NotFound):
        accounts.agree(session, waiting.id, by=other, now=NOW)
    assert told(session, user) == [NoticeKind.HELP_ASKED, NoticeKind.HELP_REMOVED]
    said = [facts["what"] for about, facts in notes(session, Act.CREDENTIAL) if about == user.public_id]
    assert said[-2:] == ["second_factor_asked", "second_factor_removed"]


def test_what_nobody_agreed_to_in_a_day_is_void_and_may_be_turned_down(session: Session) -> None:
    user, (one, two) = someone(session), admins(session, 2)
    with_second(session, viewer_as(session, user))
    by, other, late = viewer_as(session, one), viewer_as(session, two), NOW + helping.WAITS
    accounts.take_second_away(session, user, by=by, now=NOW)
    (waiting,) = accounts.requests_for(session, by, now=NOW)
    assert accounts.requests_for(session, other, now=late) == []
    with pytest.raises(NotFound):
        accounts.agree(session, waiting.id, by=other, now=late)
    accounts.turn_down(session, waiting.id, by=other, now=NOW)
    assert accounts.requests_for(session, by, now=NOW) == []
    assert second.has_second(session, user.id)


def test_nobody_else_sees_or_answers_what_waits(session: Session) -> None:
    user, (one, two) = someone(session), admins(session, 2)
    with_second(session, viewer_as(session, user))
    accounts.take_second_away(session, user, by=viewer_as(session, one), now=NOW)
    (waiting,) = accounts.requests_for(session, viewer_as(session, two), now=NOW)
    chief = viewer_as(session, colleague(session, user, "chief", Role.ADMIN))
    (seen,) = accounts.requests_for(session, chief, now=NOW)
    assert (seen.login, seen.asked_by) == ("anna", None), "the platform's people have no name outside"
    for other in (user, someone(session, "berta"), colleague(session, one, "auditor", Role.VIEWER)):
        by = viewer_as(session, other)
        assert accounts.requests_for(session, by, now=NOW) == []
        with pytest.raises(NotFound):
            accounts.agree(session, waiting.id, by=by, now=NOW)


def test_one_admin_alone_helps_alone_and_the_person_is_told_by_letter(session: Session) -> None:
    user, (one,) = someone(session), admins(session, 1)
    with_second(session, viewer_as(session, user))
    assert accounts.take_second_away(session, user, by=viewer_as(session, one), now=NOW)
    accounts.hand_out_code(session, user, by=viewer_as(session, one), now=NOW)
    assert told(session, user) == [NoticeKind.HELP_REMOVED, NoticeKind.HELP_CODE]
    assert letters(session, helping.SUBJECT) == ["anna@mail.invalid"] * 2


def corrected(session: Session, user: User, email: str | None) -> None:
    fields = OwnFields(name=user.name, email=email, phone=user.phone)
    personal.correct(session, fields, by=viewer_as(session, user), now=NOW)


def test_a_changed_address_gets_no_link_until_it_is_confirmed_and_the_old_one_is_told(session: Session) -> None:
    user = someone(session)
    corrected(session, user, "new@mail.invalid")
    assert (user.email, accounts.reset_address(session, user)) == ("new@mail.invalid", "anna@mail.invalid")
    accounts.ask_for_link(session, "anna", "reset", "{link}", now=NOW)
    assert letters(session, "reset") == ["anna@mail.invalid"]
    assert letters(session, addresses.SUBJECT) == ["new@mail.invalid"]
    assert letters(session, addresses.CHANGED_SUBJECT) == ["anna@mail.invalid"]
    token = accounts.confirmation_for(session, user.id, now=NOW)
    with pytest.raises(Refusal):
        accounts.confirm_address(session, token, now=NOW + timedelta(hours=24))
    accounts.confirm_address(session, token, now=NOW)
    assert accounts.reset_address(session, user) == "new@mail.invalid"
    with pytest.raises(Refusal):
        accounts.confirm_address(session, token, now=NOW)
    assert notes(session, Act.CREDENTIAL)[-1] == (user.public_id, {"what": "mail_confirmed"})


def test_a_letter_to_an_address_confirms_no_later_one(session: Session) -> None:
    user = someone(session)
    corrected(session, user, "new@mail.invalid")
    token = accounts.confirmation_for(session, user.id, now=NOW)
    corrected(session, user, "newer@mail.invalid")
    with pytest.raises(Refusal):
        accounts.confirm_address(session, token, now=NOW)
    assert letters(session, addresses.SUBJECT) == ["newer@mail.invalid"]
    assert accounts.reset_address(session, user) == "anna@mail.invalid"


def test_an_address_that_comes_back_or_goes_waits_for_nothing(session: Session) -> None:
    user = someone(session)
    corrected(session, user, "new@mail.invalid")
    corrected(session, user, "anna@mail.invalid")
    assert accounts.is_confirmed(session, user.id)
    corrected(session, user, None)
    assert (accounts.is_confirmed(session, user.id), accounts.reset_address(session, user)) == (True, "")
    corrected(session, user, "first@mail.invalid")
    assert accounts.reset_address(session, user) == ""
    assert letters(session, addresses.SUBJECT) == ["first@mail.invalid"]
