"""How is a need said to others: its name, its ranges, its fields, always from what they may see?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from marketplace import disclosure, units
from marketplace.disclosure import Level, Range, Seen, Summary
from marketplace.needs import NeedFields
from marketplace.resources import emission, quantity_of
from marketplace.units import measures_of
from web import i18n, labels, places, sentences, wording
from web.i18n import N_, gettext, said

LEVELS: Mapping[Level, str] = {
    Level.PUBLIC: N_("Public summary"),
    Level.PARKS: N_("Verified parks"),
    Level.BOTH: N_("After both agree"),
    Level.PROMISE: N_("After the promise of confidence"),
}
_MEASURES = measures_of(NeedFields)


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a need in words."""

    name: str
    label: str
    words: str


def level_name(level: Level | int | None) -> str:
    """What a level is called; what never leaves the owner says so."""
    return gettext(N_("Your organisation alone")) if level is None else gettext(LEVELS[Level(level)])


def name_of(summary: Summary) -> str:
    """What a listed need is called: its industry as far as it is said, and its mode where it is not the usual one."""
    mode = labels.value("mode", summary.mode)
    if not summary.industry:
        return mode
    return industry_of(summary) if summary.mode == "relocation" else f"{industry_of(summary)} · {mode}"


def brief(summary: Summary) -> str:
    """The ranges and provinces in a line."""
    said_of = [f"{labels.field(name)} {span(name, each)}" for name, each in summary.ranges]
    where = regions(summary.only or summary.prefer)
    return " · ".join([*said_of, where] if where else said_of)


def industry_of(summary: Summary) -> str:
    """384 电池制造; a 门类 by its name alone."""
    code = summary.industry
    if not code:
        return ""
    return labels.industry(code) if code.isalpha() else places.industry(code)


def span(name: str, each: Range) -> str:
    """A range in words: 100–200 亩, 5,000 万元–1 亿元, under 20 亩, 1,000 亩 and up."""
    low, high = _amount(name, each.least), _amount(name, each.below)
    if not low and not high:
        return gettext(N_("any size"))
    if not low:
        return said(N_("under {high}"), {"high": " ".join(high)})
    if not high:
        return said(N_("{low} and up"), {"low": " ".join(low)})
    return f"{low[0]}–{' '.join(high)}" if low[1] == high[1] else f"{' '.join(low)}–{' '.join(high)}"


def key_of(each: Range) -> str:
    """A range as an address carries it: 100-200."""
    return "-".join("" if edge is None else f"{edge:f}" for edge in (each.least, each.below))


def regions(codes: tuple[str, ...]) -> str:
    """Provinces by name."""
    return i18n.joined([labels.place(code) for code in codes])


def summary_lines(summary: Summary) -> list[Line]:
    """Level 0 in words: the same lines for every need, so that what is kept back looks like what is not said."""
    found = {"mode": labels.value("mode", summary.mode), "industry": industry_of(summary)}
    for name in disclosure.EDGES:
        each = summary.range_of(name)
        found[name] = span(name, each) if each else ""
    found |= {"regions.only": regions(summary.only), "regions.prefer": regions(summary.prefer)}
    return [Line(name, labels.field(name), words) for name, words in found.items()]


def field_lines(shown: Seen) -> list[Line]:
    """The exact fields that are open at the level, in words."""
    return [Line(name, labels.field(name), words_of(name, _value(shown.fields, name))) for name in shown.names]


def words_of(name: str, value: Any) -> str:
    """A field's value as people say it."""
    if value in (None, "", [], {}):
        return ""
    spoken = _SPOKEN.get(name)
    if spoken:
        return spoken(value)
    if isinstance(value, Decimal):
        return wording.briefly(value, _MEASURES[name])
    return i18n.shown(value)


def _emissions(amounts: Mapping[Any, Decimal]) -> str:
    pairs = [(str(name), quantity_of(emission(name)).measure, amount) for name, amount in amounts.items()]
    return i18n.joined([f"{name} {wording.briefly(amount, measure)}" for name, measure, amount in pairs])


def _modes(modes: list[Any]) -> str:
    return i18n.joined([labels.value("supply_mode", mode) for mode in modes])


def _places(codes: list[str]) -> str:
    return i18n.joined([labels.place(code) for code in codes])


def _day(day: date) -> str:
    return day.isoformat()


_SPOKEN: Mapping[str, Callable[[Any], str]] = {
    "mode": lambda mode: labels.value("mode", mode),
    "industry": places.industry,
    "energy_basis": lambda basis: labels.value("energy_basis", basis),
    "emissions_t_a": _emissions,
    "supply_modes": _modes,
    "regions.only": _places,
    "regions.prefer": _places,
    "regions.exclude": _places,
    "origin": places.place,
    "hq": places.place,
    "needed_on": _day,
    "phases": sentences.phases,
    "jobs": lambda jobs: said(N_("{jobs}"), {"jobs": i18n.number(jobs)}),
    "title": str,
    "description": str,
}


def _value(fields: NeedFields, name: str) -> Any:
    head, _, inner = name.partition(".")
    return getattr(getattr(fields, head), inner) if inner else getattr(fields, head)


def _amount(name: str, edge: Decimal | None) -> tuple[str, ...]:
    """Number and unit of an edge of a range; areas in the first unit alone."""
    if edge is None:
        return ()
    piece = units.shown(edge, _MEASURES[name], western=places.english())[0]
    return piece.number, gettext(piece.unit)
