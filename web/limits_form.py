"""How are the limits of a need typed, and which choices are there?"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from marketplace import disclosure, taxonomy
from marketplace.disclosure import (
    HIDE,
    RAISABLE,
    STEPS_MOST,
    STRANGER,
    WIDENABLE,
    Anonymity,
    Cure,
    Level,
    Limits,
    Onlooker,
)
from marketplace.errors import Fault, Refusal
from marketplace.needs import HiddenFrom, Need
from marketplace.parks import Park
from web import choices as typed_places
from web import labels, places, summaries
from web.forms import Form
from web.i18n import N_, said

ELSEWHERE = frozenset({"990000"})  # a place that no region holds
AUDIENCES: Mapping[str, str] = {
    "stranger": N_("A stranger"),
    "enterprise": N_("A verified enterprise"),
    "organizer": N_("A verified organizer"),
    "park": N_("A verified park"),
    "excluded": N_("Whoever is excluded"),
    "both": N_("A park, after both agreed"),
    "promise": N_("A park, after the promise of confidence"),
}
_BETWEEN = re.compile(r"[、,，;；\n]+")


def onlooker(need: Need, audience: str) -> Onlooker | None:
    """Somebody of an audience; None where nobody is excluded."""
    if audience == "stranger":
        return STRANGER
    if audience == "excluded":
        if not disclosure.excludes_anybody(need):
            return None
        codes = frozenset(need.hidden_from.parks)
        return Onlooker(True, speaks_for=codes, codes=codes, places=frozenset(disclosure.hidden_regions(need)))
    if audience in ("enterprise", "organizer"):
        return Onlooker(True, places=ELSEWHERE)
    granted = {"both": Level.BOTH, "promise": Level.PROMISE}.get(audience)
    park = frozenset({"-"})
    return Onlooker(True, speaks_for=park, codes=park, places=ELSEWHERE, granted=granted)


def form_of(session: Session, need: Need) -> Form[Limits]:
    """The form with what the need says now, parks and places in words."""
    hidden = need.hidden_from
    names = dict(session.exec(select(Park.code, Park.name).where(col(Park.code).in_(hidden.parks))).all())
    values = {
        "hidden_from.parks": ["、".join(names.get(code, code) for code in hidden.parks)],
        "hidden_from.regions": ["、".join(places.whole(code) for code in hidden.regions)],
        "hidden_from.present_locality": ["true" if hidden.present_locality else "false"],
        **{f"raised.{name}": [str(level)] for name, level in need.raised.items()},
        **{f"wider.{name}": [str(steps)] for name, steps in need.wider.items()},
    }
    return Form(Limits, values)


def read(session: Session, form: Form[Limits]) -> Limits:
    """The limits that were typed, parks by name or code and places by their names. Raises Refusal."""
    faults: list[Fault] = []
    parks = [_park_meant(session, words, faults) for words in _words(form.typed("hidden_from.parks"))]
    regions = [_region_meant(words, faults) for words in _words(form.typed("hidden_from.regions"))]
    if faults:
        raise Refusal(faults)
    said_so = form.typed("hidden_from.present_locality") != "false"
    hidden = HiddenFrom(
        parks=list(dict.fromkeys(parks)), regions=list(dict.fromkeys(regions)), present_locality=said_so
    )
    return Limits(raised=_numbers(form, "raised."), wider=_numbers(form, "wider."), hidden_from=hidden)


def cured(limits: Limits, chosen: Iterable[str]) -> Limits:
    """The limits with fields made as coarse as was offered (`land_mu:1`)."""
    wider, raised = dict(limits.wider), dict(limits.raised)
    for text in chosen:
        name, _, steps = text.partition(":")
        if steps == str(HIDE):
            raised[name] = int(Level.PARKS)
        elif steps.isdigit():
            wider[name] = int(steps)
    return Limits(raised=raised, wider=wider, hidden_from=limits.hidden_from)


def refuse_unmeant(anonymity: Anonymity, alike: Sequence[Need], *, sure: bool) -> None:
    """A need that could single its owner out, or is much like another, is listed only when meant so. Raises Refusal."""
    if (not anonymity.enough or alike) and not sure:
        raise Refusal(Fault("sure", "Read the warning below, then say that you publish it all the same"))


def choices(need: Need) -> Mapping[str, list[tuple[str, str, list[tuple[str, str]]]]]:
    """(field, label, (value, words) of each choice) for levels, and for coarser summaries, of what the need says."""
    usual = {name: disclosure.FIELDS[name] for name in RAISABLE}
    opens = {name for level in Level for name in disclosure.fields_opening(need, level)}
    raised = [
        (name, labels.field(name), [(str(int(step)), summaries.level_name(step)) for step in Level if step > level])
        for name, level in usual.items()
        if level is not None and level < Level.PROMISE and name in opens
    ]
    wider = [
        (name, labels.field(name), [(str(steps), words) for steps, words in _steps(need, name)])
        for name in WIDENABLE
        if name in opens
    ]
    return {"raised": raised, "wider": wider}


def cure_words(need: Need) -> Callable[[Cure], str]:
    """What a cure does, in words."""

    def words(cure: Cure) -> str:
        if cure.hides:
            return said(N_("{field}: leave it to verified parks"), {"field": labels.field(cure.field)})
        told = dict(_steps(need, cure.field))[cure.steps]
        return said(N_("{field}: say only “{words}”"), {"field": labels.field(cure.field), "words": told})

    return words


def _steps(need: Need, name: str) -> list[tuple[int, str]]:
    """(steps, what the summary would say) for each step of widening."""
    made = []
    for steps in range(1, STEPS_MOST + 1):
        summary = disclosure.summary_of(need, frozenset({name}), {name: steps})
        each = summary.range_of(name)
        made.append((steps, summaries.span(name, each) if each else summaries.industry_of(summary)))
    return made


def _numbers(form: Form[Limits], head: str) -> dict[str, Any]:
    """Typed levels or steps by field; blanks keep what is usual."""
    given = {name.removeprefix(head): form.typed(name).strip() for name in form.values if name.startswith(head)}
    return {name: int(text) if text.isdigit() and len(text) < 3 else -1 for name, text in given.items() if text}


def _words(text: str) -> list[str]:
    return [words.strip() for words in _BETWEEN.split(text) if words.strip()][:50]


def _park_meant(session: Session, words: str, faults: list[Fault]) -> str:
    """A park by its code or its whole name."""
    code = session.exec(select(Park.code).where((col(Park.code) == words) | (col(Park.name) == words))).first()
    if code is None:
        faults.append(Fault("hidden_from.parks", "{code} is no park here: write its name or its code", {"code": words}))
    return code or ""


def _region_meant(words: str, faults: list[Fault]) -> str:
    regions, sure = taxonomy.places_like(words[: typed_places.LETTERS_MOST])
    if not sure:
        faults.append(typed_places.unclear("hidden_from.regions", words, regions))
        return ""
    return regions[0].adcode
