"""D3: does the same key get the same answer and one effect, whatever happens in between, and another body a refusal?"""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlmodel import func, select
from starlette.testclient import TestClient

from marketplace import retention
from marketplace.database import reading, writing
from marketplace.needs import Need
from marketplace.once import Once
from tests.faults import dying
from tests.faults.conftest import Browser, signed_in
from tests.marketplace.conftest import NOW
from web.rendering import FOLDER

KEYED = {"idempotency-key": "0123456789abcdef"}
NEED = {"industry": "3841", "land_mu": 150, "title": "一"}
FORM = {"industry": "3841", "land_mu": "150", "title": "一"}
KILLS, FULL_KILLS = 4, 50


def count_of(app: FastAPI, table: Any) -> int:
    with reading(app.state.engine) as session:
        return session.exec(select(func.count()).select_from(table)).one()


def same(first: httpx.Response, second: httpx.Response) -> None:
    """The two say the same; only the second says that it is one."""
    assert (second.status_code, second.content) == (first.status_code, first.content)
    for name in ("location", "etag", "content-type"):
        assert second.headers.get(name) == first.headers.get(name)
    assert [answer.headers.get("idempotency-replayed") for answer in (first, second)] == [None, "true"]


def test_the_same_key_and_body_have_one_effect_and_the_same_answer(app: FastAPI, browser: Browser) -> None:
    firm = browser("firm")
    first = firm.post("/api/v1/needs", json=NEED, headers=KEYED)
    assert first.status_code == 201
    same(first, firm.post("/api/v1/needs", json=NEED, headers=KEYED))
    assert count_of(app, Need) == 1
    path = first.headers["location"]
    changed = firm.put(
        path, json={**NEED, "title": "二"}, headers={"idempotency-key": "change-0001", "if-match": '"1"'}
    )
    assert changed.json()["version"] == 2
    same(changed, firm.put(path, json={**NEED, "title": "二"}, headers={"idempotency-key": "change-0001"}))
    limits = {"raised": {"land_mu": 2}}
    limited = firm.put(f"{path}/limits", json=limits, headers={"idempotency-key": "limit-00001"})
    same(limited, firm.put(f"{path}/limits", json=limits, headers={"idempotency-key": "limit-00001"}))
    listing = {"json": {"sure": True}, "headers": {"idempotency-key": "listing-0001"}}
    same(firm.post(f"{path}/listing", **listing), firm.post(f"{path}/listing", **listing))
    gone = firm.delete(path, headers={"idempotency-key": "delete-0001"})
    assert gone.status_code == 204
    same(gone, firm.delete(path, headers={"idempotency-key": "delete-0001"}))
    assert firm.delete(path, headers={"idempotency-key": "delete-0002"}).status_code == 409  # without it: already gone


@pytest.mark.parametrize("other", [{"json": {**NEED, "title": "二"}}, {"json": NEED, "params": {"a": "b"}}])
def test_another_body_or_address_under_the_same_key_is_refused(
    app: FastAPI, browser: Browser, other: dict[str, Any]
) -> None:
    firm = browser("firm")
    assert firm.post("/api/v1/needs", json=NEED, headers=KEYED).status_code == 201
    answer = firm.post("/api/v1/needs", headers=KEYED, **other)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "Idempotency-Key"
    assert count_of(app, Need) == 1


def test_a_key_is_of_who_gives_it(app: FastAPI, browser: Browser) -> None:
    answers = [browser(login).post("/api/v1/needs", json=NEED, headers=KEYED) for login in ("firm", "rival")]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert count_of(app, Need) == 2


@pytest.mark.parametrize("key", ["short", "with a blank", "x" * 129])
def test_what_can_be_no_key_is_refused(app: FastAPI, browser: Browser, key: str) -> None:
    answer = browser("firm").post("/api/v1/needs", json=NEED, headers={"idempotency-key": key})
    assert answer.status_code == 422
    assert count_of(app, Need) == 0


def test_what_was_refused_may_be_mended_under_the_same_key(app: FastAPI, browser: Browser) -> None:
    firm = browser("firm")
    assert firm.post("/api/v1/needs", json={**NEED, "land_mu": -1}, headers=KEYED).status_code == 422
    assert firm.post("/api/v1/needs", json=NEED, headers=KEYED).status_code == 201
    doubtful = {**FORM, "once": "form-1", "energy_tce": "8200"}  # on which basis?
    assert firm.post("/needs", data=doubtful).status_code == 422  # a page that is returned, not raised
    assert firm.post("/needs", data={**FORM, "once": "form-1"}).status_code == 303
    assert count_of(app, Need) == 2


def test_many_at_once_have_one_effect_and_one_answer(app: FastAPI, browser: Browser, full: bool) -> None:
    browsers = [browser("firm") for _ in range(8)]
    for attempt in range(20 if full else 2):
        barrier, answers = Barrier(len(browsers)), []

        def ask(client: TestClient, key: str = f"attempt-{attempt}") -> None:
            barrier.wait()  # noqa: B023 - joined before the next one is made
            answers.append(client.post("/api/v1/needs", json=NEED, headers={"idempotency-key": key}))  # noqa: B023

        threads = [Thread(target=ask, args=(client,)) for client in browsers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Counter((answer.status_code, answer.content) for answer in answers).most_common(1)[0][1] == len(browsers)
        assert len([answer for answer in answers if "idempotency-replayed" not in answer.headers]) == 1
        assert count_of(app, Need) == attempt + 1


def key_in(page: httpx.Response, action: str) -> str:
    found = re.search(
        rf'action="{re.escape(action)}"[^>]*><input type="hidden" name="once" value="([^"]+)">', page.text
    )
    assert found, page.text
    return found[1]


def test_a_form_sent_twice_does_one_thing_and_leads_to_the_same_place(app: FastAPI, browser: Browser) -> None:
    firm = browser("firm")
    key = key_in(firm.get("/needs/new"), "/needs")
    answers = [firm.post("/needs", data={**FORM, "once": key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    by_part = firm.post("/needs", data={**FORM, "once": key}, headers={"hx-request": "true"})
    assert (by_part.status_code, by_part.headers["hx-redirect"]) == (204, answers[0].headers["location"])
    assert count_of(app, Need) == 1
    changed = firm.post("/needs", data={**FORM, "once": key, "title": "typed later"})
    assert changed.status_code == 422
    assert "typed later" in changed.text
    assert key_in(changed, "/needs") != key  # sent once more it is a need of its own
    assert count_of(app, Need) == 1


def test_a_form_that_is_one_button_is_kept_as_well(app: FastAPI, browser: Browser) -> None:
    firm = browser("firm")
    path = firm.post("/needs", data=FORM).headers["location"].partition("?")[0]
    key = key_in(firm.get(path), f"{path}/withdraw")
    answers = [firm.post(f"{path}/withdraw", data={"once": key}) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == ["/needs?done=withdrawn"] * 2
    assert firm.post(f"{path}/withdraw", data={"once": "another"}).status_code == 409


def test_what_is_shown_once_is_made_once_and_not_kept(app: FastAPI, browser: Browser) -> None:
    firm = browser("firm")
    typed = {"name": "mine", "days": "30", "scopes": "read", "once": "token-1", "password": "correct horse battery"}
    first, second = (firm.post("/account/tokens", data=typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 409)
    with reading(app.state.engine) as session:
        kept = session.exec(select(Once)).one()
        assert (kept.status, kept.location, kept.content) == (201, "", "")


def test_an_answer_is_read_again_as_far_as_it_may_be_seen_now(app: FastAPI, browser: Browser) -> None:
    firm = browser("firm")
    path = firm.post("/api/v1/needs", json=NEED, headers=KEYED).headers["location"]
    assert firm.put(path, json={**NEED, "title": "二"}).status_code == 200
    again = firm.post("/api/v1/needs", json=NEED, headers=KEYED)
    assert (again.status_code, again.json()["need"]["title"]) == (201, "二")
    with writing(app.state.engine) as session:
        session.delete(session.exec(select(Need)).one())
        session.commit()
    again = firm.post("/api/v1/needs", json=NEED, headers=KEYED)
    assert (again.status_code, again.headers["location"], again.json()) == (201, path, {"done": True})


def test_a_key_is_forgotten_after_two_days(app: FastAPI, browser: Browser) -> None:
    firm = browser("firm")
    firm.post("/api/v1/needs", json=NEED, headers=KEYED)
    for days, left in ((1.9, 1), (2.1, 0)):
        with writing(app.state.engine) as session:
            retention.purge(session, now=NOW + timedelta(days=days))
            session.commit()
        assert count_of(app, Once) == left


def test_every_form_that_posts_carries_a_key_of_its_own(browser: Browser) -> None:
    firm = browser("firm")
    path = firm.post("/needs", data=FORM).headers["location"].partition("?")[0]
    for address in (path, f"{path}/edit", f"{path}/others", "/account/data", "/account/tokens", "/organisation/people"):
        page = firm.get(address)
        assert page.status_code == 200
        keys = re.findall(r'name="once" value="([^"]+)"', page.text)
        posting = re.findall(r'<form [^>]*method="post"[^>]*>', page.text)
        plain = [form for form in posting if re.search(r'action="/(language|theme|sign-out)"', form)]
        assert len(keys) == len(set(keys)) == len(posting) - len(plain) > 0


def test_no_template_has_a_form_the_compiler_does_not_see() -> None:
    from web.keyed_forms import _FORM

    for template in FOLDER.glob("templates/**/*.html"):
        text = template.read_text()
        assert len(_FORM.findall(text)) == len(re.findall(r"<form\b", text)), template


def test_every_unsafe_address_of_the_api_says_that_it_takes_a_key(app: FastAPI) -> None:
    document = TestClient(app).get("/api/v1/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            if method not in ("get", "head") and not path.startswith(("/api/v1/ranking", "/api/v1/description")):
                assert "idempotency-key" in {each["name"].lower() for each in said.get("parameters", ())}, (
                    path,
                    method,
                )


@contextmanager
def mortal(url: str) -> Iterator[Any]:
    """`ask(moment, …)`: the lines a request printed before it was killed."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.faults.dying", url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as program:
        assert program.stdin is not None
        assert program.stdout is not None

        def ask(**asked: Any) -> list[str]:
            print(json.dumps(asked), file=program.stdin, flush=True)
            return list(iter(lambda: program.stdout.readline().strip(), "over"))  # type: ignore[union-attr]

        yield ask
        program.stdin.close()


def test_whenever_the_site_is_killed_the_repeated_request_has_one_effect(people: str, full: bool) -> None:
    from web.app import create_app

    done: Counter[str] = Counter()
    with mortal(people) as ask:
        for kill in range(FULL_KILLS if full else KILLS):
            moment = dying.MOMENTS[kill % len(dying.MOMENTS)]
            is_form = kill // len(dying.MOMENTS) % 2 == 1
            key = f"kill-{kill:05}"
            sent = {"data": {**FORM, "title": key, "once": key}} if is_form else {"json": {**NEED, "title": key}}
            headers = {} if is_form else {"idempotency-key": key}
            path = "/needs" if is_form else "/api/v1/needs"
            said = ask(moment=moment, login="firm", method="POST", path=path, headers=headers, sent=sent)
            assert said == ([] if moment != "never" else said[:1])
            done[moment] += 1
            app = create_app(people, dying.SETTINGS, clock=lambda: NOW)
            firm = signed_in(app, "firm")
            lost = moment not in ("after_commit", "answer", "never")
            with reading(app.state.engine) as session:
                assert session.exec(select(func.count()).where(Need.title == key)).one() == (0 if lost else 1)
            first, second = (firm.request("POST", path, headers=headers, **sent) for _ in range(2))
            assert first.status_code == second.status_code == (303 if is_form else 201)
            assert first.headers["location"] == second.headers["location"]
            with reading(app.state.engine) as session:
                assert session.exec(select(func.count()).where(Need.title == key)).one() == 1
            app.state.engine.dispose()
    print(f"killed with -9: {dict(done)}; effects lost after the answer 0, doubled 0")
