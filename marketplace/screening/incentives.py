"""How does an incentive read that is put together from choices? Said in words, the same rules screen it."""

from collections.abc import Sequence
from enum import StrEnum


class Kind(StrEnum):
    """What is given."""

    GRANT = "grant"
    TAX = "tax"
    LAND = "land"
    RENT = "rent"
    ENERGY = "energy"
    QUOTA = "quota"
    FEE = "fee"
    SOCIAL = "social"
    SERVICE = "service"


class Beneficiary(StrEnum):
    """To whom."""

    OPEN = "open"
    LISTED = "listed"
    CASE = "case"
    RANK = "rank"
    OWNERSHIP = "ownership"
    NAMED = "named"


class Basis(StrEnum):
    """By what it is reckoned."""

    FIXED = "fixed"
    INVESTMENT = "investment"
    RESEARCH = "research"
    JOBS = "jobs"
    ENERGY_SAVED = "energy_saved"
    TAX_PAID = "tax_paid"


class Condition(StrEnum):
    """What is asked for it."""

    OPEN_PROCEDURE = "open_procedure"
    REGISTERED = "registered"
    TAXED = "taxed"
    COUNTED = "counted"
    MOVED = "moved"
    STAYS = "stays"
    LOCAL_ENTITY = "local_entity"
    LOCAL_PURCHASE = "local_purchase"


_GIVEN = {
    Kind.GRANT: "给予补助",
    Kind.TAX: "减免地方税收",
    Kind.LAND: "给予土地出让金返还",
    Kind.RENT: "给予厂房租金减免",
    Kind.ENERGY: "给予用电补贴",
    Kind.QUOTA: "优先配置能耗指标",
    Kind.FEE: "减免行政事业性收费",
    Kind.SOCIAL: "给予社会保险补贴",
    Kind.SERVICE: "提供代办服务",
}
_WHOM = {
    Beneficiary.OPEN: "对符合公开条件的所有企业",
    Beneficiary.LISTED: "对纳入名单的企业",
    Beneficiary.CASE: "对重大项目按一事一议",
    Beneficiary.RANK: "对世界500强、上市公司",
    Beneficiary.OWNERSHIP: "对国有企业",
    Beneficiary.NAMED: "对某某公司",
}
_BY = {
    Basis.FIXED: "按固定金额",
    Basis.INVESTMENT: "按设备投资额",
    Basis.RESEARCH: "按研发投入",
    Basis.JOBS: "按新增就业人数",
    Basis.ENERGY_SAVED: "按节能量",
    Basis.TAX_PAID: "按企业缴纳税收的比例",
}
_ASKED = {
    Condition.OPEN_PROCEDURE: "申报条件、标准和流程向社会公开",
    Condition.REGISTERED: "享受奖励的企业须在本地注册",
    Condition.TAXED: "享受奖励的企业须在本地纳税",
    Condition.COUNTED: "享受奖励的企业须在本地纳统",
    Condition.MOVED: "注册地迁入后兑现奖励",
    Condition.STAYS: "享受奖励后五年内不得迁出",
    Condition.LOCAL_ENTITY: "企业须在本地设立独立法人",
    Condition.LOCAL_PURCHASE: "企业须优先采购本地产品",
}


def said(kind: Kind, whom: Beneficiary, basis: Basis, asked: Sequence[Condition], amount: str = "") -> str:
    """The incentive in the words of a policy paper, a sentence a line: the same rules read these."""
    first = f"{_WHOM[whom]}，{_BY[basis]}{_GIVEN[kind]}{amount and f'（{amount}）'}。"
    return "\n".join([first, *(f"{_ASKED[condition]}。" for condition in Condition if condition in asked)])
