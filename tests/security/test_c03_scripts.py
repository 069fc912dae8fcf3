"""C3: do hostile words stay words, in every column that holds text, on every page, for every role?"""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import JSON, Column, String, select, update
from sqlmodel.sql.sqltypes import AutoString

from marketplace.database import writing
from marketplace.schema import METADATA
from tests.security.everywhere import addresses, forms_of, query_names
from tests.security.payloads import SCRIPTS
from tests.security.reading_pages import Read
from tests.security.world import ROLES
from tests.security.worlds import Place

USUAL = ("stranger", "firm_admin", "park_admin", "rival", "platform_admin")
QUERY_ROLES = ("stranger", "firm_admin", "park_admin")
# what finds a row, or is made by us; a wrong one is no hostile text but a broken database
OURS = {"public_id", "listing_id", "code", "adcode", "origin", "hq", "industry", "uscc", "prefix", "about", "about_id"}
OURS |= {"version", "zone_type", "catalogue_code", "province", "place_source", "place_confidence", "approved", "pinyin"}
OURS |= {"initials", "search", "resource", "kind", "field", "reference", "learned", "answer", "rules", "rule", "number"}
OURS |= {"text_version", "text_sha256", "fields_sha256", "salt", "secret", "typed", "to_address", "link"}
OURS |= {"token_hash", "password_hash", "hash", "digest", "key", "email", "engine", "sha256", "claimed_uscc"}
APPEND_ONLY = {"journal", "journal_seal", "alembic_version", "sign_in", "throttle", "one_time", "recovery_code"}
# one of our words; the kind of a file, told by its bytes; a web address, which its rule holds to http and https
VALIDATED = {"term.name", "project_proof.format", "park.website"}
CHUNK = 8


def text_columns() -> list[Column[Any]]:
    """Every column that people's words reach."""
    found = []
    for table in METADATA.sorted_tables:
        for column in table.columns:
            plain = isinstance(column.type, String | AutoString) and not column.foreign_keys and not column.primary_key
            ours = table.name in APPEND_ONLY or column.name in OURS or str(column) in VALIDATED
            if plain and not ours and not _is_word(column):
                found.append(column)
    return found


def _is_word(column: Column[Any]) -> bool:
    """One of a few words that a check holds to, or a digest."""
    checks = {str(check.name) for check in column.table.constraints}
    return any(name.endswith(f"_{column.name}") for name in checks if name.startswith("ck_"))


def infest(place: Place, payloads: Sequence[str]) -> int:
    """Puts the payloads into every text, cut to its length; lists of words get one more."""
    count = 0
    with writing(place.app.state.engine) as session:
        connection = session.connection()
        for at, column in enumerate(text_columns()):
            most = getattr(column.type, "length", None) or 4000
            words = [*payloads[at % len(payloads) :], *payloads[: at % len(payloads)]]
            keys = [row[0] for row in connection.execute(select(*column.table.primary_key.columns))]
            for row, key in enumerate(keys):
                text = _joined(words, most - len(str(row))) + (str(row) if column.unique else "")
                where = next(iter(column.table.primary_key.columns)) == key
                connection.execute(update(column.table).where(where).values({column: text}))
                count += 1
        for table in METADATA.sorted_tables:
            if "industries" in table.columns and isinstance(table.columns["industries"].type, JSON):
                connection.execute(update(table).values(industries=list(payloads[:3])))
        session.commit()
    return count


def _joined(words: Sequence[str], most: int) -> str:
    """As many as fit; the first is cut where even it does not."""
    text = words[0][:most]
    for word in words[1:]:
        if len(text) + len(word) + 1 <= most:
            text += " " + word
    return text


def chunks(full: bool) -> list[Sequence[str]]:
    return [SCRIPTS[at : at + CHUNK] for at in range(0, len(SCRIPTS) if full else 1, CHUNK)]


def pages(place: Place, role: str) -> int:
    """Reads every page of a role; the number of places where hostile words stand as words."""
    browser, seen = place.browser(role), 0
    for _, where in addresses(place, safe=True):
        for headers in ({}, {"hx-request": "true"}):
            answer = browser.get(where, headers=headers)
            assert answer.status_code < 500, (role, where)
            if "html" in answer.headers.get("content-type", ""):
                read = Read(answer.text)
                assert read.wrong == [], (role, where)
                seen += read.seen
    return seen


def test_hostile_words_kept_in_every_text_stay_words_on_every_page(place: Place, full: bool) -> None:
    for at, chunk in enumerate(chunks(full)):
        assert infest(place, chunk) > 100
        seen = {role: pages(place, role) for role in (ROLES if full and at == 0 else USUAL)}
        assert min(seen["firm_admin"], seen["park_admin"]) > 10, "the words must be there to be harmless"
        place.restore()


@pytest.mark.parametrize("role", USUAL)
def test_hostile_words_typed_into_every_form_come_back_as_words(place: Place, role: str, full: bool) -> None:
    if not full and not place.takes(role, USUAL):
        pytest.skip("each role on one of the databases; on both with --full")
    browser, tried = place.browser(role), set[tuple[str, str]]()
    for _, where in addresses(place, safe=True):
        for form in forms_of(browser.get(where).text):
            if not form.texts or (form.action, form.method) in tried:
                continue
            tried.add((form.action, form.method))
            for payload in SCRIPTS if full else SCRIPTS[:: len(SCRIPTS) // 3]:
                typed = form.given | {name: [payload] for name in form.texts}
                with place.kept():
                    inside = {"params": typed} if form.method == "GET" else {"data": typed}
                    answer = browser.request(form.method, form.action or where, **inside)
                    assert answer.status_code < 500, (form.action, payload)
                    if "html" in answer.headers.get("content-type", ""):
                        assert Read(answer.text).wrong == [], (form.action, payload)
    assert len(tried) >= 2


@pytest.mark.parametrize("role", QUERY_ROLES)
def test_hostile_words_in_every_query_come_back_as_words(place: Place, role: str, full: bool) -> None:
    if not full and not place.takes(role, QUERY_ROLES):
        pytest.skip("each role on one of the databases; on both with --full")
    browser, names = place.browser(role), query_names(place)
    for route, where in addresses(place, safe=True):
        for payload in SCRIPTS if full else SCRIPTS[:: len(SCRIPTS) // 3]:
            asked = dict.fromkeys([*names.get((route.path, "GET"), ()), "q", payload], payload)
            answer = browser.get(where, params=asked)
            assert answer.status_code < 500, (where, payload)
            if "html" in answer.headers.get("content-type", ""):
                assert Read(answer.text).wrong == [], (where, payload)


@pytest.mark.parametrize(
    "broken",
    [
        "<p onclick=pbx()>",
        "<a href=javascript:pbx()>",
        "<script>pbx()</script>",
        "<img src=x>",
        "<p style='color:red'>",
        "<div hx-get='/x'>",
        "<!-- pbx -->",
        "<pbx>",
    ],
)
def test_the_reader_of_pages_sees_what_runs(broken: str) -> None:
    assert Read(broken).wrong != []
