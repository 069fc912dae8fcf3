"""Where are the sentences of a text, and how do they read without full-width signs and spaces?"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

SENTENCE_MOST = 600  # a longer one is cut, so that the work grows with the text and not with its square
_ENDS = "。;!?"
_LINES = re.compile(r"\r\n|\r|\n")
_TITLE = re.compile(r"《[^》]*》")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a line: as it reads (`folded`), as it stands in the line (`raw`), and where each sign stood."""

    line: int
    raw: str
    folded: str
    places: tuple[int, ...]

    @property
    def masked(self) -> str:
        """Without the insides of 《》: the title of a document grants and forbids nothing."""
        return _TITLE.sub(lambda title: "《" + "〇" * (len(title[0]) - 2) + "》", self.folded)

    def words(self, start: int, end: int) -> str:
        """A stretch of the folded sentence as somebody wrote it."""
        return self.raw[self.places[start] : self.places[end - 1] + 1]


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences in order. One ends at 。；！？ in any width, or where its line ends."""
    for number, raw in enumerate(_LINES.split(text), 1):
        signs = _folded(raw)
        start = 0
        for end, (sign, _) in enumerate(signs):
            if sign in _ENDS or end - start >= SENTENCE_MOST:
                yield from _sentence(number, raw, signs[start : end + 1])
                start = end + 1
        yield from _sentence(number, raw, signs[start:])


def _sentence(number: int, raw: str, signs: list[tuple[str, int]]) -> Iterator[Sentence]:
    kept = [(sign, place) for sign, place in signs if sign not in _ENDS]
    if kept:
        yield Sentence(number, raw, "".join(sign for sign, _ in kept), tuple(place for _, place in kept))


def _folded(raw: str) -> list[tuple[str, int]]:
    """Each sign that is seen, in its plain width and lower case, and its place in the line."""
    return [
        (sign, place)
        for place, written in enumerate(raw)
        for sign in unicodedata.normalize("NFKC", written).lower()
        if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc", "Zs")
    ]
