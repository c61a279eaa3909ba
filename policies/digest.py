"""A fingerprint of any plain data, to see whether it has changed."""

from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

_Seen = dict[int, tuple[Any, str]]
"""By id: the object, kept alive so that its id stays its own, and its fingerprint."""


def digest(value: Any) -> str:
    """A fingerprint: equal for equal data, however deep; objects count by their attributes.

    Understands dataclasses, mappings, sequences, sets, numpy arrays, memoryviews, numbers and text, and
    follows ``__dict__`` and ``__slots__`` of anything else, once each.
    """
    return _digest(value, {})


def _digest(value: Any, seen: _Seen) -> str:
    if value is None or isinstance(value, int | float | complex | str | bytes | range | np.generic):
        return _hash(type(value).__name__, repr(value))
    if isinstance(value, type | FunctionType | ModuleType):
        return _hash(type(value).__name__, value.__name__)
    if id(value) in seen:
        return seen[id(value)][1]
    seen[id(value)] = (value, "loop")
    if isinstance(value, np.ndarray | memoryview):
        array = np.asarray(value)
        mark = _hash(str(array.dtype), str(array.shape), array.tobytes().hex())
    elif isinstance(value, Set):
        mark = _hash(type(value).__name__, *sorted(_digest(part, seen) for part in value))
    else:
        mark = _hash(type(value).__name__, *(_digest(part, seen) for part in _parts(value)))
    seen[id(value)] = (value, mark)
    return mark


def _parts(value: Any) -> list[Any]:
    """What a value is made of, in an order of its own."""
    if isinstance(value, Mapping):
        return [part for item in value.items() for part in item]
    if isinstance(value, list | tuple):
        return list(value)
    names = [field.name for field in fields(value)] if is_dataclass(value) else _attributes(value)
    return [getattr(value, name, None) for name in names]


def _attributes(value: Any) -> list[str]:
    """Names of an object's attributes, those of slots first."""
    slots = [getattr(kind, "__slots__", ()) for kind in type(value).__mro__]
    names = [name for some in slots for name in ((some,) if isinstance(some, str) else some)]
    return [*names, *getattr(value, "__dict__", ())]


def _hash(*texts: str) -> str:
    return blake2b("\0".join(texts).encode(), digest_size=16).hexdigest()
