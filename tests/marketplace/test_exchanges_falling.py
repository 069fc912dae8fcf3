"""Is what fell without anybody's act written down, with its project and what was held for it?"""

from datetime import timedelta

from sqlmodel import Session, select

from marketplace import capacity, exchanges, jobs, projects, timers
from marketplace.capacity import SheetFields
from marketplace.exchanges import ExchangeStatus
from marketplace.exchanges.queries import standing_among
from marketplace.exchanges.standing import is_standing
from marketplace.needs import Need
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.projects import ProjectFields, Stage
from tests.marketplace.test_exchanges import DAY, NOW, agent, listed, mandated, need, opened

__all__ = ["agent", "need"]  # fixtures
MU = 10**6
KINDS = (exchanges.FALL, "exchanges.look")


def go_round(session: Session, now: object) -> list[str]:
    """What a worker does until nothing of ours is due."""
    done = []
    while claimed := jobs.claim(session, KINDS, now=now):  # type: ignore[arg-type]
        timers.carry_out(session, claimed, now=now)  # type: ignore[arg-type]
        done.append(claimed.kind)
    return done


def test_a_mandate_that_runs_out_closes_its_exchange_ends_the_project_and_frees_what_was_held(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer, agent: Viewer
) -> None:
    mandated(session, park, office, agent)
    capacity.save_sheet(session, park, SheetFields.model_validate({"land_mu": 500}), by=office, now=NOW)
    exchange = opened(session, need, park, enterprise, agent)
    another = listed(session, enterprise)
    kept = opened(session, another, park, enterprise, office)
    made = projects.begin(session, exchange, need, park, ProjectFields(title="二期"), by=agent, now=NOW)
    late = NOW + 91 * DAY
    until = late + 30 * DAY
    about = {"for_kind": "project", "for_id": made.public_id, "owner_id": enterprise.organisation_id, "by": office}
    held = capacity.hold(session, park, {"land": 100 * MU}, now=NOW, until=until, **about)  # type: ignore[arg-type]
    timers.begin(session, now=NOW)
    assert go_round(session, NOW) == ["exchanges.look"]
    assert held.status == "held"
    assert go_round(session, late) == ["exchanges.look", exchanges.FALL]
    for row in (exchange, kept, made, held):
        session.refresh(row)
    assert (exchange.status, kept.status) == (ExchangeStatus.CLOSED, ExchangeStatus.OPEN)
    assert (made.stage, held.status, held.reason) == (Stage.TERMINATED, "released", "closed")
    assert go_round(session, late + timedelta(minutes=10)) == ["exchanges.look"]


def test_what_stands_is_judged_together_as_it_is_alone(
    session: Session, need: Need, park: Park, enterprise: Viewer, office: Viewer, agent: Viewer
) -> None:
    mandated(session, park, office, agent)
    opened(session, need, park, enterprise, agent)
    opened(session, listed(session, enterprise), park, enterprise, office)
    rows = session.exec(
        select(exchanges.Exchange, Need, Park)
        .join(Need, Need.id == exchanges.Exchange.need_id)  # type: ignore[arg-type]
        .join(Park, Park.id == exchanges.Exchange.park_id)  # type: ignore[arg-type]
    ).all()
    for now in (NOW, NOW + 91 * DAY):
        alone = {row[0].id for row in rows if is_standing(session, *row, now=now)}
        assert standing_among(session, rows, now=now) == alone
