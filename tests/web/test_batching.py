"""Does `match` give what `rank` gives, and does it survive what kills it?"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from bench import market
from matching.documents import need_document
from tests.web.test_cli import answer, parkbridge, written


@pytest.fixture(scope="module")
def needs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("needs") / "needs.json"
    return written(path, [need_document(need) for need in market.needs(48)])


@pytest.fixture(scope="module")
def whole(needs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one quiet run writes."""
    folder = tmp_path_factory.mktemp("out") / "whole"
    assert answer("match", needs, "--both", "--part", 16, "--out", folder)["resumed"] == 0
    return folder


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def both(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "needs.jsonl").read_bytes(), (folder / "parks.jsonl").read_bytes()


def started(needs: Path, folder: Path, *more: object) -> subprocess.Popen[bytes]:
    words = ["match", str(needs), "--both", "--part", "4", "--out", str(folder), *map(str, more)]
    return subprocess.Popen([sys.executable, "-c", "from web.cli import main; main()", *words])


def once_a_part_is_there(process: subprocess.Popen[bytes], folder: Path) -> None:
    while not list(folder.glob("part-*.jsonl")):
        assert process.poll() is None


def test_a_need_gets_the_numbers_of_rank(needs: Path, whole: Path, tmp_path: Path) -> None:
    found = rows(whole / "needs.jsonl")
    documents = json.loads(needs.read_text("utf-8"))
    assert [row["need"] for row in found] == [document["id"] for document in documents]
    for place in (0, 17, 47):
        alone = answer("rank", written(tmp_path / "need.json", documents[place]))
        assert found[place]["counts"] == alone["counts"]
        told = [(row["rank"], row["park"], row["verdict"], row["score"]) for row in found[place]["results"]]
        assert told == [(row["rank"], row["park"], row["verdict"], row["score"]) for row in alone["results"]]


def test_a_park_gets_its_best_needs(whole: Path) -> None:
    found = rows(whole / "parks.jsonl")
    assert len(found) == 2543
    scores = [row["score"] for row in found[0]["results"]]
    assert len(scores) == 20
    assert scores == sorted(scores, reverse=True)


def test_parts_of_another_size_give_the_same_files(needs: Path, whole: Path, tmp_path: Path) -> None:
    assert parkbridge("match", needs, "--both", "--out", tmp_path / "one").returncode == 0
    assert both(tmp_path / "one") == both(whole)


def test_a_killed_run_goes_on_where_it_stopped(needs: Path, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    process = started(needs, folder)
    once_a_part_is_there(process, folder)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (folder / "parks.jsonl").exists()
    done = answer("match", needs, "--both", "--part", 4, "--out", folder)
    assert 1 <= done["resumed"] < done["parts"]
    assert both(folder) == both(whole)


def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(needs: Path, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cluster"
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        process = started(needs, folder, "--cluster", cluster.scheduler_address)
        once_a_part_is_there(process, folder)
        worker = next(iter(cluster.workers.values())).process.pid
        os.kill(worker, signal.SIGKILL)
        assert process.wait() == 0
    assert both(folder) == both(whole)


def test_a_folder_of_something_else_is_refused(needs: Path, whole: Path, tmp_path: Path) -> None:
    refused = parkbridge("match", needs, "--top", 3, "--out", whole, language="en_US.UTF-8")
    assert (refused.returncode, "holds another run" in refused.stderr) == (2, True)
    (tmp_path / "mine.txt").write_text("mine")
    refused = parkbridge("match", needs, "--out", tmp_path, language="en_US.UTF-8")
    assert (refused.returncode, "not empty" in refused.stderr) == (2, True)


def test_every_fault_names_its_need(tmp_path: Path) -> None:
    wrong = [{"id": "A", "industry": "9999"}, {"industry": "3841", "mode": "enclave"}, {"industry": "3841", "land": 1}]
    told = parkbridge("match", written(tmp_path / "n.json", wrong), "--out", tmp_path / "out", language="en_US.UTF-8")
    assert told.returncode == 2
    assert [line.split(":")[0].split(".")[0] for line in told.stderr.splitlines()] == ["A", "#3"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("parks", [[], [{"code": "P1", "free": {"land_mu": 1}}]])
def test_needs_that_no_park_takes_are_counted_and_listed_with_none(tmp_path: Path, parks: list[object]) -> None:
    asked = written(tmp_path / "needs.json", [{"industry": "3841", "land_mu": 10}])
    answer("match", asked, "--parks", written(tmp_path / "parks.json", parks), "--both", "--out", tmp_path / "out")
    (row,) = rows(tmp_path / "out" / "needs.jsonl")
    assert (sum(row["counts"].values()), row["results"]) == (len(parks), [])
    assert [row["results"] for row in rows(tmp_path / "out" / "parks.jsonl")] == [[] for _ in parks]


@pytest.mark.parametrize("damaged", ["run.json", "part-00000.jsonl", "part-00000.npz"])
def test_a_folder_that_somebody_damaged_is_refused_by_name(tmp_path: Path, damaged: str) -> None:
    asked = written(tmp_path / "needs.json", [{"industry": "3841", "land_mu": 10}])
    parks = written(tmp_path / "parks.json", [{"code": "P1", "free": {"land_mu": 100}}])
    words = ("match", asked, "--parks", parks, "--both", "--out", tmp_path / "out")
    answer(*words)
    (tmp_path / "out" / damaged).write_bytes(b"")
    done = parkbridge(*words)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(str(tmp_path / "out"))


def test_what_is_no_scheduler_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    asked = written(tmp_path / "needs.json", [{"industry": "3841"}])
    done = parkbridge("match", asked, "--cluster", "localhost", "--out", tmp_path / "out")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert done.stderr.startswith("--cluster: ")
    assert not (tmp_path / "out").exists()
