"""Which laws and policies does the project lean on, since when and until when, and how far is each verified?

The table `policy.csv` is ours: the sense of each article in our own words, and what it asks of the software. The facts
(numbers, dates, articles) were compiled from the published texts and from official accounts of them. `state` says how
far each was verified: READ the text or an official account was read; PART the rule was read, a number or an item was
not; MEM not verified. PART and MEM are shown as 待核, and no rule that blocks rests on a MEM entry alone (a test).
A date may be a year or a month: it begins on its first day and ends on its last.
"""

import csv
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from marketplace.errors import NotFound
from marketplace.screening import rules

_FILE = Path(__file__).with_name("policy.csv")


class State(StrEnum):
    """How far an entry was verified."""

    READ = "READ"
    PART = "PART"
    MEM = "MEM"


@dataclass(frozen=True, slots=True)
class Policy:
    """One article, or one document, in one version. `since` None: not in force, or nobody knows since when."""

    number: str
    title: str
    document: str
    issuer: str
    dated: str
    article: str
    says: str
    asks: str
    asks_en: str
    state: State
    since: date | None
    until: date | None

    @property
    def is_verified(self) -> bool:
        """Whether it stands without 待核."""
        return self.state == State.READ

    def is_in_force(self, *, on: date) -> bool:
        """Whether it holds on a day."""
        return self.since is not None and self.since <= on and (self.until is None or on <= self.until)


@cache
def library() -> Mapping[str, Policy]:
    """Every entry by its number, in the order of the table."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["number"]: _policy(row) for row in csv.DictReader(file)}


def policy_by_number(number: str) -> Policy:
    """One entry. Raises NotFound."""
    found = library().get(number)
    if found is None:
        raise NotFound
    return found


def found_policies(
    words: str = "", *, on: date | None = None, state: State | None = None, of_screen: bool = False
) -> list[Policy]:
    """Entries that hold every word, are in force on a day, of a state, or cited by the incentive screen."""
    cited = {number for rule in rules().values() for number in rule.cites} if of_screen else None
    return [
        entry
        for entry in library().values()
        if all(word in _search(entry) for word in _folded(words).split())
        and (on is None or entry.is_in_force(on=on))
        and (state is None or entry.state == state)
        and (cited is None or entry.number in cited)
    ]


def in_force(numbers: Iterable[str], *, on: date) -> list[Policy]:
    """Which of several versions apply to a project of this day. Raises NotFound."""
    return [entry for entry in map(policy_by_number, numbers) if entry.is_in_force(on=on)]


def cited_by(rule: str) -> list[Policy]:
    """The entries a rule of the screen rests on, the foremost first."""
    return [library()[number] for number in rules()[rule].cites]


def rules_citing(entry: Policy) -> list[str]:
    """The rules of the screen that rest on an entry."""
    return [name for name, rule in rules().items() if entry.number in rule.cites]


def articles_beside(entry: Policy) -> list[Policy]:
    """The other entries of the same document."""
    return [other for other in library().values() if other.title == entry.title and other != entry]


def _policy(row: Mapping[str, str]) -> Policy:
    told = {name: row[name] for name in ("number", "title", "document", "issuer", "dated", "article", "says", "asks")}
    return Policy(
        **told,
        asks_en=row["asks_en"],
        state=State(row["state"]),
        since=_day(row["from"], last=False),
        until=_day(row["until"], last=True),
    )


def _day(text: str, *, last: bool) -> date | None:
    """The first or last day of a year, month or day."""
    if not text:
        return None
    year, month, day = (int(part) for part in (*text.split("-"), "0", "0")[:3])
    month = month or (12 if last else 1)
    return date(year, month, day or (monthrange(year, month)[1] if last else 1))


def _search(entry: Policy) -> str:
    texts = (entry.number, entry.title, entry.document, entry.issuer, entry.article, entry.says, entry.asks)
    return _folded(" ".join((*texts, entry.asks_en)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
