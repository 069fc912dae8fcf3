"""How does every form of ours that posts come to carry a key of its own?"""

import re
from collections.abc import Iterator
from contextvars import ContextVar
from itertools import count

from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import Markup

from web.security import request_id

FIELD = "once"
_FORM = re.compile(r"<form\b(?:\{\{.*?\}\}|\{%.*?%\}|[^>{])*>", re.DOTALL)
_WITHOUT = re.compile(r'action="/(?:language|theme|sign-out|sign-in)["/]')  # twice is once by their nature
_numbers: ContextVar[tuple[str, Iterator[int]] | None] = ContextVar("numbers", default=None)


class KeyedForms(Extension):
    """Puts the hidden key into every form that posts, while a template is compiled."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template with keys."""
        return _FORM.sub(_keyed, source)


def _keyed(found: re.Match[str]) -> str:
    tag = found.group()
    posts = 'method="post"' in tag and not _WITHOUT.search(tag)
    return f"{tag}{{{{ once() }}}}" if posts else tag


def field() -> Markup:
    """A key for one form of one answer."""
    this, held = request_id.get(), _numbers.get()
    if held is None or held[0] != this:
        held = (this, count(1))
        _numbers.set(held)
    return Markup('<input type="hidden" name="{}" value="{}.{}">').format(FIELD, this, next(held[1]))


def install(environment: Environment) -> None:
    """Have templates key their forms."""
    environment.add_extension(KeyedForms)
    environment.globals["once"] = field
