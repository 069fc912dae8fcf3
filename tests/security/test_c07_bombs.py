"""C7: is what would fill the memory or the time of its reader refused in less than two seconds and 400 MB?"""

import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.sheets import read_sheet
from tests.security.bombs import BOMBS, book

ROOT = Path(__file__).parents[2]
MOST_S, MOST_MB = 2.0, 400  # of our own work: the machine may be busy with others'


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_as_a_document_and_as_a_sheet(bomb: str) -> None:
    command = [sys.executable, "-m", "tests.security.bombs", bomb]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert told[0] == "True"
    assert float(told[1]) < MOST_S
    assert float(told[2]) < MOST_MB


def test_a_full_sheet_is_read_in_the_small_box() -> None:
    cell = b'<c t="inlineStr"><is><t>%d</t></is></c>'
    rows = (b"".join(cell % (row * 40_009 + each) for each in range(40)) for row in range(15_000))
    names = {str(each): [str(each)] for each in range(40)}
    assert len(read_sheet("清单.xlsx", book(b"".join(b"<row>%s</row>" % row for row in rows)), names)) == 14_999
