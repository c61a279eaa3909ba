"""A table of records is read as it was written, and what cannot be used is counted by reason."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from scenarios.calibration.table import BROKEN, Column, read_table
from twin.errors import InputError

NUMBER = Column("x", ("ex",))
ALL = (NUMBER, Column("when", kind="time"), Column("ok", kind="flag"), Column("who", kind="text"))
GOOD = "x,when,ok,who\n1.5,2024-05-28 14:05,1,ann\n-2e3,2024-02-29,no,bob\n"


def write(folder: Path, data: str | bytes, name: str = "table.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def columns(path: Path) -> dict[str, Any]:
    """All columns of the good table as plain lists."""
    table = read_table(path, ALL)
    who = table.texts("who")
    return {
        "x": table.numbers("x").tolist(),
        "when": [str(time) for time in table.times("when")],
        "ok": table.numbers("ok").tolist(),
        "who": [who.labels[code] for code in who.codes],
    }


EXPECTED = {
    "x": [1.5, -2000.0],
    "when": ["2024-05-28T14:05:00", "2024-02-29T00:00:00"],
    "ok": [1.0, 0.0],
    "who": ["ann", "bob"],
}


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode(),
        gzip.compress(GOOD.encode(), mtime=0),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace(",", ";").replace("1.5", "1,5").encode(),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        ("\n" + GOOD.replace("x,", "EX ,")).encode(),
        GOOD.replace("14:05", "14:05:00Z").replace("-28 ", "-28T").encode(),
        GOOD.replace("bob", '" bob "').encode().rstrip(),
    ],
)
def test_a_table_is_the_same_however_it_was_saved(tmp_path: Path, data: bytes) -> None:
    """Compression, byte order mark, separator, line ends, case of the header and quotes change nothing."""
    assert columns(write(tmp_path, data)) == EXPECTED


def test_parquet_is_read_as_it_is_typed(tmp_path: Path) -> None:
    """Numbers, times, flags and dictionaries of Parquet come to the same columns as their texts in CSV."""
    when = np.array(EXPECTED["when"], dtype="datetime64[ms]")
    table = pa.table(
        {
            "x": pa.array(EXPECTED["x"], pa.float32()),
            "when": when,
            "ok": [True, False],
            "who": pa.array(["ann", "bob"]).dictionary_encode(),
        }
    )
    parquet.write_table(table, tmp_path / "table.csv")
    assert columns(tmp_path / "table.csv") == EXPECTED


BAD_ROWS = {
    "x is empty": "NA,2024-05-28,1,ann",
    "x is not a number": "4 kg,2024-05-28,1,ann",
    "x is not from 0 to 9": "1e300,2024-05-28,1,ann",
    "when is not a time as in 2024-05-28 14:05": "1,2023-02-29,1,ann",
    "ok is not 0 or 1": "1,2024-05-28,2,ann",
    "who is not a short text": f"1,2024-05-28,1,{'a' * 201}",
    BROKEN: "1,2024-05-28,1",
}


@pytest.mark.parametrize("reason", BAD_ROWS)
def test_a_record_that_cannot_be_used_is_left_out_and_counted(tmp_path: Path, reason: str) -> None:
    """One bad record among good ones costs that record, and the count says why."""
    good = "1,2024-05-28,1,ann\n"
    path = write(tmp_path, f"x,when,ok,who\n{good}{BAD_ROWS[reason]}\n{good}")
    table = read_table(path, [Column("x", low=0, high=9), *ALL[1:]])
    assert (table.rows, table.used, table.dropped) == (3, 2, {reason: 1})
    assert table.numbers("x").tolist() == [1.0, 1.0]


def test_a_record_is_counted_once_and_blanks_may_be_kept(tmp_path: Path) -> None:
    """A record with two faults is left out for the first; an empty cell stays where the column allows it."""
    path = write(tmp_path, "a,b\n1,\n2,3\nx,x\n4,5\n")
    table = read_table(path, [Column("a"), Column("b", blank=True)])
    assert table.dropped == {"a is not a number": 1}
    assert np.isnan(table.numbers("b")).tolist() == [True, False, False]


def test_a_quote_that_is_not_closed_costs_its_own_line(tmp_path: Path) -> None:
    """A stray quote swallows no line below it, and is counted; blank lines are not."""
    path = write(tmp_path, 'x,who\n1,ann\n2,ann\n\n3,ann\n4,ann\n5,"bob\n6,ann\n7,ann\n')
    table = read_table(path, [NUMBER, ALL[3]])
    assert table.numbers("x").tolist() == [1.0, 2.0, 3.0, 4.0, 6.0, 7.0]
    assert (table.rows, table.dropped) == (7, {BROKEN: 1})


@pytest.mark.parametrize("spread", ['4,"ann\nbob"\n', '4"x,"ann\nbob\n'])
def test_a_field_over_several_lines_is_left_out_and_counted(tmp_path: Path, spread: str) -> None:
    """Whether its quotes are an odd or an even number on a line, what it spreads over is no record."""
    table = read_table(write(tmp_path, f"x,who\n1,ann\n2,ann\n3,ann\n{spread}"), [NUMBER, ALL[3]])
    assert table.numbers("x").tolist() == [1.0, 2.0, 3.0]
    assert (table.rows, table.dropped) == (5, {BROKEN: 2})


REFUSED = {
    "empty": (b" \n", "is empty"),
    "header only": (b"x\n", "no rows"),
    "spreadsheet": (b"PK\x03\x04...", "spreadsheet"),
    "utf-16": ("x\n1\n".encode("utf-16"), "UTF-16"),
    "latin-1": ("x,naïve\n1,é\n".encode("latin-1"), "UTF-8"),
    "latin-1 cell": ("x,y\n1,é\n".encode("latin-1"), "UTF-8"),
    "page": (b"<!doctype html>", "web page"),
    "binary": (bytes(range(256)) * 9, "is not a text"),
    "cut gzip": (gzip.compress(GOOD.encode() * 99, mtime=0)[:-20], "truncated gzip"),
    "cut parquet": (b"PAR1" + bytes(64), "cut short"),
    "no column": (b"y,exx\n1,2\n", "no column 'x' (or 'ex') among 'y', 'exx'; is it 'exx'?"),
    "twice": (b"x,X\n1,2\n", "2 columns"),
    "mostly wrong": (b"x\n1\na\nb\n", "2 of 3 records cannot be used"),
    "mostly broken": (b"x\n1\n2,2\n2,2\n", BROKEN),
    "infinite": (b"x\ninf\n", "is not a number"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    """The sentence names the file and what is wrong with it."""
    data, said = REFUSED[name]
    path = write(tmp_path, data)
    with pytest.raises(InputError) as caught:
        read_table(path, [NUMBER])
    assert str(path) in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_and_a_list_in_parquet_are_refused(tmp_path: Path) -> None:
    """A folder is no file, and a column of lists is no column of numbers."""
    with pytest.raises(InputError, match="is a folder"):
        read_table(tmp_path, [NUMBER])
    parquet.write_table(pa.table({"x": [[1.0], [2.0]]}), tmp_path / "lists")
    with pytest.raises(InputError, match="column 'x' holds not a number"):
        read_table(tmp_path / "lists", [NUMBER])


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=30), st.sampled_from(",;\t|"))
def test_numbers_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, values: list[float], separator: str
) -> None:
    """Any finite number in bounds survives the way through a text."""
    lines = "\n".join(f"{value!r}{separator}z" for value in values)
    path = write(tmp_path_factory.mktemp("numbers"), f"x{separator}y\n{lines}\n")
    assert read_table(path, [NUMBER]).numbers("x").tolist() == values
