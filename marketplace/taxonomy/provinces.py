"""Where does each province stand on the tile grid, and what is it called?

A tile grid and not an outline map: outline maps of China need an approval number (审图号). The order is the official
one of GB/T 2260.
"""

from typing import NamedTuple


class Province(NamedTuple):
    """Short Chinese name, official English name, and a place on a grid of 8 rows and 7 columns, from the north-west."""

    adcode: str
    name: str
    english: str
    row: int
    column: int


PROVINCES: tuple[Province, ...] = (
    Province("110000", "北京", "Beijing", 2, 4),
    Province("120000", "天津", "Tianjin", 2, 5),
    Province("130000", "河北", "Hebei", 3, 4),
    Province("140000", "山西", "Shanxi", 2, 3),
    Province("150000", "内蒙古", "Inner Mongolia", 1, 4),
    Province("210000", "辽宁", "Liaoning", 2, 6),
    Province("220000", "吉林", "Jilin", 1, 6),
    Province("230000", "黑龙江", "Heilongjiang", 0, 6),
    Province("310000", "上海", "Shanghai", 4, 6),
    Province("320000", "江苏", "Jiangsu", 4, 5),
    Province("330000", "浙江", "Zhejiang", 5, 5),
    Province("340000", "安徽", "Anhui", 4, 4),
    Province("350000", "福建", "Fujian", 6, 5),
    Province("360000", "江西", "Jiangxi", 5, 4),
    Province("370000", "山东", "Shandong", 3, 5),
    Province("410000", "河南", "Henan", 3, 3),
    Province("420000", "湖北", "Hubei", 4, 3),
    Province("430000", "湖南", "Hunan", 5, 3),
    Province("440000", "广东", "Guangdong", 6, 4),
    Province("450000", "广西", "Guangxi", 6, 3),
    Province("460000", "海南", "Hainan", 7, 3),
    Province("500000", "重庆", "Chongqing", 4, 2),
    Province("510000", "四川", "Sichuan", 4, 1),
    Province("520000", "贵州", "Guizhou", 5, 2),
    Province("530000", "云南", "Yunnan", 5, 1),
    Province("540000", "西藏", "Xizang", 4, 0),
    Province("610000", "陕西", "Shaanxi", 3, 2),
    Province("620000", "甘肃", "Gansu", 3, 1),
    Province("630000", "青海", "Qinghai", 3, 0),
    Province("640000", "宁夏", "Ningxia", 2, 2),
    Province("650000", "新疆", "Xinjiang", 2, 0),
    Province("710000", "台湾", "Taiwan", 6, 6),
    Province("810000", "香港", "Hong Kong", 7, 5),
    Province("820000", "澳门", "Macao", 7, 4),
)
