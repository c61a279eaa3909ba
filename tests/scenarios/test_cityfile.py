"""A compiled city reads back as it was, or is refused in one sentence."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.cityfile import SCHEMA, read_city, write_city
from scenarios.toy import toy_city
from twin.errors import InputError
from twin.world import City

CITY = toy_city()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with the toy city."""
    path = tmp_path / "toy.city"
    write_city(CITY, path)
    return path


def test_a_city_reads_back_as_it_was(path: Path) -> None:
    """Every column has the same type, shape and values."""
    city = read_city(path)
    assert city.name == CITY.name
    for column in fields(City)[1:]:
        old, new = getattr(CITY, column.name), getattr(city, column.name)
        assert (old.dtype, old.shape) == (new.dtype, new.shape)
        np.testing.assert_array_equal(old, new)


def test_a_name_may_have_any_letters(tmp_path: Path) -> None:
    """Names are UTF-8."""
    write_city(replace(CITY, name="São Paulo 東京"), tmp_path / "a.city")
    assert read_city(tmp_path / "a.city").name == "São Paulo 東京"


def test_the_same_city_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    """No clock and no name of a file is in it."""
    write_city(read_city(path), tmp_path / "again.city")
    assert (tmp_path / "again.city").read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_column_changed_by_another_program_is_noticed(path: Path, tmp_path: Path) -> None:
    """A file that is whole as a zip, but whose content is not what was written, is refused."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "changed.city", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[:-1] + b"\x01" if name == "jobs.npy" else content)
    with pytest.raises(InputError, match="its content is not what was written"):
        read_city(tmp_path / "changed.city")


def test_a_file_is_whole_or_not_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing breaks off, the old file is untouched and no other is left."""
    before = path.read_bytes()
    monkeypatch.setattr("scenarios.cityfile.npy.write_array", _disk_full)
    with pytest.raises(InputError, match="cannot be written: No space left"):
        write_city(replace(CITY, name="other"), path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["toy.city"]


def _disk_full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused(path: Path, share: float) -> None:
    """Part of a file is not a city."""
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(InputError, match="is not a compiled city, or is damaged"):
        read_city(path)


@settings(max_examples=300)
@given(st.data())
def test_a_changed_byte_is_noticed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever bytes change, the file is refused or still holds exactly the same city."""
    path = tmp_path_factory.getbasetemp() / "changed.city"
    write_city(CITY, path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        city = read_city(path)
    except InputError:
        return
    assert city.name == CITY.name
    np.testing.assert_array_equal(city.length_mm, CITY.length_mm)


def _npz(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.arange(3))
    return file.getvalue()


def _squeezed() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.npy", b"0" * 10_000_000)
    return file.getvalue()


def _liar() -> bytes:
    header = "{'descr': '<i8', 'fortran_order': False, 'shape': (1099511627776,), }".ljust(117) + "\n"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("schema.npy", b"\x93NUMPY\x01\x00\x76\x00" + header.encode())
    return file.getvalue()


FOREIGN: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is not a compiled city, or is damaged"),
    "text": (lambda: b"nodes: 9", "is not a compiled city, or is damaged"),
    "another npz": (lambda: _npz(a=np.arange(3)), "is not a compiled city; make one"),
    "an npz without columns": (
        lambda: _npz(schema=np.array([SCHEMA]), digest=np.zeros(32, dtype=np.uint8)),
        "its content is not what was written",
    ),
    "objects": (lambda: _npz(schema=np.array([{}], dtype=object)), "an array is not what its header says"),
    "words": (lambda: _npz(schema=np.array(["1"])), "an array is not what its header says"),
    "a later layout": (lambda: _npz(schema=np.array([SCHEMA + 1]), digest=np.zeros(1)), "import it again"),
    "npy": (_npy, "is not a compiled city, or is damaged"),
    "a zip bomb": (_squeezed, "it is compressed"),
    "a header that lies": (_liar, "an array is not what its header says"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_a_foreign_file_is_refused(tmp_path: Path, case: str) -> None:
    """What another program, another version or an attacker wrote is named as what it is."""
    make, expected = FOREIGN[case]
    path = tmp_path / "foreign.city"
    path.write_bytes(make())
    with pytest.raises(InputError) as refused:
        read_city(path)
    assert str(refused.value).startswith(str(path))
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """A wrong path is an input error with the system's reason."""
    with pytest.raises(InputError, match="No such file"):
        read_city(tmp_path / "none.city")
    with pytest.raises(InputError, match="Is a directory"):
        read_city(tmp_path)
    with pytest.raises(InputError, match="cannot be written"):
        write_city(CITY, tmp_path / "none" / "toy.city")


def _with(column: str, at: int, value: float) -> City:
    values = getattr(CITY, column).copy()
    values.reshape(-1)[at] = value
    return replace(CITY, **{column: values})


NAN, INF = float("nan"), float("inf")
IMPOSSIBLE = {
    "a place that is no number": (_with("lon", 3, NAN), "lon has a value that is NaN"),
    "endless metres": (_with("x_m", 0, INF), "x_m has a value that is NaN or infinite"),
    "latitude 95": (_with("lat", 0, 95), "lat must be from -90 to 90"),
    "an edge to nowhere": (_with("head", 0, 9), "head must be from 0 to 8"),
    "an edge before the first node": (_with("head", 5, -1), "head must be from 0 to 8"),
    "no length": (_with("length_mm", 2, 0), "length_mm must be from 1"),
    "no speed": (_with("speed_mmps", 2, 0), "speed_mmps must be from 1"),
    "a fifth class": (_with("street", 2, 4), "street must be from 0 to 3"),
    "an area too many": (_with("area", 2, 99), "area must be from 0"),
    "edges that begin twice": (_with("start", 4, 0), "start must rise"),
    "edges that begin late": (_with("start", 0, 1), "start must rise"),
    "edges that never end": (_with("start", 9, 1_000), "start must rise"),
    "negative households": (_with("households", 0, -1), "households must be from 0"),
    "nobody": (replace(CITY, households=np.zeros(CITY.areas)), "households must not all be 0"),
    "unknown jobs": (_with("jobs", 0, NAN), "jobs has a value that is NaN"),
    "shares beyond one": (_with("dwelling", 0, 0.9), "dwelling must sum to 1"),
    "a fourth district": (_with("district", 0, 3), "district must be from 0 to 2"),
    "a zone left out": (replace(CITY, zone=np.full(CITY.areas, 1)), "zone must use each number"),
    "columns of two lengths": (replace(CITY, lat=CITY.lat[:-1]), "lat has shape (8,), not (9,)"),
    "four dwellings": (replace(CITY, dwelling=CITY.dwelling[:, :4]), "dwelling has shape"),
    "whole numbers for parts": (replace(CITY, lon=CITY.lon.astype(np.float32)), "lon must be float64"),
    "no name": (replace(CITY, name=" "), "name(=' ') must be one line"),
    "one node": (
        replace(CITY, **{name: getattr(CITY, name)[:1] for name in ("lon", "lat", "x_m", "y_m", "area")}),
        "at least 2 nodes",
    ),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_an_impossible_city_is_neither_written_nor_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """Each column that no simulation could use is named, at writing and, if somebody wrote it, at reading."""
    city, expected = IMPOSSIBLE[case]
    path = tmp_path / "bad.city"
    with pytest.raises(InputError) as refused:
        write_city(city, path)
    assert expected in str(refused.value)
    assert not path.exists()
    if case == "whole numbers for parts":
        return  # written, it would be turned into the right type
    with monkeypatch.context() as careless:
        careless.setattr("scenarios.cityfile.check_city", lambda _: None)
        write_city(city, path)
    with pytest.raises(InputError) as refused:
        read_city(path)
    assert expected in str(refused.value)
