"""How does 流转 read: why a park hands a project on, how a proposal stands, and what its decision would tell whom?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from marketplace import exchanges, talks
from marketplace.exchanges import Side, State, Talk
from marketplace.parks import Park
from marketplace.talks import Room, Transfer, TransferReason, TransferStatus
from web import exchanging
from web.i18n import N_, gettext, said
from web.talking import Next

REASONS: Mapping[TransferReason, str] = {
    TransferReason.LAND: N_("no land or building that fits"),
    TransferReason.INDUSTRY: N_("not an industry of our park"),
    TransferReason.UTILITIES: N_("power, water or quotas do not suffice"),
    TransferReason.TIMING: N_("not in time"),
    TransferReason.TERMS: N_("no agreement on the terms"),
    TransferReason.OTHER: N_("another reason"),
}
STATUSES: Mapping[TransferStatus, tuple[str, str, str]] = {  # tone, icon, words
    TransferStatus.PROPOSED: ("stale", "hourglass", N_("waits for the enterprise")),
    TransferStatus.ACCEPTED: ("pass", "check", N_("agreed to")),
    TransferStatus.DECLINED: ("fail", "x", N_("declined")),
    TransferStatus.WITHDRAWN: ("plain", "ban", N_("taken back")),
    TransferStatus.LAPSED: ("unknown", "clock", N_("lapsed")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal as a list shows it to either side. `path` is empty where nothing of its exchange can be read."""

    park: str
    code: str
    sign: tuple[str, str, str]
    at: datetime
    due: date
    answered_at: datetime | None
    lead_since: datetime
    path: str
    simulated: bool


def line_of(transfer: Transfer, to: Park, exchange_id: str, now: datetime) -> Line:
    """One proposal in words."""
    status = talks.standing_of(transfer, now=now)
    path = f"/exchanges/{exchange_id}/transfers/{transfer.public_id}" if exchange_id else ""
    return Line(
        to.name,
        to.code,
        STATUSES[status],
        transfer.created_at,
        transfer.due_on,
        transfer.answered_at,
        transfer.lead_since,
        path,
        transfer.simulated,
    )


def beside(session: Session, room: Room, now: datetime) -> dict[str, Any]:
    """What the page of an open exchange shows of it: the proposals of the round, and what waits for this side."""
    rows = talks.transfers_of(session, room)
    lines = [line_of(row, session.get_one(Park, row.park_id), room.exchange.public_id, now) for row in reversed(rows)]
    waits = any(talks.standing_of(row, now=now) is TransferStatus.PROPOSED for row in rows)
    context = {"transfers": lines, "hands_on": talks.may_propose(room) and not waits}
    if waits and room.side is Side.NEED and talks.may_speak(room.viewer):
        why = said(N_("Without an answer it lapses after {day}."), {"day": lines[0].due})
        context["next"] = Next(lines[0].path, gettext("Decide on being handed on"), why, "arrow-right")
    return context


def shown(session: Session, room: Room, transfer: Transfer, now: datetime) -> dict[str, Any]:
    """One proposal with what may be done about it; whom else the need talks to, the enterprise alone reads."""
    status, ours = talks.standing_of(transfer, now=now), room.side is Side.PARK
    to, waits = session.get_one(Park, transfer.park_id), status is TransferStatus.PROPOSED
    origin = talks.origin_of(session, room.exchange)
    context: dict[str, Any] = {
        "row": exchanging.row_of(room.talk),
        "transfer": transfer,
        "line": line_of(transfer, to, room.exchange.public_id, now),
        "reason": REASONS[transfer.reason],
        "giver": room.talk.park.name,
        "earlier": origin.lead if origin else "",
        "ours": ours,
        "waits": waits,
        "answers": False,
        "takes_back": waits and talks.may_propose(room),
    }
    return context if ours else context | _deciding(session, room, transfer, to, waits, now)


def _deciding(session: Session, room: Room, transfer: Transfer, to: Park, waits: bool, now: datetime) -> dict[str, Any]:
    """For the enterprise: does it talk to this park already, can it be asked, and who may say so?"""
    about = exchanges.exchanges_about(session, room.talk.need, room.viewer, now=now)
    talk = next((each for each in about if each.park.id == to.id and _stands(each)), None)
    reachable = talks.is_reachable(session, room, transfer, now=now)
    return {
        "talk": exchanging.row_of(talk) if talk else None,
        "talk_sign": exchanging.STATES[talk.state] if talk else None,
        "declined_it": talk is not None and talk.standing.declined,
        "reachable": reachable,
        "answers": waits and talks.may_speak(room.viewer),
        "accepts": waits and talks.may_bind(room.viewer) and reachable,
    }


def _stands(talk: Talk) -> bool:
    """Also where the enterprise declined: the other park's interest waits until it lapses."""
    return talk.state is not State.CLOSED or talk.standing.declined


def choices(session: Session, room: Room) -> Sequence[tuple[str, str]]:
    """Every other park that can be named: code and words."""
    return [(park.code, park.name) for park in talks.takers(session, room)]
