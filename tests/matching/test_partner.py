"""Are partners the same seen from either, and better for what each lacks?"""

from dataclasses import replace

from matching.index import Index
from matching.modes.pairs import best_partners, pair_of, park_pairs
from matching.records import Mode, PairMatch, Park, Standing
from matching.reference import catalogue

FEW = catalogue()[::60]


def value(match: PairMatch, criterion: str) -> float:
    return next(part.value for part in match.contributions if part.criterion == criterion)


def test_the_score_is_the_same_from_both_sides() -> None:
    index = Index.fit(FEW)
    for one in FEW[:10]:
        for other in FEW[10:20]:
            there = pair_of(index, Mode.PARTNER, one.code, other.code)
            assert there == pair_of(index, Mode.PARTNER, other.code, one.code)


def test_who_is_whose_partner_scores_alike_in_both_rows() -> None:
    found = best_partners(Index.fit(FEW), Mode.PARTNER, top=len(FEW))
    score = {
        (row, int(other)): found.scores[row, place]
        for row in range(len(FEW))
        for place, other in enumerate(found.partners[row])
        if other >= 0
    }
    assert len(score) == len(FEW) * (len(FEW) - 1)
    assert all(score[a, b] == score[b, a] for a, b in score)


def test_two_parks_are_one_row_whatever_is_asked() -> None:
    codes = [park.code for park in FEW[:8]]
    for asked in ({}, {"origins": codes}, {"origins": codes, "destinations": codes}, {"destinations": codes}):
        ranking = park_pairs(FEW, Mode.PARTNER, top=5000, **asked)
        rows = [frozenset((match.first.code, match.second.code)) for match in ranking.results]
        assert len(rows) == len(set(rows)) == sum(ranking.counts.values())
        assert all(len(row) == 2 for row in rows)


def test_each_destination_stands_once_beside_the_park_asked_for() -> None:
    one = FEW[3].code
    ranking = park_pairs(FEW, Mode.PARTNER, origins=[one], top=5000)
    assert {match.first.code for match in ranking.results} == {one}
    assert sorted(match.second.code for match in ranking.results) == sorted(p.code for p in FEW if p.code != one)


def test_the_same_industries_are_no_gain_and_a_supplier_is() -> None:
    steel, cars = Park("A", adcode="370100", industries=("钢铁",)), Park("B", adcode="370200", industries=("汽车",))
    likes = replace(cars, code="C", adcode="370300")
    index = Index.fit([steel, cars, likes])
    chained, same = (pair_of(index, Mode.PARTNER, a, b) for a, b in (("A", "B"), ("B", "C")))
    assert value(chained, "complementarity") > 0.5 > value(same, "complementarity")
    assert value(chained, "distinct") == 1
    assert value(same, "distinct") == 0
    assert value(same, "related_variety") < 1e-9


def test_nothing_forbids_partners_and_nothing_confirms_them() -> None:
    ranking = park_pairs(FEW, Mode.PARTNER)
    assert all(match.gates == () for match in ranking.results)
    assert {match.standing for match in ranking.results} == {Standing.UNVERIFIED}
    assert ranking.counts[Standing.UNVERIFIED] == len(FEW) * (len(FEW) - 1) // 2
