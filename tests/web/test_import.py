"""Does `parkbridge import` say what a sheet would change, and write all of it or nothing?"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from marketplace.database import engine_for, migrate, reading, writing
from marketplace.imports import need_columns, park_columns
from marketplace.organisations import OrganisationKind, Standing, add_organisation, add_user
from marketplace.parks import Park
from web import cli, exporting


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'market.db'}"
    migrate(made)
    return made


def parks_in(url: str) -> list[str]:
    engine = engine_for(url)
    with reading(engine) as session:
        names = list(session.exec(select(Park.name)).all())
    engine.dispose()
    return names


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "parks.csv"
    path.write_bytes(text.encode(encoding))
    return path


def good() -> str:
    land, used = exporting.heading("land_mu"), exporting.heading("land_mu_used")
    return (
        f"{exporting.heading('name')},{exporting.heading('adcode')},{land}（亩）,{used}\n示例园区,341100,10 公顷,50\n"
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_dry_run_says_what_would_happen_and_writes_nothing(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    path = written(tmp_path, good(), encoding)
    assert cli.run(["import", "parks", str(path), "--db", url, "--dry-run", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"adds": 1, "changes": 0, "unchanged": 0, "dry_run": True, "rejects": []}
    assert parks_in(url) == []


def test_a_good_sheet_is_written(tmp_path: Path, url: str) -> None:
    assert cli.run(["import", "parks", str(written(tmp_path, good())), "--db", url]) == 0
    assert parks_in(url) == ["示例园区"]


def test_one_wrong_cell_leaves_everything_unwritten_and_is_named(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "name,land_mu\n甲园区,100\n乙园区,很多\n")
    assert cli.run(["import", "parks", str(path), "--db", url]) == 2
    assert capsys.readouterr().err.startswith("parks.csv:3:land_mu: ")
    assert parks_in(url) == []


def test_needs_belong_to_the_account_they_are_imported_for(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    engine = engine_for(url)
    with writing(engine) as session:
        firm = add_organisation(session, "甲企业", OrganisationKind.ENTERPRISE, now=now, standing=Standing.VERIFIED)
        add_user(session, firm, "anna", "安娜", "a long password", now=now)
        session.commit()
    engine.dispose()
    path = written(tmp_path, "industry,land_mu\n3841,150 亩\n")
    assert cli.run(["import", "needs", str(path), "--for", "anna", "--db", url, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["adds"] == 1
    assert cli.run(["import", "needs", str(path), "--for", "nobody", "--db", url]) == 2


@pytest.mark.parametrize("words", [["missing.csv"], ["missing.csv", "--db", "mysql://x"]])
def test_a_file_that_is_not_there_is_the_callers_fault(words: list[str], url: str) -> None:
    assert cli.run(["import", "parks", *words, *([] if "--db" in words else ["--db", url])]) == 2


def test_a_database_that_is_not_migrated_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, good())
    (tmp_path / "new.db").touch()
    assert cli.run(["import", "parks", str(path), "--db", f"sqlite:///{tmp_path / 'new.db'}"]) == 2
    assert "parkbridge migrate" in capsys.readouterr().err


def test_a_missing_database_is_named_and_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, good())
    missing = tmp_path / "no" / "market.db"
    assert cli.run(["import", "parks", str(path), "--db", f"sqlite:///{missing}", "--dry-run"]) == 2
    assert str(missing) in capsys.readouterr().err
    assert not missing.parent.exists()


@pytest.mark.parametrize("columns", [park_columns(), need_columns()], ids=["parks", "needs"])
def test_no_two_columns_share_a_heading(columns: list[str]) -> None:
    ways = exporting.headings(columns)
    said = [word for words in ways.values() for word in set(words)]
    assert len(said) == len(set(said))
