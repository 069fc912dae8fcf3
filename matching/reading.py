"""What does a JSON object say, field by field, and what is wrong with it?

Strict: a field that is not asked for, a wrong type, a number that is negative or not finite, a date or a code that does
not exist are faults, gathered so that all are told at once.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from math import isfinite

from matching.errors import Fault, InputError
from matching.industry import is_code, name_of, nearest_codes
from matching.reference import regions

SHOWN_CHARS = 40
REGION_DIGITS = (2, 4, 6)


def parsed(text: str | bytes) -> object:
    """A JSON document. Raises InputError when it is none, gives a field twice, or holds what nobody could print."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
        json.dumps(found, ensure_ascii=False).encode()
    except InputError:  # which is a ValueError too
        raise
    except UnicodeEncodeError:
        raise InputError([Fault("", "A text holds half a character: write it whole.")]) from None
    except UnicodeDecodeError as error:
        raise InputError([Fault("", "The file is not UTF-8 text: byte {at}.", {"at": error.start})]) from None
    except json.JSONDecodeError as error:
        params = {"line": error.lineno, "column": error.colno, "problem": error.msg}
        raise InputError([Fault("", "This is not JSON: line {line}, column {column}: {problem}.", params)]) from None
    except RecursionError:
        raise InputError([Fault("", "This JSON is nested too deeply.")]) from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        raise InputError([Fault("", "This JSON holds a number of thousands of digits.")]) from None
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise InputError([Fault(name, "The field {name} is given twice: keep one.", {"name": name})])
        found[name] = value
    return found


class Section:
    """One JSON object being read: each field is asked for once, what was never asked for is a fault at the end."""

    def __init__(self, document: object, faults: list[Fault], where: str = "") -> None:
        self.faults = faults
        self.where = where
        self.asked: list[str] = []
        self.is_object = isinstance(document, Mapping)
        self.fields: Mapping[str, object] = document if isinstance(document, Mapping) else {}
        if document is not None and not self.is_object:
            self.complain("", "An object with named fields is needed here, not {value}.", value=shown(document))

    def complain(self, name: str, message: str, /, **params: object) -> None:
        """Add a fault at one of the fields."""
        self.faults.append(Fault(".".join(filter(None, (self.where, name))), message, params))

    def finish(self) -> None:
        """Complain of every field that is not one of those asked for."""
        for name in self.fields:
            if name in self.asked:
                continue
            near = get_close_matches(str(name), self.asked, 1)
            if near:
                self.complain(str(name), "There is no field {name}; did you mean {near}?", name=name, near=near[0])
            else:
                self.complain(str(name), "There is no field {name}: leave it out.", name=name)

    def value(self, name: str) -> object:
        self.asked.append(name)
        return self.fields.get(name)

    def section(self, name: str) -> "Section":
        return Section(self.value(name), self.faults, ".".join(filter(None, (self.where, name))))

    def text(self, name: str) -> str | None:
        value = self.value(name)
        if value is None or isinstance(value, str):
            return value.strip() if value else None
        self.complain(name, "Text is needed here, not {value}.", value=shown(value))
        return None

    def choice(self, name: str, options: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is None or value in options:
            return value
        self.complain(name, "{value} is none of {options}.", value=shown(value), options=", ".join(options))
        return None

    def flag(self, name: str) -> bool | None:
        value = self.value(name)
        if value is None or isinstance(value, bool):
            return value
        self.complain(name, "true, false or null is needed here, not {value}.", value=shown(value))
        return None

    def number(self, name: str, low: float = 0.0, high: float | None = None) -> float | None:
        return self._number(name, self.value(name), low, high)

    def date(self, name: str) -> date | None:
        value = self.text(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.complain(name, "{value} is no date: write it as 2027-06-30.", value=shown(value))
            return None

    def texts(self, name: str, check: Callable[[str, str], str | None] | None = None) -> tuple[str, ...]:
        """A list of texts, each once; `check` turns one into what is kept, or complains and returns None."""
        value = self.value(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.complain(name, "A list of texts is needed here, not {value}.", value=shown(value))
            return ()
        found = []
        for item in value:
            if not isinstance(item, str) or not item.strip():
                self.complain(name, "Every item of this list is a text, not {value}.", value=shown(item))
            elif (kept := check(name, item.strip()) if check else item.strip()) is not None:
                found.append(kept)
        return tuple(dict.fromkeys(found))

    def amounts(self, name: str, *, above_zero: bool = False) -> dict[str, float]:
        """An object of numbers by name; null is left out."""
        inner = self.section(name)
        found = {}
        for key in inner.fields:
            if not str(key).strip():
                inner.complain("", "An amount here needs the name of a pollutant.")
            number = inner.number(str(key))
            if number is not None and above_zero and number <= 0:
                inner.complain(str(key), "A number above zero is needed here, not {value}.", value=number)
            elif number is not None:
                found[str(key)] = number
        return found

    def industry(self, name: str) -> str | None:
        value = self.value(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            return self.checked_industry(name, value.strip())
        if value is not None and not isinstance(value, str):
            self.complain(name, "Text is needed here, not {value}.", value=shown(value))
        return None

    def checked_industry(self, name: str, code: str) -> str | None:
        """A GB/T 4754-2017 code; the letter of its section may stand before it."""
        plain = code.upper()
        if len(plain) > 1 and plain[0].isalpha() and is_code(plain[1:]):
            plain = plain[1:]
        if is_code(plain):
            return plain
        near = nearest_codes(code)
        if near:
            message = "{code} is no code of GB/T 4754-2017; did you mean {near} ({name})?"
            self.complain(name, message, code=shown(code), near=near[0], name=name_of(near[0]))
        else:
            self.complain(name, "{code} is no code of GB/T 4754-2017.", code=shown(code))
        return None

    def region(self, name: str) -> str | None:
        value = self.text(name)
        return self.checked_region(name, value) if value else None

    def checked_region(self, name: str, code: str) -> str | None:
        if code.isascii() and code.isdigit() and len(code) in REGION_DIGITS and code.ljust(6, "0") in regions():
            return code
        message = "{code} is no region code: a province has 2 digits, a prefecture 4, a county 6, as in 310114."
        self.complain(name, message, code=shown(code))
        return None

    def _number(self, name: str, value: object, low: float, high: float | None) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.complain(name, "A number is needed here, not {value}.", value=shown(value))
            return None
        try:
            number = float(value)
        except OverflowError:
            number = float("inf")
        if not isfinite(number):
            self.complain(name, "{value} is not a finite number.", value=shown(value))
        elif number < low and low == 0:
            self.complain(name, "{value} is negative: a number from zero up is needed here.", value=shown(value))
        elif number < low or (high is not None and number > high):
            self.complain(name, "{value} is outside {low} to {high}.", value=shown(value), low=low, high=high)
        else:
            return number
        return None


def shown(value: object) -> str:
    """What was given, short enough for a sentence."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + "…"
