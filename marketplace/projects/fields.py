"""What may people fill in about a project?"""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from marketplace import units
from marketplace.fields import Fields
from marketplace.projects.stages import ProofKind, Stage
from marketplace.projects.tables import Reason, SigningKind


class ProjectFields(Fields):
    """What a project is called between its two sides."""

    title: str = Field(min_length=1, max_length=80)


class StageFields(Fields):
    """Which stage was reached, and on which day."""

    stage: Stage
    reached_on: date


class SigningFields(Fields):
    """What was signed: the amount is that of the whole project, not what came on top."""

    signing: SigningKind
    signed_on: date
    amount_10k: Annotated[Decimal, units.MONEY_10K]
    occasion: str = Field(default="", max_length=16)
    start_by: date | None = None


class PaymentFields(Fields):
    """Money that came in."""

    paid_on: date
    amount_10k: Annotated[Decimal, units.MONEY_10K]


class ApprovalFields(Fields):
    """An approval by its number and day."""

    approval: ProofKind
    approval_number: str = Field(min_length=1, max_length=60)
    dated_on: date


class EndFields(Fields):
    """Why and when a project ended."""

    reason: Reason
    words: str = Field(default="", max_length=400)
    reached_on: date


class OccasionFields(Fields):
    """Where things are signed in public."""

    title: str = Field(min_length=1, max_length=80)
    held_on: date
    adcode: str = Field(min_length=2, max_length=6)
