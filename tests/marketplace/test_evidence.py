"""Does a figure's source stand only as the office lets it, and does a verified figure stay what was verified?"""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, select

from marketplace import capacity, members
from marketplace.capacity import Doubt, EvidenceFields, SheetFields
from marketplace.database import day_of
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.inbox import Notice, NoticeKind
from marketplace.members import PersonFields
from marketplace.organisations import Organisation, OrganisationKind, Role, Viewer, viewer_as
from marketplace.parks import Park
from marketplace.resources import Source
from marketplace.uploads import Kind, Upload
from tests.marketplace.conftest import viewer

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PAPER = EvidenceFields(text="皖自然资规〔2026〕12号 国土空间规划批复", dated_on=date(2026, 5, 8))
FILE = Upload(Kind.PDF, "批复.pdf", b"%PDF-1.7")


@pytest.fixture
def park(park: Park, session: Session) -> Park:
    fields = SheetFields.model_validate({"land_mu": 500, "emissions_t_a": {"COD": 5}, "land_10k_mu": 18})
    capacity.save_sheet(session, park, fields, by=None, now=NOW)
    return park


def editor(session: Session, office: Viewer) -> Viewer:
    organisation = session.get_one(Organisation, office.organisation_id)
    fields = PersonFields(person="助理", login="assistant")
    return viewer_as(session, members.enter(session, organisation, fields, "-", Role.EDITOR, now=NOW))


def source(session: Session, park: Park, name: str = "land") -> Source | None:
    return capacity.sheet_of(session, park, on=day_of(NOW))[name].source


def test_the_only_approvers_word_stands_at_once_and_a_paper_makes_the_figure_one_of_a_document(
    session: Session, park: Park, office: Viewer
) -> None:
    version = park.version
    capacity.attach(session, park, "land_10k_mu", PAPER, by=office, now=NOW)
    assert (source(session, park, "land_10k_mu"), park.version) == (Source.DECLARED, version)
    row = capacity.attach(session, park, "land", PAPER, upload=FILE, by=office, now=NOW)
    assert (source(session, park), park.version) == (Source.DOCUMENT, version + 1)
    assert set(capacity.evidence_of(session, park)) == {"land", "land_10k_mu"}
    assert capacity.file_of(row).content == FILE.content


def test_what_an_editor_names_waits_and_what_stood_stays_until_then(
    session: Session, park: Park, office: Viewer, other_office: Viewer
) -> None:
    first = capacity.attach(session, park, "emission:COD", PAPER, by=office, now=NOW)
    author = editor(session, office)
    other = EvidenceFields(text="排污权交易鉴证书", dated_on=date(2026, 6, 1))
    row = capacity.attach(session, park, "emission:COD", other, upload=FILE, by=author, now=NOW)
    assert capacity.evidence_of(session, park) == {"emission:COD": first}
    assert capacity.waiting_evidence(session, park, other_office) == {}
    for stranger in (author, other_office):
        with pytest.raises(NotFound):
            capacity.let_stand(session, park, row, by=stranger, now=NOW)
    capacity.let_stand(session, park, row, by=office, now=NOW)
    assert capacity.evidence_of(session, park) == {"emission:COD": row}
    assert source(session, park, "emission:COD") == Source.DOCUMENT


@pytest.mark.parametrize(
    ("name", "text", "day", "where"),
    [
        ("land", "见 https://example.org/a.pdf", date(2026, 5, 1), "text"),
        ("land", "来信 a@b.cn", date(2026, 5, 1), "text"),
        ("land", "对链主企业按地方留成的30%给予奖励", date(2026, 5, 1), "text"),
        ("land", "规划批复", date(2026, 11, 24), "dated_on"),
        ("power", "供电方案答复单", date(2026, 5, 1), "name"),
    ],
)
def test_a_source_is_a_paper_of_a_figure_that_is_there(
    session: Session, park: Park, office: Viewer, name: str, text: str, day: date, where: str
) -> None:
    with pytest.raises(Refusal) as refused:
        capacity.attach(session, park, name, EvidenceFields(text=text, dated_on=day), by=office, now=NOW)
    assert [fault.where for fault in refused.value.faults] == [where]


def test_the_platform_compares_what_has_a_paper_and_a_change_ends_that(
    session: Session, park: Park, office: Viewer, other_office: Viewer
) -> None:
    staff = viewer(session, OrganisationKind.PLATFORM, "平台")
    bare = capacity.attach(session, park, "land_10k_mu", PAPER, by=office, now=NOW)
    row = capacity.attach(session, park, "land", PAPER, upload=FILE, by=office, now=NOW)
    assert [(paper.evidence, paper.waits) for paper in capacity.papers(session, staff)] == [(row, True)]
    assert capacity.waiting_papers(session) == (1, NOW)
    for nobody, id in ((office, row.public_id), (other_office, row.public_id), (staff, bare.public_id)):
        with pytest.raises(NotFound):
            capacity.verify(session, id, by=nobody, now=NOW)
    capacity.verify(session, row.public_id, by=staff, now=NOW)
    assert (source(session, park), capacity.waiting_papers(session)) == (Source.VERIFIED, (0, None))
    capacity.reconfirm(session, park, by=None, now=NOW)
    assert source(session, park) == Source.VERIFIED
    fields = capacity.fields_of(session, park).model_copy(update={"land_mu": 600})
    capacity.save_sheet(session, park, fields, by=None, now=NOW)
    assert source(session, park) == Source.DECLARED
    with pytest.raises(Conflict):
        capacity.verify(session, row.public_id, by=staff, now=NOW)  # nobody compared 600 with the paper


def test_a_doubt_makes_a_figure_the_parks_own_word_until_it_hands_in_another_paper(
    session: Session, park: Park, office: Viewer
) -> None:
    staff = viewer(session, OrganisationKind.PLATFORM, "平台")
    row = capacity.attach(session, park, "land", PAPER, upload=FILE, by=office, now=NOW)
    with pytest.raises(Refusal):
        capacity.doubt(session, row.public_id, "", by=staff, now=NOW)
    capacity.doubt(session, row.public_id, "other_place", by=staff, now=NOW)
    assert source(session, park) == Source.DECLARED
    assert capacity.doubt_of(session, park, "land") == (Doubt.OTHER_PLACE, NOW)
    assert capacity.doubt_of(session, park, "land_10k_mu") is None
    told = session.exec(select(Notice).where(Notice.kind == NoticeKind.FIGURE_COMPARED)).one()
    assert (told.organisation_id, told.facts) == (office.organisation_id, {"park": park.code, "name": "land"})
    capacity.attach(session, park, "land", PAPER, upload=FILE, by=office, now=NOW)
    assert (source(session, park), capacity.doubt_of(session, park, "land")) == (Source.DOCUMENT, None)


@pytest.mark.parametrize("ends", ["deleted", "without a paper"])
def test_a_figure_without_its_paper_is_the_parks_own_word_again(
    session: Session, park: Park, office: Viewer, ends: str
) -> None:
    row = capacity.attach(session, park, "land", PAPER, upload=FILE, by=office, now=NOW)
    capacity.verify(session, row.public_id, by=viewer(session, OrganisationKind.PLATFORM, "平台"), now=NOW)
    if ends == "deleted":
        capacity.take_away(session, park, row, by=office, now=NOW)
    else:
        capacity.attach(session, park, "land", PAPER, by=office, now=NOW)
    assert source(session, park) == Source.DECLARED


def test_the_paper_is_for_the_office_and_the_platform(
    session: Session, park: Park, office: Viewer, enterprise: Viewer, other_office: Viewer
) -> None:
    row = capacity.attach(session, park, "land", PAPER, upload=FILE, by=office, now=NOW)
    staff = viewer(session, OrganisationKind.PLATFORM, "平台")
    for reader in (office, staff):
        assert capacity.evidence_by_id(session, park, row.public_id, reader) is row
    for stranger in (enterprise, other_office):
        with pytest.raises(NotFound):
            capacity.evidence_by_id(session, park, row.public_id, stranger)
        with pytest.raises(NotFound):
            capacity.take_away(session, park, row, by=stranger, now=NOW)
    capacity.take_away(session, park, row, by=office, now=NOW)
    assert capacity.evidence_of(session, park) == {}
