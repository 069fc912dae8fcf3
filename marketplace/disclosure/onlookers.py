"""Who looks at a need, does it exist for them, and at which level?

`level_for` decides from what is known of an onlooker alone: the pages that show a need, and the page that shows its
owner how others see it, ask the same function.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select

from marketplace import mandates
from marketplace.database import day_of
from marketplace.disclosure.levels import Level
from marketplace.disclosure.tables import Grant
from marketplace.errors import NotFound
from marketplace.journal import Act, Entry
from marketplace.mandates import Mandate, MandateStatus
from marketplace.needs import Need, NeedStatus
from marketplace.organisations import Organisation, Standing, Viewer, may_moderate, may_see_for
from marketplace.parks import Park, ParkStatus, ParkTie
from matching.place import shortened

PARTED = timedelta(days=365)
_WHOLE_PROVINCES = ("11", "12", "31", "50")  # cities that are provinces: their districts are one locality


@dataclass(frozen=True, slots=True)
class Onlooker:
    """What decides what somebody sees: nobody's name. `places` are where it sits and where its parks lie."""

    verified: bool = False
    speaks_for: frozenset[str] = frozenset()  # listed parks, its own or by mandate
    codes: frozenset[str] = frozenset()  # all parks, also merged ones and those it spoke for within a year
    places: frozenset[str] = frozenset()
    granted: Level | None = None
    stands_for: frozenset[int] = frozenset()  # enterprises by mandate: it acts for no park towards them


STRANGER = Onlooker()


def level_of(session: Session, viewer: Viewer | None, need: Need, *, now: datetime) -> Level | None:
    """At which level a reader sees a need now; None where it does not exist for them."""
    return levels_of(session, viewer, [need], now=now)[need.id]


def levels_of(
    session: Session, viewer: Viewer | None, needs: Sequence[Need], *, now: datetime, looks: Onlooker | None = None
) -> dict[int, Level | None]:
    """Need id → the level a reader sees it at now, in as many queries for many needs as for one.

    `looks`: what `onlooker_of` said of this reader a moment ago, where that is known.
    """
    levels: dict[int, Level | None] = {need.id: None for need in needs}
    others = []
    for need in needs:
        if may_see_for(viewer, need.owner_id):
            levels[need.id] = Level.PROMISE
        elif viewer is not None and may_moderate(viewer):
            levels[need.id] = Level.PARKS if need.status in (NeedStatus.OPEN, NeedStatus.HIDDEN) else None
        elif need.status == NeedStatus.OPEN:
            others.append(need)
    stands = _standing_among(session, {need.owner_id for need in others})
    if listed := [need for need in others if need.owner_id in stands]:
        looks = looks or onlooker_of(session, viewer, now=now)
        granted = _grants(session, listed, viewer.organisation_id) if viewer is not None and looks.verified else {}
        levels |= {need.id: level_for(need, replace(looks, granted=granted.get(need.id))) for need in listed}
    return levels


def level_for(need: Need, looks: Onlooker) -> Level | None:
    """At which level an onlooker sees an open need of a verified owner; None where it does not exist for them.

    A stranger could be whoever is excluded: what excludes anybody exists for verified organisations alone.
    """
    if not looks.verified:
        return None if excludes_anybody(need) else Level.PUBLIC
    if is_hidden_from(need, looks):
        return None
    if not looks.speaks_for:  # a grant is to who speaks for a park: it waits for that, and ends with the exchange
        return Level.PUBLIC
    return looks.granted or Level.PARKS


def excludes_anybody(need: Need) -> bool:
    """Whether there is anybody to whom the listing does not exist."""
    return bool(need.hidden_from.parks or hidden_regions(need))


def is_hidden_from(need: Need, looks: Onlooker) -> bool:
    """Whether an organisation is excluded: by a park, or by where it or a park of it lies, as far as that is known.

    And whoever stands for the owner: a listing it could see and not ask about would tell it whose that is.
    """
    if looks.codes & set(need.hidden_from.parks) or need.owner_id in looks.stands_for:
        return True
    regions = hidden_regions(need)
    if not regions:
        return False
    return not looks.places or any(_nested(place, region) for place in looks.places for region in regions)


def hidden_regions(need: Need) -> tuple[str, ...]:
    """The excluded regions, with the localities where the firm is now unless its owner opened these."""
    regions = dict.fromkeys(shortened(code) for code in need.hidden_from.regions)
    if need.hidden_from.present_locality:
        regions |= dict.fromkeys(locality(code) for code in (need.origin, need.hq) if code)
    return tuple(regions)


def locality(adcode: str) -> str:
    """The prefecture a place lies in; a city that is a province is one."""
    code = shortened(adcode)
    return code[:2] if code[:2] in _WHOLE_PROVINCES else code[:4]


def onlooker_of(session: Session, viewer: Viewer | None, need: Need | None = None, *, now: datetime) -> Onlooker:
    """What decides what a reader sees: of one need with what was granted to them, without a need of all."""
    if viewer is None or not viewer.is_verified:
        return STRANGER
    parks = _parks_of(session, viewer.organisation_id, now)
    seats = [viewer.adcode, *_principal_seats(session, viewer.organisation_id, now)]
    places = [*(park.adcode or park.province for park in parks), *seats]
    voice = mandates.parks_of(session, viewer, now=now)  # without what somebody was let act for who lost it since
    codes = frozenset(park.code for park in parks)
    return Onlooker(
        verified=True,
        speaks_for=frozenset(park.code for park in voice if park.status == ParkStatus.LISTED),
        codes=codes | {*_tied_codes(session, parks), *_parted(session, viewer.organisation_id, now)},
        places=frozenset(place for place in places if place),
        stands_for=_enterprises_of(session, viewer.organisation_id, now),
        granted=granted_to(session, need, viewer.organisation_id) if need is not None else None,
    )


def granted_to(session: Session, need: Need, organisation_id: int) -> Level | None:
    """The level an organisation was granted and still has."""
    query = select(Grant.level).where(
        Grant.need_id == need.id, Grant.organisation_id == organisation_id, col(Grant.ended_at).is_(None)
    )
    level = session.exec(query).first()
    return None if level is None else Level(level)


def need_for(session: Session, listing_id: str, viewer: Viewer | None, *, now: datetime) -> tuple[Need, Level]:
    """A listed need and the level its listing is seen at. Raises NotFound, the same for one that is hidden as for none.

    What both sides agreed to open stands in their exchange alone, field by field (marketplace.exchanges).
    """
    need = session.exec(select(Need).where(Need.listing_id == listing_id)).first()
    level = None if need is None else level_of(session, viewer, need, now=now)
    if need is None or level is None:
        raise NotFound
    return need, level if may_see_for(viewer, need.owner_id) else min(level, Level.PARKS)


def open_needs(session: Session, viewer: Viewer | None, *, now: datetime) -> list[Need]:
    """The listed needs that exist for a reader: the latest day first, within a day by random ids.

    For the rules beside this one: what is handed on to a reader is `seen` of each.
    """
    looks = onlooker_of(session, viewer, now=now)
    sees_all = viewer is not None and may_moderate(viewer)
    query = (
        select(Need)
        .join(Organisation, col(Organisation.id) == Need.owner_id)
        .where(Need.status == NeedStatus.OPEN, Organisation.standing == Standing.VERIFIED)
        .order_by(col(Need.listed_on).desc(), col(Need.listing_id))
    )
    rows = session.exec(query).all()
    return [
        need for need in rows if sees_all or may_see_for(viewer, need.owner_id) or level_for(need, looks) is not None
    ]


def _standing_among(session: Session, ids: Collection[int]) -> set[int]:
    verified = select(Organisation.id).where(col(Organisation.id).in_(ids), Organisation.standing == Standing.VERIFIED)
    return set(session.exec(verified)) if ids else set()


def _grants(session: Session, needs: Sequence[Need], organisation_id: int) -> dict[int, Level]:
    own = Grant.organisation_id == organisation_id, col(Grant.ended_at).is_(None)
    query = select(Grant.need_id, Grant.level).where(*own, col(Grant.need_id).in_([need.id for need in needs]))
    return {need_id: Level(level) for need_id, level in session.exec(query.order_by(col(Grant.id).desc()))}


def _parks_of(session: Session, organisation_id: int, now: datetime) -> list[Park]:
    acts_for = select(Mandate.park_id).where(*_running(organisation_id, now))
    query = select(Park).where(or_(col(Park.owner_id) == organisation_id, col(Park.id).in_(acts_for)))
    return list(session.exec(query))


def _tied_codes(session: Session, parks: Iterable[Park]) -> Iterable[str]:
    """Parks that were merged into these, or hold or lie within them: who is excluded stays so under another name."""
    ids = [park.id for park in parks]
    into = select(ParkTie.park_id).where(col(ParkTie.other_id).in_(ids))
    away = select(ParkTie.other_id).where(col(ParkTie.park_id).in_(ids))
    return session.exec(select(Park.code).where(or_(col(Park.id).in_(into), col(Park.id).in_(away))))


def _parted(session: Session, organisation_id: int, now: datetime) -> set[str]:
    """Parks it spoke for within a year: who is excluded does not see more by giving its park away for an hour."""
    since = now - PARTED
    said = select(Entry.about, Entry.about_id, Entry.facts, Entry.at).where(Entry.whose_id == organisation_id)
    rows = session.exec(said.where(col(Entry.about).in_(("park", "mandate")), Entry.act == Act.RIGHTS)).all()
    given = {id for about, id, facts, at in rows if about == "park" and at >= since and _has_parted(facts)}
    taken_up = [id for about, id, facts, _ in rows if about == "mandate" and facts.get("mandate") == "active"]
    acted = select(Park.code).join(Mandate, col(Mandate.park_id) == Park.id)
    acted = acted.where(Mandate.agent_id == organisation_id, col(Mandate.public_id).in_(taken_up))
    ended = and_(col(Mandate.status) == MandateStatus.ENDED, col(Mandate.updated_at) >= since)
    ran_out = and_(col(Mandate.status) == MandateStatus.ACTIVE, col(Mandate.until_on) >= day_of(since))
    return given | set(session.exec(acted.where(or_(ended, ran_out))))


def _has_parted(facts: Mapping[str, Any]) -> bool:
    return bool(facts.get("given_up")) or facts.get("handover") == "accepted"


def _principal_seats(session: Session, organisation_id: int, now: datetime) -> Iterable[str | None]:
    principals = select(Mandate.principal_id).where(*_running(organisation_id, now))
    return session.exec(select(Organisation.adcode).where(col(Organisation.id).in_(principals)))


def _enterprises_of(session: Session, organisation_id: int, now: datetime) -> frozenset[int]:
    stood_for = select(Mandate.principal_id).where(*_held(organisation_id, now), col(Mandate.park_id).is_(None))
    return frozenset(session.exec(stood_for))


def _running(organisation_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The mandates an organisation has for parks of others."""
    return (*_held(organisation_id, now), col(Mandate.park_id).is_not(None))


def _held(organisation_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Mandate.agent_id) == organisation_id,
        col(Mandate.status) == MandateStatus.ACTIVE,
        col(Mandate.until_on) >= day_of(now),
    )


def _nested(place: str, region: str) -> bool:
    """Whether one lies in the other: a province's office could tell each of its cities."""
    place = shortened(place)
    return place.startswith(region) or region.startswith(place)
