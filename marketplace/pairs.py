"""Which parks could a park work with: where could its industry go, from where could it come, who is a partner?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.errors import Fault, InputError, NotFound, Refusal
from marketplace.matches import Catalogue
from matching.index import Index
from matching.modes.between import INSTITUTION
from matching.modes.pair_reasons import kilometres_and_hours, programmes_between, what_gains_count
from matching.modes.pairs import form_of, pair_of, park_pairs
from matching.order import UNSWITCHED, Switches, ranked
from matching.records import Mode, PairMatch, PairRanking, Park
from matching.reference.lists import Pairing

__all__ = [
    "INSTITUTION",
    "Kind",
    "PairMatch",
    "PairRanking",
    "Pairing",
    "Seen",
    "other_of",
    "partners_of",
    "seen_pair",
]


class Kind(StrEnum):
    """How a park looks for others: where its enclave could go or come from, research elsewhere, partners."""

    OUT = "out"
    IN = "in"
    REVERSE = "reverse"
    PARTNER = "partner"


MODES: Mapping[Kind, tuple[Mode, bool]] = {
    Kind.OUT: (Mode.ENCLAVE, False),
    Kind.IN: (Mode.ENCLAVE, False),
    Kind.REVERSE: (Mode.ENCLAVE, True),
    Kind.PARTNER: (Mode.PARTNER, False),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One pair, how far it is (None where a place is not known), and the programmes that pair both places by name.

    `counts` is what the gains of both sides count for by what the origin lacks; None where there are no sides.
    """

    match: PairMatch
    counts: float | None
    km: float | None
    hours: float | None
    programmes: tuple[Pairing, ...]


def partners_of(
    catalogue: Catalogue,
    code: str,
    kind: Kind,
    *,
    on: date,
    institution: bool = True,
    top: int = 20,
    misses: int = 5,
    unverified_only: bool = False,
    switches: Switches = UNSWITCHED,
) -> PairRanking:
    """The best others for a listed park as things stand on a day, in the order asked for. Raises NotFound."""
    index = _holding(catalogue, on, code)
    mode, reverse = MODES[kind]
    origins, destinations = (None, [code]) if kind is Kind.IN else ([code], None)

    def found(top: int) -> PairRanking:
        return park_pairs(
            index,
            mode,
            origins=origins,
            destinations=destinations,
            reverse=reverse,
            institution=institution,
            top=top,
            misses=misses,
            unverified_only=unverified_only,
        )

    return ranked(found, None, switches, top)


def seen_pair(catalogue: Catalogue, code: str, other: str, kind: Kind, *, on: date, institution: bool = True) -> Seen:
    """One pair, the same as in the ranking. Raises NotFound, Refusal."""
    index = _holding(catalogue, on, code, other)
    mode, reverse = MODES[kind]
    first, second = (other, code) if kind is Kind.IN else (code, other)
    try:
        match = pair_of(index, mode, first, second, reverse=reverse, institution=institution)
    except InputError as error:
        raise Refusal(error.faults) from None
    km, hours = kilometres_and_hours(index, match.first.code, match.second.code)
    counts = what_gains_count(form_of(mode, reverse), match)
    return Seen(match, counts, km, hours, programmes_between(match.first, match.second))


def other_of(match: PairMatch, code: str) -> Park:
    """Of a pair the park that is not this one."""
    return match.second if match.first.code == code else match.first


def _holding(catalogue: Catalogue, on: date, *codes: str) -> Index:
    """The index of a day. Raises NotFound where it lists no such park, Refusal where there are not two."""
    index = catalogue.index(on)
    if any(code not in index.row_of for code in codes):
        raise NotFound
    if len(codes) > 1 and len(set(codes)) == 1:
        raise Refusal(Fault("other", "A park is no pair with itself: name two parks."))
    return index
