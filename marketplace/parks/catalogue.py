"""How do the 2,543 zones of the 2018 catalogue enter a database?"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session, col

from marketplace.parks.tables import Park, ParkSector, ParkStatus
from marketplace.parks.words import portfolio_of, words_of
from marketplace.resources import Source
from matching.reference import Zone, zones

AS_OF = date(2018, 2, 26)  # the day of the announcement (国家发展改革委等六部门公告2018年第4号)


def load_catalogue(session: Session, *, now: datetime) -> int:
    """Enter the zones that are not there yet, in two statements; how many were entered."""
    connection = session.connection()
    known = set(connection.scalars(select(col(Park.catalogue_code))))
    new = [zone for zone in zones() if zone.code not in known]
    if not new:
        return 0
    connection.execute(insert(Park), [_row(zone, now) for zone in new])
    ids = dict(connection.execute(select(col(Park.catalogue_code), col(Park.id))).all())
    sectors = [
        {"park_id": ids[zone.code], "division": division, "share": share}
        for zone in new
        for division, share in portfolio_of(zone.industries)
    ]
    connection.execute(insert(ParkSector), sectors)
    return len(new)


def _row(zone: Zone, now: datetime) -> dict[str, Any]:
    """A zone says what the catalogue says and nothing else."""
    return {
        "code": zone.code,
        "catalogue_code": zone.code,
        "name": zone.name,
        "level": zone.level,
        "zone_type": zone.zone_type,
        "adcode": zone.adcode,
        "province": zone.province,
        "area_ha": None if zone.area_ha is None else Decimal(str(zone.area_ha)),
        "industries": list(zone.industries),
        "lon": zone.lon,
        "lat": zone.lat,
        "place_source": zone.place_source,
        "place_confidence": zone.place_confidence,
        "approved": zone.approved,
        "note": zone.note,
        "status": ParkStatus.LISTED,
        "source": Source.CATALOGUE,
        "as_of": AS_OF,
        "version": 1,
        "industries_reason": "",
        "address": "",
        "website": "",
        "introduction": "",
        "typed": {},
        "facts": {},
        "created_at": now,
        "updated_at": now,
        **words_of(zone.code, (zone.name,), (zone.pinyin,), zone.adcode, zone.industries),
    }
