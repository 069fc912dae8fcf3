"""Can an admin bring notices to a program, see whether they arrive, and does nobody else see any of it?"""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import inbox, webhooks
from marketplace.accounts import sealing
from marketplace.database import reading, writing
from marketplace.inbox import NoticeKind
from marketplace.organisations import Role, User
from marketplace.webhooks import Delivery, Webhook
from tests.security.listeners import listening
from tests.web.conftest import NOW
from web.outward.addresses import Allowed
from web.settings import Settings
from web.worker import Worker

PAGE = "/organisation/webhooks"
URL = "https://hooks.example/in"
SignedIn = Callable[[str], TestClient]


def made(browser: TestClient, **fields: object) -> str:
    answer = browser.post(PAGE, data={"form": "signed", "url": URL, **fields})
    assert answer.status_code == 201
    return re.findall(r'action="/organisation/webhooks/(\w+)/test"', answer.text)[0]


def only(app: FastAPI) -> Webhook:
    with reading(app.state.engine) as session:
        return session.exec(select(Webhook)).one()


def test_the_secret_is_shown_once_and_kept_sealed(app: FastAPI, signed_in: SignedIn) -> None:
    app.state.settings.secret = Settings(secret="outside").secret
    browser = signed_in("enterprise")
    assert "还没有回调" in browser.get(PAGE).text
    answer = browser.post(PAGE, data={"form": "signed", "url": URL})
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]{40,}", answer.text)
    row = only(app)
    assert secret not in browser.get(f"{PAGE}/{row.public_id}").text
    assert secret[6:] not in row.secret
    rotated = browser.post(f"{PAGE}/{row.public_id}/rotate")
    assert rotated.status_code == 200
    assert re.findall(r"whsec_[A-Za-z0-9+/=]{40,}", rotated.text) != [secret]
    assert len(sealing.opened(only(app).secret_before, "outside")) == 32
    assert "no-store" in rotated.headers["cache-control"]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"url": "http://127.0.0.1/"}, "url"),
        ({"url": "https://printer.local/"}, "url"),
        ({"url": "nonsense"}, "url"),
        ({"url": ""}, "url"),
        ({"form": "nonsense"}, "form"),
        ({"form": "wecom"}, "url"),
        ({"form": "wecom", "url": "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=a"}, "url"),
        ({"form": "wecom", "url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a&debug=1"}, "url"),
        ({"form": "dingtalk", "url": "http://oapi.dingtalk.com/robot/send?access_token=a"}, "url"),
        ({"form": "dingtalk", "url": "https://oapi.dingtalk.com/robot/send?access_token=a", "sign": "SEC1"}, "sign"),
        ({"sign": "SEC" + "a" * 64}, "sign"),
        ({"kinds": "nonsense"}, "kinds"),
    ],
)
def test_what_is_no_way_out_is_refused_beside_its_field_with_what_was_typed(
    app: FastAPI, signed_in: SignedIn, fields: dict[str, str], where: str
) -> None:
    typed = {"form": "signed", "url": URL, **fields}
    answer = signed_in("enterprise").post(PAGE, data=typed)
    assert answer.status_code == 422
    assert f'href="#f-{where}"' in answer.text
    assert not typed["url"] or f'value="{typed["url"].replace("&", "&amp;")}"' in answer.text
    with reading(app.state.engine) as session:
        assert session.exec(select(Webhook)).all() == []


def test_robots_are_made_and_their_sign_is_kept_sealed(app: FastAPI, signed_in: SignedIn) -> None:
    browser, sign = signed_in("enterprise"), "SEC" + "0f" * 32
    ding = {"form": "dingtalk", "url": "https://oapi.dingtalk.com/robot/send?access_token=abc", "sign": sign}
    answer = browser.post(PAGE, data=ding)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}/{only(app).public_id}")
    shown = browser.get(answer.headers["location"]).text
    assert "钉钉群机器人" in shown
    assert sign not in shown
    assert "/rotate" not in shown
    wecom = {"form": "wecom", "url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"}
    assert browser.post(PAGE, data=wecom).status_code == 303


def test_a_test_message_arrives_and_the_page_says_so(app: FastAPI, signed_in: SignedIn) -> None:
    with listening() as listener:
        ways = {"webhook_networks": "127.0.0.0/8", "webhook_ports": str(listener.port)}
        app.state.settings = Settings(demo=True, public_url="https://park.example", **ways)
        browser = signed_in("enterprise")
        id = made(browser, url=f"http://127.0.0.1:{listener.port}/in", kinds=["mutual"])
        assert browser.post(f"{PAGE}/{id}/test").headers["location"] == f"{PAGE}/{id}?done=tried"
        assert "待推送" in browser.get(f"{PAGE}/{id}").text
        worker = Worker(app.state.engine, app.state.settings, app.state.clock)
        assert worker.go_round() == 1
    page = browser.get(f"{PAGE}/{id}").text
    assert "已送达" in page
    assert len(listener.heard) == 1
    assert "正常" in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/{id}/test").status_code == 303  # and now nobody listens
    assert worker.go_round() == 0
    assert "连接不上" in browser.get(f"{PAGE}/{id}").text


def test_a_webhook_that_fails_too_often_is_paused_its_admins_are_told_and_it_can_go_on(
    app: FastAPI, signed_in: SignedIn
) -> None:
    with listening(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n") as listener:
        ways = {"webhook_networks": "127.0.0.0/8", "webhook_ports": str(listener.port)}
        app.state.settings = Settings(demo=True, public_url="https://park.example", **ways)
        browser = signed_in("enterprise")
        id = made(browser, url=f"http://127.0.0.1:{listener.port}/in")
        browser.post(f"{PAGE}/{id}/test")
        Worker(app.state.engine, app.state.settings, app.state.clock).go_round()
    page = browser.get(f"{PAGE}/{id}").text
    assert "起暂停" in page
    with reading(app.state.engine) as session:
        told = session.exec(select(inbox.Notice)).one()
        assert (told.kind, told.about_id, told.least) == (NoticeKind.WEBHOOK_PAUSED, id, Role.ADMIN)
    assert browser.post(f"{PAGE}/{id}/resume").status_code == 303
    assert "起暂停" not in browser.get(f"{PAGE}/{id}").text
    assert browser.post(f"{PAGE}/{id}/resume").status_code == 409


def test_short_messages_go_to_the_telephone_of_who_asked_for_them_where_there_is_a_gateway(
    app: FastAPI, signed_in: SignedIn
) -> None:
    browser = signed_in("enterprise")
    assert "短信" not in browser.get(PAGE).text
    assert browser.post(PAGE, data={"form": "sms"}).status_code == 422
    with listening() as listener:
        ways = {"webhook_networks": "127.0.0.0/8", "webhook_ports": str(listener.port)}
        gateway = {"sms_url": f"http://127.0.0.1:{listener.port}/send", "sms_authorization": "Bearer our-key"}
        app.state.settings = Settings(demo=True, **ways, **gateway)
        assert browser.post(PAGE, data={"form": "sms", "url": URL}).status_code == 422
        assert browser.post(PAGE, data={"form": "sms"}).status_code == 303
        id = only(app).public_id
        assert "短信" in browser.get(PAGE).text
        worker = Worker(app.state.engine, app.state.settings, app.state.clock)
        browser.post(f"{PAGE}/{id}/test")
        assert worker.go_round() == 0  # no telephone is known
        with writing(app.state.engine) as session:
            session.exec(select(User).where(User.login == "enterprise")).one().phone = '139"0000'
            inbox.tell(session, NoticeKind.MUTUAL, to=only(app).organisation_id, about=("exchange", "a"), now=NOW)
            session.commit()
        assert worker.go_round() == 1
    (heard,) = listener.heard
    head, _, body = heard.partition(b"\r\n\r\n")
    assert b"Authorization: Bearer our-key" in head
    told = json.loads(body)
    assert told == {"phone": '139"0000', "text": "【园桥】双方互有意向，可查看将公开的内容，请登录查看"}


def test_nobodys_server_is_pelted_with_tests(signed_in: SignedIn) -> None:
    browser = signed_in("enterprise")
    id = made(browser)
    said = [browser.post(f"{PAGE}/{id}/test").status_code for _ in range(21)]
    assert said == [303] * 20 + [429]


def test_for_others_there_is_no_such_page(app: FastAPI, signed_in: SignedIn, client: TestClient) -> None:
    id = made(signed_in("enterprise"))
    other = signed_in("park")
    for act in ("", "/test", "/rotate", "/resume", "/end"):
        ask = other.post if act else other.get
        theirs, none = ask(f"{PAGE}/{id}{act}"), ask(f"{PAGE}/nothingthere{act}")
        assert (theirs.status_code, none.status_code) == (404, 404)
    with writing(app.state.engine) as session:
        person = session.exec(select(User).where(User.login == "enterprise")).one()
        person.role = Role.APPROVER
        session.commit()
    browser = signed_in("enterprise")
    assert [browser.get(PAGE).status_code, browser.post(PAGE).status_code] == [404, 404]
    assert PAGE not in browser.get("/organisation").text
    assert client.get(PAGE).status_code == 303


def test_an_ended_webhook_is_gone(app: FastAPI, signed_in: SignedIn) -> None:
    browser = signed_in("enterprise")
    id = made(browser)
    with writing(app.state.engine) as session:
        inbox.tell(session, NoticeKind.MUTUAL, to=only(app).organisation_id, about=("exchange", "a"), now=NOW)
        session.commit()
    assert "双方互有意向" in browser.get(f"{PAGE}/{id}").text
    assert browser.post(f"{PAGE}/{id}/end").headers["location"] == f"{PAGE}?done=ended"
    assert browser.get(f"{PAGE}/{id}").status_code == 404
    with reading(app.state.engine) as session:
        assert session.exec(select(Delivery)).all() == []


def test_an_address_the_settings_allow_no_more_is_not_asked(app: FastAPI, signed_in: SignedIn) -> None:
    with listening() as listener:
        app.state.settings = Settings(demo=True, webhook_networks="127.0.0.0/8", webhook_ports=str(listener.port))
        browser = signed_in("enterprise")
        id = made(browser, url=f"http://127.0.0.1:{listener.port}/in")
        browser.post(f"{PAGE}/{id}/test")
        assert Worker(app.state.engine, Settings(demo=True), app.state.clock).go_round() == 0
    assert listener.connections == 0
    assert "指向了不允许访问的地址" in browser.get(f"{PAGE}/{id}").text


def test_what_arrived_long_ago_is_deleted(app: FastAPI, signed_in: SignedIn) -> None:
    from marketplace import retention

    browser = signed_in("enterprise")
    browser.post(f"{PAGE}/{made(browser)}/test")
    with writing(app.state.engine) as session:
        assert retention.purge(session, now=NOW + timedelta(days=31))["webhook_delivery"] == 1
        assert webhooks.webhooks_of(session, only(app).organisation_id) != []
        session.rollback()


def test_settings_that_name_no_network_stop_the_start() -> None:
    assert Settings(webhook_networks="10.0.0.0/8, fd00::/8").allowed == Allowed.read("10.0.0.0/8,fd00::/8", "443,80")
    for wrong in ({"webhook_networks": "intranet"}, {"webhook_ports": "https"}):
        with pytest.raises(ValueError, match=r"network|literal"):
            Settings(**wrong)
