"""Which words of a text trip which rule of fair competition? Text in, hits out.

Words alone do not decide who is a 特定经营者 (办法 46): a hit asks a person to look, a clean text is no opinion of law.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.screening.folding import Sentence, sentences
from marketplace.screening.negating import negated
from marketplace.screening.rules import Level, Rule, fact, hint_patterns, negation, rules

_ITEM = re.compile(r"^(?:[((]?[一二三四五六七八九十\d]{1,3}[)).、]|[①-⑳]|[-—•·*])|^\d{1,2}\D")


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule tripped: its article, the words as written, their line (from 1) and the sentence around them."""

    rule: str
    article: str
    words: str
    line: int
    level: Level
    sentence: str


def screened(text: str) -> tuple[Hit, ...]:
    """The hits of a text in the order of its lines, each rule at most once a sentence. Source: 条例 8–11, 办法 9–24."""
    found: list[Hit] = []
    under_ban = False
    for sentence in sentences(text):
        if under_ban and _ITEM.match(sentence.folded):
            continue
        under_ban = negation().lead.search(sentence.folded) is not None
        if not under_ban:
            found += _hits(sentence)
    return tuple(found)


def hints(text: str) -> tuple[Hit, ...]:
    """What trips nothing and is worth a word to the author: a recommended list that leaves the choice free."""
    near = (
        (sentence, rules()[name], found)
        for sentence in sentences(text)
        for name, pattern in hint_patterns()
        if (found := pattern.search(sentence.masked))
    )
    return tuple(
        _hit(sentence, rule, found.span(), Level.REVIEW)
        for sentence, rule, found in near
        if rule.id not in {hit.rule for hit in _hits(sentence)}
    )


def is_blocked(hits: tuple[Hit, ...]) -> bool:
    """Whether a reviewer must conclude before this is published."""
    return any(hit.level == Level.BLOCK for hit in hits)


def _hits(sentence: Sentence) -> Iterator[Hit]:
    text, masked = sentence.folded, sentence.masked
    reaches = negated(masked)
    was = fact().search(text) is not None
    for rule in rules().values():
        if (was and not rule.ban) or any(pattern.search(text) for pattern in rule.unless):
            continue
        if span := _tripped(rule, masked, reaches):
            yield _hit(sentence, rule, span, rule.level)


def _hit(sentence: Sentence, rule: Rule, span: tuple[int, int], level: Level) -> Hit:
    whole = sentence.words(0, len(sentence.folded))
    return Hit(rule.id, rule.article, sentence.words(*span), sentence.line, level, whole)


def _tripped(rule: Rule, text: str, reaches: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Where the first words stand that trip a rule and are not negated."""
    for pattern in rule.patterns:
        for found in pattern.finditer(text):
            at = found.start() if rule.ban else found.end() - 1
            if not any(start < at < end for start, end in reaches):
                return found.span()
    return None
