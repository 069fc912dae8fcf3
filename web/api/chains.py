"""Which links of its chain does a park have, who could fill the weak ones, how alike are its neighbours? As JSON."""

from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from marketplace import chains
from marketplace.chains import Filler, Homogeneity, Link, Outlook
from web.dependencies import Market, MaybeViewer, Reading, Today, viewer

router = APIRouter(prefix="/api/v1/parks", tags=["parks"], dependencies=[Depends(viewer)])


class ServedPart(BaseModel):
    """A division of the park that the link supplies or buys from."""

    sector: str
    amount: float


class LinkDocument(BaseModel):
    """A GB/T 4754 division seen from the park; all numbers but `quotient` in [0, 1]."""

    sector: str
    direction: Literal["up", "down"]
    kind: Literal["strong", "weak", "missing", "outside"]
    reach: float = Field(description="how much of what the park makes hangs on it")
    share: float = Field(description="its share of the park's industries")
    quotient: float | None = Field(description="that share against the catalogue's; null where no zone has it")
    gap: float
    serves: list[ServedPart]


class FillerDocument(BaseModel):
    """A park strong in the division; null where a place is unknown."""

    park: str
    name: str
    value: float
    share: float
    quotient: float
    km: float | None
    hours: float | None
    same_prefecture: bool
    same_province: bool
    returns: str | None = Field(description="the division this park could supply it with in turn")


class OwnNeed(BaseModel):
    """A need of the caller's own enterprise that would fill a link."""

    need: str
    sector: str
    gap: float


class AlikeDocument(BaseModel):
    """A neighbour much like the park."""

    park: str
    name: str
    likeness: float
    km: float | None
    both: list[str]
    only_here: list[str]
    only_there: list[str]


class DistinctDocument(BaseModel):
    """A division that sets the park apart from its neighbours."""

    sector: str
    share: float
    around: float


class HomogeneityDocument(BaseModel):
    """Mean cosine with the neighbours: one prefecture, or within 100 km. `usual` are the catalogue's quartiles."""

    likeness: float | None
    neighbours: int
    alike: int
    usual: tuple[float, float, float]
    most: list[AlikeDocument]
    distinct: list[DistinctDocument]


class ChainDocument(BaseModel):
    """A park's chain. `needs` are those of the caller alone."""

    park: str
    shares: dict[str, float]
    links: list[LinkDocument]
    fillers: dict[str, list[FillerDocument]]
    needs: list[OwnNeed]
    homogeneity: HomogeneityDocument


@router.get("/{code}/chain")
def chain(session: Reading, market: Market, on: Today, seen: MaybeViewer, code: str) -> ChainDocument:
    """Strong, weak and missing links, who could fill the widest gaps, and the likeness to the neighbours."""
    return _document(chains.outlook_of(session, market, code, seen, on=on))


def _document(outlook: Outlook) -> ChainDocument:
    return ChainDocument(
        park=outlook.chain.park.code,
        shares=dict(outlook.chain.shares),
        links=[_link(link) for link in outlook.chain.links],
        fillers={sector: [_filler(each) for each in found] for sector, found in outlook.parks.items()},
        needs=[OwnNeed(need=each.need, sector=each.link.sector, gap=each.gap) for each in outlook.needs],
        homogeneity=_homogeneity(outlook.homogeneity),
    )


def _link(link: Link) -> LinkDocument:
    return LinkDocument.model_validate(link, from_attributes=True)


def _filler(filler: Filler) -> FillerDocument:
    told = {name: getattr(filler, name) for name in FillerDocument.model_fields if name not in ("park", "name")}
    return FillerDocument(park=filler.park.code, name=filler.park.name, **told)


def _homogeneity(found: Homogeneity) -> HomogeneityDocument:
    most = [
        AlikeDocument(
            park=each.park.code,
            name=each.park.name,
            likeness=each.likeness,
            km=each.km,
            both=list(each.both),
            only_here=list(each.only_here),
            only_there=list(each.only_there),
        )
        for each in found.most
    ]
    return HomogeneityDocument(
        likeness=found.likeness,
        neighbours=found.neighbours,
        alike=found.alike,
        usual=chains.USUAL,
        most=most,
        distinct=[DistinctDocument.model_validate(each, from_attributes=True) for each in found.distinct],
    )
