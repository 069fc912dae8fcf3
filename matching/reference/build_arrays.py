"""How do the input–output table and the rail timetable become arrays, and what must hold of them?

Leontief 1936 and Ghosh 1958 as in Miller & Blair 2009: A = Z x̂⁻¹, L = (I−A)⁻¹; H = x̂⁻¹ Z, G = (I−H)⁻¹.
"""

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
SECTORS = 153
TEN_THOUSAND = 10_000
CAP_PERCENTILE = 98


def linkage_arrays(source: Path) -> dict[str, NDArray[np.generic]]:
    """What the engine needs of the 153-sector table of 2020. Raises ValueError where the table does not add up."""
    codes, names, flows, output = _flows(source / "io_cn_2020_153_flows_10kCNY.csv")
    a = _checked_coefficients(source / "io_cn_2020_153_A.csv", flows, output)
    identity = np.eye(SECTORS)
    b = np.linalg.inv(identity - a) - identity
    g = np.linalg.inv(identity - flows / output[:, None]) - identity
    length = np.linalg.norm(a, axis=0)
    cosine = np.clip((a.T @ a) / np.outer(length, length), 0, 1)
    np.fill_diagonal(cosine, 1)
    arrays = {"up": capped(b.T), "down": capped(g), "cosine": cosine}
    for name, array in arrays.items():
        check(bool(np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1), f"{name} leaves [0, 1]")
    gbt, rows = _map(source / "map_io153_to_gbt4754.csv", codes)
    return {
        "codes": np.array(codes),
        "names": np.array(names),
        "gbt": np.array(gbt),
        "gbt_row": np.array(rows, dtype=np.int16),
        "output_cny": output * TEN_THOUSAND,
        **{name: array.astype(np.float32) for name, array in arrays.items()},
    }


def capped(matrix: Matrix) -> Matrix:
    """f(x) = min(1, x / 98th percentile of the positive values off the diagonal); rounding noise below 0 is 0."""
    clean = np.where(matrix > 1e-12, matrix, 0.0)
    off = clean[~np.eye(len(clean), dtype=bool)]
    scale = float(np.percentile(off[off > 0], CAP_PERCENTILE))
    capped_to_one: Matrix = np.minimum(1.0, clean / scale)
    return capped_to_one


def rail_arrays(source: Path) -> dict[str, NDArray[np.generic]]:
    """Minutes between the 245 places with a known station, (245, 245); 0 is none."""
    with (source / "hsr_minutes.csv").open(encoding="utf-8-sig", newline="") as file:
        table = {(row["o_adcode"], row["d_adcode"]): int(row["hsr_path_min"]) for row in csv.DictReader(file)}
    adcodes = sorted({code for pair in table for code in pair})
    check((len(table), len(adcodes)) == (54188, 245), f"{len(table)} rail pairs between {len(adcodes)} places")
    check(all((b, a) in table for a, b in table), "a rail pair is known in one direction only")
    check(all(0 < minutes < 2**15 for minutes in table.values()), "a journey takes no time or weeks")
    check(table["110100", "310100"] == table["310100", "110100"] == 258, "Beijing–Shanghai takes 258 minutes")
    apart = [abs(minutes - table[b, a]) for (a, b), minutes in table.items()]
    check(max(apart) <= 240 and float(np.mean(apart)) < 12, "the two directions of a journey differ too much")
    row = {adcode: place for place, adcode in enumerate(adcodes)}
    minutes = np.zeros((len(adcodes), len(adcodes)), dtype=np.uint16)
    for (a, b), value in table.items():
        minutes[row[a], row[b]] = value
    return {"adcodes": np.array(adcodes), "minutes": minutes}


def _flows(path: Path) -> tuple[list[str], list[str], Matrix, Matrix]:
    """Codes, names, flows Z between sectors and gross output x (万元); its columns and rows add up."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *table = csv.reader(file)
    rows = {row[0]: dict(zip(head, row, strict=True)) for row in table}
    codes = head[3 : 3 + SECTORS]
    check(codes == [row[0] for row in table[:SECTORS]], "rows and columns of the flows are in another order")
    flows = np.array([[float(rows[a][b]) for b in codes] for a in codes])
    inputs, added, total = (np.array([float(rows[key][code]) for code in codes]) for key in ("TII", "TVA", "TI"))
    output = np.array([float(rows[code]["GO"]) for code in codes])
    check(np.allclose(flows.sum(axis=0), inputs, rtol=1e-6, atol=1), "intermediate inputs do not add up")
    check(np.allclose(inputs + added, total, rtol=1e-9, atol=1), "inputs and value added do not make total input")
    check(np.allclose(total, output, rtol=1e-6, atol=1), "total input is not gross output")
    check(abs(added.sum() * TEN_THOUSAND / 1e12 - 101.64) < 0.01, "value added is not 101.64 万亿")
    return codes, [rows[code]["name_zh"] for code in codes], flows, output


def _checked_coefficients(path: Path, flows: Matrix, output: Matrix) -> Matrix:
    """A = Z x̂⁻¹ from the flows, equal to the printed coefficients, columns below 1."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        printed = np.array([[float(cell) for cell in row[1:]] for row in list(csv.reader(file))[1:]])
    check(bool((output > 0).all()), "a sector puts nothing out")
    a = flows / output[None, :]
    check(float(np.abs(a - printed).max()) < 2e-8, "the printed coefficients are not flows by output")
    check(bool((a >= 0).all() and (a.sum(axis=0) < 1).all()), "a column of A is negative or reaches 1")
    return a


def _map(path: Path, codes: list[str]) -> tuple[list[str], list[int]]:
    """GB/T codes and the row of the sector each belongs to; no code begins another."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        pairs = sorted((row["gbt_prefix"], codes.index(row["io153_code"])) for row in csv.DictReader(file))
    gbt = [code for code, _ in pairs]
    check(len(set(gbt)) == len(gbt), "a GB/T code belongs to two sectors")
    check({row for _, row in pairs} == set(range(SECTORS)), "a sector has no GB/T code")
    check(not any(b.startswith(a) for a, b in pairwise(gbt)), "a mapped GB/T code begins another")
    return gbt, [row for _, row in pairs]


def check(holds: bool, fault: str) -> None:
    """Raises ValueError with what is wrong in the sources."""
    if not holds:
        raise ValueError(fault)
