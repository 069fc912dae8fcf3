"""What do `rank`'s switches, `congestion`, `learn` and `replay` do? Files in, files and lines out.

Rankings of files load neither a database nor the web.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from matching.answers import answer
from matching.congestion import demand_for, prices_from, prices_of
from matching.documents import need_from
from matching.errors import Fault, InputError
from matching.index import Index
from matching.kept import Question, Replay, kept_document, ranking_of, replayed
from matching.learned_form import learned_from
from matching.order import Switches
from matching.records import Mode, PairRanking, Park, Ranking
from web import explaining, i18n


def switches_of(prices: object, learned: object, *, diverse: bool) -> Switches:
    """The switches of `rank` from what its files hold. Raises InputError."""
    return Switches(
        None if prices is None else prices_from(prices), None if learned is None else learned_from(learned), diverse
    )


def asked(need: object, mode: Mode | None, top: int, switches: Switches, *, institution: bool = True) -> Question:
    """The question of `rank`. Raises InputError."""
    need_from(need, mode)
    assert isinstance(need, Mapping)
    return Question(need, mode.value if mode else None, top, switches, institution=institution)


def ranking(index: Index, question: Question) -> Ranking | PairRanking:
    """The answer of `rank`, in the order asked for. Raises InputError."""
    return ranking_of(index, question)


def keep(
    file: Path, question: Question, parks: Sequence[Park] | None, said: Mapping[str, Any], on: date | None, **told: Any
) -> None:
    """Writes an answer so that `replay` can make it again; `told` is what `explained` was given, `parks` None ours."""
    document = kept_document(question, parks, said, on) | {"told": told}
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def prices_for(needs: object, index: Index, cap: float) -> dict[str, float]:
    """λ of the crowded parks where all these needs stand on the market. Raises InputError with every fault."""
    if not isinstance(needs, list) or not needs:
        raise InputError([Fault("", "A list of needs is needed, with one need at least.")])
    found, faults = [], list[Fault]()
    for number, document in enumerate(needs, start=1):
        try:
            found.append(need_from(document))
        except InputError as error:
            faults += [Fault(f"#{number} {fault.where}".strip(), fault.message, fault.params) for fault in error.faults]
    if faults:
        raise InputError(faults)
    return prices_of(demand_for(found, index), cap=cap)


def again(document: object) -> Replay:
    """A kept file made again, with everything it told. Raises InputError."""
    told = document.get("told") if isinstance(document, Mapping) else None
    seed, why = (told.get("seed", 0), told.get("why")) if isinstance(told, Mapping) else (0, None)
    if not (isinstance(seed, int) and seed >= 0 and isinstance(why, str | None)):
        raise InputError([Fault("told", "This kept answer is damaged: {why}", {"why": "seed, why"})])

    def say(found: Ranking | PairRanking, index: Index, question: Question) -> dict[str, Any]:
        return explaining.explained(answer(found), found, index, question, seed=seed, why=why)

    return replayed(document, say)


def replay_document(replay: Replay) -> dict[str, Any]:
    """The answer of `replay --json`."""
    return {"same": replay.same, "sha256": replay.sha256, "differences": [] if replay.same else replay_lines(replay)}


def replay_lines(replay: Replay) -> list[str]:
    """What differs, a sentence each; or that nothing does."""
    said = [i18n.said(fault.message, fault.params) for fault in replay.differences]
    return said or [i18n.gettext("The same, bit for bit")]
