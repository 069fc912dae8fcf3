"""Does `python -m matching rank` answer, and say what is wrong?"""

import json
from pathlib import Path

import pytest

from matching.__main__ import main


def written(folder: Path, name: str, document: object) -> str:
    path = folder / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def test_a_need_is_ranked_against_a_file_of_parks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    need = written(tmp_path, "need.json", {"industry": "3841", "land_mu": 150})
    parks = written(
        tmp_path,
        "parks.json",
        [
            {"code": "A", "free": {"land_mu": 200, "largest_plot_mu": 150}, "as_of": "2026-11-01"},
            {"code": "B", "free": {"land_mu": 120}, "as_of": "2026-11-01"},
        ],
    )
    assert main(["rank", need, "--parks", parks, "--on", "2026-11-23", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["counts"] == {"feasible": 1, "unverified": 0, "infeasible": 1}
    assert found["misses"][0]["relax"] == {"gate": "land", "by": pytest.approx(20_000), "unit": "m2"}
    assert main(["rank", need, "--parks", parks, "--on", "2027-01-23", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {"feasible": 0, "unverified": 2, "infeasible": 0}


def test_the_catalogue_is_ranked_where_no_parks_are_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rank", written(tmp_path, "need.json", {"industry": "3841"}), "--top", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "0 feasible, 2543 unverified, 0 infeasible; fill first: land_mu"
    assert len(lines) == 4


def test_wrong_input_is_told_by_line_and_nothing_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    need = written(tmp_path, "need.json", {"industry": "38411", "land": 2})
    assert main(["rank", need]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.split(":")[0] for line in told.err.splitlines()] == ["industry", "land"]
    assert main(["rank", str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


def test_the_mode_of_the_command_beats_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    need = written(tmp_path, "need.json", {"industry": "3841", "mode": "relocation"})
    assert main(["rank", need, "--mode", "enclave"]) == 2
    assert capsys.readouterr().err == (
        "mode: Mode enclave ranks two parks, not places for a need: use pairs, or the park's page.\n"
    )
