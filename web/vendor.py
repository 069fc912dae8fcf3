"""Which third-party files does the site carry, and how are they made again from their npm packages?

npm pack htmx.org@4.0.1 @tabler/core@1.6.0 @tabler/icons@3.51.0 axe-core@4.14.1     (in some folder)
python -m web.vendor FOLDER                                                         (writes files and manifests)
"""

import base64
import hashlib
import json
import re
import sys
import tarfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SITE = Path("web/static/vendor")
TESTS = Path("tests/vendor")
MANIFEST = "manifest.json"
OUTLINE = """
 adjustments alert-circle alert-triangle arrow-down arrow-left arrow-right arrow-up ban bell bolt briefcase
building building-community building-factory-2 building-warehouse calendar certificate chart-bar check
chevron-down chevron-left chevron-right chevron-up circle-check circle-x clock coin columns copy device-floppy
dots download droplet edit external-link eye eye-off file-spreadsheet filter flag flame help-circle history
home hourglass info-circle key language layout-grid leaf link list lock lock-open login logout map map-pin
menu-2 minus moon pencil plus printer question-mark recycle refresh route ruler scale school search sitemap
star sun sun-moon table trash truck upload user user-plus users x
"""
FILLED = ["star"]


class Package(NamedTuple):
    """One npm package: the SHA-512 is the `integrity` npm publishes for its tarball."""

    name: str
    version: str
    licence: str
    sha512: str
    files: dict[str, Path]

    @property
    def tarball(self) -> str:
        """The file name `npm pack` gives it."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


HTMX = Package(
    "htmx.org",
    "4.0.1",
    "0BSD",
    "oF7JgXhDW9UXCy/k1ZYFUQgzu/rm19ORWPSPNL91vPluB2PB9+MV55tyQdH/w7o2EAbTYUG5SDW1R60mdkdqGg==",
    {
        "dist/htmx.min.js": SITE / "htmx.min.js",
        "dist/ext/hx-csp.min.js": SITE / "hx-csp.min.js",
        "LICENSE": SITE / "LICENSES/htmx.txt",
    },
)
TABLER = Package(
    "@tabler/core",
    "1.6.0",
    "MIT",
    "AdYNV9SVWQy1h3SvcvRG0WH/N7objsf4tzRFVcRdKq7EUogF5hH9EkJup5SycBMrs7g7fGZHdY9h/s18rgy/Ww==",
    {"dist/css/tabler.min.css": SITE / "tabler.min.css"},
)
ICONS = Package(
    "@tabler/icons",
    "3.51.0",
    "MIT",
    "0pinvPZz7YeX+OSfxuEAbnEPWbocVXW5iU8h5lh41pYG8sZuQfpWECC980lxOT0clGIcNGn8xsBr+zKaRGdA/g==",
    {"LICENSE": SITE / "LICENSES/tabler.txt"},  # one author, one text: it covers @tabler/core, which packs none
)
AXE = Package(
    "axe-core",
    "4.14.1",
    "MPL-2.0",
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    {
        "axe.min.js": TESTS / "axe.min.js",
        "LICENSE": TESTS / "LICENSES/axe-core.txt",
        "LICENSE-3RD-PARTY.txt": TESTS / "LICENSES/axe-core-3rd-party.txt",
    },
)
PACKAGES = (HTMX, TABLER, ICONS, AXE)


def sha384(content: bytes) -> str:
    """The value of an `integrity` attribute."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def mismatches(root: Path = ROOT) -> list[str]:
    """Files that differ from their manifest, are missing, or are in no manifest; empty when all is well."""
    found = []
    for folder in (SITE, TESTS):
        listed = json.loads((root / folder / MANIFEST).read_text("utf-8"))
        present = {path.relative_to(root / folder).as_posix() for path in (root / folder).rglob("*") if path.is_file()}
        found += [f"{folder}/{name}: not in the manifest" for name in sorted(present - {MANIFEST, *listed})]
        for name, entry in listed.items():
            if name not in present:
                found.append(f"{folder}/{name}: missing")
            elif sha384((root / folder / name).read_bytes()) != entry["integrity"]:
                found.append(f"{folder}/{name}: changed")
    return found


def rebuild(tarballs: Path, root: Path = ROOT) -> None:
    """Write every vendored file and both manifests from the npm tarballs in a folder.

    Raises: ValueError when a tarball is not the pinned one.
    """
    written: dict[Path, tuple[bytes, Package]] = {}
    for package in PACKAGES:
        members = _members(tarballs / package.tarball, package.sha512)
        written |= {path: (members[f"package/{name}"], package) for name, path in package.files.items()}
        if package is ICONS:
            written[SITE / "icons.svg"] = (_sprite(members), package)
    for folder in (SITE, TESTS):
        manifest = {}
        for path, (content, package) in sorted(written.items()):
            if not path.is_relative_to(folder):
                continue
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
            manifest[path.relative_to(folder).as_posix()] = {
                "package": f"{package.name}@{package.version}",
                "licence": package.licence,
                "integrity": sha384(content),
            }
        text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
        (root / folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def _members(tarball: Path, sha512: str) -> dict[str, bytes]:
    content = tarball.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != sha512:
        raise ValueError(f"{tarball.name}: not the pinned tarball; correct the file, or the pin in web/vendor.py")
    with tarfile.open(tarball) as archive:
        return {entry.name: file.read() for entry in archive if (file := archive.extractfile(entry))}


def _sprite(members: dict[str, bytes]) -> bytes:
    """One <symbol> per icon; colour and width of the stroke come from the place of use (class="icon")."""
    outline = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
    icons = [(name, f"package/icons/outline/{name}.svg", outline) for name in OUTLINE.split()]
    icons += [(f"{name}-filled", f"package/icons/filled/{name}.svg", 'fill="currentColor"') for name in FILLED]
    symbols = []
    for name, path, attributes in sorted(icons):
        paths = re.findall(r"<path [^>]*/>", members[path].decode())
        drawn = "".join(p for p in paths if 'd="M0 0h24v24H0z"' not in p)  # the empty frame every icon carries
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {attributes}>{drawn}</symbol>\n')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "".join(symbols) + "</svg>\n").encode()


if __name__ == "__main__":
    rebuild(Path(sys.argv[1]))
