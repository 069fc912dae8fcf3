"""How do the answers of several parks stand side by side? The latest answer to each question, under its words."""

from collections.abc import Mapping, Sequence

from marketplace.talks import Question
from web import talking
from web.side_by_side import MISSING, Cell, Line


def lines_of(codes: Sequence[str], replies: Mapping[str, Sequence[Question]]) -> list[Line]:
    """One row for each question asked of any of these parks; one about a field of the sheet is the same for all."""
    told = {code: {_key(question): talking.reply_of(question) for question in replies.get(code, ())} for code in codes}
    labels = {_key(question): talking.label_of(question) for code in codes for question in replies.get(code, ())}
    return [Line(label, [_cell(told[code].get(key)) for code in codes]) for key, label in labels.items()]


def _key(question: Question) -> str:
    return question.field or "".join(question.text.split()).casefold()


def _cell(words: str | None) -> Cell:
    return Cell("", MISSING) if words is None else Cell(words)
