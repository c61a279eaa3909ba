"""Plain data to and from one line of JSON, without NaN, and with limits."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import IntEnum
from typing import Any, NoReturn

import numpy as np

from twin.errors import PolicyError

_LONGEST = 60
"""Characters of a stranger's value that a complaint shows."""


def plain(value: Any) -> Any:
    """A value as JSON has it: records become objects, enumerations their names, arrays and ranges lists."""
    if value is None or isinstance(value, bool | int | float | str):
        return value.name if isinstance(value, IntEnum) else value
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return {str(name): plain(part) for name, part in value.items()} if isinstance(value, Mapping) else _list(value)


def _list(values: Iterable[Any]) -> list[Any]:
    return [plain(part) for part in values]


def line_of(message: Mapping[str, Any]) -> bytes:
    """A message as one line; numbers that are not finite are no JSON.

    Raises
    ------
    PolicyError
        If it holds such a number.
    """
    try:
        return json.dumps(message, allow_nan=False, separators=(",", ":")).encode() + b"\n"
    except ValueError as error:
        raise PolicyError(f"the view cannot be written as JSON ({error})") from None


def message_of(line: bytes) -> dict[str, Any]:
    """The object that a line holds.

    Raises
    ------
    ValueError
        If it is no JSON object, holds NaN or an infinity, or nests too deeply; the message is a part of a sentence.
    """
    try:
        message = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        said = "nests too deeply" if isinstance(error, RecursionError) else f"is no JSON ({error})"
        raise ValueError(f"its answer {show(line.decode(errors='replace').rstrip())} {said}") from None
    if not isinstance(message, dict):
        raise ValueError(f"its answer {show(message)} is no object, but must be one")
    return message


def show(value: Any) -> str:
    """A stranger's value, shortened."""
    said = repr(value)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")
