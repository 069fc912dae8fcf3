"""Which place for research and which for manufacturing suit each other and the need (研发+制造)?

S = K : Ψ : acc(τ; 1, 1.5) : pilot : factors as .35 : .20 : .20 : .15 : .10, of the pair alone; both have their gates.
Where the need says where the firm is, or what regions it prefers, research near home and manufacturing there count too:
researchers do not move as machines do, so without it a firm of Beijing was sent to Shenyang for its laboratory. And
the kind of zone counts for research: universities are known by city alone, so any zone of Shanghai stood beside 张江.
K is the cosine of research and manufacturing strength by division, each division counting as it is like the need's
industry. A park's spare capacity is one number for all its divisions: it cancels in a cosine and is left to the gates.
Source: ENGINE.md 3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from matching.columns import Columns
from matching.criteria import MEASURES, hours_from, value_of
from matching.industry import sectors, similarity
from matching.modes import terms
from matching.modes.pairing import Pairing, TermColumn
from matching.modes.places import Places, places_of
from matching.modes.two_places import Candidates, Question, pairing_of
from matching.records import Need
from matching.reference import prefectures
from matching.reference.priors import constant, prior_of
from matching.reference.priors import terms as priors_of
from matching.ties import listed, places

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

MODE = "rd_manufacturing"
DECIMALS = 12  # a sum over divisions must not hang on how the machine adds
ROUNDED = 1e-12  # what rounding may add to K


@dataclass(frozen=True, slots=True, eq=False)
class Strengths:
    """Of the parks of an index: `research` and `making` (n_parks, n_divisions), unit vectors, zero where unknown.

    `sparse` is `making` without its zeros; `filled` says whose industries are known, `known` whose place too: half
    of research is what its prefecture's listed firms do. z, the level of
    `technology`, `learning` and `cheapness` (n_parks,) in [0, 1], NaN unknown; the last two are those of the place.
    """

    research: Floats
    making: Floats
    sparse: csr_matrix
    known: NDArray[np.bool_]
    filled: NDArray[np.bool_]
    technology: Floats
    learning: Floats
    cheapness: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """What a place of research and a place of manufacturing are to each other.

    `weighed` is the research of each park, each division as the need values it; `rest` bounds all terms but K, by
    cells, and `alike` bounds K, see `most_alike`. `hours` from the firm to each place of research, `preferred` of each
    place of manufacturing: empty where the need does not say. `kind` of zone as a place for research.
    """

    weights: Mapping[str, float]
    weighed: Floats
    r: Strengths
    m: Strengths
    a: Places
    b: Places
    rest: Floats
    alike: Floats
    hours: Floats
    preferred: Floats
    kind: Floats

    def bound(self) -> Floats:
        order, starts = _by_cell(self.b)
        most = np.maximum.reduceat(self.alike[order], starts, axis=0).T
        return self.rest + self.weights["match"] * np.maximum(priors_of(MODE, "pair")["match"].prior, most)

    def limit(self, i: Rows, j: Rows, needed: Floats) -> Floats:
        weight, prior = self.weights["match"], priors_of(MODE, "pair")["match"].prior
        cell = self.a.cell[i]
        rest = self.rest[cell, self.b.cell[j]]
        known = self.r.known[i] & self.m.filled[j]
        limit = rest + weight * np.where(known, self.alike[j, cell], prior)
        near = np.flatnonzero((limit >= needed) & known)
        limit[near] = rest[near] + weight * self._alike(i[near], j[near])
        return limit

    def most_else(self) -> Floats:
        """The most that all terms but K can sum to for two cells, (n_cells, n_cells)."""
        weights, own = self.weights, priors_of(MODE, "pair")
        most = weights["access"] * terms.access_bound(MODE, self.a, self.b)
        most += weights["pilot"] * own["pilot"].prior
        gap = (_cells(self.r.technology, self.a), _cells(self.m.technology, self.b))
        most += weights["absorption"] * np.maximum(own["absorption"].prior, _most_absorbed(*gap))
        most += weights["factors"] * np.maximum(own["factors"].prior, self._most_complementary())
        most += weights["zone"] * _most(self._of_kind(np.arange(len(self.kind))).value, self.a)[:, None]
        if "home" in weights:
            most += weights["home"] * _most(self._at_home(np.arange(len(self.hours))).value, self.a)[:, None]
        if "region" in weights:
            most += weights["region"] * _most(self._in_region(np.arange(len(self.preferred))).value, self.b)
        return most

    def terms(self, i: Rows, j: Rows) -> Sequence[TermColumn]:
        weights, own = self.weights, priors_of(MODE, "pair")
        gap = np.clip(self.r.technology[i] - self.m.technology[j], 0.0, 1.0)
        learning = np.clip(self.r.learning[i] - self.m.learning[j], 0.0, 1.0)
        cheapness = np.clip(self.m.cheapness[j] - self.r.cheapness[i], 0.0, 1.0)
        asked = [self._at_home(i)] if "home" in weights else []
        asked += [self._in_region(j)] if "region" in weights else []
        return [
            *asked,
            terms.term_column(own["match"], weights["match"], self._alike(i, j)),
            terms.term_column(own["absorption"], weights["absorption"], 4 * gap * (1 - gap), gap),
            terms.access(MODE, weights["access"], self.a, self.b, (i, j)),
            terms.unknown_column(own["pilot"], weights["pilot"], len(i)),
            terms.term_column(own["factors"], weights["factors"], (learning + cheapness) / 2),
            self._of_kind(i),
        ]

    def _at_home(self, i: Rows) -> TermColumn:
        term, hours = priors_of(MODE, "pair")["home"], self.hours[i]
        x, y = zip(*term.points, strict=True)
        value: Floats = np.interp(hours, x, y)
        return terms.term_column(term, self.weights["home"], value, hours)

    def _of_kind(self, i: Rows) -> TermColumn:
        term, kind = priors_of(MODE, "pair")["zone"], self.kind[i]
        x, y = zip(*term.points, strict=True)
        value: Floats = np.interp(kind, x, y)
        return terms.term_column(term, self.weights["zone"], value, kind)

    def _in_region(self, j: Rows) -> TermColumn:
        return terms.term_column(priors_of(MODE, "pair")["region"], self.weights["region"], self.preferred[j])

    def _alike(self, i: Rows, j: Rows) -> Floats:
        """K, NaN where the research of the one or the industries of the other are unknown."""
        making = self.m.sparse
        counts = np.diff(making.indptr)[j]
        pair = np.repeat(np.arange(len(i)), counts)
        place = making.indptr[j][pair] + np.arange(len(pair)) - (np.cumsum(counts) - counts)[pair]
        total = np.bincount(pair, self.weighed[i[pair], making.indices[place]] * making.data[place], len(i))
        known = self.r.known[i] & self.m.filled[j]
        return np.where(known, np.round(np.minimum(total, 1.0), DECIMALS), np.nan)

    def most_alike(self) -> Floats:
        """The most K can be of each park of manufacturing with any of a cell of research, (n_parks, n_cells)."""
        order, starts = _by_cell(self.a)
        r = np.maximum.reduceat(self.weighed[order], starts, axis=0)
        most: Floats = np.minimum(1.0, self.m.sparse @ r.T + ROUNDED)
        return most

    def _most_complementary(self) -> Floats:
        (_, r_learning), (r_cheap, _) = _cells(self.r.learning, self.a), _cells(self.r.cheapness, self.a)
        (m_learning, _), (_, m_cheap) = _cells(self.m.learning, self.b), _cells(self.m.cheapness, self.b)
        learning = np.clip(r_learning[:, None] - m_learning, 0.0, 1.0)
        most: Floats = (learning + np.clip(m_cheap - r_cheap[:, None], 0.0, 1.0)) / 2
        return most


def pairing(need: Need, among: Candidates, base: Candidates | None = None, *, institution: bool = True) -> Pairing:
    """Every place of research with every place of manufacturing. The mode has no institution term."""
    need = replace(need, origin=need.hq or need.origin)  # researchers are where the head office is
    return pairing_of(need, among, base or among, (0.0, 0.0, 1.0), _join, institution=institution)


@lru_cache(maxsize=4)
def strengths_of(columns: Columns) -> Strengths:
    """How strong each park is in research and manufacturing, by division, from what is known of it and its place."""
    made = _by_division(columns.portfolios)
    own = constant(MODE, "own_research")
    firms = _listed()[places_of(columns).tie]
    research, making = _unit(own * _shares(made) + (1 - own) * _shares(firms)), _unit(made)
    return Strengths(
        research=research,
        making=making,
        sparse=csr_matrix(making),
        known=np.any(made, axis=1) & (places_of(columns).tie >= 0),
        filled=np.any(making, axis=1),
        technology=_technology(columns),
        learning=_valued(columns["universities"], "talent"),
        cheapness=_stood_for(columns["gdp_per_head"]),
    )


def _join(question: Question, first: Candidates, second: Candidates, a: Places, b: Places) -> Joined:
    like = _likeness(question.second.industry)
    r, m = strengths_of(first.columns), strengths_of(second.columns)
    hours, preferred = hours_from(question.first, first.columns), MEASURES["region"](question.second, second.columns)
    none = np.zeros(0)
    joined = Joined(
        *(question.weights, r.research * like, r, m, a, b, np.zeros((0, 0)), np.zeros((0, 0))),
        hours=none if hours is None else hours,
        preferred=none if preferred is None else preferred.measure,
        kind=first.columns["zone_technology"],
    )
    return replace(joined, rest=joined.most_else(), alike=joined.most_alike())


@lru_cache(maxsize=256)
def _likeness(industry: str | None) -> Floats:
    """How much each division counts for an industry, its own fully, (n_divisions,); all alike where none is known."""
    if industry is None or not industry.isdigit():
        return np.ones(len(divisions()))
    whole = similarity(industry)[[sectors().index(code) for code in divisions()]]
    like: Floats = np.divide(whole, whole.max())
    return like


@cache
def divisions() -> tuple[str, ...]:
    """The divisions of GB/T 4754, as `matching.ties.listed` has them."""
    return listed().divisions


def _by_division(portfolios: Floats) -> Floats:
    column = {code: place for place, code in enumerate(divisions())}
    found = np.zeros((len(portfolios), len(column)))
    for place, sector in enumerate(sectors()):
        found[:, column[sector[:2]]] += portfolios[:, place]
    return found


@cache
def _listed() -> Floats:
    """Listed firms by row of `matching.ties`; the last row, which −1 finds, is empty."""
    return np.concatenate((listed().firms, np.zeros((1, len(divisions())))))


def _shares(amounts: Floats) -> Floats:
    total = amounts.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(amounts, total, out=np.zeros_like(amounts), where=total > 0)
    return shares


def _unit(vectors: Floats) -> Floats:
    length = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
    unit: Floats = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    return unit


def _technology(columns: Columns) -> Floats:
    """z: universities, those of 双一流 and the kind of zone; unknown as soon as the place or the kind is."""
    learned = _valued(columns["universities"], "talent")
    elite = 1 - np.exp(-_elite()[places_of(columns).tie] / constant(MODE, "elite_scale"))
    zone = columns["zone_technology"]
    parts = [constant(MODE, name) for name in ("universities", "elite", "zone")]
    whole: Floats = parts[0] * learned + parts[1] * elite + parts[2] * zone
    return whole


@cache
def _elite() -> Floats:
    """双一流 universities by row of `matching.ties`, NaN in the last row, which −1 finds."""
    return np.array([*(float(prefectures()[place].elite_universities) for place in places()), np.nan])


def _valued(measure: Floats, criterion: str) -> Floats:
    return np.array([np.nan if np.isnan(each) else value_of(criterion, each) for each in measure.tolist()])


def _stood_for(gdp_per_head: Floats) -> Floats:
    """How cheap labour is, by what stands in for wages in every place alike."""
    x, y = zip(*prior_of("labour_cost").stand_in_points, strict=True)
    value: Floats = np.interp(gdp_per_head, x, y)
    return value


def _by_cell(where: Places) -> tuple[Rows, Rows]:
    """Parks cell after cell, and where each cell begins."""
    order = np.argsort(where.cell, kind="stable")
    return order, np.searchsorted(where.cell[order], np.arange(where.cells))


def _cells(values: Floats, where: Places) -> tuple[Floats, Floats]:
    """The least and the most of each cell; a cell of which nothing is known could reach nothing beyond the prior."""
    least, most = np.full(where.cells, np.inf), np.full(where.cells, -np.inf)
    known = ~np.isnan(values)
    np.minimum.at(least, where.cell[known], values[known])
    np.maximum.at(most, where.cell[known], values[known])
    return least, most


def _most(values: Floats, where: Places) -> Floats:
    """The most of each cell, (n_cells,)."""
    most = np.zeros(where.cells)
    np.maximum.at(most, where.cell, values)
    return most


def _most_absorbed(r: tuple[Floats, Floats], m: tuple[Floats, Floats]) -> Floats:
    """The most 4g(1−g) can be where g lies between the least and the most gap of two cells."""
    low, high = (np.clip(a[:, None] - b, 0.0, 1.0) for a, b in ((r[0], m[1]), (r[1], m[0])))
    nearest_half = np.clip(0.5, low, np.maximum(low, high))
    most: Floats = 4 * nearest_half * (1 - nearest_half)
    return most
