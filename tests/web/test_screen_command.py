"""Does `parkbridge screen` answer as agreed, for texts as offices save them?"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from web import cli

TEXT = "一、总则\n招商方与落地方按5:5分享税收。\n二、扶持\n对链主企业一次性奖励500万元。\n"
HIT = {
    "rule": "R02",
    "article": "条例10(二)；办法19(一)、46",
    "words": "链主企业一次性奖励",
    "line": 4,
}


def screened(file: Path, content: bytes, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    file.write_bytes(content)
    code = cli.run(["screen", str(file), *words])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_that_trips_is_a_list_of_hits_and_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    code, out, err = screened(tmp_path / "policy.txt", TEXT.encode(encoding), capsys, "--json")
    assert (code, json.loads(out), err) == (1, [HIT], "")


@pytest.mark.parametrize("text", ["", "园区对内外地企业一视同仁。\n"])
def test_a_clean_text_is_an_empty_list_and_exit_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    assert screened(tmp_path / "policy.txt", text.encode(), capsys, "--json") == (0, "[]\n", "")


def test_without_json_each_hit_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = screened(tmp_path / "policy.txt", TEXT.encode(), capsys)
    assert (code, out, err) == (1, f"4: R02 {HIT['article']}: {HIT['words']}\n", "")


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04\x00\x00", b"\xff\xff\xff", b"\xd0\xcf\x11\xe0\xa1", "对链主奖励".encode("utf-16"), b"a\x07b"],
)
def test_what_is_no_text_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    code, out, err = screened(tmp_path / "policy.docx", content, capsys, "--json")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(str(tmp_path / "policy.docx"))


def test_a_file_that_is_missing_or_too_large_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["screen", str(tmp_path / "none.txt"), "--json"]) == 2
    assert capsys.readouterr().out == ""
    assert screened(tmp_path / "large.txt", b"a" * 5_000_001, capsys, "--json")[:2] == (2, "")


def test_screening_loads_neither_the_web_nor_the_database(tmp_path: Path) -> None:
    (tmp_path / "policy.txt").write_text(TEXT, encoding="utf-8")
    program = (
        "import sys, io; from web import cli; out = sys.stdout; sys.stdout = io.StringIO();"
        f"code = cli.run(['screen', {str(tmp_path / 'policy.txt')!r}, '--json']); sys.stdout = out;"
        "heavy = {'fastapi', 'starlette', 'sqlmodel', 'sqlalchemy', 'sklearn', 'numpy'};"
        "print(code, sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1 []"
