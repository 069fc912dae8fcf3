"""What is kept of a park, and what may people fill in about it?"""

import re
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import field_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import JSON, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from marketplace.database import Moment, Word, one_of, public_id
from marketplace.fields import Fields, unique
from marketplace.resources import Source
from marketplace.units import PARK_AREA, Scaled


class Level(StrEnum):
    """Who approved the zone."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"


class ParkStatus(StrEnum):
    """Listed parks are found and ranked; merged ones lead to their successor."""

    LISTED = "listed"
    MERGED = "merged"


class NameKind(StrEnum):
    """Beside the current name: other names in use, and names it once had."""

    ALIAS = "alias"
    FORMER = "former"


class TieKind(StrEnum):
    """`successor`: the other park replaces this one. `part_of`: this one lies within the other."""

    SUCCESSOR = "successor"
    PART_OF = "part_of"


class ParkFields(Fields):
    """What people may fill in about a park: the form, the sheet and the API."""

    name: str = Field(min_length=2, max_length=80)
    level: Level | None = Field(default=None, sa_type=Word(Level))
    zone_type: str | None = Field(default=None, max_length=40)
    adcode: str | None = Field(default=None, max_length=6)
    area_ha: Annotated[Decimal | None, PARK_AREA] = Field(default=None, sa_type=Scaled(PARK_AREA))
    industries: list[str] = Field(default_factory=list, sa_type=JSON, max_length=20)
    industries_reason: str = Field(default="", max_length=500)
    address: str = Field(default="", max_length=200)
    website: str = Field(default="", max_length=200)
    introduction: str = Field(default="", max_length=4000, sa_type=Text)
    typed: dict[str, str] = Field(default_factory=dict, sa_type=JSON)  # amounts with the unit they were typed in

    @field_validator("website")
    @classmethod
    def _is_web_address(cls, website: str) -> str:
        if website and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", website):
            message = "{text} is no web address: begin with https://"
            raise PydanticCustomError("website", message, {"text": website[:40], "message": message})
        return website

    @field_validator("industries")
    @classmethod
    def _once_each(cls, industries: list[str]) -> list[str]:
        for word in industries:
            if len(word) > 40:
                message = "{text} is too long for an industry: 40 characters at most"
                raise PydanticCustomError("industry_word", message, {"text": word[:20] + "…", "message": message})
        return unique(industries)


class Park(ParkFields, table=True):
    """A park: the 2018 catalogue's, or one that joined. `source`, `as_of` and `valid_until` hold for every field but
    those in `facts`, which were said later."""

    __tablename__ = "park"
    model_config = {"extra": "ignore"}  # noqa: RUF012 - what SQLModel asks for
    __table_args__ = (
        one_of("status", ParkStatus),
        one_of("source", Source),
        CheckConstraint("area_ha >= 0", name="area"),
        Index("ix_park_count", "id", "version"),
    )

    id: int = Field(default=None, primary_key=True)
    code: str = Field(default_factory=public_id, unique=True, max_length=16)
    catalogue_code: str | None = Field(default=None, unique=True, max_length=16)
    status: ParkStatus = Field(default=ParkStatus.LISTED, sa_type=Word(ParkStatus))
    owner_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    version: int = 1
    province: str | None = Field(default=None, max_length=6, index=True)
    lon: float | None = None
    lat: float | None = None
    place_source: str = Field(default="", max_length=20)
    place_confidence: str = Field(default="", max_length=1)
    approved: str | None = Field(default=None, max_length=7)
    note: str = Field(default="", max_length=40)
    source: Source = Field(default=Source.DECLARED, sa_type=Word(Source))
    as_of: date | None = None
    valid_until: date | None = None
    facts: dict[str, dict[str, Any]] = Field(default_factory=dict, sa_type=JSON)
    pinyin: str = Field(default="", max_length=1000, index=True)
    initials: str = Field(default="", max_length=400)
    search: str = Field(default="", sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class ParkName(SQLModel, table=True):
    """Another name of a park."""

    __tablename__ = "park_name"
    __table_args__ = (
        UniqueConstraint("park_id", "name"),
        one_of("kind", NameKind),
    )

    id: int = Field(default=None, primary_key=True)
    park_id: int = Field(foreign_key="park.id", index=True)
    name: str = Field(max_length=80)
    kind: NameKind = Field(sa_type=Word(NameKind))
    until_on: date | None = None


class ParkTie(SQLModel, table=True):
    """How a park hangs together with another."""

    __tablename__ = "park_tie"
    __table_args__ = (
        UniqueConstraint("park_id", "other_id", "kind"),
        one_of("kind", TieKind),
        CheckConstraint("park_id <> other_id", name="two_parks"),
    )

    id: int = Field(default=None, primary_key=True)
    park_id: int = Field(foreign_key="park.id", index=True)
    other_id: int = Field(foreign_key="park.id", index=True)
    kind: TieKind = Field(sa_type=Word(TieKind))
    since_on: date | None = None


class ParkSector(SQLModel, table=True):
    """A GB/T division of a park's portfolio and its share: for facets and search, drawn from its industry words."""

    __tablename__ = "park_sector"

    park_id: int = Field(foreign_key="park.id", primary_key=True)
    division: str = Field(primary_key=True, max_length=2, index=True)
    share: float


class ParkReport(SQLModel, table=True):
    """Somebody says a fact about a park is wrong."""

    __tablename__ = "park_report"

    id: int = Field(default=None, primary_key=True)
    park_id: int = Field(foreign_key="park.id", index=True)
    field: str = Field(default="", max_length=40)
    message: str = Field(max_length=2000)
    contact: str = Field(default="", max_length=120)
    user_id: int | None = Field(default=None, foreign_key="user_account.id")
    created_at: datetime = Field(sa_type=Moment)
