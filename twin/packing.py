"""Plain data to and from JSON values: what comes back has exactly the types that its annotations say.

A file comes from somebody. So nothing is read without its annotation: a number is a number of 64 bits, a column has
the element type that its name promises, a record has as many fields as its class.
"""

import base64
import dataclasses
import math
import typing
import zlib
from array import array
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

_INT64 = 1 << 63
_CODES = {"array[int]": "bhiq", "array[float]": "d"}
"""Annotation of a column -> type codes that it may have."""

Reader = Callable[[Any], Any]


def pack(value: Any) -> Any:
    """The JSON value for plain data."""
    if isinstance(value, array):
        return {"array": value.typecode, "data": _squeeze(value.tobytes())}
    if isinstance(value, bytes | bytearray):
        return {"bytes": _squeeze(bytes(value))}
    if isinstance(value, dict):
        return [[pack(key), pack(item)] for key, item in value.items()]
    if dataclasses.is_dataclass(value):
        return [pack(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, list | tuple):
        return [pack(item) for item in value]
    return value


def _squeeze(raw: bytes) -> str:
    return base64.b64encode(zlib.compress(raw, 1)).decode("ascii")


@cache
def reader(kind: Any) -> Reader:
    """What turns a JSON value into an object of an annotated type.

    Parameters
    ----------
    kind : type or str
        ``int``, ``bool``, ``float``, ``bytes``, ``bytearray``, ``"array[int]"``, ``"array[float]"``, a list, dict or
        tuple of these, a named tuple or a dataclass of these.

    Returns
    -------
    callable
        Raises ValueError when the value is none; a field of a dataclass is named in the message.
    """
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _CODES:
        return partial(_column, _CODES[kind])
    if dataclasses.is_dataclass(kind):
        return partial(_record, kind, _fields(kind))
    parts = [reader(part) for part in typing.get_args(kind) or kind.__annotations__.values()]
    return partial(_CONTAINERS.get(typing.get_origin(kind)) or partial(_tuple, kind._make), *parts)


def named(kind: type, values: Mapping[str, Any]) -> Any:
    """An object of a dataclass from JSON values by name.

    Raises
    ------
    ValueError
        If a field is missing, unknown or wrong; it is named.
    """
    fields = _fields(kind)
    if not isinstance(values, dict):
        raise ValueError(f"a {kind.__name__} must be an object with its fields")
    odd = next((name for name in [*fields, *values] if name not in values or name not in fields), None)
    if odd is not None:
        raise ValueError(f"{odd[:40]}: is {'missing' if odd in fields else 'not known'}")
    return kind(**{name: _field(name, read, values[name]) for name, read in fields.items()})


def _fields(kind: Any) -> dict[str, Reader]:
    types: dict[str, Any] = {field.name: field.type for field in dataclasses.fields(kind)}
    return {name: reader(part) for name, part in types.items()}


def _field(name: str, read: Reader, value: Any) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _record(kind: Any, fields: Mapping[str, Reader], value: Any) -> Any:
    items = _items(value, len(fields))
    return kind(*(_field(name, read, item) for (name, read), item in zip(fields.items(), items, strict=True)))


def _items(value: Any, size: int) -> list[Any]:
    if not isinstance(value, list) or len(value) != size:
        raise ValueError(f"must be a list of {size}")
    return value


def _tuple(make: Callable[[Any], Any], *parts: Any) -> Any:
    *readers, value = parts
    return make(read(item) for read, item in zip(readers, _items(value, len(readers)), strict=True))


def _list(read: Reader, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("must be a list")
    return [read(item) for item in value]


def _dict(key: Reader, item: Reader, value: Any) -> dict[Any, Any]:
    pairs = [_items(pair, 2) for pair in _list(_as_it_is, value)]
    found = {key(one): item(other) for one, other in pairs}
    if len(found) < len(pairs):
        raise ValueError("has a key twice")
    return found


def _as_it_is(value: Any) -> Any:
    return value


def _int(value: Any) -> int:
    if type(value) is not int or not -_INT64 <= value < _INT64:
        raise ValueError("must be a whole number of 64 bits")
    return value


def _bool(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("must be true or false")
    return value


def _float(value: Any) -> float:
    if type(value) is not float or not math.isfinite(value):
        raise ValueError("must be a finite number")
    return value


def _raw(value: Any, name: str) -> bytes:
    if not isinstance(value, dict) or not isinstance(value.get(name), str):
        raise ValueError("must be a column")
    try:
        return zlib.decompress(base64.b64decode(value[name], validate=True))
    except zlib.error:
        raise ValueError("must be a whole column") from None


def _column(codes: str, value: Any) -> "array[Any]":
    raw = _raw(value, "data")
    code = value.get("array")
    if not isinstance(code, str) or len(code) != 1 or code not in codes:
        raise ValueError(f"must be a column of type {' or '.join(codes)}")
    column = array(code)
    column.frombytes(raw)
    if code == "d" and not all(map(math.isfinite, column)):
        raise ValueError("must hold finite numbers")
    return column


def _bytes(value: Any) -> bytes:
    return _raw(value, "bytes")


def _bytearray(value: Any) -> bytearray:
    return bytearray(_raw(value, "bytes"))


_PLAIN: dict[Any, Reader] = {int: _int, bool: _bool, float: _float, bytes: _bytes, bytearray: _bytearray}
_CONTAINERS: dict[Any, Callable[..., Any]] = {list: _list, dict: _dict, tuple: partial(_tuple, tuple)}
