"""What does somebody want to be told of, and what has been found since? As JSON, by the rules of the pages."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from marketplace import searches
from marketplace.searches import NeedSearch, ParkSearch, SavedSearch, SearchKind
from marketplace.units import plain_number
from web import searching
from web.dependencies import Now, Reading, SignedIn, Writing

router = APIRouter(prefix="/api/v1/searches", tags=["notices"])


class SearchDocument(BaseModel):
    """A saved search of the caller's own."""

    id: str
    kind: SearchKind
    name: str
    asks: dict[str, Any] = Field(description="as it was saved: what it does not ask is left out")
    paused_at: datetime | None
    created_at: datetime


class FoundDocument(BaseModel):
    """What newly answered since it was saved, and is still there for the caller."""

    kind: SearchKind
    id: str = Field(description="a park's code, or the id of a listing")
    name: str
    told_at: datetime | None


class SearchWithFound(SearchDocument):
    """The same with what it found."""

    found: list[FoundDocument]


class SearchList(BaseModel):
    """Every saved search of the caller's own, the latest first."""

    searches: list[SearchDocument]


@router.get("")
def mine(session: Reading, by: SignedIn) -> SearchList:
    """My saved searches."""
    return SearchList(searches=[SearchDocument(**_told(row)) for row in searches.searches_of(session, by)])


@router.get("/{id}")
def one(session: Reading, by: SignedIn, now: Now, id: str) -> SearchWithFound:
    """One of them with what it found; another's is the same 404 as none."""
    row = searches.search_by_id(session, id, by)
    found = [
        FoundDocument(kind=row.kind, id=each.path.rpartition("/")[2], name=each.name, told_at=each.told_at)
        for each in searching.found_by(session, row, by, now=now)
    ]
    return SearchWithFound(**_told(row), found=found)


@router.post("/parks", status_code=201)
def save_parks(session: Writing, by: SignedIn, now: Now, asked: ParkSearch, answer: Response) -> SearchDocument:
    """Looks for parks from now on; what answers today is no news."""
    return _saved(searches.save(session, asked, by=by, now=now), answer)


@router.post("/needs", status_code=201)
def save_needs(session: Writing, by: SignedIn, now: Now, asked: NeedSearch, answer: Response) -> SearchDocument:
    """Looks for listed needs from now on; what answers today is no news."""
    return _saved(searches.save(session, asked, by=by, now=now), answer)


@router.delete("/{id}", status_code=204)
def remove(session: Writing, by: SignedIn, id: str) -> None:
    """Deletes a search with what it found."""
    searches.remove(session, searches.search_by_id(session, id, by))


def _saved(row: SavedSearch, answer: Response) -> SearchDocument:
    answer.headers["Location"] = f"/api/v1/searches/{row.public_id}"
    return SearchDocument(**_told(row))


def _told(row: SavedSearch) -> dict[str, Any]:
    fields = searches.fields_of(row)
    asks = {
        name: plain_number(value) if isinstance(value, Decimal) else value
        for name, value in fields.model_dump(exclude={"name"}, exclude_defaults=True).items()
    }
    own = row.model_dump(include={"kind", "name", "paused_at", "created_at"})
    return {**own, "id": row.public_id, "asks": asks}
