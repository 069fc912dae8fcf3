"""What binds two prefectures officially, and which listed firms have their seat in each?"""

import subprocess
import sys

import numpy as np
import pytest

from matching.reference import build_lists, prefectures, regions, zones
from matching.reference.lists import listed_firms, memberships, pairings
from matching.ties import listed, places, programmes, row_of, rows_of, ties

SHANGHAI, SUZHOU, SUQIAN, HUAINAN = map(row_of, ("310100", "320500", "321300", "340400"))


def test_importing_ties_reads_no_table():
    code = "import matching.ties as t, matching.reference.lists as r; print(r.pairings.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_there_are_370_places_in_the_order_of_their_codes():
    assert places() == tuple(sorted(prefectures()))
    assert len(places()) == 370


@pytest.mark.parametrize("code", ["31", "3101", "310000", "310100", "310115"])
def test_any_code_in_a_place_finds_it(code):
    assert row_of(code) == SHANGHAI


def test_a_province_an_unknown_code_and_none_are_no_place():
    assert rows_of(["340000", "34", "999999", "", None]).tolist() == [-1] * 5


def test_all_chongqing_is_one_place_and_a_directly_governed_county_stands_for_itself():
    assert {places()[row_of(code)] for code in ("50", "500101", "500200", "500233")} == {"500100"}
    assert places()[row_of("429004")] == "429004"


def test_every_zone_lies_in_a_place():
    assert min(rows_of(zone.adcode for zone in zones())) >= 0


def test_one_province_is_one_province():
    assert ties().same_province[SUZHOU, SUQIAN]
    assert not ties().same_province[SHANGHAI, SUZHOU]
    assert ties().same_province.sum(axis=1)[SHANGHAI] == 1


def test_lists_bind_in_both_directions_and_pairings_in_one():
    found = ties()
    for array in (found.same_province, found.metro, found.cluster):
        assert np.array_equal(array, array.T)
    assert found.paired[SHANGHAI, HUAINAN]
    assert not found.paired[HUAINAN, SHANGHAI]
    assert found.metro[row_of("510100"), row_of("510600")]
    assert not found.metro[row_of("510100"), row_of("320100")]
    assert found.cluster[SHANGHAI, SUZHOU]


def test_a_pairing_of_provinces_binds_their_places_apart_from_the_pairings_by_name():
    yangzhou, hanzhong = row_of("321000"), row_of("610700")
    assert ties().province_paired[yangzhou, hanzhong]
    assert not ties().paired[yangzhou, hanzhong]
    assert not ties().province_paired[hanzhong, yangzhou]


def test_who_asks_for_the_programmes_of_a_pair_gets_the_latest_first():
    found = programmes("320500", "321300")
    assert [(each.program, each.began) for each in found] == [
        ("江苏南北结对帮扶", 2022),
        ("江苏南北挂钩(2001-2021)", 2001),
    ]
    assert programmes("310112", "340400")[0].donor_county == "310112"
    assert programmes("340400", "310112") == programmes("310100", "999999") == ()


def test_every_pairing_and_member_is_of_a_known_region():
    for pairing in pairings():
        assert {pairing.donor, pairing.recipient} <= set(regions())
        assert {pairing.donor_county, pairing.recipient_county} <= {*regions(), None}
    assert {member.adcode for member in memberships()} <= set(places())
    assert int(ties().paired.sum()) == len({(p.donor, p.recipient) for p in pairings() if by_name(p)})


def by_name(pairing) -> bool:
    return not pairing.donor.endswith("0000") and not pairing.recipient.endswith("0000")


def test_the_lists_agree_with_the_facts_of_the_prefectures():
    for kind, column in (("city_cluster", "city_clusters"), ("metropolitan_area", "metropolitan_areas")):
        named = {code: set(getattr(facts, column)) for code, facts in prefectures().items()}
        assert named == {code: {m.name for m in memberships() if (m.kind, m.adcode) == (kind, code)} for code in named}


def test_listed_firms_stand_where_they_have_their_seat():
    found = listed()
    assert found.firms.shape == found.revenue_cny.shape == (370, 97)
    assert found.firms.sum() == 4665
    assert found.revenue_cny.sum() == pytest.approx(sum(row.revenue_cny for row in listed_firms()))
    shenzhen, electronics = row_of("440300"), found.divisions.index("39")
    assert found.firms[shenzhen, electronics] == max(found.firms[:, electronics])


def test_ties_cannot_be_changed_by_who_reads_them():
    with pytest.raises(ValueError, match="read-only"):
        ties().paired[0, 0] = True


def test_the_builder_refuses_a_county_it_does_not_know(tmp_path):
    head = "program,from_adcode,from_district,to_adcode,to_district,start_year,end_year\n"
    (tmp_path / "institutional_pairs.csv").write_text(head + "p,310100,不存在区,340400,,2021,\n", encoding="utf-8")
    with pytest.raises(ValueError, match="不存在区 is no county of 310100"):
        build_lists.pairing_rows(tmp_path, [])


def test_the_builder_refuses_lists_that_are_not_whole(tmp_path):
    (tmp_path / "institutional_lists.csv").write_text("list,name,adcode\n都市圈,南京,320100\n", encoding="utf-8")
    with pytest.raises(ValueError, match="members by list"):
        build_lists.membership_rows(tmp_path, {"320100"})
