"""What does `rank` say beside the ranking: how sure, against whom, what would change it, and why not another park?

Everything here is added to an answer and changes nothing in it; docs/answers.md describes the fields.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from matching import confidence
from matching.answers import confidence_document, gate_document
from matching.contrast import Contrast, why_not
from matching.counterfactual import Change, joint, single, unchangeable
from matching.explain import Difference, Evaluated, against_prior, difference
from matching.levers import Lever, levers
from matching.modes.best_with import BestWith, best_with
from matching.modes.pairing import Pairing
from matching.pair_contrast import Apart, PairContrast, apart, beside, pair_key
from matching.ranks import rows_by_code
from matching.records import ROLES, Mode, PairMatch, PairRanking, Ranking
from matching.sensitivity import Sensitivity, sensitivity

Answer = dict[str, Any]
AMONG = 200  # a pair further down is not counted among those a place may be lost to


def with_parks(answer: Mapping[str, Any], ranking: Ranking, seen: Evaluated, *, seed: int = 0) -> Answer:
    """An answer of `rank` about parks, with everything that is told of each and of the need's weights."""
    rows = rows_by_code(seen)
    sure = confidence.of_parks(seen, seed=seed)
    leader = ranking.results[0] if ranking.results else None
    results = [
        document
        | {
            "confidence": confidence_document(sure.get(match.park.code)),
            "against_leader": None if match is leader or leader is None else _against(difference(match, leader)),
            "against_prior": _against(against_prior(match)),
            "top_three": [lever_document(lever) for lever in levers(seen, rows[match.park.code])],
        }
        for document, match in zip(answer["results"], ranking.results, strict=True)
    ]
    misses = [
        document | changes_document(seen, rows[match.park.code])
        for document, match in zip(answer["misses"], ranking.misses, strict=True)
    ]
    told = sensitivity_document(sensitivity(seen))
    return {**answer, "results": results, "misses": misses, "sensitivity": told}


def with_pairs(answer: Mapping[str, Any], ranking: PairRanking, among: Sequence[PairMatch], *, seed: int = 0) -> Answer:
    """An answer about pairs of places; `among`: the pairs, best first, that a place may be lost to."""
    sure = dict(zip(map(pair_key, among), confidence.of_pairs(among, seed=seed), strict=False))
    leader = ranking.results[0] if ranking.results else None
    results = [
        document
        | {
            "confidence": confidence_document(sure.get(pair_key(match))),
            "against_leader": None if match is leader or leader is None else _apart(apart(match, leader)),
        }
        for document, match in zip(answer["results"], ranking.results, strict=True)
    ]
    return {**answer, "results": results}


def why_not_pairs_document(
    pairing: Pairing, mode: Mode, code: str, among: Sequence[PairMatch], places: Iterable[int] = (1, 10)
) -> list[Answer]:
    """The best pair with a park in each role against the pairs of these places. Raises InputError."""
    found: dict[tuple[str, tuple[str, str]], Answer] = {}
    for best in best_with(pairing, code):
        contrasts = [each for place in places if (each := beside(best.match, among, place)) is not None]
        for each in contrasts:
            found.setdefault((best.role, pair_key(each.reference)), pair_why_document(best, each, mode))
    return list(found.values())


def pair_why_document(best: BestWith, found: PairContrast | None, mode: Mode) -> Answer:
    """A park's best pair in a role, what of the need would have to change for it there, and the pair beside another."""
    told = {
        "place": best.role,
        **_stands(best.match, mode),
        "joint": None if best.change is None else change_document(best.change),
        "unchangeable": list(best.fixed),
    }
    return told if found is None else told | _pair_contrast(found, mode)


def _pair_contrast(found: PairContrast, mode: Mode) -> Answer:
    return {
        "rank": found.rank,
        "reference": _stands(found.reference, mode) | {"rank": found.reference_rank},
        "behind_by_verdict": found.behind,
        "gates": [gate_document(gate) for gate in found.gates],
        "differences": _apart(found.differences),
    }


def why_not_document(seen: Evaluated, code: str, places: Iterable[int] = (1, 10)) -> list[Answer]:
    """One park against the parks of these places; one entry for each park that has one. Raises InputError."""
    found = {each.reference.park.code: each for place in places if (each := why_not(seen, code, place)) is not None}
    return [_contrast(seen, each) for each in found.values()]


def changes_document(seen: Evaluated, row: int) -> Answer:
    """What of a need would have to change for a park: for each failed gate alone, and all together."""
    change = joint(seen, row)
    return {
        "changes": [{"gate": each.gate, "by": each.by, "unit": each.unit} for each in single(seen, row)],
        "joint": None if change is None else change_document(change),
        "unchangeable": list(unchangeable(seen, row)),
    }


def lever_document(lever: Lever) -> Answer:
    """One criterion by which a park would come among the first three."""
    offers = [{"field": each.field, "now": each.now, "to": each.to, "unit": each.unit} for each in lever.offers]
    return {"criterion": lever.criterion, "offers": offers, "score": lever.score}


def sensitivity_document(found: Sensitivity) -> Answer:
    """The smallest changes of weights that put another park first."""
    shift = found.shift
    return {
        "weights": [
            {"criterion": each.criterion, "weight": each.weight, "to": each.to, "leader": each.leader}
            for each in found.slides
        ],
        "shift": None
        if shift is None
        else {"from": shift.giver, "to": shift.taker, "by": shift.by, "leader": shift.leader},
    }


def _contrast(seen: Evaluated, found: Contrast) -> Answer:
    code = found.match.park.code
    return {
        "park": code,
        "rank": found.rank,
        "verdict": found.match.standing.value,
        "score": found.match.score,
        "reference": {
            "park": found.reference.park.code,
            "rank": found.reference_rank,
            "verdict": found.reference.standing.value,
            "score": found.reference.score,
        },
        "behind_by_verdict": found.behind,
        "gates": [gate_document(gate) for gate in found.gates],
        "differences": _against(found.differences),
        **changes_document(seen, rows_by_code(seen)[code]),
    }


def change_document(change: Change) -> Answer:
    """Steps to take together."""
    steps = [{"field": each.field, "by": each.by, "to": each.to, "unit": each.unit} for each in change.steps]
    return {"steps": steps, "relative": change.relative}


def _against(found: Iterable[Difference]) -> list[Answer]:
    return [{"criterion": each.criterion, "side": each.side, "by": each.by} for each in found]


def _apart(found: Iterable[Apart]) -> list[Answer]:
    return [each._asdict() for each in found]


def _stands(match: PairMatch, mode: Mode) -> Answer:
    return {
        "parks": dict(zip(ROLES[mode], pair_key(match), strict=True)),
        "name": " + ".join(park.name or park.code for park in (match.first, match.second)),
        "verdict": match.standing.value,
        "score": match.score,
    }
