"""Which dates has somebody before them, as a calendar that their own program fetches?"""

from marketplace.feeds.entries import SOURCES, TITLES, DateKind, Entry, entries_for
from marketplace.feeds.tokens import FeedToken, end_for, feed_of, renew, revoke, whose

__all__ = [
    "SOURCES",
    "TITLES",
    "DateKind",
    "Entry",
    "FeedToken",
    "end_for",
    "entries_for",
    "feed_of",
    "renew",
    "revoke",
    "whose",
]
