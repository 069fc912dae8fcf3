"""Does `parkbridge rank` answer a need of two places, and a market for a product, as the contract says?"""

import json
from pathlib import Path
from typing import Any

import pytest

from matching.answers import answer as answered
from matching.answers import confidence_document
from matching.confidence import of_pairs
from matching.index import Index
from matching.kept import Question, ranking_of
from matching.reference import catalogue
from web import cli, explaining

NEED = {"industry": "3841", "origin": "310114", "land_mu": 150, "building_m2": 5000}
PARKS = [
    {"code": "A", "adcode": "310114", "level": "national", "free": {"building_m2": 9000}},
    {"code": "B", "adcode": "320500", "free": {"land_mu": 400, "largest_plot_mu": 300, "building_m2": 100}},
    {"code": "C", "adcode": "341100", "free": {"land_mu": 102, "largest_plot_mu": 102}},
]


def rank(tmp_path: Path, capsys: pytest.CaptureFixture[str], *words: str, **changed: object) -> tuple[int, str, str]:
    need, parks = tmp_path / "need.json", tmp_path / "parks.json"
    need.write_text(json.dumps(NEED | changed), encoding="utf-8")
    parks.write_text(json.dumps(PARKS), encoding="utf-8")
    code = cli.run(["rank", str(need), "--parks", str(parks), *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def answer(tmp_path: Path, capsys: pytest.CaptureFixture[str], *words: str, **changed: object) -> dict[str, Any]:
    code, out, err = rank(tmp_path, capsys, *words, "--json", **changed)
    assert (code, err) == (0, "")
    said: dict[str, Any] = json.loads(out)
    return said


@pytest.mark.parametrize(
    ("mode", "roles"), [("hq_base", ("hq", "base")), ("rd_manufacturing", ("rd", "manufacturing"))]
)
def test_pairs_stand_under_their_roles_and_every_part_says_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str, roles: tuple[str, str]
) -> None:
    found = answer(tmp_path, capsys, "--mode", mode)
    assert found["mode"] == mode
    assert found["counts"] == {"feasible": 1, "unverified": 2, "infeasible": 3}
    first = found["results"][0]
    assert first["parks"] == dict(zip(roles, ("A", "B"), strict=True))
    assert first["verdict"] == "feasible"
    assert {gate["place"] for gate in first["gates"]} == set(roles)
    assert sum(part["share"] for part in first["contributions"]) == pytest.approx(first["score"], abs=1e-9)
    assert {part["side"] for part in first["contributions"] if part["place"] is None} == {"pair"}
    miss = found["misses"][0]
    assert miss["parks"][roles[1]] == "C"
    assert miss["relax"]["gate"] == "land"
    assert miss["relax"]["by"] == pytest.approx(48 * 2000 / 3)


def test_official_ties_are_left_out_where_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [
        {
            part["criterion"]
            for part in answer(tmp_path, capsys, "--mode", "hq_base", *words)["results"][0]["contributions"]
        }
        for words in ((), ("--no-institution",))
    ]
    assert names[0] - names[1] == {"institution"}


def test_how_sure_a_place_is_leaves_the_same_ties_out() -> None:
    index = Index.fit(catalogue()[::60])
    sure = {}
    for ties in (True, False):
        question = Question(NEED | {"mode": "hq_base"}, top=5, institution=ties)
        found = ranking_of(index, question)
        said = explaining.explained(answered(found), found, index, question, seed=0, why=None)
        among = index.pairs_for(question.record(), top=explaining.PAIRS_AMONG, institution=ties).results
        sure[ties] = [row["confidence"] for row in said["results"]]
        assert sure[ties] == [confidence_document(each) for each in of_pairs(among)[:5]]
    assert sure[True] != sure[False]


def test_a_terminal_names_both_places_and_what_each_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = rank(tmp_path, capsys, "--mode", "hq_base")
    assert code == 0
    assert "总部 A" in out
    assert "基地 B" in out
    assert [line for line in out.splitlines() if "✗" in line and "基地: 用地" in line]


def test_the_head_office_may_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(tmp_path, capsys, "--mode", "hq_base", hq="310100")
    assert sum(found["counts"].values()) == 3
    assert {row["parks"]["hq"] for row in found["results"]} == {"310100"}


def test_a_market_is_one_park(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(tmp_path, capsys, "--mode", "market_product", output_10k_a=150_000, land_mu=None, building_m2=None)
    assert [part["criterion"] for part in found["results"][0]["contributions"]] == ["cover", "freight", "channel"]
    assert found["fill_first"] is None
    silent = answer(tmp_path, capsys, "--mode", "market_product", land_mu=None, building_m2=None)
    assert silent["fill_first"] == "output_10k_a"


@pytest.mark.parametrize("mode", ["enclave", "partner"])
def test_modes_of_two_parks_say_where_to_go(tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str) -> None:
    code, out, err = rank(tmp_path, capsys, "--mode", mode)
    assert (code, out) == (2, "")
    assert err.startswith("mode: ")
    assert "pairs" in err


def test_a_kept_ranking_of_pairs_is_made_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "kept.json"
    assert rank(tmp_path, capsys, "--mode", "hq_base", "--no-institution", "--keep", str(kept))[0] == 0
    assert cli.run(["replay", str(kept)]) == 0


def test_why_not_a_park_is_told_of_the_best_pair_in_each_role(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer(tmp_path, capsys, "--mode", "hq_base", "--why", "C")["why_not"]
    assert [(each["place"], each["parks"][each["place"]]) for each in told] == [("hq", "C")] * 2 + [("base", "C")] * 2
    assert [each["reference"]["rank"] for each in told] == [1, 3, 1, 3]  # there is no tenth
    base = told[2]
    assert (base["behind_by_verdict"], base["reference"]["parks"]) == (True, {"hq": "A", "base": "B"})
    assert [step["field"] for step in base["joint"]["steps"]] == ["land_m2"]
    gap = base["score"] - base["reference"]["score"]
    assert sum(part["by"] for part in base["differences"]) == pytest.approx(gap, abs=1e-9)
    _, out, _ = rank(tmp_path, capsys, "--mode", "hq_base", "--why", "C")
    assert "A + C 未进前 200 名，A + B 排第 1。" in out
    assert "不满足: 基地：用地" in out
    assert rank(tmp_path, capsys, "--mode", "hq_base", "--why", "X")[0] == 2


def test_a_pair_of_a_crowded_park_says_how_far_down_it_went(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prices = tmp_path / "prices.json"
    prices.write_text('{"B": 0.15}')
    words = ("--mode", "rd_manufacturing", "--congestion", str(prices))
    moved = answer(tmp_path, capsys, *words)["results"]
    assert [(row["parks"]["manufacturing"], row["order"]["moved"]) for row in moved] == [("B", 0), ("A", 1), ("B", -1)]
    out = rank(tmp_path, capsys, *words)[1]
    assert (out.count("↑1"), out.count("↓1")) == (1, 1)
