"""Is what cannot be computed with refused by name, and what is odd but sound answered, never as a silent zero?

Through records, through documents, and through the command line.
"""

import json
import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import InputError, batch, confidence, documents, records
from matching.checks import LEAST, MOST, OF_NEED, OF_PARK, SHARES
from matching.counterfactual import joint
from matching.index import Index
from matching.levers import levers
from matching.modes.pairs import park_pairs
from matching.records import EnergyBasis, Mode, Need, PairRanking, Park, Ranking, Regions, Resources, Standing
from matching.sensitivity import sensitivity
from matching.text import classify

odd = st.sampled_from(
    (math.nan, math.inf, -math.inf, -1.0, -1e-9, -5e-324, 5e-324, LEAST / 2, 2 * MOST, 1e308, "12", [], b"1")
)
sound = st.just(0.0) | st.floats(LEAST, MOST)
POLLUTANT = "COD"


def put(record: Any, path: str, value: object) -> Any:
    """The record with one field changed, `asks.land_m2` within."""
    head, _, rest = path.partition(".")
    return replace(record, **{head: put(getattr(record, head), rest, value) if rest else value})


def a_need(**stated: Any) -> Need:
    return Need(**{"industry": "3841", "asks": Resources(land_m2=100_000.0), **stated})


def a_park(code: str = "P1", **stated: Any) -> Park:
    free = Resources(land_m2=200_000.0, largest_plot_m2=150_000.0)
    return Park(code, **{"industries": ("锂电池",), "free": free, **stated})


def whole(parks: list[Park], need: Need) -> Ranking:
    return Index.fit(parks).parks_for(need, top=len(parks), misses=len(parks))


def places(refused: pytest.ExceptionInfo[InputError]) -> set[str]:
    return {fault.where for fault in refused.value.faults}


# Records: a bad number is refused where it stands


@given(st.sampled_from(OF_NEED), odd)
def test_a_need_with_a_bad_number_is_refused_by_the_name_of_its_field(path: str, value: object) -> None:
    need = put(a_need(), path, value)
    with pytest.raises(InputError) as refused:
        whole([a_park()], need)
    assert places(refused) == {path}


@given(st.sampled_from((*OF_PARK, *SHARES)), odd)
def test_a_park_with_a_bad_number_is_refused_by_its_code_and_field(path: str, value: object) -> None:
    with pytest.raises(InputError) as refused:
        Index.fit([a_park("P0"), put(a_park("P1"), path, value)])
    assert places(refused) == {f"P1.{path}"}


@given(st.sampled_from(("land_price_cny_m2", "free.power_kva", "free.largest_plot_m2")), odd)
def test_an_index_is_not_updated_with_what_it_would_not_take(path: str, value: object) -> None:
    index = Index.fit([a_park("P0")])
    with pytest.raises(InputError):
        index.updated([put(a_park("P1"), path, value)])


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0, "1", 2 * MOST])
def test_bad_emissions_and_multiples_are_refused_by_the_pollutant(value: Any) -> None:
    with pytest.raises(InputError) as refused:
        whole([a_park()], put(a_need(), "asks.emissions_t_a", {POLLUTANT: value}))
    assert places(refused) == {"asks.emissions_t_a.COD"}
    for name in ("free.emissions_t_a", "replacement"):
        with pytest.raises(InputError) as refused:
            Index.fit([put(a_park(), name, {POLLUTANT: value})])
        assert places(refused) == {f"P1.{name}.COD"}


def test_a_replacement_of_nothing_is_refused_for_it_would_free_every_emitter() -> None:
    with pytest.raises(InputError, match="above zero"):
        Index.fit([a_park(replacement={POLLUTANT: 0.0})])


@pytest.mark.parametrize("name", ["", " ", "　"])
def test_an_amount_of_a_pollutant_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="name of a pollutant"):
        whole([a_park()], put(a_need(), "asks.emissions_t_a", {name: 1.0}))
    with pytest.raises(InputError, match="name of a pollutant"):
        Index.fit([put(a_park(), "free.emissions_t_a", {name: 1.0})])
    with pytest.raises(InputError, match="name of a pollutant"):
        documents.need_from({"industry": "3841", "emissions_t_a": {name: 1.0}})
    with pytest.raises(InputError, match="name of a pollutant"):
        documents.parks_from([{"code": "P1", "free": {"emissions_t_a": {name: 1.0}}}])


@pytest.mark.parametrize(("lon", "lat"), [(math.nan, 32.0), (200.0, 32.0), (118.0, -91.0), (None, 32.0), (118.0, None)])
def test_a_point_that_is_none_is_refused(lon: float | None, lat: float | None) -> None:
    with pytest.raises(InputError) as refused:
        Index.fit([a_park(lon=lon, lat=lat)])
    assert places(refused) <= {"P1.lon", "P1.lat"}


@pytest.mark.parametrize("code", ["abc", "1", "34110", "３４", "-1", "341100000"])
def test_a_region_that_is_no_code_is_refused_in_every_place(code: str) -> None:
    for need in (a_need(origin=code), a_need(hq=code), a_need(regions=Regions(only=(code,)))):
        with pytest.raises(InputError, match="no region code"):
            whole([a_park()], need)
    for regions in (Regions(prefer=(code,)), Regions(exclude=(code,))):
        with pytest.raises(InputError, match="no region code"):
            whole([a_park()], a_need(regions=regions))
    with pytest.raises(InputError, match="no region code"):
        Index.fit([a_park(adcode=code)])


@pytest.mark.parametrize("day", ["2027-06-30", 20270630, 1.5])
def test_a_day_that_is_none_is_refused(day: Any) -> None:
    with pytest.raises(InputError, match="is no date"):
        whole([a_park()], a_need(needed_on=day))
    with pytest.raises(InputError, match="is no date"):
        Index.fit([a_park(available_on=day)])


def test_every_fault_is_told_at_once() -> None:
    need = a_need(asks=Resources(land_m2=-1.0, power_kva=math.nan), jobs=math.inf, origin="x")
    with pytest.raises(InputError) as refused:
        whole([a_park()], need)
    assert places(refused) == {"asks.land_m2", "asks.power_kva", "jobs", "origin"}


# Names


@pytest.mark.parametrize("industry", ["9999", "锂电池", "38411", "c"])
def test_an_unknown_industry_is_refused_and_not_taken_for_none(industry: str) -> None:
    with pytest.raises(InputError, match="no code of GB/T 4754-2017"):
        whole([a_park()], a_need(industry=industry))


@pytest.mark.parametrize(
    "weights", [{"charm": 1.0}, {"industry_chain": math.nan}, {"text": -1.0}, {"text": math.inf}, {"text": 1e10}]
)
def test_an_unknown_criterion_or_a_bad_weight_is_refused_by_name(weights: dict[str, float]) -> None:
    with pytest.raises(InputError) as refused:
        whole([a_park()], a_need(weights=weights))
    assert next(iter(weights)) in str(refused.value)


@given(st.lists(st.sampled_from(("industry_chain", "land_price", "tax", "jobs")), min_size=1, unique=True))
def test_weights_that_sum_to_zero_are_refused(names: list[str]) -> None:
    with pytest.raises(InputError, match="All weights are zero"):
        whole([a_park()], a_need(weights=dict.fromkeys(names, 0.0)))


def test_an_unknown_name_in_an_order_of_importance_is_refused() -> None:
    with pytest.raises(InputError, match="no criterion industry_chian; did you mean industry_chain"):
        whole([a_park()], a_need(importance=("industry_chian",)))


@pytest.mark.parametrize("mode", ["relocation", "merger", None, 1])
def test_what_is_no_mode_is_refused(mode: Any) -> None:
    with pytest.raises(InputError) as refused:
        whole([a_park()], a_need(mode=mode))
    assert places(refused) == {"mode"}


@given(st.lists(st.sampled_from(("A", "B", "C")), min_size=1, max_size=6))
def test_codes_given_twice_are_refused_and_named(codes: list[str]) -> None:
    twice = {code for code in codes if codes.count(code) > 1}
    parks = [a_park(code) for code in codes]
    if not twice:
        assert len(Index.fit(parks).parks) == len(codes)
        return
    with pytest.raises(InputError) as refused:
        Index.fit(parks)
    assert {str(fault.params["code"]) for fault in refused.value.faults} == twice


def test_a_park_without_a_code_is_refused() -> None:
    with pytest.raises(InputError, match="Every park needs a code"):
        Index.fit([a_park("")])


# Odd but sound: a defined answer


@given(st.sampled_from(EnergyBasis), st.sampled_from((None, *EnergyBasis)), st.sampled_from((1.0, 1e9)))
def test_energy_in_another_basis_is_unknown_and_says_why(
    asked: EnergyBasis, offered: EnergyBasis | None, free: float
) -> None:
    need = a_need(asks=Resources(energy_tce=1000.0, energy_basis=asked))
    (match,) = (ranking := whole([a_park(free=Resources(energy_tce=free, energy_basis=offered))], need)).results or (
        *ranking.misses,
    )
    gate = next(each for each in match.gates if each.gate == "energy")
    if asked == offered:
        assert gate.verdict == ("pass" if free >= 1000 else "fail")
    else:
        assert (gate.verdict, gate.gap) == ("unknown", None)
        assert gate.reason is (records.Why.BASIS_SILENT if offered is None else records.Why.BASIS_DIFFERS)
        slack = next(part for part in match.contributions if part.criterion == "energy_slack")
        assert not slack.known
        assert slack.value > 0


@pytest.mark.parametrize("mode", [Mode.RELOCATION, Mode.MARKET_PRODUCT, Mode.HQ_BASE, Mode.RD_MANUFACTURING])
@pytest.mark.parametrize("offered", [None, EnergyBasis.COAL_EQUIVALENT])
def test_energy_in_another_basis_is_unknown_in_every_mode(mode: Mode, offered: EnergyBasis | None) -> None:
    need = a_need(asks=Resources(energy_tce=1000.0, energy_basis=EnergyBasis.CALORIFIC))
    free = Resources(energy_tce=1e9, energy_basis=offered)
    ranking = answered(mode, [a_park("P1", free=free), a_park("P2", adcode="340100", free=free)], need)
    assert ranking.results
    for match in ranking.results:
        assert {each.verdict for each in match.gates if each.gate == "energy"} == {"unknown"}
        assert match.standing is Standing.UNVERIFIED


@given(
    st.sampled_from((None, *EnergyBasis)),
    st.lists(st.tuples(st.sampled_from((None, *EnergyBasis)), sound), max_size=4),
    sound,
    st.sampled_from(("", "　", "锂电池")),
)
def test_the_kernel_answers_what_is_odd_as_the_plain_index_does(
    basis: EnergyBasis | None, offered: list[tuple[EnergyBasis | None, float]], asked: float, text: str
) -> None:
    need = a_need(asks=Resources(energy_tce=asked, energy_basis=basis), description=text)
    parks = [
        a_park(f"P{number}", free=Resources(energy_tce=free, energy_basis=its))
        for number, (its, free) in enumerate(offered)
    ]
    plain = Index.fit(parks)
    assert plain.quickened().parks_for(need, misses=9) == plain.parks_for(need, misses=9)


def test_an_empty_index_answers_with_nothing() -> None:
    ranking = Index.fit([]).parks_for(a_need())
    assert (ranking.results, ranking.misses) == ((), ())
    assert sum(ranking.counts.values()) == 0
    with pytest.raises(InputError, match="no park P1"):
        Index.fit([]).match(a_need(), "P1")
    assert Index.fit([]).updated([a_park()]).parks == (a_park(),)
    assert Index.fit([a_park()]).updated([], ["P1"]).parks == ()


def test_one_park_is_ranked_like_among_others() -> None:
    alone = whole([a_park()], a_need()).results[0]
    among = whole([a_park(), a_park("P2"), a_park("P3", industries=())], a_need())
    assert next(match for match in among.results if match.park.code == "P1") == alone


@pytest.mark.parametrize("top", [0, -1, -100])
def test_nothing_asked_for_shows_nothing_and_still_counts(top: int) -> None:
    ranking = Index.fit([a_park(), a_park("P2", free=Resources(land_m2=1.0))]).parks_for(a_need(), top=top, misses=top)
    assert (ranking.results, ranking.misses) == ((), ())
    assert ranking.counts[Standing.FEASIBLE] + ranking.counts[Standing.INFEASIBLE] == 2


@pytest.mark.parametrize("text", ["", " ", "\t\n", "　"])
def test_a_text_without_words_says_nothing_and_resembles_nothing(text: str) -> None:
    assert classify(text) == []
    match = whole([a_park()], Need(description=text, asks=Resources(land_m2=1.0))).results[0]
    assert {"text", "industry_chain"}.isdisjoint(part.criterion for part in match.contributions)
    assert match.score > 0


def test_a_need_that_says_nothing_at_all_is_answered_by_what_parks_are() -> None:
    ranking = whole([a_park(level="national"), a_park("P2", level="provincial")], Need())
    assert [match.park.code for match in ranking.results] == ["P1", "P2"]
    assert {match.standing for match in ranking.results} == {Standing.UNVERIFIED}
    assert ranking.fill_first == "land_mu"


@given(st.sampled_from([path for path in OF_NEED if path != "asks.land_m2"]), sound, sound, sound)
def test_every_sound_amount_however_small_or_large_gives_a_score_between_zero_and_one(
    path: str, value: float, land: float, free: float
) -> None:
    need = put(put(a_need(output_cny_a=1e6), "asks.land_m2", land), path, value)
    amounts = Resources(land_m2=free, power_kva=free, energy_tce=free, water_t_d=free)
    ranking = whole([a_park(free=amounts, investment_min_cny_m2=free)], need)
    (match,) = (*ranking.results, *ranking.misses)
    low, high = match.interval
    assert 0 <= low <= match.score <= high <= 1 + 1e-12
    assert math.isclose(sum(part.share for part in match.contributions), match.score, abs_tol=1e-9)


# Every mode


def answered(mode: Mode, parks: list[Park], need: Need) -> Ranking | PairRanking:
    if mode in (Mode.ENCLAVE, Mode.PARTNER):
        return park_pairs(parks, mode)
    index = Index.fit(parks)
    if mode in (Mode.HQ_BASE, Mode.RD_MANUFACTURING):
        return index.pairs_for(replace(need, mode=mode))
    return index.parks_for(replace(need, mode=mode))


OF_A_NEED = (Mode.RELOCATION, Mode.HQ_BASE, Mode.RD_MANUFACTURING, Mode.MARKET_PRODUCT)
WRONG: tuple[dict[str, Any], ...] = (
    {"jobs": math.nan},
    {"investment_cny": -1.0},
    {"asks": Resources(power_kva=math.inf)},
    {"industry": "9999"},
    {"weights": {"text": 0.0}},
    {"weights": {"charm": 1.0}},
    {"importance": ("text", "text")},
)


@pytest.mark.parametrize("wrong", WRONG, ids=str)
@pytest.mark.parametrize("mode", OF_A_NEED)
def test_a_wrong_need_is_refused_in_every_mode(mode: Mode, wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        answered(mode, [a_park(), a_park("P2", adcode="340100")], a_need(**wrong))


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_wrong_need_among_many_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        list(batch.best([a_need(id="good"), a_need(id="bad", **wrong)], Index.fit([a_park()])))


@pytest.mark.parametrize("parks", [[], [a_park()]], ids=["none", "one"])
def test_how_sure_and_why_are_answered_of_no_park_and_of_one(parks: list[Park]) -> None:
    seen = Index.fit(parks).evaluated(a_need())
    assert {code: each.rank1 for code, each in confidence.of_parks(seen).items()} == {park.code: 1 for park in parks}
    assert sensitivity(seen).slides == ()
    for row in range(len(parks)):
        assert levers(seen, row, 3) == ()
        assert joint(seen, row) is None


@pytest.mark.parametrize("mode", Mode)
def test_wrong_parks_are_refused_in_every_mode(mode: Mode) -> None:
    for parks in ([a_park(), a_park()], [a_park(), a_park("P2", area_m2=math.nan)], [a_park(), a_park("")]):
        with pytest.raises(InputError):
            answered(mode, parks, a_need())


@pytest.mark.parametrize("mode", Mode)
def test_no_park_and_one_park_are_answered_in_every_mode(mode: Mode) -> None:
    assert answered(mode, [], a_need()).results == ()
    assert sum(answered(mode, [], a_need()).counts.values()) == 0
    for match in answered(mode, [a_park()], a_need()).results:
        assert 0 <= match.score <= 1


# Documents


@given(
    st.sampled_from(("land_mu", "power_kva", "energy_tce", "jobs", "investment_10k", "land_price_max_10k_mu")),
    st.sampled_from((math.nan, math.inf, -math.inf, -1, -0.5, "many", [], {}, True)),
)
def test_a_need_document_with_a_bad_number_is_refused_by_its_own_field(field: str, value: object) -> None:
    with pytest.raises(InputError) as refused:
        documents.need_from({"industry": "3841", field: value})
    assert places(refused) == {field}


@given(
    st.sampled_from(("free.land_mu", "free.steam_t_h", "prices.land_10k_mu", "gates.tax_10k_mu_a", "area_ha")),
    st.sampled_from((math.nan, math.inf, -1, "much", [], True)),
)
def test_a_parks_document_with_a_bad_number_is_refused_by_code_and_field(path: str, value: object) -> None:
    head, _, rest = path.partition(".")
    with pytest.raises(InputError) as refused:
        documents.parks_from([{"code": "P1", head: {rest: value} if rest else value}])
    assert places(refused) == {f"P1.{path}"}


DOCUMENTS: tuple[tuple[Callable[[object], object], object, str], ...] = (
    (documents.need_from, {"industry": "3841", "weights": {"charm": 1}}, "no criterion charm"),
    (documents.need_from, {"industry": "3841", "weights": {"text": 0, "tax": 0}}, "All weights are zero"),
    (documents.need_from, {"industry": "3841", "weights": {"text": -1}}, "no weight"),
    (documents.need_from, {"industry": "3841", "mode": "merger"}, "is none of"),
    (documents.need_from, {"industry": "3841", "energy_basis": "both"}, "is none of"),
    (documents.need_from, {"industry": "", "description": ""}, "Give the industry"),
    (documents.need_from, {"description": " \t　"}, "Give the industry"),
    (documents.need_from, {}, "Give the industry"),
    (documents.parks_from, [{"code": "A"}, {"code": "A"}], "more than one park"),
    (documents.parks_from, [{"name": "x"}], "needs a code"),
    (documents.parks_from, {"code": "A"}, "list of parks"),
)


@pytest.mark.parametrize(("read", "document", "words"), DOCUMENTS)
def test_a_document_that_is_wrong_says_what_is(read: Callable[[object], object], document: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(document)


def test_no_parks_are_a_list_of_none() -> None:
    assert documents.parks_from([]) == []


# The command line


def told(folder: Path, need: str, parks: str, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "need.json").write_text(need, encoding="utf-8")
    (folder / "parks.json").write_text(parks, encoding="utf-8")
    call = "import sys; from web.cli import main; main()"
    command = [sys.executable, "-c", call, "rank", str(folder / "need.json"), "--parks", str(folder / "parks.json")]
    environment = {"LANG": "en_US.UTF-8", "PATH": "/usr/bin:/bin"}
    return subprocess.run([*command, *words], capture_output=True, check=False, text=True, env=environment)


GOOD = '{"industry": "3841", "land_mu": 10}'
REFUSED = (
    ('{"industry": "3841", "land_mu": NaN}', "[]", (), "land_mu"),
    ('{"industry": "3841", "land_mu": -3}', "[]", (), "land_mu"),
    ('{"industry": "3841", "weights": {"charm": 1}}', "[]", (), "charm"),
    ('{"industry": "3841", "weights": {"text": 0}}', "[]", (), "weights"),
    (GOOD, '[{"code": "A"}, {"code": "A"}]', (), "A"),
    (GOOD, '[{"code": "A", "free": {"land_mu": Infinity}}]', (), "A.free.land_mu"),
    (GOOD, "[]", ("--mode", "merger"), "--mode"),
    (GOOD, "[]", ("--top", "0"), "--top"),
    ("", "[]", (), "need.json"),
)


@pytest.mark.parametrize(("need", "parks", "words", "where"), REFUSED)
def test_the_command_line_refuses_with_two_and_one_line_a_fault(
    tmp_path: Path, need: str, parks: str, words: tuple[str, ...], where: str
) -> None:
    done = told(tmp_path, need, parks, *words, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert where in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_line_answers_an_empty_file_of_parks_and_a_single_park(tmp_path: Path) -> None:
    for parks, count in (("[]", 0), ('[{"code": "A"}]', 1)):
        done = told(tmp_path, GOOD, parks, "--json")
        assert (done.returncode, done.stderr) == (0, "")
        assert sum(json.loads(done.stdout)["counts"].values()) == count
        assert len(json.loads(done.stdout)["results"]) == count


def test_numbers_of_numpy_are_numbers() -> None:
    need = a_need(asks=Resources(land_m2=np.float32(5.0), power_kva=np.float64(7.0)), jobs=np.int64(3))  # type: ignore[arg-type]
    assert whole([a_park()], need).results[0].score > 0
