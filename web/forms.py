"""What did the reader type, does it fit the model, and how is it shown again when it does not?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Generic, TypeVar

from fastapi import Depends, HTTPException
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from marketplace.errors import Fault, Refusal, faults_of
from marketplace.fields import NO_TEXT, is_list, is_text
from marketplace.units import measures_of
from marketplace.uploads import Upload, checked_upload
from web import labels, once

Typed = Mapping[str, Sequence[str]]
Model = TypeVar("Model", bound=BaseModel)


class Form(Generic[Model]):
    """One form: what stands in its fields, and the complaints beside them.

    `where` of a fault is the field's name; nested fields are dotted (`emissions_t_a.COD`).
    """

    def __init__(self, model: type[Model], typed: Typed | None = None, *, request: Request | None = None) -> None:
        self.model = model
        self.values: Typed = typed or {}
        self.faults: tuple[Fault, ...] = ()
        self.differs: Sequence[Any] = ()  # from what another saved meanwhile: see `web.two_versions`
        self.files: Mapping[str, tuple[str, bytes]] = {}  # what a form with files was handed: name and content
        self._request = request

    @classmethod
    def showing(
        cls, model: type[Model], row: BaseModel | None, typed: Mapping[str, str] | None = None
    ) -> "Form[Model]":
        """A form that begins with a row's values; `typed` holds what was typed, where that says more (10 公顷)."""
        values = _flat(row.model_dump(include=set(model.model_fields))) if row is not None else {}
        values |= {name: (text,) for name, text in (typed or {}).items() if name in values}
        return cls(model, values)

    @property
    def names(self) -> set[str]:
        """The fields a complaint may link to."""
        return set(self.model.model_fields) | {name for name in self.values if "." in name}

    @property
    def fields(self) -> Model:
        """The typed values as the model. Raises Refusal with a fault per wrong field."""
        try:
            return self.model.model_validate(_given(self.values, self.model))
        except ValidationError as wrong:
            raise Refusal(faults_of(wrong)) from None

    def upload(self, name: str) -> Upload:
        """The file of one field, looked through. Raises Refusal, also where there is none."""
        if name not in self.files:
            raise Refusal(Fault(name, "This is missing"))
        return checked_upload(*self.files[name], where=name)

    def upload_if_any(self, name: str) -> Upload | None:
        """The same; None where no file was chosen. Raises Refusal for one that cannot be taken."""
        return self.upload(name) if name in self.files else None

    def typed(self, name: str) -> str:
        """What stands in a field; empty where nothing was typed. A list in a single box is written out whole."""
        values = self.values.get(name, ())
        if is_list(self.model, name):
            return "、".join(values)
        return values[-1] if values else ""

    def chosen(self, name: str) -> Sequence[str]:
        """Everything chosen in a select or a group of boxes."""
        return self.values.get(name, ())

    def unit(self, name: str) -> str:
        """The message id of the unit a field's number is in; empty where there is none."""
        measure = measures_of(self.model).get(name)
        return measure.unit if measure else ""

    def complaints(self, name: str) -> list[str]:
        """The sentences beside one field, in the reader's language."""
        return [labels.complaint(fault) for fault in self.faults if fault.where == name]

    def refused(self, faults: Iterable[Fault]) -> "Form[Model]":
        """The same form with complaints."""
        self.faults = (*self.faults, *faults)
        return self

    def again(self, template: str, partial: str | None = None, **context: object) -> None:
        """Names the page that shows this form again, complaints and all, should a rule refuse what comes next.

        What is around the form may be looked up then and not before: `around=` a function of a session that reads.
        """
        assert self._request is not None, "only a posted form can be shown again"
        self._request.state.again = (self, template, partial, context)


def whole(text: str) -> int:
    """A version as a form carries it; 0, which no row has, for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


async def _read(request: Request) -> FormData:
    charset = re.search(r"charset=([^;]*)", request.headers.get("content-type", ""), re.IGNORECASE)
    if charset and charset.group(1).strip(" \"'").lower() not in ("utf-8", "utf8"):
        raise HTTPException(415)
    return await once.read_form(request)


def posted(model: type[BaseModel], *, files: bool = False) -> Any:
    """The dependency of a handler that takes a form: `form: Annotated[Form[ParkFields], posted(ParkFields)]`.

    With `files` it may be as large as files are, and `form.upload(name)` is one of them.
    """

    async def form(request: Request) -> Form[Any]:
        if files:
            request.state.body_most += request.app.state.settings.max_upload_bytes
        pairs = await _read(request)
        try:
            made = Form(model, _texts(pairs), request=request)
            if files:
                made.files = {name: await _content(value) for name, value in pairs.items() if _is_file(value)}
            once.take_form(request, pairs, made.files)
        finally:
            await pairs.close()
        return made

    return Depends(form)


def _texts(pairs: FormData) -> dict[str, list[str]]:
    """What was typed, by name. Raises Refusal for signs that no text has."""
    texts = [(name, value) for name, value in pairs.multi_items() if not isinstance(value, UploadFile)]
    wrong = [name if is_text(name) else "" for name, value in texts if not is_text(name + value)]
    if wrong:
        raise Refusal([Fault(name, NO_TEXT) for name in dict.fromkeys(wrong)])
    typed: dict[str, list[str]] = {}
    for name, value in texts:
        typed.setdefault(name, []).append(value)
    return typed


def _is_file(value: object) -> bool:
    """Whether a file was chosen: a field left empty comes as a file without a name."""
    return isinstance(value, UploadFile) and bool(value.filename or value.size)


async def _content(file: Any) -> tuple[str, bytes]:
    return file.filename or "", await file.read()


def _given(values: Typed, model: type[BaseModel]) -> dict[str, str | list[str]]:
    """What the model is offered: its own names alone. Buttons and the way back are not its business.

    Blanks, dotted names and lists in one text are read by `marketplace.fields`, as in sheets and JSON.
    """
    own = {name: list(typed) for name, typed in values.items() if name.partition(".")[0] in model.model_fields}
    return {name: typed[0] if len(typed) == 1 else typed for name, typed in own.items()}


def _flat(values: Mapping[str, Any], before: str = "") -> dict[str, Sequence[str]]:
    made: dict[str, Sequence[str]] = {}
    for name, value in values.items():
        match value:
            case None:
                continue
            case Mapping():
                made |= _flat(value, f"{before}{name}.")
            case [Mapping(), *_]:
                for number, row in enumerate(value, start=1):
                    made |= _flat(row, f"{before}{name}.{number}.")
            case list() | tuple() | set() | frozenset():
                made[before + name] = tuple(str(item) for item in value)
            case _:
                made[before + name] = (_text(value),)
    return made


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return str(value)
