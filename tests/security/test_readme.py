"""Does the README of this folder name every line of the security plan, and only tests that are there?"""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
README = Path(__file__).with_name("README.md")
LINES = [*(f"A{n}" for n in range(1, 12)), *(f"B{n}" for n in range(1, 11)), *(f"C{n}" for n in range(1, 17)), "E1"]


def rows() -> dict[str, str]:
    """Line → what holds it, by the first table."""
    table = README.read_text(encoding="utf-8").partition("\n## ")[0]
    found = (line.strip("|").split("|") for line in table.splitlines())
    return {cells[0].strip(): cells[2] for cells in found if re.fullmatch(r" ?[A-E]\d+ ?", cells[0])}


def functions(file: str) -> set[str]:
    """The tests of a file."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_line_is_held_by_something_or_says_why_not() -> None:
    assert list(rows()) == LINES
    assert [line for line, held in rows().items() if "::" not in held and "not reached: " not in held] == []


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"([\w/]+\.py)::(\w+)", README.read_text(encoding="utf-8"))
    assert len(named) > 40
    assert [f"{file}::{name}" for file, name in named if name not in functions(file)] == []
