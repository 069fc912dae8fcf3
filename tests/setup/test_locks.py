"""Do the locks hold exactly what pyproject.toml asks for, with hashes and without an address?"""

import re
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = {"requirements.lock": ("build",), "requirements-dev.lock": ("build", "dev")}
PIN = re.compile(
    r"(?P<name>[\w.-]+)==(?P<version>[\w.+!]+)(?: ; (?P<marker>.+?))?(?P<hashes>(?: --hash=sha256:[0-9a-f]{64})+)"
)


def entries(lock: str) -> list[dict[str, str]]:
    """The pins of a lock: name, version, marker, hashes; anything else in it is an error."""
    text = re.sub(r" *\\\n +", " ", (ROOT / lock).read_text("utf-8"))
    found = [PIN.fullmatch(line) or line for line in text.splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in found if isinstance(line, str)] == []
    return [{**row.groupdict(), "name": canonicalize_name(row["name"])} for row in found if not isinstance(row, str)]


def pins(lock: str) -> dict[str, str]:
    """Name to version of what a lock installs on this machine."""
    return {
        row["name"]: row["version"] for row in entries(lock) if not row["marker"] or Marker(row["marker"]).evaluate()
    }


def asked(lock: str) -> list[Requirement]:
    """What pyproject.toml asks of a lock, in its own words."""
    groups = PYPROJECT["dependency-groups"]
    words = [*PYPROJECT["project"]["dependencies"], *(word for group in LOCKS[lock] for word in groups[group])]
    return [Requirement(word) for word in words]


def test_every_requirement_of_pyproject_is_pinned_within_its_range() -> None:
    for lock in LOCKS:
        pinned = {(row["name"], row["version"]) for row in entries(lock)}
        for wanted in asked(lock):
            versions = [version for name, version in pinned if name == canonicalize_name(wanted.name)]
            assert versions, f"{wanted.name} is not in {lock}"
            assert all(wanted.specifier.contains(Version(version)) for version in versions), (
                lock,
                str(wanted),
                versions,
            )


def test_the_build_backend_is_locked_at_the_version_that_builds() -> None:
    pinned = pins("requirements.lock")
    for word in PYPROJECT["build-system"]["requires"]:
        assert Requirement(word).specifier.contains(pinned[Requirement(word).name])


def test_the_locks_hold_what_is_needed_and_nothing_more() -> None:
    """Follows the requirements of the installed packages from pyproject.toml on: reached is what is locked."""
    installed = {canonicalize_name(found.metadata["Name"]): found for found in distributions()}
    for lock in LOCKS:
        reached: set[tuple[str, str]] = set()
        todo = [(canonicalize_name(wanted.name), extra) for wanted in asked(lock) for extra in ("", *wanted.extras)]
        while todo:
            name, extra = todo.pop()
            if (name, extra) in reached:
                continue
            reached.add((name, extra))
            for wanted in map(Requirement, installed[name].requires or []):
                if not wanted.marker or wanted.marker.evaluate({"extra": extra}):
                    todo += [(canonicalize_name(wanted.name), more) for more in ("", *wanted.extras)]
        assert {name for name, _ in reached} == set(pins(lock)), lock


def test_the_tests_run_on_the_locked_versions() -> None:
    installed = {str(canonicalize_name(found.metadata["Name"])): found.version for found in distributions()}
    assert {name: installed.get(name) for name in pins("requirements-dev.lock")} == pins("requirements-dev.lock")


def test_the_tests_lock_repeats_every_line_of_the_other() -> None:
    rows = {(row["name"], row["version"], row["hashes"]) for row in entries("requirements-dev.lock")}
    assert {(row["name"], row["version"], row["hashes"]) for row in entries("requirements.lock")} - rows == set()


def test_the_locks_name_no_address_and_no_other_lock_file_exists() -> None:
    assert [lock for lock in LOCKS if "://" in (ROOT / lock).read_text("utf-8")] == []
    others = ("uv.lock", "package-lock.json", "poetry.lock", "pdm.lock")
    assert [name for name in others if (ROOT / name).exists()] == []


def test_the_supported_pythons_are_said_the_same_everywhere() -> None:
    assert PYPROJECT["project"]["requires-python"] == ">=3.11,<3.15"
    assert "(3, 11) <= sys.version_info[:2] <= (3, 14)" in (ROOT / "run.py").read_text("utf-8")
    assert (3, 11) <= sys.version_info[:2] <= (3, 14)
