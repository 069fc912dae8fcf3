"""Is nobody offered a button that would then tell them there is nothing?"""

import re

import pytest

from tests.security.worlds import Place

PAGES = ("/needs", "/needs/{need:firm}", "/needs/{need:firm}/others", "/needs/{need:firm}/parks/{park:park}")
NAMED = re.compile(r"\{(.+?)\}")
POSTS = re.compile(r'(?:action|formaction)="(/(?:needs|parks|exchanges|organisation)[^"]*)"')


@pytest.mark.parametrize(("role", "offered"), [("firm_viewer", False), ("firm_editor", True)])
def test_who_may_only_look_is_offered_nothing_to_send(place: Place, role: str, offered: bool) -> None:
    browser = place.browser(role)
    found: list[str] = []
    for page in PAGES:
        where = NAMED.sub(lambda name: place.world.ids[name[1]], page)
        answer = browser.get(where)
        assert answer.status_code == 200, where
        forms = re.findall(r"<form[^>]*method=\"post\"[^>]*>|<button[^>]*formmethod=\"post\"[^>]*>", answer.text)
        found += [address for form in forms for address in POSTS.findall(form)]
    assert bool(found) == offered, found
