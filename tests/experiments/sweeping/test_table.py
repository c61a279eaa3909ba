"""``twin table``: what is asked for and nothing else, on the terminal and in files that are safe to open."""

import csv
import math
import sys
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from experiments.comparison import compared
from experiments.sweeping import executors
from experiments.sweeping.choice import columns_of, filtered, in_order
from experiments.sweeping.collate import tidy
from experiments.sweeping.export import comma_separated, markdown
from experiments.sweeping.source import results_of
from experiments.sweeping.summary import by_cell
from tests.experiments.conftest import TOY, Twin, files
from tests.experiments.studies import record
from twin.errors import InputError
from twin.kpis import MEANING

SMALL = pa.table({
    "fleet": ["vans", "bikes", "vans", None],
    "peak": [1.0, 1.5, 2.0, 2.5],
    "seed": [1, 1, 2, 2],
    "sure": [True, False, None, True],
})  # fmt: skip


def chosen(where: str) -> list[float]:
    """The peaks of the rows that are left."""
    found: list[float] = filtered(SMALL, where)["peak"].to_pylist()
    return found


@pytest.mark.parametrize(
    ("where", "peaks"),
    [
        ("fleet=vans", [1.0, 2.0]),
        ("fleet!=vans", [1.5]),
        ("fleet=vans|bikes", [1.0, 1.5, 2.0]),
        ("fleet!=vans|bikes", []),
        ("peak>1.0, peak<=2", [1.5, 2.0]),
        (" fleet = vans , seed = 2 ", [2.0]),
        ("peak>=2e0", [2.0, 2.5]),
        ("sure=true", [1.0, 2.5]),
        ("peak<0", []),
    ],
)
def test_conditions_choose_rows(where: str, peaks: list[float]) -> None:
    """All conditions hold for each row that is left, in their order; an empty field meets none."""
    assert chosen(where) == peaks


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("fleet", "is no condition"),
        ("", "is no condition"),
        ("flet=vans", "did you mean 'fleet'"),
        ("peak=high", "peak is a number, not 'high'"),
        ("sure=1", "sure is true or false, not '1'"),
    ],
)
def test_a_wrong_condition_is_refused(where: str, says: str) -> None:
    """In a sentence that names the column."""
    with pytest.raises(InputError, match=says):
        filtered(SMALL, where)


def test_rows_are_sorted_stably() -> None:
    """By several columns, downwards with -; equal rows keep their order, empty fields come last."""
    assert in_order(SMALL, "seed,-peak")["peak"].to_pylist() == [1.5, 1.0, 2.5, 2.0]
    assert in_order(SMALL, "fleet")["peak"].to_pylist() == [1.5, 1.0, 2.0, 2.5]
    assert in_order(SMALL, "fleet").column_names == SMALL.column_names


def test_columns_are_chosen_by_name_and_by_pattern() -> None:
    """In the order in which they are named, each once."""
    assert columns_of(SMALL, "seed, *e*").column_names == ["seed", "fleet", "peak", "sure"]
    with pytest.raises(InputError, match="did you mean 'peak'"):
        columns_of(SMALL, "peek")


def test_the_table_of_a_sweep_fits_the_terminal(swept: Path, twin: Twin) -> None:
    """What tells rows apart and the headline come first, in 80 columns, and what is left out is counted."""
    said = twin("table", str(swept))
    assert said.status == 0
    lines = said.out.splitlines()
    assert max(len(line.rstrip()) for line in lines[:-1]) <= 80
    assert lines[0].split()[:4] == ["cell", "fleet", "seed", "cost_per_delivered_parcel"]
    assert len(lines) == 2 + 6 + 1
    assert "columns more" in lines[-1]


def test_cells_have_the_intervals_of_a_comparison(swept: Path) -> None:
    """Estimates, ends and paired differences are those of the same arms compared."""
    runs = [
        {"arm": str(row["cell"]), "seed": row["seed"], "totals": values, "values": values}
        for row in results_of(swept).to_pylist()
        for values in [{name: row[name] for name in MEANING if row[name] is not None}]
    ]
    expected = compared("", "0", ["0", "1"], runs)
    base, other = by_cell(results_of(swept)).to_pylist()
    assert (base["runs"], other["runs"], other["fleet"]) == (3, 3, "bikes")
    for name in ("cost_per_delivered_parcel", "on_time", "orders"):
        for row, arm in ((base, "0"), (other, "1")):
            estimate = expected.estimates[arm][name]
            assert (row[name], row[f"{name}_low"], row[f"{name}_high"]) == (
                estimate.estimate,
                estimate.low,
                estimate.high,
            )
        change = expected.differences["1"][name]
        assert other[f"{name}_minus_baseline"] == change.estimate
        assert (other[f"{name}_minus_baseline_low"], base[f"{name}_minus_baseline"]) == (change.low, None)


def test_differences_are_over_the_seeds_that_both_have() -> None:
    """A sweep that is not finished compares like with like."""
    runs = [(0, 1, 5.0), (0, 2, 6.0), (0, 3, 90.0), (1, 1, 7.0), (1, 2, 9.0)]
    rows = [(cell, {**record(str(cell), seed, cost), "fingerprint": "f"}) for cell, seed, cost in runs]
    table = tidy([{"x": 1}, {"x": 2}], rows, {"bases": [0, 0]})
    one, other = by_cell(table).to_pylist()
    assert other["cost_per_delivered_parcel_minus_baseline"] == pytest.approx(2.5)
    assert one["cost_per_delivered_parcel"] == pytest.approx(101 / 3)


def test_a_sweep_that_is_not_finished_has_a_table(swept: Path, tmp_path: Path, twin: Twin) -> None:
    """Of the runs that are there, without a table of its own, or with one of before."""
    import shutil

    shutil.copytree(swept, tmp_path / "part")
    (tmp_path / "part" / "results.parquet").unlink()
    next((tmp_path / "part" / "runs").iterdir()).unlink()
    assert len(results_of(tmp_path / "part")) == 5
    assert twin("table", "part", "--cells").status == 0


def test_a_column_has_the_type_of_its_values() -> None:
    """Whole numbers, numbers, truth values, texts; mixed ones and lists are text, what is not given is null."""
    cells = [{"i": 1, "f": 1, "b": True, "t": "x", "m": 1}, {"i": 2, "f": 1.5, "b": False, "t": "y", "m": [1, "x"]}, {}]
    rows = [(cell, {"seed": 1, "fingerprint": "f", "values": {}}) for cell in range(3)]
    table = tidy(cells, rows, {})
    assert [str(table.schema.field(name).type) for name in "ifbtm"] == ["int64", "double", "bool", "string", "string"]
    assert table["m"].to_pylist() == ["1", '[1, "x"]', None]
    assert table["f"].to_pylist() == [1.0, 1.5, None]


def test_exports_hold_every_digit(swept: Path, twin: Twin, tmp_path: Path) -> None:
    """CSV and Parquet give the numbers back to the last bit; nothing is written where there is no value."""
    assert twin("table", str(swept), "out=a.csv").status == 0
    assert twin("table", str(swept), "out=a.parquet").status == 0
    table = results_of(swept)
    assert parquet.read_table(tmp_path / "a.parquet").equals(table, check_metadata=True)
    with (tmp_path / "a.csv").open(newline="") as file:
        read = list(csv.DictReader(file))
    for row, expected in zip(read, table.to_pylist(), strict=True):
        assert row["fingerprint"] == expected["fingerprint"]
        for name in MEANING:
            assert (float(row[name]) if row[name] else None) == expected[name]
    assert results_of(tmp_path / "a.csv")["cost_total"].to_pylist() == table["cost_total"].to_pylist()


@given(st.text(alphabet="=+-@\t\r\n|<&a,\"'", max_size=6))
def test_an_export_is_data(text: str) -> None:
    """No field begins a formula, breaks a row of Markdown, or opens a tag."""
    table = pa.table({"x": [text], "y": [-1.5]})
    field = next(csv.reader(comma_separated(table).split("\n", 1)[1].splitlines(keepends=True)))
    assert not field[0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert field[1] == "-1.5"
    lines = markdown(table).split("\n")
    assert len(lines) == 4
    assert lines[2].replace("\\|", "").count("|") == 3
    assert "<" not in lines[2]


def test_sql_sees_the_table_and_nothing_else(swept: Path, twin: Twin) -> None:
    """A query gives its rows; a wrong one, and one that would read a file, is refused in a sentence."""
    pytest.importorskip("duckdb", reason="duckdb is not installed: the extra sql brings it")
    said = twin("table", str(swept), "sql=select fleet, count(*) as runs from results group by fleet order by fleet")
    assert said.status == 0
    assert [line.split() for line in said.out.splitlines()[2:]] == [["bikes", "3"], ["vans", "3"]]
    for wrong in ("selec 1", "select * from read_csv('/etc/hosts')", "select * from table_"):
        said = twin("table", str(swept), f"sql={wrong}")
        assert said.status == 2
        assert said.err.startswith("twin: sql: ")
        assert len(said.err.splitlines()) == 1


def test_sql_without_duckdb_says_what_to_install(swept: Path, twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setattr(executors, "find_spec", lambda name: None if name == "duckdb" else find_spec(name))
    said = twin("table", str(swept), "sql=select 1")
    assert said == (2, "", "twin: sql= needs duckdb, which is not installed: pip install 'lastmile-twin[sql]'\n")


def test_a_comparison_is_a_table_too(twin: Twin) -> None:
    """Its rows are told apart by arm; cells it has none."""
    words = (*TOY[:2], *TOY[3:], "~arms.mixed", "~arms.vans_robovans", "days=1", "replications=2", "workers=1")
    assert twin("compare", *words, "out=c").status == 0
    said = twin("table", "c", "where=arm=vans", "columns=arm,seed,on_time")
    assert [line.split()[:2] for line in said.out.splitlines()[2:]] == [["vans", "1"], ["vans", "2"]]
    assert "no column cell" in twin("table", "c", "--cells").err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("none",), "none: is not there"),
        (("empty",), "empty: holds no results"),
        (("bad.parquet",), "bad.parquet: cannot be read as a table"),
        (("bad.txt",), "bad.txt: is no table"),
        (("torn",), "is no whole sweep"),
        (("half",), "is no whole folder of a run"),
        (("good.csv", "wher=x=1"), "did you mean 'where'"),
        (("good.csv", "where=x=1", "where=x=2"), "where= is given twice"),
        (("good.csv", "rows=-1"), "rows(=-1)"),
        (("good.csv", "rows=many"), "rows(=many)"),
        (("good.csv", "sort=z"), "sort: there is no column z"),
        (("good.csv", "out=good.csv"), "is there already"),
        (("good.csv", "out=a.xlsx"), "must end with .csv, .md, .parquet"),
        (("good.csv", "out=none/a.csv"), "cannot be written"),
        (("good.csv", "--cels"), "cels"),
    ],
)
def test_a_wrong_table_is_refused(twin: Twin, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    """One sentence, status 2, and nothing is written."""
    for folder in ("empty", "torn", "half"):
        (tmp_path / folder).mkdir()
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 no")
    (tmp_path / "bad.txt").write_text("x")
    (tmp_path / "good.csv").write_text("x,y\n1,2\n")
    (tmp_path / "torn" / "sweep.json").write_text("{")
    (tmp_path / "half" / "kpis.json").write_text("{}")
    before = files(tmp_path)
    said = twin("table", *words)
    assert said.status == 2, said
    assert says in said.err
    assert len(said.err.splitlines()) == 1
    assert files(tmp_path) == before


def test_help_names_every_word(twin: Twin) -> None:
    """--help shows the words, and alone the command does the same."""
    for words in (("table", "--help"), ("table",)):
        said = twin(*words)
        assert said.status == 0
        assert all(f"{word}=" in said.out for word in ("where", "sort", "columns", "rows", "sql", "out"))


def test_nothing_is_imported_that_is_not_asked_for(swept: Path, twin: Twin) -> None:
    """Printing a table starts neither DuckDB nor Dask."""
    before = set(sys.modules)
    assert twin("table", str(swept)).status == 0
    assert not {"duckdb", "distributed", "submitit"} & (set(sys.modules) - before)
    assert math.isfinite(results_of(swept)["delivered"][0].as_py())
