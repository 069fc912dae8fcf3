"""Who is looking, and what may they do?"""

from datetime import datetime

from sqlmodel import SQLModel

from marketplace.organisations.tables import OrganisationKind, Role, Standing

_ORDER = tuple(Role)


class Viewer(SQLModel):
    """Who is looking: what permissions and ownership are judged by."""

    user_id: int
    login: str
    name: str
    organisation_id: int
    organisation_name: str
    kind: OrganisationKind
    role: Role = Role.VIEWER
    standing: Standing = Standing.PENDING
    adcode: str | None = None
    two_factors: bool = False
    scopes: frozenset[str] | None = None  # of a program with a token; None: a person in a browser, who may all they may
    simulated: bool = False
    password_set_at: datetime | None = None
    seen_at: datetime

    @property
    def is_verified(self) -> bool:
        """Whether the platform vouches for the organisation today."""
        return self.standing == Standing.VERIFIED

    def may(self, role: Role) -> bool:
        """Whether their role reaches this far, in an organisation that is not suspended or turned away."""
        acts = self.standing in (Standing.PENDING, Standing.VERIFIED)
        return (acts or role == Role.VIEWER) and _ORDER.index(self.role) >= _ORDER.index(role)


def may_publish_need(viewer: Viewer | None) -> bool:
    """Enterprises publish what they must place."""
    return viewer is not None and viewer.kind == OrganisationKind.ENTERPRISE and viewer.may(Role.EDITOR)


def may_claim_park(viewer: Viewer | None) -> bool:
    """Park organisations speak for parks."""
    return viewer is not None and viewer.kind == OrganisationKind.PARK and viewer.may(Role.EDITOR)


def may_see_for(viewer: Viewer | None, owner_id: int | None) -> bool:
    """What an organisation owns, all its people see."""
    return viewer is not None and owner_id is not None and viewer.organisation_id == owner_id


def may_act_for(viewer: Viewer | None, owner_id: int | None) -> bool:
    """What an organisation owns, its editors change."""
    return viewer is not None and may_see_for(viewer, owner_id) and viewer.may(Role.EDITOR)


def may_approve_for(viewer: Viewer | None, owner_id: int | None) -> bool:
    """What an editor prepared, an approver of the same organisation lets stand."""
    return viewer is not None and may_see_for(viewer, owner_id) and viewer.may(Role.APPROVER)


def may_administer(viewer: Viewer | None) -> bool:
    """Admins of an organisation let people in and out."""
    return viewer is not None and viewer.may(Role.ADMIN)


def may_audit(viewer: Viewer | None) -> bool:
    """Everybody of the platform sees its desk and who is registered."""
    return viewer is not None and viewer.kind == OrganisationKind.PLATFORM and viewer.may(Role.VIEWER)


def may_read_journal(viewer: Viewer | None) -> bool:
    """The platform's auditors and admins: it names who listed a need, which who moderates needs must not learn.

    Source: GB/T 22239-2019, 8.1.5 (audit is a duty of its own).
    """
    return viewer is not None and may_audit(viewer) and viewer.role in (Role.VIEWER, Role.ADMIN)


def may_moderate(viewer: Viewer | None) -> bool:
    """The platform's editors look at listings and incentive texts."""
    return may_audit(viewer) and viewer is not None and viewer.may(Role.EDITOR)


def may_verify(viewer: Viewer | None) -> bool:
    """The platform's approvers vouch for organisations."""
    return may_audit(viewer) and viewer is not None and viewer.may(Role.APPROVER)


def may_rule(viewer: Viewer | None) -> bool:
    """The platform's admins suspend organisations and hand out one-time codes."""
    return may_audit(viewer) and viewer is not None and viewer.may(Role.ADMIN)
