"""Is the evaluation itself sound: repeatable, blind to the engine, and able to fail?"""

import ast
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from matching import InputError, documents
from matching.evaluate import planted, planted_documents, planted_values, run
from matching.evaluate.baselines import METHODS
from matching.evaluate.figures import Figure
from matching.evaluate.measures import brier_skill, interval, ndcg
from matching.evaluate.planted_trial import trial

FOLDER = Path(run.__file__).parent
PLANTED = ("planted.py", "planted_tables.py", "planted_values.py", "planted_documents.py")


@pytest.mark.parametrize("name", PLANTED)
def test_the_planted_market_shares_no_code_with_the_engine(name: str) -> None:
    tree = ast.parse((FOLDER / name).read_text("utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    ours = {module for module in imported if module.split(".")[0] in ("matching", "marketplace", "web")}
    assert {module.rpartition(".")[2] + ".py" for module in ours} <= set(PLANTED)
    assert all(module.startswith("matching.evaluate.planted") for module in ours)


def test_the_same_seed_gives_the_same_market_and_another_seed_another() -> None:
    first, again, other = (planted.market(20, 5, "mid", seed) for seed in (3, 3, 4))
    said = [planted_documents.park_documents(each) + planted_documents.need_documents(each) for each in (first, again)]
    assert said[0] == said[1]
    assert planted_documents.park_documents(other) != planted_documents.park_documents(first)
    assert (planted_values.true_values(first) == planted_values.true_values(again)).all()


def test_the_documents_of_a_planted_market_are_read_without_a_fault() -> None:
    made = planted.market(30, 10, "high", 1)
    parks = documents.parks_from(planted_documents.park_documents(made))
    assert [park.code for park in parks] == [planted_documents.code_of(row) for row in range(30)]
    assert len([documents.need_from(each) for each in planted_documents.need_documents(made)]) == 10


def test_the_ideal_order_is_worth_one_and_the_worst_nothing() -> None:
    gains = np.array([0.0, 15.0, 7.0, 0.0, 3.0])
    assert ndcg(np.array([1, 2, 4, 0, 3]), gains) == pytest.approx(1.0)
    assert ndcg(np.array([0, 3]), gains) == 0.0
    assert 0 < ndcg(np.array([4, 2, 1, 0, 3]), gains) < 1
    assert ndcg(np.array([0, 1]), np.zeros(2)) == 0.0


def test_a_probability_that_says_the_base_rate_has_no_skill_and_one_that_knows_has_all() -> None:
    happened = np.array([1.0, 0.0, 0.0, 0.0])
    assert brier_skill(np.full(4, 0.25), happened) == pytest.approx(0.0)
    assert brier_skill(happened, happened) == 1.0
    assert brier_skill(1 - happened, happened) < 0


def test_an_interval_holds_the_mean_and_narrows_with_more_samples() -> None:
    rng = np.random.default_rng(0)
    few, many = rng.normal(1, 1, 20), rng.normal(1, 1, 2000)
    low, high = interval(many, rng)
    assert low < many.mean() < high
    assert high - low < np.subtract(*interval(few, rng)[::-1])


def test_a_goal_is_reached_or_not_by_its_own_direction() -> None:
    assert Figure("A", "x", 0.8, goal=0.75).reached is True
    assert Figure("A", "x", 0.7, goal=0.75).reached is False
    assert Figure("A", "x", 1.0, goal=0.0, most=True).reached is False
    assert Figure("A", "x", float("nan"), goal=0.0).reached is False
    assert Figure("A", "x", 1.0).reached is None


def test_what_is_truly_impossible_is_worth_nothing_and_never_called_feasible_on_complete_sheets() -> None:
    made = trial(60, 15, "low", 2)
    assert ((made.values > 0) | (made.gains == 0)).all()
    for row, seen in enumerate(made.seen):
        assert (made.values[row][seen.standing == 0] > 0).all()


def test_the_ceiling_beats_every_method_and_every_method_beats_chance() -> None:
    made = trial(150, 40, "mid", 1)
    rng = np.random.default_rng(0)
    scores = {name: made.ndcg([method(each, rng) for each in made.seen]).mean() for name, method in METHODS.items()}
    expected = planted_values.expected_gains(made.market, 16, 1)
    ceiling = made.ndcg([np.argsort(-row, kind="stable") for row in expected]).mean()
    assert ceiling > max(scores.values())
    assert scores["engine"] > scores["topsis"] > scores["random"]
    assert scores["text"] > scores["random"]


def test_the_engine_as_judged_is_the_engine_as_shown() -> None:
    made = trial(60, 5, "mid", 1)
    for need, seen in zip(made.needs, made.seen, strict=True):
        shown = [match.park.code for match in made.index.parks_for(need, top=10).results]
        order = [seen.parks[row].code for row in METHODS["engine"](seen, np.random.default_rng(0))]
        assert shown == order[: len(shown)]


def test_each_method_orders_every_park_once() -> None:
    made = trial(40, 3, "high", 1)
    for method in METHODS.values():
        for seen in made.seen:
            assert sorted(method(seen, np.random.default_rng(0)).tolist()) == list(range(40))


def test_a_run_says_what_it_ran_and_runs_the_same_again() -> None:
    found = run.evaluated(["A"], "tiny", seed=5)
    assert found["parts"] == ["A"]
    assert {row["part"] for row in found["figures"]} == {"A"}
    assert json.dumps(found) == json.dumps(run.evaluated(["A"], "tiny", seed=5))
    judged = {row["name"]: row for row in found["figures"] if row["goal"] is not None}
    assert {"engine_over.ceiling.mid", "learned_over.ceiling.mid", "brier_skill.known.mid"} <= set(judged)
    assert all(row["reached"] in (True, False) for row in judged.values())


def test_an_unknown_part_or_size_is_named_and_none_means_all() -> None:
    with pytest.raises(InputError, match="no part Z"):
        run.asked(["Z"], "ci")
    with pytest.raises(InputError, match="no size huge"):
        run.asked([], "huge")
    assert run.asked([], "tiny") == list(run.PARTS)
    assert run.asked(["A", "A"], "tiny") == ["A"]


def test_parts_not_run_are_kept_only_from_the_same_engine_and_size() -> None:
    row = {"part": "A", "name": "x"}
    kept = {"engine": "1", "reference": "1", "size": "ci", "parts": ["A"], "figures": [row]}
    new = kept | {"parts": ["E"], "figures": [{"part": "E", "name": "y"}]}
    assert [each["part"] for each in run.merged(kept, new)["figures"]] == ["A", "E"]
    assert run.merged(kept, new | {"engine": "2"})["figures"] == new["figures"]
    assert run.merged(None, new)["figures"] == new["figures"]


def test_the_command_prints_figures_goals_and_verdicts_and_leaves_with_zero() -> None:
    command = [sys.executable, "-c", "from web.cli import main; main()"]
    words = ["evaluate", "--part", "A", "--size", "tiny", "--json"]
    told = subprocess.run([*command, *words], capture_output=True, check=True)
    assert json.loads(told.stdout)["size"] == "tiny"
    assert told.stderr == b""
    wrong = subprocess.run([*command, "evaluate", "--part", "Q"], capture_output=True, check=False)
    assert wrong.returncode == 2
    assert wrong.stdout == b""
