"""Which class is a product name of, when the lexicon does not hold it?

A naive Bayes vote of the name's characters and pairs of characters, those at its end once more (the head of a Chinese
product name is last), each class's counts shrunk toward its group, division and all (McCallum et al., ICML 1998); the
longest lexicon word the name ends in has a say of its own. Constants are set by cross-validation over the lexicon
(docs/decisions/0011-classify.md), so that an answer's probability is about how often such answers are right.
"""

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
GROWN_OR_SUPPLIED, MADE, SERVED, SOLD = -0.5, 0.0, -1.0, -2.0
NOT_MADE = -2.0  # more, where the text says 生产, 制造, 加工
MANUFACTURING = range(13, 44)
TRADE = range(51, 53)
SUPPLY = (*range(1, 13), *range(44, 47))
END = "$"
LONGEST = 24


@dataclass(frozen=True, slots=True)
class Shares:
    """Totals of the four kinds of grams (one or two characters, anywhere or at the end) by class, group and division."""

    by_class: Floats
    by_group: Floats
    by_division: Floats
    overall: Floats
    group: NDArray[np.intp]
    division: NDArray[np.intp]
    group_starts: NDArray[np.intp]
    division_starts: NDArray[np.intp]


def grams(parts: Sequence[str]) -> list[str]:
    """Single tokens and pairs, and the last of each again with an end mark."""
    pairs = [joined(parts[place : place + 2]) for place in range(len(parts) - 1)]
    return [*parts, *pairs, *(last[-1] + END for last in (parts, pairs) if last)]


def probabilities(parts: Sequence[str], *, made: bool = False, facts: Evidence | None = None) -> Floats | None:
    """The probability of each class of `evidence().codes` for a name in tokens; None when no gram is known.

    `made` where the text says that the thing is produced.
    """
    facts = facts or evidence()
    name = parts[-LONGEST:]
    rows = [(facts.row[gram], _kind(gram)) for gram in grams(name) if gram in facts.row]
    if not rows:
        return None
    likely = _prior(facts.codes, made)
    total = _log_likelihood(facts, rows) * SHARPNESS + _head(name, facts.codes) + likely
    odds = np.exp(total - total.max())
    return np.asarray(odds / odds.sum())


@cache
def _prior(codes: tuple[str, ...], made: bool) -> Floats:
    return np.array([_likely(int(code[:2]), made) for code in codes])


def _likely(division: int, made: bool) -> float:
    if division in MANUFACTURING:
        return MADE
    if division in SUPPLY:
        said = GROWN_OR_SUPPLIED
    else:
        said = SOLD if division in TRADE else SERVED
    return said + NOT_MADE * made


def _kind(gram: str) -> int:
    """0 one token, 1 two tokens, 2 and 3 the same at the end."""
    end = gram.endswith(END)
    body = gram[:-1] if end else gram
    single = len(body) == 1 or body.isascii() and " " not in body
    return (0 if single else 1) + (2 if end else 0)


def _log_likelihood(facts: Evidence, rows: Sequence[tuple[int, int]]) -> Floats:
    """Σ log of each gram's share in a class, shrunk, against its share in all; (n_classes,)."""
    shares = _shares(facts)
    counts = np.zeros((len(rows), len(facts.codes)))
    for line, (row, _) in enumerate(rows):
        part = slice(facts.starts[row], facts.starts[row + 1])
        counts[line, facts.classes[part]] = facts.counts[part]
    kinds = np.array([kind for _, kind in rows])
    in_group = np.add.reduceat(counts, shares.group_starts, axis=1) / shares.by_group[kinds]
    in_division = np.add.reduceat(counts, shares.division_starts, axis=1) / shares.by_division[kinds]
    in_all = counts.sum(axis=1, keepdims=True) / shares.overall[kinds][:, None]
    own, group, division, everywhere = SHRINK
    mixed = own * counts / shares.by_class[kinds] + group * in_group[:, shares.group]
    mixed += division * in_division[:, shares.division] + everywhere * in_all
    return np.asarray(np.log(mixed / in_all).sum(axis=0))


def _head(name: Sequence[str], codes: tuple[str, ...]) -> Floats:
    """What the longest lexicon word says that the name ends in: the more, the more of the words with that end agree."""
    said = np.zeros(len(codes))
    for start in range(1, len(name)):
        head = joined(name[start:])
        if found := products().get(head):
            family = [other[0] for word, other in products().items() if word.endswith(head)]
            whole = WHOLE if joined(name[:start]) in products() else 1.0
            for code in found:
                if code in codes:
                    said[codes.index(code)] = HEAD * whole * family.count(code) / (len(family) + 1)
            break
    return said


_SHARES: dict[int, Shares] = {}


def _shares(facts: Evidence) -> Shares:
    if id(facts) not in _SHARES:
        _SHARES[id(facts)] = _totals(facts)
    return _SHARES[id(facts)]


def _totals(facts: Evidence) -> Shares:
    kinds = np.repeat(np.array([_kind(gram) for gram in facts.row]), np.diff(facts.starts))
    by_class = np.zeros((4, len(facts.codes)))
    np.add.at(by_class, (kinds, facts.classes), facts.counts)
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
