"""The clock jumps back or on: does nobody lose a session, a hold or a word, and is nothing kept too long?"""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from fastapi import FastAPI
from sqlmodel import Session, func, select
from starlette.testclient import TestClient

from marketplace import capacity, needs, projects, talks
from marketplace.capacity import Capacity, HoldStatus, SheetFields
from marketplace.database import day_of
from marketplace.errors import Conflict, Refusal
from marketplace.needs import Need, NeedFields
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.projects import ProjectFields, Signing, SigningFields, SigningKind, Stage, StageFields
from marketplace.talks import OfferFields, OfferStatus
from tests.faults.conftest import SETTINGS, signed_in
from tests.marketplace import conftest as databases
from tests.marketplace import talking
from tests.marketplace.conftest import NOW
from web.app import create_app

enterprise, office, park = databases.enterprise, databases.office, databases.park
HOUR = timedelta(hours=1)


class Clock:
    """A clock that somebody sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_a_session_survives_an_hour_back_and_ends_in_its_time(people: str) -> None:
    clock = Clock()
    app: FastAPI = create_app(people, SETTINGS, clock=clock)
    firm: TestClient = signed_in(app, "firm")
    for jump in (-HOUR, timedelta(0), -2 * HOUR, timedelta(0)):
        clock.now = NOW + jump
        assert firm.get("/needs").status_code == 200
        assert firm.post("/api/v1/needs", json={"industry": "3841"}).status_code == 201
    clock.now = NOW + 13 * HOUR
    assert firm.get("/needs").status_code == 303
    clock.now = NOW - HOUR
    with_key = {"idempotency-key": "skewed-01"}
    again = signed_in(app, "firm")
    first = again.post("/api/v1/needs", json={"industry": "3841"}, headers=with_key)
    clock.now = NOW - timedelta(minutes=40)
    assert again.post("/api/v1/needs", json={"industry": "3841"}, headers=with_key).content == first.content
    app.state.engine.dispose()


def test_a_hold_neither_doubles_nor_ends_early(
    session: Session, office: Viewer, enterprise: Viewer, park: Park
) -> None:
    capacity.save_sheet(session, park, SheetFields.model_validate({"land_mu": 100}), by=office, now=NOW)
    row = session.exec(select(Capacity).where(Capacity.resource == "land")).one()
    whole, until = row.design, NOW + 24 * HOUR
    said = {"for_kind": "exchange", "for_id": "x", "owner_id": enterprise.organisation_id, "by": office}
    first = capacity.hold(session, park, {"land": whole}, now=NOW, until=until, **said)
    for moment in (NOW - HOUR, NOW, until - timedelta(seconds=1)):
        capacity.expire_due(session, now=moment)
        with pytest.raises(Refusal):
            capacity.hold(session, park, {"land": 1}, now=moment, until=until, **said)
    assert capacity.hold_by_id(session, park, first.public_id, office).status == HoldStatus.HELD
    capacity.expire_due(session, now=until + HOUR)
    capacity.expire_due(session, now=NOW - HOUR)  # and the clock is set back: what has ended stays so
    session.refresh(row)
    assert (row.held, row.committed) == (0, 0)


def test_a_day_that_was_future_is_told_when_it_is_past(session: Session, enterprise: Viewer) -> None:
    said = NeedFields.model_validate({"industry": "3841", "needed_on": "2026-11-24"})
    needs.enter(session, said, owner=enterprise, now=NOW)
    with pytest.raises(Refusal) as refusal:
        needs.enter(session, said, owner=enterprise, now=NOW + 48 * HOUR)
    assert refusal.value.faults[0].where == "needed_on"
    assert session.exec(select(func.count()).select_from(Need)).one() == 1


def test_an_offer_ends_by_the_right_day_whichever_way_the_clock_was_wrong(
    session: Session, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    exchange = talking.opened(session, park, enterprise, office)
    ours, theirs = (talking.room(session, exchange, by) for by in (office, enterprise))
    fields = OfferFields(land_mu=Decimal(80), text="地价面议", expires_on=NOW.date())
    offer, _ = talks.draft(session, ours, fields, now=NOW)
    talks.send(session, ours, offer, version=offer.version, now=NOW)
    for moment in (NOW + 48 * HOUR, NOW + 24 * HOUR):  # the clock is ahead: it cannot be taken, and nothing is written
        assert talks.status_of(offer, now=moment) is OfferStatus.EXPIRED
        with pytest.raises(Conflict):
            talks.accept(session, theirs, offer, version=offer.version, now=moment)
    assert talks.status_of(offer, now=NOW - HOUR) is OfferStatus.SENT
    talks.accept(session, theirs, offer, version=offer.version, now=NOW - HOUR)
    assert talks.status_of(offer, now=NOW + 48 * HOUR) is OfferStatus.ACCEPTED  # what was agreed does not run out


def test_a_stage_of_a_day_that_was_not_there_waits_until_it_comes(
    session: Session, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    ahead, exchange = NOW + 48 * HOUR, talking.opened(session, park, enterprise, office)
    need = session.get_one(Need, exchange.need_id)
    project = projects.begin(session, exchange, need, park, ProjectFields(title="二期"), by=office, now=NOW)

    def signed(on: date, now: datetime) -> None:
        said = SigningFields(signing=SigningKind.FRAMEWORK, signed_on=on, amount_10k=Decimal(80_000))
        projects.sign(session, project, said, version=project.version, by=office, now=now)

    visit = StageFields(stage=Stage.VISIT, reached_on=day_of(ahead))
    with pytest.raises(Refusal):
        projects.advance(session, project, visit, version=project.version, by=office, now=NOW)
    projects.advance(session, project, visit, version=project.version, by=office, now=ahead)
    for day in (day_of(NOW), day_of(ahead)):  # the clock is right again: neither back, nor on to a day still to come
        with pytest.raises(Refusal) as refusal:
            signed(day, NOW)
        assert refusal.value.faults[0].where in ("signed_on", "reached_on")
    assert project.stage is Stage.VISIT
    signed(day_of(ahead), ahead)
    assert projects.latest_entered(session, project, Signing) is not None
