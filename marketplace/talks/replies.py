"""What did parks answer an enterprise, question by question, for this enterprise alone?"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from marketplace import exchanges
from marketplace.exchanges import Side, State
from marketplace.needs import Need
from marketplace.organisations import Viewer
from marketplace.talks.questions import enquiries_of
from marketplace.talks.rooms import room_of
from marketplace.talks.tables import Question


def replies_to(
    session: Session, need: Need, codes: Iterable[str], viewer: Viewer, *, now: datetime
) -> dict[str, list[Question]]:
    """Park → what it answered to the need's owner in an exchange that is open now; nothing for anybody else."""
    found: dict[str, list[Question]] = {code: [] for code in codes}
    for talk in exchanges.exchanges_about(session, need, viewer, now=now):
        if talk.side is not Side.NEED or talk.state is not State.OPEN or talk.park.code not in found:
            continue
        room = room_of(session, talk, viewer, now=now)
        listed = enquiries_of(session, room) if room is not None else []
        asked = (question for each in listed if each.enquiry.side is Side.NEED for question in each.questions)
        found[talk.park.code] += [question for question in asked if question.reply]
    return found
