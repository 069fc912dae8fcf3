"""What is each figure of the evaluation called, what is it about, and how is it written?"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from web import i18n
from web.i18n import N_

METHODS = {
    "engine": N_("The engine"),
    "learned": N_("The engine, after what was chosen"),
    "one_sided": N_("The engine, the firm's side alone"),
    "topsis": N_("TOPSIS with the gates"),
    "text": N_("Words alone (TF-IDF)"),
    "plain": N_("The engine without institution terms"),
    "nearest": N_("The nearest first"),
    "province": N_("The same province, then the nearest"),
    "random": N_("By chance"),
    "ceiling": N_("The most anybody could reach"),
}
AXIOMS = {
    "soundness": N_("Verdicts are those of an independent checker"),
    "completeness": N_("The order is that of brute force, and no park is lost"),
    "sums": N_("Shares sum to the score, weights to one"),
    "independence": N_("Removing parks changes nothing about the others"),
    "permutation": N_("The order in which parks are given does not matter"),
    "units": N_("A need in other units is judged alike"),
    "scale": N_("A need and parks of another size are judged alike"),
    "dominance": N_("A park at least as good in everything never ranks worse"),
    "monotony": N_("More of one resource is never worse"),
    "interval": N_("The interval holds whatever the unknown turns out to be"),
    "stability": N_("Equal input gives equal answers"),
    "counterfactuals": N_("The change told admits the park, and less does not"),
    "misses": N_("Misses that one change admits come first"),
    "symmetry": N_("Partners are worth the same both ways"),
    "pair_sums": N_("Shares of two parks sum to their score"),
}
FORMS = {
    "enclave": N_("enclaves, head office and base, research and manufacturing"),
    "enclave_reverse": N_("reverse enclaves"),
    "partner": N_("partner parks"),
}
NOISES = {"low": N_("little hidden"), "mid": N_("some hidden"), "high": N_("much hidden")}
# What a figure is, by the first word of its name; a second word may say against what.
KINDS = {
    "ndcg": N_("NDCG@10"),
    "engine_over.ceiling": N_("Share of what could be reached"),
    "learned_over.ceiling": N_("Share of what could be reached, after what was chosen"),
    "engine_over.topsis": N_("Against TOPSIS with the gates"),
    "engine_over.text": N_("Against words alone (TF-IDF)"),
    "infeasible_in_top10": N_("Parks in the top ten called feasible that do not fit"),
    "median_rank": N_("Median rank of the true prefecture"),
    "hit10": N_("The true prefecture is among the first ten"),
    "hit5": N_("The true prefecture is among the first five"),
    "hit1": N_("The true prefecture is the first"),
    "auc": N_("How often the true prefecture beats another one as far away (AUC)"),
    "without_park": N_("Pairs not judged: a place has no park in the catalogue"),
    "brier_skill.known": N_("How well P(top 3) foretells the ranking once all is known (Brier skill)"),
    "brier_skill.true": N_("How well P(top 3) foretells the true best three (Brier skill)"),
    "axiom": N_("Cases that break it"),
    "assigned_over.bound": N_("Suggested for all at once, against the bound"),
    "assigned_over.first_come": N_("Each in its turn taking its best, against the bound"),
    "placed": N_("Needs that found a place"),
}
PARTS = {
    "A": N_("A market whose true values are known"),
    "B": N_("Documented pairs of places"),
    "D": N_("What must always hold"),
    "E": N_("All needs at once"),
}
RATIOS = ("engine_over", "learned_over")
WORDS = METHODS | NOISES | FORMS | AXIOMS


class Row(NamedTuple):
    """One figure as it is shown: words, numbers as text, and whether its goal is reached (None: it has none)."""

    part: str
    name: str
    label: str
    value: str
    interval: str
    goal: str
    reached: bool | None
    figure: Mapping[str, Any]


def label(name: str) -> str:
    """A figure's name in words: ndcg.engine.mid → NDCG@10 · The engine · some hidden."""
    words = name.split(".")
    kind = KINDS.get(".".join(words[:2])) or KINDS.get(words[0])
    rest = words[2:] if ".".join(words[:2]) in KINDS else words[1:]
    named = [WORDS.get(word, word) for word in rest]
    return " · ".join(i18n.gettext(each) for each in (kind or words[0], *named))


def rows(found: Mapping[str, Any]) -> list[Row]:
    """Every figure, part by part."""
    return [_row(figure) for figure in sorted(found["figures"], key=lambda figure: str(figure["part"]))]


def lines(found: Mapping[str, Any]) -> list[str]:
    """The figures as a table for a terminal: what, figure, interval, goal, whether it is reached."""
    shown = []
    for letter in found["parts"]:
        shown += ["", part(letter)]
        for row in of_part(rows(found), letter):
            between = f"[{row.interval}]" if row.interval else ""
            shown.append(
                f"  {row.value:>9}  {between:18} {row.goal:>9}  {verdict(row.reached):4}  {row.label}".rstrip()
            )
    return shown


def part(letter: str) -> str:
    """A part in words."""
    return f"{letter}. {i18n.gettext(PARTS[letter])}"


def verdict(reached: bool | None) -> str:
    """Reached, not reached, or nothing where there is no goal."""
    if reached is None:
        return ""
    return i18n.gettext(N_("reached")) if reached else i18n.gettext(N_("not reached"))


def of_part(found: Sequence[Row], letter: str) -> list[Row]:
    """The rows of one part."""
    return [row for row in found if row.part == letter]


def _row(figure: Mapping[str, Any]) -> Row:
    name, low, goal = figure["name"], figure["low"], figure["goal"]
    between = "" if low is None else f"{_number(name, low)} – {_number(name, figure['high'])}"
    aim = "" if goal is None else f"{'≤' if figure['most'] else '≥'} {_number(name, goal)}"
    value = _number(name, figure["value"])
    return Row(figure["part"], name, label(name), value, between, aim, figure["reached"], figure)


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name.startswith("engine_over.") and not name.startswith("engine_over.ceiling"):
        return f"{100 * (value - 1):+.0f} %"
    if name.startswith(RATIOS) or figure_is_share(name):
        return f"{100 * value:.1f} %"
    if name.startswith("median_rank"):
        return f"{value:,.1f}"
    return f"{value:,.0f}" if name.startswith(COUNTS) else f"{value:.3f}"


COUNTS = ("infeasible_in_top10", "axiom", "placed", "without_park")
SHARES = ("assigned_over", "hit")


def figure_is_share(name: str) -> bool:
    """Whether a figure is a share of a whole."""
    return name.startswith(SHARES)
