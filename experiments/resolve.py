"""From a ``_target_`` to a policy: configurations name, they do not execute.

A name is accepted only when it is a class that a trusted package defines itself: ``policies``, a package
that an installed plug-in announces under the entry point group ``lastmile_twin.plugins``, or a package
named on the command line (``plugins=[my_package]``). Hydra's ``instantiate`` would call anything.
"""

import inspect
import json
import sys
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from importlib import import_module, invalidate_caches
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from experiments.problems import input_error
from experiments.suggest import did_you_mean
from twin.errors import InputError
from twin.ports import PORTS, Policies

GROUP = "lastmile_twin.plugins"
_ARBITRARY = ConfigDict(arbitrary_types_allowed=True)


def policies_from(
    named: Mapping[str, Any], plugins: Sequence[str] = (), where: Callable[[str], str] = lambda _: "configuration"
) -> Policies:
    """The bundle of policies that a configuration names.

    Parameters
    ----------
    named : mapping
        Port -> ``{"_target_": "policies.routing.nearest.Nearest", parameter: value, ...}``.
    plugins : sequence of str
        Packages that are trusted beside ``policies`` and the installed plug-ins.
    where : callable
        Dotted key -> the file or "command line" that set it.

    Raises
    ------
    InputError
        If a port is unknown or has no policy, a name is not trusted, or a parameter is wrong.
    """
    for port in named:
        if port not in PORTS:
            raise InputError(f"{where(f'policies.{port}')}: policies.{port} is not a port; {did_you_mean(port, PORTS)}")
    trusted = _trusted(plugins)
    return Policies(**{port: _policy(port, named.get(port), trusted, where) for port in PORTS})


def _trusted(plugins: Sequence[str]) -> tuple[str, ...]:
    for name in plugins:
        if not name.isidentifier() or not _importable(name):
            raise InputError(f"plugins: there is no package {name!r} to import; install it or correct plugins=[...]")
    announced = (entry.value.partition(":")[0].partition(".")[0] for entry in entry_points(group=GROUP))
    return ("policies", *announced, *plugins)


def _importable(name: str) -> bool:
    """Whether a package can be found, if need be in the working folder."""
    here = Path.cwd()
    if find_spec(name) is None and ((here / name).is_dir() or (here / f"{name}.py").is_file()):
        sys.path.append(str(here))
        invalidate_caches()
    return find_spec(name) is not None


def _policy(port: str, given: Any, trusted: tuple[str, ...], where: Callable[[str], str]) -> Any:
    key = f"policies.{port}"
    if not isinstance(given, Mapping) or not isinstance(given.get("_target_"), str):
        raise InputError(f"{where(key)}: {key}._target_ must name a class; choose one with policies/{port}=...")
    target = given["_target_"]
    kind = policy_class(target, trusted, f"{where(f'{key}._target_')}: {key}._target_(={target})")
    parameters = {str(name): value for name, value in given.items() if name != "_target_"}
    return _built(kind, parameters, key, where)


def policy_class(target: str, trusted: Sequence[str], said: str) -> type[Any]:
    """The class that a target names.

    Raises
    ------
    InputError
        If it is not a class that a trusted package defines; the message begins with ``said``.
    """
    module_name, _, name = target.rpartition(".")
    if module_name.partition(".")[0] not in trusted or not all(part.isidentifier() for part in target.split(".")):
        raise InputError(
            f"{said} is refused: it is in none of {', '.join(trusted)}; for another package add plugins=[...]"
        )
    try:
        module = import_module(module_name)
    except ImportError as error:
        raise InputError(f"{said} cannot be imported ({error}); correct the module's name") from None
    found = vars(module).get(name)
    if not isinstance(found, type) or found.__module__.partition(".")[0] not in trusted:
        classes = [n for n, kind in vars(module).items() if isinstance(kind, type) and kind.__module__ == module_name]
        raise InputError(f"{said} is not a class that {module_name} defines; {did_you_mean(name, classes)}")
    return found


def _built(kind: type[Any], given: Mapping[str, Any], key: str, where: Callable[[str], str]) -> Any:
    known = inspect.signature(kind).parameters
    for name in given:
        if name not in known:
            said = f"{where(f'{key}.{name}')}: {key}.{name} is not a parameter of {kind.__name__}"
            raise InputError(f"{said}; {did_you_mean(name, known) if known else 'it has none, so remove it'}")
    for name, parameter in known.items():
        if name not in given and parameter.default is inspect.Parameter.empty:
            raise InputError(f"{where(key)}: {key}.{name} is missing; set {key}.{name}")
    hints = typing.get_type_hints(kind if is_dataclass(kind) else kind.__init__, include_extras=True)
    values = {name: _checked(value, hints.get(name, Any), f"{key}.{name}", where) for name, value in given.items()}
    try:
        return kind(**values)
    except ValidationError as error:
        raise input_error(error, kind, where, key) from None
    except (ValueError, TypeError) as error:
        raise InputError(f"{where(key)}: {key}: {error}") from None


def _checked(value: Any, kind: Any, key: str, where: Callable[[str], str]) -> Any:
    """The value as its annotation wants it; strict, but for lists that become tuples and names that become members."""
    try:
        return TypeAdapter(kind, config=None if _has_config(kind) else _ARBITRARY).validate_json(
            json.dumps(value), strict=True
        )
    except ValidationError as error:
        raise input_error(error, kind, where, key) from None


def _has_config(kind: Any) -> bool:
    return hasattr(kind, "__pydantic_config__") or hasattr(kind, "model_config")
