"""How does a person or an organisation leave without a trace but a number in the journal? Source: 个人信息保护法 47."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, or_, update
from sqlalchemy import select as columns
from sqlmodel import Session, SQLModel, col, select

from marketplace import accounts, exchanges, journal, members, needs, parks, webhooks
from marketplace.capacity import Evidence
from marketplace.consents import Consent
from marketplace.database import public_id
from marketplace.errors import Conflict, Fault, NotFound
from marketplace.exchanges import Document, Exchange, ExchangeStatus
from marketplace.journal import Act
from marketplace.kept import KeptRanking
from marketplace.lifecycle import hold_still, rewrite
from marketplace.mail import Mail
from marketplace.mandates import Mandate, MandateStatus
from marketplace.members import Invitation
from marketplace.members.rules import LAST_ADMIN
from marketplace.needs import STANDING, Need, NeedFields, NeedStatus
from marketplace.organisations import (
    Organisation,
    OrganisationKind,
    Role,
    Standing,
    User,
    Viewer,
    end_sign_ins,
    may_administer,
)
from marketplace.parks import Park, ParkClaim
from marketplace.parks.incentives import promises_of
from marketplace.personal.inventory import INVENTORY, Gone, Kept
from marketplace.registration import AuthorityLetter, Case
from marketplace.signals import Signal

STRUCK = "—"
HAND_OVER = Fault(
    "role", "You are the last admin: make somebody else admin first, or delete the organisation with all it has here"
)
PLATFORM_STAYS = Fault("organisation", "The platform's own organisation cannot be deleted")


@dataclass(frozen=True, slots=True)
class AccountLoss:
    """What goes with an account."""

    browsers: int
    tokens: int
    reports: int
    whole_organisation: bool  # nobody would be left
    stop: Fault | None  # why it cannot be deleted now


@dataclass(frozen=True, slots=True)
class OrganisationLoss:
    """What goes with an organisation."""

    name: str
    people: int
    needs: int
    parks: int
    exchanges: int
    incentives: int
    sources: int  # of figures, with their papers
    stop: Fault | None


def loss_of_account(session: Session, viewer: Viewer) -> AccountLoss:
    """What deleting one's own account takes with it, and what must be done first."""
    user = session.get_one(User, viewer.user_id)
    others = len(members.people_of(session, user.organisation_id)) - 1
    is_last = user.role == Role.ADMIN and members.reaching(session, user.organisation_id, Role.ADMIN) < 2
    house = loss_of_organisation(session, viewer)
    stop = HAND_OVER if is_last and (others or house.needs or house.parks) else None
    if viewer.kind == OrganisationKind.PLATFORM and is_last:
        stop = LAST_ADMIN
    counts = [_count(session, name, "user_id", user.id) for name in ("sign_in", "api_token", "park_report")]
    return AccountLoss(counts[0], counts[1], counts[2], is_last and not others and stop is None, stop)


def loss_of_organisation(session: Session, viewer: Viewer) -> OrganisationLoss:
    """What deleting one's organisation takes with it."""
    house = session.get_one(Organisation, viewer.organisation_id)
    own = select(Park.id).where(Park.owner_id == house.id)
    either = or_(col(Exchange.owner_id) == house.id, col(Exchange.organisation_id) == house.id)
    return OrganisationLoss(
        name=house.name,
        people=len(members.people_of(session, house.id)),
        needs=_number(session, Need.id, Need.owner_id == house.id, col(Need.status).in_(STANDING)),
        parks=_number(session, Park.id, Park.owner_id == house.id),
        exchanges=_number(session, Exchange.id, either, Exchange.status != ExchangeStatus.CLOSED),
        incentives=promises_of(session, house.id),
        sources=_number(session, Evidence.id, col(Evidence.park_id).in_(own)),
        stop=PLATFORM_STAYS if house.kind == OrganisationKind.PLATFORM else None,
    )


def delete_account(session: Session, *, by: Viewer, now: datetime) -> None:
    """Delete one's own account, and the organisation where nobody would be left. Raises Conflict, NotFound.

    The caller has asked for the password.
    """
    user = session.get_one(User, by.user_id)
    hold_still(session, session.get_one(Organisation, user.organisation_id))  # two last admins go one after the other
    session.refresh(user)
    if user.deleted_at is not None:
        raise NotFound
    loss = loss_of_account(session, by)
    if loss.stop:
        raise Conflict(loss.stop)
    if loss.whole_organisation:
        delete_organisation(session, by=by, now=now)
        return
    journal.note(session, Act.DELETED, "user", user.public_id, by=by, now=now, whose=user.organisation_id)
    _erase(session, user, now)


def delete_organisation(session: Session, *, by: Viewer, now: datetime) -> None:
    """An admin deletes the organisation: its listings, its people, its name. Raises NotFound, Conflict.

    The caller has asked for the password.
    """
    house = session.get_one(Organisation, by.organisation_id)
    if not may_administer(by) or house.deleted_at is not None:
        raise NotFound
    if house.kind == OrganisationKind.PLATFORM:
        raise Conflict(PLATFORM_STAYS)
    hold_still(session, house)
    _close_listings(session, house, by, now)
    _let_go(session, house, now)
    webhooks.end_all(session, house.id, now=now)
    for user in session.exec(select(User).where(User.organisation_id == house.id, col(User.deleted_at).is_(None))):
        _erase(session, user, now)
    journal.note(session, Act.DELETED, "organisation", house.public_id, by=by, now=now, whose=house.id)
    words = _words(house.name, house.uscc)
    _strike_mail(session, words)
    gone = {"name": "", "uscc": None, "adcode": None, "standing": Standing.SUSPENDED, "deleted_at": now}
    rewrite(session, house, version=house.version, now=now, **gone)
    exchanges.close_fallen_of(session, house.id, by=by, now=now)


def erase_left(session: Session, since: datetime, *, now: datetime) -> int:
    """Forget who left before a moment, as if they had deleted their account; says how many."""
    gone = select(User).where(col(User.disabled_at) < since, col(User.deleted_at).is_(None)).order_by(col(User.id))
    people = session.exec(gone).all()
    for user in people:
        journal.note(session, Act.DELETED, "user", user.public_id, by=None, now=now, whose=user.organisation_id)
        _erase(session, user, now)
    return len(people)


def _close_listings(session: Session, house: Organisation, by: Viewer, now: datetime) -> None:
    """Needs are withdrawn and emptied, with all lists made of them; parks are free for others to claim."""
    empty = NeedFields()
    values = {name: getattr(empty, name) for name in NeedFields.model_fields if name != "mode"}
    values |= {"raised": {}, "wider": {}, "hidden_reason": "", "hidden_from": needs.HiddenFrom()}
    for need in session.exec(select(Need).where(Need.owner_id == house.id)).all():
        if need.status in STANDING:
            needs.withdraw(session, need, by=by, now=now)
        exchanges.close_fallen(session, need, by=by, now=now)
        for table in (KeptRanking, Signal, Document):
            session.connection().execute(delete(table).where(col(table.need_id) == need.id))
        rewrite(session, need, version=need.version, now=now, **values)
        if need.status == NeedStatus.HIDDEN:
            rewrite(session, need, version=need.version, now=now, status=NeedStatus.WITHDRAWN, listing_id=None)
    for park in parks.let_all_go(session, house.id, by=by, now=now):
        session.connection().execute(delete(Evidence).where(col(Evidence.park_id) == park.id))  # its papers, its words


def _let_go(session: Session, house: Organisation, now: datetime) -> None:
    """Papers, invitations, claims and mandates of an organisation."""
    execute = session.connection().execute
    cases = select(Case.id).where(Case.organisation_id == house.id)
    execute(delete(AuthorityLetter).where(col(AuthorityLetter.case_id).in_(cases)))
    execute(delete(Case).where(col(Case.organisation_id) == house.id))
    execute(delete(Invitation).where(col(Invitation.organisation_id) == house.id))
    execute(delete(ParkClaim).where(col(ParkClaim.organisation_id) == house.id))
    either = or_(col(Mandate.principal_id) == house.id, col(Mandate.agent_id) == house.id)
    open_ones = either & col(Mandate.status).in_([MandateStatus.OFFERED, MandateStatus.ACTIVE])
    execute(update(Mandate).where(open_ones).values(status=MandateStatus.ENDED, updated_at=now))
    for kept in INVENTORY:
        if kept.house and kept.gone in (Gone.STRUCK, Gone.BLANK):
            table = SQLModel.metadata.tables[kept.table]
            execute(update(table).where(table.c[kept.house] == house.id).values(_empty(table, kept.columns)))


def _erase(session: Session, user: User, now: datetime) -> None:
    """Everything of a person that the inventory names; of the account the number alone is left."""
    words = _words(user.name, user.login, user.email, user.phone)
    accounts.forget(session, user.id)
    end_sign_ins(session, user.id)
    _strike_mail(session, words)
    execute, still = session.connection().execute, col(Consent.withdrawn_at).is_(None)
    execute(update(Consent).where(col(Consent.user_id) == user.id, still).values(withdrawn_at=now))
    if user.email:
        execute(update(Invitation).where(col(Invitation.email) == user.email).values(email=None))
    for kept in INVENTORY:
        table = SQLModel.metadata.tables[kept.table]
        if kept.table == "user_account":
            continue
        if kept.gone == Gone.ROW:
            execute(delete(table).where(table.c[kept.person] == user.id))
        elif kept.gone == Gone.BLANK:
            execute(update(table).where(table.c[kept.person] == user.id).values(_empty(table, kept.columns)))
        elif kept.gone == Gone.STRUCK:
            _strike(session, table, kept, user, words)
    values = {"login": f"deleted-{public_id()}", "name": "", "email": None, "phone": None, "password_hash": ""}
    left = user.disabled_at or now
    execute(update(User).where(col(User.id) == user.id).values(**values, disabled_at=left, deleted_at=now))
    session.refresh(user)


def _strike(session: Session, table: Table, kept: Kept, user: User, words: Sequence[str]) -> None:
    """Take a person's names out of texts of their own or of their organisation."""
    whose = [table.c[kept.person] == user.id] if kept.person else []
    whose += [table.c[kept.house] == user.organisation_id] if kept.house else []
    for name in kept.columns:
        column = table.c[name]
        told = or_(*(column.contains(word, autoescape=True) for word in words))
        rows = session.connection().execute(columns(table.c.id, column).where(or_(*whose), told)).all()
        for id, text in rows:
            for word in words:
                text = text.replace(word, STRUCK)
            session.connection().execute(update(table).where(table.c.id == id).values({name: text}))


def _strike_mail(session: Session, words: Sequence[str]) -> None:
    """Letters to somebody, or that name them, are not sent any more."""
    told = [
        col(part).contains(word, autoescape=True)
        for part in (Mail.to_address, Mail.subject, Mail.body)
        for word in words
    ]
    session.connection().execute(delete(Mail).where(or_(*told)))


def _words(*found: str | None) -> list[str]:
    """What a person or an organisation is known by, the longest first; a single sign is in too many words."""
    return sorted({word for word in found if word and len(word) > 1}, key=len, reverse=True)


def _empty(table: Table, names: Sequence[str]) -> dict[str, str | None]:
    return {name: None if table.c[name].nullable else "" for name in names}


def _number(session: Session, column: Any, *which: Any) -> int:
    return session.exec(select(func.count(col(column))).where(*which)).one()


def _count(session: Session, table: str, column: str, id: int) -> int:
    found = SQLModel.metadata.tables[table]
    return session.connection().execute(columns(func.count()).where(found.c[column] == id)).scalar_one()
