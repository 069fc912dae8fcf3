"""Which product names stand in a description?

A Chinese product name puts its head last (汽车座椅面料 is a fabric); what is done with it (生产, 加工), how much
(年产 3 万吨) and what is built for it (项目, 生产线, 有限公司) stand around it and say nothing of the industry.
"""

import re
from collections.abc import Iterator

MOST_CLAUSES = 12
LONGEST = 60

CLAUSE = re.compile(r"[,;:!?。!?()\[\]{}<>《》〈〉【】「」『』“”‘’\"'|·…—~*=^\\\t]+|\.(?=\s|$)")
PART = re.compile(r"[、/&]|以及|(?<=..)[及与和或](?=..)|\band\b|\bor\b")
COUNTED = (
    "吨 台 套 件 辆 只 个 米 片 支 根 条 张 箱 瓶 粒 盒 头 羽 块 双 部 颗 对 架 艘 亩 元 人 升 株 尾 匹 枚 卷 令 "
    "公顷 公里 公斤 平方米 立方米 平米 标方 千瓦 兆瓦 平方公里 标箱 台套 万元 亿元 美元 "
    "m2 m3 gwh mwh kwh mw gw kw kva kv kg km t w h"
)
UNITS = "|".join(sorted(COUNTED.split(), key=lambda unit: (-len(unit), unit)))
QUANTITY = re.compile(
    r"(?:总|年|月|日)?(?:产能|产值|产|加工|处理|新增|投资|占地|建筑面积|规模)*(?:约|近|达|超|逾)?"
    rf"[0-9][0-9.,]*\s*(?:[多余]?[万亿千百]+)?\s*(?:{UNITS})(?![a-z])(?:\s*/?\s*(?:年|天|日|a\b))?(?:的|以上)?"
)
LEAD = re.compile(
    r"^(?:年产|日产|新建|扩建|改建|拟建|建设|投资|主营|主要|专业|专门|专注|专注于|从事|经营|各类|各种|其他|其它|本公司|我司|公司|"
    r"生产|制造|加工|研发|销售|需要|计划|拟|以|为|等|的|及|和|与|a|an|the|our)+\s*"
)
DONE = (
    "深加工 精深加工 精加工 加工 生产 制造 制作 研发 研制 开发 销售 产销 组装 装配 总装 配套 酿造 灌装 分装 分拣 "
    "分选 成型 缝制 整机 本体 项目 工程 技改 技术改造 改造 改扩建 扩建 新建 建设 扩产 生产线 产线 流水线 生产基地 "
    "制造基地 基地 产业园 产业基地 产业化 产业 工业园 园区 一期 二期 三期 工厂 厂家 厂商 厂 车间 企业 有限责任公司 "
    "股份有限公司 有限公司 公司 集团 科技 实业 系列产品 系列 成品 半成品 等产品 类产品 产品 业 商 等 类 的 及 和 与 "
    "manufacture manufacturing manufacturer production processing producer maker making factory project plant line "
    "company industry ltd inc co. product"
)
TAIL = re.compile(r"\s*(?:" + "|".join(sorted(DONE.split(), key=lambda word: (-len(word), word))) + r")$")
NEUTRAL = re.compile(
    r"^(?:高端|高性能|高品质|高质量|高附加值|高精度|高精密|高强度|高强|高效节能|高效|新型|新式|新一代|优质|先进|大型|"
    r"中大型|中小型|小型|各式|全自动|半自动|自动化|国产|进口|环保型|环保|绿色|节能型|节能|多功能|功能性|定制|特色|现代|"
    r"传统|普通|高档|中高档|中高端|精品|成套|大功率|小功率|轻量化|high-end|high-performance|advanced|new)\s*"
)
PROCESSING = ("加工", "深加工", "精深加工", "精加工", "制造", "制作")
TURNED = re.compile(r"^([a-z0-9 .+#-]+?) (?:of|for) (?:the |a |an )?(.+)$")
WITH = re.compile(r" (?:with|from|in|used|made|by|to) .*$")


def clauses(text: str) -> list[str]:
    """The pieces of a normalised text between its marks, the first ones of a long text, without amounts.

    English is put in the Chinese order, the head last: bottles of glass → glass bottles.
    """
    pieces = CLAUSE.split(text[: MOST_CLAUSES * LONGEST * 2])
    found = (TURNED.sub(r"\2 \1", WITH.sub("", QUANTITY.sub(" ", piece).strip(" -+.#"))) for piece in pieces)
    return [piece[:LONGEST] for piece in found if piece][:MOST_CLAUSES]


def parts(clause: str) -> list[str]:
    """The products of a clause that lists several (电芯与模组 → 电芯, 模组), without what is done with them (销售)."""
    return [part for part in (piece.strip() for piece in PART.split(clause)) if part and not TAIL.fullmatch(part)]


def readings(phrase: str) -> Iterator[tuple[str, bool]]:
    """The phrase and what is left of it as the words around the product fall; and whether it has been processed."""
    processed = False
    yield phrase, processed
    bare = LEAD.sub("", phrase) or phrase
    yield bare, processed
    while (found := TAIL.search(bare)) and found.start() > 0:
        bare = bare[: found.start()].strip()
        processed = processed or found[0].strip() in PROCESSING
        yield bare, processed
    while (found := NEUTRAL.match(bare)) and found.end() < len(bare):
        bare = bare[found.end() :]
        yield bare, processed
