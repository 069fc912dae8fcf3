"""Does an organisation come in, is it looked at, and do its people come and go, all by plain forms?"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from tests.web.conftest import NOW, SAME_ORIGIN
from web.app import create_app
from web.settings import Settings

USCC, OTHER_USCC = "91350100M000100Y43", "91110000600037341L"
PASSWORD = "purple tractor window"
PDF = (
    "letter.pdf",
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n",
    "application/pdf",
)
SAID = {
    "kind": "enterprise",
    "organisation": "皖东锂电科技有限公司",
    "uscc": USCC,
    "seat": "滁州市",
    "contact": "王经理 0550-1234567",
    "person": "王经理",
    "login": "wang.jingli",
    "email": "wang@example.cn",
    "phone": "138 0000 0000",
    "password": PASSWORD,
    "consent": "yes",
}
SignedIn = Callable[[str], TestClient]


@pytest.fixture
def stranger(app: FastAPI) -> Callable[[], TestClient]:
    return lambda: TestClient(app, headers=SAME_ORIGIN, follow_redirects=False)


def registered(browser: TestClient, **changes: str) -> TestClient:
    answer = browser.post("/register", data=SAID | changes, files={"letter": PDF})
    assert (answer.status_code, answer.headers.get("location")) == (303, "/organisation?done=registered"), answer.text
    return browser


def case_in_queue(platform: TestClient, name: str) -> str:
    found = re.search(rf'href="(/desk/organisations/[a-z0-9]+)">{name}<', platform.get("/desk/organisations").text)
    assert found
    return found[1]


def test_who_registers_is_signed_in_and_can_prepare_a_need_that_nobody_sees(
    stranger: Callable[[], TestClient],
) -> None:
    browser = registered(stranger())
    assert "待认证" in browser.get("/organisation").text
    need = browser.post("/needs", data={"industry": "3841", "land_mu": "150"})
    assert need.status_code == 303
    assert browser.get(need.headers["location"]).status_code == 200


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(stranger: Callable[[], TestClient]) -> None:
    wrong = {"uscc": USCC[:-1] + "9", "seat": "没有这个地方", "email": "nobody", "password": "short", "consent": ""}
    answer = stranger().post("/register", data=SAID | wrong, files={"letter": ("a.exe", b"MZ", "application/pdf")})
    assert answer.status_code == 422
    for field in ("uscc", "seat", "email", "letter", "consent"):
        assert re.search(rf'<div[^>]* field-wrong">\s*<label[^>]*for="f-{field}"|field-wrong"><legend', answer.text), (
            field
        )
    assert 'value="皖东锂电科技有限公司"' in answer.text
    assert "short" not in answer.text


def test_nothing_is_kept_of_a_refused_registration(app: FastAPI, stranger: Callable[[], TestClient]) -> None:
    assert stranger().post("/register", data=SAID | {"consent": ""}).status_code == 422
    assert registered(stranger()).get("/organisation").status_code == 200


def test_a_taken_code_and_name_are_answered_like_free_ones(
    stranger: Callable[[], TestClient], signed_in: SignedIn
) -> None:
    registered(stranger())
    registered(stranger(), login="another.person", email="b@example.cn")
    platform = signed_in("platform")
    assert "代码重复" in platform.get("/desk/organisations").text
    assert "疑似已注册" in platform.get(case_in_queue(platform, "皖东锂电科技有限公司")).text


def test_the_platform_verifies_with_the_letter_before_it(
    stranger: Callable[[], TestClient], signed_in: SignedIn
) -> None:
    firm, platform = registered(stranger()), signed_in("platform")
    assert "/desk/organisations" in platform.get("/desk").text
    case = case_in_queue(platform, SAID["organisation"])
    letter = platform.get(f"{case}/letter")
    assert (letter.content, letter.headers["x-content-type-options"]) == (PDF[1], "nosniff")
    assert letter.headers["content-disposition"].startswith("attachment")
    assert platform.post(f"{case}/verify").headers["location"] == f"{case}?done=verified"
    assert platform.post(f"{case}/verify").status_code == 409
    assert "已认证" in firm.get("/organisation").text
    for mine in (f"{case}", f"{case}/letter", "/desk", "/desk/organisations", "/desk/claims"):
        assert firm.get(mine).status_code == 404


def test_who_is_turned_away_reads_why_and_hands_in_again(
    stranger: Callable[[], TestClient], signed_in: SignedIn
) -> None:
    firm, platform = registered(stranger()), signed_in("platform")
    case = case_in_queue(platform, SAID["organisation"])
    assert platform.post(f"{case}/reject", data={"reason": ""}).status_code == 422
    assert platform.post(f"{case}/reject", data={"reason": "授权书未盖章"}).status_code == 303
    assert "授权书未盖章" in firm.get("/organisation").text
    assert firm.post("/needs", data={"industry": "3841"}).status_code == 404
    form = firm.get("/organisation/again").text
    assert f'value="{USCC}"' in form
    again = {name: SAID[name] for name in ("organisation", "uscc", "seat", "contact")}
    assert firm.post("/organisation/again", data=again, files={"letter": PDF}).status_code == 303
    assert firm.get("/organisation/again").status_code == 404
    assert SAID["organisation"] in platform.get("/desk/organisations").text


def test_a_suspended_organisation_reads_and_changes_nothing(
    stranger: Callable[[], TestClient], signed_in: SignedIn
) -> None:
    firm, platform = registered(stranger()), signed_in("platform")
    need = firm.post("/needs", data={"industry": "3841"}).headers["location"].partition("?")[0]
    case = case_in_queue(platform, SAID["organisation"])
    platform.post(f"{case}/verify")
    assert platform.post(f"{case}/suspend", data={"reason": "涉嫌冒用"}).status_code == 303
    assert firm.get(need).status_code == 200
    assert "涉嫌冒用" in firm.get("/organisation").text
    assert firm.post(f"{need}/withdraw").status_code == 404
    assert platform.post(f"{case}/reinstate", data={"reason": "已澄清"}).status_code == 303
    assert firm.post(f"{need}/withdraw").status_code == 303


def test_an_invited_person_sets_a_password_and_belongs(stranger: Callable[[], TestClient], signed_in: SignedIn) -> None:
    admin, guest = signed_in("park"), stranger()
    made = admin.post("/organisation/invitations", data={"role": "viewer", "email": "li@example.cn"}).text
    link = re.search(r"/invitation\?token=[\w-]+", made)
    assert link
    assert "邮箱" in guest.get(link[0]).text
    said = {"token": link[0].partition("=")[2], "person": "李观察", "login": "li.guancha", "consent": "yes"}
    assert guest.post("/invitation", data=said | {"password": "short"}).status_code == 422
    assert guest.post("/invitation", data=said | {"password": PASSWORD}).status_code == 303
    assert stranger().get(link[0]).status_code == 404
    assert "李观察" in admin.get("/organisation/people").text
    assert guest.post("/organisation/invitations", data={"role": "admin"}).status_code == 404
    assert guest.get("/parks/new").status_code == 404


def test_roles_change_accounts_close_and_the_last_admin_stays(
    stranger: Callable[[], TestClient], signed_in: SignedIn
) -> None:
    admin, guest = signed_in("park"), stranger()
    made = admin.post("/organisation/invitations", data={"role": "viewer"}).text
    token = re.findall(r"/invitation\?token=([\w-]+)", made)[0]
    said = {"token": token, "person": "李四", "login": "li.si", "consent": "yes", "password": PASSWORD}
    assert guest.post("/invitation", data=said).status_code == 303
    page = admin.get("/organisation/people").text
    theirs = re.findall(r"/organisation/people/([a-z0-9]+)/close", page)[0]
    refused = admin.post("/organisation/leave")
    assert (refused.status_code, "最后一名管理员" in refused.text) == (409, True)
    assert admin.post(f"/organisation/people/{theirs}/role", data={"role": "editor"}).status_code == 303
    assert guest.get("/parks/new").status_code == 200
    assert admin.post(f"/organisation/people/{theirs}/close").status_code == 303
    assert guest.get("/organisation").status_code == 303
    assert admin.post(f"/organisation/people/{theirs}/close").status_code == 404


def test_a_park_finds_its_voice_at_the_desk(signed_in: SignedIn) -> None:
    office, platform = signed_in("park"), signed_in("platform")
    office.post("/parks/G341129/claim", data={"grounds": "三定方案"})
    assert office.get("/parks/G341129/sheet").status_code == 404
    claim = re.findall(r"/desk/claims/[a-z0-9]+", platform.get("/desk/claims").text)[0]
    assert "三定方案" in platform.get(claim).text
    assert platform.post(f"{claim}/reject").status_code == 422
    assert platform.post(f"{claim}/approve").status_code == 303
    assert office.get("/parks/G341129/sheet").status_code == 200
    assert "合肥" in office.get("/organisation").text or "G341129" in office.get("/organisation").text
    version = re.findall(r'name="version" value="(\d+)"', office.get("/organisation").text)[0]
    assert office.post("/organisation/parks/G341129/offer", data={"uscc": "nothing"}).status_code == 422
    assert office.post("/organisation/parks/G341129/give-up", data={"version": version}).status_code == 303
    assert office.get("/parks/G341129/sheet").status_code == 404


def test_who_verifies_shows_a_second_factor_first_where_that_is_asked(filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "strict.db"
    shutil.copyfile(filled, path)
    strict = create_app(f"sqlite:///{path}", Settings(secret=SecretStr("s" * 32)), clock=lambda: NOW)
    browser = TestClient(strict, headers=SAME_ORIGIN, follow_redirects=False)
    browser.post("/sign-in", data={"login": "platform", "password": "correct horse battery"})
    for path_of_desk in ("/desk/organisations", "/desk/claims"):
        answer = browser.get(path_of_desk)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/account/second-factor")
    strict.state.engine.dispose()


def test_what_has_to_be_filled_in_is_said_plainly(client: TestClient) -> None:
    page = client.post("/register", data=SAID | {"person": ""}, files={"letter": PDF}).text
    assert "姓名: 请填写此项" in page
    assert "过短" not in page


def test_who_was_verified_and_who_is_suspended_is_listed_by_standing_with_or_without_a_registration(
    client: TestClient, signed_in: SignedIn
) -> None:
    platform = signed_in("platform")

    def listed(status: str) -> list[str]:
        page = platform.get(f"/desk/organisations?status={status}").text
        return re.findall(r'href="(/desk/organisations/\w+)">park organisation', page)

    (address,) = listed("verified")
    assert listed("suspended") == []
    assert platform.post(f"{address}/suspend", data={"reason": "核实期间暂停"}).status_code == 303
    assert listed("verified") == []
    assert listed("suspended") == [address]
