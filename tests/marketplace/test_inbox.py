"""Is what must be learned told once, to those it is for, and by letter as each of them chose?"""

from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import inbox
from marketplace.database import writing
from marketplace.inbox import Notice, NoticeKind
from marketplace.mail import Mail
from marketplace.organisations import Role, User, Viewer, viewer_as
from tests.marketplace.conftest import NOW

ABOUT = ("exchange", "abcdefghjkmn")


def colleague(session: Session, of: Viewer, login: str, role: Role) -> Viewer:
    user = User(login=login, name=login, password_hash="-", organisation_id=of.organisation_id, created_at=NOW)
    user.role, user.email = role, f"{login}@mail.invalid"
    session.add(user)
    session.flush()
    return viewer_as(session, user)


def kinds(session: Session) -> list[NoticeKind]:
    return [row.kind for row in session.exec(select(Notice).order_by(Notice.id))]


def test_what_has_a_key_is_told_once_to_each_organisation(session: Session, enterprise: Viewer, office: Viewer) -> None:
    for _ in range(2):
        for house in (enterprise.organisation_id, office.organisation_id):
            inbox.tell(session, NoticeKind.OPENED, to=house, about=ABOUT, now=NOW, key="open:1")
    assert kinds(session) == [NoticeKind.OPENED] * 2


def test_what_has_no_key_is_told_each_time(session: Session, enterprise: Viewer) -> None:
    for _ in range(2):
        inbox.tell(session, NoticeKind.CLOSED, to=enterprise.organisation_id, about=ABOUT, now=NOW)
    assert kinds(session) == [NoticeKind.CLOSED] * 2


def test_what_is_told_at_the_same_moment_is_told_once(engine: Engine, session: Session, enterprise: Viewer) -> None:
    colleague(session, enterprise, "anna", Role.VIEWER)
    session.commit()
    together = Barrier(4)

    def tell() -> None:
        together.wait()
        with writing(engine) as mine:
            house = enterprise.organisation_id
            inbox.tell(mine, NoticeKind.INTEREST, to=house, about=ABOUT, now=NOW, key="interest:1")
            mine.commit()

    threads = [Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds(session) == [NoticeKind.INTEREST]
    assert len(session.exec(select(Mail)).all()) == 1


def test_what_is_rolled_back_was_never_told(session: Session, enterprise: Viewer) -> None:
    house = enterprise.organisation_id
    colleague(session, enterprise, "anna", Role.VIEWER)
    session.commit()
    inbox.tell(session, NoticeKind.INTEREST, to=house, about=ABOUT, now=NOW)
    session.rollback()
    assert kinds(session) == []
    assert session.exec(select(Mail)).all() == []


@pytest.mark.parametrize("fact", ["上海某电池厂", "a b", "13912345678", "x@y.cn", 10**8])
def test_a_fact_that_is_no_word_or_count_of_ours_is_refused(session: Session, enterprise: Viewer, fact: object) -> None:
    with pytest.raises(ValueError, match="words and counts"):
        inbox.tell(session, NoticeKind.CLOSED, to=enterprise.organisation_id, about=ABOUT, now=NOW, what=fact)


def test_letters_go_to_those_whose_role_reaches_and_say_nothing_but_the_kind(
    session: Session, enterprise: Viewer
) -> None:
    for name, role in (("vera", Role.VIEWER), ("ede", Role.EDITOR), ("ada", Role.APPROVER)):
        colleague(session, enterprise, name, role)
    house = enterprise.organisation_id
    inbox.tell(session, NoticeKind.INTEREST, to=house, about=ABOUT, now=NOW, least=Role.EDITOR, round=2)
    letters = session.exec(select(Mail).order_by(Mail.id)).all()
    assert [letter.to_address for letter in letters] == ["ede@mail.invalid", "ada@mail.invalid"]
    assert {letter.subject for letter in letters} == {"【园桥】有一方表示对接意向，等待回应"}
    assert all(ABOUT[1] not in letter.body for letter in letters)


def test_every_kind_has_words_in_both_languages() -> None:
    assert set(inbox.WORDS) == set(NoticeKind)
    assert all(words.zh and words.en for words in inbox.WORDS.values())
    assert all(bool(words.zh_more) == bool(words.en_more) for words in inbox.WORDS.values())
