"""What happened, to whose things, by whom? Written in the transaction of the act, never changed, without any secret."""

from marketplace.journal.reading import Asked, Place, entries, mine
from marketplace.journal.sealing import Broken, Verdict, seal, seal_all, sealed, verify
from marketplace.journal.tables import Act, Entry, Seal
from marketplace.journal.writing import is_word_of_ours, note

__all__ = [
    "Act",
    "Asked",
    "Broken",
    "Entry",
    "Place",
    "Seal",
    "Verdict",
    "entries",
    "is_word_of_ours",
    "mine",
    "note",
    "seal",
    "seal_all",
    "sealed",
    "verify",
]
