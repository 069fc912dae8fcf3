"""What does `rank` tell beside the ranking, as JSON and in a terminal?"""

from collections.abc import Iterator, Mapping
from typing import Any

from matching import told
from matching.index import Index
from matching.kept import Question
from matching.records import PairRanking, Ranking
from web import i18n
from web.i18n import N_, gettext, said

Answer = dict[str, Any]
PAIRS_AMONG = told.AMONG
SHOWN = 3  # differences told in a terminal


def explained(
    answer: Answer, found: Ranking | PairRanking, index: Index, question: Question, *, seed: int, why: str | None
) -> Answer:
    """The answer of `rank` with everything it tells of it; `why`: the code of a park to account for."""
    need = question.record()
    if isinstance(found, PairRanking):
        among = index.pairs_for(need, top=PAIRS_AMONG, misses=0, institution=question.institution).results
        complete = told.with_pairs(answer, found, among, seed=seed)
        if why is None:
            return complete
        pairing = index.pairing(need, institution=question.institution)
        return complete | {"why_not": told.why_not_pairs_document(pairing, need.mode, why, among)}
    seen = index.evaluated(need)
    complete = told.with_parks(answer, found, seen, seed=seed)
    return complete if why is None else complete | {"why_not": told.why_not_document(seen, why)}


def sure(row: Mapping[str, Any]) -> str:
    """How probable a place among the first three is; empty where it was not computed."""
    found = row.get("confidence")
    return "" if found is None else said(N_("top three {share}"), {"share": percent(found["top3"])})


def percent(share: float) -> str:
    """71 %"""
    return f"{100 * share:.0f} %"


def lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """What follows the ranking in a terminal: the weights that decide, and why not the park asked about."""
    from web import labels  # and with it the database: not for JSON

    names = {row["park"]: row["name"] for row in answer["results"] if "park" in row}
    slides = answer.get("sensitivity", {}).get("weights", ())
    if slides:
        nearest = slides[0]
        message = N_("The first place goes to {park} if the weight of “{criterion}” moves from {now} to {to}.")
        yield said(
            message,
            {
                "park": names.get(nearest["leader"], nearest["leader"]),
                "criterion": labels.criterion(nearest["criterion"]),
                "now": f"{100 * nearest['weight']:.1f} %",
                "to": f"{100 * nearest['to']:.1f} %",
            },
        )
    for each in answer.get("why_not", ()):
        yield from _contrast(each, names)


def _contrast(each: Mapping[str, Any], called: Mapping[str, str]) -> Iterator[str]:
    from web import labels, whatif

    other = each["reference"]
    ranked = N_("{park} is at rank {rank}, {other} at rank {other_rank}.")
    beyond = N_("{park} is not among the first {among}, {other} is at rank {other_rank}.")
    park, against = (row.get("name") or called.get(row.get("park", ""), row.get("park")) for row in (each, other))
    params = {"park": park, "rank": each["rank"], "other": against, "other_rank": other["rank"]}
    yield said(beyond if each["rank"] is None else ranked, params | {"among": told.AMONG})
    for verdict, words in (("fail", gettext("fails")), ("unknown", gettext("not decided"))):
        gates = [gate for gate in each["gates"] if gate["verdict"] == verdict]
        names = [whatif.of_place(gate.get("place"), labels.gate(gate["gate"])) for gate in gates]
        if names:
            yield f"  {words}: {i18n.joined(names)}"
    for part in each["differences"][:SHOWN]:
        if part["by"] < 0:
            words = whatif.of_place(part.get("place"), labels.criterion(part["criterion"]))
            yield said(N_("  {by} points  {criterion}"), {"by": f"{100 * part['by']:+.2f}", "criterion": words})
