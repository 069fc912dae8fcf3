"""To whom has a need been opened further, and who has looked at it?"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from marketplace.database import Moment

_RUNNING = text("ended_at IS NULL")


class Grant(SQLModel, table=True):
    """An organisation sees a need at a higher level, from both sides' consent until somebody takes it back."""

    __tablename__ = "need_grant"
    __table_args__ = (
        CheckConstraint("level IN (2,3)", name="level"),
        Index(
            "ix_need_grant_running",
            "need_id",
            "organisation_id",
            unique=True,
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
    )

    id: int = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="need.id")
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    level: int
    since: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class View(SQLModel, table=True):
    """How often an organisation looked at a need in an hour; strangers and who is not verified are one, without name.

    No person stands here: whom the reader works for is what the owner may know.
    """

    __tablename__ = "need_view"
    __table_args__ = (UniqueConstraint("need_id", "organisation_id", "level", "hour"),)

    id: int = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="need.id")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    level: int
    hour: datetime = Field(sa_type=Moment)
    times: int = 1
