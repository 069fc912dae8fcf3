"""Does a kept answer come again bit for bit, and is told what differs where it does not?"""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.answers import answer
from matching.errors import InputError
from matching.index import Index
from matching.kept import (
    Question,
    kept_document,
    park_document,
    park_from,
    question_document,
    question_from,
    ranking_of,
    replayed,
)
from matching.learn import TERMS, Learned
from matching.order import Switches
from matching.records import EnergyBasis, Park, Resources

NEED = {"industry": "3841", "land_mu": 7, "origin": "310114", "regions": {"prefer": ["34"]}}
PARKS = [
    Park(f"P{n}", adcode="341100", industries=("锂电池",), free=Resources(land_m2=1000.0 * n / 3)) for n in range(1, 30)
]
SWITCHES = Switches(
    {"P29": 0.1, "P7": 0.02}, Learned(dict.fromkeys(TERMS, 1.0) | {"land_slack": 2.5}, 90), diverse=True
)


def kept(parks: list[Park] | None = PARKS, switches: Switches = SWITCHES) -> dict[str, Any]:
    question = Question(NEED, None, 10, switches)
    index = Index.fit(PARKS if parks is None else parks)
    said = answer(ranking_of(index, question))
    document = kept_document(question, parks, said, date(2026, 11, 23))
    read: dict[str, Any] = json.loads(json.dumps(document, ensure_ascii=False))
    return read


@pytest.mark.parametrize("switches", [Switches(), SWITCHES])
def test_a_kept_answer_comes_again_bit_for_bit(switches: Switches) -> None:
    again = replayed(kept(switches=switches))
    assert again.same
    assert again.differences == ()


def test_all_of_a_question_is_written_and_read() -> None:
    for question in (
        Question(NEED),
        Question(NEED, "relocation", 7, SWITCHES, unverified_only=True, institution=False),
    ):
        assert question_from(json.loads(json.dumps(question_document(question)))) == question


def test_a_park_that_changed_since_is_told_by_rank_and_score() -> None:
    document = kept(switches=Switches())
    document["parks"][-1]["free"]["land_m2"] = 0.0
    again = replayed(document)
    assert not again.same
    assert again.differences[0].message == "Rank {rank} was {before} ({score_before}), it is {after} ({score_after})"
    assert again.differences[0].params["rank"] == 1


def test_another_engine_is_told_by_version() -> None:
    document = kept()
    document["answer"]["engine"] = "0.0.9"
    document["sha256"] = "0" * 64
    assert "engine" in [fault.where for fault in replayed(document).differences]


def test_an_answer_that_was_tampered_with_is_told() -> None:
    document = kept()
    document["answer"]["results"][0]["score"] = 0.99
    document["need"]["land_mu"] = 9
    assert replayed(document).differences[0].where == "answer"


@pytest.mark.parametrize("document", [None, [], {}, {"kept": 2}, {"kept": 1}, {"kept": 1, "need": 3}])
def test_what_is_no_kept_answer_is_refused(document: object) -> None:
    with pytest.raises(InputError):
        replayed(document)


@pytest.mark.parametrize(
    "said", [{"mode": "x"}, {"mode": ["x"]}, {"top": float("inf")}, {"parks": [{"code": "P1", "name": float("nan")}]}]
)
def test_a_kept_answer_with_damage_in_one_place_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        replayed(kept() | said)


AMOUNT = st.none() | st.floats(0, 1e9)
PARK = st.builds(
    Park,
    st.text(min_size=1, max_size=4),
    name=st.text(max_size=4),
    adcode=st.none() | st.sampled_from(["34", "341100"]),
    lon=AMOUNT,
    industries=st.lists(st.text(max_size=3)).map(tuple),
    chemical_park=st.none() | st.booleans(),
    free=st.builds(
        Resources,
        land_m2=AMOUNT,
        energy_basis=st.none() | st.sampled_from(EnergyBasis),
        emissions_t_a=st.dictionaries(st.sampled_from(["COD", "SO2"]), st.floats(0, 9)),
    ),
    replacement=st.dictionaries(st.sampled_from(["COD"]), st.floats(1, 3)),
    available_on=st.none() | st.dates(),
    green_power_share=st.none() | st.floats(0, 1),
)


@given(PARK)
def test_a_park_is_written_and_read_without_loss(park: Park) -> None:
    assert park_from(json.loads(json.dumps(park_document(park)))) == park
