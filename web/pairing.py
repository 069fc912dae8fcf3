"""What does `pairs` answer: which parks are asked for, ranked, and how sure each place is?"""

from dataclasses import dataclass, replace
from typing import Any

from matching import told
from matching.answers import answer as answered
from matching.index import Index
from matching.modes.chosen import parks_in
from matching.modes.pairs import form_of, park_pairs
from matching.order import UNSWITCHED, Switches, reordered
from matching.records import Mode
from web.explaining import PAIRS_AMONG


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line was given; `origin` and `destination` are codes of parks or regions. Raises InputError."""

    mode: Mode
    origin: str | None
    destination: str | None
    reverse: bool
    institution: bool
    top: int
    seed: int
    switches: Switches = UNSWITCHED

    def __post_init__(self) -> None:
        form_of(self.mode, self.reverse)


def answer_of(asked: Asked, index: Index) -> dict[str, Any]:
    """The answer of `pairs`. Raises InputError."""
    origins = None if asked.origin is None else parks_in(index, "--from", asked.origin)
    destinations = None if asked.destination is None else parks_in(index, "--to", asked.destination)
    among = park_pairs(
        index,
        asked.mode,
        origins=origins,
        destinations=destinations,
        reverse=asked.reverse,
        institution=asked.institution,
        top=asked.switches.pool(first := max(asked.top, PAIRS_AMONG)),
    )
    ranking = reordered(among, None, asked.switches, asked.top)
    ranking = replace(ranking, results=ranking.results[: asked.top])
    return told.with_pairs(answered(ranking), ranking, among.results[:first], seed=asked.seed)
