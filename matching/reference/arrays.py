"""How are industries linked with each other, and places by rail?

Both are dense arrays in .npz files, read once: a whole look-up is then one array operation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent
NO_TRAIN = 0
MUNICIPALITIES = ("11", "12", "31", "50")


@dataclass(frozen=True, slots=True)
class Linkage:
    """The input–output table of 2020, 153 sectors; [s, t] is seen from sector s. All in [0, 1], all (153, 153).

    up: t supplies s, f(B[t, s]); down: t buys from s, f((G−I)[s, t]); chain: 1 − (1−up)(1−down);
    cosine: likeness of the columns of A, the inputs s and t work with. `output_cny` is gross output, (153,).
    `sector_of` maps GB/T 4754 divisions, groups and classes to a row, no code beginning another.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    sector_of: Mapping[str, int]
    output_cny: NDArray[np.float64]
    up: NDArray[np.float32]
    down: NDArray[np.float32]
    chain: NDArray[np.float32]
    cosine: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rail:
    """Minutes by high-speed rail between places, (245, 245), 0 where no train is known. Directions differ a little."""

    row_of: Mapping[str, int]
    minutes: NDArray[np.uint16]

    def rows(self, adcodes: Iterable[str | None]) -> NDArray[np.intp]:
        """Row of each region's prefecture or directly governed county, −1 where it has no known station."""
        return np.fromiter((self._row(adcode) for adcode in adcodes), dtype=np.intp)

    def minutes_from(self, origin: str | None, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Minutes from a region to each row, NaN where no train is known or both are one place."""
        found = np.full(len(rows), np.nan)
        start = self._row(origin)
        if start >= 0:
            known = rows >= 0
            found[known] = self.minutes[start, rows[known]]
            found[found == NO_TRAIN] = np.nan
        return found

    def _row(self, adcode: str | None) -> int:
        """A directly governed county stands for itself, any other county for its prefecture, 上海市 for its one."""
        full = (adcode or "").ljust(6, "0")
        if full[:2] in MUNICIPALITIES and full[2:] == "0000":
            full = full[:2] + "0100"
        own = self.row_of.get(full, -1)
        return own if own >= 0 else self.row_of.get(full[:4] + "00", -1)


@cache
def linkage() -> Linkage:
    """Who supplies whom, who buys from whom, and who works with the same inputs, by ENGINE formulas 2."""
    with np.load(FOLDER / "linkage.npz") as file:
        up, down = file["up"], file["down"]
        return Linkage(
            codes=tuple(file["codes"].tolist()),
            names=tuple(file["names"].tolist()),
            sector_of=MappingProxyType(dict(zip(file["gbt"].tolist(), file["gbt_row"].tolist(), strict=True))),
            output_cny=file["output_cny"],
            up=up,
            down=down,
            chain=1 - (1 - up) * (1 - down),
            cosine=file["cosine"],
        )


@cache
def rail() -> Rail:
    """All minutes by high-speed rail, 2016 and 2021 timetables: a blank does not mean that there is no train."""
    with np.load(FOLDER / "rail.npz") as file:
        rows = {adcode: row for row, adcode in enumerate(file["adcodes"].tolist())}
        return Rail(MappingProxyType(rows), file["minutes"])


def rail_minutes(origin: str, destination: str) -> int | None:
    """Minutes by high-speed rail between the prefectures of two regions, None where no train is known."""
    minutes = rail().minutes_from(origin, rail().rows([destination]))[0]
    return None if np.isnan(minutes) else int(minutes)
