"""Are questions answered in the way they were asked, by the other side, as it was last read?"""

import pytest
from sqlmodel import Session

from marketplace import talks
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.exchanges import Exchange
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.talks import AnswerKind, Enquiry, EnquiryStatus, QuestionFields
from tests.marketplace.talking import NOW, opened, room

ASKED = [
    QuestionFields(field="power_kva"),
    QuestionFields(text="有无危化品仓库？", kind=AnswerKind.YES_NO),
    QuestionFields(text="最早何时进场？", kind=AnswerKind.DATE),
    QuestionFields(text="距高速口", kind=AnswerKind.AMOUNT, unit="km"),
    QuestionFields(text="供地方式", kind=AnswerKind.CHOICE, choices=["出让", "租赁", "出让"]),
    QuestionFields(text="其他说明"),
]
REPLIES = {1: "20 MVA", 2: "yes", 3: "2027-03-01", 4: "3.5 km", 5: "租赁", 6: "  无  "}


@pytest.fixture
def exchange(session: Session, park: Park, enterprise: Viewer, office: Viewer) -> Exchange:
    return opened(session, park, enterprise, office)


@pytest.fixture
def enquiry(session: Session, exchange: Exchange, enterprise: Viewer) -> Enquiry:
    return talks.ask(session, room(session, exchange, enterprise), ASKED, now=NOW)


def answer(
    session: Session, exchange: Exchange, by: Viewer, enquiry: Enquiry, replies: dict[int, str], version: int = 1
) -> None:
    talks.answer(session, room(session, exchange, by), enquiry, replies, version=version, now=NOW)


def test_each_answer_is_kept_as_its_kind_says(
    session: Session, exchange: Exchange, enquiry: Enquiry, enterprise: Viewer, office: Viewer
) -> None:
    answer(session, exchange, office, enquiry, REPLIES)
    ((found, questions),) = talks.enquiries_of(session, room(session, exchange, enterprise))
    assert (found.status, found.answered_at) == (EnquiryStatus.ANSWERED, NOW)
    assert [question.reply for question in questions] == ["20000", "yes", "2027-03-01", "3.5", "租赁", "无"]
    assert [question.typed for question in questions] == ["20 MVA", "", "", "3.5 km", "", ""]
    assert (questions[0].kind, questions[0].unit, questions[4].choices) == ("amount", "kVA", ["出让", "租赁"])


@pytest.mark.parametrize(
    ("place", "reply"),
    [(1, "20 亩"), (1, "很多"), (2, "maybe"), (3, "2027-13-01"), (4, "近"), (5, "赠送"), (6, "字" * 1001)],
)
def test_an_answer_that_does_not_fit_its_question_is_refused_there(
    session: Session, exchange: Exchange, enquiry: Enquiry, office: Viewer, place: int, reply: str
) -> None:
    with pytest.raises(Refusal) as refused:
        answer(session, exchange, office, enquiry, REPLIES | {place: reply})
    assert [fault.where for fault in refused.value.faults] == [f"reply_{place}"]


def test_answers_are_mended_by_who_read_the_last_ones(
    session: Session, exchange: Exchange, enquiry: Enquiry, office: Viewer
) -> None:
    answer(session, exchange, office, enquiry, {1: "20 MVA"})
    with pytest.raises(Conflict):
        answer(session, exchange, office, enquiry, {1: "18 MVA"})
    answer(session, exchange, office, enquiry, {1: "18 MVA", 2: "no"}, version=2)
    assert [question.reply for question in talks.questions_of(session, enquiry)][:3] == ["18000", "no", None]
    with pytest.raises(Refusal):
        answer(session, exchange, office, enquiry, {}, version=3)


def test_nobody_answers_their_own_questions_nor_takes_back_others(
    session: Session, exchange: Exchange, enquiry: Enquiry, enterprise: Viewer, office: Viewer
) -> None:
    with pytest.raises(NotFound):
        answer(session, exchange, enterprise, enquiry, REPLIES)
    with pytest.raises(NotFound):
        talks.take_back(session, room(session, exchange, office), enquiry, now=NOW)
    talks.take_back(session, room(session, exchange, enterprise), enquiry, now=NOW)
    with pytest.raises(Conflict):
        answer(session, exchange, office, enquiry, REPLIES, version=enquiry.version)


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ([], "text_1"),
        ([QuestionFields(text="问")] * 13, "text_1"),
        ([QuestionFields(text="问"), QuestionFields()], "text_2"),
        ([QuestionFields(text="问", kind=AnswerKind.CHOICE, choices=["一"])], "choices_1"),
        ([QuestionFields(text="问", field="owner_id")], "field_1"),
    ],
)
def test_a_list_that_cannot_be_asked_is_refused_at_its_place(
    session: Session, exchange: Exchange, enterprise: Viewer, asked: list[QuestionFields], where: str
) -> None:
    with pytest.raises(Refusal) as refused:
        talks.ask(session, room(session, exchange, enterprise), asked, now=NOW)
    assert [fault.where for fault in refused.value.faults] == [where]
