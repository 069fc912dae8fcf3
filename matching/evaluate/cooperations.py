"""Which cooperations between places are documented, and which prefectures do their names mean?

`cooperations.csv` is our own list of such as have been reported, by prefecture, gone through by hand and not verified
one by one; a file of cases names provinces, cities and parks as reports do: 苏州(常熟), 海西州(格尔木), no city at all.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matching.errors import Fault, InputError
from matching.records import Mode
from matching.reference import regions
from matching.reference.market import prefecture_of
from matching.ties import places, row_of

OURS = Path(__file__).parent / "cooperations.csv"
REVERSE = "enclave_reverse"
COLUMNS = ("origin_province", "origin_city", "dest_province", "dest_city", "mode")
ENDINGS = re.compile("(市|地区|自治州|州|盟|县|区)$")
# Which ranking a reported mode is judged by, the first that its words hold. Head office and base, research and
# manufacturing are needs of firms: between two places alone they are an enclave whose origin keeps what decides.
WORDS = (("反向", Mode.ENCLAVE, True), ("伙伴", Mode.PARTNER, False), ("飞地", Mode.ENCLAVE, False),
         ("总部", Mode.ENCLAVE, False), ("研发", Mode.ENCLAVE, False))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cooperation:
    """One documented pair: prefectures the origin may mean (a province has several), the destination's, the mode."""

    name: str
    origins: tuple[str, ...]
    destination: str
    mode: Mode
    reverse: bool = False


@cache
def ours() -> tuple[Cooperation, ...]:
    """The list of our own."""
    with OURS.open(encoding="utf-8", newline="") as file:
        return tuple(
            Cooperation(row["name"], (row["origin"],), row["destination"], *_mode(row["mode"]))
            for row in csv.DictReader(file)
        )


def read_cases(text: str) -> tuple[tuple[Cooperation, ...], tuple[str, ...]]:
    """The usable rows of a file of cases, and each other row with the reason. Raises InputError for another file."""
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    lacking = [column for column in COLUMNS if column not in (table.fieldnames or ())]
    if lacking:
        raise InputError(
            [
                Fault("--cases", "The file lacks the column {name}: it has to be there.", {"name": name})
                for name in lacking
            ]
        )
    found, unused = [], []
    for row in table:
        read = _case(row)
        found.append(read) if isinstance(read, Cooperation) else unused.append(read)
    return tuple(found), tuple(unused)


def prefectures_named(province: str, city: str) -> tuple[str, ...]:
    """The prefectures (adcodes of `ties.places`) a report means: one for a city, all of a province without a city.

    A county in brackets decides where the city alone finds none or several. () where nothing is found.
    """
    main, _, part = city.strip().replace("（", "(").replace("）", ")").removesuffix(")").partition("(")
    inside = _province(province)
    if not main and not part:
        return tuple(place for place in places() if inside and place[:2] == inside)
    for digits in dict.fromkeys((inside, "")):
        found = _meant(main, part, digits or "")
        if found:
            return found
    return ()


def _meant(main: str, part: str, digits: str) -> tuple[str, ...]:
    """The prefecture of a city, else of a county, within a province ("" all of China)."""
    municipality = _province(main)
    if main and municipality and row_of(municipality) >= 0:
        return (places()[row_of(municipality)],)
    cities = _named(main, digits, ("prefecture",))
    if len(cities) == 1:
        return cities
    counties = [_named(name, digits, ("county",)) for name in (*re.split("[、,，]", part), main) if name]
    told = next((found for found in counties if len(found) == 1), ())
    return told if not cities or (set(told) <= set(cities) and told) else ()


def _named(name: str, digits: str, levels: Iterable[str]) -> tuple[str, ...]:
    """Prefectures of the regions of that name, whole names before those that begin with it."""
    if not name:
        return ()
    among = [region for region in regions().values() if region.level in levels and region.adcode.startswith(digits)]
    for begins in dict.fromkeys((name, ENDINGS.sub("", name))):
        exact = [region for region in among if ENDINGS.sub("", region.name) == begins or region.name == begins]
        near = exact or [region for region in among if begins and region.name.startswith(begins)]
        found = {prefecture for region in near if (prefecture := prefecture_of(region.adcode))}
        if found:
            return tuple(sorted(found))
    return ()


def _province(name: str) -> str | None:
    """Two digits of the province whose name begins so."""
    name = name.strip()
    known = (region for region in regions().values() if region.level == "province")
    return next((region.adcode[:2] for region in known if name and region.name.startswith(name)), None)


def _case(row: Mapping[str, str | None]) -> Cooperation | str:
    """A row as a cooperation, or why it is of no use."""
    cells = {name: (row[name] or "").strip() for name in COLUMNS}
    name = f"{cells['origin_province']}{cells['origin_city']} → {cells['dest_province']}{cells['dest_city']}"
    origins = prefectures_named(cells["origin_province"], cells["origin_city"])
    destinations = prefectures_named(cells["dest_province"], cells["dest_city"])
    if not origins or len(destinations) != 1:
        return f"{name}: no such place, or several"
    if destinations[0] in origins:
        return f"{name}: inside one prefecture, where prefectures do not differ"
    found = next(((mode, reverse) for word, mode, reverse in WORDS if word in cells["mode"]), None)
    return Cooperation(name, origins, destinations[0], *found) if found else f"{name}: no known mode ({cells['mode']})"


def _mode(word: str) -> tuple[Mode, bool]:
    return (Mode.ENCLAVE, True) if word == REVERSE else (Mode(word), False)
