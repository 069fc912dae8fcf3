"""How do organisations and people come in?"""

from datetime import datetime

from sqlmodel import Session, select
from stdnum.cn import uscc as uscc_rules

from marketplace.errors import Fault, Refusal
from marketplace.organisations.passwords import hashed_password, password_faults
from marketplace.organisations.tables import Organisation, OrganisationKind, Role, Standing, User


def is_uscc(code: str) -> bool:
    """Whether 18 signs are a 统一社会信用代码 with the right check sign. Source: GB 32100-2015."""
    return len(code) == 18 and code == code.upper() and bool(uscc_rules.is_valid(code))


def add_organisation(
    session: Session,
    name: str,
    kind: OrganisationKind,
    *,
    now: datetime,
    uscc: str | None = None,
    adcode: str | None = None,
    standing: Standing = Standing.PENDING,
    simulated: bool = False,
) -> Organisation:
    """Enter an organisation. Raises Refusal for a wrong or taken 统一社会信用代码."""
    if not name.strip():
        raise Refusal(Fault("name", "This is missing"))
    if uscc is not None:
        uscc = uscc.strip().upper()
        if not is_uscc(uscc):
            raise Refusal(
                Fault("uscc", "{uscc} is not a unified social credit code: check its 18 signs", {"uscc": uscc})
            )
        if session.scalar(select(Organisation.id).where(Organisation.uscc == uscc)):
            raise Refusal(Fault("uscc", "This organisation is here already"))
    organisation = Organisation(
        name=name.strip(),
        kind=kind,
        uscc=uscc,
        adcode=adcode,
        standing=standing,
        simulated=simulated,
        created_at=now,
        updated_at=now,
    )
    session.add(organisation)
    session.flush()
    return organisation


def add_user(
    session: Session,
    organisation: Organisation,
    login: str,
    name: str,
    password: str,
    *,
    now: datetime,
    role: Role = Role.ADMIN,
    email: str | None = None,
) -> User:
    """Enter a person. Raises Refusal for a taken login or a password outside 12 to 128 characters; Busy."""
    login = login.strip().lower()
    faults = []
    if not login or len(login) > 64:
        faults.append(Fault("login", "A login has 1 to 64 characters"))
    elif session.scalar(select(User.id).where(User.login == login)):
        faults.append(Fault("login", "{login} is taken: choose another login", {"login": login}))
    faults += password_faults(password, names=(login, name, organisation.name))
    if faults:
        raise Refusal(faults)
    user = User(
        login=login,
        name=name.strip() or login,
        email=email,
        password_hash=hashed_password(password),
        password_set_at=now,
        organisation_id=organisation.id,
        role=role,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user
