"""What does the letter of the day say, to whom, and once?

Counts and the way in, nothing else: 08:30 in Shanghai on working days, whatever was told since the last one and is
still unread.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from marketplace import mail, workdays
from marketplace.database import day_of
from marketplace.inbox.choosing import choices_of
from marketplace.inbox.kinds import WORDS, Letter, NoticeKind
from marketplace.inbox.reading import Asked, notices_of
from marketplace.inbox.tables import Digest, Notice
from marketplace.inbox.telling import LETTER
from marketplace.mail import Mail
from marketplace.organisations import Organisation, Standing, User, viewer_as

SETTLING = timedelta(minutes=5)  # told by who has not committed yet: the next letter's
FIRST = timedelta(days=3)  # how far back a person's first letter reaches
KINDS_MOST = 500
SUBJECT = "【园桥】{day} 摘要：{count} 条未读通知"
BODY = """您好！

以下是园桥为您汇总的未读通知（{day}）：
{lines}

请登录查看：
{{site}}/inbox

邮件中不含任何业务内容，详情只在登录后显示。
如需调整或停止接收摘要，请到“通知设置”：
{{site}}/account/notices
"""


def digest_due(session: Session, facts: Mapping[str, Any], *, now: datetime) -> None:
    """Write the letters of the day, one a person; on a day off nobody gets one."""
    day = day_of(now)
    if not workdays.is_workday(day):
        return
    people = select(User).join(Organisation).where(col(User.disabled_at).is_(None), col(User.email).is_not(None))
    told = select(Notice.organisation_id).where(Notice.created_at > now - FIRST * 4).distinct()
    people = people.where(col(User.organisation_id).in_(told), Organisation.standing != Standing.SUSPENDED)
    for person in session.exec(people.order_by(col(User.id))).all():
        _write(session, person, now=now)


def message_id(person: User, now: datetime) -> str:
    """The same for a person and a day, whoever composes the letter and however often."""
    return "digest-" + hashlib.sha256(f"{person.public_id} {day_of(now)}".encode()).hexdigest()[:40]


def _write(session: Session, person: User, *, now: datetime) -> None:
    """One person's letter, unless this day's is there or there is nothing to say."""
    name = message_id(person, now)
    if session.exec(select(Mail.id).where(Mail.message_id == name)).first() is not None:
        return
    counts = _new(session, person, now=now)
    if not counts:
        return
    day = f"{day_of(now):%Y-%m-%d}"
    lines = "\n".join(f"· {WORDS[kind].zh}：{count} 条" for kind, count in sorted(counts.items(), key=_order))
    subject = SUBJECT.format(day=day, count=sum(counts.values()))
    body = BODY.format(day=day, lines=lines)
    mail.post(session, person.email or "", subject, body, now=now, link=LETTER, user_id=person.id, message_id=name)


def _new(session: Session, person: User, *, now: datetime) -> Counter[NoticeKind]:
    """How many of each kind are unread that this person wants in the letter; the mark moves on."""
    mark = session.get(Digest, person.id)
    since, until = mark.until_at if mark else now - FIRST, now - SETTLING
    if mark is None:
        session.add(Digest(user_id=person.id, until_at=until))
    else:
        mark.until_at = max(until, since)
    choices = choices_of(session, person.id)
    unread = notices_of(session, viewer_as(session, person), Asked(unread=True), size=KINDS_MOST)
    within: Sequence[Notice] = [told.notice for told in unread if since < told.notice.created_at <= until]
    return Counter(notice.kind for notice in within if choices[notice.kind] is Letter.DAILY)


def _order(row: tuple[NoticeKind, int]) -> tuple[int, str]:
    return -row[1], str(row[0])
