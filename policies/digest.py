"""A fingerprint of any plain data, to see whether it has changed."""

from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from typing import Any

import numpy as np


def digest(value: Any) -> str:
    """A fingerprint: equal for equal data, however deep; objects count by their attributes.

    Understands dataclasses, mappings, sequences, sets, numpy arrays, memoryviews, numbers and text, and
    follows ``__dict__`` and ``__slots__`` of anything else, once each.
    """
    state = blake2b(digest_size=16)
    _feed(state, value, {})
    return state.hexdigest()


def _feed(state: blake2b, value: Any, seen: dict[int, int]) -> None:
    """Add a value; mutable ones are numbered, so that loops end and shared parts count as shared."""
    if value is None or isinstance(value, int | float | complex | str | bytes | np.generic):
        state.update(f"{type(value).__name__}{value!r};".encode())
        return
    if id(value) in seen:
        state.update(f"#{seen[id(value)]};".encode())
        return
    seen[id(value)] = len(seen)
    state.update(f"{type(value).__name__}(".encode())
    if isinstance(value, np.ndarray | memoryview):
        array = np.asarray(value)
        state.update(f"{array.dtype}{array.shape}".encode() + array.tobytes())
    else:
        for part in _parts(value):
            _feed(state, part, seen)
    state.update(b");")


def _parts(value: Any) -> list[Any]:
    """What a value is made of, in an order that depends on nothing else."""
    if isinstance(value, Mapping):
        return [part for item in value.items() for part in item]
    if isinstance(value, Set):
        return sorted(digest(part) for part in value)
    if isinstance(value, list | tuple | range):
        return list(value)
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    slots = [name for kind in type(value).__mro__ for name in _slots(kind)]
    return [getattr(value, name, None) for name in slots] + [*vars(value).items()] if hasattr(value, "__dict__") else [
        getattr(value, name, None) for name in slots
    ]
