"""Which invented needs stand in the demonstration's hall of open needs?

Firms, amounts and places are invented; nobody can sign in for these firms. Some needs are alike on purpose, so that
counts of five and more show; some exclude the place where the firm is, so that the hall differs by reader.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from marketplace import disclosure, needs, organisations
from marketplace.disclosure import Limits
from marketplace.needs import HiddenFrom, Need, NeedFields
from marketplace.organisations import OrganisationKind, Role, Standing, User, Viewer

OPENLY = Limits(hidden_from=HiddenFrom(present_locality=False))
QUIETLY = Limits(hidden_from=HiddenFrom(present_locality=True))
FIRMS: Mapping[str, tuple[str, str]] = {
    "苏南": ("模拟·苏南新能源材料有限公司", "320583"),
    "浙北": ("模拟·浙北电芯科技有限公司", "330483"),
    "珠江": ("模拟·珠江储能系统有限公司", "441900"),
    "甬城": ("模拟·甬城汽车零部件有限公司", "330225"),
    "津门": ("模拟·津门精密机械有限公司", "120116"),
    "闽南": ("模拟·闽南鞋服有限公司", "350582"),
    "深圳": ("模拟·深圳微纳电子有限公司", "440306"),
    "鲁中": ("模拟·鲁中食品有限公司", "370784"),
    "温州": ("模拟·温州电气有限公司", "330382"),
}
Asked = tuple[str, str, str, Mapping[str, object], Limits]
_BATTERY = {"power_kva": "15 MVA", "energy_tce": 6000, "energy_basis": "calorific", "tax_10k_a": 4500, "jobs": 450}
NEEDS: Sequence[Asked] = (
    ("苏南", "3841", "储能电芯新基地", {"land_mu": 120, "investment_10k": 60000, **_BATTERY}, OPENLY),
    ("浙北", "3841", "圆柱电池扩产", {"land_mu": 160, "investment_10k": 75000, **_BATTERY}, OPENLY),
    ("珠江", "3849", "储能电池系统集成", {"land_mu": 130, "investment_10k": 55000, **_BATTERY}, OPENLY),
    ("温州", "3842", "镍氢电池搬迁", {"land_mu": 110, "investment_10k": 52000, **_BATTERY}, OPENLY),
    ("深圳", "3841", "软包电池产线", {"land_mu": 180, "investment_10k": 90000, **_BATTERY}, OPENLY),
    (
        "甬城",
        "3670",
        "汽车底盘件第二工厂",
        {"land_mu": 90, "power_kva": 6000, "investment_10k": 28000, "jobs": 320, "regions": {"prefer": ["34", "36"]}},
        OPENLY,
    ),
    (
        "甬城",
        "3392",
        "铝合金压铸件配套",
        {"land_mu": 60, "power_kva": 12000, "gas_m3_d": 20000, "investment_10k": 18000, "regions": {"only": ["34"]}},
        QUIETLY,
    ),
    (
        "津门",
        "3425",
        "数控机床总装",
        {"building_m2": 30000, "power_kva": 4000, "investment_10k": 22000, "supply_modes": ["building_lease"]},
        OPENLY,
    ),
    (
        "闽南",
        "1952",
        "运动鞋缝制车间",
        {"building_m2": 45000, "power_kva": 2500, "investment_10k": 9000, "regions": {"only": ["36", "43"]}},
        OPENLY,
    ),
    (
        "闽南",
        "1762",
        "针织面料后整理",
        {"land_mu": 45, "water_t_d": 1500, "wastewater_t_d": 1200, "emissions_t_a": {"COD": 22}},
        QUIETLY,
    ),
    (
        "深圳",
        "3982",
        "高密度线路板内地工厂",
        {"land_mu": 240, "power_kva": "30 MVA", "wastewater_t_d": 3000, "investment_10k": "22 亿元", "jobs": 1500},
        QUIETLY,
    ),
    (
        "鲁中",
        "1432",
        "速冻食品华中基地",
        {"land_mu": 130, "power_kva": 8000, "steam_t_h": 12, "investment_10k": 35000, "regions": {"prefer": ["41"]}},
        OPENLY,
    ),
    (
        "温州",
        "3823",
        "低压成套设备生产",
        {"building_m2": 18000, "power_kva": 2000, "investment_10k": 7000, "supply_modes": ["building_sale"]},
        OPENLY,
    ),
)


def fill_hall(session: Session, *, now: datetime) -> None:
    """Enter the invented firms and list their needs, over the days before."""
    viewers = {key: _firm(session, name, seat, now=now) for key, (name, seat) in FIRMS.items()}
    for place, (firm, industry, title, amounts, limits) in enumerate(NEEDS):
        at = now - timedelta(days=place % 7)
        said = {"industry": industry, "title": title, "description": title, "origin": FIRMS[firm][1], **amounts}
        fields = NeedFields.model_validate(said)
        need = needs.enter(session, fields, owner=viewers[firm], now=at, simulated=True)
        show(session, need, limits, by=viewers[firm], now=at)


def show(session: Session, need: Need, limits: Limits, *, by: Viewer, now: datetime) -> None:
    """List an invented need under its limits."""
    disclosure.limit(session, need, limits, version=need.version, by=by, now=now)
    disclosure.publish(session, need, by=by, now=now)


def _firm(session: Session, name: str, seat: str, *, now: datetime) -> Viewer:
    """A verified firm with a person who has no password."""
    firm = organisations.add_organisation(
        session, name, OrganisationKind.ENTERPRISE, now=now, adcode=seat, standing=Standing.VERIFIED, simulated=True
    )
    login = f"demo-{seat}"
    user = User(login=login, name="模拟联系人", password_hash="-", organisation_id=firm.id, created_at=now)
    user.role = Role.ADMIN
    session.add(user)
    session.flush()
    return organisations.viewer_as(session, user)
