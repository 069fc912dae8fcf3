"""What do `learn`, `congestion` and `replay` do with a database?"""

from datetime import UTC, date, datetime
from typing import Any

from marketplace import database, kept, learning
from marketplace.errors import Fault, InputError, NotFound
from web import i18n


def learn(url: str, on: date | None, seed: int) -> dict[str, Any]:
    """Fits what the signals say, judges it, stores the verdict; the version as JSON. Raises Refusal."""
    engine = database.engine_for(url)
    database.check_version(engine)
    with database.writing(engine) as session:
        learned = learning.learn(session, now=datetime.now(UTC), on=on, seed=seed)
        session.commit()
    return learned.document


def learn_lines(document: dict[str, Any]) -> list[str]:
    """The verdict as people read it: why, the figures, and the multipliers that moved most."""
    gate = document["gate"]
    counts = {"version": document["version"], "taught": gate["taught"], "judged": gate["judged"]}
    said = [i18n.said(gate["why"]), i18n.said(TAUGHT, counts)]
    if gate["gain"] is not None:
        figures = {name: f"{gate[name]:+.4f}" if name == "gain" else f"{gate[name]:.4f}" for name in FIGURES}
        said.append(i18n.said(JUDGED, figures))
    moved = sorted(document["theta"].items(), key=lambda pair: -abs(pair[1] - 1))[:5]
    return [*said, *(f"  {name}  × {value:.2f}" for name, value in moved if abs(value - 1) > 0.005)]


FIGURES = ("before", "after", "gain", "low", "high")
TAUGHT = i18n.N_("Version {version}: {taught} choices taught, {judged} later lists judged")
JUDGED = i18n.N_("NDCG@10 {before} → {after}, gain {gain}, 95 % between {low} and {high}")


def learned_version(url: str, version: str) -> dict[str, Any]:
    """A stored version as JSON. Raises InputError."""
    engine = database.engine_for(url)
    database.check_version(engine)
    with database.reading(engine) as session:
        try:
            found = learning.learned_version(session, version)
        except NotFound:
            found = None
    if found is None:
        raise InputError([Fault("--learned", "There is no learned version {version}", {"version": version})])
    return found.document


def measure(url: str, on: date | None, cap: float) -> dict[str, float]:
    """Prices the parks by the open needs of a database, and stores them for its pages. Raises Refusal."""
    engine = database.engine_for(url)
    database.check_version(engine)
    now = datetime.now(UTC)
    with database.writing(engine) as session:
        index = kept.index_now(session, None, on=on or database.day_of(now))
        row = learning.measure_crowding(session, index, now=now, cap=cap)
        session.commit()
    return row.prices


def again(url: str, id: str) -> Any:
    """A kept list made again from the history. Raises InputError."""
    engine = database.engine_for(url)
    database.check_version(engine)
    with database.reading(engine) as session:
        try:
            return kept.replayed(session, kept.any_kept(session, id))
        except NotFound:
            raise InputError([Fault(id, "There is no kept list of this id")]) from None
