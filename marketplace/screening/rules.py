"""What are the rules of the incentive screen, on which article does each rest, and which words trip it?"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("rules.toml")
_WORD = re.compile(r"\{([A-Z]+)\}")


class Level(StrEnum):
    """`block`: nothing is published without a reviewer's conclusion. `review`: a warning, and a reviewer looks."""

    BLOCK = "block"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `basis`: a law, 行政法规 or approval may allow it (条例 10). `ban`: its words restrain somebody."""

    id: str
    article: str
    cites: tuple[str, ...]
    level: Level
    basis: bool
    ban: bool
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """What turns the words of a measure into the ban or the end of it."""

    forward: re.Pattern[str]
    carried: re.Pattern[str]
    joined: re.Pattern[str]
    backward: re.Pattern[str]
    lead: re.Pattern[str]


@cache
def rules() -> Mapping[str, Rule]:
    """The rules by id, R01 to R14."""
    table = _table()
    return {row["id"]: _rule(row, table["words"]) for row in table["rule"]}


@cache
def edition() -> str:
    """By which a record tells later which rules it was screened by."""
    return hashlib.sha256(_FILE.read_bytes()).hexdigest()[:12]


@cache
def negation() -> Negation:
    """The words that negate."""
    return Negation(**{name: re.compile(pattern) for name, pattern in _table()["negation"].items()})


@cache
def fact() -> re.Pattern[str]:
    """The words that tell of something that was."""
    return re.compile(_table()["fact"]["pattern"])


@cache
def hint_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(rule, words that do not trip it but come near)."""
    return tuple((row["rule"], re.compile(row["pattern"])) for row in _table()["hint"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


def _rule(row: Mapping[str, Any], words: Mapping[str, str]) -> Rule:
    return Rule(
        id=row["id"],
        article=row["article"],
        cites=tuple(row["cites"]),
        level=Level(row["level"]),
        basis=row["basis"],
        ban=row.get("ban", False),
        patterns=tuple(_compiled(pattern, words) for pattern in row["patterns"]),
        unless=tuple(_compiled(pattern, words) for pattern in row["unless"]),
    )


def _compiled(pattern: str, words: Mapping[str, str]) -> re.Pattern[str]:
    while found := _WORD.search(pattern):
        pattern = pattern.replace(found[0], words[found[1]])
    return re.compile(pattern.replace("~~", ".{0,45}?").replace("~", ".{0,24}?"))
