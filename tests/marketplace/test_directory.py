"""Does the list of parks find, count and page what is there, no matter how much of it?"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from marketplace import capacity, directory, parks
from marketplace.capacity import SheetFields
from marketplace.directory import Order, Wish
from marketplace.parks import Park
from marketplace.resources import Source
from matching.reference import zones

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ON = date(2026, 11, 23)


@pytest.fixture
def full(session: Session) -> Session:
    """The catalogue, and four parks that said what land they have: one long ago, one of it invented."""
    parks.load_catalogue(session, now=NOW)
    for code, land, age, source in (
        ("G111001", 500, 0, Source.DECLARED),
        ("G112001", 100, 30, Source.SIMULATED),
        ("G156020", 900, 31, Source.DECLARED),
        ("G216034", 99, 0, Source.DECLARED),
    ):
        park, fields = parks.park_by_code(session, code), SheetFields.model_validate({"land_mu": land})
        day = ON - timedelta(days=age)
        capacity.save_sheet(session, park, fields, by=None, now=NOW, source=source, as_of=day)
    session.commit()
    return session


def names(session: Session, words: str, **wish: Any) -> list[str]:
    return [row.name for row in directory.found_parks(session, Wish(words=words, **wish), on=ON, size=3000).rows]


def zone_names(test: Callable[[Any], bool]) -> set[str]:
    return {zone.name for zone in zones() if test(zone)}


@pytest.mark.parametrize("order", list(Order))
def test_pages_hold_every_park_once_and_in_order(full: Session, order: Order) -> None:
    codes: list[str] = []
    after = ""
    while True:
        found = directory.found_parks(full, Wish(), on=ON, order=order, after=after, size=700)
        codes += [row.code for row in found.rows]
        if found.next is None:
            break
        after = found.next
    whole = [row.code for row in directory.found_parks(full, Wish(), on=ON, order=order, size=3000).rows]
    assert codes == whole
    assert (len(codes), len(set(codes)), found.total) == (2543, 2543, 2543)


def test_the_list_shows_first_who_has_land_today_and_says_who_spoke_too_long_ago(full: Session) -> None:
    rows = {row.code: row for row in directory.found_parks(full, Wish(), on=ON, size=3000).rows}
    assert list(rows)[:3] == ["G111001", "G112001", "G216034"]
    said = {
        code: (rows[code].free_mu, rows[code].stale, rows[code].simulated) for code in rows if rows[code].land_as_of
    }
    assert said == {
        "G111001": (Decimal(500), False, False),
        "G112001": (Decimal(100), False, True),
        "G216034": (Decimal(99), False, False),
        "G156020": (None, True, False),
    }


def test_words_are_found_in_names_places_industries_and_codes(full: Session) -> None:
    assert set(names(full, "高新技术")) == zone_names(lambda zone: "高新技术" in zone.name)
    assert names(full, "g111001") == names(full, "Ｇ111001") == ["北京经济技术开发区"]
    assert set(names(full, "合肥市")) >= zone_names(lambda zone: zone.prefecture == "340100")
    assert set(names(full, "锂电")) >= zone_names(lambda zone: any("锂电" in word for word in zone.industries))
    assert set(names(full, "安徽 食品")) == set(names(full, "安徽")) & set(names(full, "食品"))


def test_pinyin_and_initials_find_a_park(full: Session) -> None:
    name = "合肥经济技术开发区"
    for words in ("hefeijingji", "hefei kaifaqu", "hfjj", "HFJJJSKFQ", "合肥 jingji"):
        assert name in names(full, words), words
    assert names(full, "zzzzqqqq") == []


def test_signs_of_sql_are_signs(full: Session) -> None:
    for words in ("%", "_", "\\", "'", '"; DROP TABLE park', "100%", "a_b"):
        assert names(full, words) == [], words


def test_a_place_is_every_park_in_it(full: Session) -> None:
    assert set(names(full, "", place="34")) == zone_names(lambda zone: zone.province == "340000")
    assert set(names(full, "", place="340000")) == set(names(full, "", place="34"))
    assert set(names(full, "", place="3401")) == zone_names(lambda zone: (zone.prefecture or "") == "340100")


def test_facets_count_what_a_choice_would_leave_with_its_own_choice_lifted(full: Session) -> None:
    wish = Wish(words="经济", place="34", level="provincial")
    some = [zone for zone in zones() if "经济" in f"{zone.name} {' '.join(zone.industries)}"]
    place = Counter(zone.province for zone in some if zone.level == "provincial")
    level = Counter(zone.level for zone in some if zone.province == "340000")
    assert directory.counts_by(full, "place", wish, on=ON) == place
    assert directory.counts_by(full, "level", wish, on=ON) == level
    for facet in ("zone_type", "division"):
        for choice, count in directory.counts_by(full, facet, wish, on=ON).items():
            chosen = Wish(**{"words": "经济", "place": "34", "level": "provincial", facet: choice})
            assert directory.found_parks(full, chosen, on=ON).total == count


def test_land_counts_and_the_land_filter_know_only_what_holds_today(full: Session) -> None:
    assert directory.counts_by_land(full, Wish(), on=ON) == {1: 3, 100: 2, 300: 1, 1000: 0}
    assert names(full, "", land_mu=Decimal(100)) == ["北京经济技术开发区", "中关村科技园区"]
    later = ON + timedelta(days=31)
    assert directory.found_parks(full, Wish(land_mu=Decimal(1)), on=later).total == 0
    assert directory.counts_with_sheet(full) == (4, 1)


def test_a_merged_park_is_not_listed(full: Session) -> None:
    one, other = parks.park_by_code(full, "G111001"), parks.park_by_code(full, "G112001")
    parks.merge(full, one, other, by=None, now=NOW)
    assert names(full, "北京经济技术开发区") == ["中关村科技园区"]
    assert directory.found_parks(full, Wish(), on=ON).total == 2542


def test_what_moved_lately_comes_first(full: Session) -> None:
    park = parks.park_by_code(full, "G156020")
    capacity.reconfirm(full, park, by=None, now=NOW + timedelta(hours=1))
    news = directory.latest_sheets(full, since=NOW, most=2)
    assert [(each.code, each.moment, each.simulated) for each in news] == [
        ("G156020", NOW + timedelta(hours=1), False),
        ("G111001", NOW, False),
    ]
    assert directory.latest_sheets(full, since=NOW + timedelta(hours=2)) == []


def test_a_list_costs_the_same_few_queries_however_long_it_is(full: Session) -> None:
    engine = full.get_bind()
    assert isinstance(engine, Engine)
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.extend([args[2]] * args[2].startswith("SELECT"))

    event.listen(engine, "before_cursor_execute", note)
    for size in (1, 500):
        seen.clear()
        directory.found_parks(full, Wish(words="合肥"), on=ON, size=size, after="G111001")
        assert len(seen) == 3
    event.remove(engine, "before_cursor_execute", note)


def test_a_park_that_joined_is_found_like_the_others(full: Session, park: Park) -> None:
    for words in ("示例产业园", "czslcyy", "滁州 食品", park.code):
        assert park.name in names(full, words), words
