"""Are the vendored files the ones their manifests name, with a licence, and enough for the templates?"""

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from web import vendor


def copied(folder: Path) -> Path:
    for part in (vendor.SITE, vendor.TESTS):
        shutil.copytree(vendor.ROOT / part, folder / part)
    return folder


def test_every_vendored_file_is_the_one_in_its_manifest() -> None:
    assert vendor.mismatches() == []


def test_a_changed_a_missing_and_an_unlisted_file_are_each_named(tmp_path: Path) -> None:
    root = copied(tmp_path)
    with (root / vendor.SITE / "htmx.min.js").open("ab") as file:
        file.write(b" ")
    (root / vendor.TESTS / "axe.min.js").unlink()
    (root / vendor.SITE / "more.js").write_text("")
    assert vendor.mismatches(root) == [
        "web/static/vendor/more.js: not in the manifest",
        "web/static/vendor/htmx.min.js: changed",
        "tests/vendor/axe.min.js: missing",
    ]


def test_every_vendored_package_has_its_licence_beside_it() -> None:
    texts = {"0BSD": "Zero-Clause BSD", "MIT": "MIT License", "MPL-2.0": "Mozilla Public License"}
    for folder in (vendor.SITE, vendor.TESTS):
        listed = json.loads((vendor.ROOT / folder / vendor.MANIFEST).read_text("utf-8"))
        beside = "".join(path.read_text("utf-8") for path in (vendor.ROOT / folder / "LICENSES").iterdir())
        assert {entry["licence"] for entry in listed.values() if texts[entry["licence"]] not in beside} == set()


def test_the_sprite_has_each_icon_once_and_every_icon_a_page_asks_for() -> None:
    tree = ElementTree.parse(vendor.ROOT / vendor.SITE / "icons.svg")
    names = [str(symbol.get("id")) for symbol in tree.getroot()]
    assert sorted(set(names)) == sorted(names)
    assert all(len(symbol) for symbol in tree.getroot()), "a symbol without a path draws nothing"
    pages = [path.read_text("utf-8") for path in (vendor.ROOT / "web/templates").rglob("*.html")]
    asked = {name for page in pages for name in re.findall(r"\bicon\(\s*['\"]([a-z0-9-]+)['\"]", page)}
    asked |= {name for page in pages for name in re.findall(r"icons\.svg#([a-z0-9-]+)", page)}
    assert asked - set(names) == set()


def test_a_tarball_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / vendor.HTMX.tarball).write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"htmx\.org-4\.0\.1\.tgz: not the pinned tarball"):
        vendor.rebuild(tmp_path, tmp_path)
