"""Are places and industries found the way people type them, and called what people call them?"""

import pytest

from marketplace import taxonomy
from matching.reference import gbt, regions, words, zones


def codes(typed: str, top: int = 6) -> list[str]:
    return [choice.code for choice in taxonomy.industries_like(typed, top)]


def places(typed: str) -> list[str]:
    return [region.adcode for region in taxonomy.places_like(typed)[0]]


def test_the_grid_has_the_34_provinces_in_official_order_on_places_of_their_own():
    provinces = taxonomy.PROVINCES
    assert [each.adcode for each in provinces] == [code for code, each in regions().items() if each.level == "province"]
    assert len({(each.row, each.column) for each in provinces}) == 34
    assert all(regions()[each.adcode].name.startswith(each.name) for each in provinces)
    assert all(taxonomy.english_name(regions()[each.adcode]) == each.english for each in provinces)


def test_neighbours_on_the_ground_lie_on_their_side_of_the_grid():
    at = {each.name: (each.row, each.column) for each in taxonomy.PROVINCES}
    assert at["黑龙江"][0] < at["吉林"][0] < at["辽宁"][0]
    assert at["新疆"][1] < at["宁夏"][1] < at["北京"][1]
    assert at["海南"][0] > at["广东"][0] > at["湖北"][0]
    assert at["台湾"][1] > at["福建"][1] > at["广西"][1]


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("340123", "安徽省 合肥市 肥西县", "Feixi County, Hefei, Anhui"),
        ("34", "安徽省", "Anhui"),
        ("310114", "上海市 嘉定区", "Jiading District, Shanghai"),
        ("500101", "重庆市 万州区", "Wanzhou District, Chongqing"),
        ("500230", "重庆市 丰都县", "Fengdu County, Chongqing"),
        ("419001", "河南省 济源市", "Jiyuan, Henan"),
        ("513401", "四川省 凉山彝族自治州 西昌市", "Xichang, Liangshan, Sichuan"),
        ("610100", "陕西省 西安市", "Xi'an, Shaanxi"),
        ("371325", "山东省 临沂市 费县", "Feixian County, Linyi, Shandong"),
        ("150100", "内蒙古自治区 呼和浩特市", "Hohhot, Inner Mongolia"),
        ("999999", "999999", "999999"),
    ],
)
def test_a_region_is_called_by_its_path(code: str, chinese: str, english: str):
    assert taxonomy.region_label(code) == chinese
    assert taxonomy.region_label(code, english=True) == english


def test_every_region_has_a_name_in_both_languages():
    for code in regions():
        assert taxonomy.region_label(code)
        english = taxonomy.region_label(code, english=True)
        assert english.isascii()
        assert english[0].isupper()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("合肥", "340100"),
        ("合肥市", "340100"),
        ("hefei", "340100"),
        ("上海嘉定", "310114"),
        ("上海 嘉定", "310114"),
        ("3401", "340100"),
        ("anhui", "340000"),
        ("hf", "340100"),
        ("xian", "610100"),
        ("北京", "110000"),
        ("合肥是", "340100"),
    ],
)
def test_a_place_is_found_by_code_name_pinyin_and_initials(typed: str, first: str):
    assert places(typed)[0] == first


def test_only_one_meaning_is_beyond_doubt():
    assert taxonomy.places_like("合肥")[1]
    assert not taxonomy.places_like("朝阳区")[1]
    assert not taxonomy.places_like("hf")[1]
    assert taxonomy.places_like("  ") == ([], False)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("3841", "3841"),
        ("384", "384"),
        ("c", "C"),
        ("锂离子电池制造", "3841"),
        ("离子电池", "3841"),
        ("lilizidianchi", "3841"),
        ("llzdc", "3841"),
        ("电池制造", "384"),
        ("qichezhizao", "36"),
        ("qczzy", "36"),
        ("汽车", "36"),
        ("Pharma", "27"),
        ("textiles", "17"),
    ],
)
def test_an_industry_is_found_first_by_code_name_pinyin_initials_or_english(typed: str, code: str):
    assert codes(typed)[0] == code


def test_the_beginning_of_a_code_offers_what_it_begins():
    assert codes("384") == ["384", "3841", "3842", "3843", "3844", "3849"]
    assert all(code.startswith("38") for code in codes("38", top=20))


def test_pinyin_is_found_from_a_syllable_on():
    found = codes("dianchi")
    assert {"384", "3841", "3842"} <= set(found)
    assert all("dian chi" in gbt()[code].pinyin for code in found)


def test_a_word_of_the_catalogue_offers_its_codes_first():
    assert len(words()["装备制造"]) > 2
    assert codes("装备制造")[: len(words()["装备制造"])] == list(words()["装备制造"])


def test_nothing_typed_offers_nothing():
    assert taxonomy.industries_like("") == []
    assert taxonomy.industries_like("  ") == []


def test_no_more_are_offered_than_asked_for_and_none_twice():
    for typed in ("制造", "zhizao", "新材料", "a", "零售", "food"):
        found = codes(typed, top=5)
        assert len(found) == len(set(found)) <= 5


def test_every_industry_is_found_by_its_own_name():
    for code in list(gbt())[::37]:
        name = gbt()[code].name
        assert name in [choice.name for choice in taxonomy.industries_like(name)]


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("38", "电气机械和器材制造业", "Electrical machinery and equipment"),
        ("3841", "锂离子电池制造", "锂离子电池制造 (Electrical machinery and equipment)"),
        ("C", "制造业", "Manufacturing"),
        ("98", "98", "98"),
    ],
)
def test_an_industry_is_called_by_its_name(code: str, chinese: str, english: str):
    assert taxonomy.industry_label(code) == chinese
    assert taxonomy.industry_label(code, english=True) == english


def test_a_code_is_an_industry_or_nothing():
    assert taxonomy.industry_of("3841") == ("3841", "锂离子电池制造")
    assert taxonomy.industry_of("9999") is None


def test_every_word_the_catalogue_stores_has_a_label():
    assert {zone.level for zone in zones()} == set(taxonomy.LEVELS)
    assert {zone.zone_type for zone in zones()} == set(taxonomy.ZONE_TYPES)
    assert {zone.place_source for zone in zones()} == set(taxonomy.PLACE_SOURCES)
    assert {zone.note for zone in zones()} - {""} == set(taxonomy.NOTES)
