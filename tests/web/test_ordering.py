"""Does `rank` reorder only where asked, and can what it kept be made again?"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from marketplace import demo
from marketplace.database import engine_for, migrate, reading, writing
from marketplace.kept import KeptRanking
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


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The database of a demonstration."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    address = f"sqlite:///{path}"
    migrate(address)
    engine = engine_for(address)
    with writing(engine) as session:
        demo.fill(session, now=datetime(2026, 11, 23, 2, tzinfo=UTC))
        session.commit()
    engine.dispose()
    return address


def test_the_kept_list_of_the_demonstration_is_made_again(demo_file: str) -> None:
    with reading(engine_for(demo_file)) as session:
        id = session.exec(select(KeptRanking.public_id)).one()
    assert answer("replay", id, "--db", demo_file)["same"] is True
    assert parkbridge("replay", "nothing", "--db", demo_file).returncode == 2


def test_three_signals_teach_nothing_yet_and_that_is_said(demo_file: str) -> None:
    done = parkbridge("learn", "--db", demo_file)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("不采用：较晚的名单太少，无法检验\n版本 ")
    first, second = (answer("learn", "--db", demo_file)["version"] for _ in range(2))
    assert int(second.rpartition("-")[2]) == int(first.rpartition("-")[2]) + 1


def test_a_version_of_the_database_orders_a_list(demo_file: str, need_file: Path) -> None:
    version = answer("learn", "--db", demo_file)["version"]
    rows = answer("rank", need_file, "--db", demo_file, "--learned", version)["results"]
    assert all("learned" in row["order"]["by"] for row in rows)
    assert parkbridge("rank", need_file, "--db", demo_file, "--learned", "2020-01-01-1").returncode == 2


@pytest.mark.parametrize("told", [{"seed": "x"}, {"seed": -1}, {"seed": 1e308}, {"why": ["G341132"]}])
def test_a_kept_file_with_damage_in_what_was_told_is_refused(
    tmp_path: Path, need_file: Path, told: dict[str, object]
) -> None:
    file = tmp_path / "kept.json"
    answer("rank", need_file, "--keep", file)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"told": told}))
    assert parkbridge("replay", file).returncode == 2


def test_the_needs_of_two_enterprises_price_nothing_so_that_none_is_told(demo_file: str, tmp_path: Path) -> None:
    out = tmp_path / "prices.json"
    said = answer("congestion", "--db", demo_file, "--cap", "0.1", "--out", out)
    assert said["prices"] == json.loads(out.read_text()) == {}
    assert parkbridge("congestion").returncode == 2
