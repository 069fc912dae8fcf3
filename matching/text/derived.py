"""What follows from the class of one product for another that is named after it?

GB/T 4754-2017 keeps parts with their product unless it has a class of its own for them, and puts the machines that make
a product under 34 and 35 by the industry that uses them: 电梯配件 is 3435, 豆腐生产设备 is 3531.
"""

import re

PARTS = re.compile(
    r"(?:专用|核心|关键|精密|主要)?"
    r"(?:零配件|零部件|零件|部件|配件|附件|组件|总成| parts?| components?| accessor(?:y|ies))$"
)
MACHINES = re.compile(
    r"(?:加工|生产|制造|专用|成套|自动化?)*"
    r"(?:设备|机械|装备|生产线|机组|装置|机| machine(?:s|ry)?| equipment)$"
)
PURPOSE = re.compile(r"^.{2,}?用(?=..)")

PARTS_OF = {
    "3571": "3576",
    "3572": "3576",
    "3574": "3576",
    "36": "3670",
    "3711": "3714",
    "371": "3715",
    "3751": "3752",
    "342": "3425",
    "385": "3857",
    "387": "3879",
    "3911": "3912",
    "373": "3734",
}
MACHINES_FOR = {
    "01": "3572",
    "02": "3573",
    "03": "3574",
    "04": "3575",
    "06": "3511",
    "07": "3512",
    "08": "3511",
    "09": "3511",
    "10": "3511",
    "13": "3532",
    "132": "3534",
    "139": "3531",
    "14": "3531",
    "15": "3531",
    "16": "3533",
    "17": "3551",
    "18": "3553",
    "19": "3552",
    "20": "3524",
    "21": "3524",
    "22": "3541",
    "23": "3542",
    "24": "3549",
    "25": "3521",
    "26": "3521",
    "268": "3543",
    "27": "3544",
    "28": "3551",
    "291": "3522",
    "292": "3523",
    "30": "3515",
    "304": "3546",
    "305": "3546",
    "307": "3546",
    "31": "3516",
    "32": "3516",
    "33": "3429",
    "381": "3561",
    "382": "3561",
    "3825": "3562",
    "383": "3561",
    "384": "3563",
    "385": "3499",
    "387": "3545",
    "397": "3562",
    "398": "3563",
    "46": "3597",
    "462": "3591",
    "77": "3591",
}


def part_of(code: str) -> str:
    """The class of the parts of a class's products."""
    return _longest(PARTS_OF, code) or code


def machine_for(code: str) -> str | None:
    """The class of the machines that make a class's products, where it is one."""
    return _longest(MACHINES_FOR, code)


def _longest(table: dict[str, str], code: str) -> str | None:
    return next((table[code[:digits]] for digits in range(len(code), 1, -1) if code[:digits] in table), None)
