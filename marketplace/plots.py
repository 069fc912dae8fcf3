"""Which plots and buildings does a park have?

A place of its own in the ledger: its resources stand beside the park's, and what is held of it is held of the park too.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from marketplace.database import Moment, Word, one_of, public_id
from marketplace.errors import NotFound
from marketplace.parks import Park


class PlotKind(StrEnum):
    """Land to build on, or a building that stands."""

    PLOT = "plot"
    BUILDING = "building"


class Plot(SQLModel, table=True):
    """A plot of land or a building within a park."""

    __tablename__ = "plot"
    __table_args__ = (UniqueConstraint("park_id", "name"), one_of("kind", PlotKind))

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    park_id: int = Field(foreign_key="park.id")
    kind: PlotKind = Field(sa_type=Word(PlotKind))
    name: str = Field(max_length=80)
    version: int = 1
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


def plots_of(session: Session, park: Park) -> list[Plot]:
    """The plots of a park, then its buildings, by name."""
    rows = session.exec(select(Plot).where(Plot.park_id == park.id).order_by(col(Plot.name), col(Plot.id))).all()
    return sorted(rows, key=lambda row: row.kind != PlotKind.PLOT)


def plot_by_id(session: Session, park: Park, id: str) -> Plot:
    """A plot of this park. Raises NotFound, the same for another park's as for none."""
    found = session.exec(select(Plot).where(Plot.public_id == id, Plot.park_id == park.id)).first()
    if found is None:
        raise NotFound
    return found
