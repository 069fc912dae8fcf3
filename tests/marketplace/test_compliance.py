"""Is a text that promises too much kept from the public until the platform has spoken, and everything on record?"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from marketplace import compliance, parks
from marketplace.compliance import AnswerFields, Screening, ScreeningStatus
from marketplace.database import writing
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.journal import Act, Entry
from marketplace.organisations import OrganisationKind, Role, Standing, User, Viewer, add_organisation, viewer_as
from marketplace.parks import Park, ParkFields
from marketplace.parks.incentives import (
    IncentiveFields,
    IncentiveStatus,
    incentive_by_id,
    incentives_of,
    own_incentives,
    promise,
    withdraw_incentive,
    words_of,
)
from marketplace.parks.publishing import conclude_text, pass_on
from marketplace.screening import rules, screened
from marketplace.screening.incentives import Basis, Beneficiary, Condition, Kind, said

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
CLEAN = "园区对内外地企业一视同仁。"
BLOCKED = "对链主企业给予500万元奖励。"
WARNED = "工业用地实行零地价。"
People = Callable[..., Viewer]


@pytest.fixture
def people(session: Session) -> People:
    """Somebody of a new organisation, or of the same one again."""

    def person(kind: OrganisationKind, role: Role = Role.EDITOR, *, of: Viewer | None = None) -> Viewer:
        organisation_id = of.organisation_id if of else None
        if organisation_id is None:
            made = add_organisation(session, f"某{kind}", kind, now=NOW, standing=Standing.VERIFIED)
            organisation_id = made.id
        user = User(login=f"{kind}-{role}-{organisation_id}", name="甲", password_hash="-", created_at=NOW)
        user.organisation_id, user.role = organisation_id, role
        session.add(user)
        session.flush()
        return viewer_as(session, user)

    return person


@pytest.fixture
def reviewer(people: People) -> Viewer:
    return people(OrganisationKind.PLATFORM)


def introduce(session: Session, park: Park, text: str, by: Viewer) -> Park:
    said = {name: getattr(park, name) for name in ParkFields.model_fields}
    fields = ParkFields.model_validate({**said, "introduction": text})
    return parks.revise_park(session, park, fields, version=park.version, by=by, now=NOW)


def text_of(session: Session, park: Park) -> Screening:
    return compliance.texts_at(session, "park", park.code)["introduction"]


def test_a_clean_text_is_public_at_once_and_on_record(session: Session, park: Park, office: Viewer) -> None:
    assert introduce(session, park, CLEAN, office).introduction == CLEAN
    row = session.exec(select(Screening)).one()
    assert (row.status, row.hits, row.text, row.owner_id) == (ScreeningStatus.CLEAR, [], CLEAN, office.organisation_id)


def test_a_blocked_text_waits_and_what_stood_before_stays(session: Session, park: Park, office: Viewer) -> None:
    introduce(session, park, CLEAN, office)
    introduce(session, park, BLOCKED, office)
    row = text_of(session, park)
    assert (park.introduction, row.status, row.text) == (CLEAN, ScreeningStatus.WAITING, BLOCKED)
    assert [(hit["rule"], hit["line"], hit["level"]) for hit in row.hits] == [("R02", 1, "block")]


def test_other_fields_are_saved_while_a_text_waits_and_do_not_end_its_waiting(
    session: Session, park: Park, office: Viewer
) -> None:
    introduce(session, park, BLOCKED, office)
    parks.rename(session, park, "滁州新产业园", by=office, now=NOW)
    assert (park.name, park.introduction, text_of(session, park).status) == (
        "滁州新产业园",
        "",
        ScreeningStatus.WAITING,
    )
    introduce(session, park, BLOCKED, office)  # the same once more is no other text
    assert len(session.exec(select(Screening)).all()) == 1


def test_a_warned_text_is_public_and_queued(session: Session, park: Park, office: Viewer, reviewer: Viewer) -> None:
    introduce(session, park, WARNED, office)
    assert (park.introduction, text_of(session, park).status) == (WARNED, ScreeningStatus.NOTICED)
    assert [row.text for row in compliance.open_texts(session, reviewer)] == [WARNED]


def test_a_park_that_joins_with_a_blocked_text_is_entered_without_it(session: Session, office: Viewer) -> None:
    made = parks.join(session, ParkFields(name="新园", introduction=BLOCKED), by=office, now=NOW)
    assert (made.introduction, text_of(session, made).text) == ("", BLOCKED)


def test_an_import_is_screened_too(session: Session) -> None:
    made = parks.join(session, ParkFields(name="新园", introduction=BLOCKED), by=None, now=NOW)
    assert (made.introduction, text_of(session, made).status) == ("", ScreeningStatus.WAITING)


def test_the_reviewer_lets_a_text_stand(session: Session, park: Park, office: Viewer, reviewer: Viewer) -> None:
    introduce(session, park, BLOCKED, office)
    row = text_of(session, park)
    conclude_text(session, row, publish=True, reason="依据明确", version=row.version, by=reviewer, now=NOW)
    assert (park.introduction, row.status, row.concluded_by) == (BLOCKED, ScreeningStatus.PASSED, reviewer.user_id)
    assert compliance.open_texts(session, reviewer) == []
    assert compliance.concluded_texts(session, reviewer) == [row]


def test_a_refused_text_never_becomes_public_and_a_warned_one_is_taken_down(
    session: Session, park: Park, office: Viewer, reviewer: Viewer
) -> None:
    introduce(session, park, WARNED, office)
    introduce(session, park, BLOCKED, office)
    waiting, warned = compliance.open_texts(session, reviewer)
    conclude_text(session, waiting, publish=False, reason="无依据", version=waiting.version, by=reviewer, now=NOW)
    assert park.introduction == WARNED
    conclude_text(session, warned, publish=False, reason="无依据", version=warned.version, by=reviewer, now=NOW)
    assert park.introduction == ""
    assert text_of(session, park).status == ScreeningStatus.REFUSED


def test_a_text_changed_while_it_is_reviewed_is_reviewed_anew(
    session: Session, park: Park, office: Viewer, reviewer: Viewer
) -> None:
    introduce(session, park, BLOCKED, office)
    row = text_of(session, park)
    seen = row.version
    introduce(session, park, "对龙头企业给予900万元奖励。", office)
    with pytest.raises(Conflict):
        conclude_text(session, row, publish=True, reason="可", version=seen, by=reviewer, now=NOW)
    assert park.introduction == ""
    assert [other.text for other in compliance.open_texts(session, reviewer)] == ["对龙头企业给予900万元奖励。"]


def test_author_and_reviewer_at_the_same_moment_never_publish_an_unseen_text(
    engine: Engine, session: Session, park: Park, office: Viewer, reviewer: Viewer
) -> None:
    introduce(session, park, BLOCKED, office)
    row, code = text_of(session, park), park.code
    seen, version = row.public_id, row.version
    session.commit()
    together, done = Barrier(2), list[str]()

    def write(act: Callable[[Session], object], name: str) -> None:
        with writing(engine) as own:
            together.wait()
            try:
                act(own)
                own.commit()
                done.append(name)
            except Conflict:
                own.rollback()

    def change(own: Session) -> None:
        introduce(own, parks.park_by_code(own, code), "对龙头企业给予900万元奖励。", office)

    def let_stand(own: Session) -> None:
        text = compliance.text_by_id(own, seen, reviewer)
        conclude_text(own, text, publish=True, reason="可", version=version, by=reviewer, now=NOW)

    both = [Thread(target=write, args=pair) for pair in ((change, "author"), (let_stand, "reviewer"))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    with writing(engine) as after:
        public = parks.park_by_code(after, code).introduction
    assert done
    assert public == (BLOCKED if "reviewer" in done else "")


def test_only_the_platforms_editors_conclude_and_never_on_their_own(
    session: Session, park: Park, office: Viewer, enterprise: Viewer, reviewer: Viewer, people: People
) -> None:
    introduce(session, park, BLOCKED, office)
    row = text_of(session, park)
    auditor = people(OrganisationKind.PLATFORM, Role.VIEWER, of=reviewer)
    for somebody in (office, enterprise, auditor):
        with pytest.raises(NotFound):
            conclude_text(session, row, publish=True, reason="可", version=row.version, by=somebody, now=NOW)
    row.owner_id = reviewer.organisation_id
    assert not compliance.may_conclude(reviewer, row)
    row.owner_id, row.submitted_by = office.organisation_id, reviewer.user_id
    assert not compliance.may_conclude(reviewer, row)


def test_a_conclusion_needs_a_reason_and_comes_once(
    session: Session, park: Park, office: Viewer, reviewer: Viewer
) -> None:
    introduce(session, park, BLOCKED, office)
    row = text_of(session, park)
    for reason in (" ", "长" * 1001):
        with pytest.raises(Refusal) as said:
            conclude_text(session, row, publish=True, reason=reason, version=row.version, by=reviewer, now=NOW)
        assert [fault.where for fault in said.value.faults] == ["reason"]
    conclude_text(session, row, publish=False, reason="无依据", version=row.version, by=reviewer, now=NOW)
    with pytest.raises(Conflict):
        conclude_text(session, row, publish=True, reason="可", version=row.version, by=reviewer, now=NOW)


def test_the_owners_people_and_the_platforms_see_a_text_and_nobody_else(
    session: Session, park: Park, office: Viewer, other_office: Viewer, enterprise: Viewer, reviewer: Viewer
) -> None:
    introduce(session, park, BLOCKED, office)
    row = text_of(session, park)
    assert compliance.text_by_id(session, row.public_id, office) is row
    assert compliance.text_by_id(session, row.public_id, reviewer) is row
    for somebody in (other_office, enterprise):
        with pytest.raises(NotFound):
            compliance.text_by_id(session, row.public_id, somebody)
        with pytest.raises(NotFound):
            compliance.open_texts(session, somebody)


def test_texts_follow_the_park_to_who_speaks_for_it(
    session: Session, park: Park, office: Viewer, other_office: Viewer, reviewer: Viewer
) -> None:
    introduce(session, park, BLOCKED, office)
    promise(session, park, incentive(whom="listed"), by=office, now=NOW)
    assert compliance.waiting_texts(session) == (2, NOW)
    park.owner_id = other_office.organisation_id
    session.flush()
    pass_on(session, park)
    for row in compliance.open_texts(session, reviewer):
        session.refresh(row)
        assert compliance.text_by_id(session, row.public_id, other_office) is row
        with pytest.raises(NotFound):
            compliance.text_by_id(session, row.public_id, office)


BASIS = {"rule": "R02", "kind": "basis", "authority": "regulation", "number": "某条例第5条"}
EXCEPTION = {"rule": "R02", "kind": "exception", "ground": "science", "why": "无更小影响方案", "ends_on": "2027-12-31"}


def test_an_author_gives_a_basis_or_an_exception_and_the_last_word_counts(
    session: Session, park: Park, office: Viewer
) -> None:
    introduce(session, park, BLOCKED, office)
    row = text_of(session, park)
    for form in (BASIS, EXCEPTION):
        compliance.answer(session, row, AnswerFields.model_validate(form), version=row.version, by=office, now=NOW)
    (kept,) = compliance.answers_to(session, row).values()
    assert (kept.kind, kept.ground, kept.ends_on) == ("exception", "science", date(2027, 12, 31))
    with pytest.raises(Conflict):
        compliance.answer(session, row, AnswerFields.model_validate(BASIS), version=1, by=office, now=NOW)


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        (BLOCKED, {**BASIS, "authority": "", "number": ""}, ["authority", "number"]),
        (BLOCKED, {**BASIS, "rule": "R01"}, ["rule"]),
        (BLOCKED, {**BASIS, "rule": "R99"}, ["rule"]),
        (BLOCKED, {"rule": "R02", "kind": "exception"}, ["ground", "why", "ends_on"]),
        (BLOCKED, {**EXCEPTION, "ends_on": "2026-11-23"}, ["ends_on"]),
        ("企业五年内不得迁出本区。", {**BASIS, "rule": "R05"}, ["kind"]),
    ],
)
def test_a_basis_is_for_rules_on_article_10_and_both_forms_are_filled_whole(
    session: Session, park: Park, office: Viewer, text: str, said: dict[str, str], where: list[str]
) -> None:
    introduce(session, park, text, office)
    row = text_of(session, park)
    with pytest.raises(Refusal) as refusal:
        compliance.answer(session, row, AnswerFields.model_validate(said), version=row.version, by=office, now=NOW)
    assert [fault.where for fault in refusal.value.faults] == where


def test_only_the_owner_answers_and_takes_back(
    session: Session, park: Park, office: Viewer, other_office: Viewer, reviewer: Viewer
) -> None:
    introduce(session, park, BLOCKED, office)
    row = text_of(session, park)
    for somebody in (other_office, reviewer):
        with pytest.raises(NotFound):
            compliance.answer(
                session, row, AnswerFields.model_validate(BASIS), version=row.version, by=somebody, now=NOW
            )
        with pytest.raises(NotFound):
            compliance.withdraw(session, row, version=row.version, by=somebody, now=NOW)
    compliance.withdraw(session, row, version=row.version, by=office, now=NOW)
    assert compliance.texts_at(session, "park", park.code) == {}


def test_every_step_is_in_the_journal_without_the_text(
    session: Session, park: Park, office: Viewer, reviewer: Viewer
) -> None:
    introduce(session, park, BLOCKED, office)
    row = text_of(session, park)
    conclude_text(session, row, publish=True, reason="可以公开", version=row.version, by=reviewer, now=NOW)
    entries = session.exec(select(Entry).where(Entry.act == Act.SCREENED).order_by(col(Entry.id))).all()
    assert [(entry.facts["status"], entry.facts["rules"], entry.by_user_id) for entry in entries] == [
        ("waiting", ["R02"], office.user_id),
        ("passed", ["R02"], reviewer.user_id),
    ]
    assert all(entry.whose_id == office.organisation_id for entry in entries)
    assert not any("链主" in str(entry.facts) or "可以公开" in str(entry.facts) for entry in entries)


def incentive(**said: object) -> IncentiveFields:
    usual = {"title": "技改补助", "kind": "grant", "whom": "open", "basis": "investment", "asked": ["open_procedure"]}
    return IncentiveFields.model_validate({**usual, **said})


def test_an_open_incentive_is_public_and_a_blocked_one_waits(
    session: Session, park: Park, office: Viewer, reviewer: Viewer
) -> None:
    open_to_all = promise(session, park, incentive(), by=office, now=NOW)
    chosen = promise(session, park, incentive(title="重点补助", whom="listed"), by=office, now=NOW)
    assert incentives_of(session, park) == [open_to_all]
    assert [row for row, _ in own_incentives(session, park)] == [chosen, open_to_all]
    (text,) = compliance.open_texts(session, reviewer)
    assert (text.about, text.about_id) == ("incentive", chosen.public_id)
    conclude_text(session, text, publish=True, reason="条件客观", version=text.version, by=reviewer, now=NOW)
    assert incentives_of(session, park) == [open_to_all, chosen]


def test_a_change_waits_beside_what_is_public_and_takes_its_place_when_it_may(
    session: Session, park: Park, office: Viewer, reviewer: Viewer
) -> None:
    first = promise(session, park, incentive(), by=office, now=NOW)
    for text in ("按地方留成的30%奖励。", "按财政贡献奖励。"):
        changed = promise(session, park, incentive(text=text), by=office, now=NOW, before=first)
    assert incentives_of(session, park) == [first]
    (waiting,) = compliance.open_texts(session, reviewer)
    assert waiting.about_id == changed.public_id
    conclude_text(session, waiting, publish=True, reason="可", version=waiting.version, by=reviewer, now=NOW)
    assert incentives_of(session, park) == [changed]
    assert first.status == IncentiveStatus.REPLACED


def test_a_warned_incentive_that_is_refused_is_taken_down(
    session: Session, park: Park, office: Viewer, reviewer: Viewer
) -> None:
    row = promise(session, park, incentive(kind="rent"), by=office, now=NOW)
    assert incentives_of(session, park) == [row]
    (text,) = compliance.open_texts(session, reviewer)
    conclude_text(session, text, publish=False, reason="否", version=text.version, by=reviewer, now=NOW)
    assert incentives_of(session, park) == []


def test_an_incentive_is_withdrawn_with_the_change_that_waits(
    session: Session, park: Park, office: Viewer, reviewer: Viewer
) -> None:
    first = promise(session, park, incentive(), by=office, now=NOW)
    promise(session, park, incentive(whom="named"), by=office, now=NOW, before=first)
    withdraw_incentive(session, park, first, by=office, now=NOW)
    assert (own_incentives(session, park), compliance.open_texts(session, reviewer)) == ([], [])
    with pytest.raises(NotFound):
        incentive_by_id(session, park, first.public_id)


def test_only_the_parks_people_promise_for_it(
    session: Session, park: Park, office: Viewer, other_office: Viewer, enterprise: Viewer
) -> None:
    row = promise(session, park, incentive(), by=office, now=NOW)
    for somebody in (other_office, enterprise):
        with pytest.raises(NotFound):
            promise(session, park, incentive(), by=somebody, now=NOW)
        with pytest.raises(NotFound):
            withdraw_incentive(session, park, row, by=somebody, now=NOW)
    with pytest.raises(Refusal):
        promise(session, park, incentive(until_on="2026-11-22"), by=office, now=NOW)


def tripped(kind: Kind, whom: Beneficiary, basis: Basis, *asked: Condition) -> set[str]:
    return {hit.rule for hit in screened(said(kind, whom, basis, asked, "最高100万元"))}


OPEN = (Beneficiary.OPEN, Basis.INVESTMENT)


@pytest.mark.parametrize(
    ("choices", "found"),
    [
        ((Kind.GRANT, *OPEN, Condition.OPEN_PROCEDURE), set()),
        ((Kind.GRANT, Beneficiary.OPEN, Basis.RESEARCH), set()),
        ((Kind.GRANT, Beneficiary.OPEN, Basis.JOBS), set()),
        ((Kind.GRANT, Beneficiary.OPEN, Basis.ENERGY_SAVED), set()),
        ((Kind.GRANT, Beneficiary.OPEN, Basis.FIXED), set()),
        ((Kind.SERVICE, *OPEN), set()),
        ((Kind.TAX, *OPEN), {"R01"}),
        ((Kind.GRANT, Beneficiary.LISTED, Basis.FIXED), {"R02"}),
        ((Kind.GRANT, Beneficiary.CASE, Basis.FIXED), {"R02"}),
        ((Kind.GRANT, Beneficiary.OPEN, Basis.TAX_PAID), {"R03"}),
        ((Kind.GRANT, *OPEN, Condition.REGISTERED), {"R04"}),
        ((Kind.GRANT, *OPEN, Condition.TAXED), {"R04"}),
        ((Kind.GRANT, *OPEN, Condition.COUNTED), {"R04"}),
        ((Kind.GRANT, *OPEN, Condition.MOVED), {"R04"}),
        ((Kind.GRANT, *OPEN, Condition.STAYS), {"R05"}),
        ((Kind.GRANT, *OPEN, Condition.LOCAL_ENTITY), {"R06"}),
        ((Kind.GRANT, *OPEN, Condition.LOCAL_PURCHASE), {"R07"}),
        ((Kind.GRANT, Beneficiary.RANK, Basis.FIXED), {"R08"}),
        ((Kind.GRANT, Beneficiary.OWNERSHIP, Basis.FIXED), {"R08"}),
        ((Kind.LAND, *OPEN), {"R09"}),
        ((Kind.RENT, *OPEN), {"R09"}),
        ((Kind.ENERGY, *OPEN), {"R09"}),
        ((Kind.QUOTA, *OPEN), {"R09"}),
        ((Kind.FEE, *OPEN), {"R10"}),
        ((Kind.SOCIAL, *OPEN), {"R10"}),
        ((Kind.GRANT, Beneficiary.NAMED, Basis.FIXED), {"R14"}),
    ],
)
def test_each_choice_of_an_incentive_trips_its_own_rule(choices: tuple, found: set[str]) -> None:  # type: ignore[type-arg]
    assert tripped(*choices) == found


def test_the_title_and_the_free_text_of_an_incentive_are_screened_too() -> None:
    assert {hit.rule for hit in screened(words_of(incentive(title="龙头企业奖励")))} == {"R02"}
    assert {hit.rule for hit in screened(words_of(incentive(text="免收城市基础设施配套费。")))} == {"R10"}
    assert set(rules()) >= {"R02", "R10"}
