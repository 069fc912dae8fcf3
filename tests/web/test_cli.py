"""Does the command line keep the forms that others call?"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from web import cli

NEED = {
    "industry": "3841",
    "description": "锂离子动力电池电芯与模组",
    "origin": "310114",
    "land_mu": 150,
    "power_kva": 20000,
    "energy_tce": 8200,
    "energy_basis": "calorific",
    "investment_10k": 80000,
    "tax_10k_a": 6000,
    "regions": {"prefer": ["3401"], "exclude": ["31"]},
    "importance": ["industry_chain", "land_price"],
}


@pytest.fixture
def need_file(tmp_path: Path) -> Path:
    return written(tmp_path / "need.json", NEED)


def written(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def parkbridge(*words: object, language: str = "zh_CN.UTF-8") -> subprocess.CompletedProcess[str]:
    """The real process, as a shell would start it."""
    command = [sys.executable, "-c", "from web.cli import main; main()", *map(str, words)]
    environment = {**os.environ, "LC_ALL": language, "PYTHONIOENCODING": "utf-8"}
    environment.pop("PYTHONWARNINGS", None)
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def answer(*words: object) -> dict[str, Any]:
    done = parkbridge(*words, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_every_park_of_the_catalogue_is_counted_once(need_file: Path) -> None:
    assert sum(answer("rank", need_file)["counts"].values()) == 2543


def test_no_real_zone_is_feasible_for_a_need_that_asks_for_land_or_power(tmp_path: Path) -> None:
    for asked in ({"land_mu": 20}, {"power_kva": 630}):
        need = written(tmp_path / "asks.json", {"industry": "3670", **asked})
        assert answer("rank", need)["counts"]["feasible"] == 0


def test_a_need_that_asks_for_nothing_measurable_makes_every_park_unverified(tmp_path: Path) -> None:
    said = answer("rank", written(tmp_path / "vague.json", {"industry": "3670"}))
    assert said["counts"] == {"feasible": 0, "unverified": 2543, "infeasible": 0}
    assert said["fill_first"] == "land_mu"


def test_the_shares_of_every_result_sum_to_its_score(need_file: Path) -> None:
    results = answer("rank", need_file, "--top", 300)["results"]
    assert len(results) == 300
    for row in results:
        assert sum(part["share"] for part in row["contributions"]) == pytest.approx(row["score"], abs=1e-9)
        assert row["interval"][0] <= row["score"] <= row["interval"][1]


def test_two_runs_give_the_same_bytes(need_file: Path) -> None:
    first, second = (parkbridge("rank", need_file, "--json").stdout for _ in range(2))
    assert first == second != ""


def test_rank_tells_how_sure_it_is_and_why_a_park_is_not_further_up(need_file: Path) -> None:
    said = answer("rank", need_file, "--why", "G341132", "--top", "60")
    assert said == answer("rank", need_file, "--why", "G341132", "--top", "60", "--seed", "0")
    sure = [row["confidence"] for row in said["results"]]
    assert all(each is None for each in sure[50:])
    assert 0 < sum(each["top3"] for each in sure[:50]) <= 3
    assert [each["reference"]["rank"] for each in said["why_not"]] == [1, 10]
    other = answer("rank", need_file, "--seed", "1")
    assert [row["score"] for row in other["results"]] == [row["score"] for row in said["results"][:20]]
    assert [row["confidence"] for row in other["results"]] != sure[:20]
    text = parkbridge("rank", need_file, "--why", "G341132").stdout
    assert "前三概率" in text
    assert f"G341132 排第 {said['why_not'][0]['rank']}，{said['results'][0]['name']} 排第 1" in text
    wrong = parkbridge("rank", need_file, "--why", "NOWHERE")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "NOWHERE" in wrong.stderr


def test_removing_parks_from_a_file_changes_no_other_park(tmp_path: Path, need_file: Path) -> None:
    parks = [
        {
            "code": f"P{n}",
            "adcode": "341100",
            "industries": ["装备制造", "新材料", "锂电池"][: n % 3 + 1],
            "free": {"land_mu": 100 + 40 * n, "power_kva": None if n % 2 else 30_000},
            "prices": {"land_10k_mu": 10 + 3 * n},
        }
        for n in range(8)
    ]
    said = {}
    for kept in (parks, parks[::3]):
        whole = answer("rank", need_file, "--parks", written(tmp_path / "parks.json", kept))
        rows = [*whole["results"], *whole["misses"]]
        said[len(kept)] = {row["park"]: (row["score"], row.get("interval"), row.get("contributions")) for row in rows}
    fewer = said[len(parks[::3])]
    assert set(fewer) == {"P0", "P3", "P6"}
    assert all(said[len(parks)][code] == row for code, row in fewer.items() if code in said[len(parks)])


def test_ranking_and_classifying_load_neither_the_web_nor_the_database_nor_a_fitter(need_file: Path) -> None:
    pairs = ["pairs", "--mode", "partner", "--from", "3402", "--json"]
    words = (["rank", str(need_file), "--json"], ["classify", "锂电池", "--json"], pairs)
    program = (
        "import sys, io; from web import cli; out = sys.stdout; sys.stdout = io.StringIO();"
        f"codes = [cli.run(words) for words in {words!r}]; sys.stdout = out;"
        "heavy = {'fastapi', 'starlette', 'sqlmodel', 'sqlalchemy', 'sklearn', 'pandas'};"
        "print(codes, sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[0, 0, 0] []"


def test_classify_answers_in_the_agreed_form() -> None:
    rows = answer("classify", "锂电池", "轴承")["results"]
    assert [row["text"] for row in rows] == ["锂电池", "轴承"]
    assert rows[0]["codes"][0] == {"code": "3841", "name": "锂离子电池制造", "score": 0.97}
    assert [len(row["codes"]) for row in rows] == [3, 3]


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({"industry": "3841", "lnd_mu": 3}, "lnd_mu"),
        ({"industry": "3841", "land_mu": -3}, "land_mu"),
        ({"industry": "9999"}, "industry"),
        ({"industry": "3841", "mode": "sideways"}, "mode"),
        ({"industry": "3841", "needed_on": "2027-13-01"}, "needed_on"),
        ({"industry": "3841", "weights": {"charm": 1}}, "weights"),
        ({"industry": "3841", "weights": {"market": 0, "talent": 0}}, "weights"),
        ({"industry": "3841", "weights": {"market": 1}, "importance": ["market"]}, "weights"),
        ({"land_mu": 10}, "industry"),
        ([], ""),
    ],
)
def test_a_wrong_need_is_one_line_on_stderr_and_exit_2(tmp_path: Path, document: object, where: str) -> None:
    done = parkbridge("rank", written(tmp_path / "wrong.json", document), "--json")
    lines = done.stderr.splitlines()
    assert (done.returncode, done.stdout, len(lines)) == (2, "", 1)
    assert lines[0].startswith(where)


def test_several_faults_are_several_lines(tmp_path: Path) -> None:
    wrong = written(tmp_path / "wrong.json", {"industry": "9999", "land_mu": "big", "jobs": -1})
    assert len(parkbridge("rank", wrong).stderr.splitlines()) == 3


@pytest.mark.parametrize(
    "text", ["{", '{"industry": "3841", "land_mu": NaN}', '{"land_mu": 1, "land_mu": 2}', "", "[" * 100_000]
)
def test_what_is_not_one_sound_json_document_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "need.json"
    path.write_text(text)
    done = parkbridge("rank", path)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_faults_are_said_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    missing = tmp_path / "missing.json"
    assert "cannot be read" in parkbridge("rank", missing, language="en_GB.UTF-8").stderr
    assert "无法读取" in parkbridge("rank", missing).stderr


def test_an_unknown_word_is_the_callers_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["sideways"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_year_old_sheet_is_unknown_only_when_a_day_is_given(tmp_path: Path) -> None:
    park = {"code": "P1", "free": {"land_mu": 500, "largest_plot_mu": 300}, "as_of": "2025-11-01"}
    parks = written(tmp_path / "parks.json", [park])
    need = written(tmp_path / "need.json", {"industry": "3670", "land_mu": 100})
    assert answer("rank", need, "--parks", parks)["counts"]["feasible"] == 1
    assert answer("rank", need, "--parks", parks, "--on", "2026-11-23")["counts"]["unverified"] == 1
