"""What can be said no to, and with which sentence?"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from matching.errors import Fault, InputError

__all__ = ["Busy", "Conflict", "Fault", "InputError", "NotFound", "Refusal", "faults_in", "faults_of"]


class Refusal(Exception):
    """A rule says no; the transaction is rolled back. Each fault is one sentence beside one place."""

    def __init__(self, faults: Fault | Sequence[Fault]) -> None:
        self.faults = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("; ".join(f"{fault.where}: {fault.message}" for fault in self.faults))


class NotFound(Refusal):
    """Not there, or not yours: the two are never told apart."""

    def __init__(self) -> None:
        super().__init__(Fault("", "There is nothing here, or it is not yours to see", {}))


class Conflict(Refusal):
    """The world moved between reading and writing."""


class Busy(Refusal):
    """Too much of this is under way: try again in `retry_s` seconds."""

    def __init__(self, faults: Fault | Sequence[Fault], *, retry_s: int = 5) -> None:
        super().__init__(faults)
        self.retry_s = retry_s


# pydantic's own complaints in our words; the placeholders are keys of its context
_SENTENCES: Mapping[str, str] = {
    "missing": "This is missing",
    "empty": "This has to be filled in",
    "extra_forbidden": "There is no such field",
    "string_too_long": "This is too long: at most {max_length} characters",
    "string_too_short": "This is too short: at least {min_length} characters",
    "enum": "This is none of the choices: {expected}",
    "literal_error": "This is none of the choices: {expected}",
    "date_from_datetime_parsing": "This is not a date: write it as 2027-06-30",
    "date_parsing": "This is not a date: write it as 2027-06-30",
    "date_type": "This is not a date: write it as 2027-06-30",
    "int_parsing": "This is not a whole number",
    "int_from_float": "This is not a whole number",
    "int_type": "This is not a whole number",
    "float_parsing": "This is not a number",
    "float_type": "This is not a number",
    "finite_number": "This is not a number",
    "greater_than_equal": "This is too small: at least {ge}",
    "less_than_equal": "This is too large: at most {le}",
    "too_long": "These are too many: at most {max_length}",
    "bool_parsing": "Answer yes or no",
    "bool_type": "Answer yes or no",
    "string_type": "This must be text",
    "list_type": "This must be a list",
    "dict_type": "This must be a set of names and values",
    "json_invalid": "This is not JSON",
    "model_type": "This must be a set of names and values",
    "model_attributes_type": "This must be a set of names and values",
}


def faults_of(error: ValidationError) -> tuple[Fault, ...]:
    """The complaints of a model. `where` joins the path with dots (`emissions_t_a.COD`, `phases.1.share`)."""
    return faults_in(error.errors(include_url=False, include_input=False))


def faults_in(rows: Iterable[Mapping[str, Any]]) -> tuple[Fault, ...]:
    """The same for rows of pydantic's complaints, as FastAPI hands them on."""
    return tuple(_fault_of(row) for row in rows)


def _steps(path: Sequence[str | int]) -> Iterable[str]:
    """A list is one place, but a field of one of its rows is its own: phases.1.land_mu."""
    for step, beyond in zip(path, [*path[1:], None], strict=False):
        if isinstance(step, str):
            yield step
        elif beyond is not None:
            yield str(step + 1)


def _fault_of(row: Mapping[str, Any]) -> Fault:
    where = ".".join(_steps([step for step in row["loc"] if step != "[key]"]))
    params = {name: value for name, value in row.get("ctx", {}).items() if name not in ("message", "error")}
    empty = row["type"] == "string_too_short" and params.get("min_length") == 1
    message = row.get("ctx", {}).get("message") or _SENTENCES.get("empty" if empty else row["type"])
    return Fault(where, message or "This cannot be read", params)
