"""How are very many needs matched into a folder, so that a run that was killed goes on where it stopped?

A part is written under another name and then renamed: what has its name is whole. `run.json` says of which needs,
parks, reference and engine the parts are; a folder of another run is refused, never mixed.
"""

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import typer

from matching import batch
from matching.answers import ENGINE_VERSION
from matching.documents import need_document, need_from
from matching.errors import Fault, InputError
from matching.index import Index
from matching.records import Need, Standing
from matching.reference import VERSION
from web import i18n

RUN, NEEDS, PARKS = "run.json", "needs.jsonl", "parks.jsonl"
SCHEDULER = re.compile(r"[a-z]+://\S+:[0-9]{1,5}")
VERDICTS = [standing.value for standing in Standing]
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What is matched, where to, and how."""

    needs: Sequence[Need]
    index: Index
    folder: Path
    top: int = 20
    both: bool = False
    cluster: str | None = None
    size: int = batch.CHUNK

    @property
    def mark(self) -> str:
        """What tells this run from another; where and how it is computed makes no difference."""
        said = [ENGINE_VERSION, VERSION, self.top, self.both, self.size, [need_document(need) for need in self.needs]]
        found = hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode())
        for park in self.index.parks:
            found.update(repr(park).encode())
        return found.hexdigest()

    def part(self, number: int) -> Path:
        return self.folder / f"part-{number:05d}.jsonl"

    def part_of_parks(self, number: int) -> Path:
        return self.folder / f"part-{number:05d}.npz"


def needs_from(document: object) -> list[Need]:
    """Needs from a list of NEED.json. Raises InputError with every fault, the need's id or number before it."""
    if not isinstance(document, list) or not document:
        raise InputError([Fault("", "A list of needs is needed, one or more.")])
    found, faults = [], []
    for number, item in enumerate(document, start=1):
        try:
            found.append(need_from(item))
        except InputError as error:
            name = item.get("id") if isinstance(item, Mapping) else None
            faults += [
                Fault(".".join(filter(None, (str(name or f"#{number}"), fault.where))), fault.message, fault.params)
                for fault in error.faults
            ]
    if faults:
        raise InputError(faults)
    batch.check(found)
    return found


def matched(job: Job) -> dict[str, Any]:
    """Do what is not done yet and put the parts together. Raises InputError."""
    if job.cluster is not None and not SCHEDULER.fullmatch(job.cluster):
        message = "Give the address of a Dask scheduler, such as {example}"
        raise InputError([Fault("--cluster", message, {"example": "tcp://127.0.0.1:8786"})])
    split = batch.chunks(job.needs, job.size)
    _claim(job)
    missing = [number for number in range(len(split)) if not job.part(number).exists()]
    with _progress(len(job.needs), len(job.needs) - sum(len(split[number]) for number in missing)) as advance:
        both = job.top if job.both else 0
        for part in batch.best(job.needs, job.index, job.top, both, chosen=missing, size=job.size, cluster=job.cluster):
            _keep(job, part)
            advance(len(part.needs))
    _join_needs(job, split)
    if job.both:
        _join_parks(job, len(split))
    return {
        "folder": str(job.folder),
        "needs": len(job.needs),
        "parks": len(job.index.parks),
        "parts": len(split),
        "resumed": len(split) - len(missing),
    }


def _claim(job: Job) -> None:
    """Begin this run in its folder, or go on with it. Raises InputError for a folder of something else."""
    job.folder.mkdir(parents=True, exist_ok=True)
    note, mark = job.folder / RUN, {"run": job.mark}
    if note.exists():
        if _said(note) != mark:
            message = "This folder holds another run: give an empty one, or the same needs, parks and options."
            raise InputError([Fault(str(job.folder), message)])
    elif any(path.suffix != ".tmp" for path in job.folder.iterdir()):
        raise InputError([Fault(str(job.folder), "This folder is not empty: give an empty one.")])
    else:
        _write(note, [json.dumps(mark)])


def _said(note: Path) -> object:
    """What the mark of a folder says; None where it is damaged."""
    try:
        return json.loads(note.read_bytes())
    except ValueError:
        return None


def _keep(job: Job, part: batch.Part) -> None:
    """The needs' file last: its name says that the part is done."""
    if job.both:
        unfinished = job.part_of_parks(part.number).with_suffix(".tmp")
        with unfinished.open("wb") as file:
            np.savez(file, *part.of_parks)
        unfinished.replace(job.part_of_parks(part.number))
    _write(job.part(part.number), _lines(job, part))


def _lines(job: Job, part: batch.Part) -> Iterator[str]:
    best, parks = part.best, job.index.parks
    starts = np.flatnonzero(np.diff(best.need, prepend=-1)).tolist()
    ends = [*starts[1:], len(best.need)][: len(starts)]  # none where no park takes any of these needs
    by_need = {int(best.need[start]): slice(start, end) for start, end in zip(starts, ends, strict=True)}
    for place, counts in zip(part.needs, part.counts.tolist(), strict=True):
        rows = by_need.get(place, slice(0))
        columns = (best.park[rows].tolist(), best.standing[rows].tolist(), best.score[rows].tolist())
        results = [
            {
                "rank": rank,
                "park": parks[park].code,
                "name": parks[park].name,
                "verdict": VERDICTS[call],
                "score": score,
            }
            for rank, (park, call, score) in enumerate(zip(*columns, strict=True), start=1)
        ]
        named = {"number": place + 1, "need": job.needs[place].id or None}
        yield _json({**named, "counts": dict(zip(VERDICTS, counts, strict=True)), "results": results})


def _join_needs(job: Job, split: Sequence[tuple[int, ...]]) -> None:
    """All parts as one file, in the order of the needs."""
    where: dict[int, tuple[int, int]] = {}
    for number, places in enumerate(split):
        offset = 0
        with job.part(number).open("rb") as file, _damage(job.part(number)):
            for place, line in zip(places, file, strict=True):
                where[place] = (number, offset)
                offset += len(line)
    files = [job.part(number).open("rb") for number in range(len(split))]
    try:
        _write(job.folder / NEEDS, (_line_at(files[where[place][0]], where[place][1]) for place in range(len(where))))
    finally:
        for file in files:
            file.close()


@contextmanager
def _damage(part: Path) -> Iterator[None]:
    """What cannot be read of a part is the damage of a disk or a hand: the part is made anew without its file."""
    try:
        yield
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        message = "This part is damaged: delete the file and run the same command again."
        raise InputError([Fault(str(part), message)]) from None


def _line_at(file: Any, offset: int) -> str:
    file.seek(offset)
    line: bytes = file.readline()
    return line.decode().rstrip("\n")


def _join_parks(job: Job, parts: int) -> None:
    found = batch.NO_PAIRS
    for number in range(parts):
        with _damage(job.part(number)), np.load(job.part_of_parks(number)) as kept:
            found = batch.merged(found, batch.Pairs(*(kept[f"arr_{n}"] for n in range(4))), job.top)
    _write(job.folder / PARKS, _lines_of_parks(job, found))


def _lines_of_parks(job: Job, found: batch.Pairs) -> Iterator[str]:
    starts = np.searchsorted(found.park, np.arange(len(job.index.parks) + 1))
    for row, park in enumerate(job.index.parks):
        rows = slice(starts[row], starts[row + 1])
        columns = (found.need[rows].tolist(), found.standing[rows].tolist(), found.score[rows].tolist())
        results = [
            {
                "rank": n,
                "number": need + 1,
                "need": job.needs[need].id or None,
                "verdict": VERDICTS[call],
                "score": score,
            }
            for n, (need, call, score) in enumerate(zip(*columns, strict=True), start=1)
        ]
        yield _json({"park": park.code, "name": park.name, "results": results})


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _write(path: Path, lines: Iterator[str] | Sequence[str]) -> None:
    """Whole or not at all."""
    unfinished = path.with_suffix(".tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(line + "\n")
    unfinished.replace(path)


@contextmanager
def _progress(length: int, done: int) -> Iterator[Advance]:
    """A bar on stderr, in a terminal alone."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with typer.progressbar(length=length, label=i18n.gettext("Matching"), file=sys.stderr) as bar:
        bar.update(done)
        yield bar.update
