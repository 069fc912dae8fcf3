"""Do the two sides of an open exchange, and nobody else, read what is said in it, until it closes?"""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from marketplace import exchanges, retention, talks
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.exchanges import Exchange, Side
from marketplace.inbox import Notice, NoticeKind
from marketplace.journal import Act, Entry
from marketplace.needs import Need
from marketplace.organisations import Role, User, Viewer
from marketplace.parks import Park
from marketplace.schema import METADATA
from marketplace.talks import AnswerKind, MessageKind, OfferFields, QuestionFields, VisitFields
from marketplace.uploads import Upload, checked_upload
from tests.marketplace.talking import NOW, agree, listed, opened, promised, room, withdraw
from tests.marketplace.test_exchanges import person

DAY = timedelta(days=1)
PDF = b"%PDF-1.4\n%x\nxref\n0 1\n0000000000 65535 f \ntrailer <</Size 1>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture
def exchange(session: Session, park: Park, enterprise: Viewer, office: Viewer) -> Exchange:
    return opened(session, park, enterprise, office)


def upload(name: str = "图.pdf", inside: bytes = b"x") -> Upload:
    return checked_upload(name, PDF.replace(b"x", inside, 1))


def texts(session: Session, exchange: Exchange, by: Viewer) -> list[str]:
    return [row.text for row in talks.messages_of(session, room(session, exchange, by))]


def test_both_sides_read_each_others_messages_and_nobody_else_does(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer, other_office: Viewer, rival: Viewer
) -> None:
    talks.write(session, room(session, exchange, enterprise), " 电价几何？ ", now=NOW)
    talks.write(session, room(session, exchange, office), "0.62 元", now=NOW + DAY)
    assert texts(session, exchange, office) == texts(session, exchange, enterprise) == ["电价几何？", "0.62 元"]
    for other in (other_office, rival, None):
        with pytest.raises(NotFound):
            talks.room_by_id(session, exchange.public_id, other, now=NOW)
    told = session.exec(select(Notice).where(Notice.kind == NoticeKind.MESSAGE).order_by(Notice.id)).all()
    assert [row.organisation_id for row in told] == [office.organisation_id, enterprise.organisation_id]
    assert [row.facts for row in told] == [{}, {}]


def test_there_is_no_room_before_both_consented(
    session: Session, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    need = listed(session, enterprise)
    exchange = exchanges.show_interest(session, need, park, by=office, now=NOW)
    agree(session, exchange, need, park, office)
    for by in (office, enterprise):
        with pytest.raises(NotFound):
            room(session, exchange, by)


def test_a_message_is_read_once_the_other_side_has_it_before_it(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    talks.write(session, room(session, exchange, enterprise), "一", now=NOW)
    assert [talks.unread(session, room(session, exchange, by)) for by in (enterprise, office)] == [0, 1]
    talks.mark_read(session, room(session, exchange, enterprise), now=NOW + DAY)
    assert talks.unread(session, room(session, exchange, office)) == 1
    for later in (DAY, 2 * DAY):
        talks.mark_read(session, room(session, exchange, office), now=NOW + later)
    (message,) = talks.messages_of(session, room(session, exchange, enterprise))
    session.refresh(message)
    assert message.read_at == NOW + DAY


def test_a_viewer_reads_and_does_not_write(session: Session, exchange: Exchange, enterprise: Viewer) -> None:
    reader = person(session, enterprise, "观察员", Role.VIEWER)
    talks.write(session, room(session, exchange, enterprise), "一", now=NOW)
    assert texts(session, exchange, reader) == ["一"]
    with pytest.raises(NotFound):
        talks.write(session, room(session, exchange, reader), "二", now=NOW)


@pytest.mark.parametrize(
    ("text", "kind", "where"),
    [("", MessageKind.PLAIN, "text"), ("字" * 4001, MessageKind.PLAIN, "text"), ("一", MessageKind.REPORT, "kind")],
)
def test_a_message_that_cannot_be_taken_is_refused_with_its_place(
    session: Session, exchange: Exchange, enterprise: Viewer, text: str, kind: MessageKind, where: str
) -> None:
    with pytest.raises(Refusal) as refused:
        talks.write(session, room(session, exchange, enterprise), text, kind=kind, now=NOW)
    assert [fault.where for fault in refused.value.faults] == [where]


def test_files_go_both_ways_and_the_enterprises_wait_for_the_promise(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    talks.write(session, room(session, exchange, enterprise), "", upload=upload("总图.pdf", b"a"), now=NOW)
    talks.write(session, room(session, exchange, office), "控规", upload=upload("控规.pdf", b"b"), now=NOW)
    with pytest.raises(Conflict):
        talks.write(session, room(session, exchange, office), "又", upload=upload("别名.pdf", b"b"), now=NOW)

    def names(by: Viewer) -> list[str]:
        found = talks.files_of(session, room(session, exchange, by))
        return [file.name for files in found.values() for file in files]

    assert (names(enterprise), names(office)) == (["总图.pdf", "控规.pdf"], ["控规.pdf"])
    (plan,) = (file for files in talks.files_of(session, room(session, exchange, enterprise)).values() for file in files
               if file.side is Side.NEED)  # fmt: skip
    with pytest.raises(NotFound):
        talks.taken(session, room(session, exchange, office), plan.id, now=NOW)
    promised(session, exchange, office)
    taken = talks.taken(session, room(session, exchange, office), plan.id, now=NOW)
    assert taken.content == upload(inside=b"a").content
    entries = session.exec(select(Entry).where(Entry.act == Act.DISCLOSED, Entry.about == "file")).all()
    assert [(each.whose_id, each.facts["level"]) for each in entries] == [(enterprise.organisation_id, 3)]


def test_who_acted_speaks_and_an_approver_names_colleagues(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    colleague = person(session, office, "招商员", Role.EDITOR)
    public = session.get_one(User, colleague.user_id).public_id
    talks.write(session, room(session, exchange, enterprise), "一", now=NOW)
    talks.name_speaker(session, room(session, exchange, office), public, now=NOW)
    names = {side: [user.name for user in users] for side, users in
             talks.speakers(session, room(session, exchange, enterprise)).items()}  # fmt: skip
    assert names == {Side.NEED: ["甲企业"], Side.PARK: ["甲管委会", "招商员"]}
    with pytest.raises(NotFound):
        talks.name_speaker(session, room(session, exchange, enterprise), public, now=NOW)
    with pytest.raises(NotFound):
        talks.drop_speaker(session, room(session, exchange, enterprise), public, now=NOW)
    talks.drop_speaker(session, room(session, exchange, office), public, now=NOW)
    assert [user.name for user in talks.speakers(session, room(session, exchange, office))[Side.PARK]] == ["甲管委会"]


def everything(session: Session, exchange: Exchange, firm: Viewer, office: Viewer) -> None:
    """One of each: a message with a file, questions with an answer, an offer, a visit."""
    talks.write(session, room(session, exchange, firm), "一", upload=upload(), now=NOW)
    asked = [QuestionFields(text="电价？", kind=AnswerKind.TEXT)]
    enquiry = talks.ask(session, room(session, exchange, firm), asked, now=NOW)
    talks.answer(session, room(session, exchange, office), enquiry, {1: "0.62"}, version=1, now=NOW)
    fields = OfferFields.model_validate({"land_10k_mu": 18, "expires_on": "2026-12-31"})
    offer, _ = talks.draft(session, room(session, exchange, office), fields, now=NOW)
    talks.send(session, room(session, exchange, office), offer, version=offer.version, now=NOW)
    visit = VisitFields(place="管委会", who="厂长")
    talks.propose(session, room(session, exchange, firm), visit, [NOW + DAY], now=NOW)


def test_withdrawn_consent_leaves_nothing_to_see_and_another_round_begins_empty(
    session: Session, exchange: Exchange, park: Park, enterprise: Viewer, office: Viewer
) -> None:
    everything(session, exchange, enterprise, office)
    before = room(session, exchange, office)
    withdraw(session, exchange, enterprise)
    for by in (enterprise, office):
        with pytest.raises(NotFound):
            room(session, exchange, by)
    with pytest.raises(Conflict):
        talks.write(session, before, "还在吗", now=NOW)  # from a page that was open before
    need = session.get_one(Need, exchange.need_id)
    again = opened(session, park, enterprise, office, NOW + DAY, need)
    assert (again.id, again.round) == (exchange.id, 2)
    for by in (enterprise, office):
        new = room(session, again, by, NOW + DAY)
        found = (talks.messages_of, talks.enquiries_of, talks.offers_of, talks.visits_of)
        assert [list(query(session, new)) for query in found] == [[], [], [], []]
        assert talks.files_of(session, new) == {}


def test_what_nobody_can_read_any_more_is_deleted_after_its_time(
    session: Session, exchange: Exchange, enterprise: Viewer, office: Viewer
) -> None:
    everything(session, exchange, enterprise, office)
    tables = [name for name in METADATA.tables if name.startswith("talk_") and name != "talk_transfer"]

    def counts() -> set[bool]:
        return {bool(session.connection().execute(METADATA.tables[name].select()).first()) for name in tables}

    retention.purge(session, now=NOW + 200 * DAY)
    assert counts() == {True}  # open exchanges stay
    withdraw(session, exchange, office, NOW + 200 * DAY)
    retention.purge(session, now=NOW + 280 * DAY)
    assert counts() == {True}
    retention.purge(session, now=NOW + 291 * DAY)
    assert counts() == {False}
    assert session.get_one(Exchange, exchange.id).status == "closed"
