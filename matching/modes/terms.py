"""What can be said of any two places: how near they are, and what ties them officially?"""

import numpy as np
from numpy.typing import NDArray

from matching.modes.pairing import TermColumn
from matching.modes.places import Places, bound_together, hours_between, least_hours
from matching.place import accessible
from matching.reference.priors import Term, constant, terms

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


def term_column(term: Term, weight: float, value: Floats, measure: Floats | None = None) -> TermColumn:
    """A term of some pairs; NaN values are unknown and stand at the prior."""
    known = ~np.isnan(value)
    return TermColumn(term.name, weight, np.where(known, value, term.prior), known, measure)


def unknown_column(term: Term, weight: float, pairs: int) -> TermColumn:
    """A term of which nothing is known of any pair."""
    return term_column(term, weight, np.full(pairs, np.nan))


def access(mode: str, weight: float, a: Places, b: Places, pairs: tuple[Rows, Rows]) -> TermColumn:
    """How near the two are, by door-to-door hours."""
    hours = hours_between(a, b, *pairs)
    value = accessible(hours, constant(mode, "near_h"), constant(mode, "decay_h"))
    return term_column(terms(mode, "pair")["access"], weight, value, hours)


def access_bound(mode: str, a: Places, b: Places) -> Floats:
    """The most `access` can be for two cells, (n_cells, n_cells)."""
    most = accessible(least_hours(a, b), constant(mode, "near_h"), constant(mode, "decay_h"))
    return np.where(np.isnan(most), terms(mode, "pair")["access"].prior, most)


def institution(mode: str, weight: float, a: Places, b: Places, pairs: tuple[Rows, Rows]) -> TermColumn:
    """Whether one province, one metropolitan area or an official pairing ties the two."""
    i, j = pairs
    value = bound_together(a.tie[i], a.province[i], b.tie[j], b.province[j], constant(mode, "paired"))
    return term_column(terms(mode, "pair")["institution"], weight, value)


def institution_bound(mode: str, a: Places, b: Places) -> Floats:
    """The same for two cells, where it is exact, (n_cells, n_cells)."""
    left = a.cell_tie[:, None], a.cell_province[:, None]
    value = bound_together(*left, b.cell_tie[None, :], b.cell_province[None, :], constant(mode, "paired"))
    return np.where(np.isnan(value), terms(mode, "pair")["institution"].prior, value)
