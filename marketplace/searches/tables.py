"""What does somebody want to be told of, and what of it have they been told already?"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator
from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from marketplace import taxonomy, units
from marketplace.database import PERSONAL, Moment, Word, one_of, public_id
from marketplace.fields import Fields


class SearchKind(StrEnum):
    """What is looked for: parks with so much free, or needs that are listed."""

    PARKS = "parks"
    NEEDS = "needs"


def _place(words: str) -> str:
    """The code of a place somebody named beyond doubt; what cannot be read stays, for the complaint."""
    found, sure = taxonomy.places_like(words)
    return found[0].adcode if sure else words


Place = Annotated[str, AfterValidator(_place)]


class ParkSearch(Fields):
    """Parks by what the list of parks is filtered by, and by how much must be free."""

    name: str = Field(default="", max_length=60)
    q: str = Field(default="", max_length=80)
    place: Place = Field(default="", max_length=30)  # a region's name or code
    area: str = Field(default="", max_length=60)  # a named area's key
    level: str = Field(default="", max_length=16)
    type: str = Field(default="", max_length=40)
    industry: str = Field(default="", max_length=4)  # a division
    land_mu: Annotated[Decimal | None, units.LAND] = None
    largest_plot_mu: Annotated[Decimal | None, units.LAND] = None
    building_m2: Annotated[Decimal | None, units.FLOOR] = None
    power_kva: Annotated[Decimal | None, units.POWER_KVA] = None
    water_t_d: Annotated[Decimal | None, units.WATER_T_D] = None
    wastewater_t_d: Annotated[Decimal | None, units.WATER_T_D] = None
    steam_t_h: Annotated[Decimal | None, units.STEAM_T_H] = None
    gas_m3_d: Annotated[Decimal | None, units.GAS_M3_D] = None


class NeedSearch(Fields):
    """Needs by what their public summary says, and nothing else."""

    name: str = Field(default="", max_length=60)
    industry: str = Field(default="", max_length=4)  # a division
    place: Place = Field(default="", max_length=30)  # in which province they look
    mode: str = Field(default="", max_length=24)


class SavedSearch(SQLModel, table=True):
    """One person's wish to be told. A paused one looks at nothing, and begins anew when it goes on."""

    __tablename__ = "saved_search"
    __table_args__ = (one_of("kind", SearchKind),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=16)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    kind: SearchKind = Field(sa_type=Word(SearchKind))
    name: str = Field(max_length=60, sa_column_kwargs=PERSONAL)
    wish: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs=PERSONAL)
    version: int = 1
    paused_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class SearchHit(SQLModel, table=True):
    """A park or listing that answers a search, or did. `told_at` None: it did when the search was saved."""

    __tablename__ = "search_hit"

    search_id: int = Field(foreign_key="saved_search.id", primary_key=True)
    about_id: str = Field(primary_key=True, max_length=24)  # a park's code or a listing's id
    user_id: int = Field(foreign_key="user_account.id", index=True)
    answers: bool = True  # False: it did, and has to rise again to be told again
    told_at: datetime | None = Field(default=None, sa_type=Moment, sa_column_kwargs=PERSONAL)


class LookedAt(SQLModel, table=True):
    """At which version a park was last looked at for all searches: what did not change since costs nothing."""

    __tablename__ = "search_looked_at"

    park_id: int = Field(foreign_key="park.id", primary_key=True)
    version: int
