"""Do letters leave, at least once and under one id, also when the mail server was away?"""

import re
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import accounts, mail, members
from marketplace.accounts import Purpose, onetime
from marketplace.database import reading, writing
from marketplace.errors import NotFound
from marketplace.jobs import PAUSES
from marketplace.mail import Mail
from marketplace.organisations import Role, User, viewer_as
from tests.web.conftest import NOW
from web.settings import Settings
from web.worker import Worker


class Box:
    """What arrived; the first `deaf` letters are taken and not acknowledged."""

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []
        self.deaf = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        made = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
        assert isinstance(made, EmailMessage)
        self.arrived.append(made)
        self.deaf -= 1
        return "451 later" if self.deaf >= 0 else "250 OK"


@pytest.fixture
def box() -> Box:
    return Box()


def listening(box: Box, port: int) -> Controller:
    made = Controller(box, hostname="127.0.0.1", port=port)
    made.start()
    return made


@pytest.fixture
def free_port() -> int:
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def server(box: Box, free_port: int) -> Iterator[Controller]:
    made = listening(box, free_port)
    yield made
    made.stop()


def postman(app: FastAPI, port: int) -> Worker:
    mail_of_ours = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_starttls": False,
        "smtp_from": "robot@park.example",
    }
    settings = Settings(public_url="https://park.example/", **mail_of_ours)
    assert settings.has_mail
    return Worker(app.state.engine, settings, lambda: app.state.clock())


def post(app: FastAPI, login: str) -> None:
    with writing(app.state.engine) as session:
        user = session.exec(select(User).where(User.login == "park")).one()
        user.email = "park@mail.invalid"
        session.add(user)
        session.flush()
        accounts.ask_for_link(session, login, "园桥: 新密码", "请打开 {link}", now=NOW)
        session.commit()


def waiting(app: FastAPI) -> int:
    with reading(app.state.engine) as session:
        return mail.waiting(session)


def test_a_letter_brings_a_link_that_opens_and_that_lay_nowhere_before(
    app: FastAPI, client: TestClient, server: Controller, box: Box
) -> None:
    post(app, "park")
    assert postman(app, server.port).go_round() == 1
    (letter,) = box.arrived
    assert (letter["To"], letter["Subject"]) == ("park@mail.invalid", "园桥: 新密码")
    token = re.findall(r"https://park\.example/reset/link\?token=([\w-]+)", letter.get_content())[0]
    with reading(app.state.engine) as session:
        assert onetime.holder(session, Purpose.LINK, token, now=NOW) is not None
        kept = session.exec(select(Mail)).one()
    assert (kept.to_address, kept.body, kept.sent_at, waiting(app)) == ("", "", NOW, 0)
    assert client.get(f"/reset/link?token={token}").status_code == 200


def test_a_letter_to_nobody_is_put_away_unsent(app: FastAPI, server: Controller, box: Box) -> None:
    post(app, "nobody")
    assert postman(app, server.port).go_round() == 1
    assert (box.arrived, waiting(app)) == ([], 0)


def test_a_server_that_is_away_is_tried_again_later(app: FastAPI, free_port: int, box: Box) -> None:
    with writing(app.state.engine) as session:
        mail.post(session, "park@mail.invalid", "subject", "text", now=NOW)
        session.commit()
    assert postman(app, free_port).go_round() == 0
    assert waiting(app) == 1
    server = listening(box, free_port)
    assert postman(app, free_port).go_round() == 0  # not yet
    app.state.clock = lambda: NOW + PAUSES[0]
    assert postman(app, free_port).go_round() == 1
    server.stop()
    assert ([each["Subject"] for each in box.arrived], waiting(app)) == (["subject"], 0)


def test_what_was_not_acknowledged_comes_again_under_the_same_id(app: FastAPI, server: Controller, box: Box) -> None:
    post(app, "park")
    box.deaf = 1
    assert postman(app, server.port).go_round() == 0
    app.state.clock = lambda: NOW + PAUSES[0]
    assert postman(app, server.port).go_round() == 1
    first, second = box.arrived
    assert first["Message-ID"] == second["Message-ID"]
    links = [re.findall(r"token=([\w-]+)", each.get_content())[0] for each in box.arrived]
    assert len(set(links)) == 2
    with reading(app.state.engine) as session:
        assert onetime.holder(session, Purpose.LINK, links[1], now=NOW) is not None


def test_an_address_that_breaks_a_header_stops_no_other_letter(app: FastAPI, server: Controller, box: Box) -> None:
    with writing(app.state.engine) as session:
        mail.post(session, "a@b\r\nBcc: c@d", "first", "text", now=NOW)
        mail.post(session, "park@mail.invalid", "second", "text", now=NOW)
        session.commit()
    assert postman(app, server.port).go_round() == 1
    assert [each["Subject"] for each in box.arrived] == ["second"]


def test_a_thread_that_is_told_to_stop_stops(app: FastAPI, server: Controller) -> None:
    thread = postman(app, server.port)
    thread.start()
    thread.stop()
    assert not thread.is_alive()


def test_a_mailed_invitation_has_its_link_made_when_it_leaves(
    app: FastAPI, box: Box, server: Controller, free_port: int
) -> None:
    with writing(app.state.engine) as session:
        admin = viewer_as(session, session.exec(select(User).where(User.login == "park")).one())
        row, shown = members.invite(session, Role.EDITOR, email="li@example.cn", by=admin, now=NOW)
        link = f"{members.LETTER}{row.public_id}"
        mail.post(session, "li@example.cn", "邀请", "请打开 {link}", now=NOW, link=link)
        session.commit()
    assert postman(app, free_port).go_round() == 1
    text = box.arrived[0].get_content()
    token = re.findall(r"https://park\.example/invitation\?token=([\w-]+)", text)[0]
    with reading(app.state.engine) as session:
        assert members.invitation_by(session, token, now=NOW)[0].public_id == row.public_id
        with pytest.raises(NotFound):
            members.invitation_by(session, shown, now=NOW)
        assert token not in str(session.exec(select(Mail)).all())
