"""Does a form take files up to their size and no others, and does a file leave as one to be kept?"""

from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from web.downloads import download
from web.forms import Form, posted

PDF = b"%%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%s%%%%EOF\n"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


class Letter(BaseModel):
    """A form with a file beside a text."""

    words: str = ""


@pytest.fixture
def hand_in(app: FastAPI) -> Iterator[TestClient]:
    @app.post("/letter")
    def letter(request: Request, form: Annotated[Form[Letter], posted(Letter, files=True)]) -> Response:
        upload = form.upload("letter")
        return PlainTextResponse(f"{form.fields.words} {upload.name_shown} {upload.kind} {len(upload.content)}")

    @app.post("/plain")
    def plain(request: Request, form: Annotated[Form[Letter], posted(Letter)]) -> Response:
        return PlainTextResponse(f"{form.fields.words} {len(form.files)}")

    with TestClient(app, headers=SAME_ORIGIN) as client:
        yield client


def test_a_form_with_files_takes_them_and_its_texts(hand_in: TestClient) -> None:
    content = PDF % (b"x" * 3_000_000)
    answer = hand_in.post("/letter", data={"words": "委托书"}, files={"letter": ("../委托.pdf", content, "text/html")})
    assert answer.text == f"委托书 委托.pdf pdf {len(content)}"


def test_a_missing_an_empty_and_a_wrong_file_are_refused_beside_their_field(hand_in: TestClient) -> None:
    for files in ({}, {"letter": ("", b"")}, {"letter": ("a.pdf", b"")}, {"letter": ("a.pdf", b"<html>")}):
        assert hand_in.post("/letter", data={"words": "a"}, files=files).status_code == 422


def test_each_form_takes_as_much_as_it_needs(hand_in: TestClient) -> None:
    three = {"letter": ("a.pdf", PDF % (b"x" * 3_000_000), "application/pdf")}
    assert hand_in.post("/plain", data={"words": "a"}, files=three).status_code == 413
    many = {"letter": ("a.pdf", b"x" * 23_000_000, "application/pdf")}
    assert hand_in.post("/letter", files=many).status_code == 413
    kind = {"content-type": "multipart/form-data; boundary=x"}
    pieces = (b"x" * 100_000 for _ in range(230))  # which say no length
    assert hand_in.post("/letter", content=pieces, headers=kind).status_code == 413


NAMES = {
    "委托书.pdf": ("___.pdf", "%E5%A7%94%E6%89%98%E4%B9%A6.pdf"),
    'a"; filename=b.html\r\nx: y.pdf': ("a filename=bhtml x y.pdf".replace("=", "_").replace("bhtml", "b.html"), None),
    "../../a.csv": ("a.csv", "a.csv"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_leaves_as_one_to_be_kept_under_a_name_that_is_no_header(name: str) -> None:
    answer = download(b"=1", name, "text/csv")
    plain, long = NAMES[name]
    said = answer.headers["content-disposition"]
    assert said.startswith(f"attachment; filename=\"{plain}\"; filename*=UTF-8''")
    assert long is None or said.endswith(long)
    assert said.isprintable()
