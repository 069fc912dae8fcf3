"""Where does each box and each line of a chain map stand, on a wide page and on a narrow one?"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.chains import DOWN, MISSING, STRONG, UP, WEAK, Chain, Link
from web import i18n, labels
from web.i18n import N_, gettext

SIDE_MOST, GAPS_MOST, CENTRE_MOST = 6, 4, 6
CENTRE_X, RIGHT_X = 345, 680
SEEN = 0.005  # a gap that would be told as 0
CELL = 7.7  # of a Latin letter at 14 px; a Chinese sign has two
KINDS = {STRONG: N_("strong link"), WEAK: N_("weak link"), MISSING: N_("missing link")}
HEADINGS = {UP: N_("Upstream: supplies the park"), DOWN: N_("Downstream: buys from the park")}


@dataclass(frozen=True, slots=True)
class Box:
    """A rounded box with its name and a line below; `tone` is its class, `full` the name in full."""

    x: float
    y: float
    width: float
    height: float
    name: str
    note: str
    tone: str
    full: str


@dataclass(frozen=True, slots=True)
class Wire:
    """A line between two boxes; dashed where the link is weak or missing."""

    path: str
    width: float
    tone: str


@dataclass(frozen=True, slots=True)
class Title:
    """A heading over boxes."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawing; `width` and `height` are the view box."""

    width: float
    height: float
    titles: tuple[Title, ...]
    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]


def shown(chain: Chain, direction: str) -> list[Link]:
    """The links a picture has room for: the widest gaps, then the strongest, weak ones first."""
    links = [link for link in chain.links if link.direction == direction]
    gaps = [link for link in links if link.kind in (WEAK, MISSING)]
    strong = [link for link in links if link.kind == STRONG]
    room = max(GAPS_MOST, SIDE_MOST - len(strong))
    chosen = gaps[:room]
    return chosen + strong[: SIDE_MOST - len(chosen)]


def note_of(link: Link) -> str:
    """What the second line of a box says: the kind of link and its number."""
    kind = gettext(KINDS[link.kind])
    if link.kind == STRONG:
        return f"{kind} · {gettext('linkage')} {100 * link.reach:.0f}"
    if link.gap < SEEN:  # thin, yet not below the usual share
        return f"{kind} · {100 * link.share:.0f} %"
    return f"{kind} · {gettext('gap')} {100 * link.gap:.0f}"


def wide(chain: Chain) -> Picture | None:
    """Three columns: upstream, the park, downstream. None where there is nothing to draw."""
    sides = {direction: shown(chain, direction) for direction in (UP, DOWN)}
    own = chain.shares[:CENTRE_MOST]
    if not own:
        return None
    rows = max(len(sides[UP]), len(sides[DOWN]), len(own), 1)
    height = 40 + rows * 60
    centre = _column(CENTRE_X, 270, [_own(code, share) for code, share in own], rows)
    places = {code: box for (code, _), box in zip(own, centre, strict=True)}
    boxes, wires = list(centre), []
    for direction, x in ((UP, 0), (DOWN, RIGHT_X)):
        column = _column(x, 280, [_linked(link) for link in sides[direction]], rows)
        boxes += column
        for link, box in zip(sides[direction], column, strict=True):
            wires += _wires(link, box, places, direction)
    titles = (
        Title(0, 18, gettext(HEADINGS[UP])),
        Title(CENTRE_X, 18, gettext("This park")),
        Title(RIGHT_X, 18, gettext(HEADINGS[DOWN])),
    )
    return Picture(960, height, titles, tuple(boxes), tuple(wires))


def narrow(chain: Chain) -> Picture | None:
    """One column along a spine: upstream, the park, downstream. None where there is nothing to draw."""
    if not chain.shares:
        return None
    titles: list[Title] = []
    boxes: list[Box] = []
    wires: list[Wire] = []
    groups = (
        (gettext(HEADINGS[UP]), [_linked(link) for link in shown(chain, UP)]),
        (gettext("This park"), [_own(code, share) for code, share in chain.shares[:CENTRE_MOST]]),
        (gettext(HEADINGS[DOWN]), [_linked(link) for link in shown(chain, DOWN)]),
    )
    y = 0.0
    for words, group in groups:
        if not group:
            continue
        titles.append(Title(34, y + 18, words))
        y += 30
        for name, note, tone, full in group:
            boxes.append(Box(34, y, 300, 48, fitted(name, int(278 / CELL)), note, tone, full))
            wires.append(Wire(f"M10 {y + 24}H34", 2.5, "strong" if tone == "own" else tone))
            y += 56
        y += 10
    first, last = boxes[0], boxes[-1]
    spine = Wire(f"M10 {first.y + 24}V{last.y + 24}", 2.5, "spine")
    return Picture(340, y, tuple(titles), tuple(boxes), (spine, *wires))


def fitted(words: str, cells: int) -> str:
    """Words cut to a width in cells (a Chinese sign is two), with … where something is left out."""
    used = 0
    for place, sign in enumerate(words):
        used += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if used > cells:
            return words[: max(0, place - 1)].rstrip() + "…"
    return words


def _own(code: str, share: float) -> tuple[str, str, str, str]:
    name = labels.industry(code)
    return name, f"{100 * share:.0f} %", "own", name


def _linked(link: Link) -> tuple[str, str, str, str]:
    name = labels.industry(link.sector)
    return name, note_of(link), link.kind, f"{name}: {note_of(link)}, {_served(link)}"


def _served(link: Link) -> str:
    names = i18n.joined([labels.industry(served.sector) for served in link.serves])
    words = gettext("for %(names)s") if link.direction == UP else gettext("buys from %(names)s")
    return words % {"names": names}


def _column(x: float, width: float, group: Sequence[tuple[str, str, str, str]], rows: int) -> list[Box]:
    """Boxes below each other, centred on the height of the picture."""
    top = 34 + (rows - len(group)) * 30
    cells = int((width - 22) / CELL)
    return [
        Box(x, top + 60 * place, width, 48, fitted(name, cells), note, tone, full)
        for place, (name, note, tone, full) in enumerate(group)
    ]


def _wires(link: Link, box: Box, places: dict[str, Box], direction: str) -> list[Wire]:
    """Curves from a link to the divisions it serves most, as wide as what hangs on them."""
    made = []
    for served in link.serves[:2]:
        other = places.get(served.sector)
        if other is None:
            continue
        left, right = (box, other) if direction == UP else (other, box)
        x1, y1, x2, y2 = left.x + left.width, left.y + 24, right.x, right.y + 24
        middle = (x1 + x2) / 2
        path = f"M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"
        made.append(Wire(path, round(1.2 + 6 * min(1.0, served.amount), 2), link.kind))
    return made
