"""How do needs and parks reach the engine, and what does it answer? The seam to matching/."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from threading import BoundedSemaphore, Lock
from types import MappingProxyType
from typing import Any

from sqlmodel import Session, col, select

from marketplace import needs
from marketplace.capacity import free_told, holds
from marketplace.database import Sessions
from marketplace.errors import Busy, Fault, InputError, NotFound, Refusal
from marketplace.history import MarketState, Stamp, Told, stamp_of, state_of, told_at, told_of
from marketplace.needs import Need, NeedFields
from marketplace.parks import Park, ParkStatus
from marketplace.resources import EMISSION, RECORDED, RESOURCES, TERMS, pollutant_of
from marketplace.units import PARK_AREA
from matching.answers import answer
from matching.asked import asked_of
from matching.evaluate.run import latest as evaluation
from matching.explain import against_prior, difference
from matching.index import Index
from matching.modes.rank import TWO_PLACES, stays
from matching.order import UNSWITCHED, Switches, ranked
from matching.records import (
    ROLES,
    Contribution,
    EnergyBasis,
    Gate,
    Match,
    Mode,
    PairMatch,
    PairRanking,
    Ranking,
    Reason,
    Relaxation,
    Resources,
    Standing,
    Verdict,
    Why,
)
from matching.records import Need as NeedRecord
from matching.records import Park as ParkRecord
from matching.reference import VERSION as REFERENCE
from matching.reference.tables import AREA_QUESTIONABLE
from matching.warm import rank_one
from matching.weights import NEED_SIDE, PARK_SIDE, own_of, weights_of

__all__ = [
    "NEED_SIDE",
    "PARK_SIDE",
    "REFERENCE",
    "ROLES",
    "Catalogue",
    "Contribution",
    "Gate",
    "Match",
    "Mode",
    "PairMatch",
    "PairRanking",
    "ParkRecord",
    "Past",
    "Ranking",
    "Reason",
    "Relaxation",
    "Standing",
    "Told",
    "Verdict",
    "Why",
    "against_prior",
    "answer",
    "as_need",
    "as_park",
    "comparison",
    "difference",
    "evaluation",
    "industry_read",
    "match_of",
    "of_two_places",
    "own_of",
    "pair_of",
    "ranked_pairs",
    "ranked_parks",
    "weights_of",
]

COMPARED_MOST = 4
DAYS_KEPT = 3  # indexes of different days: today, yesterday around midnight, a printed ranking's day
MADE_AT_ONCE = 4  # indexes of other days and states: the rest of the threads answer about today
_HECTARE_M2 = 10_000
_MAKING = BoundedSemaphore(MADE_AT_ONCE)


def as_need(need: Need | NeedFields) -> NeedRecord:
    """What the engine may look at of a need. Raises Refusal."""
    return replace(needs.checked(need), id=need.public_id if isinstance(need, Need) else "")


def as_park(told: Told, *, on: date) -> ParkRecord:
    """What the engine may look at of a park on a day: what no longer holds is unknown."""
    park = told.park
    facts = {row.name: row for row in told.terms if holds(row.name, row.as_of, row.valid_until, on)}
    said = {name: row.value for name, row in facts.items() if name not in TERMS}
    amounts = {each.record: each.as_float(facts[name].amount) for name, each in RECORDED.items() if name in facts}
    return ParkRecord(
        code=park.code,
        name=park.name,
        adcode=park.adcode,
        lon=park.lon,
        lat=park.lat,
        level=park.level,
        zone_type=park.zone_type,
        area_m2=_area_m2(park),
        industries=tuple(park.industries),
        chemical_park=said.get("chemical_park"),
        prohibited=tuple(said.get("prohibited", ())),
        restricted=tuple(said.get("restricted", ())),
        free=_free(told.lines, on),
        replacement=MappingProxyType(said.get("replacement", {})),
        supply_modes=tuple(said.get("supply_modes", ())),
        available_on=date.fromisoformat(said["available_on"]) if "available_on" in said else None,
        response_rate=said.get("response_rate"),
        **amounts,
    )


def _free(lines: Iterable[Any], on: date) -> Resources:
    amounts: dict[str, Any] = {}
    emissions: dict[str, float] = {}
    for row in lines:
        if not holds(row.resource, row.as_of, row.valid_until, on):
            continue
        whole, pollutant = free_told(row), pollutant_of(row.resource)
        if pollutant:
            emissions[pollutant] = EMISSION.as_float(whole)
        else:
            amounts[RESOURCES[row.resource].record] = RESOURCES[row.resource].as_float(whole)
        if row.basis is not None:
            amounts["energy_basis"] = EnergyBasis(row.basis)
    return Resources(**amounts, emissions_t_a=MappingProxyType(emissions))


def _area_m2(park: Any) -> float | None:
    """An area the catalogue prints wrongly is unknown until somebody corrects it."""
    if park.area_ha is None or (park.note == AREA_QUESTIONABLE and "area_ha" not in park.facts):
        return None
    return PARK_AREA.as_float(PARK_AREA.base_of(park.area_ha)) * _HECTARE_M2


@dataclass(frozen=True, slots=True)
class _Standing:
    """One state of the market: its stamp, the version and words of each listed park, an index for each day asked."""

    stamp: Stamp
    versions: Mapping[int, int]
    told: Mapping[int, Told]
    indexes: Mapping[date, Index]


class Catalogue:
    """The listed parks of the market as one frozen Index a day, kept true by comparing (id, version).

    A request costs one small query: parks are never deleted and versions only rise, so their count and the sum of
    their versions name a state of the market, for any number of replicas. Where it moved, the parks whose version
    differs are read and projected, and the index is updated by difference. A value can become stale without its row
    changing: a new day projects all parks from memory and updates those whose record differs. That takes twenty times
    what a ranking does, so `today` is always kept, and few may ask for other days at a time.
    """

    def __init__(self, sessions: Sessions, today: Callable[[], date] | None = None) -> None:
        self._sessions, self._today = sessions, today
        self._lock = Lock()
        self._state = _Standing((0, 0), {}, {}, {})
        self._past: dict[str, Past] = {}
        self._quick = False

    def quicken(self) -> None:
        """Load the compiled kernel, and rank through it from now on: the same answers, sooner. For no request."""
        rank_one()
        with self._lock:
            self._quick = True
            self._state = _quickened(self._state)

    def index(self, on: date) -> Index:
        """The parks as they stand on a day. Raises Busy where too many ask for other days than today."""
        with self._sessions() as session:
            stamp = stamp_of(session)
        state = self._state
        if state.stamp == stamp and on in state.indexes:
            return state.indexes[on]
        today = self._today() if self._today else on
        with nullcontext() if on == today else making(), self._lock, self._sessions() as session:
            stamp = stamp_of(session)  # anew: another thread may have read a later state while this one waited
            if self._state.stamp != stamp:
                self._state = _moved(session, self._state, stamp)
            if on not in self._state.indexes:
                self._state = _turned(self._state, on, today)
            if self._quick:
                self._state = _quickened(self._state)
            return self._state.indexes[on]

    @property
    def stamp(self) -> Stamp:
        """Which state of the market the last `index` stood on."""
        return self._state.stamp

    @property
    def version(self) -> str:
        """Which facts and which state of the market the last `index` stood on: reference, parks, sum of versions."""
        count, total = self._state.stamp
        return f"{REFERENCE}-{count}-{total}"

    def past(self, version: str) -> "Past | None":
        """The market of an earlier `version`, where it was kept and the reference is still the same."""
        if not re.fullmatch(r"[0-9]{1,9}-[0-9]{1,12}", version.removeprefix(f"{REFERENCE}-")):
            return None
        count, total = (int(part) for part in version.removeprefix(f"{REFERENCE}-").split("-"))
        with self._lock, self._sessions() as session:
            if version not in self._past:
                state = state_of(session, (count, total))
                if state is None:
                    return None
                self._past = {**dict(list(self._past.items())[-1:]), version: Past(version, state, self._sessions, {})}
            return self._past[version]

    def simulated(self) -> frozenset[str]:
        """Codes of the parks with an invented value, as of the last `index`."""
        return frozenset(told.park.code for told in self._state.told.values() if told.simulated)


@contextmanager
def making() -> Iterator[None]:
    """One of the few that may make an index of another day or state at a time. Raises Busy."""
    if not _MAKING.acquire(blocking=False):
        raise Busy(Fault("", "Too many ask for other days at this moment: try again in a few seconds"))
    try:
        yield
    finally:
        _MAKING.release()


def index_at(session: Session, market_id: int, *, on: date) -> Index:
    """The parks as they stood in an earlier state of the market, for a day. Raises Busy."""
    with making():
        return Index.fit(as_park(each, on=on) for each in told_at(session, market_id).values())


@dataclass(frozen=True, slots=True)
class Past:
    """The market as it stood at an earlier moment, one frozen index for each day asked."""

    version: str
    state: MarketState
    sessions: Sessions
    indexes: dict[date, Index]

    def index(self, on: date) -> Index:
        """The parks as they stood then, as of a day."""
        found = self.indexes.get(on)
        if found is None:
            with self.sessions() as session:
                found = index_at(session, self.state.id, on=on)
            self.indexes.clear()  # one is enough, and another reader keeps the one it holds
            self.indexes[on] = found
        return found


def ranked_parks(
    catalogue: Catalogue | Past,
    need: Need | NeedFields,
    *,
    on: date,
    top: int = 20,
    misses: int = 5,
    unverified_only: bool = False,
    switches: Switches = UNSWITCHED,
) -> Ranking:
    """Parks for a need as things stand on a day, in the order asked for. Raises Refusal."""
    record, index = as_need(need), catalogue.index(on)

    def found(top: int) -> Ranking:
        return index.parks_for(record, top=top, misses=misses, unverified_only=unverified_only)

    try:
        return ranked(found, record, switches, top)
    except InputError as error:
        raise Refusal(error.faults) from None


def of_two_places(need: Need | NeedFields) -> bool:
    """Whether the need takes two places, so that pairs are ranked for it."""
    return need.mode in TWO_PLACES


def ranked_pairs(
    catalogue: Catalogue | Past,
    need: Need | NeedFields,
    *,
    on: date,
    top: int = 20,
    misses: int = 5,
    unverified_only: bool = False,
    institution: bool = True,
    switches: Switches = UNSWITCHED,
) -> PairRanking:
    """Pairs of places for a need as things stand on a day, in the order asked for. Raises Refusal."""
    record, index = as_need(need), catalogue.index(on)

    def found(top: int) -> PairRanking:
        only = unverified_only
        return index.pairs_for(record, top=top, misses=misses, institution=institution, unverified_only=only)

    try:
        return ranked(found, record, switches, top)
    except InputError as error:
        raise Refusal(error.faults) from None


def pair_of(
    catalogue: Catalogue | Past,
    need: Need | NeedFields,
    codes: tuple[str, str],
    *,
    on: date,
    institution: bool = True,
) -> PairMatch:
    """One pair of places, the same as in the ranking. Raises NotFound, Refusal."""
    record, index = as_need(need), catalogue.index(on)
    if any(code not in index.row_of for code in codes[stays(record) :]) or (codes[0] == codes[1]):
        raise NotFound
    try:
        return index.pair(record, *codes, institution=institution)
    except InputError as error:
        raise Refusal(error.faults) from None


def industry_read(need: Need | NeedFields) -> str | None:
    """The code a need without one is ranked by, read from its description; None where nothing is clear enough."""
    asked = asked_of(as_need(need))
    return asked.industry if asked.inferred else None


def match_of(catalogue: Catalogue | Past, need: Need | NeedFields, code: str, *, on: date) -> Match:
    """One pair, the same as in the ranking. Raises NotFound, Refusal."""
    return comparison(catalogue, need, (code,), on=on)[0]


def comparison(
    catalogue: Catalogue | Past, need: Need | NeedFields, codes: Sequence[str], *, on: date
) -> tuple[Match, ...]:
    """Up to four pairs side by side, in the order asked. Raises NotFound, Refusal."""
    asked = tuple(dict.fromkeys(codes))
    if len(asked) > COMPARED_MOST:
        raise Refusal(Fault("park", "At most {most} parks can be compared", {"most": COMPARED_MOST}))
    record, index = as_need(need), catalogue.index(on)
    if any(code not in index.row_of for code in asked):
        raise NotFound
    try:
        return tuple(index.match(record, code) for code in asked)
    except InputError as error:
        raise Refusal(error.faults) from None


def _moved(session: Session, before: _Standing, stamp: Stamp) -> _Standing:
    """The state after the market moved: only parks whose version differs are read and projected."""
    listed = select(col(Park.id), col(Park.version)).where(Park.status == ParkStatus.LISTED)
    versions = dict(session.exec(listed).all())
    changed = [id for id, version in versions.items() if before.versions.get(id) != version]
    new = told_of(session, changed)
    gone = [before.told[id].park.code for id in before.told.keys() - versions.keys()]
    told = {id: new.get(id) or before.told[id] for id in versions}
    indexes = {
        on: index.updated([as_park(each, on=on) for each in new.values()], gone) for on, index in before.indexes.items()
    }
    return _Standing(stamp, versions, told, indexes)


def _quickened(state: _Standing) -> _Standing:
    """With the kernel's tables, for those indexes that have none."""
    tabled = {on: index if index.sheets is not None else index.quickened() for on, index in state.indexes.items()}
    return replace(state, indexes=tabled)


def _turned(state: _Standing, on: date, today: date) -> _Standing:
    """An index for another day, from the one made last; that of today stays."""
    records = [as_park(each, on=on) for each in state.told.values()]
    if not state.indexes:
        return replace(state, indexes={on: Index.fit(records)})
    base = list(state.indexes.values())[-1]
    known = {park.code: park for park in base.parks}
    index = base.updated([park for park in records if known.get(park.code) != park])
    others = [day for day in state.indexes if day != today]
    room = DAYS_KEPT - 1 - (today in state.indexes)
    kept = {day: made for day, made in state.indexes.items() if day == today or day in others[-room:]}
    return replace(state, indexes={**kept, on: index})
