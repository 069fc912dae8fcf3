"""How does an open exchange read to one of its sides: what is next, which clocks run, what was said and done?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from marketplace import members, projects, talks
from marketplace.exchanges import Side
from marketplace.projects import Affair, Stage
from marketplace.resources import RESOURCES, TERMS
from marketplace.talks import (
    AnswerKind,
    Attached,
    Clock,
    ClockKind,
    EnquiryStatus,
    Listed,
    MessageKind,
    Offer,
    OfferStatus,
    Question,
    Room,
    Visit,
    VisitStatus,
)
from web import i18n, labels, ledgers, projecting
from web.i18n import N_, gettext, said
from web.rendering import pieces

KINDS: Mapping[str, str] = {
    MessageKind.PLAIN: N_("Message"),
    MessageKind.ASSESSMENT: N_("Assessment"),
    MessageKind.FEEDBACK: N_("Feedback"),
    MessageKind.REPORT: N_("Report on progress"),
}
ANSWERS: Mapping[str, str] = {
    AnswerKind.TEXT: N_("in words"),
    AnswerKind.AMOUNT: N_("an amount"),
    AnswerKind.YES_NO: N_("yes or no"),
    AnswerKind.DATE: N_("a date"),
    AnswerKind.CHOICE: N_("one of some choices"),
}
ENQUIRIES: Mapping[str, tuple[str, str, str]] = {  # tone, icon, words
    EnquiryStatus.ASKED: ("stale", "hourglass", N_("waits for an answer")),
    EnquiryStatus.ANSWERED: ("pass", "check", N_("answered")),
    EnquiryStatus.WITHDRAWN: ("plain", "ban", N_("taken back")),
}
OFFERS: Mapping[str, tuple[str, str, str]] = {
    OfferStatus.DRAFT: ("plain", "edit", N_("draft, only we see it")),
    OfferStatus.SENT: ("stale", "hourglass", N_("waits for an answer")),
    OfferStatus.ACCEPTED: ("pass", "check", N_("accepted")),
    OfferStatus.DECLINED: ("fail", "x", N_("declined")),
    OfferStatus.WITHDRAWN: ("plain", "ban", N_("taken back")),
    OfferStatus.EXPIRED: ("unknown", "clock", N_("expired")),
    OfferStatus.REPLACED: ("plain", "refresh", N_("replaced by a later one")),
}
VISITS: Mapping[str, tuple[str, str, str]] = {
    VisitStatus.PROPOSED: ("stale", "hourglass", N_("times proposed")),
    VisitStatus.AGREED: ("pass", "check", N_("agreed")),
    VisitStatus.CANCELLED: ("plain", "ban", N_("called off")),
    VisitStatus.DONE: ("pass", "check", N_("took place")),
}
CLOCKS: Mapping[tuple[str, bool], str] = {  # kind, ours
    (ClockKind.ANSWER, True): N_("We owe an answer"),
    (ClockKind.ANSWER, False): N_("The other side owes an answer"),
    (ClockKind.ASSESS, True): N_("We assess the project"),
    (ClockKind.ASSESS, False): N_("The park assesses the project"),
    (ClockKind.FEEDBACK, True): N_("We feed back: can we take it, on which terms"),
    (ClockKind.FEEDBACK, False): N_("The park feeds back: can it take the project, on which terms"),
    (ClockKind.REPORT, True): N_("We report on progress"),
    (ClockKind.REPORT, False): N_("The park reports on progress"),
}

AMOUNTS = ("land_mu", "building_m2", "land_10k_mu", "rent_cny_m2_month")


@dataclass(frozen=True, slots=True)
class Next:
    """The one step that is next: where its button leads, what it is, why now."""

    path: str
    words: str
    why: str = ""
    icon: str = "arrow-right"


@dataclass(frozen=True, slots=True)
class Ticking:
    """A clock as a side reads it."""

    words: str
    due: Any
    days: int
    over: bool
    ours: bool
    published: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of the timeline."""

    at: datetime
    ours: bool
    icon: str
    title: str
    text: str = ""
    path: str = ""
    status: tuple[str, str, str] | None = None
    read_at: datetime | None = None
    is_message: bool = False
    files: Sequence[Attached] = field(default_factory=tuple)


def open_page(session: Session, room: Room, now: datetime) -> dict[str, Any]:
    """What the page of an open exchange shows this side beyond identities and documents."""
    listed, offers, visits = _all(session, room)
    clocks = talks.clocks_of(session, room.exchange)
    speaks, affair = talks.may_speak(room.viewer), projects.affair_about(session, room.exchange, room.viewer, now=now)
    project, found = _project(session, affair), affair.project.public_id if affair else ""
    return {
        "next": (_asked(room, listed, offers, visits, now) or project or _next(room, offers, clocks))
        if speaks
        else None,
        "clocks": [_ticking(room, clock, now) for clock in clocks],
        "entries": sorted(_entries(session, room, listed, offers, visits, now), key=lambda each: each.at, reverse=True),
        "speaks": speaks,
        "binds": talks.may_bind(room.viewer),
        "project": affair.project if affair else None,
        "set_aside": ledgers.set_aside_for(session, room.exchange.public_id, found, now),
        "stages": projecting.STAGES,
        "kinds": [(kind, gettext(words)) for kind, words in KINDS.items()] if room.side is Side.PARK else [],
        **_people(session, room),
    }


def _people(session: Session, room: Room) -> dict[str, Any]:
    """Who speaks for each side, ours first, and who of ours could."""
    found = talks.speakers(session, room)
    ours = {person.id for person in found[room.side]}
    house = members.people_of(session, room.viewer.organisation_id)
    colleagues = [person for person in house if person.id not in ours and person.disabled_at is None]
    sides = [(True, found[room.side]), (False, found[room.side.other])]
    return {"speakers": sides, "colleagues": colleagues if talks.may_bind(room.viewer) else []}


def path_of(room: Room, *more: str) -> str:
    """An address within an exchange."""
    return "/".join(["/exchanges", room.exchange.public_id, *more])


def _all(session: Session, room: Room) -> tuple[list[Listed], list[Offer], list[Visit]]:
    return talks.enquiries_of(session, room), talks.offers_of(session, room), talks.visits_of(session, room)


def _asked(
    room: Room, listed: Sequence[Listed], offers: Sequence[Offer], visits: Sequence[Visit], now: datetime
) -> Next | None:
    """What waits for this side first: what it was asked, and what it was offered."""
    for enquiry, _ in listed:
        if enquiry.side is not room.side and enquiry.status is EnquiryStatus.ASKED:
            path = path_of(room, "questions", enquiry.public_id)
            return Next(path, gettext("Answer their questions"), gettext("They are read beside those of other parks."))
    for offer in offers:
        if room.side is Side.NEED and talks.status_of(offer, now=now) is OfferStatus.SENT:
            why = said(N_("It stands until {day}."), {"day": offer.expires_on})
            return Next(path_of(room, "offers", offer.public_id), gettext("Read the offer and answer it"), why)
    for visit in visits:
        if visit.side is not room.side and visit.status is VisitStatus.PROPOSED:
            return Next(path_of(room, "visits", visit.public_id), gettext("Choose a time for the visit"))
    return None


def _project(session: Session, affair: Affair | None) -> Next | None:
    """Once there is a project, what is next is entered there."""
    if affair is None or affair.project.stage is Stage.TERMINATED:
        return None
    path = f"/projects/{affair.project.public_id}"
    if projects.waits_for(session, [affair])[affair.project.id]:
        why = gettext("It counts once both sides have said it.")
        return Next(path, gettext("Confirm what they entered"), why, "check")
    why = gettext("Stages, holds, contracts and money that came in are entered there.")
    return Next(path, gettext("Go on in the project"), why, "flag")


def _next(room: Room, offers: Sequence[Offer], clocks: Sequence[Clock]) -> Next:
    """What this side's clocks want, or what an accepted offer becomes."""
    ours = {clock.kind for clock in clocks if clock.side is room.side}
    if ClockKind.ANSWER not in ours and any(offer.status is OfferStatus.ACCEPTED for offer in offers):
        why = gettext("The offer is accepted: set land and power aside, and enter the contract.")
        return Next(path_of(room, "project"), gettext("Make it a project"), why, "flag")
    return _by_clock(room, ours)


def _by_clock(room: Room, kinds: set[ClockKind]) -> Next:
    here = path_of(room)
    if ClockKind.ANSWER in kinds:
        return Next(f"{here}#write", gettext("Answer their message"), icon="pencil")
    if ClockKind.ASSESS in kinds:
        why = gettext("Three working days from the opening; questions, a visit or an offer count too.")
        return Next(f"{here}?kind=assessment#write", gettext("Write our assessment"), why, "edit")
    if room.side is Side.PARK and ClockKind.FEEDBACK in kinds:
        why = gettext("Within seven working days: an offer, or a word on why there is none.")
        return Next(path_of(room, "offers", "new"), gettext("Write an offer"), why, "file-spreadsheet")
    if room.side is Side.PARK:
        return Next(f"{here}?kind=report#write", gettext("Report on progress"), icon="edit")
    return Next(path_of(room, "questions", "new"), gettext("Ask the park questions"), icon="question-mark")


def _ticking(room: Room, clock: Clock, now: datetime) -> Ticking:
    ours, today = clock.side is room.side, now.astimezone(i18n.SHANGHAI).date()
    words, left = gettext(CLOCKS[clock.kind, ours]), (clock.due.on - today).days
    return Ticking(words, clock.due.on, left, clock.is_over(now=now), ours, clock.due.published)


def _entries(
    session: Session,
    room: Room,
    listed: Sequence[Listed],
    offers: Sequence[Offer],
    visits: Sequence[Visit],
    now: datetime,
) -> Iterator[Entry]:
    files = talks.files_of(session, room)
    for message in talks.messages_of(session, room):
        ours, title = message.side is room.side, gettext(KINDS[message.kind])
        own = tuple(files.get(message.id, ()))
        read = message.read_at if ours else None
        yield Entry(message.created_at, ours, "pencil", title, message.text, read_at=read, is_message=True, files=own)
    for enquiry, questions in listed:
        title = i18n.ngettext("%(num)s question", "%(num)s questions", len(questions)) % {"num": len(questions)}
        told = i18n.joined([label_of(question) for question in questions[:3]]) + ("…" if len(questions) > 3 else "")
        path, status = path_of(room, "questions", enquiry.public_id), ENQUIRIES[enquiry.status]
        yield Entry(enquiry.created_at, enquiry.side is room.side, "question-mark", title, told, path, status)
    for offer in offers:
        title = said(N_("Offer, version {number}"), {"number": offer.number})
        path, status = path_of(room, "offers", offer.public_id), OFFERS[talks.status_of(offer, now=now)]
        at = offer.sent_at or offer.created_at
        told = i18n.joined([f"{label} {words}" for label, words in terms_of(offer)])
        yield Entry(at, offer.side is room.side, "file-spreadsheet", title, told, path, status)
    for visit in visits:
        told = i18n.joined([visit.place, i18n.shown(visit.agreed_at)] if visit.agreed_at else [visit.place])
        path, status = path_of(room, "visits", visit.public_id), VISITS[visit.status]
        yield Entry(visit.created_at, visit.side is room.side, "calendar", gettext("Visit"), told, path, status)
    yield Entry(room.exchange.since_at, True, "lock-open", gettext("Both sides agreed: identities are open"))


def label_of(question: Question) -> str:
    """What is asked: the words, or the field of the sheet."""
    return question.text or labels.field(question.field)


def reply_of(question: Question) -> str:
    """An answer as people read it; empty where there is none."""
    if not question.reply:
        return ""
    match question.kind:
        case AnswerKind.YES_NO:
            return gettext("yes") if question.reply == talks.YES_NO[0] else gettext("no")
        case AnswerKind.AMOUNT:
            return amount_of(question)
    return question.reply


def amount_of(question: Question) -> str:
    """An amount with its unit and, of a field of the sheet, its conversion."""
    measure = talks.measure_of(question)
    if measure is None:
        return f"{i18n.number(Decimal(question.reply or 0))} {question.unit}".strip()
    return " · ".join(f"{each.number} {gettext(each.unit)}" for each in pieces(Decimal(question.reply or 0), measure))


def terms_of(offer: Offer) -> list[tuple[str, str]]:
    """(label, words) of what an offer says in figures and dates."""
    found = [(labels.field(name), measured(offer, name)) for name in AMOUNTS if getattr(offer, name) is not None]
    dated = ((name, getattr(offer, name)) for name in ("delivery_on", "expires_on"))
    return found + [(labels.field(name), day.isoformat()) for name, day in dated if day is not None]


def measured(offer: Offer, name: str) -> str:
    """An amount of an offer with its conversion."""
    quantity = {each.field: each for each in RESOURCES.values()}.get(name) or TERMS[name]
    shown = pieces(getattr(offer, name), quantity.measure)
    return " · ".join(f"{each.number} {gettext(each.unit)}" for each in shown)
