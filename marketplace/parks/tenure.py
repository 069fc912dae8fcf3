"""Since when does the office that speaks for a park today do so?"""

from datetime import datetime

from sqlmodel import Session, col, func, select

from marketplace.parks.claiming import ClaimStatus, Handover, HandoverStatus, ParkClaim
from marketplace.parks.tables import Park


def office_since(session: Session, park: Park) -> datetime:
    """When its claim was verified or the park was handed to it, whichever came last; else since the park is here."""
    claims = select(func.max(ParkClaim.updated_at)).where(ParkClaim.park_id == park.id)
    claims = claims.where(ParkClaim.organisation_id == park.owner_id, ParkClaim.status == ClaimStatus.VERIFIED)
    given = select(func.max(Handover.updated_at)).where(Handover.park_id == park.id)
    given = given.where(col(Handover.to_id) == park.owner_id, Handover.status == HandoverStatus.ACCEPTED)
    moments = [park.created_at, *(session.exec(query).one() for query in (claims, given))]
    return max(at for at in moments if at is not None)
