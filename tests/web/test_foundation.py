"""Is a transaction over before the answer leaves, are parts and redirects what htmx needs, is the process well?"""

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel, Field
from sqlalchemy import event
from sqlmodel import select
from starlette.responses import Response
from starlette.testclient import TestClient

from marketplace.database import reading, writing
from marketplace.errors import Busy, Conflict, Fault, NotFound, Refusal
from marketplace.organisations import Organisation, OrganisationKind, add_organisation
from marketplace.parks import merge, park_by_code
from web import rendering
from web.dependencies import Now, Reading, Writing
from web.forms import Form, posted
from web.rendering import go

HEFEI, OTHER = "G342020", "G341129"


class Named(BaseModel):
    name: str = Field(min_length=2)


def names(app: FastAPI) -> set[str]:
    with reading(app.state.engine) as session:
        return set(session.exec(select(Organisation.name)))


def test_a_commit_that_fails_is_no_success(app: FastAPI) -> None:
    @app.post("/late")
    def late(session: Writing, now: Now) -> dict[str, str]:
        add_organisation(session, "half-made", OrganisationKind.PARK, now=now)
        event.listen(session, "before_commit", lambda _: (_ for _ in ()).throw(OSError("the disk is full")))
        return {"saved": "yes"}

    browser = TestClient(app, headers={"sec-fetch-site": "same-origin"}, raise_server_exceptions=False)
    answer = browser.post("/late")
    assert answer.status_code == 500
    assert "disk" not in answer.text
    assert "half-made" not in names(app)


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Refusal(Fault("name", "This is missing")), 422),
        (Conflict(Fault("name", "This is missing")), 409),
        (Busy(Fault("", "This is missing")), 429),
        (NotFound(), 404),
    ],
)
def test_a_refusal_rolls_back_and_has_its_status(app: FastAPI, refusal: Refusal, status: int) -> None:
    @app.post("/refused")
    def refused(session: Writing, now: Now) -> None:
        add_organisation(session, "refused", OrganisationKind.PARK, now=now)
        raise refusal

    browser = TestClient(app, headers={"sec-fetch-site": "same-origin"})
    answer = browser.post("/refused")
    assert answer.status_code == status
    assert ("请填写此项" in answer.text) is (status != 404)
    assert "refused" not in names(app)


def test_a_reading_session_cannot_write(app: FastAPI) -> None:
    @app.get("/sneaky")
    def sneaky(session: Reading, now: Now) -> None:
        add_organisation(session, "sneaked in", OrganisationKind.PARK, now=now)
        session.commit()

    assert TestClient(app, raise_server_exceptions=False).get("/sneaky").status_code == 500
    assert "sneaked in" not in names(app)


def test_a_refused_form_comes_back_on_its_own_page(app: FastAPI) -> None:
    @app.post("/again")
    def again(form: Annotated[Form[Named], posted(Named)]) -> None:
        form.again("sign_in.html", accounts=())
        assert form.fields

    browser = TestClient(app, headers={"sec-fetch-site": "same-origin"})
    answer = browser.post("/again", data={"name": "x"})
    assert answer.status_code == 422
    assert 'id="complaints"' in answer.text


def test_htmx_is_sent_on_by_a_header_and_a_form_by_303(app: FastAPI) -> None:
    @app.get("/on")
    def on(request: Request) -> Response:
        return go(request, "/help")

    browser = TestClient(app, follow_redirects=False)
    plain, part = browser.get("/on"), browser.get("/on", headers={"hx-request": "true"})
    assert (plain.status_code, plain.headers["location"]) == (303, "/help")
    assert (part.status_code, part.headers["hx-redirect"]) == (204, "/help")


def test_a_missing_part_is_answered_with_a_part(client: TestClient) -> None:
    part = client.get("/parks/NOPE", headers={"hx-request": "true"})
    assert part.status_code == 404
    assert "<html" not in part.text


def test_a_missing_page_and_one_of_others_are_the_same_to_the_byte(app: FastAPI) -> None:
    browser = TestClient(app)
    texts = {re.sub(r'nonce="[^"]+"', "", browser.get("/parks/NOPE").text) for _ in range(2)}
    assert len(texts) == 1


def test_the_process_is_alive_and_ready_follows_the_database(app: FastAPI, client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
    app.state.engine.dispose()
    for file in Path(app.state.engine.url.database).parent.glob("market.db*"):
        file.write_bytes(b"this is no database " * 100)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_a_merged_park_leads_to_its_successor_and_leaves_the_list(
    app: FastAPI, client: TestClient, now: datetime
) -> None:
    with writing(app.state.engine) as session:
        merge(session, park_by_code(session, OTHER), park_by_code(session, HEFEI), by=None, now=now)
        session.commit()
    page = client.get(f"/parks/{OTHER}").text
    assert "该园区已合并" in page
    assert f'href="/parks/{HEFEI}"' in page
    listed = client.get("/parks", params={"q": "滁州经济技术开发区"}).text
    assert f"/parks/{HEFEI}" in listed
    assert f'class="name"><a href="/parks/{OTHER}"' not in listed


def test_every_macro_and_label_can_be_had_in_a_block_rendered_alone(client: TestClient) -> None:
    assert rendering.environment().globals["ui"].simulated()
    assert "<html" not in client.get("/parks", headers={"hx-request": "true"}).text


def test_head_says_what_get_says_without_the_body(client: TestClient) -> None:
    for path in ("/", "/parks", "/api/v1/parks"):
        whole, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]
    assert client.head("/nowhere").status_code == 404
