"""Does the benchmark command say what it has, and where it is not?"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import run
from bench.figures import Figure, Section
from web import benching
from web.cli import run as command

HERE = Path(__file__).parents[2]


def test_a_benchmark_that_is_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["bench", "marathon"]) == 2
    assert "marathon" in capsys.readouterr().err


def test_every_benchmark_is_a_module_that_can_run() -> None:
    for name in run.BENCHES:
        assert (HERE / "bench" / f"{name.replace('-', '_')}.py").is_file()


def test_without_the_folder_the_command_says_so(tmp_path: Path) -> None:
    finder = "import sys\nclass Away:\n    def find_spec(self, name, path=None, target=None):\n"
    finder += "        if name.split('.')[0] == 'bench': raise ModuleNotFoundError(name=name)\n"
    program = finder + "sys.meta_path.insert(0, Away())\nfrom web.cli import run\nsys.exit(run(['bench', '--quick']))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "bench/" in done.stderr


def test_figures_become_a_table_and_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "DOCS", tmp_path)
    figures = (Figure("ours", 123.4, "M pairs/s", "1.1 × C", "≥ 0.5"), Figure("a peer", None, "", "uv pip install it"))
    points = (("needs", 1.0, 0.1), ("needs", 10.0, 0.9), ("parks", 1.0, 0.05), ("parks", 10.0, 0.5))
    written = run.write([Section("S1 Pairs", figures, ("agreed",)), Section("S14", (), points=points)], quick=True)
    assert [path.name for path in written] == ["bench.md", "growth.svg"]
    table = written[0].read_text("utf-8")
    assert "| ours | 123 M pairs/s | 1.1 × C | ≥ 0.5 |" in table
    assert "| a peer | not installed | uv pip install it |  |" in table
    assert written[1].read_text("utf-8").count("<circle") == 4


def test_json_is_one_document(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    section = Section("S1", (Figure("ours", 1.0, "s"),))
    monkeypatch.setattr(run, "run", lambda names, quick: iter([section]))
    benching.told(["growth"], quick=True, write=False, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert said[0]["figures"][0] == {"name": "ours", "value": 1.0, "unit": "s", "note": "", "goal": ""}
