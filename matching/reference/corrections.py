"""Which zones did the geocoder put in the wrong county, and where do they lie?

corrections.csv is kept by hand. A row gives the right county, and a point or else the seat of that county; without a
county the place found is known to be wrong and the right one is not, so the zone stands at its prefecture's seat.
"""

from collections.abc import Iterable, Mapping, Sequence

from matching.reference.build_arrays import check
from matching.reference.tables import Region, Zone


def corrected(
    rows: Iterable[Sequence[object]], corrections: Iterable[Mapping[str, str]], regions: Iterable[Sequence[object]]
) -> list[list[object]]:
    """The zones with their places put right. Raises ValueError for a correction that is not one or not possible."""
    seats = {str(row[0]): dict(zip(Region._fields, row, strict=True)) for row in regions}
    table = list(corrections)
    known = {row["code"]: row for row in table}
    check(len(known) == len(table), "a zone is corrected twice")
    found = [dict(zip(Zone._fields, row, strict=True)) for row in rows]
    check(known.keys() <= {str(zone["code"]) for zone in found}, "a correction is of no zone")
    for zone in found:
        if row := known.get(str(zone["code"])):
            place = _place(row, seats)
            check(bool(row["reason"]), f"{row['code']} is corrected without a reason")
            check(any(zone[name] != place[name] for name in ("prefecture", "county")), f"{row['code']} lies there")
            zone.update(place)
    return [list(zone.values()) for zone in found]


def _place(row: Mapping[str, str], seats: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """Prefecture, county, point, and how sure: a county is B, the prefecture alone is C."""
    prefecture, county = row["prefecture"], row["county"]
    check(prefecture in seats and (not county or county in seats), f"{row['code']} is put in an unknown region")
    check(not county or prefecture in (county, seats[county]["parent"]), f"{county} is not in {prefecture}")
    check(bool(row["lon"]) == bool(row["lat"]), f"{row['code']} has half a point")
    seat = seats[county or prefecture]
    lon, lat = (row["lon"], row["lat"]) if row["lon"] else (seat["lon"], seat["lat"])
    source = "geocode" if row["lon"] else "county_seat" if county else "prefecture_seat"
    return {
        "prefecture": prefecture,
        "county": county,
        "lon": lon,
        "lat": lat,
        "place_source": source,
        "place_confidence": "B" if county else "C",
    }
