"""C13: does no address of ours send a reader to another site?"""

from urllib.parse import urljoin, urlsplit

import pytest

from tests.security.everywhere import addresses
from tests.security.payloads import NEXT
from tests.security.worlds import Place

SITE = "http://testserver"


def leads_away(target: str) -> bool:
    """Whether a browser that is told this would leave us, reading it as leniently as browsers do."""
    plain = "".join(sign for sign in target if sign not in "\t\r\n").strip().replace("\\", "/")
    return urlsplit(urljoin(SITE + "/a/b", plain)).netloc != "testserver" or ":" in plain.split("/")[0].split("?")[0]


def led(answer: object) -> list[str]:
    headers = answer.headers  # type: ignore[attr-defined]
    return [headers[name] for name in ("location", "hx-redirect", "refresh", "hx-location") if name in headers]


def test_no_form_or_link_leads_away(place: Place) -> None:
    assert len(NEXT) >= 20
    for target in NEXT:
        found = told(place, target)
        assert len(found) >= 10
        assert [where for where in found if leads_away(where)] == []


def told(place: Place, target: str) -> list[str]:
    """Where the forms that know a way back send who names this one."""
    signed, stranger = place.browser("firm_admin"), place.browser()
    answers = [signed.get("/sign-in", params={"next": target}), stranger.get("/sign-in", params={"next": target})]
    for headers in ({}, {"hx-request": "true"}):
        for path, form in (("/language", {"lang": "en"}), ("/theme", {"theme": "dark"}), ("/sign-out", {})):
            answers.append(stranger.post(path, data={**form, "next": target}, headers=headers))
            sent = {"referer": target.replace("\r", "").replace("\n", "").encode()}
            answers.append(stranger.post(path, data=form, headers={**headers, **sent}))
    return [where for answer in answers for where in led(answer)]


def test_no_route_follows_a_parameter_out(place: Place, full: bool) -> None:
    for role in ("stranger", "firm_admin"):
        browser = place.browser(role)
        for _, where in addresses(place, safe=True):
            for target in NEXT if full else NEXT[1:4]:
                asked = dict.fromkeys(("next", "return", "url", "to", "redirect", "back"), target)
                answer = browser.get(
                    where, params=asked, headers={"host": "testserver", "x-forwarded-host": "evil.example"}
                )
                assert [each for each in led(answer) if leads_away(each)] == [], (where, target)


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:a", "/\t/evil"]
)
def test_the_measure_sees_what_leads_away(target: str) -> None:
    assert leads_away(target)
    assert not leads_away("/parks?q=a:b")
