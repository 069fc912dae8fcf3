"""Does the test run say what it left out, and does --full reach every test?"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IN_BROWSER = "def test_a_page() -> None: pass"
COUNTING = """
import os
from hypothesis import settings
def test_counts(full: bool) -> None:
    assert full and os.environ["PARKBRIDGE_FULL"] == "1" and settings().max_examples == 500
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project of two test files under the real settings and conftest."""
    for name in ("pyproject.toml", "tests/conftest.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name, text in (("browser/test_pages.py", IN_BROWSER), ("setup/test_full.py", COUNTING)):
        (tmp_path / "tests" / name).parent.mkdir()
        (tmp_path / "tests" / name).write_text(text)
    return tmp_path


def summary(tree: Path, *words: str, **env: str) -> list[str]:
    """The end of a run on two workers with nothing on the PATH: seconds as #."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", *words],
        cwd=tree,
        env={"PATH": str(tree), "HOME": str(tree), "COLUMNS": "200", **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    lines = re.sub(r"\d+\.\d+", "#", done.stdout).splitlines()
    start = next(number for number, line in enumerate(lines) if "seconds per folder" in line)
    return [" ".join(line.split()) for line in sorted(lines[start + 1 :])]


def test_without_a_browser_its_tests_are_reported_as_not_run_with_the_cure(tree: Path) -> None:
    assert summary(tree, "--full") == [
        "# s 0 tests tests/browser",
        "# s 1 tests tests/setup",
        "1 browser tests not run: no Chromium: apt-get install chromium fonts-wqy-microhei",
        "1 passed, 1 skipped in #s",
    ]


@pytest.mark.parametrize("name", ["CI", "PARKBRIDGE_NEED_BROWSER"])
def test_where_a_browser_must_be_there_a_missing_one_fails(tree: Path, name: str) -> None:
    lines = summary(tree, "tests/browser", "--full", **{name: "1"})
    failed = "ERROR tests/browser/test_pages.py::test_a_page - Failed: no Chromium: apt-get install chromium"
    assert [line for line in lines if line.startswith(failed)] != []
    assert "1 error in #s" in lines


def test_with_a_browser_and_large_counts_everything_runs(tree: Path) -> None:
    (tree / "chromium").write_text("#!/bin/sh\n")
    (tree / "chromium").chmod(0o755)
    assert summary(tree, "--full")[-1] == "2 passed in #s"
    assert "1 failed, 1 passed in #s" in summary(tree), "the counting test wants --full"
    assert summary(tree, PARKBRIDGE_FULL="1")[-1] == "2 passed in #s"
