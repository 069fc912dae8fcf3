"""Which public facts stand behind the pages, of which year, and what must a reader beware of?"""

from typing import NamedTuple

from web.i18n import N_


class Fact(NamedTuple):
    """One source: what it gives, its own title as printed, its year, what it is used for and its caveat."""

    what: str
    title: str
    year: str
    used: str
    beware: str


FACTS = (
    Fact(
        N_("Zones"),
        "《中国开发区审核公告目录（2018年版）》（国家发展改革委等六部门公告2018年第4号）",
        "2018",
        N_("Names, codes, level, type, approved area and leading industries of 2,543 zones"),
        N_("Status of 2018: zones were since upgraded, merged and renamed. It says nothing about free land."),
    ),
    Fact(
        N_("Where a zone lies"),
        "《中国开发区审核公告目录（2018年版）》；GB/T 2260",
        "2018–2019",
        N_("Distances and travel times"),
        N_("Points are derived: 2,289 by name on a map service, 245 at the county seat, 9 at the prefecture seat."),
    ),
    Fact(
        N_("Industry codes"),
        "GB/T 4754-2017《国民经济行业分类》",
        "2017",
        N_("Divisions, groups and classes; free words are read into codes"),
        N_("The zones' own words are free. Each of the 1,073 words was mapped to codes by us and may be wrong."),
    ),
    Fact(
        N_("Who supplies whom"),
        "国家统计局《2020年全国投入产出表》（153部门）",
        "2020",
        N_("Fit along the industry chain: suppliers and customers nearby"),
        N_("A national average of 153 sectors: it knows no single firm."),
    ),
    Fact(
        N_("Cities"),
        "第六、第七次全国人口普查；《中国城市统计年鉴2016》；教育部《全国高等学校名单》",
        "2010–2020",
        N_("Population, output, universities and transport of the prefecture"),
        N_("Output and revenue are of 2015. A blank is unknown, not zero."),
    ),
    Fact(
        N_("Rail minutes"),
        "全国铁路列车时刻表（2016、2021）",
        "2016–2021",
        N_("Door-to-door hours between cities"),
        N_("Lines opened since 2016 at small cities are missing: no entry does not mean no train."),
    ),
)
