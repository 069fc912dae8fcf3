"""What do product and policy words mean in GB/T 4754-2017, and by which n-grams are texts compared?

Words stand in the files as `matching.text` writes them (folded, English in the singular). `vocabulary.npz` and
`evidence.npz` are fitted from them by `matching.reference.fit_text`.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent
PRODUCTS = ("lexicon_products.csv", "lexicon_en.csv")
POLICY = "lexicon_policy.csv"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Character n-grams of the reference words with their inverse document frequency, (n_grams,)."""

    column: Mapping[str, int]
    idf: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How often a class's words hold a gram: of gram g, `classes[starts[g]:starts[g + 1]]` and `counts` likewise."""

    codes: tuple[str, ...]
    row: Mapping[str, int]
    starts: NDArray[np.int32]
    classes: NDArray[np.int16]
    counts: NDArray[np.float32]


@cache
def products() -> Mapping[str, tuple[str, ...]]:
    """Product words, Chinese and English → classes (a few: groups), the usual one first."""
    return MappingProxyType({word: codes for name in PRODUCTS for word, codes in _read(name)})


@cache
def policy() -> Mapping[str, tuple[str, ...]]:
    """Words of policy papers (新材料, 低空经济) → the codes they cover, the foremost first.

    Source: after 《战略性新兴产业分类（2018）》 (国家统计局令第23号), which gives the GB/T 4754-2017 classes of each field.
    """
    return MappingProxyType(dict(_read(POLICY)))


@cache
def vocabulary() -> Vocabulary:
    """The n-grams texts are compared by."""
    with np.load(FOLDER / "vocabulary.npz") as arrays:
        grams = arrays["grams"].tolist()
        return Vocabulary(MappingProxyType({gram: place for place, gram in enumerate(grams)}), arrays["idf"])


@cache
def evidence() -> Evidence:
    """What single characters and pairs say about a word's class."""
    with np.load(FOLDER / "evidence.npz") as arrays:
        grams = arrays["grams"].tolist()
        return Evidence(
            codes=tuple(arrays["codes"].tolist()),
            row=MappingProxyType({gram: place for place, gram in enumerate(grams)}),
            starts=arrays["starts"],
            classes=arrays["classes"],
            counts=arrays["counts"],
        )


def _read(name: str) -> list[tuple[str, tuple[str, ...]]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [(word, tuple(codes.split(";"))) for word, codes in rows]
