"""Which industry is meant, and what is it called?

Found by the beginning of a code, by a word of the standard or of the zone catalogue, by pinyin or its initials, by a
word of the English names, and last by what the words are like. English names are ours, for sections and divisions; a
finer code bears its division's beside its Chinese name.
"""

import unicodedata
from functools import cache
from typing import NamedTuple

from matching import reference
from matching.asked import TAKEN
from matching.industry import is_code, name_of
from matching.reference import Industry

SURE = 0.05  # below this a code is a guess about nothing
CODE_DIGITS = 4
INSIDE_LEAST = 3  # letters: two of them are inside half of all names


class Choice(NamedTuple):
    """A code with its name, offered to somebody who typed words."""

    code: str
    name: str


def industry_of(code: str) -> Choice | None:
    """The GB/T 4754 entry of a code, None for what is no code."""
    return Choice(code, name_of(code)) if is_code(code) else None


def industry_label(code: str, *, english: bool = False) -> str:
    """锂离子电池制造; in English 锂离子电池制造 (Electrical machinery and equipment), a division in English alone."""
    industry = reference.gbt().get(code)
    if industry is None:
        return code
    if not english:
        return industry.name
    own = reference.english().get(code)
    return own if own else f"{industry.name} ({reference.english()[code[:2]]})"


def industries_like(words: str, top: int = 6) -> list[Choice]:
    """What these words or the beginning of a code may mean, the likeliest first."""
    words = unicodedata.normalize("NFKC", words).strip().lower()
    if not words:
        return []
    if is_code(words.upper()) or words.isdigit():
        near = [code for code in reference.gbt() if code.startswith(words[:CODE_DIGITS].upper())]
        return [Choice(code, name_of(code)) for code in near[:top]]
    found = dict.fromkeys([*reference.words().get(words, ()), *_named_like(words)])
    if len(found) < top:
        from matching.text import classify  # the vectoriser is loaded only by who asks for it

        found |= dict.fromkeys(coded.code for coded in classify(words, top=top) if coded.score >= SURE)
    exact = [code for code in found if name_of(code) == words]
    return [Choice(code, name_of(code)) for code in dict.fromkeys([*exact, *found])][:top]


def industry_meant(words: str) -> Choice | None:
    """The one industry these words mean beyond doubt, the only one like them; None where there is a choice."""
    from matching.text import classify

    choices = industries_like(words)
    best = classify(words, top=1)
    if len(choices) != 1 or not best or best[0].score < TAKEN or best[0].code != choices[0].code:
        return None
    return choices[0]


class _Said(NamedTuple):
    """Every way to say an industry; `sounds` holds its pinyin from each syllable on, a line each."""

    industry: Industry
    sounds: str
    initials: str
    english: str


@cache
def _said() -> tuple[_Said, ...]:
    found = []
    for industry in reference.gbt().values():
        syllables = industry.pinyin.split()
        sounds = "\n".join(["", *("".join(syllables[start:]) for start in range(len(syllables)))])
        english = reference.english().get(industry.code, "").lower()
        found.append(_Said(industry, sounds, "".join(each[0] for each in syllables), english))
    return tuple(found)


def _named_like(words: str) -> list[str]:
    """Codes whose name, pinyin, initials or English name has these words, the closest and widest first."""
    joined = words.replace(" ", "").replace("'", "")
    ranked = [
        (rank, len(each.industry.name), each.industry.code) for each in _said() if (rank := _rank(each, words, joined))
    ]
    return [code for _, _, code in sorted(ranked)]


def _rank(said: _Said, words: str, joined: str) -> int:
    """0 is not alike, else 1 for the closest."""
    ways = (
        said.industry.name.startswith(words),
        words in said.industry.name,
        f" {words}" in f" {said.english}",
        said.initials.startswith(joined),
        said.sounds.startswith(f"\n{joined}"),
        len(joined) >= INSIDE_LEAST and f"\n{joined}" in said.sounds,
        len(joined) >= INSIDE_LEAST and joined in said.initials,
    )
    return ways.index(True) + 1 if True in ways else 0
