"""Does every project count once, and a later signing only what it adds?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from marketplace import projects
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.exchanges import Side
from marketplace.organisations import OrganisationKind, Viewer
from marketplace.projects import OccasionFields, Project, Signing, SigningKind, shares, totals
from tests.marketplace.conftest import viewer
from tests.marketplace.test_projects import NOW, TODAY, exchange, need, project, said, signed

__all__ = ["exchange", "need", "project"]  # fixtures
LETTER, FRAME, CONTRACT = SigningKind


def row(id: int, kind: SigningKind, amount: int, occasion: int | None = None) -> Signing:
    return Signing(
        id=id, project_id=1, side=Side.PARK, organisation_id=1, entered_at=NOW, stands_at=NOW, kind=kind,
        signed_on=TODAY, amount_fen=amount, occasion_id=occasion, owns_credit=id == 1,
    )  # fmt: skip


def test_the_first_occasion_owns_the_project_and_a_second_counts_what_it_adds() -> None:
    found = shares([row(1, CONTRACT, 500, 7), row(2, CONTRACT, 650, 8)])
    assert {occasion: (share.counts, share.amounts) for occasion, share in found.items()} == {
        7: (True, {CONTRACT: 500}),
        8: (False, {CONTRACT: 150}),
    }


def test_a_contract_after_a_letter_of_intent_belongs_to_where_the_letter_was_signed() -> None:
    found = shares([row(1, LETTER, 500, 7), row(2, CONTRACT, 600, 8)])
    assert found[7].amounts == {LETTER: 500, CONTRACT: 500}
    assert (found[8].counts, found[8].amounts) == (False, {CONTRACT: 100})


def test_the_same_project_signed_five_times_counts_once() -> None:
    found = shares([row(number, CONTRACT, 500, number) for number in range(1, 6)])
    assert [share.counts for share in found.values()] == [True, False, False, False, False]
    assert sum(share.amounts[CONTRACT] for share in found.values()) == 500


def test_what_was_signed_quietly_first_is_no_occasions() -> None:
    found = shares([row(1, CONTRACT, 500), row(2, CONTRACT, 500, 7)])
    assert (found[None].counts, found[7].counts, found[7].amounts) == (True, False, {CONTRACT: 0})


@given(st.lists(st.tuples(st.sampled_from(list(SigningKind)), st.integers(1, 10**6), st.none() | st.integers(1, 3))))
def test_shares_add_up_to_the_total_of_each_kind_and_one_occasion_counts(
    told: list[tuple[SigningKind, int, int | None]],
) -> None:
    rows = [row(number, *each) for number, each in enumerate(told, 1)]
    found = shares(rows)
    assert sum(share.counts for share in found.values()) == min(1, len(rows))
    for kind, total in totals(rows).items():
        parts = [share.amounts.get(kind, 0) for share in found.values()]
        assert (sum(parts), min(parts) >= 0) == (total, True)


@pytest.fixture
def clerk(session: Session) -> Viewer:
    return viewer(session, OrganisationKind.PLATFORM, "平台")


def test_the_platform_alone_enters_occasions_once(session: Session, clerk: Viewer, office: Viewer) -> None:
    fields = OccasionFields(title="皖北对接会", held_on=TODAY, adcode="340000")
    made = projects.add_occasion(session, fields, by=clerk, now=NOW)
    with pytest.raises(Conflict):
        projects.add_occasion(session, fields, by=clerk, now=NOW)
    with pytest.raises(NotFound):
        projects.add_occasion(session, fields, by=office, now=NOW)
    assert projects.occasions(session) == [made]


def test_an_increment_at_a_second_occasion_leaves_the_count_with_the_first(
    session: Session, clerk: Viewer, project: Project, office: Viewer
) -> None:
    held = [
        projects.add_occasion(session, OccasionFields(title=title, held_on=on, adcode="340000"), by=clerk, now=NOW)
        for title, on in (("第一场", TODAY - timedelta(days=2)), ("第二场", TODAY))
    ]
    for occasion, amount in zip(held, (80_000, 95_000), strict=True):
        signed(session, project, office, amount=amount, occasion=occasion.public_id)
    found = shares(projects.signings_of(session, project))
    fen = 1_000_000
    assert [(found[each.id].counts, found[each.id].amounts) for each in held] == [
        (True, {CONTRACT: 80_000 * fen}),
        (False, {CONTRACT: 15_000 * fen}),
    ]


def test_no_later_entry_takes_the_credit_by_an_earlier_date(
    session: Session, clerk: Viewer, project: Project, office: Viewer
) -> None:
    signed(session, project, office)
    with pytest.raises(Refusal) as refused:
        signed(session, project, office, amount=90_000, on=TODAY - timedelta(days=1))
    assert said(refused) == ["signed_on"]
    far = OccasionFields(title="去年的会", held_on=date(2025, 11, 1), adcode="340000")
    other = projects.add_occasion(session, far, by=clerk, now=NOW)
    with pytest.raises(Refusal) as refused:
        signed(session, project, office, amount=90_000, occasion=other.public_id)
    assert said(refused) == ["occasion"]
    assert len(projects.signings_of(session, project)) == 1
