"""What do both sides of the tests' exchange say to each other once it is open, and with which canaries?"""

from datetime import timedelta

from sqlmodel import Session, select

from marketplace import talks
from marketplace.organisations import Viewer
from marketplace.parks import Park
from marketplace.talks import (
    AnswerKind,
    OfferFields,
    QuestionFields,
    TransferFields,
    TransferReason,
    VisitFields,
    transfers,
)
from marketplace.uploads import checked_upload
from tests.security.world import NOW, World

PDF = b"%%PDF-1.4\n%%%s\nxref\n0 1\n0000000000 65535 f \ntrailer <</Size 1>>\nstartxref\n9\n%%%%EOF\n"


def fill(session: Session, world: World, firm: Viewer, office: Viewer) -> None:
    """A message with a file, a question with its answer, an offer, a visit, a proposal to hand on: each side writes."""
    id = world.ids["exchange:firm"]
    ours, theirs = (talks.room_by_id(session, id, by, now=NOW) for by in (firm, office))
    inside = world.leave("talk", "file", "canary-in-a-file-of-a-talk-3391")
    upload = checked_upload("控规.pdf", PDF % inside.encode())
    written = talks.write(
        session, theirs, world.leave("talk", "message", "canary-message-5527"), upload=upload, now=NOW
    )
    world.ids["file:park"] = talks.files_of(session, theirs)[written.id][0].id
    question = QuestionFields(text=world.leave("talk", "question", "canary-question-7741"), kind=AnswerKind.TEXT)
    asked = talks.ask(session, ours, [question], now=NOW)
    world.ids["enquiry:firm"] = asked.public_id
    answer = world.leave("talk", "answer", "canary-answer-8853")
    talks.answer(session, theirs, asked, {1: answer}, version=asked.version, now=NOW)
    terms = {"text": world.leave("talk", "offer", "canary-offer-9967"), "expires_on": "2026-12-31"}
    offer, _ = talks.draft(session, theirs, OfferFields.model_validate(terms), now=NOW)
    talks.send(session, theirs, offer, version=offer.version, now=NOW)
    world.ids["offer:park"] = offer.public_id
    place = world.leave("talk", "place", "canary-visit-6613")
    visit = talks.propose(session, ours, VisitFields(place=place), [NOW + timedelta(days=3)], now=NOW)
    world.ids["visit:firm"] = visit.public_id
    words = world.leave("talk", "transfer", "canary-transfer-4429")
    why = TransferFields(reason=TransferReason.LAND, words=words)
    other = session.exec(select(Park).where(Park.code == world.ids["park:park2"])).one()
    world.ids["transfer:park"] = transfers.propose(session, theirs, other, why, now=NOW).public_id
