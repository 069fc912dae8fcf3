"""How alike and how linked is every sector of a park's portfolio with every other, as one matrix?

The same figures as `industry.similarity` and `industry.linkage` give one code at a time, computed all at once; every
matrix is (n_sectors, n_sectors) in the order of `industry.sectors()`.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from matching import industry, reference
from matching.reference import gbt

Floats = NDArray[np.float64]
DECIMALS = 12  # a product of matrices is good to less: what is kept must not hang on how the machine adds


@cache
def likeness() -> Floats:
    """σ[s, t] = max(tree, 0.6 · likeness of inputs); symmetric."""
    weights = industry.sector_weights()
    inputs = np.clip(weights @ reference.linkage().cosine @ weights.T, 0, 1)
    found = np.maximum(_tree(), industry.TECHNOLOGY * inputs)
    return _frozen((found + found.T) / 2)


@cache
def linked() -> Floats:
    """C[s, t]: how far t supplies s or buys from it. What produces goods is linked with no service."""
    table, weights = reference.linkage(), industry.sector_weights()
    chain, down = (np.clip(weights @ matrix @ weights.T, 0, 1) for matrix in (table.chain, table.down))
    supplier, customer = _allowed(industry.SUPPLIERS), _allowed(industry.CUSTOMERS)
    return _frozen(np.where(supplier, chain, down) * customer)


@cache
def supplied() -> Floats:
    """[s, t]: how far t supplies s, the part of C that runs up the chain."""
    table, weights = reference.linkage(), industry.sector_weights()
    return _frozen(np.clip(weights @ table.up @ weights.T, 0, 1) * _allowed(industry.SUPPLIERS))


@cache
def complements() -> Floats:
    """C between different divisions, seen from neither: [s, t] = [t, s], 0 within a division."""
    divisions = division_rows()
    both = (linked() + linked().T) / 2
    return _frozen(np.where(divisions[:, None] == divisions, 0.0, both))


@cache
def division_rows() -> NDArray[np.intp]:
    """The place of each sector's division among the divisions, (n_sectors,)."""
    places = {code: place for place, code in enumerate(industry.divisions())}
    return np.array([places[code[:2]] for code in industry.sectors()], dtype=np.intp)


def _allowed(sections: frozenset[str]) -> NDArray[np.bool_]:
    """[s, t]: whether t may be a link of the chain of s."""
    own = np.array([gbt()[code].section for code in industry.sectors()])
    inside = np.isin(own, sorted(sections))
    return inside[None, :] | ~np.isin(own, sorted(industry.PRODUCERS))[:, None]


def _tree() -> Floats:
    """`industry.tree_similarity` of every two sectors: section, division and group fill a square each, the finer last.

    Two sectors of one square share its node; where one of them is that node, it holds the other.
    """
    codes = industry.sectors()
    level = np.array([gbt()[code].level for code in codes])
    sections = np.array([gbt()[code].section for code in codes])
    found = np.where(sections[:, None] == sections, industry.SAME_LEVEL[1], 0.0)
    found[(sections[:, None] == industry.MANUFACTURING) & (sections == industry.MANUFACTURING)] = (
        industry.MANUFACTURING_SHARE
    )
    for depth in (2, 3, 4):
        nodes = np.array([code[:depth] if len(code) >= depth else "" for code in codes])
        together = (nodes[:, None] == nodes) & (nodes != "")
        holds = (level == depth)[:, None] | (level == depth)
        contained = 2 * depth / (level[:, None] + level)
        found = np.where(together, np.where(holds, contained, industry.SAME_LEVEL[depth]), found)
    np.fill_diagonal(found, 1.0)
    return found


def _frozen(array: Floats) -> Floats:
    rounded: Floats = np.round(array, DECIMALS)
    rounded.setflags(write=False)
    return rounded
