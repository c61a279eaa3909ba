"""A file is what its content says, and what it is not is said in one sentence."""

import gzip
from pathlib import Path

import pytest

from scenarios.streets.infile import chunks, kind
from tests.scenarios.streets.extracts import GRID, TOWN, osm_text, write_osmium
from twin.errors import InputError

OSM = osm_text(GRID, TOWN).encode()
GRAPHML = b"<?xml version='1.0'?>\n<!-- <osm> it is not -->\n<graphml><graph/></graphml>"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (OSM, "osm"),
        (gzip.compress(OSM, mtime=0), "osm.gz"),
        (b"\xef\xbb\xbf" + OSM, "osm"),
        (GRAPHML, "graphml"),
        (gzip.compress(GRAPHML, mtime=0), "graphml"),
    ],
)
def test_content_decides_not_the_name(tmp_path: Path, content: bytes, expected: str) -> None:
    """A wrong suffix does no harm."""
    path = tmp_path / "streets.txt"
    path.write_bytes(content)
    assert kind(path) == expected


def test_protobuf_is_known_by_its_header(tmp_path: Path) -> None:
    """A ``.osm.pbf`` is one under any name."""
    path = write_osmium(tmp_path / "toy.osm.pbf", GRID, TOWN).rename(tmp_path / "toy.osm")
    assert kind(path) == "pbf"


REFUSED = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\t ", "is empty"),
    "empty gzip": (gzip.compress(b""), "is empty"),
    "web page": (b"<!DOCTYPE html>\n<html><body>504 Gateway Timeout</body></html>", "is a web page"),
    "loud web page": (b"<HTML><BODY>504</BODY></HTML>", "is a web page"),
    "packed web page": (gzip.compress(b"<html></html>"), "is a web page"),
    "gpx": (b"<?xml version='1.0'?><gpx version='1.1'></gpx>", "is XML of another kind (<gpx>)"),
    "changes": (b'<osmChange version="0.6"></osmChange>', "is XML of another kind (<osmChange>)"),
    "words": (b"dear city, where are your streets?", "is neither OpenStreetMap data nor GraphML"),
    "noise": (bytes(range(256)) * 4, "is neither OpenStreetMap data nor GraphML"),
    "json": (b'{"elements": []}', "is JSON"),
    "bzip2": (b"BZh91AY&SY", "is compressed with bzip2"),
    "zip": (b"PK\x03\x04....", "is a zip archive"),
    "xz": (b"\xfd7zXZ\x00", "is compressed with xz"),
    "o5m": (b"\xff\xe0\x04o5m2", "is o5m"),
    "geopackage": (b"SQLite format 3\x00", "is a database"),
    "truncated gzip": (gzip.compress(OSM)[:100], "is a damaged or truncated gzip file"),
    "changed gzip": (gzip.compress(OSM)[:-8] + b"12345678", "is a damaged or truncated gzip file"),
    "noise in gzip": (gzip.compress(OSM)[:10] + b"\xff" * 40, "is a damaged or truncated gzip file"),
    "gzip in name only": (b"\x1f\x8b\x08garbage", "is a damaged or truncated gzip file"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_it_is_instead_is_said(tmp_path: Path, case: str) -> None:
    """A stranger's file is refused by name, with what it is."""
    content, expected = REFUSED[case]
    path = tmp_path / "city.osm"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        kind(path)
    assert str(refused.value).startswith(str(path))
    assert expected in str(refused.value)


def test_protobuf_inside_gzip_is_refused(tmp_path: Path) -> None:
    """It is compressed already; osmium would not read it."""
    path = write_osmium(tmp_path / "toy.osm.pbf", GRID, TOWN)
    path.write_bytes(gzip.compress(path.read_bytes()))
    with pytest.raises(InputError, match="unpack it first"):
        kind(path)


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    """What cannot be opened is an input error with the system's reason."""
    with pytest.raises(InputError, match="Is a directory"):
        list(chunks(tmp_path))
    with pytest.raises(InputError, match="No such file"):
        list(chunks(tmp_path / "none.osm"))
