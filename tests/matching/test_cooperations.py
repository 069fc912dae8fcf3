"""Which prefectures do the names of documented cooperations mean?"""

import pytest

from matching.errors import InputError
from matching.evaluate.cooperations import ours, prefectures_named, read_cases
from matching.records import Mode
from matching.reference import regions
from matching.ties import places

HEAD = "origin_province,origin_city,dest_province,dest_city,mode\n"


@pytest.mark.parametrize(
    ("province", "city", "meant"),
    [
        ("江苏", "苏州(常熟)", "320500"),
        ("江苏", "苏州（常熟）", "320500"),
        ("青海", "海西州(格尔木)", "632800"),
        ("湖北", "荆州", "421000"),  # not 荆门, which begins so without its 州
        ("安徽", "宿州", "341300"),
        ("湖北", "恩施", "422800"),
        ("江苏", "昆山", "320500"),
        ("湖北", "仙桃", "429004"),
        ("上海", "上海(松江)", "310100"),
        ("上海", "", "310100"),
        ("重庆", "重庆(万州)", "500100"),
        ("", "深圳", "440300"),
        ("贵州", "黔南州", "522700"),
        ("吉林", "吉林", "220200"),
        ("江苏", "阜阳", "341200"),  # a city stands even where the province is mistaken
    ],
)
def test_a_name_of_a_report_means_one_prefecture(province, city, meant):
    assert prefectures_named(province, city) == (meant,)


def test_a_province_without_a_city_means_all_its_places():
    assert prefectures_named("西藏", "") == tuple(place for place in places() if place.startswith("54"))


@pytest.mark.parametrize(("province", "city"), [("江苏", "某某"), ("", ""), ("某省", ""), ("湖南", "(某园)")])
def test_what_is_no_place_means_none(province, city):
    assert prefectures_named(province, city) == ()


def test_every_prefecture_is_found_by_its_name_in_its_province():
    provinces = {region.adcode[:2]: region.name for region in regions().values() if region.level == "province"}
    astray = {
        region.name: found
        for place in places()
        if (region := regions()[place])
        and place != "500200"  # 重庆郊县 is part of Chongqing here
        and (found := prefectures_named(provinces[place[:2]], region.name)) != (place,)
    }
    assert astray == {}


def test_rows_are_read_with_their_mode_and_the_rest_is_named_with_the_reason():
    rows = (
        "浙江,嘉兴(桐乡崇福),浙江,杭州,飞地园区(反向)|研发+制造\n北京,北京,河北,保定,伙伴园区\n"
        "广东,深圳,广东,河源,总部+基地\n四川,成都(武侯),四川,成都(邛崃),伙伴园区\n"
        "江苏,某某,江苏,宿迁,飞地园区\n江苏,苏州,江苏,宿迁,别的\n"
    )
    found, unused = read_cases("\ufeff" + HEAD + rows)
    assert [(each.origins, each.destination, each.mode, each.reverse) for each in found] == [
        (("330400",), "330100", Mode.ENCLAVE, True),
        (("110100",), "130600", Mode.PARTNER, False),
        (("440300",), "441600", Mode.ENCLAVE, False),
    ]
    assert unused == (
        "四川成都(武侯) → 四川成都(邛崃): inside one prefecture, where prefectures do not differ",
        "江苏某某 → 江苏宿迁: no such place, or several",
        "江苏苏州 → 江苏宿迁: no known mode (别的)",
    )


def test_another_file_is_refused_by_the_columns_it_lacks():
    with pytest.raises(InputError) as refused:
        read_cases("origin_city,dest_city\n苏州,宿迁\n")
    assert [fault.params["name"] for fault in refused.value.faults] == ["origin_province", "dest_province", "mode"]


def test_our_own_list_names_two_unlike_places_each_pair_once_a_mode():
    assert len(ours()) == len({(each.origins, each.destination, each.mode, each.reverse) for each in ours()}) == 88
    for each in ours():
        assert {*each.origins, each.destination} <= set(places())
        assert each.destination not in each.origins
