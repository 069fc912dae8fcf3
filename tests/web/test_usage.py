"""Is a wrong word on the command line refused in the reader's language, with what would be right?"""

import pytest
import typer

from web import cli, usage

WRONG = (
    ("rank x --top x", "--top: x 不是整数", "--top: x is no whole number"),
    ("rank x --top 0", "--top: 0 太小：至少为 1", "--top: 0 is too small: at least 1"),
    ("demo --port 99999", "--port: 99999 太大：至多为 65,535", "--port: 99999 is too large: at most 65,535"),
    ("congestion x --cap y", "--cap: y 不是数字", "--cap: y is no number"),
    ("rank", "NEED.json: 必须给出", "NEED.json: This must be given"),
    ("match x", "--out: 必须给出", "--out: This must be given"),
    ("rank x --mode", "--mode: 其后缺少取值", "--mode: A value is missing after it"),
    ("rank x --diverse=3", "--diverse: 它不带取值：请去掉", "--diverse: It takes no value: leave it away"),
    ("rank --nix", "--nix: 没有这个选项：是否为 --on？", "--nix: There is no such option: --on perhaps?"),
    ("foo", "foo: 没有这个命令：--help 列出全部", "foo: There is no such command: --help names them"),
    ("rank x y", "y: 多出的词", "y: That is a word too many"),
)


@pytest.mark.parametrize(("words", "chinese", "english"), WRONG, ids=[words for words, _, _ in WRONG])
def test_a_wrong_word_is_refused_in_both_languages(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: str, chinese: str, english: str
) -> None:
    for language, line in (("zh_CN.UTF-8", chinese), ("en_GB.UTF-8", english)):
        monkeypatch.setenv("LC_ALL", language)
        assert cli.run(words.split()) == 2
        assert capsys.readouterr() == ("", line + "\n")


def test_a_mode_that_is_none_names_those_there_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    modes = "relocation, hq_base, rd_manufacturing, market_product, enclave, partner"
    for command in ("rank x", "pairs"):
        assert cli.run([*command.split(), "--mode", "foo"]) == 2
        assert capsys.readouterr().err == f"--mode: foo 不在可选范围内：{modes}\n"


def test_what_is_not_known_here_is_said_as_it_was() -> None:
    fault = usage.fault_of(typer.BadParameter("Something\nelse."))
    assert (fault.where, fault.message) == ("", "Invalid value: Something else.")
