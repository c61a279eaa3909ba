"""Files that people bring: what they are by their content, and their bytes, unpacked within limits."""

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from twin.errors import InputError
from twin.files import refuse_endless

MAX_BYTES = 4 << 30
"""Unpacked; a country's extract is larger than any city's."""
CHUNK = 1 << 20

_GZIP = b"\x1f\x8b"
_ROOT = re.compile(rb"<([A-Za-z_][\w:.-]*)")
_KINDS = {b"osm": "osm", b"graphml": "graphml"}
_REFUSED = {
    b"BZh": "is compressed with bzip2; unpack it or use gzip",
    b"PK\x03\x04": "is a zip archive; unpack it first",
    b"\xfd7zXZ": "is compressed with xz; unpack it or use gzip",
    b"(\xb5/\xfd": "is compressed with zstd; unpack it or use gzip",
    b"\xff\xe0": "is o5m; convert it to .osm.pbf first",
    b"{": "is JSON; bring .osm, .osm.pbf or .graphml",
    b"SQLite format 3": "is a database (a GeoPackage?); bring .osm, .osm.pbf or .graphml",
}


def chunks(path: Path, most: int | None = None) -> Iterator[bytes]:
    """The bytes of a file, unpacked when it is gzip.

    Raises
    ------
    InputError
        If it cannot be read, its gzip is damaged, or it holds more than ``most`` bytes (:data:`MAX_BYTES`).
    """
    total, limit = 0, most or MAX_BYTES
    refuse_endless(path)
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == _GZIP
        with gzip.open(path) if packed else path.open("rb") as file:
            while chunk := file.read(CHUNK):
                total += len(chunk)
                if total > limit:
                    raise InputError(f"{path} holds more than {limit >> 20:,} MiB; bring a smaller one")
                yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path} is a damaged or truncated gzip file ({error}); fetch it again") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None


def kind(path: Path) -> str:
    """``"pbf"``, ``"osm"``, ``"osm.gz"`` or ``"graphml"``, judged by the content, whatever the file is called.

    Raises
    ------
    InputError
        If it is none of them, saying what it is instead.
    """
    first = next(chunks(path), b"")[:65536]
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    if not first.strip():
        raise InputError(f"{path} is empty; it must be OpenStreetMap data (.osm, .osm.gz, .osm.pbf) or .graphml")
    for magic, reason in _REFUSED.items():
        if first.startswith(magic):
            raise InputError(f"{path} {reason}")
    if b"OSMHeader" in first[:64]:
        if packed:
            raise InputError(f"{path} is a .osm.pbf inside gzip; unpack it first")
        return "pbf"
    root = _ROOT.search(re.sub(rb"<!--.*?-->", b"", first, flags=re.DOTALL))
    found = _KINDS.get(root[1] if root else b"")
    if found is None:
        raise InputError(f"{path} {_instead(root[1] if root else b'')}; bring .osm, .osm.gz, .osm.pbf or .graphml")
    return "osm.gz" if packed and found == "osm" else found


def _instead(root: bytes) -> str:
    if root.lower() in (b"html", b"head", b"body"):
        return "is a web page (an error message saved as a file?)"
    if root:
        return f"is XML of another kind (<{root[:40].decode('ascii')}>)"
    return "is neither OpenStreetMap data nor GraphML"
