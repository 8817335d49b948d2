"""The made-up register: the same each time, and its bad rows are those that it tells of."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from clusterkg import tables, tabular, version
from clusterkg.csvw import conversion, metadata

GENERATOR = Path(__file__).parent.parent / "benchmarks" / "spreadsheet.py"
UNCUT = ("NUL", "cut off", "open quote", "other encoding", "shifted columns")


def generated(folder: Path, *more: str, rows: int = 8_000) -> dict[str, Any]:
    subprocess.run([sys.executable, GENERATOR, "--rows", str(rows), "--out", folder, *more],
                   check=True, capture_output=True)
    truth = json.loads((folder / "truth.json").read_text())
    assert isinstance(truth, dict)
    return truth


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    generated(folder, "--changed", "30")
    return folder


def test_the_same_seed_gives_the_same_register(register: Path, tmp_path: Path) -> None:
    assert generated(tmp_path)["entered"] == json.loads(
        (register / "truth.json").read_text())["entered"]
    assert (tmp_path / "register.csv").read_bytes() == (register / "register.csv").read_bytes()


def test_an_edit_changes_some_rows_and_no_other(register: Path) -> None:
    truth = json.loads((register / "truth.json").read_text())
    before, after = ((register / name).read_bytes().split(b"\n")
                     for name in ("register.csv", "edited/register.csv"))
    differ = [number for number, pair in enumerate(zip(before, after, strict=True), 1)
              if pair[0] != pair[1]]
    assert set(truth["changed"]) <= set(differ)
    assert 20 < len(truth["changed"]) <= len(differ) <= 33


def test_one_row_in_a_hundred_is_bad_in_each_way(register: Path) -> None:
    truth = json.loads((register / "truth.json").read_text())
    bad = sum(map(len, truth["quarantined"].values()))
    assert 0.005 < bad / truth["rows"] < 0.015
    assert set(truth["quarantined"]) == set(truth["blamed"])
    assert len(truth["blamed"]) == 18
    assert truth["rows"] == truth["entered"] + bad + len(truth["skipped"]) == 8_000


def test_rows_that_cannot_be_cut_are_refused_and_no_other(register: Path) -> None:
    truth = json.loads((register / "truth.json").read_text())
    with tables.connect() as connection:
        grid = tabular.load(connection, register / "register.csv")
        refused = [row for row, in connection.execute(
            "SELECT row FROM refused ORDER BY row").fetchall()]
    assert refused == sorted(line for kind in UNCUT for line in truth["quarantined"][kind])
    assert grid.read == truth["rows"]
    assert grid.columns == tuple(column["titles"] for column in json.loads(
        (register / "register.json").read_text())["tableSchema"]["columns"][:12])


def test_its_mapping_is_one(register: Path) -> None:
    assert len(metadata.read(register / "register.json").columns) == 14


def test_every_bad_row_ends_in_quarantine_and_no_other(register: Path, built: Path,
                                                       tmp_path: Path) -> None:
    truth = json.loads((register / "truth.json").read_text())
    described = json.loads((register / "register.json").read_text())
    for column in described["tableSchema"]["columns"]:
        if column.get("titles") == "行业代码":  # the packaged knowledge has no industries
            del column["ckg:resolve"], column["propertyUrl"]
    (tmp_path / "register.json").write_text(json.dumps(described))
    mapping = metadata.read(tmp_path / "register.json")
    with tables.connect() as connection:
        grid = tabular.load(connection, register / "register.csv", mapping.dialect)
        conversion.convert(connection, mapping, grid, version.current(built))
        refused, skipped = ([row for row, in connection.execute(
            f"SELECT DISTINCT row FROM {table} ORDER BY row").fetchall()]
            for table in ("refused", "skipped"))
    assert refused == sorted(row for rows in truth["quarantined"].values() for row in rows)
    assert skipped == truth["skipped"]


def measured(what: str, rows: int, seconds: float, peak: float = 500.0) -> dict[str, Any]:
    return {"what": what, "rows": rows, "seconds": seconds, "peak": peak, "steps": {"read": 1.0},
            "builds": 1, "load": 0.5}


def found(rows: int, second: float, *, right: bool = True) -> dict[str, Any]:
    return {"runs": [measured("first import", rows, rows / 5_000),
                     measured("second edition", rows, second)],
            "checks": [{"rows": rows, "what": "rows add up", "right": right, "said": ""}],
            "kinds": {str(rows): {"NUL": 1}}, "reasons": {str(rows): [[1, "", "a NUL character"]]}}


def test_what_was_measured_is_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(GENERATOR.parent))
    imported = import_module("imported")
    assert imported.write(found(100_000, 1.0), tmp_path) == 0
    assert imported.write(found(1_000_000, 90.0), tmp_path) == 0
    text = (tmp_path / "IMPORTING.md").read_text(encoding="utf-8")
    assert "3.3 minutes, 0.5 GB (load when it ended 0.5) | yes |" in text
    assert "power 1.00 of rows | yes |" in text
    assert "1.0 s of 20.0 s: 5% | yes |" in text
    assert "90.0 s of 200.0 s: 45% | **no** |" in text
    assert imported.write(found(100_000, 1.0, right=False), tmp_path) == 1
    text = (tmp_path / "IMPORTING.md").read_text(encoding="utf-8")
    assert "- **wrong**, 100,000 rows: rows add up" in text
    assert "1 of 2 right | **no** |" in text
