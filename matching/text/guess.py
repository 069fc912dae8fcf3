"""Which class is a product name of, when the lexicon does not hold it?

A naive Bayes vote of the name's characters and pairs of characters, those at its end once more (the head of a Chinese
product name is last), each class's counts shrunk toward its group, division and all (McCallum et al., ICML 1998); the
longest lexicon word the name ends in has a say of its own. Constants are set by cross-validation over the lexicon
(docs/decisions/0011-classify.md), so that an answer's probability is about how often such answers are right.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matching.reference.lexicon import Evidence, evidence, products
from matching.text.normal import joined

Floats = NDArray[np.float64]

SHRINK = (0.5, 0.25, 0.15, 0.1)  # class, group, division, all
SHARPNESS = 0.3
HEAD = 3.0
WHOLE = 1.5  # times that, where the rest of the name is a lexicon word too
# Needs are about making things; shops and wholesale are rarely meant by a product's name. In log odds, by division.
GROWN_OR_SUPPLIED, MADE, SERVED, SOLD = -0.5, 0.0, -1.0, -4.0
NOT_MADE = -4.0  # more, where the text says 制造, 加工
MANUFACTURING = range(13, 44)
TRADE = range(51, 53)
SUPPLY = (*range(1, 13), *range(44, 47))
ALONE = 0.5  # a head no other lexicon word ends in: as good a sign as half of a family
LONGEST = 24
KINDS = range(4)  # one token, two tokens; one, two tokens at the end


@dataclass(frozen=True, slots=True)
class Shares:
    """Totals of the four kinds of grams by class, group and division, (4, n), and where each class belongs."""

    by_class: Floats
    by_group: Floats
    by_division: Floats
    overall: Floats
    group: NDArray[np.intp]
    division: NDArray[np.intp]
    group_starts: NDArray[np.intp]
    division_starts: NDArray[np.intp]


def grams(parts: Sequence[str]) -> list[tuple[int, str]]:
    """Kind and gram: single tokens, pairs, and the last of each once more."""
    pairs = [joined(parts[place : place + 2]) for place in range(len(parts) - 1)]
    found = [(kind, gram) for kind, some in enumerate((parts, pairs)) for gram in some]
    return found + [(kind + 2, some[-1]) for kind, some in enumerate((parts, pairs)) if some]


def probabilities(
    parts: Sequence[str], *, made: bool = False, sold: bool = False, facts: Evidence | None = None
) -> Floats | None:
    """The probability of each class of `evidence().codes` for a name in tokens; None when no gram is known.

    `made`, `sold` where the text says that the thing is manufactured or traded.
    """
    facts = facts or evidence()
    name = parts[-LONGEST:]
    found = [(kind, row) for kind, gram in grams(name) if (row := facts.row.get(mark(kind, gram))) is not None]
    if not found:
        return None
    total = _log_likelihood(facts, found) * SHARPNESS + _head(name, facts) + _prior(facts.codes, made, sold)
    odds = np.exp(total - total.max())
    return np.asarray(odds / odds.sum())


def mark(kind: int, gram: str) -> str:
    """A gram as it stands in the table, where those of the four kinds must differ."""
    return f"{kind}{gram}"


@cache
def _prior(codes: tuple[str, ...], made: bool, sold: bool) -> Floats:
    return np.array([_likely(int(code[:2]), made, sold) for code in codes])


def _likely(division: int, made: bool, sold: bool) -> float:
    if division in MANUFACTURING:
        return MADE
    if division in TRADE:
        return MADE if sold else SOLD
    return (GROWN_OR_SUPPLIED if division in SUPPLY else SERVED) + NOT_MADE * made


def _log_likelihood(facts: Evidence, found: Sequence[tuple[int, int]]) -> Floats:
    """Σ log of each gram's share in a class, shrunk, against its share in all; (n_classes,)."""
    shares = _shares(facts)
    counts = np.zeros((len(found), len(facts.codes)))
    for line, (_, row) in enumerate(found):
        part = slice(facts.starts[row], facts.starts[row + 1])
        counts[line, facts.classes[part]] = facts.counts[part]
    kinds = np.array([kind for kind, _ in found])
    in_group = np.add.reduceat(counts, shares.group_starts, axis=1) / shares.by_group[kinds]
    in_division = np.add.reduceat(counts, shares.division_starts, axis=1) / shares.by_division[kinds]
    in_all = counts.sum(axis=1, keepdims=True) / shares.overall[kinds][:, None]
    own, group, division, everywhere = SHRINK
    mixed = own * counts / shares.by_class[kinds] + group * in_group[:, shares.group]
    mixed += division * in_division[:, shares.division] + everywhere * in_all
    return np.asarray(np.log(mixed / in_all).sum(axis=0))


def _head(name: Sequence[str], facts: Evidence) -> Floats:
    """What the longest lexicon word says that the name ends in: the more, the more of the words with that end agree."""
    said = np.zeros(len(facts.codes))
    for start in range(1, len(name)):
        head = joined(name[start:])
        if found := products().get(head):
            whole = WHOLE if joined(name[:start]) in products() else 1.0
            place = bisect_left(facts.codes, found[0])
            if place < len(facts.codes) and facts.codes[place] == found[0]:
                said[place] = HEAD * whole * facts.heads.get(head, ALONE)
            break
    return said


@cache
def _shares(facts: Evidence) -> Shares:
    ends = [*facts.starts[facts.kinds[1:]], len(facts.counts)]
    begins = facts.starts[facts.kinds]
    by_class = np.array(
        [
            np.bincount(facts.classes[begin:end], facts.counts[begin:end], len(facts.codes))
            for begin, end in zip(begins, ends, strict=True)
        ]
    )
    group, group_starts = _level(facts.codes, 3)
    division, division_starts = _level(facts.codes, 2)
    return Shares(
        by_class=by_class + 1,
        by_group=np.add.reduceat(by_class, group_starts, axis=1) + 1,
        by_division=np.add.reduceat(by_class, division_starts, axis=1) + 1,
        overall=by_class.sum(axis=1),
        group=group,
        division=division,
        group_starts=group_starts,
        division_starts=division_starts,
    )


def _level(codes: tuple[str, ...], digits: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each class the number of its group (3 digits) or division (2), and where each of those begins."""
    heads = np.array([code[:digits] for code in codes])
    first = np.concatenate([[True], heads[1:] != heads[:-1]])
    return np.cumsum(first) - 1, np.flatnonzero(first)
