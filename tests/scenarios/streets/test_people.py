"""Tables of people: any sensible table is read, a wrong value is named with its place."""

import gzip
from pathlib import Path

import h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.streets.people import read_people
from twin.errors import InputError

A, B = sorted(h3.grid_disk("89a8100c603ffff", 1))[:2]
COARSE = h3.cell_to_parent(A, 8)


def _write(folder: Path, text: str) -> Path:
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_read(tmp_path: Path) -> None:
    """Rows come in the order of cells; people become households."""
    census = read_people(_write(tmp_path, f"id,lon,population,jobs\n{B},1,500,7\n{A},2,1000,0\n"))
    assert census.cell.tolist() == [h3.str_to_int(A), h3.str_to_int(B)]
    assert census.households.tolist() == [400, 200]
    assert census.jobs.tolist() == [0, 7]
    assert census.income.tolist() == [1, 1]
    assert (census.resolution, census.has_jobs) == (9, True)


@pytest.mark.parametrize(
    "text",
    [
        f"cell,population\n{A},10\n",
        f"H3 Index;People\n{A};10\n",
        f"hex_id\tPOP\n{A}\t10\n",
        f'"h3","population","note"\n"{A}","10","a, b"\n',
        f"\ufeffcell,population\n{A},10\n",
        f"cell,population\r\n{A},10\r\n\r\n",
        f"cell, population \n {A} , 10 \n",
        f"cell,population\n{h3.str_to_int(A)},10\n",
        f"cell,population\n{A.upper()},1e1\n",
        f"cell,households\n{A},4\n",
    ],
)
def test_names_separators_and_spellings_vary(tmp_path: Path, text: str) -> None:
    """Usual names, commas, semicolons, tabs, a byte-order mark, cells as text or number: one meaning."""
    census = read_people(_write(tmp_path, text))
    assert census.cell.tolist() == [h3.str_to_int(A)]
    assert census.households.tolist() == [4]
    assert not census.has_jobs


def test_a_packed_table_is_read(tmp_path: Path) -> None:
    """Gzip is unpacked."""
    path = tmp_path / "people.csv.gz"
    path.write_bytes(gzip.compress(f"cell,population\n{A},10\n".encode()))
    assert read_people(path).people.tolist() == [10]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "has no rows"),
        ("cell,population\n", "has no rows"),
        (f"name,population\n{A},1\n", "no column of H3 cells among 'name', 'population'"),
        (f"cell,inhabited\n{A},1\n", "no column of people"),
        (f"cell,h3,population\n{A},{A},1\n", "columns 'cell' and 'h3' could both be cell"),
        (f"cell,population\n{A},nan\n", "line 2, column 'population': 'nan' must be a number"),
        (f"cell,population\n{A},1\n{B},-3\n", "line 3, column 'population': '-3' must be"),
        (f"cell,population\n{A},\n", "line 2, column 'population': '' must be"),
        (f"cell,population\n{A},1e300\n", "'1e300' must be a number from 0 to 1e9"),
        (f'cell,population\n{A},"1,000"\n', "'1,000' must be"),
        (f"cell,population,jobs\n{A},1,NaN\n", "line 2, column 'jobs': 'NaN'"),
        (f"cell,population,jobs\n{A},1\n", "line 2: 2 columns where the header has more"),
        ("cell,population\nParis,1\n", "line 2: 'Paris' is not an H3 cell"),
        ("cell,population\nffffffffffffffff,1\n", "is not an H3 cell"),
        ("cell,population\n99999999999999999999999,1\n", "is not an H3 cell"),
        ("cell,population\n,1\n", "line 2: '' is not an H3 cell"),
        (f"cell,population\n{A},1\n{COARSE},1\n", "line 3: H3 resolution is 8 where others have 9"),
        (f"cell,population\n{A},1\n{B},1\n{A},1\n", f"line 4: cell {A} was already on line 2"),
        ("cell,population\n85a8100ffffffff,1\n", "H3 resolution is 5"),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    """The message has the file, the line, the column and the value."""
    path = _write(tmp_path, text)
    with pytest.raises(InputError) as refused:
        read_people(path)
    assert str(refused.value).startswith(str(path))
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "content",
    ["cell,population\nS\xe3o,1\n".encode("latin-1"), "cell,population\n".encode("utf-16"), b"cell,\x00\n\x00,1\n"],
)
def test_another_encoding_is_refused(tmp_path: Path, content: bytes) -> None:
    """Only UTF-8 is read, and the message says what to do."""
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"people\.csv"):
        read_people(path)


def test_a_huge_table_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would not fit into memory, packed or not, is refused by its size."""
    monkeypatch.setattr("scenarios.streets.table.MAX_BYTES", 1 << 20)
    path = tmp_path / "people.csv.gz"
    path.write_bytes(gzip.compress(f"cell,population\n{A},10\n".encode() + b"\n" * (2 << 20)))
    with pytest.raises(InputError, match="holds more than 1 MiB"):
        read_people(path)


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    """A wrong path is an input error."""
    with pytest.raises(InputError, match="No such file"):
        read_people(tmp_path / "none.csv")


@settings(max_examples=200)
@given(st.binary(max_size=60), st.integers(0, 60))
def test_any_bytes_are_a_table_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    """Noise anywhere in a table never raises anything else, and never lets through a number that is none."""
    good = f"cell,population,jobs\n{A},10,20\n{B},30,40\n".encode()
    path = tmp_path_factory.getbasetemp() / "noise.csv"
    path.write_bytes(good[:at] + noise + good[at:])
    try:
        census = read_people(path)
    except InputError:
        return
    for column in (census.households, census.jobs, census.income):
        assert np.all(np.isfinite(column))
        assert np.all(column >= 0)
