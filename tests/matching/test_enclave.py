"""Does an enclave leave its county, serve both sides, and turn round when it is reversed?"""

from dataclasses import replace

import pytest

from matching.index import Index
from matching.modes.pairs import pair_of, park_pairs
from matching.records import Contribution, EnergyBasis, Mode, PairMatch, Park, Resources, Standing, Verdict, Why
from matching.reference import catalogue
from matching.reference.priors import constant

ROOM = Resources(
    land_m2=400_000,
    largest_plot_m2=250_000,
    energy_tce=20_000,
    energy_basis=EnergyBasis.CALORIFIC,
    wastewater_t_d=900,
    building_m2=8_000,
)
SHANGHAI = Park("A", "origin", "310114", 121.25, 31.38, "national", None, 5e6, ("汽车", "电子信息"))
CHUZHOU = Park("B", "destination", "341103", 118.31, 32.30, "provincial", None, 9e6, ("汽车", "机械"))


def pair(one: Park = SHANGHAI, other: Park = CHUZHOU, **asked: bool) -> PairMatch:
    return pair_of(Index.fit([one, other]), Mode.ENCLAVE, one.code, other.code, **asked)


def verdicts(match: PairMatch) -> dict[str, Verdict]:
    return {gate.gate: gate.verdict for gate in match.gates}


def term(match: PairMatch, criterion: str, side: str) -> Contribution:
    return next(part for part in match.contributions if (part.criterion, part.side) == (criterion, side))


def test_both_sides_their_tilt_and_the_scarcity_make_the_score() -> None:
    for origin in (SHANGHAI, replace(SHANGHAI, free=Resources(land_m2=50_000))):
        match = pair(origin)
        sums = {
            side: sum(part.weight * part.value for part in match.contributions if part.side == side)
            for side in ("need", "park", "pair")
        }
        u, v = sums["need"], sums["park"]
        scarcity = term(match, "scarcity", "need").value
        omega = constant("enclave", "pair_weight")
        mutual = 0.5 * (u + v) - 0.5 * 0.3 * abs(u - v)
        expected = (1 - omega) * (0.4 + 0.6 * scarcity) * mutual + omega * sums["pair"]
        assert match.score == pytest.approx(expected, abs=1e-12)


def test_places_tell_the_sides_apart() -> None:
    roles = {(part.side, part.place) for part in pair().contributions}
    assert roles == {("need", "origin"), ("park", "destination"), ("pair", None)}


def test_one_county_is_no_enclave_and_two_of_one_prefecture_are() -> None:
    neighbour = replace(CHUZHOU, code="C")
    assert verdicts(pair(CHUZHOU, neighbour))["jurisdiction"] is Verdict.FAIL
    assert verdicts(pair(CHUZHOU, replace(neighbour, adcode="341102")))["jurisdiction"] is Verdict.PASS
    coarse = pair(CHUZHOU, replace(neighbour, adcode="341100"))
    assert verdicts(coarse)["jurisdiction"] is Verdict.UNKNOWN
    assert next(gate.reason for gate in coarse.gates if gate.gate == "jurisdiction") is Why.PARTLY
    assert pair(CHUZHOU, neighbour).standing is Standing.INFEASIBLE


def test_what_the_destination_has_free_decides() -> None:
    assert pair().standing is Standing.UNVERIFIED
    ready = replace(CHUZHOU, free=ROOM)
    assert pair(other=ready).standing is Standing.FEASIBLE
    full = replace(CHUZHOU, free=replace(ROOM, largest_plot_m2=150_000))
    match = pair(other=full)
    assert match.standing is Standing.INFEASIBLE
    assert match.relax is not None
    assert (match.relax.gate, match.relax.by, match.relax.unit) == ("plot", 50_000, "m2")
    other_basis = replace(CHUZHOU, free=replace(ROOM, energy_basis=EnergyBasis.COAL_EQUIVALENT))
    unclear = pair(other=other_basis)
    assert unclear.standing is Standing.UNVERIFIED
    assert next(gate.reason for gate in unclear.gates if gate.gate == "energy") is Why.BASIS_DIFFERS


def test_the_destinations_lists_bind_what_the_origin_makes() -> None:
    def verdict(**said: object) -> Verdict | None:
        return verdicts(pair(other=replace(CHUZHOU, free=ROOM, **said))).get("prohibited")

    assert verdict() is None
    assert verdict(prohibited=("13",)) is Verdict.PASS
    assert verdict(prohibited=("36",)) is Verdict.UNKNOWN
    assert verdict(prohibited=("C", "I")) is Verdict.FAIL
    assert verdict(restricted=("36",)) is Verdict.UNKNOWN


def test_chemicals_go_to_a_recognised_park() -> None:
    origin = replace(SHANGHAI, industries=("化工",))
    assert verdicts(pair(origin))["chemical"] is Verdict.UNKNOWN
    assert verdicts(pair(origin, replace(CHUZHOU, chemical_park=True)))["chemical"] is Verdict.PASS
    assert verdicts(pair(origin, replace(CHUZHOU, chemical_park=False)))["chemical"] is Verdict.UNKNOWN
    alone = replace(SHANGHAI, industries=("煤化工",))
    assert verdicts(pair(alone, replace(CHUZHOU, chemical_park=False)))["chemical"] is Verdict.FAIL
    assert "chemical" not in verdicts(pair())


def test_a_trace_of_chemicals_binds_no_destination() -> None:
    origin = replace(SHANGHAI, industries=("电子信息", "生物医药", "纳米技术"))
    assert "chemical" not in verdicts(pair(origin, replace(CHUZHOU, chemical_park=False)))


def test_more_room_at_the_destination_and_less_at_the_origin_never_lower_the_score() -> None:
    tight, roomy = replace(CHUZHOU, free=replace(ROOM, land_m2=60_000)), replace(CHUZHOU, free=ROOM)
    assert pair(other=tight).score <= pair(other=roomy).score
    scarce, easy = (replace(SHANGHAI, free=Resources(land_m2=land)) for land in (10_000, 900_000))
    assert pair(scarce).score > pair(easy).score


def test_reverse_seeks_research_in_the_metropolis() -> None:
    home = next(park for park in catalogue() if (park.adcode or "").startswith("3308"))
    ranking = park_pairs(catalogue(), Mode.ENCLAVE, origins=[home.code], reverse=True, top=15)
    cities = {(match.second.adcode or "")[:4] for match in ranking.results}
    assert cities & {"3301", "3101", "3201"}
    assert {gate.gate for gate in ranking.results[0].gates} == {"jurisdiction", "building"}
    assert pair(CHUZHOU, SHANGHAI, reverse=True).score > pair(SHANGHAI, CHUZHOU, reverse=True).score


def test_what_nobody_says_is_unknown_and_stands_at_its_prior() -> None:
    nothing = Park("X", "nothing known")
    match = pair(SHANGHAI, nothing)
    assert match.standing is Standing.UNVERIFIED
    assert not term(match, "linkage", "park").known
    assert match.interval[1] - match.interval[0] > 0.5
    assert term(match, "linkage", "park").value == 0.5


def test_two_parks_of_one_city_are_no_hinterland_and_nothing_is_left_to_find_out() -> None:
    near = replace(CHUZHOU, adcode="310151", lon=121.4, lat=31.6)
    within = term(pair(other=near), "hinterland", "pair")
    assert within.known
    assert within.value == pytest.approx(0.5, abs=0.001)
    assert term(pair(), "hinterland", "pair").value > within.value
