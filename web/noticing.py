"""How does a notice read, where does it lead, and how much of it does its reader still see?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from marketplace import exchanges, inbox, projects, searches
from marketplace.errors import NotFound
from marketplace.exchanges import State
from marketplace.inbox import Letter, Notice, NoticeKind, Told, Topic
from marketplace.organisations import Viewer
from marketplace.searches import SavedSearch
from web.i18n import N_, Language, current, gettext, shown

TOPICS: Mapping[Topic, tuple[str, str]] = {  # words, icon
    Topic.EXCHANGES: (N_("Exchanges"), "users"),
    Topic.PROJECTS: (N_("Projects"), "flag"),
    Topic.CAPACITY: (N_("Capacity and holds"), "chart-bar"),
    Topic.SEARCHES: (N_("Saved searches"), "search"),
    Topic.HOUSE: (N_("Our organisation"), "building-community"),
}
LETTERS: Mapping[Letter, str] = {
    Letter.AT_ONCE: N_("straight away"),
    Letter.DAILY: N_("in the daily letter"),
    Letter.NEVER: N_("never by mail"),
}
PATHS: Mapping[str, str] = {  # noun → the page it is on; {id} is its public id, other names are facts
    "exchange": "/exchanges/{id}",
    "project": "/projects/{id}",
    "park": "/parks/{id}",
    "proposal": "/parks/{park}/sheet/proposals/{id}",
    "text": "/texts/{id}",
    "search": "/searches/{id}",
    "claim": "/organisation",
    "organisation": "/organisation",
    "webhook": "/organisation/webhooks/{id}",
    "invitation": "/organisation/people",
    "user": "/account",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A notice as its reader sees it."""

    id: str
    at: datetime
    title: str
    more: str
    icon: str
    is_read: bool
    leads: bool  # to a page that is there for its reader


def title_of(kind: NoticeKind) -> str:
    """What a kind says, in the reader's language."""
    words = inbox.WORDS[kind]
    return words.en if current.get() is Language.EN else words.zh


def lines_of(session: Session, told: Sequence[Told], viewer: Viewer, *, now: datetime) -> list[tuple[date, list[Line]]]:
    """Notices by day, each with no more words than its reader may see of what it is about."""
    return [(day, [_line(session, each, viewer, now) for each in of_day]) for day, of_day in inbox.days_of(told)]


def page_of(session: Session, notice: Notice, viewer: Viewer, *, now: datetime) -> str | None:
    """The page a notice leads to; None where there is nothing for its reader any more."""
    path = PATHS.get(notice.about_kind)
    if path is None or not _is_there(session, notice, viewer, now):
        return None
    try:
        return path.format_map({**notice.facts, "id": notice.about_id})
    except KeyError:
        return None


def _line(session: Session, told: Told, viewer: Viewer, now: datetime) -> Line:
    notice = told.notice
    words = inbox.WORDS[notice.kind]
    title = title_of(notice.kind)
    if notice.about_kind == "search" and (search := _search(session, notice, viewer)) is not None:
        title = gettext("%(title)s: %(name)s") % {"title": title, "name": search.name}
    more = words.en_more if current.get() is Language.EN else words.zh_more
    if more and not _is_open(session, notice, viewer, now):
        more = ""
    try:
        said = more.format_map({name: shown(value) for name, value in notice.facts.items()})
    except KeyError:
        said = ""  # told by an earlier version, with other facts
    leads = page_of(session, notice, viewer, now=now) is not None
    return Line(notice.public_id, notice.created_at, title, said, TOPICS[words.topic][1], told.is_read, leads)


def _is_there(session: Session, notice: Notice, viewer: Viewer, now: datetime) -> bool:
    if notice.about_kind == "project":
        return _has_project(session, notice, viewer, now)
    if notice.about_kind == "search":
        return _search(session, notice, viewer) is not None
    return notice.about_kind != "exchange" or _state(session, notice, viewer, now) is not None


def _search(session: Session, notice: Notice, viewer: Viewer) -> SavedSearch | None:
    try:
        return searches.search_by_id(session, notice.about_id, viewer)
    except NotFound:
        return None


def _has_project(session: Session, notice: Notice, viewer: Viewer, now: datetime) -> bool:
    try:
        projects.affair_by_id(session, notice.about_id, viewer, now=now)
    except NotFound:
        return False
    return True


def _is_open(session: Session, notice: Notice, viewer: Viewer, now: datetime) -> bool:
    """Whether facts may be shown: of an exchange only while it stands for its reader."""
    if notice.about_kind != "exchange":
        return True
    return _state(session, notice, viewer, now) not in (None, State.CLOSED)


def _state(session: Session, notice: Notice, viewer: Viewer, now: datetime) -> State | None:
    try:
        return exchanges.exchange_by_id(session, notice.about_id, viewer, now=now).state
    except NotFound:
        return None
