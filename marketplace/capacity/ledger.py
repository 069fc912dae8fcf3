"""What is kept of a hold, of the waiting list, and of every movement of an amount?"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from marketplace.database import Moment, Word, one_of, public_id


class HoldStatus(StrEnum):
    """Held until a day, committed by contract, given back, or past its day."""

    HELD = "held"
    COMMITTED = "committed"
    RELEASED = "released"
    EXPIRED = "expired"


class Reason(StrEnum):
    """Why an amount was given back."""

    ENDED = "ended"  # the talks or the project ended
    LESS = "less"  # less is needed
    ELSEWHERE = "elsewhere"  # another plot or another resource is taken
    MISTAKE = "mistake"
    CLOSED = "closed"  # the exchange closed: nobody released it by hand
    DECLINED = "declined"  # what the waiting list was offered was not taken
    OTHER = "other"


class WaitingStatus(StrEnum):
    """In the queue; offered for a few days; taken; or no longer there."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    GONE = "gone"


class Movement(StrEnum):
    """What happened to an amount."""

    HELD = "held"
    COMMITTED = "committed"
    RELEASED = "released"
    EXPIRED = "expired"


class Hold(SQLModel, table=True):
    """Amounts of a park set aside for one exchange or project of one organisation.

    `for_kind` and `for_id` name what it is for; the ledger knows no more about it. `offered` is a hold of the waiting
    list's that nobody has accepted yet.
    """

    __tablename__ = "hold"
    __table_args__ = (
        one_of("status", HoldStatus),
        one_of("reason", Reason),
        CheckConstraint("(status = 'released') = (reason IS NOT NULL)", name="released"),
        CheckConstraint("(status IN ('released','expired')) = (ended_at IS NOT NULL)", name="ended"),
        Index("ix_hold_due", "park_id", "status", "expires_at"),
        Index("ix_hold_for", "for_kind", "for_id"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    park_id: int = Field(foreign_key="park.id")
    plot_id: int | None = Field(default=None, foreign_key="plot.id", index=True)
    for_kind: str = Field(max_length=24)
    for_id: str = Field(max_length=24)
    owner_id: int = Field(foreign_key="organisation.id", index=True)  # whose exchange or project it is
    status: HoldStatus = Field(default=HoldStatus.HELD, sa_type=Word(HoldStatus))
    offered: bool = False
    expires_at: datetime = Field(sa_type=Moment)
    reason: Reason | None = Field(default=None, sa_type=Word(Reason))
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    committed_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    simulated: bool = False
    version: int = 1
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class HoldLine(SQLModel, table=True):
    """An amount of one row of the ledger. A plot's resource stands twice: in the plot's row and in the park's."""

    __tablename__ = "hold_line"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    hold_id: int = Field(foreign_key="hold.id", primary_key=True)
    resource: str = Field(primary_key=True, max_length=32)
    of_plot: bool = Field(primary_key=True)
    capacity_id: int | None = Field(default=None, foreign_key="capacity.id", ondelete="SET NULL", index=True)
    amount: int = Field(sa_type=BigInteger)


class Waiting(SQLModel, table=True):
    """A place in the queue for amounts that are not free today: offered in the order in which people came."""

    __tablename__ = "waiting"
    __table_args__ = (
        one_of("status", WaitingStatus),
        CheckConstraint("status <> 'offered' OR hold_id IS NOT NULL", name="offer"),
        Index("ix_waiting_queue", "park_id", "status", "id"),
        Index("ix_waiting_for", "for_kind", "for_id"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    park_id: int = Field(foreign_key="park.id")
    plot_id: int | None = Field(default=None, foreign_key="plot.id", index=True)
    wanted: dict[str, int] = Field(sa_type=JSON)  # resource → base units
    for_kind: str = Field(max_length=24)
    for_id: str = Field(max_length=24)
    owner_id: int = Field(foreign_key="organisation.id", index=True)
    status: WaitingStatus = Field(default=WaitingStatus.WAITING, sa_type=Word(WaitingStatus))
    hold_id: int | None = Field(default=None, foreign_key="hold.id", index=True)  # what it was offered
    offered_at: datetime | None = Field(default=None, sa_type=Moment)
    offer_until: datetime | None = Field(default=None, sa_type=Moment)
    user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    simulated: bool = False
    version: int = 1
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class LedgerEntry(SQLModel, table=True):
    """One movement of one row: the sums over a row's entries are its held and committed amounts.

    Named by park, plot and resource, not by the row, which a sheet may drop and declare again. Triggers refuse UPDATE
    and DELETE on both databases.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        one_of("movement", Movement),
        Index("ix_ledger_entry_row", "park_id", "plot_id", "resource"),
    )

    id: int = Field(default=None, primary_key=True)
    hold_id: int = Field(foreign_key="hold.id", index=True)
    park_id: int = Field(foreign_key="park.id")
    plot_id: int | None = Field(default=None, foreign_key="plot.id")  # None: the park as a whole
    resource: str = Field(max_length=32)
    movement: Movement = Field(sa_type=Word(Movement))
    held: int = Field(sa_type=BigInteger)  # how much more, or less
    committed: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)
