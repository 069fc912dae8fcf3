"""Are needs entered twice found, and listings that should not be seen taken from view?"""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from marketplace import disclosure, likeness, moderation, needs
from marketplace.disclosure import Level, level_of
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.journal import Act, Entry
from marketplace.needs import HiddenFrom, Need, NeedFields
from marketplace.organisations import OrganisationKind, Role, Viewer
from tests.marketplace.conftest import viewer

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
BATTERY: dict[str, Any] = {
    "industry": "3841",
    "title": "动力电池二期",
    "description": "锂离子动力电池电芯",
    "land_mu": 150,
}


@pytest.fixture
def platform(session: Session) -> Viewer:
    return viewer(session, OrganisationKind.PLATFORM, "平台")


def entered(session: Session, owner: Viewer, **said: Any) -> Need:
    return needs.enter(session, NeedFields.model_validate({**BATTERY, **said}), owner=owner, now=NOW)


def listed(session: Session, owner: Viewer, **said: Any) -> Need:
    need = entered(session, owner, **said)
    openly = disclosure.Limits(hidden_from=HiddenFrom(present_locality=False))
    disclosure.limit(session, need, openly, version=1, by=owner, now=NOW)
    disclosure.publish(session, need, by=owner, now=NOW)
    return need


@pytest.mark.parametrize(
    ("said", "alike"),
    [
        ({}, True),
        ({"title": "动力电池 2 期", "land_mu": 145}, True),
        ({"title": "动力电磁二期", "description": "锂离子动力电池电心"}, True),  # as it sounds
        ({"industry": "384"}, True),
        ({"industry": "3852"}, False),
        ({"land_mu": 15, "title": "铝壳"}, False),
        ({"title": "冷链仓库", "description": "速冻食品"}, False),
        ({"mode": "market_product"}, False),
        ({"title": "", "description": "", "land_mu": ""}, False),  # an industry alone is no copy
    ],
)
def test_the_same_project_entered_twice_is_found(
    session: Session, enterprise: Viewer, said: dict[str, Any], alike: bool
) -> None:
    first, second = entered(session, enterprise), entered(session, enterprise, **said)
    assert likeness.alike_of(session, second, by=enterprise) == ([first] if alike else [])


def test_an_owner_is_told_of_its_own_standing_needs_alone(session: Session, enterprise: Viewer, rival: Viewer) -> None:
    theirs, own, gone = listed(session, rival), entered(session, enterprise), entered(session, enterprise)
    needs.withdraw(session, gone, by=enterprise, now=NOW)
    assert likeness.alike_of(session, own, by=enterprise) == []
    with pytest.raises(NotFound):
        likeness.alike_of(session, theirs, by=enterprise)


def test_copies_across_owners_are_for_moderators_and_by_the_ids_of_listings(
    session: Session, enterprise: Viewer, rival: Viewer, platform: Viewer
) -> None:
    one, other = listed(session, enterprise), listed(session, rival)
    listed(session, rival, title="冷链仓库", description="速冻食品", land_mu=12)
    entered(session, rival)  # a draft is nobody's to see
    [pair] = likeness.alike_across(session, by=platform, now=NOW)
    assert {pair.one, pair.other} == {one.listing_id, other.listing_id}
    for who in (enterprise, platform.model_copy(update={"role": Role.VIEWER})):
        with pytest.raises(NotFound):
            likeness.alike_across(session, by=who, now=NOW)


def test_a_hidden_listing_exists_for_its_owner_and_moderators_until_it_is_restored(
    session: Session, enterprise: Viewer, rival: Viewer, platform: Viewer
) -> None:
    need = listed(session, enterprise)
    id = need.listing_id or ""
    moderation.hide(session, id, " 摘要里写了公司名 ", by=platform, now=NOW)
    everybody = (enterprise, platform, rival, None)
    assert [level_of(session, who, need, now=NOW) for who in everybody] == [3, 1, None, None]
    assert (need.hidden_reason, disclosure.open_needs(session, rival, now=NOW)) == ("摘要里写了公司名", [])
    with pytest.raises(Conflict):
        needs.withdraw(session, need, by=enterprise, now=NOW)
    with pytest.raises(Conflict):
        disclosure.publish(session, need, by=enterprise, now=NOW)
    moderation.restore(session, id, by=platform, now=NOW)
    assert [level_of(session, who, need, now=NOW) for who in everybody] == [3, 1, 0, 0]
    assert (need.listing_id, need.hidden_reason) == (id, "")
    entries = session.exec(select(Entry).where(col(Entry.facts)["kind"].as_string() == "moderation"))
    assert [(entry.act, entry.whose_id) for entry in entries] == [
        (Act.WITHDRAWN, enterprise.organisation_id),
        (Act.PUBLISHED, enterprise.organisation_id),
    ]


def test_hiding_takes_a_moderator_and_a_reason(
    session: Session, enterprise: Viewer, rival: Viewer, platform: Viewer
) -> None:
    id = listed(session, enterprise).listing_id or ""
    for who in (enterprise, rival, platform.model_copy(update={"role": Role.VIEWER})):
        with pytest.raises(NotFound):
            moderation.hide(session, id, "x", by=who, now=NOW)
        with pytest.raises(NotFound):
            moderation.listings(session, by=who)
    for reason in ("  ", "长" * 501):
        with pytest.raises(Refusal) as refused:
            moderation.hide(session, id, reason, by=platform, now=NOW)
        assert [fault.where for fault in refused.value.faults] == ["reason"]
    with pytest.raises(NotFound):
        moderation.hide(session, "nothing", "x", by=platform, now=NOW)


def test_a_moderator_sees_what_a_verified_park_sees_and_the_owner_learns_of_the_look(
    session: Session, enterprise: Viewer, platform: Viewer
) -> None:
    need = listed(session, enterprise, origin="310114")
    [(status, reason, shown)] = moderation.listings(session, by=platform)
    assert (status, reason, shown) == ("open", "", disclosure.seen(need, Level.PARKS))
    moderation.note_look(session, by=platform, now=NOW)
    assert [row.organisation for row in disclosure.views_of(session, need, enterprise).named] == ["平台"]
