"""A compiled city: one file of plain arrays that says what it is and whether it is whole.

The format is numpy's ``.npz`` without compression. Nothing in it can run code: arrays of objects are neither
written nor read.
"""

import io
import zipfile
from dataclasses import fields
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from scenarios.citycheck import check_city
from twin.errors import InputError
from twin.files import replacing
from twin.world import City

SCHEMA = 1
"""Version of the layout; a file of another version is refused, because importing again is quick."""
MAX_BYTES = 2 << 30

_WHOLE = frozenset({"area", "start", "head", "length_mm", "street", "speed_mmps", "district", "zone"})
_NAMES = [field.name for field in fields(City) if field.name != "name"]
_DTYPES = {name: "<i8" if name in _WHOLE else "<u8" if name == "cell" else "<f8" for name in _NAMES}
_Arrays = dict[str, NDArray[np.generic]]


def write_city(city: City, path: Path) -> None:
    """Write a city whole or not at all; the same city gives the same bytes.

    Raises
    ------
    InputError
        If the city is impossible or the file cannot be written.
    """
    _check(city, path)
    arrays: _Arrays = {name: np.asarray(getattr(city, name)).astype(_DTYPES[name]) for name in _NAMES}
    arrays["name"] = np.frombuffer(city.name.encode(), dtype=np.uint8)
    digest = np.frombuffer(_digest(arrays), dtype=np.uint8)
    try:
        with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
            for name, array in {"schema": np.array([SCHEMA], dtype="<i8"), "digest": digest, **arrays}.items():
                body = io.BytesIO()
                npy.write_array(body, array, version=(1, 0), allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{name}.npy"), body.getvalue())
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from None


def read_city(path: Path) -> City:
    """Read a city that :func:`write_city` wrote.

    Raises
    ------
    InputError
        If the file is missing, truncated, changed, of another kind or of another version.
    """
    arrays = _unpack(path)
    schema = arrays.pop("schema", None)
    if schema is None or "digest" not in arrays:
        raise InputError(f"{path} is not a compiled city; make one with 'twin city import'")
    if schema.size != 1 or int(schema.reshape(-1)[0]) != SCHEMA:
        raise InputError(f"{path} has layout {schema.reshape(-1)[:1]}, this version reads {SCHEMA}; import it again")
    digest = arrays.pop("digest").tobytes()
    if set(arrays) != {*_NAMES, "name"} or digest != _digest(arrays):
        raise InputError(f"{path} is damaged: its content is not what was written; import it again")
    name = arrays.pop("name").tobytes().decode(errors="replace")
    city = City(name=name, **arrays)  # type: ignore[arg-type]
    _check(city, path)
    return city


def _check(city: City, path: Path) -> None:
    try:
        check_city(city)
    except ValueError as error:
        raise InputError(f"{path}: the city is impossible: {error}; import it again") from None


def _digest(arrays: _Arrays) -> bytes:
    """Over names, types, shapes and values, in the order of names."""
    seal = blake2b(f"lastmile-twin city {SCHEMA}".encode(), digest_size=32)
    for name in sorted(arrays):
        array = arrays[name]
        seal.update(f"{name} {array.dtype.str} {array.shape}".encode())
        seal.update(np.ascontiguousarray(array).tobytes())
    return seal.digest()


def _unpack(path: Path) -> _Arrays:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is larger than {MAX_BYTES >> 30} GiB, which no compiled city is")
        with zipfile.ZipFile(path) as archive:
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
                raise InputError(f"{path} is not a compiled city: it is compressed; make one with 'twin city import'")
            return {name.removesuffix(".npy"): _array(archive.read(name)) for name in archive.namelist()}
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}; give the path of a compiled city"
        ) from None
    except (ValueError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is not a compiled city, or is damaged ({error}); import it again") from None


def _array(data: bytes) -> NDArray[np.generic]:
    """One ``.npy``; its header must describe exactly the bytes that follow, so a lie cannot allocate memory."""
    file = io.BytesIO(data)
    if npy.read_magic(file) != (1, 0):
        raise ValueError("an array has an unknown header")
    shape, fortran, dtype = npy.read_array_header_1_0(file)
    body = file.read()
    if fortran or dtype.kind not in "iuf" or int(np.prod(shape, dtype=object)) * dtype.itemsize != len(body):
        raise ValueError("an array is not what its header says")
    return np.frombuffer(body, dtype=dtype).reshape(shape)
