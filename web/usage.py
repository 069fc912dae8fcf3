"""How is a wrong word on the command line refused in the reader's language: which option, what it may be?

Typer says these in English alone; what is not known here is said as Typer says it.
"""

from collections.abc import Mapping
from typing import Any

from marketplace.errors import Fault
from web.i18n import N_

VALUES: Mapping[str, tuple[str, str]] = {  # what pydantic calls it: our words, and what they name
    "int_parsing": (N_("{text} is no whole number"), ""),
    "float_parsing": (N_("{text} is no number"), ""),
    "greater_than_equal": (N_("{text} is too small: at least {limit}"), "ge"),
    "less_than_equal": (N_("{text} is too large: at most {limit}"), "le"),
}
CHOICES = " is not one of "
SHAPES: Mapping[str, str] = {  # how Typer's sentence ends
    "requires an argument.": N_("A value is missing after it"),
    "does not take a value.": N_("It takes no value: leave it away"),
}


def fault_of(error: Exception) -> Fault:
    """What was wrong with the words of a command."""
    words = " ".join(str(getattr(error, "format_message", error.__str__)()).split())
    return _value(error) or _option(error) or _command(error) or Fault("", words)


def _value(error: Exception) -> Fault | None:
    """An option or argument that is missing, or is something it cannot be."""
    param = getattr(error, "param", None)
    if param is None:
        return None
    where = str(param.get_error_hint()).strip("'")
    if type(error).__name__ == "MissingParameter":
        return Fault(where, "This must be given")
    faults: list[Any] = getattr(error.__cause__, "errors", list)()
    if not faults:
        return None
    kind, text, said = str(faults[0]["type"]), str(faults[0]["input"])[:40], str(faults[0]["msg"])
    if CHOICES in said:
        choices = said.partition(CHOICES)[2].strip(".").replace("'", "")
        return Fault(where, "{text} is none of these: {choices}", {"text": text, "choices": choices})
    if kind not in VALUES:
        return None
    message, limit = VALUES[kind]
    params: dict[str, Any] = {"text": text, "limit": faults[0].get("ctx", {}).get(limit)}
    return Fault(where, message, params)


def _option(error: Exception) -> Fault | None:
    """An option that is not there, or that has a value where it takes none, or none where it takes one."""
    name, message = str(getattr(error, "option_name", "")), str(getattr(error, "message", ""))
    if type(error).__name__ == "NoSuchOption":
        likely = ", ".join(getattr(error, "possibilities", None) or ())
        return (
            Fault(name, "There is no such option: {likely} perhaps?", {"likely": likely})
            if likely
            else Fault(name, "There is no such option: --help names them")
        )
    found = next((ours for end, ours in SHAPES.items() if name and message.endswith(end)), None)
    return None if found is None else Fault(name, found)


def _command(error: Exception) -> Fault | None:
    """A command that is not there, or words too many."""
    message = str(getattr(error, "message", ""))
    if message.startswith("No such command "):
        name = message.partition("'")[2].rpartition("'")[0]
        return Fault(name, "There is no such command: --help names them")
    if message.startswith("Got unexpected extra argument"):
        name = message.partition(") (")[2].rstrip(")") or message.partition(" (")[2].rstrip(")")
        return Fault(name, "That is a word too many")
    return None
