"""What do product and policy words mean in GB/T 4754-2017, and by which n-grams are texts compared?

Words stand in the files as `matching.text` writes them (folded, English in the singular). `vocabulary.npz` and
`evidence.npz` are fitted from them by `matching.reference.fit_text`.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

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


@dataclass(frozen=True, slots=True, eq=False)  # one is the same as itself only, so that it can key a cache
class Evidence:
    """How often the words of a class hold a gram: of gram g `classes[starts[g]:starts[g + 1]]`, `counts` likewise.

    Grams are one character, two, one at a word's end, two at its end, in this order; `kinds` says where each kind
    begins. `heads` are lexicon words with the share of the words ending in them that have their class, in [0, 1).
    """

    codes: tuple[str, ...]
    row: Mapping[str, int]
    kinds: NDArray[np.int32]
    starts: NDArray[np.int32]
    classes: NDArray[np.int16]
    counts: NDArray[np.float32]
    heads: Mapping[str, float]


@cache
def products() -> Mapping[str, tuple[str, ...]]:
    """Product words, Chinese and English → classes (a few: groups), the usual one first."""
    return MappingProxyType({word: codes for name in PRODUCTS for word, codes in _read(name)})


@cache
def policy() -> Mapping[str, tuple[str, ...]]:
    """Words of policy papers (新材料, 低空经济) → the codes they cover, the foremost first.

    Source: after 《战略性新兴产业分类（2018）》 (国家统计局令第23号), which gives the classes of each field.
    """
    return MappingProxyType(dict(_read(POLICY)))


@cache
def vocabulary() -> Vocabulary:
    """The n-grams texts are compared by."""
    with np.load(FOLDER / "vocabulary.npz") as arrays:
        return Vocabulary(MappingProxyType(_places(arrays["grams"])), arrays["idf"])


@cache
def evidence() -> Evidence:
    """What single characters and pairs say about a word's class."""
    with np.load(FOLDER / "evidence.npz") as arrays:
        return evidence_of(dict(arrays))


def evidence_of(arrays: Mapping[str, NDArray[Any]]) -> Evidence:
    """The arrays of `evidence.npz` as a record."""
    return Evidence(
        codes=tuple(_words(arrays["codes"])),
        row=_places(arrays["grams"]),
        kinds=arrays["kinds"],
        starts=arrays["starts"],
        classes=arrays["classes"],
        counts=arrays["counts"],
        heads=dict(zip(_words(arrays["heads"]), arrays["agreement"].tolist(), strict=True)),
    )


def packed(words: Iterable[str]) -> NDArray[np.uint8]:
    """Words as the bytes of their lines: read back ten times faster than an array of strings."""
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _words(lines: NDArray[np.uint8]) -> list[str]:
    return lines.tobytes().decode().split("\n")


def _places(lines: NDArray[np.uint8]) -> dict[str, int]:
    return {word: place for place, word in enumerate(_words(lines))}


def _read(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    split: dict[str, tuple[str, ...]] = {}
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for word, codes in rows:
            if codes not in split:
                split[codes] = tuple(codes.split(";"))
            yield word, split[codes]
