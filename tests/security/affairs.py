"""What else is under way in the tests' world: registrations, claims, invitations, incentives and texts that wait?"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlmodel import Session, select

from marketplace import capacity, inbox, mandates, members, parks, registration, searches, webhooks
from marketplace.accounts import HelpRequest
from marketplace.capacity import EvidenceFields, Proposal
from marketplace.compliance import Screening
from marketplace.inbox import Notice, NoticeKind
from marketplace.mandates import MandateStatus
from marketplace.organisations import Organisation, Role, SignIn, User, Viewer
from marketplace.parks import Park
from marketplace.parks.incentives import IncentiveFields, promise
from marketplace.plots import PlotFields, PlotKind
from marketplace.registration import Case
from marketplace.searches import ParkSearch
from marketplace.uploads import checked_upload
from marketplace.webhooks import WebhookFields
from tests.security.canaries import code_of
from tests.security.world import NOW, World

PDF = b"%%PDF-1.4\n%%%s\nxref\n0 1\n0000000000 65535 f \ntrailer <</Size 1>>\nstartxref\n9\n%%%%EOF\n"
INCENTIVE = {"kind": "grant", "whom": "open", "basis": "fixed", "amount": "100 万元", "title": "设备补助"}


def arrange(session: Session, world: World, viewers: Mapping[str, Viewer]) -> None:
    """All of it; the ids are in the world."""
    _case(session, world, viewers["firm_pending"])
    _invitation(session, world, viewers["firm_admin"])
    _claims(session, world, viewers)
    _incentives(session, world, viewers["park_admin"])
    _browsers(session, world)
    _mandate(session, world, viewers)
    _proposal(session, world, viewers["park_editor"])
    _places(session, world, viewers["park_editor"], viewers["park_admin"])
    _help(session, world, viewers)
    _webhooks(session, world, viewers)
    _inbox(session, world, viewers["firm_editor"])


def _case(session: Session, world: World, by: Viewer) -> None:
    contact = world.leave("firm_pending", "contact", "13977665544")
    case = Case(
        organisation_id=by.organisation_id,
        claimed_uscc=world.leave("firm_pending", "claimed_uscc", code_of(900)),
        contact=contact,
        submitted_at=NOW,
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(case)
    session.flush()
    world.ids["case:firm_pending"] = case.public_id
    name = world.leave("firm_pending", "letter", "canary-letter-of-authority")
    letter = checked_upload(f"{name}.pdf", PDF % b"canary inside a letter")
    registration.hand_in(session, case, letter, by=by, now=NOW)


def _invitation(session: Session, world: World, by: Viewer) -> None:
    mail = world.leave("firm_admin", "invited", "canary.invited@mail.invalid")
    row, token = members.invite(session, Role.EDITOR, email=mail, by=by, now=NOW)
    world.ids |= {"invitation:firm": row.public_id}
    world.leave("firm_admin", "invitation_token", token)


def _claims(session: Session, world: World, viewers: Mapping[str, Viewer]) -> None:
    free = session.exec(select(Park).where(Park.code == world.ids["park:free"])).one()
    grounds = world.leave("park2", "grounds", "canary grounds of a claim")
    world.ids["claim:park2"] = parks.claim(session, free, grounds=grounds, by=viewers["park2"], now=NOW).public_id
    theirs = session.exec(select(Park).where(Park.code == world.ids["park:park2"])).one()
    office = session.get_one(Organisation, viewers["park_admin"].organisation_id)
    offered = parks.offer_park(session, theirs, office.uscc or "", by=viewers["park2"], now=NOW)
    world.ids["handover:park2"] = offered.public_id


def _incentives(session: Session, world: World, by: Viewer) -> None:
    park = session.exec(select(Park).where(Park.code == world.ids["park:park"])).one()
    public = promise(session, park, IncentiveFields.model_validate(INCENTIVE), by=by, now=NOW)
    words = world.leave("text", "waiting", "按地方留成50%奖励 canary text that waits")
    blocked = {**INCENTIVE, "title": "税收奖励", "text": words}
    waiting = promise(session, park, IncentiveFields.model_validate(blocked), by=by, now=NOW)
    world.ids |= {"incentive:public": public.public_id, "incentive:waiting": waiting.public_id}
    row = session.exec(select(Screening).where(Screening.about_id == waiting.public_id)).one()
    world.ids["text:park"] = row.public_id


def _browsers(session: Session, world: World) -> None:
    query = select(SignIn.public_id).join(User).where(User.login == "firm_editor")
    world.ids["session:firm_editor"] = session.exec(query).one()


def _mandate(session: Session, world: World, viewers: Mapping[str, Viewer]) -> None:
    park = session.exec(select(Park).where(Park.code == world.ids["park:park2"])).one()
    agent = session.get_one(Organisation, viewers["agent"].organisation_id)
    made = mandates.give(session, park, agent.uscc or "", date(2027, 6, 30), by=viewers["park2"], now=NOW)
    mandates.answer(session, made.public_id, MandateStatus.ACTIVE, by=viewers["agent"], now=NOW)
    world.ids["mandate:agent"] = made.public_id


def _webhooks(session: Session, world: World, viewers: Mapping[str, Viewer]) -> None:
    """Of the enterprise and the park's office: what either learns in the journey is on its way to them."""
    for name, key in (("firm_admin", "firm"), ("park_admin", "park")):
        path = world.leave(name, "webhook", f"canary-path-of-{key}-hook")
        fields = WebhookFields(url=f"https://hooks.invalid/{path}")
        world.ids[f"webhook:{key}"] = webhooks.make(session, fields, secret="", by=viewers[name], now=NOW).public_id


def _inbox(session: Session, world: World, by: Viewer) -> None:
    """What one person wants to be told of, and what their organisation was told."""
    name = world.leave("firm_editor", "search", "canary-name-of-a-search")
    fields = ParkSearch(name=name, land_mu=Decimal(80))
    world.ids["search:firm"] = searches.save(session, fields, by=by, now=NOW).public_id
    kind, about = NoticeKind.SEARCH_FOUND, ("search", world.ids["search:firm"])
    inbox.tell(session, kind, to=by.organisation_id, about=about, now=NOW, key="sample")
    world.ids["notice:firm"] = session.exec(select(Notice.public_id).where(Notice.key == ":sample")).one()


def _proposal(session: Session, world: World, by: Viewer) -> None:
    """What an editor of the park's office saved and no approver has looked at yet."""
    park = session.exec(select(Park).where(Park.code == world.ids["park:park"])).one()
    fields = capacity.fields_of(session, park).model_copy(update={"power_kva": Decimal(77_000)})
    made = capacity.submit_sheet(session, park, fields, by=by, now=NOW)
    assert isinstance(made, Proposal)
    world.ids["proposal:park"] = made.public_id


def _help(session: Session, world: World, viewers: Mapping[str, Viewer]) -> None:
    """Somebody's second factor is to be taken away, and a second admin has not agreed yet."""
    row = HelpRequest(
        user_id=viewers["firm_viewer"].user_id, asked_by_id=viewers["platform_admin"].user_id, created_at=NOW
    )
    session.add(row)
    session.flush()
    world.ids["help:firm_viewer"] = row.public_id


def _places(session: Session, world: World, by: Viewer, approver: Viewer) -> None:
    """A plot that everybody reads, the source of a figure that no approver has let stand yet, and one that stands."""
    park = session.exec(select(Park).where(Park.code == world.ids["park:park"])).one()
    fields = PlotFields.model_validate({"name": "A-01 地块", "area_mu": 120, "land_use": "M1"})
    world.ids["plot:park"] = capacity.list_plot(session, park, PlotKind.PLOT, fields, by=by, now=NOW).public_id
    text = world.leave("park_editor", "evidence", "canary source that waits")
    paper = checked_upload("paper.pdf", PDF % world.leave("park_editor", "evidence", "canary in a paper").encode())
    said = EvidenceFields(text=text, dated_on=date(2026, 5, 8))
    world.ids["evidence:park"] = capacity.attach(session, park, "land", said, upload=paper, by=by, now=NOW).public_id
    paper = checked_upload(
        "paper.pdf", PDF % world.leave("park_editor", "evidence", "canary in a known paper").encode()
    )
    said = EvidenceFields(text="供电方案答复单", dated_on=date(2026, 5, 8))
    known = capacity.attach(session, park, "power", said, upload=paper, by=by, now=NOW)
    capacity.let_stand(session, park, known, by=approver, now=NOW)
    world.ids["paper:park"] = known.public_id
