"""Would this text pass the incentive screen? Nothing that is pasted here is kept."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from marketplace import policy, screening
from web import screen_words
from web.dependencies import viewer
from web.forms import Form, posted
from web.rendering import page

router = APIRouter(prefix="/screen", dependencies=[Depends(viewer)])
TEXT_MOST = 20_000


class Pasted(BaseModel):
    """A text to look at."""

    text: str = Field(min_length=1, max_length=TEXT_MOST)


@router.get("")
def ask(request: Request) -> Response:
    """The empty form, and the fourteen rules."""
    return page(request, "screen.html", form=Form(Pasted), **_rules())


@router.post("")
def look(request: Request, form: Annotated[Form[Pasted], posted(Pasted)]) -> Response:
    """The hits of a pasted text, beside it."""
    form.again("screen.html", **_rules())
    text = form.fields.text
    told = {"hits": screen_words.hit_rows(screening.screened(text)), "hints": screening.hints(text)}
    return page(request, "screen.html", form=form, **{**_rules(), **told})


def _rules() -> dict[str, Any]:
    rules = [(name, screen_words.RULES[name], rule, policy.cited_by(name)) for name, rule in screening.rules().items()]
    return {"rules": rules, "most": TEXT_MOST, "hits": None, "hints": ()}
