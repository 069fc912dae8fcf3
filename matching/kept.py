"""Can a list that was kept be made again, bit for bit, and if not, what has changed since?

A kept answer holds everything it follows from: the question as it was asked, the switches, the parks as the engine saw
them (nothing for the catalogue, which has a version), the versions of engine and reference, and its own bytes.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any

from matching.answers import ENGINE_VERSION, answer
from matching.documents import need_from
from matching.errors import Fault, InputError
from matching.index import Index
from matching.modes.rank import TWO_PLACES
from matching.order import UNSWITCHED, Switches, ranked, switches_document, switches_from
from matching.records import EnergyBasis, Mode, Need, PairRanking, Park, Ranking, Resources
from matching.reference import VERSION as REFERENCE_VERSION
from matching.reference import catalogue

FORM = 1
DIFFERENCES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: NEED.json as it was given, its mode, how many results, and in which order."""

    need: Mapping[str, Any]
    mode: str | None = None
    top: int = 20
    switches: Switches = UNSWITCHED
    unverified_only: bool = False
    institution: bool = True

    def record(self) -> Need:
        """The need as the engine reads it. Raises InputError."""
        return need_from(self.need, Mode(self.mode) if self.mode else None)


Say = Callable[[Ranking | PairRanking, Index, Question], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Replay:
    """Whether the bytes are the same, and what differs, a sentence each."""

    same: bool
    differences: tuple[Fault, ...]
    sha256: str


def ranking_of(index: Index, question: Question) -> Ranking | PairRanking:
    """The answer to a question, in the order asked for. Raises InputError."""
    need, only = question.record(), question.unverified_only
    if need.mode in TWO_PLACES:
        ties = question.institution
        return ranked(
            lambda top: index.pairs_for(need, top=top, institution=ties, unverified_only=only),
            need,
            question.switches,
            question.top,
        )
    return ranked(
        lambda top: index.parks_for(need, top=top, unverified_only=only), need, question.switches, question.top
    )


def written(answer: Mapping[str, Any]) -> str:
    """The one way an answer is written, so that bytes can be compared."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of what is written, in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def question_document(question: Question) -> dict[str, Any]:
    """A question as JSON."""
    return {
        "need": dict(question.need),
        "mode": question.mode,
        "top": question.top,
        "unverified_only": question.unverified_only,
        "institution": question.institution,
        "switches": switches_document(question.switches),
    }


def question_from(document: Mapping[str, Any]) -> Question:
    """A question as it was written. Raises KeyError, TypeError, ValueError, InputError."""
    mode = document.get("mode")
    return Question(
        document["need"],
        None if mode is None else Mode(mode).value,
        int(document["top"]),
        switches_from(document["switches"]),
        bool(document.get("unverified_only", False)),
        bool(document.get("institution", True)),
    )


def kept_document(
    question: Question, parks: Sequence[Park] | None, said: Mapping[str, Any], on: date | None
) -> dict[str, Any]:
    """An answer as a file that can be replayed. `parks` None: the catalogue."""
    return {
        "kept": FORM,
        "engine": ENGINE_VERSION,
        "reference": REFERENCE_VERSION,
        "on": on.isoformat() if on else None,
        **question_document(question),
        "parks": None if parks is None else [park_document(park) for park in parks],
        "sha256": digest(written(said)),
        "answer": dict(said),
    }


def plainly(found: Ranking | PairRanking, index: Index, question: Question) -> dict[str, Any]:
    """The answer without what is told beside it."""
    return answer(found)


def replayed(document: object, say: Say = plainly) -> Replay:
    """Makes the answer of a kept file again and compares the bytes. Raises InputError for what is no kept answer.

    `say` makes the answer of a ranking, as it was made when it was kept.
    """
    if not isinstance(document, Mapping) or document.get("kept") != FORM:
        raise InputError([Fault("", "This is no kept answer: make one with rank --keep FILE.json")])
    try:
        question = question_from(document)
        parks = document["parks"]
        index = Index.fit(catalogue() if parks is None else [park_from(each) for each in parks])
        before = document["answer"]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError([Fault("", "This kept answer is damaged: {why}", {"why": str(error)[:80]})]) from error
    after = say(ranking_of(index, question), index, question)
    return compared(before, str(document["sha256"]), after)


def compared(before: Mapping[str, Any], sha256: str, after: Mapping[str, Any]) -> Replay:
    """What differs between an answer as it was kept and as it is made now."""
    found = digest(written(after))
    if found == sha256:
        return Replay(True, (), found)
    return Replay(False, tuple(_differences(before, sha256, after)), found)


def _differences(before: Mapping[str, Any], sha256: str, after: Mapping[str, Any]) -> Iterable[Fault]:
    if digest(written(before)) != sha256:
        yield Fault("answer", "The kept answer itself was changed: its digest is not its own")
    old, new = before.get("engine"), after["engine"]
    if old != new:
        yield Fault("engine", "The engine was {before}, it is {after}", {"before": str(old), "after": new})
    old, new = before.get("reference"), after["reference"]
    if old != new:
        yield Fault("reference", "The reference was {before}, it is {after}", {"before": str(old), "after": new})
    changed = [
        (place, was, now)
        for place, (was, now) in enumerate(_paired(before.get("results"), after["results"]), start=1)
        if was != now
    ]
    message = "Rank {rank} was {before} ({score_before}), it is {after} ({score_after})"
    for place, was, now in changed[:DIFFERENCES_SHOWN]:
        yield Fault("results", message, {"rank": place} | _told(was, "before") | _told(now, "after"))
    if len(changed) > DIFFERENCES_SHOWN:
        yield Fault("results", "And {count} more", {"count": len(changed) - DIFFERENCES_SHOWN})
    if not changed and before.get("misses") != after["misses"]:
        yield Fault("misses", "The list of near misses differs")
    if not changed and before.get("counts") != after["counts"]:
        yield Fault("counts", "How many parks fit, and how many do not, differs")


def _paired(before: object, after: object) -> Iterable[tuple[Any, Any]]:
    old, new = (list(rows) if isinstance(rows, list) else [] for rows in (before, after))
    for place in range(max(len(old), len(new))):
        yield (old[place] if place < len(old) else None), (new[place] if place < len(new) else None)


def _told(row: Mapping[str, Any] | None, which: str) -> dict[str, object]:
    if row is None:
        return {which: "–", f"score_{which}": "–"}
    return {which: str(row.get("park") or row.get("name")), f"score_{which}": str(row.get("score"))}


def park_document(park: Park) -> dict[str, Any]:
    """A park as the engine saw it, exactly; what is unknown is left out."""
    found = {name: getattr(park, name) for name in (each.name for each in fields(park))}
    found["free"] = {
        name: value if name != "emissions_t_a" else dict(value)
        for name, value in ((each.name, getattr(park.free, each.name)) for each in fields(Resources))
        if value not in (None, {})
    }
    found["replacement"] = dict(park.replacement)
    found["available_on"] = park.available_on.isoformat() if park.available_on else None
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in found.items()
        if value not in (None, (), {}, "")
    }


def park_from(document: Mapping[str, Any]) -> Park:
    """A park as it was written by `park_document`. Raises KeyError, TypeError, ValueError."""
    said = dict(document)
    if not all(isinstance(said.get(name, ""), str) for name in ("code", "name")):
        raise TypeError("code, name")
    free = dict(said.pop("free", {}))
    basis = free.pop("energy_basis", None)
    emissions = MappingProxyType(dict(free.pop("emissions_t_a", {})))
    resources = Resources(**free, energy_basis=EnergyBasis(basis) if basis else None, emissions_t_a=emissions)
    if "available_on" in said:
        said["available_on"] = date.fromisoformat(said["available_on"])
    for name in ("industries", "prohibited", "restricted", "supply_modes"):
        said[name] = tuple(said.get(name, ()))
    said["replacement"] = MappingProxyType(dict(said.get("replacement", {})))
    return Park(**said, free=resources)
