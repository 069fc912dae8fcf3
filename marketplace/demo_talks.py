"""What do the two sides of the demonstration's open exchange say to each other? All of it is invented."""

from datetime import datetime, timedelta

from sqlmodel import Session

from marketplace import talks
from marketplace.database import day_of
from marketplace.exchanges import Exchange
from marketplace.organisations import Viewer
from marketplace.talks import AnswerKind, MessageKind, OfferFields, QuestionFields

ASKED = (
    QuestionFields(field="power_kva"),
    QuestionFields(text="厂区外 110 千伏接入需要多久？", kind=AnswerKind.AMOUNT, unit="个月"),
    QuestionFields(text="园区是否已有危险废物处置单位？", kind=AnswerKind.YES_NO),
)
REPLIES = {1: "25 MVA", 2: "8", 3: "yes"}


def fill_talk(session: Session, exchange: Exchange, *, firm: Viewer, office: Viewer, now: datetime) -> None:
    """Two messages, a list of questions with its answers, and an offer that stands for three weeks."""
    hour = timedelta(hours=1)

    def room(by: Viewer, at: datetime) -> talks.Room:
        return talks.room_by_id(session, exchange.public_id, by, now=at)

    at = now - timedelta(days=2)
    talks.write(session, room(firm, at), "模拟：请先说明供电和环保条件，我们下周内部评审。", now=at)
    enquiry = talks.ask(session, room(firm, at), ASKED, now=at)
    at += 2 * hour
    talks.mark_read(session, room(office, at), now=at)
    talks.answer(session, room(office, at), enquiry, REPLIES, version=enquiry.version, now=at)
    words = "模拟：经研判，项目符合园区主导产业，供电可在八个月内到位，建议安排现场考察。"
    talks.write(session, room(office, at), words, kind=MessageKind.ASSESSMENT, now=at)
    at = now - 3 * hour
    terms = {"land_mu": "150 亩", "land_10k_mu": "18 万元/亩", "delivery_on": str(day_of(now) + timedelta(days=220))}
    terms |= {
        "expires_on": str(day_of(now) + timedelta(days=21)),
        "text": "模拟：净地交付，七通一平，按标准地条件公开出让。",
    }
    offer, _ = talks.draft(session, room(office, at), OfferFields.model_validate(terms), now=at)
    talks.send(session, room(office, at), offer, version=offer.version, now=at)
