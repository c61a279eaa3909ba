"""Building an object from parameters that a configuration gives, each checked against its annotation."""

import dataclasses
import inspect
import json
import typing
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from experiments.problems import input_error
from experiments.suggest import did_you_mean
from twin.errors import InputError

_REST = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_ARBITRARY = ConfigDict(arbitrary_types_allowed=True)


def built(kind: type[Any], given: Mapping[str, Any], key: str, where: Callable[[str], str]) -> Any:
    """An object of a class.

    Parameters
    ----------
    kind : type
        A dataclass, or a class with an annotated ``__init__``.
    given : mapping
        Name -> value, as YAML has it.
    key : str
        Dotted key at which they stand.
    where : callable
        Dotted key -> the file or "command line" that set it.

    Raises
    ------
    InputError
        If a parameter is unknown, missing or wrong.
    """
    known = _parameters(kind)
    for name in given:
        if name not in known:
            said = f"{where(f'{key}.{name}')}: {key}.{name} is not a parameter of {kind.__name__}"
            raise InputError(f"{said}; {did_you_mean(name, known) if known else 'it has none, so remove it'}")
    for name, needed in known.items():
        if needed and name not in given:
            raise InputError(f"{where(key)}: {key}.{name} is missing; set {key}.{name}")
    wanted: Any = kind  # for mypy, to which a class is not hashable
    said = f"{where(key)}: {key}"
    values = {n: _checked(value, *_wanted(wanted, n, said), f"{key}.{n}", where) for n, value in given.items()}
    try:
        return kind(**values)
    except ValidationError as error:
        raise input_error(error, kind, where, key) from None
    except (ValueError, TypeError) as error:
        raise InputError(f"{where(key)}: {key}: {error}") from None
    except (Exception, SystemExit) as error:
        why = f"{type(error).__name__}: {error}"
        raise InputError(f"{where(key)}: {key}: {kind.__name__} cannot be made ({why}); mend it") from error


def _hints(kind: type[Any], said: str) -> dict[str, Any]:
    try:
        return typing.get_type_hints(kind if is_dataclass(kind) else kind.__init__, include_extras=True)
    except (NameError, TypeError, SyntaxError) as error:
        raise InputError(f"{said}: an annotation of {kind.__name__} is not understood ({error}); mend it") from None


def _parameters(kind: type[Any]) -> dict[str, bool]:
    """Name of each parameter of a class, and whether it must be given."""
    if is_dataclass(kind):
        missing = dataclasses.MISSING
        every = [field for field in dataclasses.fields(kind) if field.init]
        return {field.name: field.default is missing and field.default_factory is missing for field in every}
    empty = inspect.Parameter.empty
    named = inspect.signature(kind).parameters.items()
    return {name: parameter.default is empty for name, parameter in named if parameter.kind not in _REST}


@cache  # a run builds its policies anew, and making an adapter takes a hundred times what checking a value does
def _wanted(kind: Any, name: str, said: str) -> tuple[Any, TypeAdapter[Any]]:
    """The annotation of a parameter, and what checks a value against it."""
    hint = _hints(kind, said).get(name, Any)
    return hint, TypeAdapter(hint, config=None if _has_config(hint) else _ARBITRARY)


def _checked(value: Any, kind: Any, adapter: TypeAdapter[Any], key: str, where: Callable[[str], str]) -> Any:
    """The value as its annotation wants it; strict, but for lists that become tuples and names that become members."""
    try:
        return adapter.validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise input_error(error, kind, where, key) from None


def _has_config(kind: Any) -> bool:
    return hasattr(kind, "__pydantic_config__") or hasattr(kind, "model_config")
