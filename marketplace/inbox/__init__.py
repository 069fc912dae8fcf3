"""What must somebody learn, and how do they want to be told?"""

from marketplace.inbox.kinds import WORDS, Letter, NoticeKind, Topic, Words, kinds_about, letter_of
from marketplace.inbox.tables import Digest, Notice, NoticeChoice, NoticeRead
from marketplace.inbox.telling import LETTER, tell

__all__ = [
    "LETTER",
    "WORDS",
    "Digest",
    "Letter",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "NoticeRead",
    "Topic",
    "Words",
    "kinds_about",
    "letter_of",
    "tell",
]
