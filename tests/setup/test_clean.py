"""Is the code clean by every tool, and in the shape the plan asks for?"""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ["matching", "marketplace", "web", "migrations", "bench", "run.py"]


def findings(*words: str, cwd: Path = ROOT) -> str:
    """What a tool of this Python's own folder complains of; empty when it is content."""
    tool = Path(sys.executable).parent / words[0]
    done = subprocess.run([tool, *words[1:]], cwd=cwd, capture_output=True, text=True, check=False)
    return (done.stdout[-6000:] + done.stderr[-2000:]) if done.returncode else ""


def test_ruff_finds_nothing() -> None:
    found = findings("ruff", "check", "--quiet", "--output-format", "concise", ".")
    assert not found, found


def test_ruff_would_format_nothing_anew() -> None:
    found = findings("ruff", "format", "--check", "--output-format", "concise", ".")
    assert not found, found


@pytest.mark.timeout(900)
def test_mypy_strict_finds_nothing() -> None:
    found = findings("mypy")
    assert not found, found


def test_imports_point_one_way() -> None:
    found = findings("lint-imports", "--no-cache")
    assert not found, found


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("matching/gates.py", "import marketplace", "web imports marketplace imports matching"),
        ("matching/gates.py", "import sqlalchemy.orm", "the engine knows no database, no web, no environment"),
        ("matching/gates.py", "import os", "the engine knows no database, no web, no environment"),
        ("marketplace/parks.py", "import starlette", "the rules know no HTTP and no templates"),
        ("marketplace/units.py", "import marketplace.parks", "marketplace modules import only down the list"),
        ("web/app.py", "import matching.gates", "web reaches the engine through marketplace.matches"),
    ],
)
def test_an_import_against_the_direction_is_found(tmp_path: Path, module: str, line: str, contract: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in ("matching/gates.py", "marketplace/parks.py", "marketplace/units.py", "web/app.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).parent.joinpath("__init__.py").touch()
        (tmp_path / name).write_text(line if name == module else "")
    assert f"{contract} BROKEN" in findings("lint-imports", "--no-cache", cwd=tmp_path)


def test_declared_and_imported_packages_are_the_same() -> None:
    found = findings("deptry", ".", "--no-ansi")
    assert not found, found


def modules() -> list[tuple[str, ast.Module, str]]:
    paths = [path for name in CODE for path in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py"))]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}
    return [(name, ast.parse(text), text) for name, text in sorted(texts.items())]


def test_every_module_says_which_question_it_answers() -> None:
    silent = [name for name, tree, _ in modules() if tree.body and not ast.get_docstring(tree)]
    assert silent == []


def test_no_module_is_longer_than_400_lines() -> None:
    long = {name: text.count("\n") for name, _, text in modules() if text.count("\n") > 400}
    assert long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    """Counted without its docstring; migrations are lists of columns, however long."""
    long = {}
    for name, tree, _ in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not name.startswith("migrations/"):
                first = node.body[0]
                said = first.end_lineno - first.lineno + 1 if ast.get_docstring(node) and first.end_lineno else 0
                lines = (node.end_lineno or 0) - node.lineno + 1 - said
                if lines > 40:
                    long[f"{name}:{node.name}"] = lines
    assert long == {}


def test_no_import_is_hidden_from_the_run() -> None:
    """A TYPE_CHECKING block is a cycle that was not mended."""
    assert [name for name, _, text in modules() if "TYPE_CHECKING" in text] == []
