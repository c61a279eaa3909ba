"""Arrays in a file that all processes of a machine look at together: mapped, never copied, believed only when whole.

A header of one line of JSON, padded to 64 bytes, then the arrays' bytes, each array at a multiple of 64. The header
has a digest of all that follows, and a key that says what it was computed from.
"""

import hashlib
import json
import mmap
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.files import replacing

MAGIC = "lastmile-twin arrays 1"
_HEADER = 4096
"""Bytes of the header, filled up with spaces."""
_KINDS = ("int32", "int64")


def digest(*arrays: NDArray[Any]) -> str:
    """A name for some arrays: equal if and only if their bytes are (blake2b)."""
    mark = hashlib.blake2b(digest_size=16)
    for array in arrays:
        mark.update(f"{array.dtype.str}{array.shape}".encode())
        mark.update(np.ascontiguousarray(array).data)
    return mark.hexdigest()


def write(path: Path, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays of int32 or int64, whole or not at all; the folder is made if need be.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    listed, at, mark = [], _HEADER, hashlib.blake2b(digest_size=16)
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(b" " * _HEADER)
        for name, array in arrays.items():
            data = np.ascontiguousarray(array).tobytes()
            data += bytes(-len(data) % 64)
            listed.append({"name": name, "dtype": array.dtype.name, "shape": array.shape, "at": at})
            file.write(data)
            mark.update(data)
            at += len(data)
        header = {"is": MAGIC, "key": key, "digest": mark.hexdigest(), "arrays": listed, "bytes": at}
        file.seek(0)
        file.write(json.dumps(header).encode().ljust(_HEADER - 1) + b"\n")


def read(path: Path, key: str) -> dict[str, NDArray[Any]] | None:
    """The arrays of a file, read-only and not copied; None if it is not there, torn, changed, or of another key."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size < _HEADER:
                return None
            view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        header = json.loads(bytes(view[:_HEADER]))
        if header["is"] != MAGIC or header["key"] != key or header["bytes"] != len(view):
            return None
        if hashlib.blake2b(view[_HEADER:], digest_size=16).hexdigest() != header["digest"]:
            return None
        return {str(entry["name"]): _array(view, entry) for entry in header["arrays"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _array(view: memoryview, entry: Mapping[str, Any]) -> NDArray[Any]:
    if entry["dtype"] not in _KINDS or entry["at"] % 64 or entry["at"] < _HEADER:
        raise ValueError("not one of our arrays")
    shape = tuple(entry["shape"])
    count = int(np.prod(shape, dtype=np.int64))
    return np.frombuffer(view, dtype=entry["dtype"], count=count, offset=entry["at"]).reshape(shape)
