"""Which of several alike parks stand side by side, and which make room for another kind?

Maximal marginal relevance: each place of the list goes to the park whose order value, less a little for its likeness to
one already listed, is highest; and of ten neighbours at most three lie in one city, unless the need asked for it.
Source: Carbonell & Goldstein, SIGIR 1998. Order only, never the shown score.
"""

from collections.abc import Sequence

from matching.place import shortened
from matching.records import Match, Need, PairMatch, Park

WINDOW, CITY_MOST = 10, 3
ALIKE_COSTS = 0.05  # points of score a twin of a listed park loses in the order; ours
SAME_CITY, SAME_PROVINCE = 1.0, 0.4  # likeness of place; ours
MUNICIPALITIES = ("11", "12", "31", "50")


def city_of(park: Park) -> str | None:
    """The prefecture of a park, or its municipality; None where its place is not known so closely."""
    code = park.adcode or ""
    if code[:2] in MUNICIPALITIES:
        return code[:2]
    return code[:4] if len(code) >= 4 and code[2:4] != "00" else None


def likeness(one: Park, other: Park) -> float:
    """How alike two parks are, in [0, 1]: half their place, half the industries they name."""
    place = 0.0
    if one.adcode and other.adcode and one.adcode[:2] == other.adcode[:2]:
        place = SAME_CITY if city_of(one) == city_of(other) is not None else SAME_PROVINCE
    mine, theirs = set(one.industries), set(other.industries)
    both = len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0
    return 0.5 * place + 0.5 * both


def diverse(matches: Sequence[Match | PairMatch], values: Sequence[float], need: Need | None) -> list[int]:
    """Places of `matches` (of one standing, best first) in their new order; `values` are what they are ordered by.

    Where every park left is over the cap, the cap gives way: the list is not cut short.
    """
    parks = told_apart(matches)
    cities = [None if _asked_for(city_of(park), need) else city_of(park) for park in parks]
    left, order = list(range(len(parks))), list[int]()
    closest = [0.0] * len(parks)
    while left:
        near = [cities[place] for place in order[-(WINDOW - 1) :]]
        allowed = [place for place in left if cities[place] is None or near.count(cities[place]) < CITY_MOST]
        chosen = max(allowed or left, key=lambda place: (values[place] - ALIKE_COSTS * closest[place], -place))
        left.remove(chosen)
        order.append(chosen)
        for place in left:
            closest[place] = max(closest[place], likeness(parks[place], parks[chosen]))
    return order


def told_apart(matches: Sequence[Match | PairMatch]) -> list[Park]:
    """By which park each is spread: where it goes; where every pair has one park in common, by the other."""
    codes = [{match.first.code, match.second.code} for match in matches if isinstance(match, PairMatch)]
    common = set.intersection(*codes) if len(codes) > 1 else set()
    return [
        match.first if isinstance(match, PairMatch) and match.second.code in common else destination(match)
        for match in matches
    ]


def destination(match: Match | PairMatch) -> Park:
    """Where the production goes: the park, or the second of two places."""
    return match.park if isinstance(match, Match) else match.second


def _asked_for(city: str | None, need: Need | None) -> bool:
    """Whether the need names the city, or a county of it; a whole province is still spread over its cities."""
    named = (*need.regions.only, *need.regions.prefer) if need else ()
    return city is not None and any(shortened(code).startswith(city) for code in named)
