"""Who may let a sheet stand? What an editor or an agent writes waits for an approver of the park's own office."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from marketplace import inbox, journal, mandates
from marketplace.capacity.marking import lock
from marketplace.capacity.proposing import Proposal, ProposalStatus
from marketplace.capacity.rules import check, reconfirm, save_sheet, stands_alone
from marketplace.capacity.sections import Section, document, over, part
from marketplace.capacity.sheet import fields_of
from marketplace.capacity.tables import SheetFields
from marketplace.database import day_of
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.inbox import NoticeKind
from marketplace.journal import Act
from marketplace.lifecycle import Lifecycle
from marketplace.organisations import Role, User, Viewer, may_approve_for, may_see_for
from marketplace.parks import Park

LIFE = Lifecycle({"open": frozenset({"approved", "returned", "withdrawn"})})
MOVED = Fault("version", "The sheet was changed after this was written: both stand below. Return it, or take it back")


def submit_sheet(
    session: Session, park: Park, fields: SheetFields, *, by: Viewer, now: datetime, section: Section | None = None
) -> Proposal | bool:
    """Save a sheet or one section of it, or keep it for an approver; False where nothing changes.

    What `fields` says outside the section is not read. Raises NotFound, Refusal, Conflict.
    """
    _may_write(session, park, by, now=now)
    before = document(fields_of(session, park))
    fields = SheetFields.model_validate(over(before, document(fields), section)) if section else fields
    check(fields)
    before, after = part(before, section), part(document(fields), section)
    if _differing(before, after) == []:
        return save_sheet(session, park, fields, by=None, now=now)  # at most the spelling
    if not stands_alone(session, park, by):
        return _propose(session, park, before, after, section=section, by=by, now=now)
    save_sheet(session, park, fields, by=None, now=now)
    _note(session, park, by=by, now=now, fields=_differing(before, after), alone=True)
    return True


def submit_reconfirmation(
    session: Session, park: Park, *, by: Viewer, now: datetime, section: Section | None = None
) -> Proposal | bool:
    """Say that the sheet or one section still holds, or keep that for an approver. Raises NotFound, Conflict."""
    _may_write(session, park, by, now=now)
    if not stands_alone(session, park, by):
        said = part(document(fields_of(session, park)), section)
        return _propose(session, park, said, said, confirms=True, section=section, by=by, now=now)
    if not reconfirm(session, park, by=None, now=now, section=section) and section:
        return False
    facts = {"section": section} if section else {}
    _note(session, park, by=by, now=now, reconfirmed=True, alone=True, **facts)
    return True


def approve(session: Session, row: Proposal, *, by: Viewer, now: datetime) -> None:
    """Let a proposal stand, as of the day it was written. Raises NotFound, Conflict."""
    park = _decided_by(session, row, by)
    lock(session, park)
    said = document(fields_of(session, park))
    if _differing(row.before, part(said, row.section)):  # what others changed elsewhere on the sheet is no matter
        raise Conflict(MOVED)
    LIFE.move(session, row, ProposalStatus.APPROVED, now=now, decided_by_id=by.user_id, decided_at=now)
    if row.confirms:
        reconfirm(session, park, by=None, now=row.created_at, section=row.section)
    else:
        fields = SheetFields.model_validate(over(said, row.after, row.section))
        save_sheet(session, park, fields, by=None, now=now, as_of=day_of(row.created_at))
    facts = {"fields": _differing(row.before, row.after), "alone": False, "proposal": row.public_id}
    _note(session, park, by=by, now=now, **facts)
    _tell_author(session, row, park, now=now)


def send_back(session: Session, row: Proposal, *, reason: str, by: Viewer, now: datetime) -> None:
    """Return a proposal with a reason; the sheet stays as it is. Raises NotFound, Refusal, Conflict."""
    park = _decided_by(session, row, by)
    if not 2 <= len(reason.strip()) <= 1000:
        raise Refusal(Fault("reason", "Say what is to be changed: your colleague reads it"))
    said = {"reason": reason.strip(), "decided_by_id": by.user_id, "decided_at": now}
    LIFE.move(session, row, ProposalStatus.RETURNED, now=now, **said)
    _tell_author(session, row, park, now=now)


def begun_again(session: Session, row: Proposal) -> SheetFields:
    """The sheet as it stands with what a proposal would have changed: where its author begins to mend it."""
    said = document(fields_of(session, session.get_one(Park, row.park_id)))
    names = {name for name in {**row.before, **row.after} if row.before.get(name) != row.after.get(name)}
    kept = {name: value for name, value in said.items() if name not in names}
    return SheetFields.model_validate(kept | {name: row.after[name] for name in names if name in row.after})


def take_proposal_back(session: Session, row: Proposal, *, by: Viewer, now: datetime) -> None:
    """Its author takes it back. Raises NotFound, Conflict."""
    if row.made_by_id != by.user_id or not by.may(Role.EDITOR):
        raise NotFound
    LIFE.move(session, row, ProposalStatus.WITHDRAWN, now=now)


def proposals_of(session: Session, park: Park, viewer: Viewer) -> list[tuple[Proposal, User]]:
    """Proposals the viewer may read with their authors: open ones first, then the latest."""
    rows = select(Proposal, User).where(Proposal.park_id == park.id, Proposal.made_by_id == User.id)
    if not may_see_for(viewer, park.owner_id):
        rows = rows.where(Proposal.organisation_id == viewer.organisation_id)
    found = session.exec(rows.order_by(col(Proposal.id).desc()).limit(50))
    return sorted(((row, user) for row, user in found), key=lambda each: each[0].status != ProposalStatus.OPEN)


def proposal_by(session: Session, park: Park, public_id: str, viewer: Viewer) -> tuple[Proposal, User]:
    """One proposal, for the park's office and for who made it. Raises NotFound."""
    for row, user in proposals_of(session, park, viewer):
        if row.public_id == public_id:
            return row, user
    raise NotFound


def may_decide(row: Proposal, park: Park, viewer: Viewer) -> bool:
    """An approver of the park's own office who did not write it."""
    return may_approve_for(viewer, park.owner_id) and row.made_by_id != viewer.user_id and row.status == "open"


def waiting_for(session: Session, park: Park) -> int:
    """How many proposals wait."""
    rows = select(Proposal.id).where(Proposal.park_id == park.id, Proposal.status == ProposalStatus.OPEN)
    return len(session.exec(rows).all())


def lines_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """(field, old, new) of what differs; nested amounts by their own name (emissions_t_a.COD)."""
    old, new = _flat(before), _flat(after)
    names = [name for name in SheetFields.model_fields if name != "typed"]
    order = {name: place for place, name in enumerate(names)}
    differing = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    ranked = sorted(differing, key=lambda name: (order.get(name.partition(".")[0], 0), name))
    return [(name, old.get(name), new.get(name)) for name in ranked]


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [name for name, _, _ in lines_of(before, after)]


def _propose(
    session: Session,
    park: Park,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    confirms: bool = False,
    section: Section | None,
    by: Viewer,
    now: datetime,
) -> Proposal:
    row = Proposal(
        park_id=park.id,
        organisation_id=by.organisation_id,
        made_by_id=by.user_id,
        confirms=confirms,
        section=section,
        before=before,
        after=after,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, park, by=by, now=now, proposal=row.public_id, fields=_differing(before, after))
    if park.owner_id is not None:
        kind, about = NoticeKind.PROPOSAL_WAITING, ("proposal", row.public_id)
        inbox.tell(session, kind, to=park.owner_id, about=about, now=now, least=Role.APPROVER, park=park.code)
    return row


def _tell_author(session: Session, row: Proposal, park: Park, *, now: datetime) -> None:
    kind, about, to = NoticeKind.PROPOSAL_DECIDED, ("proposal", row.public_id), row.organisation_id
    inbox.tell(session, kind, to=to, user_id=row.made_by_id, about=about, now=now, park=park.code)


def _may_write(session: Session, park: Park, by: Viewer, *, now: datetime) -> None:
    if not mandates.may_act_for_park(session, by, park, now=now):
        raise NotFound


def _decided_by(session: Session, row: Proposal, by: Viewer) -> Park:
    park = session.get_one(Park, row.park_id)
    if not may_approve_for(by, park.owner_id) or row.made_by_id == by.user_id:
        raise NotFound
    return park


def _note(session: Session, park: Park, *, by: Viewer, now: datetime, **facts: object) -> None:
    journal.note(session, Act.CHANGED, "sheet", park.code, by=by, now=now, whose=park.owner_id, **facts)


def _flat(said: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in said.items():
        if name == "typed":
            continue
        flat |= (
            {f"{name}.{part}": each for part, each in value.items()} if isinstance(value, Mapping) else {name: value}
        )
    return flat
