"""Do likeness, linkage and chain fit of industries follow their formulas?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import industry
from matching.industry import (
    Portfolios,
    chain_fit,
    codes_of,
    division_shares,
    portfolio,
    portfolio_matrix,
    sector_of,
    sectors,
    similarity,
    tree_similarity,
)
from matching.reference import catalogue, gbt, linkage, words

CODES = st.sampled_from(sorted(gbt()))
CLASSES = st.sampled_from(sorted(code for code, each in gbt().items() if each.level == 4))
WORDS = st.lists(st.sampled_from(sorted(words())), min_size=1, max_size=6, unique=True)


@pytest.mark.parametrize(
    ("a", "b", "likeness"),
    [
        ("3841", "3841", 1.0),
        ("3841", "3842", 0.75),
        ("3841", "3811", 0.5),
        ("3841", "3411", 0.15),
        ("5131", "5211", 0.25),
        ("3841", "0111", 0.0),
        ("38", "38", 1.0),
        ("38", "34", 0.15),
        ("3841", "38", 2 * 2 / (4 + 2)),
        ("3841", "384", 2 * 3 / (4 + 3)),
        ("384", "38", 2 * 2 / (3 + 2)),
        ("51", "F", 2 * 1 / (2 + 1)),
        ("38", "C", 2 * 1 / (2 + 1) * 0.15 / 0.25),
    ],
)
def test_likeness_in_the_tree_is_that_of_the_deepest_shared_node(a, b, likeness):
    assert tree_similarity(a, b) == pytest.approx(likeness)


@given(CODES, CODES)
def test_likeness_is_symmetric_and_whole_only_with_itself(a, b):
    likeness = tree_similarity(a, b)
    assert likeness == tree_similarity(b, a)
    assert 0 <= likeness <= 1
    assert (likeness == 1) == (a == b)


@given(CLASSES, CLASSES)
def test_a_class_is_more_like_its_group_than_its_division_and_than_its_section(a, b):
    division, group = a[:2], a[:3]
    assert 1 > tree_similarity(a, group) > tree_similarity(a, division) > tree_similarity(a, gbt()[a].section)
    assert tree_similarity(a, b) <= tree_similarity(a, b[:2]) or a[:3] == b[:3]


def test_sectors_are_all_divisions_and_every_code_a_word_stands_for():
    divisions = [code for code, each in gbt().items() if each.level == 2]
    assert list(sectors()[:97]) == divisions
    assert set(sectors()) == set(divisions) | {code for codes in words().values() for code in codes}
    assert len(set(sectors())) == len(sectors())


@given(CODES)
def test_every_code_but_a_section_lies_in_a_sector(code):
    sector = sector_of(code)
    assert (sector is None) == (gbt()[code].level == 1)
    assert sector is None or (sector in sectors() and code.startswith(sector))


@given(CODES)
def test_similarity_is_the_larger_of_tree_and_technology(code):
    values = similarity(code)
    tree = np.array([tree_similarity(code, sector) for sector in sectors()])
    assert values.shape == (len(sectors()),)
    assert (values >= tree).all()
    assert (values <= np.maximum(tree, industry.TECHNOLOGY) + 1e-6).all()


def test_codes_of_one_input_output_sector_have_the_same_technology():
    at = {code: place for place, code in enumerate(sectors())}
    assert similarity("3411")[at["341"]] >= 0.6
    row = linkage().sector_of
    cosine = float(linkage().cosine[row["171"], row["18"]])
    assert cosine > 0.7
    assert similarity("1711")[at["18"]] == pytest.approx(0.6 * cosine, abs=1e-6)


@given(CODES)
def test_chain_linkage_joins_both_directions(code):
    links = industry.linkage(code)
    for values in (links.chain, links.up, links.down):
        assert values.shape == (len(sectors()),)
        assert values.min() >= 0
        assert values.max() <= 1
    assert (links.chain + 1e-6 >= np.maximum(links.up, links.down)).all()


def test_linkage_between_two_mapped_codes_is_that_of_their_sectors():
    table, at = linkage(), {code: place for place, code in enumerate(sectors())}
    need, park = table.sector_of["384"], table.sector_of["367"]
    links = industry.linkage("3841")
    assert links.up[at["3670"]] == pytest.approx(float(table.up[need, park]), abs=1e-6)
    assert links.down[at["3670"]] == pytest.approx(float(table.down[need, park]), abs=1e-6)
    assert links.chain[at["3670"]] == pytest.approx(float(table.chain[need, park]), abs=1e-6)


def test_linkage_with_a_division_is_the_mean_over_its_output():
    table, at = linkage(), {code: place for place, code in enumerate(sectors())}
    rows = sorted({row for prefix, row in table.sector_of.items() if prefix.startswith("38")})
    mean = np.average(table.up[table.sector_of["361"], rows], weights=table.output_cny[rows])
    assert industry.linkage("3611").up[at["38"]] == pytest.approx(float(mean), abs=1e-6)


def test_oil_fields_supply_refineries_and_refineries_buy_from_them():
    at = {code: place for place, code in enumerate(sectors())}
    assert industry.linkage("2511").up[at["07"]] == 1
    assert industry.linkage("07").down[at["25"]] > 0.8
    assert industry.supplies("07")[at["25"]] > industry.supplies("25")[at["07"]]


@given(CLASSES)
def test_goods_come_from_producers_and_go_to_producers_and_the_grid(code):
    links, supplied = industry.linkage(code), industry.supplies(code)
    if gbt()[code].section not in "ABCDE":
        return
    for place, sector in enumerate(sectors()):
        section = gbt()[sector].section
        assert links.up[place] == 0 or section in "ABC"
        assert links.chain[place] == links.down[place] == supplied[place] == 0 or section in "ABCD"


def test_services_and_electricity_supply_no_factory_yet_the_grid_buys_batteries():
    at = {code: place for place, code in enumerate(sectors())}
    table, links = linkage(), industry.linkage("1432")
    for sector in ("44", "51", "66", "72"):  # electricity, wholesale, finance, business services
        assert table.up[table.sector_of["143"], table.sector_of[sector]] > 0.4
        assert links.up[at[sector]] == 0
    assert not links.chain[[at["51"], at["66"], at["72"]]].any()
    assert links.up[at["13"]] > 0
    assert industry.linkage("3821").down[at["44"]] > 0


def test_a_service_keeps_its_links_with_factories():
    at = {code: place for place, code in enumerate(sectors())}
    assert industry.linkage("7259").down[at["14"]] > 0
    assert industry.linkage("7259").up[at["66"]] > 0


def test_what_produces_nothing_is_linked_with_nothing():
    assert not industry.linkage("9700").chain.any()


def test_an_unknown_code_is_an_error():
    for ask in (similarity, industry.linkage, industry.name_of, industry.supplies):
        with pytest.raises(KeyError):
            ask("9999")


@given(WORDS)
def test_a_portfolio_is_shares_of_sectors_that_sum_to_one(said):
    shares = portfolio(tuple(said))
    assert sum(shares.values()) == pytest.approx(1)
    assert set(shares) <= set(sectors())
    assert min(shares.values()) > 0


def test_a_word_of_a_park_counts_two_thirds_of_the_one_before_and_its_first_code_most():
    one, several = next(
        (a, b)
        for a in words()
        for b in words()
        if len(codes_of(a)) == 1 and len(codes_of(b)) == 3 and codes_of(a)[0] not in codes_of(b)
    )
    shares = portfolio((one, several))
    first, second, third = codes_of(several)
    assert shares[codes_of(one)[0]] == pytest.approx(3 / 5)
    assert shares[first] == pytest.approx(2 / 5 * 6 / 11)
    assert shares[second] == pytest.approx(shares[first] / 2)
    assert shares[third] == pytest.approx(shares[first] / 3)


def test_a_portfolio_by_division_keeps_the_whole():
    for park in catalogue()[::50]:
        shares = portfolio(park.industries)
        divisions = division_shares(shares)
        assert sum(divisions.values()) == pytest.approx(sum(shares.values()))
        assert all(len(code) == 2 for code in divisions)
        assert list(divisions.values()) == sorted(divisions.values(), reverse=True)


def test_no_words_and_words_that_mean_nothing_make_an_empty_portfolio():
    assert portfolio(()) == {}
    assert portfolio(("§§§",)) == {}


def test_a_word_outside_the_catalogue_counts_where_it_is_clear():
    assert "锂离子电池" not in words()
    assert codes_of("锂离子电池") == (sector_of("3841"),)
    assert portfolio(("锂离子电池", "§§§")) == {sector_of("3841"): 1.0}


@pytest.mark.parametrize(
    ("word", "codes"),
    [("新型显示", ("3974", "3985")), ("储能", ("3841", "3829")), ("高端装备", ("34", "35", "374", "371", "3737"))],
)
def test_a_policy_word_of_several_trades_counts_for_each_the_foremost_first(word, codes):
    assert word not in words()
    assert codes_of(word) == tuple(dict.fromkeys(map(sector_of, codes)))


def test_what_only_resembles_a_trade_does_not_count():
    assert codes_of("酒水") == codes_of("无此行业") == codes_of("石墨新材料") == ()


def test_a_matrix_has_a_row_for_each_portfolio():
    matrix = portfolio_matrix([portfolio(park.industries) for park in catalogue()])
    assert matrix.shape == (2543, len(sectors()))
    filled = np.array([bool(park.industries) for park in catalogue()])
    assert np.allclose(matrix.sum(axis=1), filled)
    assert portfolio_matrix([]).shape == (0, len(sectors()))


@given(CODES, st.lists(WORDS, min_size=1, max_size=4))
def test_chain_fit_is_its_formula(code, parks):
    portfolios = [portfolio(tuple(said)) for said in [*parks, ()]]
    fit = chain_fit(code, portfolio_matrix(portfolios))
    at = {sector: place for place, sector in enumerate(sectors())}
    alike, chained = similarity(code), industry.linkage(code).chain
    for row, shares in enumerate(portfolios):
        largest = max(shares.values(), default=1.0)
        same = max((share / largest * alike[at[sector]] for sector, share in shares.items()), default=0.0)
        linked = max((share / largest * chained[at[sector]] for sector, share in shares.items()), default=0.0)
        assert fit.value[row] == pytest.approx(1 - (1 - same) * (1 - industry.CHAIN * linked), abs=1e-12)
        assert fit.similarity[row] == pytest.approx(same)
        assert fit.linkage[row] == pytest.approx(linked)


@given(CLASSES)
def test_the_sectors_that_tell_are_those_of_the_park(code):
    parks = catalogue()[::40]
    matrix = portfolio_matrix([portfolio(park.industries) for park in parks])
    fit = chain_fit(code, matrix)
    links = industry.linkage(code)
    for row in range(len(parks)):
        if fit.same[row] >= 0:
            assert matrix[row, fit.same[row]] > 0
        if fit.linked[row] >= 0:
            assert matrix[row, fit.linked[row]] > 0
            assert fit.upstream[row] == (links.up[fit.linked[row]] >= links.down[fit.linked[row]])


def test_a_park_without_industries_fits_nothing_and_says_no_sector():
    fit = chain_fit("3841", portfolio_matrix([{}]))
    assert (fit.value[0], fit.same[0], fit.linked[0], bool(fit.upstream[0])) == (0, -1, -1, False)


def test_fits_do_not_depend_on_the_other_parks():
    matrix = portfolio_matrix([portfolio(park.industries) for park in catalogue()])
    whole, part = chain_fit("3841", Portfolios.of(matrix)), chain_fit("3841", matrix[100:200])
    assert np.array_equal(whole.value[100:200], part.value)
    assert np.array_equal(whole.same[100:200], part.same)
    assert np.array_equal(whole.linked[100:200], part.linked)


def test_a_maker_of_batteries_fits_battery_parks_better_than_farms():
    names = ("蓄电池", "汽车零部件", "食品")
    fit = chain_fit("3841", portfolio_matrix([portfolio((name,)) for name in names])).value
    assert fit[0] > fit[1] > fit[2]


@pytest.mark.parametrize(
    ("typed", "first"), [("3841", "3841"), ("3840", "384"), ("38411", "3841"), ("98", "97"), ("２６１４", "2614")]
)
def test_a_wrong_number_suggests_the_nearest_codes(typed, first):
    assert industry.nearest_codes(typed)[0] == first


def test_words_suggest_codes_and_nothing_suggests_none():
    assert "3841" in industry.nearest_codes("锂离子电池")
    assert industry.nearest_codes("  ") == []


def test_only_nodes_of_the_standard_are_codes():
    assert all(industry.is_code(code) for code in ("C", "38", "384", "3841"))
    assert not any(industry.is_code(code) for code in ("", "98", "385x", "38411", "锂电池"))
