"""A9, A10: is what a consent opened gone at once when it is taken back, and each opening journalled without values?"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from marketplace import disclosure, exchanges, needs
from marketplace.database import writing
from marketplace.errors import Refusal
from marketplace.exchanges import LAPSE, PROMISE, Document, Exchange
from marketplace.journal import Act, Entry
from marketplace.needs import HiddenFrom, Need, NeedFields
from marketplace.organisations import Organisation, Standing, User, viewer_by_login
from marketplace.parks import Park
from marketplace.uploads import checked_upload
from tests.security.conftest import NOW

Browser = Callable[[str], TestClient]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
FIRM = ("CanaryFirm", "CanaryTitle", "CanaryWords", "CanaryPerson", "canary@firm.example", "021-77778888", "CanaryFile")
OFFICE = ("CanaryClerk", "clerk@office.example", "0550-99990000")
PHONES = {"enterprise": "021-77778888", "park": "0550-99990000"}


@dataclass
class Open:
    """An exchange that is open, promise and document and all."""

    id: str
    need_id: int
    listing: str
    file: str

    @property
    def paths(self) -> list[str]:
        """Everywhere a park's side could still look."""
        own = [f"/exchanges/{self.id}", f"/documents/{self.file}", f"/needs/open/{self.listing}"]
        json = [f"/api/v1/exchanges/{self.id}", f"/api/v1/open-needs/{self.listing}"]
        return [*own, *json, "/exchanges", "/api/v1/exchanges", "/needs/open", "/journal", "/"]


def agree(session: Session, row: Exchange, need: Need, park: Park, login: str, now: datetime = NOW) -> None:
    by = viewer_by_login(session, login)
    side = exchanges.side_of(row, by)
    assert side
    digest = exchanges.opening_for(session, need, side, by).sha256
    exchanges.consent(session, row, need, park, digest, by=by, now=now)


def listed(session: Session, need: Need) -> None:
    """A need full of canaries, listed, of a firm with canaries for contacts."""
    owner = viewer_by_login(session, "enterprise")
    words = {"industry": "3841", "title": "CanaryTitle", "description": "CanaryWords", "origin": "310114"}
    needs.revise(session, need, NeedFields.model_validate(words), version=need.version, by=owner, now=NOW)
    disclosure.publish(session, need, by=owner, now=NOW)
    session.get_one(Organisation, owner.organisation_id).name = "CanaryFirm"
    for login, name, mail in (
        ("enterprise", "CanaryPerson", "canary@firm.example"),
        ("park", "CanaryClerk", "clerk@office.example"),
    ):
        user = session.get_one(User, viewer_by_login(session, login).user_id)
        user.name, user.email, user.phone = name, mail, PHONES[login]
    exchanges.hand_over(session, need, checked_upload("CanaryFile.png", PNG), by=owner, now=NOW)


@pytest.fixture
def talk(app: FastAPI, found: dict[str, str]) -> Open:
    with writing(app.state.engine) as session:
        need = session.exec(select(Need).where(Need.public_id == found["need"])).one()
        park = session.exec(select(Park).where(Park.code == found["code"])).one()
        listed(session, need)
        row = exchanges.show_interest(session, need, park, by=viewer_by_login(session, "park"), now=NOW)
        agree(session, row, need, park, "park")
        agree(session, row, need, park, "enterprise")
        office, text = viewer_by_login(session, "park"), exchanges.text_of(PROMISE).sha256
        exchanges.promise(session, row, need, park, text, by=office, now=NOW)
        file = session.exec(select(Document.public_id)).one()
        session.commit()
        return Open(row.public_id, need.id, need.listing_id or "", file)


def told(browser: TestClient, paths: list[str], canaries: tuple[str, ...]) -> list[tuple[str, str]]:
    """(path, canary) of everything that still shows, also in parts of pages and in headers."""
    found = []
    for path in paths:
        for headers in ({}, {"hx-request": "true"}):
            answer = browser.get(path, headers=headers)
            assert answer.headers["cache-control"] == "no-store", path
            seen = answer.text.partition("</header>")[2] or answer.text  # the head names who is signed in
            found += [(path, word) for word in canaries if word in seen + str(answer.headers)]
    return found


def test_a9_what_was_opened_is_there_until_it_is_taken_back(talk: Open, browser: Browser) -> None:
    """The other tests look at something: all of it shows while the exchange is open."""
    page = browser("park").get(f"/exchanges/{talk.id}").text
    assert [word for word in FIRM if word not in page] == []
    assert browser("park").get(f"/documents/{talk.file}").content == PNG
    assert browser("park").get(f"/api/v1/exchanges/{talk.id}").json()["opened"]["title"] == "CanaryTitle"
    page = browser("enterprise").get(f"/exchanges/{talk.id}").text
    assert [word for word in OFFICE if word not in page] == []


@pytest.mark.parametrize("who", ["enterprise", "park"])
def test_a9_a_revoked_consent_works_at_once_everywhere(talk: Open, browser: Browser, who: str) -> None:
    assert browser(who).post(f"/exchanges/{talk.id}/withdraw").status_code == 303
    assert told(browser("park"), talk.paths, FIRM) == []
    assert told(browser("enterprise"), [f"/exchanges/{talk.id}", f"/api/v1/exchanges/{talk.id}"], OFFICE) == []
    assert browser("park").get(f"/documents/{talk.file}").status_code == 404


def exclude(session: Session, need: Need) -> None:
    need.hidden_from = HiddenFrom(regions=["34"])


def suspend(session: Session, need: Need) -> None:
    session.get_one(Organisation, need.owner_id).standing = Standing.SUSPENDED


def hide(session: Session, need: Need) -> None:
    need.status = needs.NeedStatus.HIDDEN


def withdraw(session: Session, need: Need) -> None:
    needs.withdraw(session, need, by=viewer_by_login(session, "enterprise"), now=NOW)


@pytest.mark.parametrize("way", [exclude, suspend, hide, withdraw])
def test_a9_a_need_that_is_gone_takes_its_exchanges_along_without_any_job(
    app: FastAPI, talk: Open, browser: Browser, way: Callable[[Session, Need], None]
) -> None:
    with writing(app.state.engine) as session:
        way(session, session.get_one(Need, talk.need_id))
        session.commit()
    assert told(browser("park"), talk.paths, FIRM) == []
    assert browser("park").get(f"/documents/{talk.file}").status_code == 404


def test_a9_by_which_way_it_ended_cannot_be_read(
    app: FastAPI, talk: Open, browser: Browser, found: dict[str, str]
) -> None:
    """Withdrawn, declined and lapsed, excluded: the same page but for the day."""
    pages = []
    assert browser("enterprise").post(f"/exchanges/{talk.id}/withdraw").status_code == 303
    pages.append(browser("park").get(f"/exchanges/{talk.id}").text)
    with writing(app.state.engine) as session:
        need = session.get_one(Need, talk.need_id)
        park = session.exec(select(Park).where(Park.code == found["code"])).one()
        row = session.exec(select(Exchange)).one()
        exchanges.show_interest(session, need, park, by=viewer_by_login(session, "park"), now=NOW - LAPSE)
        session.commit()
        pages.append(browser("park").get(f"/exchanges/{talk.id}").text)
        exchanges.show_interest(session, need, park, by=viewer_by_login(session, "enterprise"), now=NOW)
        agree(session, row, need, park, "park")
        exclude(session, need)
        session.flush()
        exchanges.close_fallen(session, need, by=viewer_by_login(session, "enterprise"), now=NOW)
        session.commit()
        pages.append(browser("park").get(f"/exchanges/{talk.id}").text)
    pages = [re.sub(r'<a class="site-bell".*?</a>', "", page) for page in pages]  # how much came before is unread, too
    plain = [re.sub(r'nonce="[^"]*"|[0-9a-f]{16}|\d{4}-\d\d-\d\d \d\d:\d\d', "", page) for page in pages]
    assert plain[0] == plain[1] == plain[2]


def test_a10_every_opening_is_in_the_journal_without_its_values(app: FastAPI, talk: Open, browser: Browser) -> None:
    park = browser("park")
    park.get(f"/exchanges/{talk.id}")
    park.get(f"/documents/{talk.file}")
    park.get(f"/documents/{talk.file}")
    browser("enterprise").post(f"/exchanges/{talk.id}/withdraw")
    with writing(app.state.engine) as session:
        entries = session.exec(select(Entry).order_by(col(Entry.id))).all()
        words = "".join(str(entry.model_dump()) for entry in entries)
    assert [word for word in (*FIRM, *OFFICE) if word in words] == []
    disclosed = [(entry.about, entry.facts["level"]) for entry in entries if entry.act == Act.DISCLOSED]
    assert [each for each in disclosed if each[0] == "document"] == [("document", 3)] * 2
    assert {("need", 2), ("exchange", 2), ("listing", 3)} <= set(disclosed)
    assert disclosed.count(("listing", 3)) == 2  # the promise opened it, and it was read
    opened = next(entry for entry in entries if entry.act == Act.DISCLOSED and entry.about == "need")
    assert {"owner.name", "owner.contact", "title", "description", "origin"} <= set(opened.facts["fields"])
    acts = [entry.act for entry in entries if entry.about == "exchange"]
    assert acts.count(Act.CONSENTED) == 2
    assert acts[-1] == Act.WITHDRAWN


def test_a10_the_owner_reads_who_took_a_document_and_when(talk: Open, browser: Browser, found: dict[str, str]) -> None:
    browser("park").get(f"/documents/{talk.file}")
    log = browser("enterprise").get(f"/needs/{found['need']}/views").text
    assert "park organisation" in log
    assert "CanaryClerk" not in log.partition("</header>")[2]


def test_a_document_leaves_as_a_file_and_its_name_is_no_path(
    app: FastAPI, talk: Open, browser: Browser, found: dict[str, str]
) -> None:
    file = {"file": ("../../etc/päss\r\nwd.png", PNG, "text/html")}
    answer = browser("enterprise").post(f"/needs/{found['need']}/documents", files=file)
    assert answer.status_code == 409  # the same bytes are here already
    assert browser("").get(f"/documents/{talk.file}").status_code == 303  # to the door
    taken = browser("park").get(f"/documents/{talk.file}")
    assert taken.headers["content-type"] == "image/png"
    assert taken.headers["content-disposition"].startswith("attachment; filename=")
    assert taken.headers["x-content-type-options"] == "nosniff"


def test_a_need_takes_so_many_documents_and_no_more(app: FastAPI, talk: Open) -> None:
    with writing(app.state.engine) as session:
        need, by = session.get_one(Need, talk.need_id), viewer_by_login(session, "enterprise")
        for place in range(exchanges.COUNT_MOST - 1):
            upload = checked_upload("图.pdf", b"%%PDF-1.4\n%d\n%%%%EOF\n" % place)
            exchanges.hand_over(session, need, upload, by=by, now=NOW + timedelta(seconds=place))
        with pytest.raises(Refusal):
            exchanges.hand_over(session, need, checked_upload("图.pdf", b"%PDF-1.4\nx\n%%EOF\n"), by=by, now=NOW)
