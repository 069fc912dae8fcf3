"""How does what a person typed in a form, a sheet or JSON become fields?

One reading for all three: dotted names nest (`emissions_t_a.COD`), blanks are nothing, lists may be one text, dates and
whole numbers may be written as offices write them, and the unit somebody typed is kept beside the amount.
"""

import re
import types
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError
from sqlmodel import SQLModel

from marketplace.units import Measure, Unfit, measures_of

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})[-/.年](0?[1-9]|1[0-2])(?:月底?)?")
_ABOUT = re.compile(r"^(?:大约|约|近|大概)\s*")
_BETWEEN = re.compile(r"[、,，;；\n]+")
# NUL is no text to PostgreSQL, half a surrogate pair is none to UTF-8, and nobody types the others
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
NO_TEXT = "This holds control characters that no text has: take them out"
_YES_NO = {"是": True, "否": False, "有": True, "无": False}


class Fields(SQLModel):
    """What people may fill in about one noun; everything else is refused by name."""

    model_config = {"extra": "forbid", "str_strip_whitespace": True}

    @model_validator(mode="before")
    @classmethod
    def _as_people_write(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        if wrong := list(_textless(raw)):
            raise ValidationError.from_exception_data(cls.__name__, [_no_text(name) for name in wrong])
        given = {name: _read(value, cls._kind(name)) for name, value in _nested(raw).items()}
        given = {name: value for name, value in given.items() if value is not None}
        if "typed" in cls.model_fields:
            given["typed"] = {**_texts(given.get("typed")), **_typed(given, measures_of(cls))}
        return given

    @model_validator(mode="after")
    def _typed_is_true(self) -> Self:
        """A text that does not say what its field says is dropped."""
        typed = getattr(self, "typed", None)
        if typed:
            measures = measures_of(type(self))
            rows = ((name, text, measures.get(name)) for name, text in typed.items())
            true = {name: text for name, text, measure in rows if _says(text, measure, getattr(self, name, None))}
            if true != typed:
                self.__dict__["typed"] = true
        return self

    @classmethod
    def _kind(cls, name: str) -> Any:
        column = cls.model_fields.get(name)
        return None if column is None else _bare(column.annotation)


def is_text(text: str) -> bool:
    """Whether a text can be kept and shown: no control characters but tab and line ends, no half signs."""
    return _NO_TEXT.search(text) is None


def is_list(model: type[BaseModel], name: str) -> bool:
    """Whether a field holds several values: a box that shows it must show them all."""
    column = model.model_fields.get(name)
    return column is not None and _bare(column.annotation) is list


def _textless(value: Any, where: str = "") -> Iterator[str]:
    """The outermost field of each text that is none; "" where a name is none."""
    match value:
        case str() if not is_text(value):
            yield where
        case Mapping():
            for name, entry in value.items():
                yield from _textless(str(name)) if not is_text(str(name)) else _textless(entry, where or str(name))
        case list() | tuple():
            for entry in value:
                yield from _textless(entry, where)


def _no_text(where: str) -> InitErrorDetails:
    error = PydanticCustomError("no_text", NO_TEXT, {"message": NO_TEXT})
    return InitErrorDetails(type=error, loc=(where,), input=None)


def _bare(annotation: Any) -> Any:
    """`list` of `list[str]`, `date` of `date | None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (types.UnionType, Union):
        return _bare(next(kind for kind in get_args(annotation) if kind is not type(None)))
    return get_origin(annotation) or annotation


def _nested(raw: Mapping[Any, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in raw.items():
        outer, dot, inner = str(name).partition(".")
        if not dot:
            nested[outer] = value
            continue
        within = nested.get(outer)
        nested[outer] = {**(within if isinstance(within, Mapping) else {}), inner: value}
    return nested


def _read(value: Any, kind: Any) -> Any:
    if isinstance(value, str):
        return _read_text(value.strip(), kind)
    if isinstance(value, list | tuple):
        return [entry for entry in value if not _blank(entry)]
    if isinstance(value, Mapping) and kind is list:
        return _numbered(value)
    if isinstance(value, Mapping) and kind is dict:
        return {name: entry for name, entry in value.items() if not _blank(entry)}
    return value


def _numbered(rows: Mapping[Any, Any]) -> Any:
    """`phases.1.name`, `phases.2.name`: the rows of a list in their order, without those that say nothing."""
    found = _nested(rows)
    if not all(number.isdigit() and isinstance(row, Mapping) for number, row in found.items()):
        return rows
    numbers = sorted(found, key=lambda number: (len(number), number))
    return [found[number] for number in numbers if not all(map(_blank, found[number].values()))]


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _read_text(text: str, kind: Any) -> Any:
    if not text:
        return "" if kind is str else None
    if kind is list:
        return [word.strip() for word in _BETWEEN.split(text) if word.strip()]
    if kind is int:
        plain = unicodedata.normalize("NFKC", text).replace(",", "")
        return re.sub(r"(?<=\d)\s*[人名]$", "", _ABOUT.sub("", plain))
    if kind is date:
        return _day(unicodedata.normalize("NFKC", text))
    if kind is bool:
        return _YES_NO.get(text, text)
    return text


def _day(text: str) -> str:
    """A date as ISO writes it; of a month alone its last day, by which everything in it is done."""
    if parts := _DATE.fullmatch(text):
        return "-".join(part.zfill(2) for part in parts.groups())
    month = _MONTH.fullmatch(text)
    if month is None or int(month[1]) == 0:
        return text
    return f"{month[1]}-{month[2].zfill(2)}-{monthrange(int(month[1]), int(month[2]))[1]}"


def _typed(given: Mapping[str, Any], measures: Mapping[str, Measure]) -> dict[str, str]:
    """The texts of amounts that were not plain numbers."""
    texts = {name: given[name] for name in measures if isinstance(given.get(name), str)}
    return {name: text[:60] for name, text in texts.items() if not re.fullmatch(r"[\d.]+", text)}


def _texts(typed: Any) -> dict[str, str]:
    return {str(name): str(text) for name, text in typed.items()} if isinstance(typed, Mapping) else {}


def _says(text: str, measure: Measure | None, value: Decimal | None) -> bool:
    try:
        return measure is not None and measure.exact(text) == value
    except Unfit:
        return False


def unique(words: Iterable[str]) -> list[str]:
    """Without blanks and repetitions, in order."""
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))
