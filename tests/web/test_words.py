"""Is every sentence a reader can meet said in both languages?"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from marketplace import errors, units
from marketplace.units import Measure
from matching.records import ROLES, EnergyBasis, Mode, Standing
from matching.weights import NEED_SIDE, OF_MARKET, OF_OFFICE, OF_PAIR, PARK_SIDE
from web import i18n, labels
from web.rendering import environment

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    path.relative_to(ROOT / "web" / "templates") for path in (ROOT / "web" / "templates").rglob("*.html")
)
# function: which argument is the message
MARKED = {"N_": 0, "gettext": 0, "ngettext": 0, "Fault": 1, "Unfit": 1, "complain": 1, "PydanticCustomError": 1}
PLACES = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


def said_in_templates() -> set[str]:
    found: set[str] = set()
    for name in TEMPLATES:
        with (ROOT / "web" / "templates" / name).open("rb") as file:
            options = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false", "encoding": "utf-8"}
            for _, _, message, _ in babel_extract(file, ("_", "gettext", "ngettext"), (), options):
                found |= {_first(message) or ""}
    return found - {""}


def said_in_code() -> set[str]:
    found: set[str] = set()
    for package in ("web", "marketplace", "matching"):
        for path in (ROOT / package).rglob("*.py"):
            found |= set(_marked(ast.parse(path.read_text("utf-8"))))
    return found


def said_by_units() -> set[str]:
    measures = [value for value in vars(units).values() if isinstance(value, Measure)]
    shown = {rung.unit for measure in measures for rung in (*measure.ladder, *measure.western)}
    return shown | {measure.unit for measure in measures}


def _first(message: object) -> str | None:
    while isinstance(message, tuple | list):
        message = message[0]
    return message if isinstance(message, str) else None


def _marked(tree: ast.AST) -> Iterator[str]:
    """The messages of marked calls, and of the variables that such calls are given."""
    given = list(_arguments(tree))
    yield from _texts(given)
    named = {argument.id for argument in given if isinstance(argument, ast.Name)} | {"message"}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in named:
                yield from _texts([value])


def _arguments(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in MARKED:
                yield from args[MARKED[name] : MARKED[name] + 1]


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.IfExp(body=body, orelse=orelse):
                yield from _texts([body, orelse])
            case ast.BoolOp(values=values):
                yield from _texts(values)


def every_message() -> set[str]:
    told = {word for table in labels.VALUES.values() for word in table.values()} | set(errors._SENTENCES.values())
    return said_in_templates() | said_in_code() | said_by_units() | told


def test_every_sentence_is_said_in_chinese() -> None:
    missing = sorted(every_message() - set(i18n.catalogue()))
    assert "".join(f'\nmsgid "{message}"\nmsgstr ""\n' for message in missing) == ""


def test_every_unit_beside_a_number_of_a_template_is_said_in_chinese() -> None:
    sources = [(ROOT / "web" / "templates" / name).read_text("utf-8") for name in TEMPLATES]
    units_given = {unit for text in sources for unit in re.findall(r'ui\.amount\([^)]*?, "([^"]+)"', text)}
    assert units_given
    assert units_given - set(i18n.catalogue()) <= {"%"}


def test_every_fixed_word_the_engine_answers_with_is_named() -> None:
    assert set(labels.VALUES["standing"]) == set(Standing)
    assert set(labels.VALUES["mode"]) == set(Mode)
    assert set(labels.VALUES["energy_basis"]) == set(EnergyBasis)
    assert set(labels.CRITERIA) >= {*NEED_SIDE, *PARK_SIDE, *OF_OFFICE, *OF_MARKET, *OF_PAIR}
    assert set(labels.ROLES) >= {*ROLES[Mode.HQ_BASE], *ROLES[Mode.RD_MANUFACTURING]}


def test_the_messages_of_the_engine_are_among_those_looked_at() -> None:
    told = said_in_code()
    assert "{value} is no date: write it as 2027-06-30." in told  # Section.complain
    assert "There is no criterion {name}; did you mean {near}?" in told  # a variable of another name


def test_no_translation_is_left_over() -> None:
    assert set(i18n.catalogue()) - every_message() == set()


def test_every_translation_is_finished_and_fills_the_same_places() -> None:
    with i18n.CATALOGUE.open("rb") as file:
        messages = [message for message in read_po(file, locale="zh", abort_invalid=True) if message.id]
    assert [message.id for message in messages if message.fuzzy] == []
    for message in messages:
        english = message.id if isinstance(message.id, str) else message.id[-1]
        chinese = message.string if isinstance(message.string, str) else message.string[0]
        assert set(PLACES.findall(chinese)) == set(PLACES.findall(english)), english


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_every_template_compiles(name: Path) -> None:
    assert environment().get_template(str(name)).blocks is not None


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_templates_hold_no_text_outside_translation(name: Path) -> None:
    """Chinese in a template would show on English pages; English letters between tags would show on Chinese ones."""
    source = (ROOT / "web" / "templates" / name).read_text("utf-8")
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source, flags=re.DOTALL)
    bare = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", bare, flags=re.DOTALL)
    bare = re.sub(r'[\w-]+="[^"]*"|&\w+;', " ", bare).replace("中文", "").replace("English", "")
    assert re.findall(r"[A-Za-z一-鿿]{2,}", bare) == []
