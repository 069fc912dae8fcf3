"""How does an entry of the journal read: who, what, about what?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from marketplace.journal import Act, Entry, People
from web.i18n import N_, gettext
from web.journal_facts import named, told

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
    Act.SENT: N_("sent to the other side"),
    Act.ACCEPTED: N_("accepted"),
    Act.SCREENED: N_("screened"),
    Act.DELETED: N_("deleted"),
    Act.ADVANCED: N_("stage reached"),
    Act.ENTERED: N_("entered, to be confirmed"),
    Act.CONFIRMED: N_("confirmed"),
    Act.SIGNED: N_("signed"),
    Act.HELD: N_("capacity held"),
    Act.COMMITTED: N_("capacity committed"),
    Act.RELEASED: N_("capacity released"),
    Act.EXPIRED: N_("hold expired"),
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
    "hold": N_("Hold of capacity"),
    "waiting": N_("Place in the waiting list"),
    "letter": N_("Letter of authority"),
    "listing": N_("Listing"),
    "message": N_("Message"),
    "file": N_("File"),
    "enquiry": N_("Questions"),
    "offer": N_("Offer"),
    "visit": N_("Visit"),
    "transfer": N_("Handing on to another park"),
    "project": N_("Project"),
    "occasion": N_("Occasion"),
    "plot": N_("Plot or building"),
    "evidence": N_("Source of a figure"),
    "voice": N_("Agent's question to an enterprise"),
    "webhook": N_("Webhook"),
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


def lines(entries: Iterable[Entry], people: People, *, whole: bool = False) -> list[Line]:
    """Entries in the reader's language; `whole` with digests in full."""
    return [_line(entry, people, whole) for entry in entries]


def acts() -> list[tuple[str, str]]:
    """(stored word, label) of every act, to choose from."""
    return [(str(act), gettext(word)) for act, word in ACTS.items()]


def _line(entry: Entry, people: People, whole: bool) -> Line:
    spoken_of = people.spoken_of.get(entry.about_id)
    return Line(
        number=entry.id,
        at=entry.at,
        act=str(entry.act),
        word=gettext(ACTS.get(entry.act, str(entry.act))),
        person=named(people.users.get(entry.by_user_id or 0), N_("deleted person {number}")),
        organisation=_house(entry, people),
        noun=gettext(NOUNS.get(entry.about, entry.about)),
        about=named(spoken_of, N_("deleted, number {number}")) if spoken_of else entry.about_id,
        facts=told(entry.facts, people, whole=whole),
    )


def _house(entry: Entry, people: People) -> str:
    if entry.by_organisation_id is None:
        return gettext("the platform")
    return named(people.organisations.get(entry.by_organisation_id), N_("deleted organisation {number}"))
