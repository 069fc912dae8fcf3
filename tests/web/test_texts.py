"""Are texts screened before they are public, and do author and reviewer find what they need, on the pages?"""

import re
from collections.abc import Callable

from starlette.testclient import TestClient

Browser = Callable[[str], TestClient]
BLOCKED = "对链主企业给予500万元奖励。"
CLEAN = "园区对内外地企业一视同仁。"


def entered(park: TestClient, introduction: str = CLEAN) -> str:
    """The address of a park that was just entered."""
    made = park.post("/parks/new", data={"name": "滁州示例园", "introduction": introduction})
    assert made.status_code == 303
    return str(made.headers["location"]).partition("?")[0]


def revised(park: TestClient, address: str, introduction: str) -> str:
    form = park.get(f"{address}/edit").text
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version
    said = {"name": "滁州示例园", "introduction": introduction, "version": version[1]}
    answer = park.post(f"{address}/edit", data=said)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def text_at(browser: TestClient, address: str) -> str:
    found = re.search(r'href="(/texts/[^"?]+)"', browser.get(address).text)
    assert found
    return found[1]


def version_of(browser: TestClient, text: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', browser.get(text).text)
    assert found
    return found[1]


def test_anyone_pastes_a_text_and_sees_what_trips(client: TestClient) -> None:
    assert client.get("/screen").status_code == 200
    answer = client.post("/screen", data={"text": f"一、总则\n{BLOCKED}"})
    assert answer.status_code == 200
    assert "<mark>链主企业给予500万元奖励</mark>" in answer.text
    assert 'href="/policy/fcr-10-2"' in answer.text
    assert "未触发任何规则" in client.post("/screen", data={"text": CLEAN}).text


def test_a_pasted_text_is_bounded_and_shown_again(client: TestClient) -> None:
    answer = client.post("/screen", data={"text": "长" * 20_001})
    assert answer.status_code == 422
    assert "长" * 20_001 in answer.text
    assert client.post("/screen", data={"text": ""}).status_code == 422


def test_a_pasted_text_is_shown_as_text(client: TestClient) -> None:
    answer = client.post("/screen", data={"text": "对链主企业<b onclick=x>给予</b>奖励"})
    assert "<b onclick" not in answer.text
    assert "<mark>链主企业&lt;b onclick=x&gt;给予&lt;/b&gt;奖励</mark>" in answer.text


def test_a_blocked_introduction_waits_and_only_its_park_knows(signed_in: Browser, client: TestClient) -> None:
    park = signed_in("park")
    address = entered(park)
    assert revised(park, address, BLOCKED).endswith("done=waits")
    for reader in (client, signed_in("enterprise")):
        page = reader.get(address).text
        assert CLEAN in page
        assert "链主" not in page
        assert "/texts/" not in page
    assert CLEAN in park.get(address).text
    assert BLOCKED in park.get(f"{address}/edit").text
    text = text_at(park, address)
    assert "<mark>" in park.get(text).text
    assert signed_in("enterprise").get(text).status_code == 404
    assert client.get(text).status_code == 303


def test_the_reviewer_concludes_and_the_author_reads_why(signed_in: Browser, client: TestClient) -> None:
    park, platform = signed_in("park"), signed_in("platform")
    address = entered(park)
    revised(park, address, BLOCKED)
    text = text_at(platform, "/desk/texts")
    assert platform.get(text).text.count("<form") > park.get(text).text.count('action="/desk')
    said = {"version": version_of(platform, text), "publish": "yes", "reason": ""}
    assert platform.post(f"/desk{text}", data=said).status_code == 422
    concluded = platform.post(f"/desk{text}", data={**said, "reason": "条件客观，依据充分"})
    assert concluded.headers["location"] == "/desk/texts?done=concluded"
    assert BLOCKED in client.get(address).text
    assert "条件客观，依据充分" in park.get(text).text
    assert platform.post(f"/desk{text}", data={**said, "reason": "再次"}).status_code == 409


def test_nobody_but_the_platform_concludes(signed_in: Browser) -> None:
    park = signed_in("park")
    text = text_at(park, entered(park, BLOCKED))
    for login in ("park", "enterprise", "organizer"):
        browser = signed_in(login)
        answer = browser.post(f"/desk{text}", data={"version": "1", "publish": "yes", "reason": "可"})
        assert answer.status_code == 404
        assert browser.get("/desk/texts").status_code == 404


def test_a_text_changed_meanwhile_is_not_concluded_on_as_it_was(signed_in: Browser, client: TestClient) -> None:
    park, platform = signed_in("park"), signed_in("platform")
    address = entered(park, BLOCKED)
    text = text_at(park, address)
    seen = version_of(platform, text)
    revised(park, address, "对龙头企业给予900万元奖励。")
    answer = platform.post(f"/desk{text}", data={"version": seen, "publish": "yes", "reason": "可"})
    assert answer.status_code == 409
    assert "奖励" not in client.get(address).text


def test_an_author_names_a_law_and_the_reviewer_reads_it(signed_in: Browser) -> None:
    park, platform = signed_in("park"), signed_in("platform")
    text = text_at(park, entered(park, BLOCKED))
    form = park.get(f"{text}?rule=R02&kind=basis").text
    assert 'name="authority"' in form
    said = {"version": version_of(park, text), "rule": "R02", "kind": "basis", "authority": "law", "number": ""}
    assert park.post(f"{text}/answers", data=said).status_code == 422
    assert park.post(f"{text}/answers", data={**said, "number": "某法第9条"}).status_code == 303
    assert "某法第9条" in platform.get(text).text
    assert platform.post(f"{text}/answers", data=said).status_code == 404


def test_an_author_takes_a_text_back(signed_in: Browser) -> None:
    park, platform = signed_in("park"), signed_in("platform")
    address = entered(park, BLOCKED)
    text = text_at(park, address)
    assert park.post(f"{text}/withdraw", data={"version": version_of(park, text)}).status_code == 303
    assert "/texts/" not in park.get(address).text
    assert text not in platform.get("/desk/texts").text.partition("</main>")[0]


OPEN = {"title": "技改补助", "kind": "grant", "whom": "open", "basis": "investment", "asked": ["open_procedure"]}


def test_a_park_writes_incentives_down_and_all_read_the_lawful_ones(signed_in: Browser, client: TestClient) -> None:
    park = signed_in("park")
    address = entered(park)
    here = f"{address}/incentives"
    assert park.post(f"{here}/new", data=OPEN).headers["location"] == f"{here}?done=public"
    held = park.post(f"{here}/new", data={**OPEN, "title": "重点补助", "whom": "listed"})
    assert held.headers["location"] == f"{here}?done=waits"
    public, own = client.get(here).text, park.get(here).text
    assert ("技改补助" in public, "重点补助" in public, "重点补助" in own) == (True, False, True)
    assert "技改补助" in client.get(address).text
    text = text_at(park, here)
    change = re.search(rf'href="({here}/[^"]+/edit)"', own)
    assert change
    assert park.get(change[1]).status_code == 200
    platform = signed_in("platform")
    said = {"version": version_of(platform, text), "publish": "yes", "reason": "可"}
    assert platform.post(f"/desk{text}", data=said).status_code == 303
    assert "重点补助" in client.get(here).text


def test_a_wrong_incentive_is_shown_again(signed_in: Browser) -> None:
    park = signed_in("park")
    here = f"{entered(park)}/incentives"
    answer = park.post(f"{here}/new", data={**OPEN, "title": "", "until_on": "2020-01-01"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_incentives_are_written_by_the_parks_people_alone(signed_in: Browser, client: TestClient) -> None:
    park = signed_in("park")
    here = f"{entered(park)}/incentives"
    assert client.post(f"{here}/new", data=OPEN).status_code == 303  # to the door
    for login in ("enterprise", "platform"):
        assert signed_in(login).post(f"{here}/new", data=OPEN).status_code == 404
    assert park.post(f"{here}/nothing/withdraw").status_code == 404


def test_the_policy_library_is_searched_filtered_and_read(client: TestClient) -> None:
    assert client.get("/policy").text.count('href="/policy/') >= 94
    found = client.get("/policy?q=公平竞争 例外").text
    assert re.findall(r'<a href="/policy/([\w-]+)" lang', found) == ["fcr-12", "fcri-25"]
    unverified = client.get("/policy?state=MEM").text
    assert "待核" in unverified
    assert 'href="/policy/fcr-12"' not in unverified
    assert 'href="/policy/ene-2"' not in client.get("/policy?force=1").text
    assert "没有符合的条目" in client.get("/policy?q=zzzz").text
    assert client.get("/policy?state=XYZ").status_code == 200


def test_an_entry_says_what_it_asks_and_which_rules_cite_it(client: TestClient) -> None:
    page = client.get("/policy/fcr-10-1").text
    assert "R01" in page
    assert "待核" not in page.partition("<footer")[0].partition('class="rows lines"')[0]
    assert "待核" in client.get("/policy/fcri-19-2").text
    english = client.get("/policy/fcr-10-1", headers={"accept-language": "en"}).text
    assert "Ground of rule R01" in english
    assert client.get("/policy/nothing").status_code == 404
