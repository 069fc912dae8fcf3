"""Which figures of a sheet are invented, and how does that stay with them when a sheet leaves and comes back?"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, update
from sqlmodel import Session, col

from marketplace.capacity.tables import OF_PARK, Capacity, Term
from marketplace.lifecycle import rewrite
from marketplace.parks import Park
from marketplace.resources import EMISSION, FACTS, RESOURCES, TERMS, Source, emission

_RESOURCE_OF = {quantity.field: name for name, quantity in RESOURCES.items()}


def row_of(column: str) -> str:
    """The resource or term that a column of a sheet belongs to; empty for what is neither."""
    outer, _, inner = column.partition(".")
    outer = outer.removesuffix("_used")
    if outer == EMISSION.field:
        return emission(inner)
    return _RESOURCE_OF.get(outer) or (outer if outer in TERMS or outer in FACTS else "")


def mark_simulated(session: Session, park: Park, columns: Collection[str], *, now: datetime) -> bool:
    """Say of what stands in these columns that it is invented; whether that was news."""
    names, changed = {row_of(column) for column in columns} - {""}, 0
    for table, own in (
        (Capacity, and_(col(Capacity.resource).in_(names), OF_PARK)),
        (Term, col(Term.name).in_(names)),
    ):
        said = update(table).where(col(table.park_id) == park.id, own, col(table.source) != Source.SIMULATED)
        changed += session.connection().execute(said.values(source=Source.SIMULATED)).rowcount
    if changed:
        session.expire_all()
        rewrite(session, park, version=park.version, now=now)
    return changed > 0
