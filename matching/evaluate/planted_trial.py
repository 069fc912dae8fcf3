"""Part A: how near does the engine come to what anybody could know of a market whose true values are known?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from matching import confidence, documents
from matching.evaluate import learning, planted_documents
from matching.evaluate.baselines import METHODS
from matching.evaluate.figures import Figure
from matching.evaluate.measures import brier_skill, interval, ndcg, ratio_interval
from matching.evaluate.planted import NOISES, SHEET, TASTES, Market, market
from matching.evaluate.planted_values import expected_gains, gains, true_values
from matching.explain import Evaluated
from matching.index import Index
from matching.records import Need

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Progress = Callable[[str], None]

TOP = 10
SHOWN = 20
TOP_THREE = 3
DRAWS = 48
POSITIVES = 5000
A_READER_TAKES = 1.2  # of one list, about; only to know how many needs must teach
SURE_NEEDS = 100  # needs whose confidence is judged: SMAA is the dear part


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A planted market, what is true of it, and what the engine sees."""

    market: Market
    values: Floats
    gains: Floats
    index: Index
    needs: Sequence[Need]
    seen: Sequence[Evaluated]

    def ndcg(self, orders: Sequence[Rows]) -> Floats:
        """NDCG@10 of one order for each need, (n_needs,)."""
        return np.array([ndcg(order, self.gains[row], TOP) for row, order in enumerate(orders)])


def trial(parks: int, needs: int, noise: str, seed: int) -> Trial:
    """A market and what the engine makes of its documents."""
    drawn = market(parks, needs, noise, seed)
    index = Index.fit(documents.parks_from(planted_documents.park_documents(drawn)))
    asked = [documents.need_from(each) for each in planted_documents.need_documents(drawn)]
    values = true_values(drawn)
    return Trial(drawn, values, gains(values), index, asked, [index.evaluated(need) for need in asked])


def part_a(
    parks: int, needs: int, *, seed: int, positives: int = POSITIVES, progress: Progress = print
) -> list[Figure]:
    """Every figure of part A; the goals are those of mid noise."""
    found: list[Figure] = []
    for noise in NOISES:
        progress(f"A {noise}")
        made = trial(parks, needs, noise, seed)
        rng = np.random.default_rng([seed, 2])
        ceiling = made.ndcg([np.argsort(-row, kind="stable") for row in expected_gains(made.market, DRAWS, 1)])
        found += _cold(made, noise, ceiling, rng)
        found.append(_refused(made, noise))
        if noise == "mid":
            progress("A learning")
            found += _learned(made, seed, positives, ceiling, rng)
            progress("A confidence")
            found += _confidence(made)
    return found


def _cold(made: Trial, noise: str, ceiling: Floats, rng: Generator) -> list[Figure]:
    """The engine, the simpler methods and the ceiling, by NDCG@10, and what the goals are about."""
    needs = len(made.needs)
    scores = {name: made.ndcg([method(each, rng) for each in made.seen]) for name, method in METHODS.items()}
    scores["ceiling"] = ceiling
    found = [
        Figure("A", f"ndcg.{name}.{noise}", float(each.mean()), *interval(each, rng), cases=needs)
        for name, each in scores.items()
    ]
    goals = {"ceiling": 0.75, "topsis": 1.30, "text": 1.80} if noise == "mid" else {}
    for other in ("ceiling", "topsis", "text"):
        value = float(scores["engine"].mean() / scores[other].mean())
        sure = ratio_interval(scores["engine"], scores[other], rng)
        found.append(Figure("A", f"engine_over.{other}.{noise}", value, *sure, goal=goals.get(other), cases=needs))
    return found


def _refused(made: Trial, noise: str) -> Figure:
    """How many parks of a top ten, said to be feasible, truly fail a hard constraint."""
    wrong = shown = 0
    for row, seen in enumerate(made.seen):
        first = METHODS["engine"](seen, np.random.default_rng(0))[:TOP]
        said = first[seen.standing[first] == 0]
        wrong += int((made.values[row, said] <= 0).sum())
        shown += len(said)
    return Figure("A", f"infeasible_in_top10.{noise}", float(wrong), goal=0.0, most=True, cases=shown)


def _learned(made: Trial, seed: int, positives: int, ceiling: Floats, rng: Generator) -> list[Figure]:
    """Taught by one half of a larger market of the same parks and law, judged on the needs of the trial."""
    teaching = int(positives / learning.READERS / A_READER_TAKES) + 1
    lists = []
    taught = _taught(made, teaching, seed)
    for row, seen in enumerate(taught.seen):
        grades = np.log2(taught.gains[row] + 1)
        lists += learning.lists_of(seen, METHODS["engine"](seen, rng), grades, rng, row)
    orders, count = learning.learned_orders(lists, made.seen, positives)
    after = made.ndcg(orders)
    return [
        Figure("A", "ndcg.learned.mid", float(after.mean()), *interval(after, rng), cases=len(after)),
        Figure(
            "A",
            "learned_over.ceiling.mid",
            float(after.mean() / ceiling.mean()),
            *ratio_interval(after, ceiling, rng),
            goal=0.82,
            cases=count,
        ),
    ]


def _taught(made: Trial, needs: int, seed: int) -> Trial:
    """Other needs before the same parks."""
    others = market(len(made.index.parks), needs, "mid", seed + 1)
    drawn = replace(made.market, needs=others.needs, shock=others.shock)
    asked = [documents.need_from(each) for each in planted_documents.need_documents(drawn)]
    values = true_values(drawn)
    return Trial(drawn, values, gains(values), made.index, asked, [made.index.evaluated(need) for need in asked])


def _confidence(made: Trial) -> list[Figure]:
    """P(top 3) against the engine's own top three once weights and sheets are known, and against the truth."""
    said, known, true = [], [], []
    complete = _complete(made)
    for row, seen in enumerate(made.seen[:SURE_NEEDS]):
        order = METHODS["engine"](seen, np.random.default_rng(0))[:SHOWN]
        order = order[seen.standing[order] < 2]
        sure = confidence.of_parks(seen, shown=SHOWN)
        said += [sure[seen.parks[place].code].top3 for place in order]
        known += _are_first(_known_score(made, complete, row), order, seen.standing)
        true += _are_first(made.values[row], order, np.zeros(len(seen.parks), dtype=np.int8))
    answers = np.array(said)
    return [
        Figure("A", "brier_skill.known.mid", brier_skill(answers, np.array(known)), goal=0.3, cases=len(said)),
        Figure("A", "brier_skill.true.mid", brier_skill(answers, np.array(true)), cases=len(said)),
    ]


def _complete(made: Trial) -> Index:
    """The same parks with every cell of their sheets stated."""
    parks = made.market.parks
    everything = np.ones(len(parks.city), dtype=bool)
    told = replace(parks, stated=dict.fromkeys(SHEET, everything), response_stated=everything)
    return Index.fit(documents.parks_from(planted_documents.park_documents(replace(made.market, parks=told))))


def _known_score(made: Trial, complete: Index, row: int) -> Floats:
    """The engine's score with the need's true tastes as weights and complete sheets, (n_parks,)."""
    taste = made.market.needs.tastes[row]
    weights = {planted_documents.CRITERIA[name]: float(taste[place]) for place, name in enumerate(TASTES)}
    need = replace(made.needs[row], importance=(), weights=MappingProxyType(weights))
    return complete.evaluated(need).scores.score


def _are_first(values: Floats, order: Rows, standing: NDArray[np.int8]) -> list[float]:
    """Of each row of the order, whether it is one of the first three by these values within the standings."""
    first = set(np.lexsort((-values, standing))[:TOP_THREE].tolist())
    return [float(int(place) in first) for place in order]
