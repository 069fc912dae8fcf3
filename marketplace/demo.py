"""What does the demonstration show? The real zones, and beside them invented sheets, needs and accounts marked as such.

All of it is written in one transaction: a demonstration that was killed halfway begins anew.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from marketplace import (
    capacity,
    kept,
    learning,
    mandates,
    members,
    needs,
    organisations,
    parks,
    registration,
    searches,
    signals,
    webhooks,
)
from marketplace.capacity import EvidenceFields
from marketplace.database import day_of
from marketplace.demo_exchanges import fill_exchanges, pdf
from marketplace.demo_needs import OPENLY, QUIETLY, fill_hall, show
from marketplace.demo_projects import fill_projects
from marketplace.demo_transfers import fill_transfers
from marketplace.disclosure import Limits
from marketplace.mandates import MandateStatus
from marketplace.members import PersonFields
from marketplace.needs import HiddenFrom, Need, NeedFields
from marketplace.organisations import Organisation, OrganisationKind, Role, Standing, User, Viewer
from marketplace.parks import Park
from marketplace.parks.incentives import IncentiveFields, promise
from marketplace.plots import PlotFields, PlotKind
from marketplace.registration import OrganisationFields
from marketplace.resources import Source
from marketplace.searches import NeedSearch, ParkSearch
from marketplace.signals import SignalKind
from marketplace.simulation import simulated_sheet
from marketplace.uploads import checked_upload
from marketplace.webhooks import WebhookFields
from matching import reference

PASSWORD = "parkbridge-demo"
PARK, ENTERPRISE, OTHER = "park", "enterprise", "enterprise2"
PLATFORM, PARK_EDITOR, OTHER_PARK, AGENT, NEWCOMER = "platform", "park-editor", "park2", "agent", "newcomer"
AUDITOR = "auditor"
USCC, AGENT_USCC = "91341100MA0M0N1X0M", "91310000MA0M0N2X0D"  # invented
ALSO_CLAIMED = "G341129"  # in the same province, with an invented sheet
CLAIMED = "G341132"  # 宣城经济技术开发区: it has an invented sheet

ORGANISATIONS = {
    PARK: ("模拟·开发区招商局", OrganisationKind.PARK, "模拟招商专员"),
    ENTERPRISE: ("模拟·华东锂电科技有限公司", OrganisationKind.ENTERPRISE, "模拟战略部"),
    OTHER: ("模拟·岭南家电有限公司", OrganisationKind.ENTERPRISE, "模拟规划部"),
    OTHER_PARK: ("模拟·第二开发区管委会", OrganisationKind.PARK, "模拟园区主任"),
    AGENT: ("模拟·长三角园区招商代理有限公司", OrganisationKind.ORGANIZER, "模拟代理专员"),
    PLATFORM: ("模拟·园桥平台运营方", OrganisationKind.PLATFORM, "模拟平台管理员"),
}
NEEDS: tuple[tuple[str, Mapping[str, object]], ...] = (
    (
        ENTERPRISE,
        {
            "title": "动力电池电芯与模组二期",
            "industry": "3841",
            "description": "锂离子动力电池电芯与模组",
            "origin": "310114",
            "land_mu": "150 亩",
            "power_kva": "20 MVA",
            "energy_tce": 8200,
            "energy_basis": "calorific",
            "water_t_d": 900,
            "wastewater_t_d": 300,
            "hazardous_waste_t_a": 40,
            "emissions_t_a": {"COD": 3.2, "NH3-N": 0.3, "VOCs": 2.0},
            "investment_10k": "8 亿元",
            "tax_10k_a": 6000,
            "output_10k_a": 150000,
            "jobs": 600,
            "land_price_max_10k_mu": 30,
            "regions": {"prefer": ["34", "32"], "exclude": ["31"]},
            "importance": ["industry_chain", "land_price", "distance"],
        },
    ),
    (
        ENTERPRISE,
        {
            "title": "电池结构件配套",
            "description": "动力电池铝壳与盖板冲压",
            "origin": "310114",
            "land_mu": "4 公顷",
            "land_least_share": "80%",
            "phases": [
                {"name": "一期", "share": "60%", "needed_on": "2027-09-30"},
                {"name": "二期", "share": "40%", "needed_on": "2029-06-30"},
            ],
            "power_kva": 6300,
            "investment_10k": 12000,
            "jobs": 180,
        },
    ),
    (
        OTHER,
        {
            "title": "空调整机内陆基地",
            "industry": "3852",
            "description": "家用空调整机与压缩机",
            "origin": "440606",
            "land_mu": 300,
            "power_kva": "15 MVA",
            "water_t_d": 1200,
            "investment_10k": "15 亿元",
            "tax_10k_a": 9000,
            "jobs": 1800,
            "regions": {"only": ["43", "36", "42", "45"]},
        },
    ),
)
GUARDED: Mapping[str, object] = {
    "title": "锂电回收与梯次利用",
    "industry": "4210",
    "description": "退役动力电池拆解与梯次利用",
    "origin": "310114",
    "land_mu": 80,
    "power_kva": 5000,
    "hazardous_waste_t_a": 300,
    "investment_10k": "3 亿元",
    "jobs": 120,
    "regions": {"prefer": ["34", "36"]},
}
PROMISES: tuple[Mapping[str, object], ...] = (
    {
        "title": "模拟·工业企业技术改造补助",
        "kind": "grant",
        "whom": "open",
        "basis": "investment",
        "asked": ["open_procedure"],
        "amount": "10%，最高 50 万元",
        "text": "对在园区内实施技术改造的工业企业按同一标准补助，不看注册地、规模和所有制。",
    },
    {
        "title": "模拟·招商奖励",
        "kind": "grant",
        "whom": "listed",
        "basis": "tax_paid",
        "text": "对链主企业按地方留成的30%给予奖励。\n享受奖励的企业五年内不得迁出，否则退还全部奖励。",
    },
)
PLOTS: tuple[tuple[PlotKind, Mapping[str, object]], ...] = (
    (
        PlotKind.PLOT,
        {"name": "模拟·A-01 地块", "area_mu": "44 公顷", "far_limit": 2, "land_use": "M1", "levelling": "seven"}
        | {"supply_mode": "sale", "price_10k_mu": 18, "available_on": "2026-12-31"},
    ),
    (
        PlotKind.PLOT,
        {"name": "模拟·A-02 地块", "area_mu": 120, "far_limit": "1.5", "land_use": "M2", "levelling": "five"}
        | {"supply_mode": "lease_then_sale", "available_on": "2027-06-30"},
    ),
    (
        PlotKind.BUILDING,
        {"name": "模拟·3 号标准厂房", "floor_area_m2": 12000, "fire_class": "C", "rent_cny_m2_month": 13}
        | {"supply_mode": "building_lease", "available_on": "2026-12-01"}
        | {"evidence": "模拟·房屋建筑面积测绘报告", "evidence_on": "2026-03-18"}
        | {f"floors.1.{name}": value for name, value in (("name", "首层"), ("area_m2", 3000), ("height_m", 8))}
        | {f"floors.1.{name}": value for name, value in (("load_t_m2", 2), ("crane_t", 10))}
        | {f"floors.2.{name}": value for name, value in (("name", "2–4 层"), ("area_m2", 9000), ("height_m", "5.5"))}
        | {f"floors.2.{name}": value for name, value in (("load_t_m2", "0.8"), ("lift_t", 3))},
    ),
)
CHOSEN = ((1, SignalKind.DETAIL), (3, SignalKind.DETAIL), (3, SignalKind.FAVOURITE))  # places of the kept list


SEARCHES: Mapping[str, ParkSearch | NeedSearch] = {  # what a firm and a park's office want to be told of
    ENTERPRISE: ParkSearch(
        name="模拟：皖北 80 亩",
        area="transfer_zone:皖北承接产业转移集聚区",
        land_mu=Decimal(80),
        power_kva=Decimal(20_000),
    ),
    PARK: NeedSearch(name="模拟：电气机械，看安徽", industry="38", place="340000"),
}


def fill(session: Session, *, now: datetime, parks_only: bool = False) -> None:
    """Fill an empty database; one that already holds parks is left as it is."""
    if session.exec(select(Park.id).limit(1)).first() is not None:
        return
    parks.load_catalogue(session, now=now)
    if parks_only:
        return
    _sheets(session, now=now)
    viewers = {login: _account(session, login, now=now) for login in ORGANISATIONS}
    _rights(session, viewers, now=now)
    _promises(session, viewers[PARK], now=now)
    _places(session, viewers[PARK], now=now)
    published = []
    for login, need in NEEDS:
        fields = NeedFields.model_validate(need)
        published.append(needs.enter(session, fields, owner=viewers[login], now=now, simulated=True))
    _choices(session, published[0], viewers[ENTERPRISE], now=now)
    _listings(session, published, viewers, now=now)
    _webhook(session, viewers[ENTERPRISE], now=now)
    for login, wish in SEARCHES.items():
        searches.save(session, wish, by=viewers[login], now=now)


def _webhook(session: Session, by: Viewer, *, now: datetime) -> None:
    """One that is paused, so that the demonstration sends nothing anywhere; its messages are invented."""
    fields = WebhookFields(url="https://oa.example/simulated")
    row = webhooks.make(session, fields, secret="", by=by, now=now - timedelta(days=6))
    for days, kind, status in ((5, "interest", 204), (2, "message", 503)):
        at, failure = now - timedelta(days=days), "" if status == 204 else "status"
        sent = webhooks.Delivery(
            webhook_id=row.id, kind=kind, about_kind="exchange", about_id="simulated", created_at=at
        )
        session.add(sent)
        session.flush()
        webhooks.delivered(session, sent, status=status, failure=failure, over=True, now=at)
    session.refresh(row)
    row.paused_at = now - timedelta(days=2)
    session.add(row)
    session.flush()


def _listings(session: Session, published: list[Need], viewers: Mapping[str, Viewer], *, now: datetime) -> None:
    """The hall of open needs: one of each kind by those who can sign in, and others' beside them."""
    show(session, published[0], OPENLY, by=viewers[ENTERPRISE], now=now)
    show(session, published[2], QUIETLY, by=viewers[OTHER], now=now)
    fields = NeedFields.model_validate(GUARDED)
    need = needs.enter(session, fields, owner=viewers[ENTERPRISE], now=now, simulated=True)
    hidden = HiddenFrom(parks=["G342020"], regions=["33"])
    show(session, need, Limits(hidden_from=hidden, raised={"investment_10k": 2}), by=viewers[ENTERPRISE], now=now)
    fill_hall(session, now=now)
    park = parks.park_by_code(session, CLAIMED)
    firm, office = viewers[ENTERPRISE], viewers[PARK]
    fill_exchanges(session, published[0], need, park, firm=firm, office=office, now=now)
    fill_projects(session, park, firm=firm, office=office, now=now)
    other = parks.park_by_code(session, ALSO_CLAIMED)
    fill_transfers(session, park, other, taken=viewers[OTHER], waiting=firm, office=office, now=now)


def accounts(session: Session) -> list[dict[str, str]]:
    """The demonstration's sign-ins: login, password, organisation."""
    rows = session.exec(
        select(User.login, Organisation.name)
        .join(Organisation)
        .where(Organisation.simulated, col(User.login).in_([*ORGANISATIONS, PARK_EDITOR, AUDITOR, NEWCOMER]))
        .order_by(col(User.id))
    )
    return [{"login": login, "password": PASSWORD, "organisation": name} for login, name in rows]


def _sheets(session: Session, *, now: datetime) -> None:
    on = day_of(now)
    known = {park.code: park for park in session.exec(select(Park))}
    drawn = ((known[zone.code], simulated_sheet(zone, on=on)) for zone in reference.zones())
    sheets = ((park, sheet.fields, sheet.as_of) for park, sheet in drawn if sheet)
    capacity.enter_sheets(session, sheets, source=Source.SIMULATED, now=now)


def _choices(session: Session, need: Need, by: Viewer, *, now: datetime) -> None:
    """A list that was kept, the parks of it that were looked at, how crowded the parks are: all of a simulated need."""
    on, fields = day_of(now), needs.fields_of(need)
    index = kept.index_now(session, None, on=on)
    row = kept.keep(session, index, need, fields, on=on, now=now)
    for place, kind in CHOSEN:
        park = parks.park_by_code(session, row.said["results"][place - 1]["park"])
        signals.note(session, need, park, kind, needs.document_of(fields), on=on, by=by, now=now, rank=place)
    learning.measure_crowding(session, index, now=now)


def _rights(session: Session, viewers: Mapping[str, Viewer], *, now: datetime) -> None:
    """Two offices speak for a park each, one of them has an editor; somebody waits to be verified."""
    for code, login in ((CLAIMED, PARK), (ALSO_CLAIMED, OTHER_PARK)):
        park, grounds = parks.park_by_code(session, code), "模拟：管委会“三定”方案与招商局授权书"
        claimed = parks.claim(session, park, grounds=grounds, by=viewers[login], now=now)
        parks.approve_claim(session, claimed, by=viewers[PLATFORM], now=now)
    office = session.get_one(Organisation, viewers[PARK].organisation_id)
    secret = organisations.hashed_password(PASSWORD)
    editor = PersonFields(person="模拟招商助理", login=PARK_EDITOR)
    members.enter(session, office, editor, secret, Role.EDITOR, now=now)
    operator = session.get_one(Organisation, viewers[PLATFORM].organisation_id)
    auditor = PersonFields(person="模拟审计员", login=AUDITOR)
    members.enter(session, operator, auditor, secret, Role.VIEWER, now=now)
    _mandates(session, viewers, now=now)
    twin = "模拟·华东锂电科技股份有限公司"
    said = OrganisationFields(organisation=twin, uscc=USCC, seat="341100", contact="模拟联系人")
    person = PersonFields(person="模拟注册人", login=NEWCOMER)
    waiting = OrganisationKind.ENTERPRISE
    user = registration.register(session, waiting, said, person, secret, letter=None, now=now)
    organisations.organisation_of(session, user.id).simulated = True


def _promises(session: Session, by: Viewer, *, now: datetime) -> None:
    """An incentive that everybody reads, and one that the screen held back."""
    park = parks.park_by_code(session, CLAIMED)
    for said in PROMISES:
        promise(session, park, IncentiveFields.model_validate(said), by=by, now=now)


def _places(session: Session, by: Viewer, *, now: datetime) -> None:
    """Plots and a building with its floors, and on what two figures of the sheet rest."""
    park = parks.park_by_code(session, CLAIMED)
    for kind, said in PLOTS:
        capacity.list_plot(session, park, kind, PlotFields.model_validate(said), by=by, now=now, simulated=True)
    for name, text in (("land", "模拟·国土空间规划批复"), ("power", "模拟·供电方案答复单")):
        paper, file = EvidenceFields(text=text, dated_on=day_of(now) - timedelta(days=200)), f"{text}.pdf"
        upload = checked_upload(file, pdf())
        capacity.attach(session, park, name, paper, upload=upload, by=by, now=now, simulated=True)


def _mandates(session: Session, viewers: Mapping[str, Viewer], *, now: datetime) -> None:
    """One agent with a mandate of each of two offices, until the end of next year."""
    session.get_one(Organisation, viewers[AGENT].organisation_id).uscc = AGENT_USCC
    session.flush()
    until = day_of(now).replace(month=12, day=31) + timedelta(days=365)
    for code, office in ((CLAIMED, PARK), (ALSO_CLAIMED, OTHER_PARK)):
        park = parks.park_by_code(session, code)
        given = mandates.give(session, park, AGENT_USCC, until, by=viewers[office], now=now)
        mandates.answer(session, given.public_id, MandateStatus.ACTIVE, by=viewers[AGENT], now=now)


def _account(session: Session, login: str, *, now: datetime) -> Viewer:
    name, kind, person = ORGANISATIONS[login]
    organisation = organisations.add_organisation(
        session, name, kind, now=now, standing=Standing.VERIFIED, simulated=True
    )
    user = organisations.add_user(session, organisation, login, person, PASSWORD, now=now)
    return organisations.viewer_as(session, user)
