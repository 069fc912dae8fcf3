"""Where does what somebody typed differ from what another saved meanwhile?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from web.forms import Form

Saved = Callable[[Session], tuple[Form[Any], int]]  # the form of what stands now, and its version


@dataclass(frozen=True, slots=True)
class Differs:
    """A field that somebody changed while another's form was open: what stands now and what was typed."""

    field: str
    now: str
    yours: str


def differing(typed: Form[Any], saved: Form[Any]) -> list[Differs]:
    """Where the typed form and the saved one differ, in the order of the form."""
    own = typed.model.model_fields
    names = [name for name in {**saved.values, **typed.values} if name.partition(".")[0] in {*own, "places"}]
    pairs = [Differs(name, _joined(saved.chosen(name)), _joined(typed.chosen(name))) for name in names]
    return [pair for pair in pairs if pair.now != pair.yours and not pair.field.startswith("typed")]


def side_by_side(form: Form[Any], saved: Form[Any], version: int) -> Form[Any]:
    """The typed form with what stands now beside it. Sent once more as it is, it replaces that."""
    form.differs = differing(form, saved)
    form.values = {**form.values, "version": [str(version)]}
    return form


def _joined(texts: Sequence[str]) -> str:
    return "、".join(text.strip() for text in texts if text.strip())
