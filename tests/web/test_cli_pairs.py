"""Does `parkbridge pairs` keep its form, find parks by codes, and say what is wrong?"""

import json
from pathlib import Path
from typing import Any

import pytest

from web import cli


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = cli.run(["pairs", *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code, out, err = run(capsys, *words, "--json")
    assert (code, err) == (0, "")
    said: dict[str, Any] = json.loads(out)
    return said


@pytest.fixture
def zone() -> str:
    from matching.reference import catalogue

    return next(park.code for park in catalogue() if (park.adcode or "").startswith("3205"))


def test_every_other_zone_stands_once_beside_a_zone(capsys: pytest.CaptureFixture[str], zone: str) -> None:
    for mode in (["--mode", "enclave"], ["--mode", "enclave", "--reverse"], ["--mode", "partner"]):
        found = answer(capsys, *mode, "--from", zone, "--top", "5000")
        ends = [row[("b" if mode[1] == "partner" else "destination")] for row in found["results"]]
        assert sum(found["counts"].values()) == 2542
        assert len(ends) == len(set(ends)) == found["counts"]["feasible"] + found["counts"]["unverified"]
        assert zone not in ends


def test_a_region_stands_for_its_parks_and_each_destination_keeps_its_best_origin(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = answer(capsys, "--mode", "enclave", "--from", "3101", "--to", "3411", "--top", "5000")
    ends = [row["destination"] for row in found["results"]]
    assert len(ends) == len(set(ends)) == sum(found["counts"].values()) > 5
    one = found["results"][0]
    assert {"rank", "origin", "destination", "verdict", "score", "interval", "contributions", "gates"} <= set(one)
    assert abs(sum(part["share"] for part in one["contributions"]) - one["score"]) < 1e-9
    placed = {(part["side"], part["place"]) for part in one["contributions"]}
    assert placed == {("need", "origin"), ("park", "destination"), ("pair", None)}
    assert {gate["place"] for gate in one["gates"]} == {"destination", None}


def test_institutions_can_be_left_out(capsys: pytest.CaptureFixture[str], zone: str) -> None:
    named = {"same_province", "metro", "cluster", "paired"}
    for words, shown in (([], named), (["--no-institution"], set())):
        found = answer(capsys, "--mode", "partner", "--from", zone, "--top", "1", *words)
        assert {part["criterion"] for part in found["results"][0]["contributions"]} & named == shown


def test_two_runs_give_the_same_bytes(capsys: pytest.CaptureFixture[str], zone: str) -> None:
    words = ("--mode", "enclave", "--from", zone, "--json")
    assert run(capsys, *words) == run(capsys, *words)


def test_parks_of_a_file_are_paired(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "parks.json"
    parks = [{"code": "P1", "adcode": "310114"}, {"code": "P2", "adcode": "341103", "industries": ["汽车"]}]
    file.write_text(json.dumps(parks), encoding="utf-8")
    found = answer(capsys, "--mode", "enclave", "--parks", str(file))
    assert [(row["origin"], row["destination"]) for row in found["results"]] in (
        [("P1", "P2"), ("P2", "P1")],
        [("P2", "P1"), ("P1", "P2")],
    )
    file.write_text(json.dumps(parks[:1]), encoding="utf-8")
    code, out, _ = run(capsys, "--mode", "enclave", "--parks", str(file))
    assert code == 0
    assert "没有找到园区对" in out or "No pair of parks" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--mode", "enclave", "--from", "G99"], "--from: "),
        (["--mode", "enclave", "--to", "990000"], "--to: "),
        (["--mode", "enclave", "--to", "12345"], "--to: "),
        (["--mode", "relocation"], "mode: "),
        (["--mode", "partner", "--reverse"], "reverse: "),
        (["--mode", "nonsense"], "--mode"),
        ([], "--mode"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_2(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert said in err


def test_a_near_code_is_suggested(capsys: pytest.CaptureFixture[str], zone: str) -> None:
    _, _, err = run(capsys, "--mode", "enclave", "--from", zone + "0")
    assert zone in err


def test_the_table_names_both_parks_and_the_reasons(capsys: pytest.CaptureFixture[str], zone: str) -> None:
    code, out, _ = run(capsys, "--mode", "enclave", "--from", zone, "--top", "2")
    assert code == 0
    assert out.count("→") >= 2
    assert out.count(zone) >= 2


def test_pairs_of_a_crowded_park_stand_further_down_and_their_scores_stay(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ("--mode", "enclave", "--from", "3101", "--to", "3411", "--top", "50")
    plain = answer(capsys, *words)["results"]
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps({plain[0]["destination"]: 0.15}), encoding="utf-8")
    moved = answer(capsys, *words, "--congestion", str(prices))["results"]
    assert plain[0]["destination"] != moved[0]["destination"]
    assert "order" not in plain[0]
    down = next(row for row in moved if row["destination"] == plain[0]["destination"])
    assert (down["order"]["moved"], down["score"]) == (1 - down["rank"], plain[0]["score"])
    assert {row["destination"]: row["confidence"] for row in plain} == {
        row["destination"]: row["confidence"] for row in moved
    }
    assert f"↓{down['rank'] - 1}" in run(capsys, *words, "--congestion", str(prices))[1]
    assert run(capsys, *words, "--congestion", str(tmp_path / "none.json"))[0] == 2
