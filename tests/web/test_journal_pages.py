"""Does everybody read their own part of the journal, and the platform's auditors all of it?"""

import ast
import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from marketplace import journal
from marketplace.database import reading, writing
from marketplace.journal import Act, Entry, note
from marketplace.organisations import User, Viewer, viewer_by_login
from tests.web.conftest import NOW
from web.csv_files import cell
from web.journal_facts import NAMES
from web.journal_rows import NOUNS

WRITING = ("note", "said_of", "_note", "note_act")
SignedIn = Callable[[str], TestClient]


def viewer(app: FastAPI, login: str) -> Viewer:
    with reading(app.state.engine) as session:
        return viewer_by_login(session, login)


def written(app: FastAPI, by: Viewer, about_id: str, act: Act = Act.CHANGED, *, whose: int | None = None) -> None:
    with writing(app.state.engine) as session:
        note(session, act, "need", about_id, by=by, now=NOW, whose=whose or by.organisation_id, fields=["land_mu"])
        session.commit()


def test_the_own_part_shows_own_acts_and_no_others(app: FastAPI, signed_in: SignedIn) -> None:
    written(app, viewer(app, "enterprise"), "ours")
    written(app, viewer(app, "park"), "theirs")
    page = signed_in("enterprise").get("/journal").text
    assert "ours" in page
    assert "theirs" not in page
    assert "enterprise person" in page


def test_a_park_reads_no_name_of_an_enterprise_and_an_enterprise_the_parks_alone(
    app: FastAPI, signed_in: SignedIn
) -> None:
    park, enterprise = viewer(app, "park"), viewer(app, "enterprise")
    written(app, enterprise, "n1", whose=park.organisation_id)
    written(app, park, "n2", whose=enterprise.organisation_id)
    seen = signed_in("park").get("/journal").text
    assert "n1" in seen
    assert "enterprise organisation" not in seen
    assert "enterprise person" not in seen
    assert "某企业" in seen
    seen = signed_in("enterprise").get("/journal").text
    assert "park organisation" in seen
    assert "park person" not in seen


def test_a_stranger_is_sent_to_the_door_and_the_desk_is_the_platforms_alone(
    client: TestClient, signed_in: SignedIn
) -> None:
    assert client.get("/journal").status_code == 303
    assert client.get("/desk/journal").status_code == 303
    for login in ("park", "enterprise", "organizer"):
        assert signed_in(login).get("/desk/journal").status_code == 404
        assert signed_in(login).post("/desk/journal/csv").status_code == 404
    assert signed_in("platform").get("/desk/journal").status_code == 200


def test_an_auditor_finds_by_act_person_organisation_and_day(app: FastAPI, signed_in: SignedIn) -> None:
    written(app, viewer(app, "enterprise"), "found", Act.DISCLOSED)
    written(app, viewer(app, "park"), "other")
    auditor = signed_in("platform")
    for query in ("act=disclosed", "person=enterprise", "organisation=enterprise org"):
        page = auditor.get(f"/desk/journal?{query}").text
        assert "found" in page, query
        assert ">other<" not in page, query
    assert "found" in auditor.get("/desk/journal?day=2026-11-23").text
    assert "found" not in auditor.get("/desk/journal?day=2026-11-22").text
    assert auditor.get("/desk/journal?day=0001-01-01").status_code == 422
    assert auditor.get("/desk/journal?act=none&after=x").status_code == 200


def test_pages_follow_each_other_without_a_number_of_others(app: FastAPI, signed_in: SignedIn) -> None:
    by = viewer(app, "enterprise")
    for number in range(120):
        written(app, by, f"n{number:03}")
    browser, path, seen = signed_in("enterprise"), "/journal?act=changed", list[str]()
    for _ in range(3):
        page = browser.get(path).text
        seen += [word for word in (f"n{number:03}" for number in range(120)) if word in page]
        path = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert sorted(seen) == [f"n{number:03}" for number in range(120)]
    assert path == ""
    assert "编号" not in page


def test_a_file_is_an_attachment_and_that_it_was_taken_is_written_down(app: FastAPI, signed_in: SignedIn) -> None:
    written(app, viewer(app, "enterprise"), "ours")
    answer = signed_in("enterprise").post("/journal/csv", data={"act": "changed"})
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    heading, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert heading[:2] == ["时间", "行为"]
    assert (row[1:4], row[5]) == (["修改", "enterprise person", "enterprise organisation"], "ours")
    with reading(app.state.engine) as session:
        entry = session.exec(select(Entry).where(Entry.act == Act.EXPORTED)).one()
    assert (entry.about, entry.facts) == ("journal", {"rows": 1})


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "＝1", "  =1"])
def test_no_name_becomes_a_formula(app: FastAPI, signed_in: SignedIn, name: str) -> None:
    assert cell(name) == "'" + name
    with writing(app.state.engine) as session:
        session.exec(select(User).where(User.login == "enterprise")).one().name = name
        session.commit()
    written(app, viewer(app, "enterprise"), "ours")
    answer = signed_in("enterprise").post("/journal/csv", data={"act": "changed"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][2] == "'" + name


def test_somebody_deleted_is_a_number(app: FastAPI, signed_in: SignedIn) -> None:
    by = viewer(app, "enterprise")
    written(app, by, "ours")
    with writing(app.state.engine) as session:
        row = session.get_one(User, by.user_id)
        row.name, row.deleted_at = "", NOW + timedelta(days=1)
        session.commit()
    assert f"已注销人员（编号 {by.user_id}）" in signed_in("platform").get("/desk/journal").text


def test_what_was_screened_is_told_in_words(app: FastAPI, signed_in: SignedIn) -> None:
    park = viewer(app, "park")
    with writing(app.state.engine) as session:
        facts = {"noun": "incentive", "status": "waiting", "rules": ["R02"]}
        note(session, Act.SCREENED, "text", "t1", by=park, now=NOW, whose=park.organisation_id, **facts)
        note(session, Act.RIGHTS, "organisation", "o1", by=park, now=NOW, whose=park.organisation_id, kind="park")
        session.commit()
    page = signed_in("park").get("/journal").text
    assert "所属 优惠政策文本，状态 待审查，未公开，规则 R02" in page
    assert "类别 园区管理机构" in page


def test_every_noun_and_fact_that_rules_write_down_has_a_word() -> None:
    nouns, facts = set(), set()
    for path in Path(journal.__file__).parents[1].rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            match call:
                case ast.Call(ast.Name(name) | ast.Attribute(_, name), args, keywords) if name in WRITING:
                    said = [arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                    nouns |= set(said[:1]) if name in ("note", "said_of") else set()
                    facts |= {each.arg for each in keywords if each.arg}
    assert "evidence" in nouns
    assert sorted(nouns - set(NOUNS)) == []
    assert sorted(facts - set(NAMES) - {"by", "now", "whose", "rank"}) == []  # rank is of signals
