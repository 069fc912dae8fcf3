"""What happened, to whose things, by whom? Written in the transaction of the act, never changed, without any secret."""

from marketplace.journal.people import People, Person, colleagues, organisations_called, people_in, users_called
from marketplace.journal.reading import Asked, Place, entries, mine
from marketplace.journal.sealing import Broken, Verdict, seal, seal_all, sealed, verify
from marketplace.journal.tables import Act, Entry, Seal
from marketplace.journal.writing import enter_all, is_word_of_ours, note, said_of

__all__ = [
    "Act",
    "Asked",
    "Broken",
    "Entry",
    "People",
    "Person",
    "Place",
    "Seal",
    "Verdict",
    "colleagues",
    "enter_all",
    "entries",
    "is_word_of_ours",
    "mine",
    "note",
    "organisations_called",
    "people_in",
    "said_of",
    "seal",
    "seal_all",
    "sealed",
    "users_called",
    "verify",
]
