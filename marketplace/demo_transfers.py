"""Which projects does the demonstration hand on? One that was agreed to, and one the enterprise has to decide on."""

from datetime import datetime, timedelta

from sqlmodel import Session

from marketplace import exchanges, needs, talks
from marketplace.demo_needs import OPENLY, show
from marketplace.needs import NeedFields
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.talks import Room, Transfer, TransferFields, TransferReason, transfers

TAKEN = {"industry": "3360", "description": "金属表面处理", "title": "表面处理迁建", "land_mu": 30}
WAITING = {"industry": "2770", "description": "医用敷料扩产", "title": "医用敷料扩产", "land_mu": 20}
NO_LAND = TransferFields(reason=TransferReason.LAND, words="模拟：我区连片净地已安排完毕，第二开发区有现成地块。")
NOT_OURS = TransferFields(reason=TransferReason.INDUSTRY, words="模拟：医药类项目宜进入有配套的园区。")


def fill_transfers(
    session: Session, park: Park, other: Park, *, taken: Viewer, waiting: Viewer, office: Viewer, now: datetime
) -> None:
    """The two enterprises' needs, each opened to the first park's office before it proposes the other park."""
    days = [now - timedelta(days=count) for count in (9, 4, 2, 1)]
    said, room = _proposed(session, TAKEN, NO_LAND, park, other, taken, office, days[0], days[1])
    transfers.accept(session, room, said, version=said.version, now=days[2])
    _proposed(session, WAITING, NOT_OURS, park, other, waiting, office, days[1], days[3])


def _proposed(
    session: Session,
    fields: dict[str, object],
    why: TransferFields,
    park: Park,
    other: Park,
    firm: Viewer,
    office: Viewer,
    opened: datetime,
    at: datetime,
) -> tuple[Transfer, Room]:
    """A proposal, and the enterprise's room."""
    said = NeedFields.model_validate({"origin": "310114", **fields})
    need = needs.enter(session, said, owner=firm, now=opened, simulated=True)
    show(session, need, OPENLY, by=firm, now=opened)
    talk = exchanges.show_interest(session, need, park, by=office, now=opened)
    for by in (office, firm):
        side = exchanges.side_of(talk, by)
        assert side is not None
        digest = exchanges.opening_for(session, need, side, by).sha256
        exchanges.consent(session, talk, need, park, digest, by=by, now=opened)
    theirs, ours = (talks.room_by_id(session, talk.public_id, by, now=at) for by in (office, firm))
    return transfers.propose(session, theirs, other, why, now=at), ours
