"""Are the reference facts complete, consistent and read only when asked for?"""

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from matching import reference
from matching.reference import (
    build,
    catalogue,
    english,
    gbt,
    linkage,
    prefectures,
    rail,
    rail_minutes,
    regions,
    words,
    zones,
)
from matching.reference.build_arrays import capped
from matching.reference.corrections import corrected
from matching.reference.pinyin import pinyin
from matching.reference.tables import Zone

ZONES = {zone.code: zone for zone in zones()}


def source_zone(**changed: str) -> dict[str, str]:
    row = {
        "code": "S110001",
        "name": "示例开发区",
        "level": "省级",
        "zone_type": "经济开发区",
        "province_adcode": "110000",
        "prefecture_adcode": "110100",
        "county_adcode": "110105",
        "approval_ym": "2006-01",
        "approval_ym_2": "",
        "area_ha": "100.5",
        "industries": "装备制造、新材料",
        "status_note": "",
        "lon": "116.4",
        "lat": "39.9",
        "coord_source": "amap_geocode",
        "loc_conf": "A",
    }
    return row | changed


def test_importing_the_reference_reads_no_table():
    code = (
        "import sys, matching.reference as r; print(any(f.cache_info().currsize for f in (r.zones, r.gbt, r.linkage)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_there_are_2543_zones_with_unlike_codes_in_order():
    assert len(zones()) == len(ZONES) == 2543
    assert [zone.code for zone in zones()] == sorted(ZONES)
    assert "S377018" in ZONES
    assert "S377018b" in ZONES


def test_zones_are_counted_by_level_and_type_as_announced():
    counts = Counter((zone.level, zone.zone_type) for zone in zones())
    assert {kind: count for (level, kind), count in counts.items() if level == "national"} == {
        "economic_technological": 219,
        "high_tech": 156,
        "customs": 135,
        "border": 19,
        "other": 23,
    }
    assert {kind: count for (level, kind), count in counts.items() if level == "provincial"} == {
        "economic": 986,
        "industrial": 848,
        "high_tech_park": 157,
    }


def test_how_sure_each_point_is_is_known():
    # the source has 2,168 A, 358 B, 17 C (checked when it is read); 33 zones are corrected
    assert Counter(zone.place_confidence for zone in zones()) == {"A": 2138, "B": 387, "C": 18}
    assert Counter(zone.place_source for zone in zones()) == {
        "geocode": 2260,
        "county_seat": 273,
        "prefecture_seat": 10,
    }


@pytest.mark.parametrize(
    ("code", "county"), [("G322018", "320505"), ("S419024", "410103"), ("G432034", "430211"), ("G611203", "610114")]
)
def test_a_zone_that_was_geocoded_to_another_county_lies_in_its_own(code, county):
    zone, seat = ZONES[code], regions()[county]
    assert (zone.county, zone.prefecture, zone.lon, zone.lat) == (county, county[:4] + "00", seat.lon, seat.lat)
    assert (zone.place_source, zone.place_confidence) == ("county_seat", "B")


def test_the_table_of_zones_holds_every_correction():
    with (Path(reference.__file__).parent / "corrections.csv").open(encoding="utf-8", newline="") as file:
        corrections = list(csv.DictReader(file))
    assert len(corrections) == 33
    for row in corrections:
        zone = ZONES[row["code"]]
        assert (zone.prefecture, zone.county or "") == (row["prefecture"], row["county"])
        assert zone.place_confidence == ("B" if row["county"] else "C")


PLACE = ("county", "lon", "lat", "place_source", "place_confidence")
SEATS = [
    ["320500", "苏州市", "", "prefecture", "320000", "120.58", "31.30"],
    ["320505", "虎丘区", "", "county", "320500", "120.57", "31.29"],
    ["320581", "常熟市", "", "county", "320500", "120.75", "31.65"],
]
ASTRAY = dict.fromkeys(Zone._fields, "") | {
    "code": "G322018",
    "prefecture": "320500",
    "county": "320581",
    "lon": "120.817",
    "lat": "31.609",
    "place_source": "geocode",
    "place_confidence": "A",
}


def correction(**changed: str) -> dict[str, str]:
    row = {
        "code": "G322018",
        "prefecture": "320500",
        "county": "320505",
        "lon": "",
        "lat": "",
        "reason": "it lies there",
    }
    return row | changed


def placed(row: dict[str, str]) -> list[object]:
    [found] = corrected([list(ASTRAY.values())], [row], SEATS)
    zone = dict(zip(Zone._fields, found, strict=True))
    return [zone[name] for name in PLACE]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({}, ["320505", "120.57", "31.29", "county_seat", "B"]),
        ({"lon": "120.5", "lat": "31.3"}, ["320505", "120.5", "31.3", "geocode", "B"]),
        ({"county": ""}, ["", "120.58", "31.30", "prefecture_seat", "C"]),
    ],
)
def test_a_correction_puts_a_zone_at_its_point_or_the_seat_that_is_known(changed, place):
    assert placed(correction(**changed)) == place


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"code": "G999999"}, "of no zone"),
        ({"county": "320599"}, "unknown region"),
        ({"county": "320581"}, "lies there"),
        ({"lon": "120.5"}, "half a point"),
        ({"reason": ""}, "without a reason"),
        ({"prefecture": "320581"}, "is not in"),
    ],
)
def test_a_correction_that_corrects_nothing_stops_the_build(changed, fault):
    with pytest.raises(ValueError, match=fault):
        placed(correction(**changed))


def test_every_zone_has_a_point_in_china_and_a_positive_area():
    assert all(73 < zone.lon < 136 and 3 < zone.lat < 54 for zone in zones())
    assert all(zone.area_ha is not None and zone.area_ha > 0 for zone in zones())


def test_every_zone_lies_in_known_regions():
    for zone in zones():
        assert regions()[zone.province].level == "province"
        assert zone.prefecture in regions()
        assert zone.county is None or zone.county in regions()
        assert zone.note == "outside_province" or zone.adcode[:2] == zone.province[:2]


def test_thirteen_customs_zones_under_construction_name_no_industries():
    bare = [zone for zone in zones() if not zone.industries]
    assert len(bare) == 13
    assert {(zone.zone_type, zone.note) for zone in bare} == {("customs", "under_construction")}


def test_eleven_zones_without_a_county_lie_in_their_prefecture():
    coarse = [zone for zone in zones() if zone.county is None]
    assert len(coarse) == 11  # 10 of the source; of G412113 the place found is known to be wrong
    assert all(zone.adcode == zone.prefecture for zone in coarse)


def test_the_zone_of_tibet_in_qinghai_lies_where_it_lies():
    zone = ZONES["S549004"]
    assert (zone.province, zone.prefecture, zone.adcode, zone.note) == (
        "540000",
        "632800",
        "632801",
        "outside_province",
    )


def test_an_area_that_cannot_be_right_is_kept_and_unknown_to_the_engine():
    parks = {park.code: park for park in catalogue()}
    assert (ZONES["S337081"].area_ha, ZONES["S337081"].note) == (9353.87, "area_questionable")
    assert parks["S337081"].area_m2 is None
    assert sum(park.area_m2 is None for park in catalogue()) == 1


def test_a_park_of_the_catalogue_says_what_the_catalogue_says_and_no_more():
    zone, park = ZONES["S377018b"], next(park for park in catalogue() if park.code == "S377018b")
    assert (park.name, park.level, park.adcode, park.industries) == (zone.name, zone.level, "370305", zone.industries)
    assert park.area_m2 == pytest.approx(1_969_100)
    assert park.free.land_m2 is None
    assert park.land_price_cny_m2 is None
    assert park.chemical_park is None
    assert park.supply_modes == ()


def test_gbt_4754_has_all_its_nodes_and_every_node_its_parent():
    assert Counter(industry.level for industry in gbt().values()) == {1: 20, 2: 97, 3: 473, 4: 1381}
    for code, industry in gbt().items():
        assert (industry.parent is None) == (industry.level == 1)
        if industry.parent is not None:
            assert gbt()[industry.parent].level == industry.level - 1
            assert gbt()[industry.parent].section == industry.section
        if industry.level > 2:
            assert code.startswith(str(industry.parent))


def test_3218_regions_hang_together():
    counts = Counter(region.level for region in regions().values())
    assert counts == {"province": 34, "prefecture": 338, "county": 2846}
    for region in regions().values():
        assert (region.parent is None) == (region.level == "province")
        assert region.parent is None or regions()[region.parent].level != "county"
        assert region.parent is None or region.parent[:2] == region.adcode[:2]


def test_directly_governed_counties_hang_on_their_province():
    direct = [each for each in regions().values() if each.level == "county" and str(each.parent).endswith("0000")]
    assert len(direct) == 32
    assert {each.adcode for each in direct} <= set(prefectures())


def test_every_word_of_the_catalogue_has_codes_of_the_standard():
    said = {word for zone in zones() for word in zone.industries}
    assert set(words()) == said
    assert len(said) == 1073
    assert all(codes and set(codes) <= set(gbt()) for codes in words().values())


def test_prefecture_facts_are_in_base_units_and_blank_is_unknown():
    facts = prefectures()
    assert set(facts) <= set(regions())
    assert len(facts) == 370
    assert facts["110100"].population_2020 == 21_893_095
    assert facts["110100"].gdp_2015_cny == 2_301_460_000_000
    assert facts["659001"].gdp_2015_cny is None
    assert sum(each.gdp_2015_cny is None for each in facts.values()) == 92
    assert all(each.urban_share_2020 is None or 0 < each.urban_share_2020 <= 1 for each in facts.values())
    assert facts["340100"].metropolitan_areas == ("合肥",)


def test_rail_minutes_are_known_between_245_places_in_both_directions():
    minutes = rail().minutes
    assert minutes.shape == (245, 245)
    assert int(np.count_nonzero(minutes)) == 54_188
    assert np.array_equal(minutes > 0, minutes.T > 0)
    assert not minutes.diagonal().any()


def test_beijing_shanghai_takes_258_minutes_from_any_code_in_them():
    assert rail_minutes("110100", "310100") == rail_minutes("310100", "110100") == 258
    assert rail_minutes("11", "310115") == 258
    assert rail_minutes("110105", "310000") == 258


def test_no_train_is_none():
    assert rail_minutes("540102", "310100") is None
    assert rail_minutes("310100", "310115") is None
    assert rail_minutes("340000", "310100") is None


def test_minutes_from_a_place_are_one_array():
    rows = rail().rows([None, "310115", "540100", "469005", "460000"])
    minutes = rail().minutes_from("460100", rows)
    assert np.isnan(minutes).tolist() == [True, True, True, False, True]  # Hainan has a railway of its own
    assert np.isnan(rail().minutes_from(None, rows)).all()


def test_linkages_are_shares_that_agree_with_each_other():
    table = linkage()
    for matrix in (table.up, table.down, table.chain, table.cosine):
        assert matrix.shape == (153, 153)
        assert matrix.min() >= 0
        assert matrix.max() <= 1
    assert np.allclose(table.chain, 1 - (1 - table.up) * (1 - table.down), atol=1e-6)
    assert np.allclose(table.cosine, table.cosine.T)
    assert np.allclose(table.cosine.diagonal(), 1)


def test_about_two_in_a_hundred_linkages_reach_the_cap():
    off = ~np.eye(153, dtype=bool)
    for matrix in (linkage().up, linkage().down):
        linked = matrix[off & (matrix > 0)]
        assert np.mean(linked == 1) == pytest.approx(0.02, abs=0.002)


def test_refineries_are_supplied_by_oil_fields_and_not_the_other_way():
    table = linkage()
    refinery, oilfield = table.sector_of["251"], table.sector_of["07"]
    assert table.up[refinery, oilfield] == 1
    assert table.down[oilfield, refinery] == 1
    assert table.up[oilfield, refinery] < 0.5


def test_gross_output_is_that_of_the_table_of_2020():
    assert float(linkage().output_cny.sum()) == pytest.approx(2.699e14, rel=1e-3)
    assert (linkage().output_cny > 0).all()


def test_every_class_but_that_of_international_organisations_belongs_to_one_sector():
    mapped = linkage().sector_of
    assert set(mapped) <= set(gbt())
    assert set(mapped.values()) == set(range(153))
    for code, industry in gbt().items():
        if industry.level == 4:
            assert sum(code.startswith(prefix) for prefix in mapped) == (0 if code == "9700" else 1)


def test_sections_divisions_and_provinces_have_english_names():
    coarse = {code for code, industry in gbt().items() if industry.level <= 2}
    provinces = {code for code, region in regions().items() if region.level == "province"}
    assert coarse | provinces <= set(english())
    assert set(english()) <= set(gbt()) | set(regions())
    assert all(name.isascii() and name for name in english().values())


def test_every_name_is_spelled_by_a_syllable_a_character():
    for region in regions().values():
        assert len(region.pinyin.split()) == len(region.name)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("长治市", "chang zhi shi"),
        ("长子县", "zhang zi xian"),
        ("重庆市", "chong qing shi"),
        ("六安市", "lu an shi"),
        ("单县", "shan xian"),
        ("漯河市", "luo he shi"),
        ("西藏自治区", "xi zang zi zhi qu"),
        ("朝阳市", "chao yang shi"),
        ("常熟综合保税区A区、B区", "chang shu zong he bao shui qu a qu b qu"),
    ],
)
def test_names_of_places_are_read_as_people_say_them(name: str, spelled: str):
    assert pinyin(name) == spelled
    stored = {region.name: region.pinyin for region in regions().values()}
    assert stored.get(name, spelled) == spelled


def test_the_builder_refuses_a_catalogue_that_is_not_whole():
    with pytest.raises(ValueError, match="2,543 zones, not 1"):
        build.zone_rows([source_zone()], {"110000", "110100", "110105"})


def test_the_builder_refuses_a_caveat_it_does_not_know():
    with pytest.raises(ValueError, match=r"unknown caveat of S110001: merged in 2020"):
        build.zone_rows([source_zone(status_note="merged in 2020")], set())


def test_the_builder_refuses_an_industry_without_its_parent():
    table = [{"code": "01", "name": "农业", "level": "2", "parent": "A", "section": "A"}]
    with pytest.raises(ValueError, match="industries by level"):
        build.industry_rows(table)


def test_f_is_linear_up_to_the_98th_percentile_off_the_diagonal():
    matrix = np.full((10, 10), 1.0)
    matrix[0, 1], matrix[2, 3], matrix[5, 5], matrix[4, 7] = 4.0, 0.0, 100.0, 0.5
    result = capped(matrix)
    assert result.max() == 1
    assert result[2, 3] == 0
    assert result[4, 7] / result[6, 8] == pytest.approx(0.5)


def test_the_reference_has_a_version():
    assert reference.VERSION
