"""What must hold for every need and every set of parks?

Each axiom tells what it finds broken, in words; nothing told means it held. Used by `evaluate --part D` on seeded
cases and by the property tests.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from random import Random
from types import MappingProxyType

from matching import counterfactual, documents
from matching.answers import answer
from matching.evaluate import checker
from matching.evaluate.cases import AMOUNTS, Case, case, completed, enlarged, improved, multiplied, whole
from matching.evaluate.figures import Figure
from matching.index import Index
from matching.modes.pairs import pair_of, park_pairs
from matching.records import Match, Mode, Ranking, Standing

Broken = Iterator[str]
Progress = Callable[[str], None]

CLOSE = 1e-12
SUM = 1e-9
ORDER = tuple(Standing)


def everything(ranking: Ranking) -> dict[str, Match]:
    """The matches by code."""
    return {match.park.code: match for match in (*ranking.results, *ranking.misses)}


def soundness(given: Case) -> Broken:
    """Verdicts and standings are those of a checker that shares no code with the engine."""
    parks = {park.code: park for park in given.parks}
    for code, match in everything(given.ranking).items():
        found = {gate.gate: gate.verdict.value for gate in match.gates}
        if found != checker.gates(given.need, parks[code]):
            yield f"{code}: {found} against {checker.gates(given.need, parks[code])}"
        if match.standing.value != checker.standing(given.need, parks[code]):
            yield f"{code} is {match.standing}"


def completeness(given: Case) -> Broken:
    """The order is that of brute force over single matches, and no park is lost."""
    index, ranking = given.index, given.ranking
    matches = [index.match(given.need, park.code) for park in given.parks]
    expected = sorted(
        (match for match in matches if match.standing is not Standing.INFEASIBLE),
        key=lambda match: (ORDER.index(match.standing), -round(match.score, 12), match.park.code),
    )
    if list(ranking.results) != expected:
        yield "the order is not that of brute force"
    if everything(ranking).keys() != {park.code for park in given.parks}:
        yield "a park is lost"
    if sum(ranking.counts.values()) != len(given.parks) or len(ranking.misses) != ranking.counts[Standing.INFEASIBLE]:
        yield "the counts are not those of the parks"


def sums(given: Case) -> Broken:
    """Shares sum to the score, weights to one on each side, all within bounds."""
    for code, match in everything(given.ranking).items():
        if not math.isclose(sum(part.share for part in match.contributions), match.score, abs_tol=SUM):
            yield f"{code}: the shares do not sum to the score"
        for side in {part.side for part in match.contributions}:
            if not math.isclose(sum(part.weight for part in match.contributions if part.side == side), 1, abs_tol=SUM):
                yield f"{code}: the weights of the {side} side do not sum to one"
        if not -CLOSE <= match.interval[0] <= match.score <= match.interval[1] <= 1 + CLOSE:
            yield f"{code}: {match.interval} does not hold {match.score}"


def independence(given: Case) -> Broken:
    """Removing parks changes nothing about the others."""
    before = everything(given.ranking)
    left = given.random.sample(given.parks, given.random.randint(0, len(given.parks)))
    if everything(whole(Index.fit(left), given.need)) != {park.code: before[park.code] for park in left}:
        yield "another park's absence moved a score"


def permutation(given: Case) -> Broken:
    """The order in which parks are given does not matter."""
    shuffled = given.random.sample(given.parks, len(given.parks))
    if answer(given.ranking) != answer(whole(Index.fit(shuffled), given.need)):
        yield "the order of the parks mattered"


def units(given: Case) -> Broken:
    """A need written in the units of a form and read again is judged alike."""
    if not given.need.industry and not given.need.description:
        return
    again = documents.need_from(documents.need_document(given.need))
    before = everything(given.ranking)
    for code, match in everything(whole(given.index, again)).items():
        if match.standing is not before[code].standing or abs(match.score - before[code].score) > SUM:
            yield f"{code}: other units, another score"


def scale(given: Case) -> Broken:
    """A need and parks of another size, by powers of two, are judged alike to the last bit."""
    times = given.random.choice((0.25, 2.0, 1024.0))
    parks = [replace(park, free=multiplied(park.free, times)) for park in given.parks]
    before = everything(given.ranking)
    for code, match in everything(whole(Index.fit(parks), enlarged(given.need, times))).items():
        if match.score != before[code].score or match.contributions != before[code].contributions:
            yield f"{code}: another size, another score"
        if [gate.verdict for gate in match.gates] != [gate.verdict for gate in before[code].gates]:
            yield f"{code}: another size, another verdict"


def dominance(given: Case) -> Broken:
    """A park at least as good in everything is never ranked worse, beside the other or in its place."""
    park = given.parks[0]
    better = replace(improved(park, given.random), code=f"Z{park.code}")
    found = everything(whole(Index.fit([park, better]), given.need))
    yield from _worse(found[park.code], found[better.code])


def monotony(given: Case) -> Broken:
    """More of one resource is never worse."""
    park = given.parks[0]
    said = [name for name in AMOUNTS if getattr(park.free, name) is not None]
    if said:
        name, more = given.random.choice(said), given.random.randint(1, 500)
        free = replace(park.free, **{name: getattr(park.free, name) + more})
        richer = Index.fit([replace(park, free=free)]).match(given.need, park.code)
        yield from _worse(everything(given.ranking)[park.code], richer)


def interval(given: Case) -> Broken:
    """Whatever the unknown turns out to be, the score lies in the interval."""
    park, other = given.parks[0], given.parks[-1]
    low, high = everything(given.ranking)[park.code].interval
    score = Index.fit([completed(park, other)]).match(given.need, park.code).score
    if not low - CLOSE <= score <= high + CLOSE:
        yield f"{park.code}: {score} is outside {low} to {high}"


def stability(given: Case) -> Broken:
    """Equal input gives equal answers, from a fitted and from an updated index."""
    first = answer(given.ranking)
    if first != answer(whole(given.index, replace(given.need))):
        yield "the second answer differs"
    cut = given.random.randint(0, len(given.parks))
    updated = Index.fit(given.parks[:cut]).updated(given.parks[cut:])
    if first != answer(whole(updated, given.need)):
        yield "the updated index answers differently"


def counterfactuals(given: Case) -> Broken:
    """The change told for a miss admits the park, and a thousandth less of it does not."""
    index = given.index
    seen = index.evaluated(given.need)
    for row, park in enumerate(index.parks):
        change = counterfactual.joint(seen, row)
        if change is None or not change.steps:
            continue
        if index.match(counterfactual.changed(given.need, change.steps), park.code).standing is Standing.INFEASIBLE:
            yield f"{park.code}: the change does not admit it"
        for place, step in enumerate(change.steps):
            short = step.to - step.by / 1000 if step.field != "needed_on" else step.to - 1
            steps = [*change.steps[:place], replace(step, to=short), *change.steps[place + 1 :]]
            less = counterfactual.changed(given.need, steps)
            if index.match(less, park.code).standing is not Standing.INFEASIBLE:
                yield f"{park.code}: less of {step.field} would do"


def misses(given: Case) -> Broken:
    """Misses that one change admits come before those that none does."""
    relaxable = [match.relax is not None for match in given.ranking.misses]
    if any(later and not earlier for earlier, later in pairwise(relaxable)):
        yield "a miss that nothing admits stands before one that one change admits"


def symmetry(given: Case) -> Broken:
    """Two partners are worth the same whichever of them is named first."""
    if len(given.parks) < 2:
        return
    one, other = given.parks[:2]
    scores = [
        pair_of(Index.fit([replace(one, code=first), replace(other, code=second)]), Mode.PARTNER, "A", "B").score
        for first, second in (("A", "B"), ("B", "A"))
    ]
    if abs(scores[0] - scores[1]) > CLOSE:
        yield f"{scores[0]} one way, {scores[1]} the other"


def pair_sums(given: Case) -> Broken:
    """The shares of two parks sum to their score, for enclaves both ways and for partners."""
    for mode, reverse in ((Mode.ENCLAVE, False), (Mode.ENCLAVE, True), (Mode.PARTNER, False)):
        ranking = park_pairs(given.index, mode, reverse=reverse, top=4, misses=2)
        for match in (*ranking.results, *ranking.misses):
            if not math.isclose(sum(part.share for part in match.contributions), match.score, abs_tol=SUM):
                yield f"{mode}: the shares of {match.first.code} and {match.second.code} do not sum to the score"
            if not -CLOSE <= match.interval[0] <= match.score + CLOSE <= match.interval[1] + 2 * CLOSE:
                yield f"{mode}: {match.interval} does not hold {match.score}"


Axiom = Callable[[Case], Broken]
AXIOMS: Mapping[str, Axiom] = MappingProxyType(
    {
        "soundness": soundness,
        "completeness": completeness,
        "sums": sums,
        "independence": independence,
        "permutation": permutation,
        "units": units,
        "scale": scale,
        "dominance": dominance,
        "monotony": monotony,
        "interval": interval,
        "stability": stability,
        "counterfactuals": counterfactuals,
        "misses": misses,
        "symmetry": symmetry,
        "pair_sums": pair_sums,
    }
)


def part_d(cases: int, *, seed: int, progress: Progress) -> list[Figure]:
    """How often each axiom is broken on so many cases, each drawn from its own number and tried on all of them."""
    broken = dict.fromkeys(AXIOMS, 0)
    for number in range(cases):
        if number % 100 == 0:
            progress(f"D {number}")
        given = case(Random(f"{seed} {number}"))
        for name, axiom in AXIOMS.items():
            broken[name] += any(True for _ in axiom(given))
    return [
        Figure("D", f"axiom.{name}", float(count), goal=0.0, most=True, cases=cases) for name, count in broken.items()
    ]


def _worse(before: Match, after: Match) -> Broken:
    if ORDER.index(after.standing) > ORDER.index(before.standing):
        yield f"{before.park.code}: {before.standing} became {after.standing}"
    if after.score < before.score - CLOSE:
        yield f"{before.park.code}: {before.score} became {after.score}"
    if after.interval[0] < before.interval[0] - CLOSE or after.interval[1] < before.interval[1] - CLOSE:
        yield f"{before.park.code}: {before.interval} became {after.interval}"
