"""How does an organisation come to speak for a park, give it up, or hand it to another?"""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from marketplace import inbox, journal
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.inbox import NoticeKind
from marketplace.journal import Act
from marketplace.lifecycle import Lifecycle, hold_still, rewrite
from marketplace.organisations import (
    Organisation,
    OrganisationKind,
    Standing,
    Viewer,
    may_administer,
    may_claim_park,
    may_verify,
)
from marketplace.parks.claiming import GROUNDS_MOST, ClaimStatus, Handover, HandoverStatus, ParkClaim
from marketplace.parks.publishing import end_texts, pass_on
from marketplace.parks.tables import Park, ParkStatus

CLAIMS = Lifecycle({"submitted": frozenset({"verified", "rejected", "withdrawn"})})
HANDOVERS = Lifecycle({"offered": frozenset({"accepted", "declined", "withdrawn"})})
SPOKEN_FOR = Fault("park", "Somebody speaks for this park already")


def claim(session: Session, park: Park, *, grounds: str, by: Viewer, now: datetime) -> ParkClaim:
    """Ask to speak for a park nobody speaks for yet; the platform looks at the grounds. Raises NotFound, Refusal."""
    if not may_claim_park(by) or park.status != ParkStatus.LISTED:
        raise NotFound
    if park.owner_id is not None:
        raise Conflict(SPOKEN_FOR)
    if len(grounds.strip()) < 2:
        raise Refusal(Fault("grounds", "Say on what grounds: which office, which document, whom to ask"))
    if len(grounds) > GROUNDS_MOST:
        too_long = "This is too long: at most {max_length} characters"
        raise Refusal(Fault("grounds", too_long, {"max_length": GROUNDS_MOST}))
    hold_still(session, park)
    if own_claim(session, park, by):
        raise Conflict(Fault("park", "Your organisation has claimed this park already: the claim waits"))
    row = ParkClaim(
        park_id=park.id,
        organisation_id=by.organisation_id,
        by_user_id=by.user_id,
        grounds=grounds.strip(),
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, park, by=by, now=now, whose=by.organisation_id, claim="submitted")
    return row


def own_claim(session: Session, park: Park, viewer: Viewer) -> ParkClaim | None:
    """The viewer's organisation's claim that waits."""
    open_ = select(ParkClaim).where(ParkClaim.park_id == park.id, ParkClaim.status == ClaimStatus.SUBMITTED)
    return session.exec(open_.where(ParkClaim.organisation_id == viewer.organisation_id)).first()


def claims_of(session: Session, organisation_id: int) -> list[tuple[ParkClaim, Park]]:
    """What an organisation claimed, newest first, with what became of it."""
    rows = select(ParkClaim, Park).join(Park).where(ParkClaim.organisation_id == organisation_id)
    return [(row, park) for row, park in session.exec(rows.order_by(col(ParkClaim.id).desc()).limit(50))]


def open_claims(session: Session, viewer: Viewer) -> list[tuple[ParkClaim, Park, Organisation]]:
    """Claims that wait, the oldest first, for who may decide them. Raises NotFound."""
    if not may_verify(viewer):
        raise NotFound
    rows = select(ParkClaim, Park, Organisation).where(ParkClaim.park_id == Park.id, _claimant())
    rows = rows.where(ParkClaim.status == ClaimStatus.SUBMITTED).order_by(col(ParkClaim.id)).limit(200)
    return [(claimed, park, organisation) for claimed, park, organisation in session.exec(rows)]


def waiting_claims(session: Session) -> tuple[int, datetime | None]:
    """How many claims wait, and since when the oldest does."""
    rows = select(func.count(), func.min(ParkClaim.created_at)).where(ParkClaim.status == ClaimStatus.SUBMITTED)
    count, since = session.exec(rows).one()
    return count, since


def claim_by(session: Session, public_id: str, viewer: Viewer) -> tuple[ParkClaim, Park, Organisation]:
    """One claim, for who may decide it. Raises NotFound."""
    rows = select(ParkClaim, Park, Organisation).where(ParkClaim.park_id == Park.id, _claimant())
    found = session.exec(rows.where(ParkClaim.public_id == public_id)).first() if may_verify(viewer) else None
    if found is None:
        raise NotFound
    return found[0], found[1], found[2]


def rivals(session: Session, claimed: ParkClaim) -> list[tuple[ParkClaim, Organisation]]:
    """Claims of others on the same park that wait too."""
    rows = select(ParkClaim, Organisation).where(_claimant())
    rows = rows.where(ParkClaim.park_id == claimed.park_id, ParkClaim.id != claimed.id)
    rows = rows.where(ParkClaim.status == ClaimStatus.SUBMITTED).order_by(col(ParkClaim.id))
    return [(row, organisation) for row, organisation in session.exec(rows)]


def approve_claim(session: Session, claimed: ParkClaim, *, reason: str = "", by: Viewer, now: datetime) -> None:
    """From now on the organisation speaks for the park; rival claims end. Raises NotFound, Conflict."""
    park, organisation = _decided_by(session, claimed, by)
    if organisation.standing != Standing.VERIFIED:
        raise Conflict(Fault("standing", "Verify the organisation first: its claim waits for that"))
    if park.owner_id is not None:
        raise Conflict(SPOKEN_FOR)
    hold_still(session, park)  # before any claim: two who approve rival claims would wait for each other
    others = rivals(session, claimed)
    CLAIMS.move(session, claimed, ClaimStatus.VERIFIED, now=now, reason=reason.strip(), decided_by_id=by.user_id)
    rewrite(session, park, version=park.version, now=now, owner_id=organisation.id)
    pass_on(session, park)
    _note(session, park, by=by, now=now, whose=organisation.id, claim="verified")
    _tell(session, claimed, now=now)
    for rival, rivalled in others:
        CLAIMS.move(session, rival, ClaimStatus.REJECTED, now=now, decided_by_id=by.user_id)
        _tell(session, rival, now=now)
        _note(session, park, by=by, now=now, whose=rivalled.id, claim="rejected")


def reject_claim(session: Session, claimed: ParkClaim, *, reason: str, by: Viewer, now: datetime) -> None:
    """The claim does not hold, with a reason. Raises NotFound, Conflict, Refusal."""
    park, organisation = _decided_by(session, claimed, by)
    if len(reason.strip()) < 2 or len(reason) > GROUNDS_MOST:
        raise Refusal(Fault("reason", "Say why: the organisation reads it"))
    CLAIMS.move(session, claimed, ClaimStatus.REJECTED, now=now, reason=reason.strip(), decided_by_id=by.user_id)
    _note(session, park, by=by, now=now, whose=organisation.id, claim="rejected")
    _tell(session, claimed, now=now)


def withdraw_claim(session: Session, park: Park, *, by: Viewer, now: datetime) -> None:
    """Take one's claim back. Raises NotFound, Conflict."""
    claimed = own_claim(session, park, by)
    if claimed is None or not may_claim_park(by):
        raise NotFound
    CLAIMS.move(session, claimed, ClaimStatus.WITHDRAWN, now=now)
    _note(session, park, by=by, now=now, whose=by.organisation_id, claim="withdrawn")


def give_up(session: Session, park: Park, *, version: int, by: Viewer, now: datetime) -> None:
    """Speak for a park no more; its sheet stays as it was said. Raises NotFound, Conflict."""
    _may_part(park, by)
    _part_with(session, park, version=version, now=now)
    _note(session, park, by=by, now=now, whose=by.organisation_id, given_up=True)


def let_all_go(session: Session, owner_id: int, *, by: Viewer, now: datetime) -> list[Park]:
    """An organisation that is deleted speaks for no park and is handed none; the parks it spoke for."""
    ours = list(session.exec(select(Park).where(Park.owner_id == owner_id).order_by(col(Park.id))).all())
    for park in ours:
        _part_with(session, park, version=park.version, now=now)
        journal.note(session, Act.WITHDRAWN, "park", park.code, by=by, now=now, whose=owner_id)
    offered = select(Handover).where(Handover.to_id == owner_id, Handover.status == HandoverStatus.OFFERED)
    for offer in session.exec(offered.order_by(col(Handover.id))).all():
        HANDOVERS.move(session, offer, HandoverStatus.DECLINED, now=now)
    return ours


def _part_with(session: Session, park: Park, *, version: int, now: datetime) -> None:
    for offer in _offers(session, park):
        HANDOVERS.move(session, offer, HandoverStatus.WITHDRAWN, now=now)
    end_texts(session, park, now=now)
    rewrite(session, park, version=version, now=now, owner_id=None)
    pass_on(session, park)


def offer_park(session: Session, park: Park, uscc: str, *, by: Viewer, now: datetime) -> Handover:
    """Offer a park to another office, named by its code; it changes hands when they accept.

    Raises NotFound, Conflict, and Refusal where no verified office has the code: verified codes are on their pages.
    """
    _may_part(park, by)
    code = uscc.replace(" ", "").upper()
    offices = select(Organisation).where(Organisation.uscc == code, Organisation.kind == OrganisationKind.PARK)
    to = session.exec(offices.where(Organisation.standing == Standing.VERIFIED)).first()
    if to is None or to.id == by.organisation_id:
        raise Refusal(Fault("uscc", "No other verified park office has this code: ask them for it"))
    hold_still(session, park)
    if _offers(session, park):
        raise Conflict(Fault("park", "This park is offered already: take that offer back first"))
    row = Handover(park_id=park.id, from_id=by.organisation_id, to_id=to.id, created_at=now, updated_at=now)
    session.add(row)
    session.flush()
    _note(session, park, by=by, now=now, whose=by.organisation_id, handover="offered")
    return row


def handovers_of(session: Session, viewer: Viewer) -> list[tuple[Handover, Park, Organisation, bool]]:
    """Offers that wait: (offer, park, the other side, whether it is for us to answer)."""
    rows = select(Handover, Park).join(Park).where(Handover.status == HandoverStatus.OFFERED)
    ours = viewer.organisation_id
    rows = rows.where((col(Handover.from_id) == ours) | (col(Handover.to_id) == ours)).order_by(col(Handover.id))
    found = []
    for row, park in session.exec(rows):
        asked = row.to_id == ours
        found.append((row, park, session.get_one(Organisation, row.from_id if asked else row.to_id), asked))
    return found


def answer_handover(session: Session, public_id: str, to: HandoverStatus, *, by: Viewer, now: datetime) -> Park:
    """The other side accepts or declines, or the first takes it back. Raises NotFound, Conflict."""
    row = session.exec(select(Handover).where(Handover.public_id == public_id)).first()
    mine = row is not None and (row.from_id if to == HandoverStatus.WITHDRAWN else row.to_id) == by.organisation_id
    if row is None or not mine or not may_administer(by) or (to == HandoverStatus.ACCEPTED and not by.is_verified):
        raise NotFound
    park = session.get_one(Park, row.park_id)
    HANDOVERS.move(session, row, to, now=now)
    if to == HandoverStatus.ACCEPTED:
        if park.owner_id != row.from_id:
            raise Conflict(SPOKEN_FOR)
        rewrite(session, park, version=park.version, now=now, owner_id=row.to_id)
        pass_on(session, park)
    for whose in (row.from_id, row.to_id):
        _note(session, park, by=by, now=now, whose=whose, handover=str(to))
    return park


def _offers(session: Session, park: Park) -> list[Handover]:
    open_ = select(Handover).where(Handover.park_id == park.id, Handover.status == HandoverStatus.OFFERED)
    return list(session.exec(open_))


def _claimant() -> ColumnElement[bool]:
    return col(ParkClaim.organisation_id) == col(Organisation.id)


def _decided_by(session: Session, claimed: ParkClaim, by: Viewer) -> tuple[Park, Organisation]:
    if not may_verify(by) or by.organisation_id == claimed.organisation_id:
        raise NotFound
    return session.get_one(Park, claimed.park_id), session.get_one(Organisation, claimed.organisation_id)


def _may_part(park: Park, by: Viewer) -> None:
    """Only an admin of the organisation that speaks for the park lets go of it."""
    if not may_administer(by) or park.owner_id is None or park.owner_id != by.organisation_id:
        raise NotFound


def _tell(session: Session, claimed: ParkClaim, *, now: datetime) -> None:
    about, key = ("claim", claimed.public_id), f"claim:{claimed.public_id}"
    inbox.tell(session, NoticeKind.CLAIM_DECIDED, to=claimed.organisation_id, about=about, now=now, key=key)


def _note(session: Session, park: Park, *, by: Viewer, now: datetime, whose: int, **facts: object) -> None:
    journal.note(session, Act.RIGHTS, "park", park.code, by=by, now=now, whose=whose, **facts)
