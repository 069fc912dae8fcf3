"""What is known of one park, and who says so?"""

from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process
from sqlmodel import Session, col, select

from marketplace.errors import NotFound
from marketplace.organisations import Organisation, Standing, Viewer
from marketplace.parks.tables import Park, ParkName, ParkReport, ParkSector, ParkStatus, ParkTie, TieKind
from marketplace.resources import Source


@dataclass(frozen=True, slots=True)
class Fact:
    """Since when a field of a park is so, until when, and who says it."""

    as_of: date | None
    valid_until: date | None
    source: Source


def fact_of(park: Park, field: str) -> Fact:
    """Date, validity and source of one field."""
    told = park.facts.get(field)
    if told is None:
        return Fact(park.as_of, park.valid_until, park.source)
    return Fact(date.fromisoformat(told["as_of"]), None, Source(told["source"]))


def park_by_code(session: Session, code: str) -> Park:
    """A park by its code, also a merged one. Raises NotFound."""
    park = session.exec(select(Park).where(Park.code == code)).first()
    if park is None:
        raise NotFound
    return park


def parks_of(session: Session, viewer: Viewer) -> list[Park]:
    """The parks the viewer's organisation speaks for, by code."""
    return list(session.exec(select(Park).where(Park.owner_id == viewer.organisation_id).order_by(col(Park.code))))


def codes_of(session: Session, organisation_id: int) -> list[str]:
    """The codes of the listed parks an organisation speaks for."""
    listed = select(Park.code).where(Park.owner_id == organisation_id, Park.status == ParkStatus.LISTED)
    return list(session.exec(listed.order_by(col(Park.code))))


def names_of(session: Session, park: Park) -> list[ParkName]:
    """Other and former names, oldest first."""
    return list(session.exec(select(ParkName).where(ParkName.park_id == park.id).order_by(col(ParkName.id))))


def ties_of(session: Session, park: Park) -> list[tuple[TieKind, bool, Park]]:
    """(kind, whether it leads away from this park, the other park)."""
    away = select(ParkTie.kind, Park).join(Park, col(ParkTie.other_id) == Park.id).where(ParkTie.park_id == park.id)
    back = select(ParkTie.kind, Park).join(Park, col(ParkTie.park_id) == Park.id).where(ParkTie.other_id == park.id)
    rows = [(TieKind(kind), True, other) for kind, other in session.exec(away)]
    rows += [(TieKind(kind), False, other) for kind, other in session.exec(back)]
    return sorted(rows, key=lambda row: (row[0], not row[1], row[2].code))


def sectors_of(session: Session, park: Park) -> dict[str, float]:
    """GB/T division → share of the park's portfolio, largest first."""
    rows = session.exec(select(ParkSector).where(ParkSector.park_id == park.id))
    return {row.division: row.share for row in sorted(rows, key=lambda row: (-row.share, row.division))}


def speaker_of(session: Session, park: Park) -> Organisation | None:
    """The organisation that speaks for the park, while the platform vouches for it."""
    if park.owner_id is None:
        return None
    speaker = session.get_one(Organisation, park.owner_id)
    return speaker if speaker.standing == Standing.VERIFIED else None


def is_silenced(session: Session, park: Park) -> bool:
    """Whether the platform suspended who speaks for the park: what they declared counts as unknown meanwhile."""
    owner = session.get(Organisation, park.owner_id) if park.owner_id is not None else None
    return owner is not None and owner.standing == Standing.SUSPENDED


def reports_of(session: Session, park: Park) -> list[ParkReport]:
    """What people said is wrong about the park, newest first: for those who speak for it."""
    return list(
        session.exec(select(ParkReport).where(ParkReport.park_id == park.id).order_by(col(ParkReport.id).desc()))
    )


def named_like(session: Session, name: str, most: int = 3) -> list[Park]:
    """Listed parks that an office's name speaks of, most alike first: 合肥高新区管委会, 合肥高新技术产业开发区."""
    rows = session.exec(select(Park.id, Park.name).where(Park.status == ParkStatus.LISTED)).all()
    by_name = {each: park_id for park_id, each in rows}
    found = process.extract(_bare(name), {each: _bare(each) for each in by_name}, scorer=fuzz.ratio, limit=most)
    ids = [by_name[each] for _, score, each in found if score >= 70]
    return [session.get_one(Park, park_id) for park_id in ids]


def _bare(name: str) -> str:
    """Without what every office and zone is called."""
    for word in ("模拟·", "管理委员会", "管委会", "招商局", "投资促进局", "技术产业开发区", "开发区", "产业园区", "区"):
        name = name.replace(word, "")
    return name
