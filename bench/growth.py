"""S14: how does the time grow with needs and with parks?  The picture is docs/growth.svg."""

from math import log10
from statistics import median

from bench import market
from bench.batches import solved
from bench.figures import Figure, Section, shown, times
from matching.index import Index
from matching.records import Need

BASE_NEEDS, BASE_PARKS = 200, 254
STEPS = (1, 10, 100)
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 400, 72, 48, 40, 24
RANGES = {
    "needs": f"needs, {BASE_NEEDS} and more, at {10 * BASE_PARKS + 3:,} parks",
    "parks": f"parks, {BASE_PARKS} and more, at {BASE_NEEDS} needs",
}
FONT = 'font-family="sans-serif" font-size="13"'
COLOURS = {"needs": "#1f5fae", "parks": "#a8480a"}


def run(*, quick: bool) -> list[Section]:
    """Processor seconds for ×1, ×10, ×100 needs at 2,543 parks, and as many parks at a number of needs."""
    steps = STEPS[:2] if quick else STEPS
    index = Index.fit(market.parks(10 * BASE_PARKS + 3)).quickened()
    needs = market.needs(BASE_NEEDS * steps[-1])
    points = [("needs", float(step), _took(needs[: BASE_NEEDS * step], index)) for step in steps]
    some = needs[:BASE_NEEDS]
    points += [("parks", float(step), _took(some, _of_parks(BASE_PARKS * step))) for step in steps]
    figures = tuple(
        Figure(f"{kind} × {step:g}", seconds, "CPU-s", _against(points, kind, step), "linear or better")
        for kind, step, seconds in points
    )
    title = f"S14 Growth: {BASE_NEEDS} needs and more × 2,543 parks; {BASE_PARKS} parks and more × {BASE_NEEDS} needs"
    return [Section(title, figures, points=tuple(points))]


def _took(needs: list[Need], index: Index) -> float:
    return median(times(lambda: solved(needs, index), 3))


def _of_parks(count: int) -> Index:
    return Index.fit(market.parks(count)).quickened()


def _against(points: list[tuple[str, float, float]], kind: str, step: float) -> str:
    before = [(s, t) for k, s, t in points if k == kind and s < step]
    if not before:
        return ""
    last, took = before[-1]
    now = next(t for k, s, t in points if k == kind and s == step)
    return f"{now / took:.1f} × the time for {step / last:g} × as many"


def picture(section: Section) -> str:
    """The points on two logarithmic axes, with the line of linear growth beside each."""
    most = max(seconds for _, _, seconds in section.points)
    least = min(seconds for _, _, seconds in section.points)
    low, high = 10.0 ** int(log10(least) - 1), most * 3
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="22" fill="#1d2733">Processor seconds against the size of the market</text>',
    ]
    power = low
    while power <= high:
        y = _y(power, low, high)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dfe4ea"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#566171">{shown(power)} s</text>')
        power *= 10
    parts += [
        f'<text x="{_x(step):.1f}" y="{HEIGHT - 18}" text-anchor="middle" fill="#566171">× {step}</text>'
        for step in STEPS
    ]
    for kind, colour in COLOURS.items():
        parts += _line(section, kind, colour, low, high)
    return "\n".join([*parts, "</svg>\n"])


def _line(section: Section, kind: str, colour: str, low: float, high: float) -> list[str]:
    line = [(step, seconds) for name, step, seconds in section.points if name == kind]
    if not line:
        return []
    start = line[0][1]
    made = [
        f'<path d="M{_x(1):.1f} {_y(start, low, high):.1f}L{_x(100):.1f} {_y(100 * start, low, high):.1f}" '
        f'stroke="{colour}" stroke-dasharray="4 5" fill="none" opacity="0.5"/>',
        '<polyline points="'
        + " ".join(f"{_x(step):.1f},{_y(seconds, low, high):.1f}" for step, seconds in line)
        + f'" fill="none" stroke="{colour}" stroke-width="2.5"/>',
    ]
    for step, seconds in line:
        x, y = _x(step), _y(seconds, low, high)
        made.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>')
        made.append(f'<text x="{x + 8:.1f}" y="{y + 18:.1f}" fill="{colour}">{shown(seconds)} s</text>')
    place = list(COLOURS).index(kind)
    words = f"{RANGES[kind]} (dashed: linear)"
    return [*made, f'<text x="{LEFT + 12}" y="{TOP + 20 + 20 * place}" fill="{colour}">{words}</text>']


def _x(step: float) -> float:
    return LEFT + 24 + (WIDTH - LEFT - RIGHT - 90) * log10(step) / 2


def _y(seconds: float, low: float, high: float) -> float:
    return (
        HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (log10(max(seconds, low)) - log10(low)) / (log10(high) - log10(low))
    )
