"""Why do two parks stand where they stand as a pair, and what would have to change?

Kinds of Reason: a term's name with `value` and its `measure` (None where unknown); distance with `km` and `hours`;
linkage and complementarity also with `from_industry`, `to_industry`, the two GB/T codes that are linked most, and
`supplies`, True where the first supplies the second; scarcity with `factor` and what is scarce, `of`; hinterland of
"both" where it is looked at from neither. The worst thing is `gate` (gate, gap, unit), or the term that costs most;
`unconfirmed` (gates) names what the destination must confirm.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching import industry, ties
from matching.gates import STANDINGS, Call, GateColumn
from matching.index import Index
from matching.modes import between, sectors
from matching.modes.facts import Facts, facts_of
from matching.modes.pair_gates import DESTINATION, pair_gates, pair_standings, smaller_programme
from matching.modes.pair_terms import SCARCITY_PRIOR, SIDE_OF, SIDES, Form, Scored, TermColumn, scarcity_factor, scored
from matching.records import ROLES, Contribution, Gate, PairMatch, Park, Reason, Relaxation, Standing, Verdict
from matching.reference.lists import Pairing

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

TELLING = 0.005  # of the score; a smaller difference from the prior is not worth a sentence
GOOD_REASONS = 3
SCARCITY = "scarcity"
DISTANCES = ("near", "access")


def explained_pairs(
    form: Form, facts: Facts, first: Rows, second: Rows, *, institution: bool = True
) -> tuple[PairMatch, ...]:
    """The matches of these pairs of rows, in their order."""
    seen = scored(form, facts, first, second, institution=institution)
    gates = pair_gates(form, facts, first, second)
    standing = pair_standings(form, facts, first, second)
    by = smaller_programme(form, facts, first, second)
    far = _distances(facts, first, second)
    return tuple(
        _match(form, facts, seen, gates, (int(first[row]), int(second[row])), row,
               STANDINGS[standing[row]], {name: values[row] for name, values in far.items()}, not np.isnan(by[row]))
        for row in range(len(first))
    )  # fmt: skip


def _match(
    form: Form,
    facts: Facts,
    seen: Scored,
    gates: Sequence[GateColumn],
    rows: tuple[int, int],
    row: int,
    standing: Standing,
    far: Mapping[str, float],
    relaxable: bool,
) -> PairMatch:
    own = tuple(_placed(gate) for column in gates if (gate := column.at(row)) is not None)
    return PairMatch(
        first=facts.parks[rows[0]],
        second=facts.parks[rows[1]],
        standing=standing,
        score=float(seen.score[row]),
        interval=(float(seen.low[row]), float(seen.high[row])),
        contributions=_contributions(form, seen, row),
        gates=own,
        reasons=_reasons(form, facts, seen, own, rows, row, far),
        relax=_relaxation(gates, row) if relaxable and standing is Standing.INFEASIBLE else None,
    )


def _placed(gate: Gate) -> Gate:
    place = None if gate.gate == "jurisdiction" else DESTINATION
    return gate._replace(place=place)


def _contributions(form: Form, seen: Scored, row: int) -> tuple[Contribution, ...]:
    """Every term, and what the origin lacks, whose share is in the terms it scales: its own is 0."""
    roles = dict(zip(SIDES, (*ROLES[form.mode], None), strict=True))
    found = [
        Contribution(
            criterion=column.name,
            side=SIDE_OF[column.side],
            weight=column.term.weight,
            value=float(column.value[row]),
            share=float(seen.factors[column.side][row] * column.term.weight * column.value[row]),
            known=bool(column.known[row]),
            place=roles[column.side],
        )
        for column in seen.columns
    ]
    if seen.scarcity is not None and seen.scarce is not None:
        known = bool(seen.scarce[row])
        value = float(seen.scarcity[row]) if known else SCARCITY_PRIOR
        found.append(Contribution(SCARCITY, "need", 0.0, value, 0.0, known, roles["origin"]))
    return tuple(found)


def _relaxation(gates: Sequence[GateColumn], row: int) -> Relaxation:
    failed = [gate for gate in gates if gate.call[row] == Call.FAIL]
    changes = [float(gate.change(np.array([row]))[0]) for gate in failed]
    return Relaxation(failed[changes.index(max(changes))].gate, max(changes), failed[0].unit)


def _reasons(
    form: Form,
    facts: Facts,
    seen: Scored,
    gates: Sequence[Gate],
    rows: tuple[int, int],
    row: int,
    far: Mapping[str, float],
) -> tuple[Reason, ...]:
    """The terms that add most beyond their priors, what costs most, and what must be confirmed."""
    gains = sorted(_gains(seen, row).items(), key=lambda item: -item[1][0])
    good = [column for _, (gain, column) in gains if gain >= TELLING][:GOOD_REASONS]
    told = [_of_term(form, facts, column, rows, row, True, far) for column in good]
    told += _of_scarcity(form, seen, row)
    failed = [gate for gate in gates if gate.verdict is Verdict.FAIL]
    if failed:
        worst = max(failed, key=lambda gate: gate.gap / gate.need if gate.gap and gate.need else 1.0)
        told.append(_reason("gate", False, gate=worst.gate, gap=worst.gap, unit=worst.unit))
    elif gains and gains[-1][1][0] <= -TELLING:
        told.append(_of_term(form, facts, gains[-1][1][1], rows, row, False, far))
    unknown = tuple(gate.gate for gate in gates if gate.verdict is Verdict.UNKNOWN)
    return (*told, _reason("unconfirmed", False, gates=unknown)) if unknown else tuple(told)


def _gains(seen: Scored, row: int) -> dict[str, tuple[float, TermColumn]]:
    """What each known term adds beyond its prior; distance is told once, however many terms it feeds."""
    found: dict[str, tuple[float, TermColumn]] = {}
    for column in seen.columns:
        if column.known[row]:
            by = float(seen.factors[column.side][row] * column.term.weight * (column.value[row] - column.term.prior))
            name = DISTANCES[0] if column.name in DISTANCES else column.name
            before = found.get(name, (0.0, column))
            found[name] = (before[0] + by, before[1])
    return found


def _of_scarcity(form: Form, seen: Scored, row: int) -> list[Reason]:
    if seen.scarcity is None or seen.scarce is None or not seen.scarce[row]:
        return []
    value = float(seen.scarcity[row])
    factor = float(scarcity_factor(form, seen.scarcity[row : row + 1])[0])
    return [
        _reason(
            SCARCITY, value >= SCARCITY_PRIOR, value=value, factor=factor, of="research" if form.reverse else "land"
        )
    ]


def _of_term(
    form: Form, facts: Facts, column: TermColumn, rows: tuple[int, int], row: int, good: bool, far: Mapping[str, float]
) -> Reason:
    value, measure = float(column.value[row]), float(column.measure[row])
    if column.name in DISTANCES:
        return _reason("distance", good, value=value, km=far["km"], hours=far["hours"])
    if column.name in ("linkage", "complementarity"):
        return _reason(column.name, good, value=value, measure=measure, **_most_linked(facts, column.name, *rows))
    seen = {"of": "both"} if form.symmetric and column.name == "hinterland" else {}
    return _reason(column.name, good, value=value, measure=measure, **seen)


def _most_linked(facts: Facts, name: str, first: int, second: int) -> dict[str, object]:
    """The two sectors whose link weighs most, and which way it runs."""
    matrix = sectors.linked() if name == "linkage" else sectors.complements()
    weight = facts.shares[:, first][:, None] * matrix * facts.shares[:, second]
    s, t = np.unravel_index(int(weight.argmax()), weight.shape)
    codes, up = industry.sectors(), sectors.supplied()
    return {"from_industry": codes[s], "to_industry": codes[t], "supplies": bool(up[t, s] >= up[s, t])}


def _distances(facts: Facts, first: Rows, second: Rows) -> dict[str, Floats]:
    return {"km": between.kilometres(facts, first, second), "hours": between.hours(facts, first, second)}


def _reason(kind: str, good: bool, **params: object) -> Reason:
    plain = {name: None if isinstance(value, float) and np.isnan(value) else value for name, value in params.items()}
    return Reason(kind, good, MappingProxyType({name: _plain(value) for name, value in plain.items()}))


def _plain(value: object) -> object:
    return float(value) if isinstance(value, np.floating) else value


def kilometres_and_hours(index: Index, first: str, second: str) -> tuple[float | None, float | None]:
    """How far two parks are from each other; None where a place is not known. Raises KeyError."""
    rows = (np.array([index.row_of[code]], dtype=np.intp) for code in (first, second))
    far = _distances(facts_of(index), *rows)
    km, hours = (float(far[name][0]) for name in ("km", "hours"))
    return (None, None) if np.isnan(km) else (km, hours)


def programmes_between(first: Park, second: Park) -> tuple[Pairing, ...]:
    """The official programmes that pair both places by name, in either direction, the latest first."""
    one, other = first.adcode or "", second.adcode or ""
    found = {*ties.programmes(one, other), *ties.programmes(other, one)}
    return tuple(sorted(found, key=lambda each: (-each.began, each.program)))


def what_gains_count(form: Form, match: PairMatch) -> float | None:
    """F: what the gains of both sides count for by what the origin lacks; None where a mode has no sides."""
    lacks = next((part.value for part in match.contributions if part.criterion == SCARCITY), None)
    return None if lacks is None else float(scarcity_factor(form, np.array([lacks]))[0])
