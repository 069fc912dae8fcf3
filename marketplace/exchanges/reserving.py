"""How does a park set capacity aside for who it talks with, while the exchange is open?"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from marketplace import capacity, inbox
from marketplace.capacity import Ask, Hold, Waiting
from marketplace.errors import Conflict, NotFound
from marketplace.exchanges import rules
from marketplace.exchanges.standing import may_show_interest, side_of
from marketplace.exchanges.tables import Exchange, ExchangeStatus, Side
from marketplace.inbox import NoticeKind
from marketplace.needs import Need
from marketplace.organisations import Viewer, may_act_for
from marketplace.parks import Park
from marketplace.plots import Plot

NOUN = "exchange"  # what the ledger calls it


def reserve(
    session: Session,
    exchange: Exchange,
    need: Need,
    park: Park,
    amounts: Mapping[str, int],
    *,
    by: Viewer,
    now: datetime,
    plot: Plot | None = None,
    until: datetime | None = None,
) -> Hold:
    """The office holds amounts for the other side, which learns of it. Raises NotFound, Refusal, Conflict."""
    may_reserve_now(session, exchange, need, park, by=by, now=now)
    made = capacity.hold(
        session,
        park,
        amounts,
        for_kind=NOUN,
        for_id=exchange.public_id,
        owner_id=exchange.owner_id,
        by=by,
        now=now,
        plot=plot,
        until=until,
        simulated=exchange.simulated,
    )
    told_of_hold(session, exchange, now=now)
    return made


def wait_for(
    session: Session,
    exchange: Exchange,
    need: Need,
    park: Park,
    amounts: Mapping[str, int],
    *,
    by: Viewer,
    now: datetime,
    plot: Plot | None = None,
) -> Waiting:
    """The office puts the other side into the queue for what is not free. Raises NotFound, Refusal, Conflict."""
    may_reserve_now(session, exchange, need, park, by=by, now=now)
    plot_id = plot.id if plot else None
    ask = Ask(park.id, amounts, NOUN, exchange.public_id, exchange.owner_id, by, plot_id, simulated=exchange.simulated)
    return capacity.join_queue(session, ask, now=now)


def may_reserve_now(session: Session, exchange: Exchange, need: Need, park: Park, *, by: Viewer, now: datetime) -> None:
    """Raises NotFound for all but the park's own editors in it, Conflict where it is not open."""
    if side_of(exchange, by) is not Side.PARK or not may_show_interest(by) or not may_act_for(by, park.owner_id):
        raise NotFound
    rules.lock(session, exchange, need, park, now=now)
    if exchange.status != ExchangeStatus.OPEN:
        raise Conflict(rules.OVER)


def told_of_hold(session: Session, exchange: Exchange, *, now: datetime) -> None:
    """Whose project it is learns that something is held."""
    inbox.tell(session, NoticeKind.HELD, to=exchange.owner_id, about=(NOUN, exchange.public_id), now=now)
