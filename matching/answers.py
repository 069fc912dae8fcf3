"""How does an answer read as JSON? What `rank` and `pairs` print, field by field.

Amounts are in the unit each gate names. Of two places the codes stand under their roles (`records.ROLES`): inside
`parks` for a need, beside the rank for two parks.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from matching.records import (
    ROLES,
    Confidence,
    Contribution,
    Gate,
    Match,
    Mode,
    Order,
    PairMatch,
    PairRanking,
    Ranking,
    Reason,
    Relaxation,
    Standing,
)
from matching.reference import VERSION as REFERENCE_VERSION

ENGINE_VERSION = "0.1.0"
BETWEEN_PARKS = (Mode.ENCLAVE, Mode.PARTNER)


def answer(ranking: Ranking | PairRanking) -> dict[str, Any]:
    """The answer of `rank` or `pairs`."""
    matches: Sequence[Match | PairMatch] = ranking.results
    return {
        "engine": ENGINE_VERSION,
        "reference": REFERENCE_VERSION,
        "mode": ranking.mode.value,
        "counts": {standing.value: ranking.counts[standing] for standing in Standing},
        "fill_first": ranking.fill_first,
        "results": [_result(match, ranking.mode, rank) for rank, match in enumerate(matches, start=1)],
        "misses": [_miss(match, ranking.mode) for match in ranking.misses],
    }


def _result(match: Match | PairMatch, mode: Mode, rank: int) -> dict[str, Any]:
    found = {
        "rank": rank,
        **_places(match, mode),
        "verdict": match.standing.value,
        "score": match.score,
        "interval": list(match.interval),
        "contributions": [_contribution(part) | _placed(match, part.place) for part in match.contributions],
        "gates": [gate_document(gate) | _placed(match, gate.place) for gate in match.gates],
        "reasons": [_reason(reason) for reason in match.reasons],
        "confidence": None,  # looks at the other parks: told beside the ranking, see `matching.told`
    }
    return found if match.order is None else found | {"order": _order(match.order)}


def _miss(match: Match | PairMatch, mode: Mode) -> dict[str, Any]:
    return {
        **_places(match, mode),
        "score": match.score,
        "gates": [gate_document(gate) | _placed(match, gate.place) for gate in match.gates],
        "relax": _relaxation(match.relax),
    }


def _places(match: Match | PairMatch, mode: Mode) -> dict[str, Any]:
    """Which park, or which two: their codes, and their names."""
    if isinstance(match, Match):
        return {"park": match.park.code, "name": match.park.name}
    roles = ROLES[mode]
    codes = dict(zip(roles, (match.first.code, match.second.code), strict=True))
    names = dict(zip(roles, (match.first.name, match.second.name), strict=True))
    placed: Mapping[str, Any] = codes if mode in BETWEEN_PARKS else {"parks": codes}
    return {**placed, "name": " + ".join(names.values()), "names": names}


def _placed(match: Match | PairMatch, place: str | None) -> dict[str, str | None]:
    """Of two places which; null for what lies between them. Of one park nothing."""
    return {} if isinstance(match, Match) else {"place": place}


def _contribution(part: Contribution) -> dict[str, Any]:
    return {
        "criterion": part.criterion,
        "side": part.side,
        "weight": part.weight,
        "value": part.value,
        "share": part.share,
        "known": part.known,
    }


def gate_document(gate: Gate) -> dict[str, Any]:
    """One gate with its amounts."""
    found = {
        "gate": gate.gate,
        "verdict": gate.verdict.value,
        "need": gate.need,
        "free": gate.free,
        "gap": gate.gap,
        "unit": gate.unit,
        "reason": gate.reason.value if gate.reason else None,
        "lacking": list(gate.lacking),
    }
    found |= {} if gate.wished is None else {"wished": gate.wished}
    return found if gate.place is None else found | {"place": gate.place}


def _reason(reason: Reason) -> dict[str, Any]:
    params = {name: list(value) if isinstance(value, tuple) else value for name, value in reason.params.items()}
    return {"kind": reason.kind, "good": reason.good, **params}


def _relaxation(relax: Relaxation | None) -> dict[str, Any] | None:
    return None if relax is None else {"gate": relax.gate, "by": relax.by, "unit": relax.unit}


def confidence_document(found: Confidence | None) -> dict[str, float] | None:
    """Probabilities; null where none were computed."""
    return None if found is None else {"rank1": found.rank1, "top3": found.top3, "top10": found.top10}


def _order(order: Order) -> dict[str, Any]:
    """Only what was switched on is said."""
    said = {"price": order.price, "learned": order.learned}
    return {"moved": order.moved, "by": dict(order.by), **{k: value for k, value in said.items() if value is not None}}
