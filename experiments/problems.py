"""What pydantic found wrong, as one sentence that names the key, the value and the fix."""

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError

from experiments.suggest import did_you_mean
from twin.errors import InputError

_UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")
_MISSING = ("missing", "missing_argument", "missing_keyword_only_argument")
_LENGTH = re.compile(r"(?:tuple|dictionary) should have at (least|most) (\d+) items? after validation, not (\d+)")
_KEY = re.compile(r"[^\[\]()]+")
"""A key; pydantic's own steps have brackets, as in ``function-after[...]``."""
_FIRST = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)*(?=[(:. ])")
"""The key that a sentence begins with, if it does."""
_SHAPES = {
    "dataclass_type": "must hold keys and values",
    "dict_type": "must hold keys and values",
    "tuple_type": "must be a list, as in [a, b]",
    "string_pattern_mismatch": "must be letters, digits, - and _, a letter first",
}
_TEXT = ("string_type", "string_sub_type")


def input_error(error: ValidationError, root: Any, where: Callable[[str], str], prefix: str = "") -> InputError:
    """The first problem of a validation as an :class:`~twin.errors.InputError`.

    Parameters
    ----------
    root : type
        What it was validated as, to find the keys that are known.
    where : callable
        Dotted key -> the file or "command line" that set it.
    prefix : str
        Dotted key at which ``root`` stands.
    """
    problem = error.errors(include_url=False)[0]
    place = [part for part in problem["loc"] if isinstance(part, int) or _KEY.fullmatch(part)]
    key = ".".join([prefix, *map(str, place)] if prefix else map(str, place))
    others = error.error_count() - 1
    more = f" (and {others} more)" if others else ""
    said = _sentence(problem, key, root, place)
    first = _FIRST.match(said)
    source = where(first[0]) if first else "the configuration"
    return InputError(f"{source}: {said}{more}")


def _sentence(problem: Any, key: str, root: Any, place: Sequence[str | int]) -> str:
    kind, value = problem["type"], problem["input"]
    if kind in _UNKNOWN:
        return f"{key}{_shown(value)} is not known; {did_you_mean(str(place[-1]), _keys_at(root, place[:-1]))}"
    if kind in _MISSING:
        return f"{key} is missing; set {key}"
    if kind in _TEXT and isinstance(value, int) and not isinstance(value, bool) and 60 <= value <= 24 * 3600:
        time = _unquoted(value)
        return f"{key}(={value}) must be text; YAML reads an unquoted {time} as {value}, so quote it: '{time}'"
    reason: str = problem["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    if key and reason.startswith(f"{key}."):
        return reason
    reason = _SHAPES.get(kind, reason)
    reason = reason[:1].lower() + reason[1:]
    reason = _LENGTH.sub(r"must have at \1 \2 entries, not \3", reason)
    fix = "" if ";" in reason or not key else f"; set {key}"
    if not key:
        return reason
    return f"{key}{_shown(value)}{':' if kind == 'value_error' else ''} {reason}{fix}"


def _unquoted(value: int) -> str:
    """The time that YAML 1.1 (base 60) turned into this number."""
    hours, minutes = divmod(value if value <= 24 * 60 else value // 60, 60)
    return f"{hours}:{minutes:02d}"


def _shown(value: Any) -> str:
    """The value as YAML would say it, when it is short enough to help."""
    if not isinstance(value, str | int | float | bool | None):
        return ""
    text = str(value).lower() if isinstance(value, bool) else "null" if value is None else repr(value)
    return f"(={text})" if len(text) <= 60 else f"(={text[:57]}...)"


def _keys_at(root: Any, place: Sequence[str | int]) -> list[str]:
    """Names of the fields of the dataclass at this place below ``root``."""
    for part in place:
        root = _inside(root, part)
    found = next((option for option in _options(root) if dataclasses.is_dataclass(option)), None)
    return [field.name for field in dataclasses.fields(found)] if found else []


def _inside(kind: Any, part: str | int) -> Any:
    for option in _options(kind):
        if dataclasses.is_dataclass(option) and isinstance(option, type):
            return typing.get_type_hints(option).get(str(part))
        arguments = typing.get_args(option)
        if arguments:
            return arguments[-1] if arguments[-1] is not ... else arguments[0]
    return None


def _options(kind: Any) -> list[Any]:
    """The members of a union, without ``Annotated`` around them."""
    if typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return [inner for option in typing.get_args(kind) for inner in _options(option)]
    return [kind]
