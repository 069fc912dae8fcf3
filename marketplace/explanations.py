"""How sure is a ranking, what would change it, and why is a park not further up? For the owner of the need."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.errors import NotFound, Refusal
from marketplace.matches import Catalogue, Past, as_need
from marketplace.needs import Need, NeedFields
from matching import confidence
from matching.contrast import Contrast, why_not
from matching.counterfactual import Change, Step, joint, unchangeable
from matching.errors import InputError
from matching.explain import Difference, Evaluated
from matching.levers import Lever, Offer, levers
from matching.ranks import ranked, rows_by_code
from matching.records import Confidence, Park
from matching.sensitivity import Sensitivity, Slide, sensitivity
from matching.told import change_document, lever_document, sensitivity_document

__all__ = [
    "Change",
    "Confidence",
    "Contrast",
    "Difference",
    "Lever",
    "Offer",
    "Slide",
    "Step",
    "Sure",
    "WhatIf",
    "parks_called",
    "sensitivity_document",
    "sure_of",
    "what_if",
    "what_if_document",
]

TOP = 3


@dataclass(frozen=True, slots=True)
class Sure:
    """How probable the first places are, best first, and the smallest changes of weights that change the leader."""

    leader: Park | None
    parks: Mapping[str, Park]
    confidence: Mapping[str, Confidence]
    sensitivity: Sensitivity


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One park against another, and what of the need or of its own sheet would have to change.

    `change` admits it and `fixed` names what no change admits; `levers` would each bring it among the first three.
    """

    contrast: Contrast | None
    change: Change | None
    fixed: tuple[str, ...]
    levers: tuple[Lever, ...]


def sure_of(catalogue: Catalogue | Past, need: Need | NeedFields, *, on: date) -> Sure:
    """How sure the order is. Raises Refusal."""
    seen = _evaluated(catalogue, need, on)
    found = confidence.of_parks(seen)
    order = ranked(seen)
    leader = seen.parks[order[0]] if len(order) else None
    sways = sensitivity(seen)
    named = {*found, *(slide.leader for slide in sways.slides)}
    rows = rows_by_code(seen)
    return Sure(leader, {code: seen.parks[rows[code]] for code in named}, found, sways)


def what_if(catalogue: Catalogue | Past, need: Need | NeedFields, code: str, *, on: date, place: int = 1) -> WhatIf:
    """One park against the park of a place, and what would change it. Raises NotFound, Refusal."""
    seen = _evaluated(catalogue, need, on)
    row = rows_by_code(seen).get(code)
    if row is None:
        raise NotFound
    return WhatIf(
        contrast=why_not(seen, code, place),
        change=joint(seen, row),
        fixed=unchangeable(seen, row),
        levers=levers(seen, row, TOP),
    )


def what_if_document(found: WhatIf) -> dict[str, Any]:
    """What would change it, as `rank --json` says it."""
    return {
        "joint": None if found.change is None else change_document(found.change),
        "unchangeable": list(found.fixed),
        "top_three": [lever_document(lever) for lever in found.levers],
    }


def parks_called(catalogue: Catalogue | Past, words: str, *, on: date, most: int = 8) -> tuple[Park, ...]:
    """Listed parks of a code, or whose name holds these words, national zones first; the whole name stands alone."""
    index, wanted = catalogue.index(on), words.strip()
    if not wanted:
        return ()
    if wanted.upper() in index.row_of:
        return (index.parks[index.row_of[wanted.upper()]],)
    found = [park for park in index.parks if wanted in park.name]
    exact = tuple(park for park in found if park.name == wanted)
    return exact or tuple(sorted(found, key=lambda park: (park.level != "national", len(park.name), park.code))[:most])


def _evaluated(catalogue: Catalogue | Past, need: Need | NeedFields, on: date) -> Evaluated:
    try:
        return catalogue.index(on).evaluated(as_need(need))
    except InputError as error:
        raise Refusal(error.faults) from None
