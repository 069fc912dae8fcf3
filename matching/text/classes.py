"""Which GB/T 4754-2017 class does a free product text mean?

Looked up first: the text as a code, as a name of the standard, in the product lexicon, among the catalogue's words and
the words of policy papers; each time as it stands and then with the words around the product fallen off. What no table
holds is guessed from its characters (`matching.text.guess`). Scores from .75 on can be taken, from .5 suggested, below
that the user is to be asked. Exact hits have fixed scores; a guess has its probability.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from matching.reference.lexicon import evidence, policy, products
from matching.reference.tables import gbt, words
from matching.text.derived import MACHINES, PARTS, PURPOSE, machine_for, part_of
from matching.text.guess import probabilities
from matching.text.names import official_names, short_names
from matching.text.normal import joined, normalised, tokens
from matching.text.phrases import clauses, parts, readings

CODE = re.compile(r"([a-t]?)(\d{2,4})(?![\d.])[ -]*(.*)")
OFFICIAL = 0.99
ONE_CLASS = 0.97
SEVERAL_CLASSES = (0.85, 0.6, 0.5, 0.4, 0.35, 0.3)
BROAD = (0.7, 0.6, 0.5, 0.4, 0.35, 0.3)
SECTOR = (0.55, 0.45, 0.35, 0.3, 0.25, 0.2)
DERIVED = 0.8
LATER = 0.9
GUESSED = 0.9
TAKEN = 0.75
SUGGESTED = 0.5
SHOWN = 0.002
MAKING = ("制造", "加工", "组装", "manufactur", "processing")
SELLING = ("批发", "零售", "销售", "贸易", "经销", "店", "wholesale", "retail", "shop", "trade")
PRODUCED = "13"  # divisions before this one grow or dig: what is done to their products is another industry
NOTHING: Mapping[str, float] = {}


class Coded(NamedTuple):
    """A code of GB/T 4754-2017 with its name and how sure the answer is, in [0, 1]."""

    code: str
    name: str
    score: float


def classify(text: str, top: int = 3) -> list[Coded]:
    """The `top` likeliest classes, or the group or division where a text says no more; ties by code; [] for nothing."""
    told = normalised(text)
    code = written_code(told)
    found = {code: 1.0} if code else _of_text(told)
    ranked = sorted(((round(score, 4), code) for code, score in found.items()), key=lambda pair: (-pair[0], pair[1]))
    return [Coded(code, gbt()[code].name, score) for score, code in ranked[:top]]


def written_code(told: str) -> str | None:
    """The code a normalised text writes out: 3841, c3841, 38, or with its name behind it."""
    found = CODE.fullmatch(told)
    if not found:
        return None
    section, code, rest = found.groups()
    industry = gbt().get(code)
    if industry is None or section not in ("", industry.section.lower()):
        return None
    name = normalised(industry.name)
    return code if not rest or rest in name or name in rest else None


def _of_text(told: str) -> Mapping[str, float]:
    found: dict[str, float] = {}
    factor = 1.0
    for clause in clauses(told):
        for phrase in [clause] if _looked_up(clause) else parts(clause):
            for code, score in _answer(phrase).items():
                found[code] = max(found.get(code, 0.0), score * factor)
            factor *= LATER
    if named := official_names().get(joined(tokens(told))):  # a name with marks in it: 瓶（罐）装饮用水制造
        found[named] = OFFICIAL
    return found


def _answer(phrase: str) -> Mapping[str, float]:
    known = _looked_up(phrase) or _derived(phrase)
    guessed = _guessed(phrase)
    if not known and max(guessed.values(), default=0.0) < SUGGESTED:
        known = _sector(phrase)
    if not known:
        return guessed
    least = min(known.values()) * SUGGESTED  # guesses for the places behind what is known
    return {code: score * least for code, score in guessed.items()} | dict(known)


def _looked_up(phrase: str) -> Mapping[str, float]:
    """What the tables say of the first of the phrase's readings that they know."""
    for reading, processed in readings(phrase):
        codes = _known(joined(tokens(reading)))
        if codes and not (processed and next(iter(codes))[:2] < PRODUCED):
            return codes
    return NOTHING


def _derived(phrase: str) -> Mapping[str, float]:
    """What is named after a known product: what it is used for (汽车用钢板), its parts, the machines that make it."""
    *_, (bare, _) = readings(phrase)
    if known := PURPOSE.match(bare) and _looked_up(PURPOSE.sub("", bare)):
        return _less(known)
    if known := PARTS.search(bare) and _looked_up(PARTS.sub("", bare)):
        return _less({part_of(code): score for code, score in _worst_first(known)})
    if known := MACHINES.search(bare) and _looked_up(MACHINES.sub("", bare)):
        return _less({maker: score for code, score in _worst_first(known) if (maker := machine_for(code))})
    return NOTHING


def _worst_first(known: Mapping[str, float]) -> list[tuple[str, float]]:
    """So that of several codes with one descendant the best score stays."""
    return sorted(known.items(), key=lambda pair: pair[1])


def _sector(phrase: str) -> Mapping[str, float]:
    """What a phrase is of by the longest word of the catalogue or of policy that it ends in: 硫化工 is 化工."""
    *_, (bare, _) = readings(phrase)
    name = tokens(bare)
    for start in range(1, len(name) - 1):
        word = joined(name[start:])
        if codes := policy().get(word) or words().get(word):
            return _scored(codes, SECTOR)
    return NOTHING


def _less(known: Mapping[str, float]) -> Mapping[str, float]:
    return {code: score * DERIVED for code, score in known.items()}


def _known(word: str) -> Mapping[str, float]:
    codes = products().get(word, ())
    if code := official_names().get(word):
        within = {codes[0]: OFFICIAL} if codes and codes[0].startswith(code) else {}
        return {code: ONE_CLASS if within else OFFICIAL} | within
    if codes:
        return {codes[0]: ONE_CLASS} if len(codes) == 1 else _scored(codes, SEVERAL_CLASSES)
    if code := short_names().get(word):
        return {code: ONE_CLASS}
    codes = policy().get(word) or words().get(word, ())
    return {codes[0]: SEVERAL_CLASSES[0]} if len(codes) == 1 else _scored(codes, BROAD)


def _scored(codes: Iterable[str], scores: Iterable[float]) -> dict[str, float]:
    return dict(zip(codes, scores, strict=False))


def _guessed(phrase: str) -> Mapping[str, float]:
    """The likeliest classes of a phrase no table knows; where only their group is sure, the group before them."""
    *_, (bare, _) = readings(phrase)
    made, sold = (any(word in phrase for word in words) for words in (MAKING, SELLING))
    chances = probabilities(tokens(bare), made=made, sold=sold)
    if chances is None:
        return NOTHING
    codes = evidence().codes
    found = {codes[place]: GUESSED * float(chances[place]) for place in np.flatnonzero(chances >= SHOWN)}
    return found | (_sure_group(found) if max(found.values(), default=0.0) < SUGGESTED else {})


def _sure_group(found: Mapping[str, float]) -> dict[str, float]:
    groups: dict[str, float] = {}
    for code, chance in found.items():
        groups[code[:3]] = groups.get(code[:3], 0.0) + chance
    return {group: chance for group, chance in groups.items() if chance >= TAKEN}
