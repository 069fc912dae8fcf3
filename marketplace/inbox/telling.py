"""How does somebody learn what happened: in the inbox at once, and by letter as each person chose?

In the transaction of the act, so that what is rolled back was never told.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from marketplace import mail, webhooks
from marketplace.database import public_id
from marketplace.inbox.kinds import WORDS, Letter, NoticeKind, letter_of
from marketplace.inbox.tables import Notice, NoticeChoice
from marketplace.journal import is_word_of_ours
from marketplace.organisations import Role, User

LETTER = "notice"  # a letter whose {site} is the address of this platform
SUBJECT = "【园桥】{title}"
BODY = """您好！

{title}。请登录园桥查看：
{{site}}/inbox

邮件中不含任何业务内容，详情只在登录后显示。
如需调整或停止接收邮件，请到“通知设置”：
{{site}}/account/notices
"""


def tell(
    session: Session,
    kind: NoticeKind,
    *,
    to: int,
    about: tuple[str, str],
    now: datetime,
    least: Role = Role.VIEWER,
    user_id: int | None = None,
    key: str | None = None,
    **facts: Any,
) -> None:
    """Tell an organisation's people from a role on, or one of them; what has a `key` is told once.

    `facts` are words, counts and dates of ours: one that no code of ours can be (Chinese, a name, a long number) is a
    ValueError, ours to mend. Whoever reads them sees what the notice is about (see `kinds`).
    """
    told = {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
    wrong = [name for name, value in told.items() if not is_word_of_ours(value)]
    if wrong:
        raise ValueError(f"a notice keeps words and counts of ours, no values: {', '.join(wrong)}")
    once = f"{user_id or ''}:{key}" if key else None
    values: dict[str, Any] = {
        "organisation_id": to,
        "user_id": user_id,
        "least": least,
        "kind": kind,
        "facts": told,
        "key": once,
    }
    values |= {"about_kind": about[0], "about_id": about[1], "public_id": public_id(), "created_at": now}
    if _add(session, values):
        if user_id is None:
            webhooks.enqueue(session, kind, to=to, about=about, now=now)
        _write_letters(session, kind, str(values["public_id"]), _readers(session, to, least, user_id), now)


def _add(session: Session, values: dict[str, Any]) -> bool:
    """Whether it was not told before."""
    session.flush()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(Notice).values(**values)
    once = row.on_conflict_do_nothing(index_elements=["organisation_id", "key"])
    return session.connection().execute(once.returning(col(Notice.id))).first() is not None


def _readers(session: Session, to: int, least: Role, user_id: int | None) -> Sequence[User]:
    """Who may be written to."""
    query = select(User).where(User.organisation_id == to, col(User.disabled_at).is_(None))
    query = query.where(col(User.email).is_not(None), reaches(least))
    if user_id is not None:
        query = query.where(User.id == user_id)
    return session.exec(query.order_by(col(User.id))).all()


def reaches(least: Role) -> ColumnElement[bool]:
    """People whose role goes at least this far."""
    order = tuple(Role)
    return col(User.role).in_(order[order.index(least) :])


def _write_letters(session: Session, kind: NoticeKind, id: str, readers: Sequence[User], now: datetime) -> None:
    """Letters to those who want this kind at once: that something happened, and the way in."""
    chosen = select(NoticeChoice).where(
        NoticeChoice.kind == kind, col(NoticeChoice.user_id).in_([reader.id for reader in readers])
    )
    choices = {row.user_id: row.letter for row in session.exec(chosen)} if readers else {}
    title = WORDS[kind].zh
    for reader in readers:
        if choices.get(reader.id, letter_of(kind)) is not Letter.AT_ONCE:
            continue
        subject, body = SUBJECT.format(title=title), BODY.format(title=title)
        mail.post(session, reader.email or "", subject, body, now=now, link=LETTER, user_id=reader.id)
