"""Do the pages of 流转 lead three organisations through it, and does who proposes read the same whatever else is?"""

import re
import sqlite3
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from marketplace.database import writing
from marketplace.organisations import OrganisationKind, Standing, add_organisation, add_user
from marketplace.parks import park_by_code
from tests.web.conftest import NOW, PASSWORD
from tests.web.test_exchanges import agree, listing
from tests.web.test_talks import Browser, moved, next_words, sides, version

__all__ = ["listing", "sides"]
OTHER = "G331107"
WORDS = "我区连片净地不足，建议到贵方邻近园区。"
Sides = tuple[TestClient, TestClient, str]


@pytest.fixture
def taker(app: FastAPI, signed_in: Browser) -> TestClient:
    """Somebody of an office that speaks for another park."""
    with writing(app.state.engine) as session:
        house = add_organisation(session, "乙园区管委会", OrganisationKind.PARK, now=NOW, standing=Standing.VERIFIED)
        add_user(session, house, "taker", "乙园员", PASSWORD, now=NOW)
        park_by_code(session, OTHER).owner_id = house.id
        session.commit()
    return signed_in("taker")


def propose(park: TestClient, path: str) -> str:
    return moved(park, f"{path}/transfers", park=OTHER, reason="land", words=WORDS)


def accept(firm: TestClient, transfer: str) -> str:
    """The enterprise agrees; where its exchange with the other park is."""
    moved(firm, f"{transfer}/accept", version=version(firm.get(transfer).text))
    found = re.search(r'btn-large" href="(/exchanges/[a-z0-9]{12})"', firm.get(transfer).text)
    assert found
    return found[1]


def test_a_project_is_handed_on_and_the_other_park_reads_from_whom(
    sides: Sides, taker: TestClient, listing: tuple[str, str]
) -> None:
    park, firm, path = sides
    assert OTHER in park.get(f"{path}/transfers/new").text
    wrong = park.post(f"{path}/transfers", data={"park": OTHER, "words": WORDS})
    assert (wrong.status_code, WORDS in wrong.text, f'value="{OTHER}" selected' in wrong.text) == (422, True, True)
    transfer = propose(park, path)
    assert (next_words(firm, path), WORDS in firm.get(transfer).text) == (transfer, True)
    assert [taker.get(where).status_code for where in (path, transfer)] == [404, 404]
    assert WORDS not in taker.get("/exchanges").text + taker.get("/inbox").text
    theirs = accept(firm, transfer)
    page = taker.get(theirs).text
    assert all(words in page for words in ("流转自", "首谈单位：park organisation", "2026-11-23"))
    assert [word for word in (WORDS, "enterprise organisation", "二期") if word in page] == []
    assert [agree(taker, theirs), agree(firm, theirs)] == [303, 303]
    project = moved(taker, f"{theirs}/project", title="流转项目")
    assert [("首谈单位：park organisation" in each.get(project).text) for each in (taker, firm)] == [True, True]
    assert moved(firm, f"{path}/withdraw") == path
    assert [each.get(transfer).status_code for each in (park, firm)] == [404, 404]
    assert "已同意" in park.get("/transfers").text
    assert path not in park.get("/transfers").text


def test_a_withdrawn_exchange_leaves_nothing_of_a_proposal(sides: Sides, taker: TestClient) -> None:
    park, firm, path = sides
    transfer = propose(park, path)
    moved(firm, f"{path}/withdraw")
    assert [each.get(transfer).status_code for each in (park, firm)] == [404, 404]
    assert "尚无流转" in park.get("/transfers").text
    assert firm.get("/transfers").status_code == 404


def copied(source: str | Path, target: str | Path) -> None:
    """One SQLite file over another, also while it is open."""
    read, written = sqlite3.connect(source), sqlite3.connect(target)
    read.backup(written)
    read.close()
    written.close()


def as_read(park: TestClient, path: str, transfer: str) -> list[str]:
    """The pages of who proposed, without what is random in each answer."""
    pages = [park.get(where).text for where in (path, transfer, "/transfers", "/exchanges", "/inbox", "/journal")]
    random = r'nonce(=|-)"?[\w-]{22}"?|name="once" value="[^"]*"|/inbox/[a-z0-9]{12}'
    return [re.sub(random, "", page) for page in pages]


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_who_proposed_reads_the_same_bytes_whether_the_need_talks_to_that_park_or_not(
    app: FastAPI, sides: Sides, taker: TestClient, listing: tuple[str, str], tmp_path: Path, answer: str
) -> None:
    park, firm, path = sides
    transfer = propose(park, path)
    live, before = app.state.engine.url.database, tmp_path / "before.db"
    copied(live, before)
    found = []
    for talks in (False, True):
        copied(before, live)
        if talks:
            need, listed = listing
            begun = moved(taker, "/exchanges", need=need, listing=listed, park=OTHER)
            assert [agree(taker, begun), agree(firm, begun)] == [303, 303]
            assert begun in firm.get(transfer).text
        waiting = as_read(park, path, transfer)
        moved(firm, f"{transfer}/{answer}", version=version(firm.get(transfer).text))
        found.append((waiting, as_read(park, path, transfer)))
        if talks:
            assert "流转自" not in taker.get(begun).text
    assert found[0] == found[1]
