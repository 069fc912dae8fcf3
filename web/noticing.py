"""How does a notice read, where does it lead, and how much of it does its reader still see?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from marketplace import exchanges, inbox, parks, projects, searches
from marketplace.errors import NotFound
from marketplace.exchanges import Side, State
from marketplace.inbox import Letter, Notice, NoticeKind, Told, Topic
from marketplace.organisations import Viewer
from web import exchanging
from web.i18n import N_, Language, current, shown

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
    "park": "/parks/{id}/ledger",  # what expired there, or is offered
    "proposal": "/parks/{park}/sheet/proposals/{id}",
    "evidence": "/parks/{park}/capacity/evidence/{name}",
    "text": "/texts/{id}",
    "search": "/searches/{id}",
    "claim": "/organisation",
    "organisation": "/organisation",
    "webhook": "/organisation/webhooks/{id}",
    "invitation": "/organisation/people",
    "user": "/account",
}

CONFIDENTIAL = ("exchange", "project")  # their pages ask for what confidential things ask for; so do their names


@dataclass(frozen=True, slots=True)
class Line:
    """A notice as its reader sees it."""

    id: str
    at: datetime
    title: str
    about: str  # which exchange, project, park or search; empty where its reader may not know, or no more
    more: str
    icon: str
    is_read: bool
    leads: bool  # to a page that is there for its reader


@dataclass(frozen=True, slots=True)
class Seen:
    """What a notice is about, as it stands for its reader now."""

    is_there: bool = True
    is_open: bool = True  # facts may be shown: of an exchange only while it stands
    name: str = ""


GONE = Seen(is_there=False, is_open=False)


def title_of(kind: NoticeKind) -> str:
    """What a kind says, in the reader's language."""
    words = inbox.WORDS[kind]
    return words.en if current.get() is Language.EN else words.zh


def lines_of(
    session: Session, told: Sequence[Told], viewer: Viewer, *, now: datetime, named: bool
) -> list[tuple[date, list[Line]]]:
    """Notices by day, each with no more words than its reader may see; `named` where they may see what is confidential.

    What several notices are about is looked up once.
    """
    seen: dict[tuple[str, str], Seen] = {}
    for notice in (each.notice for each in told):
        if (about := (notice.about_kind, notice.about_id)) not in seen:
            seen[about] = _seen(session, notice, viewer, now)
    return [
        (day, [_line(each, seen[each.notice.about_kind, each.notice.about_id], named) for each in of_day])
        for day, of_day in inbox.days_of(told)
    ]


def page_of(session: Session, notice: Notice, viewer: Viewer, *, now: datetime) -> str | None:
    """The page a notice leads to; None where there is nothing for its reader any more."""
    return _path(notice, _seen(session, notice, viewer, now))


def _path(notice: Notice, seen: Seen) -> str | None:
    path = "/desk/overdue" if notice.kind is NoticeKind.OVERDUE_DESK else PATHS.get(notice.about_kind)
    if path is None or not seen.is_there:
        return None
    try:
        return path.format_map({**notice.facts, "id": notice.about_id})
    except KeyError:
        return None


def _line(told: Told, seen: Seen, named: bool) -> Line:
    notice = told.notice
    words = inbox.WORDS[notice.kind]
    more = (words.en_more if current.get() is Language.EN else words.zh_more) if seen.is_open else ""
    try:
        said = more.format_map({name: shown(value) for name, value in notice.facts.items()})
    except KeyError:
        said = ""  # told by an earlier version, with other facts
    name = seen.name if named or notice.about_kind not in CONFIDENTIAL else ""
    icon, leads = TOPICS[words.topic][1], _path(notice, seen) is not None
    return Line(notice.public_id, notice.created_at, title_of(notice.kind), name, said, icon, told.is_read, leads)


def _seen(session: Session, notice: Notice, viewer: Viewer, now: datetime) -> Seen:
    """By the rules of the page it leads to."""
    id = notice.about_id
    try:
        match notice.about_kind:
            case "exchange":
                return _exchange(session, id, viewer, now)
            case "project":
                return Seen(name=projects.affair_by_id(session, id, viewer, now=now).project.title)
            case "search":
                return Seen(name=searches.search_by_id(session, id, viewer).name)
    except NotFound:
        return GONE
    return Seen(name=_park(session, notice, viewer))


def _exchange(session: Session, id: str, viewer: Viewer, now: datetime) -> Seen:
    """By what the list of exchanges calls it; of a closed one a park's side keeps no more than that it was."""
    talk = exchanges.exchange_by_id(session, id, viewer, now=now)
    if talk.state is State.CLOSED and talk.side is Side.PARK:
        return Seen(is_open=False)
    row = exchanging.row_of(talk)
    return Seen(is_open=talk.state is not State.CLOSED, name=f"{row.title} · {row.about}")


def _park(session: Session, notice: Notice, viewer: Viewer) -> str:
    """The park's name, which everybody may know, of what is about one."""
    if notice.about_kind == "claim":
        ours = parks.claims_of(session, viewer.organisation_id)
        return next((park.name for row, park in ours if row.public_id == notice.about_id), "")
    code = notice.about_id if notice.about_kind == "park" else notice.facts.get("park")
    try:
        return parks.park_by_code(session, str(code)).name if code else ""
    except NotFound:
        return ""
