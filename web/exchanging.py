"""How does an exchange read to one of its sides: what it is called, whose turn it is, what opens, what is open?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Annotated, Any

from fastapi import Depends
from sqlmodel import Session

from marketplace import disclosure, exchanges, mandates, parks
from marketplace.disclosure import Level
from marketplace.errors import NotFound
from marketplace.exchanges import Side, State, Talk
from marketplace.needs import Need
from marketplace.organisations import OrganisationKind, Role, Viewer
from marketplace.parks import Park
from web import labels, sentences, summaries
from web.dependencies import TwoFactors
from web.i18n import N_, gettext

STATES: Mapping[State, tuple[str, str, str]] = {  # tone, icon, words
    State.OURS: ("stale", "arrow-right", N_("waiting for us")),
    State.THEIRS: ("unknown", "hourglass", N_("waiting for them")),
    State.OPEN: ("pass", "lock-open", N_("open")),
    State.CLOSED: ("plain", "ban", N_("closed")),
}
OFFERS_MOST = 20
IDENTITY: Mapping[str, str] = {
    "owner.name": N_("Name of the enterprise"),
    "owner.uscc": N_("Unified social credit code"),
    "owner.contact": N_("Contact person, mail and telephone"),
    "office.name": N_("Name of the park's organisation"),
    "office.contact": N_("Contact person, mail and telephone"),
}


def talker(found: TwoFactors) -> Viewer:
    """Somebody of an organisation that can have exchanges; to the platform the pages do not exist."""
    if found.kind == OrganisationKind.PLATFORM:
        raise NotFound
    return found


def editor(found: Annotated[Viewer, Depends(talker)]) -> Viewer:
    """Who may act in an exchange; known before a form is read."""
    if not found.may(Role.EDITOR):
        raise NotFound
    return found


Talker = Annotated[Viewer, Depends(talker)]
Editor = Annotated[Viewer, Depends(editor)]


@dataclass(frozen=True, slots=True)
class Line:
    """One field that opens or is open: its words are the owner's own, or empty where only the label is shown."""

    label: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An exchange as a list shows it, all of it what its reader may see."""

    id: str
    state: State
    title: str
    about: str  # which of one's own: the need, or the park
    since: datetime
    until: datetime | None
    closed_at: datetime | None
    need_path: str
    simulated: bool


def row_of(talk: Talk) -> Row:
    """A line of the list. Of a closed one a park's side keeps no more than the date."""
    closed = talk.state is State.CLOSED
    return Row(
        id=talk.exchange.public_id,
        state=talk.state,
        title=title_of(talk),
        about=sentences.name_of(talk.need) if talk.side is Side.NEED else "" if closed else talk.park.name,
        since=talk.exchange.since_at,
        until=talk.standing.until,
        closed_at=talk.standing.closed_at,
        need_path="" if closed and talk.side is Side.PARK else need_path(talk),
        simulated=talk.exchange.simulated,
    )


def title_of(talk: Talk) -> str:
    """What an exchange is called: to a need's owner by the park, to the park by what the summary says."""
    if talk.side is Side.NEED:
        return talk.park.name
    return gettext(N_("A closed exchange")) if talk.state is State.CLOSED else blind_name(talk.need)


def blind_name(need: Need) -> str:
    """384 电池制造 · 安徽、江苏 · 1 亿元 to under 5 亿元: the public summary in a line, and nothing beyond it."""
    said = disclosure.seen(need, Level.PUBLIC).summary
    money = said.range_of("investment_10k")
    parts = [
        summaries.industry_of(said),
        summaries.regions(said.only or said.prefer),
        summaries.span("investment_10k", money) if money else "",
    ]
    return " · ".join(filter(None, parts)) or summaries.name_of(said)


def need_path(talk: Talk) -> str:
    """Where this side finds the need: an owner its own, a park the listing."""
    return f"/needs/{talk.need.public_id}" if talk.side is Side.NEED else f"/needs/open/{talk.need.listing_id}"


@dataclass(frozen=True, slots=True)
class Offer:
    """A park that may talk about a need: where its exchange is, or that one may begin."""

    code: str
    name: str
    exchange: str | None
    state: State | None
    may_begin: bool


def offer_of(session: Session, need: Need, park: Park, by: Viewer, now: datetime) -> Offer:
    """What a need's owner reads beside a park."""
    talk = next(
        (talk for talk in exchanges.exchanges_about(session, need, by, now=now) if talk.park.id == park.id), None
    )
    lives = talk is not None and talk.state is not State.CLOSED
    begins = need.listing_id is not None and park.owner_id is not None and exchanges.may_show_interest(by)
    id, state = (talk.exchange.public_id, talk.state) if talk and lives else (None, None)
    return Offer(park.code, park.name, id, state, begins and not lives)


def offers_of(session: Session, need: Need, by: Viewer, now: datetime) -> list[Offer]:
    """What who speaks for parks reads beside a need: each of them, with the exchange or the way to begin one."""
    talks = {
        talk.park.code: talk
        for talk in exchanges.exchanges_about(session, need, by, now=now)
        if talk.state is not State.CLOSED
    }
    found = []
    for code in sorted(disclosure.onlooker_of(session, by, need, now=now).speaks_for)[:OFFERS_MOST]:
        talk = talks.get(code)
        id, state = (talk.exchange.public_id, talk.state) if talk else (None, None)
        park = parks.park_by_code(session, code)
        begins = (
            talk is None and exchanges.may_show_interest(by) and mandates.may_speak(session, by, park, need, now=now)
        )
        found.append(Offer(code, park.name, id, state, begins))
    return found


def talks_about(session: Session, need: Need, by: Viewer, now: datetime) -> dict[State, int]:
    """How many exchanges of a need stand how, for its owner; closed ones are not counted."""
    states = [talk.state for talk in exchanges.exchanges_about(session, need, by, now=now)]
    return {state: states.count(state) for state in STATES if state is not State.CLOSED and state in states}


def label(name: str) -> str:
    """What a field of a list is called."""
    return gettext(IDENTITY[name]) if name in IDENTITY else labels.field(name)


def lines_of(need: Need, values: Mapping[str, Any]) -> list[Line]:
    """Fields with their values in words."""
    return [Line(label(name), _words(need, name, value)) for name, value in values.items()]


def names_of(names: Iterable[str]) -> list[Line]:
    """Fields by their labels alone."""
    return [Line(label(name)) for name in names]


def lists_of(session: Session, talk: Talk, viewer: Viewer) -> dict[str, Any]:
    """Both lists a consent is about: what we open, with values and check value, and what they would, by label."""
    opening = exchanges.opening_for(session, talk.need, talk.side, viewer)
    fields = disclosure.fields_opening(talk.need, Level.BOTH)
    theirs = exchanges.OF_OFFICE if talk.side is Side.NEED else fields
    return {"ours": lines_of(talk.need, opening.fields), "theirs": names_of(theirs), "digest": opening.sha256}


def _words(need: Need, name: str, value: Any) -> str:
    if name in IDENTITY:
        told = value if isinstance(value, list) else [value]
        return " · ".join(str(each) for each in told if each) or gettext(N_("not stated"))
    said = disclosure.seen(need, Level.BOTH).fields
    return summaries.words_of(name, reduce(getattr, name.split("."), said))
