"""What must somebody learn, and how do they want to be told?"""

from marketplace.inbox.choosing import choices_of, choose
from marketplace.inbox.digests import digest_due
from marketplace.inbox.kinds import WORDS, Letter, NoticeKind, Topic, Words, kinds_about, kinds_for, letter_of
from marketplace.inbox.reading import (
    COUNT_MOST,
    Asked,
    Told,
    counts_by_kind,
    days_of,
    notice_by_id,
    notices_of,
    read,
    read_all,
    unread_count,
)
from marketplace.inbox.tables import Digest, Notice, NoticeChoice, NoticeRead
from marketplace.inbox.telling import LETTER, tell

__all__ = [
    "COUNT_MOST",
    "LETTER",
    "WORDS",
    "Asked",
    "Digest",
    "Letter",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "NoticeRead",
    "Told",
    "Topic",
    "Words",
    "choices_of",
    "choose",
    "counts_by_kind",
    "days_of",
    "digest_due",
    "kinds_about",
    "kinds_for",
    "letter_of",
    "notice_by_id",
    "notices_of",
    "read",
    "read_all",
    "tell",
    "unread_count",
]
