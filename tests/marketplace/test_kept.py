"""Does a kept list come again bit for bit after the sheets have changed, and is it its owner's alone?"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from marketplace import capacity, kept, needs, parks
from marketplace.capacity import SheetFields
from marketplace.database import reading
from marketplace.errors import NotFound, Refusal
from marketplace.kept import KeptRanking
from marketplace.matches import Catalogue, answer, ranked_parks
from marketplace.needs import Need, NeedFields
from marketplace.organisations import Viewer
from marketplace.parks import Park, ParkFields
from matching.kept import written
from matching.learn import TERMS, Learned
from matching.order import Switches

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ON = date(2026, 11, 23)
ASKS = {"industry": "3841", "land_mu": "7.3", "origin": "310114", "regions": {"prefer": ["34"]}, "title": "电芯"}
SWITCHES = Switches({}, Learned(dict.fromkeys(TERMS, 1.0) | {"land_slack": 2.0}, 50, "2026-11-23-1"), diverse=True)


@pytest.fixture
def market(session: Session, sessions: Callable[[], Session]) -> Catalogue:
    """Twelve parks with sheets, of which every third is full."""
    for number in range(12):
        words = ("锂电池", "食品", "新材料")[number % 3]
        fields = {"name": f"第{number}产业园", "adcode": "341100", "industries": words}
        park = parks.join(session, ParkFields.model_validate(fields), by=None, now=NOW)
        sheet = {"land_mu": 500 if number % 3 else 0, "land_10k_mu": 10 + number}
        capacity.save_sheet(session, park, SheetFields.model_validate(sheet), by=None, now=NOW)
    session.commit()
    return Catalogue(sessions)


@pytest.fixture
def need(session: Session, market: Catalogue, enterprise: Viewer) -> Need:
    return needs.enter(session, NeedFields.model_validate(ASKS), owner=enterprise, now=NOW)


def kept_now(
    session: Session, market: Catalogue | None, need: Need, switches: Switches = SWITCHES, top: int = 5
) -> KeptRanking:
    index = kept.index_now(session, market, on=ON)
    row = kept.keep(session, index, need, needs.fields_of(need), on=ON, now=NOW, top=top, switches=switches)
    session.commit()
    return row


def everything_changes(session: Session) -> None:
    """Every sheet says something else, one park has another name, one is new."""
    later = NOW + timedelta(days=40)
    for number, park in enumerate(session.exec(select(Park)).all()):
        sheet = SheetFields.model_validate({"land_mu": 3 * number, "land_10k_mu": 60 - number})
        capacity.save_sheet(session, park, sheet, by=None, now=later)
    parks.rename(session, park, "改名园", by=None, now=later)
    parks.join(session, ParkFields.model_validate({"name": "新园", "industries": "锂电池"}), by=None, now=later)
    session.commit()


@pytest.mark.parametrize("switches", [Switches(), SWITCHES])
def test_after_the_sheets_changed_the_list_comes_again_bit_for_bit(
    session: Session, market: Catalogue, need: Need, engine: Engine, switches: Switches
) -> None:
    row = kept_now(session, market, need, switches)
    everything_changes(session)
    now = ranked_parks(market, need, on=ON + timedelta(days=40))
    assert written(answer(now)) != row.answer
    with reading(engine) as reader:
        done = kept.replayed(reader, kept.any_kept(reader, row.public_id))
    assert done.same
    assert done.sha256 == row.sha256


def test_a_kept_list_is_the_list_of_the_page(session: Session, market: Catalogue, need: Need) -> None:
    row = kept_now(session, market, need, Switches())
    session.commit()
    assert row.answer == written(answer(ranked_parks(market, need, on=ON, top=5)))


def test_a_market_that_has_not_caught_up_makes_no_difference(session: Session, market: Catalogue, need: Need) -> None:
    first = kept_now(session, market, need)
    second = kept_now(session, None, need)
    assert (first.answer, first.market_id) == (second.answer, second.market_id)


def test_the_need_may_change_and_be_withdrawn_meanwhile(
    session: Session, market: Catalogue, need: Need, enterprise: Viewer
) -> None:
    row = kept_now(session, market, need)
    fields = NeedFields.model_validate({**ASKS, "land_mu": 90, "regions": {"only": ["44"]}})
    needs.revise(session, need, fields, version=need.version, by=enterprise, now=NOW)
    needs.withdraw(session, need, by=enterprise, now=NOW)
    session.commit()
    assert kept.replayed(session, row).same


def test_what_differs_is_told(session: Session, market: Catalogue, need: Need) -> None:
    row = kept_now(session, market, need, Switches())
    row.answer = row.answer.replace('"engine":"', '"engine":"0.0.1-')
    row.sha256 = "0" * 64
    row.question = {**row.question, "need": {**row.question["need"], "land_mu": 900}}
    session.commit()
    done = kept.replayed(session, row)
    assert not done.same
    assert {"engine", "results"} <= {fault.where for fault in done.differences}


def test_a_kept_list_is_its_owners_alone(
    session: Session, market: Catalogue, need: Need, enterprise: Viewer, rival: Viewer, office: Viewer
) -> None:
    row = kept_now(session, market, need)
    assert kept.kept_by_id(session, need.public_id, row.public_id, enterprise) is row
    assert kept.kept_of(session, need) == [row]
    other = needs.enter(session, NeedFields.model_validate(ASKS), owner=rival, now=NOW)
    strangers = ((need, row.public_id, rival), (need, row.public_id, office), (need, row.public_id, None))
    for where, id, who in (*strangers, (other, row.public_id, rival), (need, "nothing", enterprise)):
        with pytest.raises(NotFound):
            kept.kept_by_id(session, where.public_id, id, who)


def test_what_cannot_be_ranked_is_not_kept(session: Session, market: Catalogue, need: Need) -> None:
    fields = needs.fields_of(need).model_copy(update={"weights": {"land_price": 0.0}})
    with pytest.raises(Refusal):
        kept.keep(session, market.index(ON), need, fields, on=ON, now=NOW)
    session.rollback()
    assert session.exec(select(func.count()).select_from(KeptRanking)).one() == 0


def test_lists_kept_are_not_without_end(
    session: Session, market: Catalogue, need: Need, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT_MOST", 2)
    for _ in range(2):
        kept_now(session, market, need)
    with pytest.raises(Refusal):
        kept_now(session, market, need)
