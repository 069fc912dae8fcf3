"""Does the tree hold nothing of one machine: no registry's address, no path outside it, no stray files?"""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Written in pieces, or this file would find itself.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js.org",
    "aliyun" + ".com",
    "tuna.tsing" + "hua",
    "np" + "mmirror",
]
PLACES = [
    r"/ho" + "me/",
    r"/ro" + "ot/",
    r"/Us" + "ers/",
    r"(?<![\w.])/wo" + "rk/",
    r"(?<![\w.])/tm" + "p/",
    r"\.\./sha" + "red",
]
SECRETS = ["BEGIN [A-Z ]*PRIVATE " + "KEY", "gh" + "p_[A-Za-z0-9]{36}", "AK" + "IA[0-9A-Z]{16}"]


def files() -> list[Path]:
    """Every file of the tree: what git tracks, or would track, else all but what running leaves behind."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
    left_behind = re.compile(r"/\.(venv|git|\w+_cache|hypothesis)/|/__pycache__/|\.egg-info/|\.db$")
    return [path for path in ROOT.rglob("*") if path.is_file() and not left_behind.search(path.as_posix())]


def holding(patterns: list[str]) -> list[str]:
    """Where a pattern occurs, as path: text."""
    wanted = re.compile("|".join(patterns).encode())
    contents = ((path.relative_to(ROOT), path.read_bytes()) for path in files())
    return [f"{path}: {match.group().decode()}" for path, content in contents for match in wanted.finditer(content)]


def test_no_file_names_the_address_of_a_package_registry() -> None:
    assert holding([re.escape(host) for host in REGISTRIES]) == []


def test_no_file_names_a_path_of_a_machine() -> None:
    assert holding(PLACES) == []


def test_no_file_holds_a_key() -> None:
    assert holding(SECRETS) == []


def test_text_files_are_utf8_with_plain_line_ends() -> None:
    kinds = {".py", ".html", ".css", ".js", ".md", ".toml", ".csv", ".po", ".json", ".mako", ".txt", ".svg", ".lock"}
    vendored = (ROOT / "web/static/vendor", ROOT / "tests/vendor")
    for path in files():
        if path.suffix in kinds and not any(folder in path.parents for folder in vendored):
            content = path.read_bytes()
            content.decode("utf-8")
            assert b"\r\n" not in content, path
            assert not content or content.endswith(b"\n"), f"{path}: no line end at the end"


def test_decision_records_are_numbered_once_and_short() -> None:
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [record.name[:4] for record in records]
    assert numbers, "there are decisions to record"
    assert len(set(numbers)) == len(numbers)
    assert [record.name for record in records if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", record.name)] == []
    assert [record.name for record in records if len(record.read_text("utf-8").splitlines()) > 45] == []
