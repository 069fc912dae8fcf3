"""Does `parkbridge export` write a sheet of parks that import reads back as nothing new, and name what is invented?"""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from marketplace.capacity import Capacity, SheetFields, Term, save_sheet
from marketplace.database import engine_for, migrate, reading, writing
from marketplace.imports import park_columns
from marketplace.journal import Act, Entry
from marketplace.parks import Park, ParkFields, join
from marketplace.resources import Source
from marketplace.sheets import read_sheet
from web import cli, exporting

NOW = datetime.now(UTC)
BEFORE = (NOW - timedelta(days=9)).date()
FACTS = {
    "name": "=示例园区",
    "adcode": "341100",
    "industries": ["装备制造", "新材料"],
    "introduction": "第一行\n-第二行",
}
SAID = {
    "land_mu": "1633.333333",
    "land_mu_used": 50,
    "power_kva": "20 MVA",
    "energy_tce": 900,
    "energy_basis": "calorific",
    "emissions_t_a": {"COD": 20, "Pb": "0.5"},
    "emissions_t_a_used": {"COD": 4},
    "replacement": {"COD": 2},
    "land_10k_mu": "18.5",
    "steam_cny_t": "0.21 元/kg",
    "wastewater_cny_m3": "2.75",
    "hazardous_waste_cny_t": 2600,
    "green_power_share": "12.5%",
    "chemical_park": False,
    "prohibited": ["2614", "1711"],
    "supply_modes": ["sale", "lease_then_sale"],
    "available_on": "2027-06-30",
}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "market.db"
    migrate(f"sqlite:///{path}")
    return path


def filled(migrated: Path, path: Path, *, said: bool) -> str:
    """A database with two parks of fixed codes; one has a sheet of which the prices are invented, if it is said."""
    shutil.copyfile(migrated, path)
    url = f"sqlite:///{path}"
    engine = engine_for(url)
    with writing(engine) as session:
        for code, facts in (("P1", FACTS), ("P2", {"name": "未填报园区"})):
            join(session, ParkFields.model_validate(facts), by=None, now=NOW).code = code
        if said:
            park = session.exec(select(Park).where(Park.code == "P1")).one()
            prices = SheetFields.model_validate({"land_10k_mu": "18.5"})
            save_sheet(session, park, prices, by=None, now=NOW, source=Source.SIMULATED)
            save_sheet(session, park, SheetFields.model_validate(SAID), by=None, now=NOW, as_of=BEFORE)
        session.commit()
    engine.dispose()
    return url


@pytest.fixture
def url(migrated: Path, tmp_path: Path) -> str:
    return filled(migrated, tmp_path / "market.db", said=True)


def told(url: str) -> dict[str, Any]:
    """Every figure with its source and date, and the acts of the journal that are exports."""
    engine = engine_for(url)
    with reading(engine) as session:
        found = figures(session)
        found["exports"] = [entry.facts for entry in session.exec(select(Entry).where(Entry.act == Act.EXPORTED))]
    engine.dispose()
    return found


def figures(session: Session) -> dict[str, Any]:
    lines = {row.resource: (row.design, row.used, row.basis, row.source) for row in session.exec(select(Capacity))}
    return lines | {row.name: (row.amount, row.value, row.source) for row in session.exec(select(Term))}


@pytest.mark.parametrize("name", ["园区.xlsx", "园区.csv"])
def test_what_went_out_comes_back_as_nothing_new_and_brings_the_same_sheet_elsewhere(
    migrated: Path, tmp_path: Path, url: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    assert cli.run(["export", "parks", str(file), "--db", url, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["parks"], answer["simulated"], answer["file"]) == (2, 1, str(file))
    for target, counts in ((url, (0, 2)), (filled(migrated, tmp_path / "other.db", said=False), (1, 1))):
        assert cli.run(["import", "parks", str(file), "--db", target, "--json"]) == 0
        took = json.loads(capsys.readouterr().out)
        assert (took["adds"], took["changes"], took["unchanged"]) == (0, *counts)
    here, there = told(url), told(target)
    assert here.pop("exports") == [{"rows": 2}]
    assert there.pop("exports") == []
    assert here == there
    assert {name for name, row in here.items() if row[-1] is Source.SIMULATED} == {"land_10k_mu"}
    assert cli.run(["export", "parks", str(file), "--db", url]) == 2  # a file that is there is not written over


def test_what_nobody_said_is_blank_and_one_date_stands_for_a_row(tmp_path: Path, url: str) -> None:
    file = tmp_path / "parks.csv"
    assert cli.run(["export", "parks", str(file), "--db", url]) == 0
    columns = exporting.headings(park_columns())
    first, second = read_sheet(file.name, file.read_bytes(), columns)
    assert second.cells == {"code": "P2", "name": "未填报园区"}
    assert (first.cells["name"], first.cells["land_mu"]) == ("=示例园区", "1633.333333")
    assert (first.cells["as_of"], first.cells["simulated"]) == (BEFORE.isoformat(), exporting.heading("land_10k_mu"))
    assert "steam_t_h" not in first.cells


@pytest.mark.parametrize(
    ("head", "cell", "where"),
    [("as_of", (NOW.date() + timedelta(days=3)).isoformat(), "as_of"), ("simulated", "不存在的列", "simulated")],
)
def test_a_date_to_come_and_a_mark_on_no_column_are_refused(
    tmp_path: Path, url: str, head: str, cell: str, where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "parks.csv"
    file.write_text(f"code,land_mu,{head}\nP2,100,{cell}\n", "utf-8")
    assert cli.run(["import", "parks", str(file), "--db", url]) == 2
    assert capsys.readouterr().err.startswith(f"parks.csv:2:{where}: ")


@pytest.mark.parametrize("name", ["parks.txt", "parks"])
def test_another_kind_of_file_is_refused(tmp_path: Path, url: str, name: str) -> None:
    assert cli.run(["export", "parks", str(tmp_path / name), "--db", url]) == 2
    assert not (tmp_path / name).exists()
