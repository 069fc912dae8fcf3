"""How is every word, number and date said in the reader's language?

English is the message id. Chinese is the default language and comes from locale/zh.po, read once.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
CATALOGUE = Path(__file__).parent / "locale" / "zh.po"


class Language(StrEnum):
    """The languages of the pages."""

    ZH = "zh"
    EN = "en"


current: ContextVar[Language] = ContextVar("language", default=Language.ZH)


def chosen(cookie: str | None, accept: str) -> Language:
    """The language of a request: the `lang` cookie, then Accept-Language, then Chinese."""
    if cookie in set(Language):
        return Language(cookie)
    wishes = []
    for part in accept[:500].split(","):
        tag, _, quality = part.partition(";")
        primary = tag.strip().lower().split("-")[0]
        if primary in set(Language):
            wishes.append((_quality(quality), Language(primary)))
    return max(wishes, key=lambda wish: wish[0], default=(1.0, Language.ZH))[1]


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


@cache
def catalogue() -> Mapping[str, str]:
    """Message id → Chinese. A plural message is filed under its singular; Chinese has one form."""
    with CATALOGUE.open("rb") as file:
        messages = read_po(file, locale="zh")
    said: dict[str, str] = {}
    for message in messages:
        key, text = _first(message.id), _first(message.string)
        if key and text:
            said[key] = text
    return said


def _first(forms: str | Sequence[str] | None) -> str:
    return forms if isinstance(forms, str) else forms[0] if forms else ""


def gettext(message: str) -> str:
    """The message in the reader's language; the English itself where there is no Chinese."""
    return message if current.get() is Language.EN else catalogue().get(message, message)


def ngettext(singular: str, plural: str, n: float) -> str:
    """The message for a count. English has two forms, Chinese one."""
    if current.get() is Language.EN:
        return singular if n == 1 else plural
    return catalogue().get(singular, plural)


def N_(message: str) -> str:
    """Marks a message that is translated later, where it is shown."""
    return message


def said(message: str, params: Mapping[str, object] | None = None) -> str:
    """A fault's or label's message in the reader's language, its {named} places filled."""
    text = gettext(message)
    if not params:
        return text
    return text.format_map({name: shown(value) for name, value in params.items()})


def shown(value: object) -> str:
    """Any value a message may mention, as people read it."""
    match value:
        case None:
            return "–"
        case bool():
            return gettext("yes") if value else gettext("no")
        case datetime():
            return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case int() | float():
            return number(value)
        case list() | tuple() | set() | frozenset():
            return joined([shown(item) for item in value])
        case _:
            return gettext(str(value))  # a unit's or a status's message id, or a word that is none


def joined(words: list[str]) -> str:
    """A list as it is written: 、 in Chinese, comma in English."""
    return (", " if current.get() is Language.EN else "、").join(words)


def number(value: float | int | Any, digits: int | None = None) -> str:
    """Thousands by comma and at most `digits` decimals; by default about three figures."""
    if digits is None:
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def ago(moment: date | datetime, today: date) -> str:
    """How long since, in words: today, 3 days ago, 2 months ago, 4 years ago."""
    day = moment.astimezone(SHANGHAI).date() if isinstance(moment, datetime) else moment
    days = (today - day).days
    if days < 0:
        return day.isoformat()
    if days == 0:
        return gettext("today")
    if days < 60:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    if days < 730:
        return ngettext("%(n)s month ago", "%(n)s months ago", days // 30) % {"n": days // 30}
    return ngettext("%(n)s year ago", "%(n)s years ago", days // 365) % {"n": days // 365}
