"""Who belongs to my organisation, in which role, and who is invited?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from marketplace import mail, members
from marketplace.errors import Fault, Refusal
from marketplace.members import PersonFields
from marketplace.organisations import Role, User, Viewer, may_administer
from web import labels
from web.dependencies import Now, Reading, SignedIn, Writing, viewer
from web.forms import Form, posted
from web.i18n import N_, gettext
from web.pages.organisation import Admin
from web.rendering import go, page

router = APIRouter(prefix="/organisation", dependencies=[Depends(viewer)])
PEOPLE = "organisation/people.html"
SUBJECT = "园桥：邀请您加入单位"
BODY = "{who} 邀请您加入 {name}。请在七天内打开下面的链接，设置登录名和密码：\n\n{{link}}\n\n如非本人，请忽略。\n"
DONE = {
    "role": N_("The role is changed and holds at once."),
    "closed": N_("The account is closed and signed out everywhere."),
    "withdrawn": N_("The invitation is taken back."),
    "mailed": N_("The invitation is mailed. It holds for seven days."),
}


class InviteFields(BaseModel):
    """Whom to invite, and as what."""

    role: Role
    email: str = Field(default="", max_length=254)


class RoleFields(BaseModel):
    """Another role."""

    role: Role


@router.get("/people")
def people(request: Request, session: Reading, by: SignedIn, now: Now, done: str = "") -> Response:
    """Everybody of the organisation, and for admins the invitations."""
    notice = gettext(DONE[done]) if done in DONE else None
    return page(request, PEOPLE, form=Form(InviteFields), notice=notice, **_shown(session, by, now=now))


@router.post("/invitations")
def invite(
    request: Request,
    session: Writing,
    by: Admin,
    now: Now,
    form: Annotated[Form[InviteFields], posted(InviteFields)],
) -> Response:
    """Keeps a place. The link is mailed where there is an address and mail; else it is shown, once."""
    form.again(PEOPLE, **_shown(session, by, now=now))
    fields = form.fields
    email = _mail_address(fields.email)
    row, token = members.invite(session, fields.role, email=email, by=by, now=now)
    if email and request.app.state.settings.has_mail:
        body = BODY.format(who=by.name, name=by.organisation_name)
        link = f"{members.LETTER}{row.public_id}"
        mail.post(session, email, SUBJECT, body, now=now, link=link, lasts=row.expires_at - now)
        return go(request, "/organisation/people?done=mailed")
    base = request.app.state.settings.public_url or str(request.base_url)
    shown = {**_shown(session, by, now=now), "link": f"{base.rstrip('/')}/invitation?token={token}"}
    return page(request, PEOPLE, form=Form(InviteFields), **shown)


@router.post("/invitations/{id}/withdraw")
def withdraw(request: Request, session: Writing, by: Admin, now: Now, id: str) -> Response:
    """Takes an invitation back."""
    members.withdraw_invitation(session, id, by=by, now=now)
    return go(request, "/organisation/people?done=withdrawn")


@router.post("/people/{id}/role")
def change_role(
    request: Request,
    session: Writing,
    by: Admin,
    now: Now,
    id: str,
    form: Annotated[Form[RoleFields], posted(RoleFields)],
) -> Response:
    """Gives somebody another role."""
    user = members.person(session, id, by)
    form.again(PEOPLE, **_shown(session, by, now=now))
    members.change_role(session, user, form.fields.role, by=by, now=now)
    return go(request, "/organisation/people?done=role")


@router.post("/people/{id}/close")
def close(request: Request, session: Writing, by: Admin, now: Now, id: str) -> Response:
    """Closes somebody's account."""
    user = members.person(session, id, by)
    _again(request, session, by, now=now)
    members.leave(session, user, by=by, now=now)
    return go(request, "/" if user.id == by.user_id else "/organisation/people?done=closed")


@router.post("/leave")
def leave(request: Request, session: Writing, by: SignedIn, now: Now) -> Response:
    """Closes one's own account."""
    _again(request, session, by, now=now)
    members.leave(session, session.get_one(User, by.user_id), by=by, now=now)
    return go(request, "/")


def _again(request: Request, session: Session, by: Viewer, *, now: Any) -> None:
    """Should a rule refuse, the page of people says why."""
    Form(InviteFields, request=request).again(PEOPLE, **_shown(session, by, now=now))


def _mail_address(text: str) -> str | None:
    """Checked as a person's own is. Raises Refusal."""
    if not text.strip():
        return None
    try:
        return PersonFields(person="-", login="---", email=text).email
    except ValueError:
        raise Refusal(Fault("email", "This is no mail address")) from None


def _shown(session: Session, by: Viewer, *, now: Any) -> dict[str, Any]:
    admin = may_administer(by)
    return {
        "people": members.people_of(session, by.organisation_id),
        "invitations": members.invitations_of(session, by, now=now) if admin else [],
        "roles": [(role.value, labels.value("role", role)) for role in Role],
        "admin": admin,
        "me": by.user_id,
        "name": by.organisation_name,
        "link": "",
    }
