"""Where are things signed in public, and who enters these occasions?

The platform alone does: their names are read by everybody, and a name typed by a side could give its project away.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.journal import Act, note
from marketplace.organisations import Viewer, may_moderate
from marketplace.projects.fields import OccasionFields
from marketplace.projects.tables import Occasion
from marketplace.taxonomy import region_of


def occasions(session: Session) -> list[Occasion]:
    """All of them, the latest first."""
    return list(session.exec(select(Occasion).order_by(col(Occasion.held_on).desc(), col(Occasion.title))).all())


def add_occasion(session: Session, fields: OccasionFields, *, by: Viewer, now: datetime) -> Occasion:
    """The platform enters an occasion. Raises NotFound, Refusal, Conflict where it is here already."""
    if not may_moderate(by):
        raise NotFound
    if region_of(fields.adcode) is None:
        raise Refusal(Fault("adcode", "{code} is no region code here", {"code": fields.adcode}))
    same = select(Occasion.id).where(Occasion.title == fields.title, Occasion.held_on == fields.held_on)
    if session.exec(same).first() is not None:
        raise Conflict(Fault("title", "This occasion is here already"))
    made = Occasion(title=fields.title, held_on=fields.held_on, adcode=fields.adcode, created_at=now)
    session.add(made)
    session.flush()
    note(session, Act.PUBLISHED, "occasion", made.public_id, by=by, now=now, whose=by.organisation_id)
    return made
