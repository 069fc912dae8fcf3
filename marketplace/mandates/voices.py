"""For which of its parks does an agent speak about one need? One at a time, unless the need's owner agreed to more."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from marketplace import journal
from marketplace.database import day_of
from marketplace.errors import Conflict, Fault, NotFound
from marketplace.journal import Act
from marketplace.mandates.rules import is_agent_for, may_act_for_park, stands_for
from marketplace.mandates.tables import Voice, VoiceConsent
from marketplace.needs import Need
from marketplace.organisations import Organisation, Role, Viewer, may_act_for
from marketplace.parks import Park


def may_speak(session: Session, viewer: Viewer, park: Park, need: Need, *, now: datetime) -> bool:
    """Whether the viewer may begin to act for a park about a need: what `speak` would not refuse."""
    if not may_act_for_park(session, viewer, park, now=now):
        return False
    if stands_for(session, viewer.organisation_id, need.owner_id, now=now):
        return False
    return _hindrance(session, viewer, park, need, now=now) is None


def speak(session: Session, need: Need, park: Park, *, by: Viewer, now: datetime) -> Voice:
    """From now on the viewer's organisation speaks for this park about this need.

    Raises NotFound, also towards an enterprise it stands for; Conflict where it speaks for another park already.
    """
    if not may_act_for_park(session, by, park, now=now) or stands_for(
        session, by.organisation_id, need.owner_id, now=now
    ):
        raise NotFound
    session.refresh(need, with_for_update=True)  # two parks at once: the second one waits
    if other := _hindrance(session, by, park, need, now=now):
        message = "You speak for {park} about this need already: end that, or ask the need's owner to agree"
        raise Conflict(Fault("park", message, {"park": other.name}))
    row = session.exec(_voices(need.id, by.organisation_id).where(Voice.park_id == park.id)).first()
    row = row or Voice(need_id=need.id, agent_id=by.organisation_id, park_id=park.id, since=now)
    if row.ended_at is not None:
        row.since, row.ended_at = now, None
    session.add(row)
    session.flush()
    return row


def fall_silent(session: Session, need: Need, park: Park, organisation_id: int, *, now: datetime) -> None:
    """The talk about this need is over for this park."""
    for row in session.exec(_voices(need.id, organisation_id).where(Voice.park_id == park.id)):
        row.ended_at = row.ended_at or now
        session.add(row)
    session.flush()


def voices_of(session: Session, viewer: Viewer) -> list[tuple[Need, Park, VoiceConsent | None]]:
    """Listed needs the viewer's organisation speaks about, for which park, and what their owner said to several."""
    rows = select(Voice, Need, Park).where(Voice.need_id == Need.id, Voice.park_id == Park.id)
    rows = rows.where(Voice.agent_id == viewer.organisation_id, col(Voice.ended_at).is_(None))
    found = session.exec(rows.where(col(Need.listing_id).is_not(None)).order_by(col(Voice.id).desc())).all()
    return [(need, park, consent_of(session, need, viewer.organisation_id)) for _, need, park in found]


def need_spoken_about(session: Session, listing_id: str, viewer: Viewer) -> Need:
    """A listed need the viewer's organisation speaks about. Raises NotFound."""
    for need, _, _ in voices_of(session, viewer):
        if need.listing_id == listing_id and viewer.may(Role.EDITOR):
            return need
    raise NotFound


def ask_owner(session: Session, need: Need, *, by: Viewer, now: datetime) -> VoiceConsent:
    """Tell the need's owner that one agent would speak for several parks, and ask them. Asked once."""
    row = consent_of(session, need, by.organisation_id)
    if row is None:
        row = VoiceConsent(need_id=need.id, agent_id=by.organisation_id, asked_at=now)
        session.add(row)
        session.flush()
        _note(session, need, row, by=by, now=now, asked=True)
    return row


def questions_to(session: Session, owner: Viewer) -> list[tuple[VoiceConsent, Need, Organisation]]:
    """Agents that asked about the viewer's needs, unanswered ones first."""
    rows = select(VoiceConsent, Need, Organisation).where(
        VoiceConsent.need_id == Need.id,
        VoiceConsent.agent_id == Organisation.id,
        Need.owner_id == owner.organisation_id,
    )
    found = [(row, need, agent) for row, need, agent in session.exec(rows)]
    return sorted(found, key=lambda each: (each[0].agreed is not None, -each[0].id))


def answer_agent(session: Session, public_id: str, agreed: bool, *, by: Viewer, now: datetime) -> None:
    """The need's owner agrees, or does not; either can be changed later. Raises NotFound."""
    row = session.exec(select(VoiceConsent).where(VoiceConsent.public_id == public_id)).first()
    need = session.get_one(Need, row.need_id) if row else None
    if row is None or need is None or not may_act_for(by, need.owner_id):
        raise NotFound
    row.agreed, row.answered_at = agreed, now
    session.add(row)
    session.flush()
    _note(session, need, row, by=by, now=now, agreed=agreed)


def forget_answers(session: Session, need_id: int) -> None:
    """A need is listed anew: an agent that had asked before would know it again by the answer."""
    session.connection().execute(delete(VoiceConsent).where(col(VoiceConsent.need_id) == need_id))


def consent_of(session: Session, need: Need, agent_id: int) -> VoiceConsent | None:
    """What the need's owner said to an agent's several parks."""
    rows = select(VoiceConsent).where(VoiceConsent.need_id == need.id, VoiceConsent.agent_id == agent_id)
    return session.exec(rows).first()


def _hindrance(session: Session, by: Viewer, park: Park, need: Need, *, now: datetime) -> Park | None:
    """The other park the organisation speaks for about this need, where it acts as an agent for either."""
    rows = _voices(need.id, by.organisation_id).where(Voice.park_id != park.id, col(Voice.ended_at).is_(None))
    others = [session.get_one(Park, row.park_id) for row in session.exec(rows)]
    agent = any(is_agent_for(session, by, each, on=day_of(now)) for each in (park, *others))
    consent = consent_of(session, need, by.organisation_id)
    if not others or not agent or (consent is not None and consent.agreed):
        return None
    return others[0]


def _voices(need_id: int, agent_id: int) -> SelectOfScalar[Voice]:
    return select(Voice).where(Voice.need_id == need_id, Voice.agent_id == agent_id)


def _note(session: Session, need: Need, row: VoiceConsent, *, by: Viewer, now: datetime, **facts: object) -> None:
    for whose in (need.owner_id, row.agent_id):
        journal.note(session, Act.CONSENTED, "voice", row.public_id, by=by, now=now, whose=whose, **facts)
