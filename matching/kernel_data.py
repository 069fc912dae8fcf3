"""What do the compiled loops read, where do they write, and which place has what?

Numbers here are compiled in wherever they are read; `matching.compiled` sees to it that no old copy answers.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
I8 = NDArray[np.int8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]

BLOCK = 1280  # parks at a time: what is worked on lies in the second-level cache, and a pass is long enough to pay
TIER = 1.5  # between two standings on the key; scores lie in [0, 1]
NONE_BETTER = -9.0
FLOOR = -1.75  # on the key: above every infeasible pair, below every unverified one
FEASIBLE_FROM = -0.25
FULL_FROM = -0.45  # a park whose bar is here takes no unverified need any more
TIES = 1e-11  # scores are compared after rounding to 12 decimals
TIED = 24  # ties for which there is room
FAIL, UNKNOWN = 2, 1
RAMPS = 4


class Ranks(NamedTuple):
    """The parks by each amount, (n_amounts, …); bits are 64 parks to a word, the first in the lowest.

    `amounts` rise, `counts` of them are known, `rising` are their parks; `lowest` (n_amounts, n_marks, n_words) are the
    first 0, `step`, twice `step`, … of these. `known` and `everyone` are who says an amount, and who there is.
    """

    amounts: F32
    counts: I64
    rising: U32
    step: int
    lowest: U64
    known: U64
    everyone: U64


class Tables(NamedTuple):
    """The parks, ordered by region so that excluded provinces are whole blocks; (…, n_parks) each.

    `amounts` are free amounts, prices and days (−1 unknown), `fixed` the values of the criteria that no need changes.
    `ramps` (n_functions, 13) are the value functions as y0 and four (x, length, slope); `priors` what is for unknown.
    `by_park` (n_parks, n_amounts) are the amounts again; `word` are each park's words, end to end, by `number_of` the
    gram (−1: no park has it); `most_of` is the most that any park has of each number.
    """

    amounts: F32
    amounts64: F64
    multiples: F64
    multiple_of: I32
    fixed: F32
    fixed64: F64
    wordless: F32
    postings_start: I64
    postings_park: I32
    postings_weight: F32
    words_start: I64
    word: U32
    word_weight: F32
    number_of: I32
    most_of: F32
    by_park: F32
    ramps: F32
    priors: F64
    priors32: F32
    beta: float
    ranks: Ranks


class Plans(NamedTuple):
    """Needs, row by row; what differs in number from need to need lies end to end, `…_start` saying where.

    `rows` are places in the table of values by code, home and preference (−1 none), `flags` of standings by list.
    `gates` are column, group, standing where unknown, standing where passed; `turns` low, high, one over the amount,
    which is `asked`. `given` are the values that are the same everywhere: investment, tax, energy intensity, jobs.
    """

    weights: F64
    weights32: F32
    constant: F64
    sides: I8
    base: I8
    rents: I8
    needed_on: F64
    rows: I32
    flags: I32
    gates_start: I64
    gates: I32
    turns: F32
    asked: F64
    given: F64
    silent_groups: I8
    words_start: I64
    word: I32
    word_weight: F64
    bound: F32


class Work(NamedTuple):
    """Where a block is worked on; whole arrays, for what is cut out of another is not known to be contiguous."""

    u: F32
    v: F32
    least: F32
    likeness: F32
    standing: I32


class Bits(NamedTuple):
    """Who fails a need and for whom it cannot be decided, in bits; afterwards who is feasible and who is unverified."""

    fails: U64
    silent: U64
    some: U64


class Few(NamedTuple):
    """Some parks that are looked at for a need: their places, both sides' sums so far, standings, keys."""

    at: U32
    u: F32
    v: F32
    standing: I32
    key: F32


# Places in `weights`: NEED_SIDE then PARK_SIDE of matching.weights.
(CHAIN, TEXT, LAND_PRICE, LAND, ENERGY, ENVIRONMENT, MARKET, TALENT, SERVICES, LABOUR, DISTANCE, DELIVERY) = range(12)
GREEN, RESPONSE, REGION, INVESTMENT, TAX, GAP, INTENSITY, TECHNOLOGY, POLLUTANTS, JOBS = range(12, 22)
# Places in `fixed`.
PRICE, RENT = 0, 1
FIXED = (LAND_PRICE, LAND_PRICE, MARKET, TALENT, SERVICES, LABOUR, GREEN, RESPONSE)
# Groups of gates whose scarcest is a criterion; the emissions are of the third and of the fourth.
NO_GROUP, IN_LAND, IN_ENERGY, IN_ENVIRONMENT, EMITTED = range(5)
# Places in `ramps`.
RAMP_LAND, RAMP_ENERGY, RAMP_ENVIRONMENT, RAMP_POLLUTANTS, RAMP_DELIVERY = range(5)
AVAILABLE_ON = 0  # the place of the day a park is ready in `amounts`


class Details(NamedTuple):
    """What the columns know of each park beside its amounts, in the tables' order: its sectors and its words.

    `points` (n_functions, n_points, 2) are the value functions in the order of POINTED, the last point repeated;
    `linked` is what linkage counts for. Numbers that may change come as data: a cache would keep a constant.
    """

    sectors_start: I64
    sector: I32
    share: F64
    weight: F64
    words_start: I64
    word: I32
    word_weight: F64
    grams: int
    linked: float
    points: F64


class Codes(NamedTuple):
    """Industry codes against all sectors, (n_codes, n_sectors): likeness, linkage, what they supply, what is theirs."""

    alike: F64
    linked: F64
    supplies: F64
    inside: F64
    usual: F64


# Places in `points`.
POINTED = ("land_slack", "energy_slack", "environment_slack", "pollutant_share", "delivery", "chain_gap")
OF_POLLUTANTS, OF_DELIVERY, OF_GAP = 3, 4, 5


class Found(NamedTuple):
    """What was found for some needs, and for every park among these needs; both with the margin, in no order.

    `places` (n_needs, width) hold parks in the tables' order, `found` how many there are: more than the width were not
    kept. `standings` (n_needs, 3). For the parks `needs` (n_parks, width) and `keys`; `taken` how many, and `bars`
    what a key must exceed; `crowded` marks parks that had more ties than the width holds.
    """

    places: I32
    found: I32
    standings: I32
    needs: I32
    keys: F32
    taken: I32
    bars: F32
    crowded: I8


def room(needs: int, parks: int, k: int, both: int, tied: int = TIED) -> Found:
    """An empty `Found` for so many needs and parks: twice what is asked for, and some for ties."""
    width, other = min(parks, k + tied), 2 * both + tied
    of_parks = parks if both else 0
    return Found(
        places=np.empty((needs, width), dtype=np.int32),
        found=np.zeros(needs, dtype=np.int32),
        standings=np.zeros((needs, 3), dtype=np.int32),
        needs=np.empty((of_parks, other), dtype=np.int32),
        keys=np.empty((of_parks, other), dtype=np.float32),
        taken=np.zeros(of_parks, dtype=np.int32),
        bars=np.full(of_parks, FLOOR, dtype=np.float32),
        crowded=np.zeros(of_parks, dtype=np.int8),
    )
