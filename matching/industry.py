"""Which industries does a park stand for, and how close and how linked is each to the industry of a need?

GB/T 4754-2017 gives the tree, the input–output table of 2020 who supplies whom. A park says its industries in words;
they become shares of *sectors*: the 97 divisions and every finer code that a catalogue word stands for (锂电池 → 3841).
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching import reference
from matching.reference import gbt, words

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

SAME_LEVEL = {4: 1.0, 3: 0.75, 2: 0.5, 1: 0.25}  # by the level of the deepest shared node (Wu & Palmer 1994)
DEPTH = 4
MANUFACTURING = "C"
MANUFACTURING_SHARE = 0.15  # section C holds 31 divisions: to share it says little
TECHNOLOGY = 0.6  # what likeness of inputs counts for against likeness in the tree
CHAIN = 0.45  # what linkage counts for against likeness, from the zones of one prefecture (decision 0025)
# What a factory's chain runs through (decision 0014): goods come from A–C and go to A–D. Power comes by the grid.
PRODUCERS = frozenset("ABCDE")
SUPPLIERS = frozenset("ABC")
CUSTOMERS = frozenset("ABCD")
SURE = 0.7  # a word outside the catalogue counts from this score of `text.classify` on: 新型显示, a word of two trades
MEANINGS = 5
PLACE = 2 / 3  # what a park's word counts for against the one before: 1 : .64 : .46 by zones of one prefecture (0025)
BESIDE = 0.35  # and so do its further codes from this one on; mere resemblance stays below
UP, DOWN = "up", "down"


def is_code(code: str) -> bool:
    """Whether this is a section, division, group or class of GB/T 4754-2017."""
    return code in gbt()


def name_of(code: str) -> str:
    """The Chinese name of a code. Raises KeyError for what is no code."""
    return gbt()[code].name


def nearest_codes(text: str, top: int = 3) -> list[str]:
    """What may have been meant: codes near a wrong number, or codes for free text; [] if nothing is near."""
    text = unicodedata.normalize("NFKC", text).strip().upper()
    if not text.isdigit():
        from matching.text import classify  # the vectoriser is loaded only by who asks for it

        return [found.code for found in classify(text, top=top)] if text else []
    for known in range(min(len(text), DEPTH), 1, -1):
        below = [code for code in gbt() if code.isdigit() and code.startswith(text[:known])]
        if below:
            return sorted(below, key=lambda code: (_apart(code, text), abs(len(code) - len(text)), code))[:top]
    return sorted(divisions(), key=lambda code: (_apart(code, text), code))[:top]


def _apart(code: str, text: str) -> int:
    return abs(int(code.ljust(DEPTH, "0")) - int(text[:DEPTH].ljust(DEPTH, "0")))


@cache
def sectors() -> tuple[str, ...]:
    """The sectors a portfolio is made of: divisions 01 to 97, then the finer codes of the catalogue's words."""
    finer = {code for codes in words().values() for code in codes} - set(divisions())
    return (*divisions(), *sorted(finer))


@cache
def divisions() -> tuple[str, ...]:
    """The 97 divisions, which are the first of the sectors."""
    return tuple(code for code, industry in gbt().items() if industry.level == 2)


def sector_of(code: str) -> str | None:
    """The sector a code belongs to: itself or the deepest of its parents that is a sector; None for a section."""
    return next((code[:digits] for digits in (4, 3, 2) if code[:digits] in _sector_rows()), None)


@cache
def _sector_rows() -> Mapping[str, int]:
    return MappingProxyType({code: row for row, code in enumerate(sectors())})


def portfolio(industries: Sequence[str]) -> Mapping[str, float]:
    """A park's words as shares of sectors that sum to 1; {} if no word is known.

    What a park names first counts most: each known word ⅔ of the one before it. A word with several codes gives
    them 1 : ½ : ⅓ … in their order (reciprocal ranks, Stillwell, Seaver & Edwards 1981): the first is what the word
    means unless more is said, the others are seen but do not drown it. A word outside the catalogue counts when
    `text.classify` is sure of it.
    """
    known = [shares for shares in map(_shares_of, industries) if shares]
    weights = [PLACE**place for place in range(len(known))]
    found: dict[str, float] = {}
    for weight, shares in zip(weights, known, strict=True):
        for code, share in shares:
            found[code] = found.get(code, 0.0) + share * weight / sum(weights)
    return MappingProxyType(found)


@lru_cache(maxsize=4096)
def _shares_of(word: str) -> tuple[tuple[str, float], ...]:
    codes = codes_of(word)
    total = sum(1 / rank for rank in range(1, len(codes) + 1))
    return tuple((code, 1 / (rank * total)) for rank, code in enumerate(codes, start=1))


def division_shares(shares: Mapping[str, float]) -> Mapping[str, float]:
    """A portfolio by divisions alone, the largest share first."""
    found: dict[str, float] = {}
    for code, share in shares.items():
        found[code[:2]] = found.get(code[:2], 0.0) + share
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))))


def codes_of(word: str) -> tuple[str, ...]:
    """The sectors a park's word stands for, the foremost first; () if it is not known."""
    codes = words().get(word)
    if codes is None:
        from matching.text import classify  # the vectoriser is loaded only for words outside the catalogue

        found = classify(word, top=MEANINGS)
        codes = tuple(each.code for each in found if found[0].score >= SURE and each.score >= BESIDE)
    return tuple(dict.fromkeys(sector for sector in map(sector_of, codes) if sector))


def portfolio_matrix(portfolios: Iterable[Mapping[str, float]]) -> Floats:
    """Portfolios as rows, (n_parks, n_sectors)."""
    given = list(portfolios)
    matrix = np.zeros((len(given), len(sectors())))
    column = _sector_rows()
    rows = [row for row, shares in enumerate(given) for _ in shares]
    columns = [column[code] for shares in given for code in shares]
    matrix[rows, columns] = [share for shares in given for share in shares.values()]
    return matrix


@dataclass(frozen=True, slots=True)
class Links:
    """Of one code with every sector, each (n_sectors,) in [0, 1]: chain = 1 − (1−up)(1−down).

    up: the sector supplies the code (上游供应商); down: the sector buys from it (下游客户). What produces
    goods is linked with no service.
    """

    chain: Floats
    up: Floats
    down: Floats


@lru_cache(maxsize=1024)
def similarity(code: str) -> Floats:
    """σ of a code with every sector, (n_sectors,): max(tree, 0.6 · likeness of inputs). Raises KeyError for no code."""
    weights = _weights(code)
    inputs = np.clip(weights @ reference.linkage().cosine @ sector_weights().T, 0, 1)
    return _frozen(np.maximum(_tree_similarities(code), TECHNOLOGY * inputs))


@lru_cache(maxsize=1024)
def linkage(code: str) -> Links:
    """How a code is linked with every sector. Raises KeyError for what is no code.

    A division holds several sectors of the table: its linkage is their mean, weighted by gross output.
    """
    table = reference.linkage()
    weights = _weights(code)
    chain, up, down = (
        np.clip(weights @ matrix @ sector_weights().T, 0, 1) for matrix in (table.chain, table.up, table.down)
    )
    supplier, customer = _partners(code, SUPPLIERS), _partners(code, CUSTOMERS)
    both = np.where(supplier, chain, down)  # whoever supplies goods may buy goods
    return Links(_frozen(both * customer), _frozen(up * supplier), _frozen(down * customer))


@lru_cache(maxsize=1024)
def supplies(code: str) -> Floats:
    """How far a code supplies every sector, f(B[code, sector]), (n_sectors,). Raises KeyError for what is no code."""
    supplied = np.clip(_supplied() @ _weights(code), 0, 1)
    return _frozen(supplied * _partners(code, CUSTOMERS))


def _partners(code: str, sections: frozenset[str]) -> NDArray[np.bool_]:
    """Which sectors may be links of a code's chain, (n_sectors,): those of these sections; for a service every one."""
    if gbt()[code].section not in PRODUCERS:
        return np.ones(len(sectors()), dtype=np.bool_)
    return _in_sections(sections)


@cache
def _in_sections(sections: frozenset[str]) -> NDArray[np.bool_]:
    return np.array([gbt()[sector].section in sections for sector in sectors()])


@cache
def _supplied() -> Floats:
    return _frozen(sector_weights() @ reference.linkage().up)


def tree_similarity(a: str, b: str) -> float:
    """Likeness of two GB/T 4754 codes by the deepest node they share: group .75, division .5, section .25 (C .15).

    Of a code and one that holds it, Wu & Palmer's 2·depth / (sum of depths): a class in a division .667, in a group
    .857. So a park that names only a division stands between one that names the very class and one that names another.
    """
    if a == b:
        return 1.0
    path = _path(a)
    shared = [node for node in _path(b) if node in path]
    if not shared:
        return 0.0
    deepest = gbt()[shared[-1]]
    whole = MANUFACTURING_SHARE if deepest.code == MANUFACTURING else SAME_LEVEL[deepest.level]
    if deepest.code not in (a, b):
        return whole
    contained = 2 * deepest.level / (gbt()[a].level + gbt()[b].level)
    return contained * whole / SAME_LEVEL[deepest.level]


def _tree_similarities(code: str) -> Floats:
    """`tree_similarity` with every sector, (n_sectors,): it turns on how many nodes are shared and on both levels."""
    paths, levels = _paths()
    shared = sum(paths[place] == _node(node) for place, node in enumerate(_path(code)))
    kinds = np.asarray(shared) * (DEPTH + 1) + levels
    table = np.zeros((DEPTH + 1) ** 2)
    table[kinds] = np.arange(len(kinds))  # a sector of each kind
    for kind in np.flatnonzero(np.bincount(kinds)):
        table[kind] = tree_similarity(code, sectors()[int(table[kind])])
    return table[kinds]


@cache
def _paths() -> tuple[Places, Places]:
    """The nodes that hold each sector, the section first, (DEPTH, n_sectors), and the level of each sector."""
    paths = [[_node(node) for node in _path(sector)] for sector in sectors()]
    padded = [[*path, *[-1] * (DEPTH - len(path))] for path in paths]
    return np.array(padded, dtype=np.intp).T.copy(), np.array([len(path) for path in paths], dtype=np.intp)


@cache
def _node(code: str) -> int:
    return list(gbt()).index(code)


def _path(code: str) -> tuple[str, ...]:
    """A code and what holds it, the section first. Raises KeyError for what is no code."""
    industry = gbt()[code]
    return (code,) if industry.parent is None else (*_path(industry.parent), code)


@dataclass(frozen=True, slots=True)
class ChainFit:
    """How one need fits many parks, each (n_parks,): sectors are places in `sectors()`, −1 where there is none.

    `same` is the park's sector most like the need, `linked` the one most linked with it; `upstream` is True where
    that one supplies the need, False where it buys from it.
    """

    value: Floats
    same: Places
    similarity: Floats
    linked: Places
    linkage: Floats
    upstream: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Portfolios:
    """A matrix of portfolios prepared for many fits: the shares above zero, row by row, as p̃ = share / largest."""

    rows: Places
    columns: Places
    share: Floats
    weight: Floats
    starts: Places
    filled: Places
    parks: int

    @classmethod
    def of(cls, matrix: Floats) -> "Portfolios":
        flat = np.flatnonzero(matrix.ravel() > 0)
        rows, columns = np.divmod(flat, matrix.shape[1])
        shares = matrix.ravel()[flat]
        starts = np.flatnonzero(np.diff(rows, prepend=-1))
        largest = np.maximum.reduceat(shares, starts) if len(starts) else shares
        counts = np.diff(np.append(starts, len(rows)))
        return cls(rows, columns, shares, shares / np.repeat(largest, counts), starts, rows[starts], len(matrix))

    def best(self, values: Floats) -> tuple[Floats, Places]:
        """max over sectors of p̃ · value, and the sector that has it (0 and −1 where nothing counts), (n_parks,)."""
        best, where = np.zeros(self.parks), np.full(self.parks, -1, dtype=np.intp)
        if not len(self.starts):
            return best, where
        found = self.weight * values[self.columns]
        best[self.filled] = np.maximum.reduceat(found, self.starts)
        hits = np.flatnonzero((found == best[self.rows]) & (found > 0))[::-1]
        where[self.rows[hits]] = self.columns[hits]
        return best, where

    def total(self, values: Floats) -> Floats:
        """Sum over sectors of share · value, (n_parks,)."""
        total = np.zeros(self.parks)
        if len(self.starts):
            total[self.filled] = np.add.reduceat(self.share * values[self.columns], self.starts)
        return total


def chain_fit(code: str, portfolios: Floats | Portfolios) -> ChainFit:
    """Chain fit of a code with every park: F = 1 − (1 − max p̃σ)(1 − .45 max p̃C). Raises KeyError for what is no code.

    `portfolios` is `portfolio_matrix(…)`, or better `Portfolios.of` it where there are many needs. Source: ENGINE.md 2.
    """
    prepared = portfolios if isinstance(portfolios, Portfolios) else Portfolios.of(portfolios)
    links = linkage(code)
    alike, same = prepared.best(similarity(code))
    chained, linked = prepared.best(links.chain)
    upstream = np.where(linked >= 0, (links.up >= links.down)[linked], False)
    return ChainFit(1 - (1 - alike) * (1 - CHAIN * chained), same, alike, linked, chained, upstream)


@cache
def _weights(code: str) -> Floats:
    """A code as shares of the table's sectors, (153,): by gross output; all zero for 97, which produces nothing."""
    table = reference.linkage()
    rows = _table_rows().get(code, ())
    if not rows and gbt()[code].level > 1:  # a KeyError rather than an empty answer
        rows = _table_rows().get(code[:-1]) or _table_rows().get(code[:-2], ())
    weights = np.zeros(len(table.codes))
    weights[list(rows)] = table.output_cny[list(rows)]
    total = weights.sum()
    return _frozen(weights / total if total else weights)


@cache
def _table_rows() -> Mapping[str, tuple[int, ...]]:
    """The table's rows below each section, division and group, and of each mapped code."""
    found: dict[str, set[int]] = {}
    for prefix, row in reference.linkage().sector_of.items():
        for node in _path(prefix):
            found.setdefault(node, set()).add(row)
    return MappingProxyType({node: tuple(sorted(rows)) for node, rows in found.items()})


@cache
def sector_weights() -> Floats:
    """Every sector as shares of the table's sectors, (n_sectors, 153)."""
    return _frozen(np.array([_weights(code) for code in sectors()]))


def _frozen(array: Floats) -> Floats:
    array.setflags(write=False)
    return array
