"""Which open needs answer a filter, and how many of each kind are there? Of what the reader may see alone.

Counts below K are not told; the filters know ranges, never amounts, so that no search asks about what is hidden.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, NamedTuple

from fastapi import Depends, Query

from marketplace.disclosure import EDGES, K, Seen, Summary
from web import charts, labels, summaries
from web.i18n import number

PAGE_ROWS = 30
FEW = f"<{K}"
RANGED = {"land": "land_mu", "building": "building_m2", "power": "power_kva", "investment": "investment_10k"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked, by its names in the address."""

    mode: str = ""
    industry: str = ""
    place: str = ""
    land: str = ""
    building: str = ""
    power: str = ""
    investment: str = ""

    def as_dict(self) -> dict[str, str]:
        """The filters that ask something, for links."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}


class Choice(NamedTuple):
    """One line of a facet; `often` is a count, or that it is below K."""

    value: str
    label: str
    often: str
    chosen: bool


class Facet(NamedTuple):
    """A group of filters of which one may be chosen."""

    title: str
    name: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of needs; `next` is the id to go on after."""

    rows: Sequence[Seen]
    total: str
    next: str | None


def filters(
    mode: Annotated[str, Query(max_length=24)] = "",
    industry: Annotated[str, Query(max_length=4)] = "",
    place: Annotated[str, Query(max_length=6)] = "",
    land: Annotated[str, Query(max_length=24)] = "",
    building: Annotated[str, Query(max_length=24)] = "",
    power: Annotated[str, Query(max_length=24)] = "",
    investment: Annotated[str, Query(max_length=24)] = "",
) -> Filters:
    """Reads the filters of the list from the address."""
    return Filters(mode, industry, place, land, building, power, investment)


Asked = Annotated[Filters, Depends(filters)]


def told(count: int) -> str:
    """A count, unless it is so small that it tells of single firms."""
    return number(count) if count >= K else FEW


def page_of(needs: Iterable[Seen], asked: Filters, after: str) -> Listed:
    """A page of the needs that answer; an `after` that is not among them begins anew."""
    rows = [need for need in needs if _answers(need.summary, asked)]
    ids = [need.id for need in rows]
    start = ids.index(after) + 1 if after in ids else 0
    shown = rows[start : start + PAGE_ROWS]
    more = start + PAGE_ROWS < len(rows)
    return Listed(shown, told(len(rows)) if rows else "0", shown[-1].id if more else None)


def facets(needs: Sequence[Seen], asked: Filters) -> list[Facet]:
    """Each facet with what each of its choices would leave, its own choice lifted."""
    words: Mapping[str, Callable[[str], str]] = {
        "mode": lambda mode: labels.value("mode", mode),
        "industry": labels.industry,
        "place": lambda code: charts.province_name(code.ljust(6, "0")),
    }
    found = [_facet(needs, asked, name, labels.field(_FIELDS[name]), word) for name, word in words.items()]
    found += [_ranges(needs, asked, name, field) for name, field in RANGED.items()]
    return [facet for facet in found if facet.choices]


_FIELDS = {"mode": "mode", "industry": "industry", "place": "regions"}


def values_of(summary: Summary, name: str) -> tuple[str, ...]:
    """What a summary says of one filter."""
    if name in RANGED:
        each = summary.range_of(RANGED[name])
        return (summaries.key_of(each),) if each else ()
    if name == "place":
        return tuple(dict.fromkeys((*summary.only, *summary.prefer)))
    if name == "industry":
        return (summary.industry[:2],) if summary.industry else ()
    return (str(summary.mode),)


def _answers(summary: Summary, asked: Filters) -> bool:
    return all(value in values_of(summary, name) for name, value in asked.as_dict().items())


def _counts(needs: Iterable[Seen], asked: Filters, name: str) -> Counter[str]:
    others = Filters(**{**asked.as_dict(), name: ""})
    return Counter(value for need in needs if _answers(need.summary, others) for value in values_of(need.summary, name))


def _facet(needs: Sequence[Seen], asked: Filters, name: str, title: str, word: Callable[[str], str]) -> Facet:
    """The choices by their code: an order by counts would tell what a small count does not."""
    counts = sorted(_counts(needs, asked, name).items())
    return Facet(title, name, [Choice(each, word(each), told(n), getattr(asked, name) == each) for each, n in counts])


def _ranges(needs: Sequence[Seen], asked: Filters, name: str, field: str) -> Facet:
    """The choices by size; a range that was made wider has a line of its own."""
    known = {key: each for need in needs if (each := need.summary.range_of(field)) for key in [summaries.key_of(each)]}
    counts = _counts(needs, asked, name)
    order = sorted(known, key=lambda key: (known[key].least or 0, known[key].below or EDGES[field][-1] * 10))
    choices = [
        Choice(key, summaries.span(field, known[key]), told(counts[key]), getattr(asked, name) == key)
        for key in order
        if counts[key]
    ]
    return Facet(labels.field(field), name, choices)
