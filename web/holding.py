"""Who is signed in, and must do something before going on: show a second factor, choose a new password?"""

from datetime import datetime

from fastapi import HTTPException

from marketplace.organisations import OrganisationKind, Viewer, is_due
from web.settings import Settings, TwoFactorsFor

SECOND, PASSWORD = "/account/second-factor", "/account/password"


class HeldBack(HTTPException):
    """Signed in, and not yet far enough for this page: `way` leads on, and back again."""

    def __init__(self, way: str) -> None:
        super().__init__(403)
        self.way = way


def way_of(settings: Settings, viewer: Viewer, *, now: datetime) -> str | None:
    """Where somebody signed in must go before anything else; None where they are free.

    The platform's people see what is confidential of everybody (DOMAIN 6): they never go without a second factor.
    """
    asked = settings.two_factors_for
    all_over = asked == TwoFactorsFor.ALL
    if (all_over or (asked == TwoFactorsFor.CONFIDENTIAL and viewer.kind == OrganisationKind.PLATFORM)) and (
        not viewer.two_factors
    ):
        return SECOND
    if is_due(viewer.password_set_at, settings.password_rules, now=now):
        return PASSWORD
    return None


def may_see_confidential(settings: Settings, viewer: Viewer) -> bool:
    """Whether somebody showed as many factors as confidential things ask for."""
    return viewer.two_factors or settings.two_factors_for == TwoFactorsFor.OFF
