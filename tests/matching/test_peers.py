"""Do the peers of the benchmarks do the product's work: the same top 20 as the public call?"""

import importlib.util
import shutil
from dataclasses import replace

import numpy as np
import pytest

from bench import frames, market, sql
from bench.ceiling import Ceiling
from bench.figures import Missing
from bench.flat import TOP, Flat, Tops, agree, flat, only_passing, structured
from matching.index import Index
from matching.records import Standing

PARKS, NEEDS = 240, 6
STANDINGS = tuple(Standing)


@pytest.fixture(scope="module")
def whole() -> tuple[Flat, Tops]:
    """A market as bare arrays, and the public call's answer to it."""
    index, needs = Index.fit(market.parks(PARKS)), [structured(need) for need in market.needs(NEEDS)]
    rows, keys = [], []
    for need in needs:
        found = index.parks_for(need, top=TOP, misses=0).results
        row = np.array([index.row_of[match.park.code] for match in found], dtype=int)
        filled = frames.padded(row, np.array([match.score - 1.5 * STANDINGS.index(match.standing) for match in found]))
        rows.append(filled[0])
        keys.append(filled[1])
    return flat(needs, index), Tops(np.array(rows, np.int32), np.array(keys, np.float32))


def test_numpy_blocks_answer_as_the_public_call(whole: tuple[Flat, Tops]) -> None:
    work, ours = whole
    assert (ours.rows >= 0).sum() > TOP
    assert agree(ours, only_passing(frames.numpy_blocks(work, NEEDS)))


def test_sqlite_answers_as_the_public_call(whole: tuple[Flat, Tops]) -> None:
    work, ours = whole
    with sql.sqlite(work, NEEDS) as (top, _):
        assert agree(ours, top(NEEDS))


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc: apt-get install gcc")
def test_the_bare_loop_answers_as_the_public_call(whole: tuple[Flat, Tops]) -> None:
    work, ours = whole
    assert agree(ours, Ceiling()(work))


@pytest.mark.parametrize(
    ("name", "module"), [("polars", "polars"), ("scikit_criteria", "skcriteria"), ("pymcdm", "pymcdm")]
)
def test_a_library_answers_as_the_public_call_or_says_what_installs_it(
    whole: tuple[Flat, Tops], name: str, module: str
) -> None:
    work, ours = whole
    if importlib.util.find_spec(module) is None:
        with pytest.raises(Missing, match="uv pip install"):
            getattr(frames, name)()
        return
    assert agree(ours, only_passing(getattr(frames, name)()(work, NEEDS)))


def test_another_answer_is_noticed(whole: tuple[Flat, Tops]) -> None:
    work, ours = whole
    swapped = ours.rows.copy()
    swapped[0, :2] = swapped[0, 1::-1]
    assert not agree(ours, replace(ours, rows=swapped)) or ours.keys[0, 0] - ours.keys[0, 1] < 2e-5
    cheaper = replace(work, weights=work.weights * np.float32(0.9))
    assert not agree(ours, only_passing(frames.numpy_blocks(cheaper, NEEDS)))
