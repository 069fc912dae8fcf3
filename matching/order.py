"""In which order do results stand where the asker wants more than the score: learned, uncrowded, diverse?

Each switch moves results within their standing, one after the other: learned value, then price, then diversity. The
shown score, the shares and the gates stay as they are; each result says by how many places every switch moved it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from matching.congestion import Prices, places_of, prices_from
from matching.diversity import diverse
from matching.learn import Learned, division_of, learned_value
from matching.learned_form import learned_from
from matching.records import Match, Need, Order, PairMatch, PairRanking, Ranking, Standing

Either = TypeVar("Either", Match, PairMatch)
Found = TypeVar("Found", Ranking, PairRanking)
POOL = 200  # results that a switch may reorder: from further down nothing is called up
LEARNED, CONGESTION, DIVERSE = "learned", "congestion", "diverse"


@dataclass(frozen=True, slots=True)
class Switches:
    """What beside the score orders a ranking; nothing unless asked for."""

    prices: Prices | None = None
    learned: Learned | None = None
    diverse: bool = False

    @property
    def on(self) -> bool:
        """Whether any is set."""
        return self.prices is not None or self.learned is not None or self.diverse

    def pool(self, top: int) -> int:
        """How many results to compute so that the first `top` of the new order are among them.

        Exact for prices alone: whoever stands further down than `top` and all priced parks together has `top`
        unpriced ones ahead. For the others the first `POOL` are reordered, and no more.
        """
        if not self.on:
            return top
        return max(top, POOL) if self.prices is None else max(POOL, top + sum(map(bool, self.prices.values())))


UNSWITCHED = Switches()


def ranked(ask: Callable[[int], Found], need: Need | None, switches: Switches, top: int) -> Found:
    """What `ask` finds, given how many results to compute, in the order asked for and cut to `top`."""
    return reordered(ask(switches.pool(top)), need, switches, top)


def reordered(ranking: Found, need: Need | None, switches: Switches, top: int) -> Found:
    """A ranking of `switches.pool(top)` results in the order asked for, cut to `top`; untouched without switches.

    A pair of places pays the prices of both, and lies where its second place lies.
    """
    if not switches.on:
        return ranking
    if isinstance(ranking, Ranking):
        return replace(ranking, results=_ordered(ranking.results, need, switches, top)[: max(0, top)])
    return replace(ranking, results=_ordered(ranking.results, need, switches, top)[: max(0, top)])


def _ordered(results: Sequence[Either], need: Need | None, switches: Switches, top: int) -> tuple[Either, ...]:
    found: list[Either] = []
    for standing in Standing:
        found += _within([match for match in results if match.standing is standing], need, switches, top)
    return tuple(found)


def _within(results: list[Either], need: Need | None, switches: Switches, top: int) -> list[Either]:
    """One standing, best first, in its new order; spread are the first `POOL`: all pairs of thousands take seconds."""
    values = [match.score for match in results]
    if switches.learned is not None:
        division = division_of(need)
        values = [learned_value(match, switches.learned, division) for match in results]
    learned = list(values)
    prices = [sum((switches.prices or {}).get(code, 0.0) for code in places_of(match)) for match in results]
    order, moved = list(range(len(results))), [dict[str, int]() for _ in results]
    if switches.learned is not None:
        order = _step(LEARNED, order, moved, lambda order: _falling(order, values))
    if switches.prices is not None:
        values = [value - price for value, price in zip(values, prices, strict=True)]
        order = _step(CONGESTION, order, moved, lambda order: _falling(order, values))
    if switches.diverse:
        order = _step(DIVERSE, order, moved, lambda order: _spread(max(POOL, top), order, results, values, need))
    return [
        replace(
            results[place],
            order=Order(
                moved=sum(moved[place].values()),
                by=moved[place],
                price=prices[place] if switches.prices is not None else None,
                learned=learned[place] if switches.learned is not None else None,
            ),
        )
        for place in order
    ]


def _step(
    name: str, order: list[int], moved: Sequence[dict[str, int]], by: Callable[[list[int]], list[int]]
) -> list[int]:
    """The order after one switch; how far each came up (down: below 0) is noted."""
    after = by(order)
    before = {place: position for position, place in enumerate(order)}
    for position, place in enumerate(after):
        moved[place][name] = before[place] - position
    return after


def _falling(order: list[int], values: Sequence[float]) -> list[int]:
    """By value, the highest first; ties, after rounding to 12 decimals, as they stood."""
    return sorted(order, key=lambda place: -round(values[place], 12))


def _spread(
    first: int, order: list[int], results: Sequence[Match | PairMatch], values: Sequence[float], need: Need | None
) -> list[int]:
    """Only the first so many change places."""
    head = order[:first]
    found = diverse([results[place] for place in head], [values[place] for place in head], need)
    return [*(head[position] for position in found), *order[first:]]


def switches_document(switches: Switches) -> dict[str, Any]:
    """The switches as JSON, for a kept answer."""
    return {
        "prices": None if switches.prices is None else dict(switches.prices),
        "learned": None if switches.learned is None else switches.learned.document,
        "diverse": switches.diverse,
    }


def switches_from(document: Mapping[str, Any]) -> Switches:
    """The switches of a kept answer. Raises InputError."""
    prices, learned = document.get("prices"), document.get("learned")
    return Switches(
        None if prices is None else prices_from(prices),
        None if learned is None else learned_from(learned),
        document.get("diverse") is True,
    )
