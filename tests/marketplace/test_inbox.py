"""Is what must be learned told once, to those it is for, and by letter as each of them chose?"""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from marketplace import inbox
from marketplace.database import writing
from marketplace.errors import NotFound
from marketplace.inbox import Asked, Letter, Notice, NoticeChoice, NoticeKind
from marketplace.inbox.digests import message_id
from marketplace.mail import Mail
from marketplace.organisations import Role, User, Viewer, viewer_as
from tests.marketplace.conftest import NOW

ABOUT = ("exchange", "abcdefghjkmn")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


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


def told(session: Session, viewer: Viewer, asked: Asked | None = None) -> list[tuple[NoticeKind, bool]]:
    return [(each.notice.kind, each.is_read) for each in inbox.notices_of(session, viewer, asked or Asked())]


def test_each_reads_for_themselves_and_no_further_than_their_role(session: Session, enterprise: Viewer) -> None:
    vera, ada = (colleague(session, enterprise, *who) for who in (("vera", Role.VIEWER), ("ada", Role.APPROVER)))
    house = enterprise.organisation_id
    inbox.tell(session, NoticeKind.OPENED, to=house, about=ABOUT, now=NOW)
    inbox.tell(session, NoticeKind.PROPOSAL_WAITING, to=house, about=ABOUT, now=NOW, least=Role.APPROVER)
    inbox.tell(session, NoticeKind.PROPOSAL_DECIDED, to=house, about=ABOUT, now=NOW, user_id=vera.user_id)
    assert [kind for kind, _ in told(session, vera)] == [NoticeKind.PROPOSAL_DECIDED, NoticeKind.OPENED]
    assert [kind for kind, _ in told(session, ada)] == [NoticeKind.PROPOSAL_WAITING, NoticeKind.OPENED]
    inbox.read(session, inbox.notices_of(session, vera, Asked())[1].notice, by=vera, now=NOW)
    assert told(session, vera, Asked(unread=True)) == [(NoticeKind.PROPOSAL_DECIDED, False)]
    assert (inbox.unread_count(session, vera), inbox.unread_count(session, ada)) == (1, 2)
    for _ in range(2):
        inbox.read_all(session, by=ada, now=NOW)
    assert (inbox.unread_count(session, vera), inbox.unread_count(session, ada)) == (1, 0)


def test_nobody_reads_what_others_were_told_and_what_was_before_they_came_is_no_news(
    session: Session, enterprise: Viewer, rival: Viewer
) -> None:
    inbox.tell(session, NoticeKind.OPENED, to=enterprise.organisation_id, about=ABOUT, now=NOW - HOUR)
    inbox.tell(session, NoticeKind.CLOSED, to=enterprise.organisation_id, about=ABOUT, now=NOW)
    assert told(session, enterprise) == [(NoticeKind.CLOSED, False), (NoticeKind.OPENED, True)]
    assert told(session, enterprise, Asked(unread=True)) == [(NoticeKind.CLOSED, False)]
    assert inbox.unread_count(session, enterprise) == 1
    assert told(session, rival) == []
    theirs = inbox.notices_of(session, enterprise, Asked())[0].notice
    with pytest.raises(NotFound):
        inbox.notice_by_id(session, theirs.public_id, rival)


def test_pages_follow_one_another_without_a_gap(session: Session, enterprise: Viewer) -> None:
    for count in range(5):
        inbox.tell(session, NoticeKind.OVERDUE, to=enterprise.organisation_id, about=ABOUT, now=NOW, count=count)
    first = inbox.notices_of(session, enterprise, Asked(), size=2)
    rest = inbox.notices_of(session, enterprise, Asked(), after=first[1].notice.public_id, size=9)
    assert [each.notice.facts["count"] for each in (*first[:2], *rest)] == [4, 3, 2, 1, 0]


def letters(session: Session) -> list[Mail]:
    return list(session.exec(select(Mail).order_by(Mail.id)))


def test_a_choice_decides_about_letters_and_the_inbox_has_everything(session: Session, enterprise: Viewer) -> None:
    ede = colleague(session, enterprise, "ede", Role.EDITOR)
    inbox.choose(session, {NoticeKind.INTEREST: Letter.NEVER, NoticeKind.CLOSED: Letter.AT_ONCE}, by=ede)
    for kind in (NoticeKind.INTEREST, NoticeKind.CLOSED):
        inbox.tell(session, kind, to=enterprise.organisation_id, about=ABOUT, now=NOW)
    assert [letter.subject for letter in letters(session)] == ["【园桥】一项对接已关闭"]
    assert len(told(session, ede)) == 2
    inbox.choose(session, {NoticeKind.CLOSED: inbox.letter_of(NoticeKind.CLOSED)}, by=ede)
    assert [row.kind for row in session.exec(select(NoticeChoice))] == [NoticeKind.INTEREST]


def test_the_letter_of_the_day_is_written_once_with_counts_alone(session: Session, enterprise: Viewer) -> None:
    ede = colleague(session, enterprise, "ede", Role.EDITOR)
    for kind in (NoticeKind.CLOSED, NoticeKind.CLOSED, NoticeKind.PROPOSAL_DECIDED, NoticeKind.OPENED):
        inbox.tell(session, kind, to=enterprise.organisation_id, about=ABOUT, now=NOW)
    inbox.choose(session, {NoticeKind.OPENED: Letter.NEVER}, by=ede)
    at_once = len(letters(session))
    morning = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    for _ in range(2):
        inbox.digest_due(session, {}, now=morning)
    [letter] = letters(session)[at_once:]
    assert letter.subject == "【园桥】2026-11-24 摘要：3 条未读通知"
    assert "一项对接已关闭：2 条" in letter.body
    assert ABOUT[1] not in letter.body
    inbox.digest_due(session, {}, now=morning + DAY)
    assert letters(session)[at_once:] == [letter]  # what was told once is not told again


def test_the_letter_of_the_day_waits_over_days_off_and_loses_nothing(session: Session, enterprise: Viewer) -> None:
    colleague(session, enterprise, "ede", Role.EDITOR)
    friday = datetime(2026, 11, 27, 9, tzinfo=UTC)
    inbox.digest_due(session, {}, now=datetime(2026, 11, 27, 0, 30, tzinfo=UTC))
    inbox.tell(session, NoticeKind.CLOSED, to=enterprise.organisation_id, about=ABOUT, now=friday)
    for day in (28, 29):
        inbox.digest_due(session, {}, now=datetime(2026, 11, day, 0, 30, tzinfo=UTC))
    assert letters(session) == []
    inbox.digest_due(session, {}, now=datetime(2026, 11, 30, 0, 30, tzinfo=UTC))
    assert len(letters(session)) == 1


def test_a_letter_of_a_day_has_one_name_however_often_it_is_composed(session: Session, enterprise: Viewer) -> None:
    ede = colleague(session, enterprise, "ede", Role.EDITOR)
    inbox.tell(session, NoticeKind.CLOSED, to=enterprise.organisation_id, about=ABOUT, now=NOW)
    inbox.digest_due(session, {}, now=NOW + DAY)
    [letter] = letters(session)
    assert letter.message_id == message_id(session.get_one(User, ede.user_id), NOW + DAY)
