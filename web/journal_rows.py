"""How does an entry of the journal read: who, what, about what?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.journal import Act, Entry, People, Person
from marketplace.organisations import OrganisationKind
from web import i18n, labels
from web.i18n import N_, gettext, said

ACTS: Mapping[str, str] = {
    Act.DISCLOSED: N_("disclosed"),
    Act.EXPORTED: N_("exported"),
    Act.RIGHTS: N_("rights changed"),
    Act.REFUSED: N_("refused"),
    Act.SIGNED_IN: N_("signed in"),
    Act.SIGNED_OUT: N_("signed out"),
    Act.CREDENTIAL: N_("credential changed"),
    Act.PUBLISHED: N_("published"),
    Act.CHANGED: N_("changed"),
    Act.WITHDRAWN: N_("withdrawn"),
    Act.CONSENTED: N_("consent"),
    Act.INTERESTED: N_("interest shown"),
    Act.DECLINED: N_("interest declined"),
    Act.PROMISED: N_("confidence promised"),
    Act.INTERESTED: N_("showed interest"),
    Act.DECLINED: N_("declined"),
    Act.PROMISED: N_("promised"),
    Act.SCREENED: N_("screened"),
    Act.DELETED: N_("deleted"),
}
NOUNS: Mapping[str, str] = {
    "need": N_("Need"),
    "park": N_("Park"),
    "organisation": N_("Organisation"),
    "user": N_("Person"),
    "exchange": N_("Exchange"),
    "document": N_("Document"),
    "invitation": N_("Invitation"),
    "mandate": N_("Mandate"),
    "token": N_("API token"),
    "route": N_("Page"),
    "journal": N_("Journal"),
    "screening": N_("Compliance screen"),
    "text": N_("Text"),
    "claim": N_("Claim of a park"),
    "handover": N_("Handing over"),
    "proposal": N_("Proposal"),
    "sheet": N_("Capacity sheet"),
    "letter": N_("Letter of authority"),
    "listing": N_("Listing"),
}
KINDS: Mapping[OrganisationKind, str] = {
    OrganisationKind.ENTERPRISE: N_("an enterprise"),
    OrganisationKind.PARK: N_("a park's organisation"),
    OrganisationKind.ORGANIZER: N_("an organizer"),
    OrganisationKind.PLATFORM: N_("the platform"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is read."""

    number: int
    at: datetime
    act: str
    word: str
    person: str
    organisation: str
    noun: str
    about: str  # a name, else the public id
    facts: str


def lines(entries: Iterable[Entry], people: People) -> list[Line]:
    """Entries in the reader's language."""
    return [_line(entry, people) for entry in entries]


def acts() -> list[tuple[str, str]]:
    """(stored word, label) of every act, to choose from."""
    return [(str(act), gettext(word)) for act, word in ACTS.items()]


def _line(entry: Entry, people: People) -> Line:
    spoken_of = people.spoken_of.get(entry.about_id)
    return Line(
        number=entry.id,
        at=entry.at,
        act=str(entry.act),
        word=gettext(ACTS.get(entry.act, str(entry.act))),
        person=_named(people.users.get(entry.by_user_id or 0), N_("deleted person {number}")),
        organisation=_house(entry, people),
        noun=gettext(NOUNS.get(entry.about, entry.about)),
        about=_named(spoken_of, N_("deleted, number {number}")) if spoken_of else entry.about_id,
        facts="; ".join(f"{name}: {_fact(name, value, people)}" for name, value in entry.facts.items()),
    )


def _house(entry: Entry, people: People) -> str:
    if entry.by_organisation_id is None:
        return gettext("the platform")
    return _named(people.organisations.get(entry.by_organisation_id), N_("deleted organisation {number}"))


def _named(person: Person | None, gone: str) -> str:
    if person is None:
        return ""
    if person.number is not None:
        return said(gone, {"number": str(person.number)})
    return gettext(KINDS[person.kind]) if person.kind else person.name


def _fact(name: str, value: Any, people: People) -> str:
    """Fields by their labels, whom it was opened to by name; anything else is a word of ours, as it stands."""
    match value:
        case int() if name == "to":
            return _named(people.organisations.get(value), N_("deleted organisation {number}"))
        case list():
            return i18n.joined([_fact(name, each, people) for each in value])
        case dict():
            return i18n.joined([f"{key} {_fact(name, each, people)}" for key, each in value.items()])
        case str() if name in ("field", "fields", "opened", "closed"):
            return labels.field(value)
        case _:
            return str(value)
