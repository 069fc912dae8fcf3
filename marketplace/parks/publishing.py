"""Which of a park's texts become public, and what does the platform's word on one do?"""

from datetime import datetime

from sqlalchemy import and_, or_, update
from sqlmodel import Session, col, select

from marketplace import compliance
from marketplace.compliance import Place, Screening, ScreeningStatus
from marketplace.database import day_of
from marketplace.errors import NotFound
from marketplace.lifecycle import hold_still, rewrite
from marketplace.organisations import Viewer
from marketplace.parks.incentives import Incentive, conclude_incentive, end_promises, withdraw_incentive
from marketplace.parks.queries import park_by_code
from marketplace.parks.tables import Park, ParkFields
from marketplace.resources import Source

TEXTS = ("introduction", "industries_reason")  # where a park may promise something


def screened_fields(
    session: Session, park: Park, fields: ParkFields, *, by: Viewer | None, now: datetime
) -> ParkFields:
    """The fields with what may be public of them: a blocked text waits, and what stood before stays."""
    held = {}
    for field in TEXTS:
        text, public = getattr(fields, field), getattr(park, field)
        if text == public:
            continue
        place = _place(park, field)
        waiting = compliance.waiting_at(session, place)
        if waiting is None or waiting.text != text:
            waiting = compliance.submit(session, place, text, by=by, now=now)
        if waiting is not None and waiting.status == ScreeningStatus.WAITING:
            held[field] = public
    return fields.model_copy(update=held)


def screen_new(session: Session, park: Park, *, by: Viewer | None, now: datetime) -> None:
    """The texts of a park that was just entered: a blocked one waits."""
    said = ParkFields.model_validate({field: getattr(park, field) for field in TEXTS} | {"name": park.name})
    for field in TEXTS:
        setattr(park, field, "")
    allowed = screened_fields(session, park, said, by=by, now=now)
    for field in TEXTS:
        setattr(park, field, getattr(allowed, field))


def conclude_text(
    session: Session, row: Screening, *, publish: bool, reason: str, version: int, by: Viewer, now: datetime
) -> None:
    """The platform's word on a text, and what follows from it. Raises NotFound, Refusal, Conflict."""
    park, incentive = of_text(session, row)
    hold_still(session, park)  # in the order of who writes a text, so that neither waits for the other
    was = row.status
    compliance.conclude(session, row, publish=publish, reason=reason, version=version, by=by, now=now)
    if incentive is not None:
        conclude_incentive(session, park, incentive, publish=publish, now=now)
    elif publish and was == ScreeningStatus.WAITING:
        _put(session, park, row.field, row.text, now=now)
    elif not publish and getattr(park, row.field) == row.text:
        _put(session, park, row.field, "", now=now)


def take_back(session: Session, row: Screening, *, version: int, by: Viewer, now: datetime) -> None:
    """Its author takes a waiting text back; an incentive that only waited is gone too. Raises NotFound, Conflict."""
    park, incentive = of_text(session, row)
    hold_still(session, park)
    compliance.withdraw(session, row, version=version, by=by, now=now)
    if incentive is not None:
        withdraw_incentive(session, park, incentive, by=by, now=now)


def end_texts(session: Session, park: Park, *, now: datetime) -> None:
    """What was promised and what waits ends with who spoke for a park; what is public about it stays."""
    end_promises(session, park, now=now)
    for field in TEXTS:
        waiting = compliance.waiting_at(session, _place(park, field))
        if waiting is not None:
            compliance.LIFE.move(session, waiting, ScreeningStatus.REPLACED, now=now)


def pass_on(session: Session, park: Park) -> None:
    """The texts of a park belong to whoever speaks for it now: they see them, answer and take them back."""
    its = select(Incentive.public_id).where(Incentive.park_id == park.id)
    of_park = and_(col(Screening.about) == "park", col(Screening.about_id) == park.code)
    of_incentive = and_(col(Screening.about) == "incentive", col(Screening.about_id).in_(its))
    statement = update(Screening).where(or_(of_park, of_incentive)).values(owner_id=park.owner_id)
    session.connection().execute(statement)


def of_text(session: Session, row: Screening) -> tuple[Park, Incentive | None]:
    """The park whose text this is, and the incentive if it is one's. Raises NotFound."""
    if row.about == "park" and row.field in TEXTS:
        return park_by_code(session, row.about_id), None
    incentive = session.exec(select(Incentive).where(Incentive.public_id == row.about_id)).first()
    if row.about != "incentive" or incentive is None:
        raise NotFound
    return session.get_one(Park, incentive.park_id), incentive


def _put(session: Session, park: Park, field: str, text: str, *, now: datetime) -> None:
    fact = {"as_of": day_of(now).isoformat(), "source": Source.DECLARED.value}
    rewrite(session, park, version=park.version, now=now, facts={**park.facts, field: fact}, **{field: text})


def _place(park: Park, field: str) -> Place:
    return Place("park", park.code, field, park.name, park.owner_id)
