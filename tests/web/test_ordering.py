"""Does `rank` reorder only where asked, and can what it kept be made again?"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.test_cli import NEED, answer, parkbridge, written


@pytest.fixture
def need_file(tmp_path: Path) -> Path:
    return written(tmp_path / "need.json", NEED)


def parks_of(said: dict[str, Any]) -> list[str]:
    return [row["park"] for row in said["results"]]


def test_prices_are_made_from_needs_and_move_the_crowded_down(tmp_path: Path, need_file: Path) -> None:
    needs, out = written(tmp_path / "needs.json", [NEED, {**NEED, "land_mu": 80}]), tmp_path / "prices.json"
    assert answer("congestion", needs, "--out", out, "--cap", "0.04")["crowded"] == len(json.loads(out.read_text()))
    plain, moved = answer("rank", need_file), answer("rank", need_file, "--top", 100, "--congestion", out)
    scores = {row["park"]: row["score"] for row in answer("rank", need_file, "--top", 300)["results"]}
    assert parks_of(plain) != parks_of(moved)[:20]
    assert all(scores[row["park"]] == row["score"] for row in moved["results"])
    assert any(row["order"]["moved"] < 0 for row in moved["results"])


def test_a_diverse_list_says_how_far_each_moved(need_file: Path) -> None:
    rows = answer("rank", need_file, "--diverse")["results"]
    assert [row["rank"] for row in rows] == list(range(1, 21))
    assert all(set(row["order"]["by"]) == {"diverse"} for row in rows)


def test_a_learned_order_comes_from_a_file(tmp_path: Path, need_file: Path) -> None:
    learned = written(tmp_path / "learned.json", {"theta": {"industry_chain": 0.0, "text": 0.0}, "choices": 4000})
    rows = answer("rank", need_file, "--learned", learned)["results"]
    assert any(row["order"]["moved"] > 0 for row in rows)


def test_a_kept_answer_is_made_again_or_told_to_differ(tmp_path: Path, need_file: Path) -> None:
    kept = tmp_path / "kept.json"
    said = answer("rank", need_file, "--diverse", "--top", 5, "--keep", kept)
    assert json.loads(kept.read_text("utf-8"))["answer"] == said
    assert answer("replay", kept) == {"same": True, "sha256": json.loads(kept.read_text())["sha256"], "differences": []}
    document = json.loads(kept.read_text("utf-8"))
    document["need"]["land_mu"] = 4000
    written(kept, document)
    done = parkbridge("replay", kept)
    assert done.returncode == 1
    assert done.stdout.startswith("第 1 名当时为")


def test_parks_of_a_file_are_kept_with_the_answer(tmp_path: Path, need_file: Path) -> None:
    parks = written(tmp_path / "parks.json", [{"code": "A", "free": {"land_mu": 333.3}}, {"code": "B"}])
    kept = tmp_path / "kept.json"
    answer("rank", need_file, "--parks", parks, "--keep", kept)
    parks.unlink()
    assert parkbridge("replay", kept).returncode == 0


@pytest.mark.parametrize("words", [("--congestion",), ("--learned",)])
def test_a_file_that_says_something_else_is_refused(tmp_path: Path, need_file: Path, words: tuple[str, ...]) -> None:
    done = parkbridge("rank", need_file, *words, written(tmp_path / "wrong.json", [1]))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") >= 1


def test_what_is_not_kept_cannot_be_replayed(tmp_path: Path) -> None:
    assert parkbridge("replay", tmp_path / "nothing.json").returncode == 2
    assert parkbridge("replay", written(tmp_path / "other.json", {})).returncode == 2
