"""How do parks join, change, get a new name, merge, and find somebody to speak for them?"""

import unicodedata
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from marketplace.database import day_of
from marketplace.errors import Conflict, Fault, NotFound, Refusal
from marketplace.lifecycle import CHANGED_MEANWHILE, Lifecycle, hold_still, rewrite
from marketplace.organisations import Viewer, may_act_for, may_claim_park
from marketplace.parks.publishing import screen_new, screened_fields
from marketplace.parks.queries import names_of
from marketplace.parks.tables import NameKind, Park, ParkFields, ParkName, ParkReport, ParkStatus, ParkTie, TieKind
from marketplace.parks.words import index_words, region_of, replace_sectors
from marketplace.resources import Source
from marketplace.units import doubts
from matching.reading import Section

LIFE = Lifecycle({"listed": frozenset({"merged"})})
LEADING_MOST = 3
REPORT_MOST, CONTACT_MOST = 2000, 120


def doubts_of(fields: ParkFields) -> list[Fault]:
    """What is allowed and worth a second look: item 3 of 工信部联规〔2025〕189号 wants one to three industries."""
    faults = doubts(fields)
    if len(fields.industries) > LEADING_MOST and not fields.industries_reason:
        message = "{count} leading industries: in principle one to three; say why there are more"
        faults.append(Fault("industries", message, {"count": len(fields.industries)}))
    return faults


def join(session: Session, fields: ParkFields, *, by: Viewer | None, now: datetime) -> Park:
    """Enter a park that is not in the catalogue; its organisation speaks for it. Raises NotFound, Refusal."""
    if by is not None and not may_claim_park(by):
        raise NotFound
    if by is not None and not by.is_verified:
        raise Refusal(Fault("", "Your organisation is not verified yet: a park is entered once it is"))
    _check(fields)
    _refuse_taken(session, fields.name)
    owner_id = by.organisation_id if by else None
    values = {"owner_id": owner_id, "as_of": day_of(now), "created_at": now, "updated_at": now}
    park = Park.model_validate(fields, update=values)
    _locate(park)
    session.add(park)
    session.flush()
    screen_new(session, park, by=by, now=now)
    _found_anew(session, park)
    return park


def revise_park(
    session: Session, park: Park, fields: ParkFields, *, version: int, by: Viewer | None, now: datetime
) -> Park:
    """Change what is said about a park that still stands at `version`. Raises NotFound, Refusal, Conflict."""
    _may_change(park, by)
    _check(fields)
    if version != park.version:
        raise Conflict(CHANGED_MEANWHILE)
    if fields.name != park.name:
        _refuse_taken(session, fields.name, park)
    hold_still(session, park)
    fields = screened_fields(session, park, fields, by=by, now=now)
    said = fields.model_dump(exclude={"typed"})
    changed = {name: value for name, value in said.items() if value != getattr(park, name)}
    fact = {"as_of": day_of(now).isoformat(), "source": Source.DECLARED.value}
    facts = {**park.facts, **dict.fromkeys(changed, fact)}
    if "name" in changed:
        _add_name(session, park, park.name, NameKind.FORMER, day_of(now))
    rewrite(session, park, version=version, now=now, **changed, facts=facts, typed=fields.typed)
    if "adcode" in changed:
        _locate(park)
    _found_anew(session, park)
    return park


def rename(session: Session, park: Park, name: str, *, by: Viewer | None, now: datetime) -> Park:
    """Give a park a new name; the old one is kept and still found. Raises NotFound, Refusal, Conflict."""
    fields = ParkFields.model_validate({**_said(park), "name": name})
    return revise_park(session, park, fields, version=park.version, by=by, now=now)


def add_alias(session: Session, park: Park, name: str, *, by: Viewer | None, now: datetime) -> None:
    """A further name people use. Raises NotFound, Conflict."""
    _may_change(park, by)
    if name.strip() and name.strip() != park.name:
        hold_still(session, park)
        _add_name(session, park, name.strip(), NameKind.ALIAS, None)
        rewrite(session, park, version=park.version, now=now)
        _found_anew(session, park)


def merge(session: Session, park: Park, into: Park, *, by: Viewer | None, now: datetime) -> None:
    """`into` replaces `park`, which is no longer listed and leads there. Raises NotFound, Conflict."""
    _may_change(park, by)
    _may_change(into, by)
    if park.id == into.id or into.status != ParkStatus.LISTED:
        raise Conflict(Fault("into", "A park merges into another one that is listed"))
    hold_still(session, park, into)
    LIFE.move(session, park, ParkStatus.MERGED, now=now)
    session.add(ParkTie(park_id=park.id, other_id=into.id, kind=TieKind.SUCCESSOR, since_on=day_of(now)))
    _add_name(session, into, park.name, NameKind.FORMER, day_of(now))
    rewrite(session, into, version=into.version, now=now)
    _found_anew(session, into)


def set_part_of(session: Session, park: Park, whole: Park, *, by: Viewer | None, now: datetime) -> None:
    """`park` lies within `whole`. Raises NotFound, Conflict."""
    _may_change(park, by)
    row = (park.id, whole.id, TieKind.PART_OF)
    known = select(ParkTie.id).where(ParkTie.park_id == row[0], ParkTie.other_id == row[1], ParkTie.kind == row[2])
    if park.id == whole.id:
        raise Conflict(Fault("whole", "A park is no part of itself"))
    hold_still(session, park)
    if session.exec(known).first() is None:
        session.add(ParkTie(park_id=row[0], other_id=row[1], kind=row[2], since_on=day_of(now)))
        session.flush()


def told_anew(session: Session, organisation_id: int, *, now: datetime) -> None:
    """The platform suspended an office, or lets it in again: what its parks declared is read anew."""
    risen = update(Park).where(col(Park.owner_id) == organisation_id)
    session.connection().execute(risen.values(version=Park.version + 1, updated_at=now))


def report_error(
    session: Session, park: Park, *, field: str, message: str, contact: str, by: Viewer | None, now: datetime
) -> ParkReport:
    """Anyone can say that a fact about a park is wrong. Raises Refusal."""
    if not message.strip():
        raise Refusal(Fault("message", "Say what is wrong, and what is right if you know it"))
    if len(message) > REPORT_MOST or len(contact) > CONTACT_MOST:
        raise Refusal(
            Fault("message", "This is too long: at most {max_length} characters", {"max_length": REPORT_MOST})
        )
    known = field if field in ParkFields.model_fields else ""
    user_id = by.user_id if by else None
    report = ParkReport(
        park_id=park.id,
        field=known,
        message=message.strip(),
        contact=contact.strip(),
        user_id=user_id,
        created_at=now,
    )
    session.add(report)
    session.flush()
    return report


def _may_change(park: Park, by: Viewer | None) -> None:
    """`by` None is the platform's own doing (the demonstration, an import)."""
    if by is not None and not may_act_for(by, park.owner_id):
        raise NotFound


def _check(fields: ParkFields) -> None:
    """The engine's own check of a region code. Raises Refusal."""
    faults: list[Fault] = []
    Section({"adcode": fields.adcode}, faults).region("adcode")
    if faults:
        raise Refusal(faults)


def _refuse_taken(session: Session, name: str, park: Park | None = None) -> None:
    """Two listed parks do not share a name, nor does one take what another is or was called. Raises Refusal."""
    names = {name, unicodedata.normalize("NFKC", name)}
    called = select(ParkName.park_id).where(col(ParkName.name).in_(names))
    known = select(Park.code).where(
        Park.status == ParkStatus.LISTED, or_(col(Park.name).in_(names), col(Park.id).in_(called))
    )
    if park is not None:
        known = known.where(Park.id != park.id)
    code = session.exec(known.order_by(col(Park.id))).first()
    if code is not None:
        message = "{name} is in the list already, as {code}: if it is yours, claim it there"
        raise Refusal(Fault("name", message, {"name": name, "code": code}))


def _said(park: Park) -> dict[str, Any]:
    return {name: getattr(park, name) for name in ParkFields.model_fields}


def _add_name(session: Session, park: Park, name: str, kind: NameKind, until_on: date | None) -> None:
    """Once each; and a name in use again is not a former one."""
    names = {row.name: row for row in names_of(session, park)}
    if name not in names:
        session.add(ParkName(park_id=park.id, name=name, kind=kind, until_on=until_on))
        session.flush()


def _locate(park: Park) -> None:
    """The point of a park that gives none is the seat of its region."""
    region = region_of(park.adcode)
    park.adcode = region.adcode if region else None
    park.province = region.adcode[:2] + "0000" if region else None
    park.lon, park.lat = (region.lon, region.lat) if region else (None, None)
    park.place_source = f"{region.level}_seat" if region else ""
    park.place_confidence = "C" if region else ""


def _found_anew(session: Session, park: Park) -> None:
    """Search words and sectors follow what is said."""
    index_words(park, [row.name for row in names_of(session, park)])
    session.flush()
    replace_sectors(session, park)
