"""From a ``_target_`` to a policy: configurations name, they do not execute.

A name is accepted only when it is a class that a trusted package defines itself: ``policies``, a package
that an installed plug-in announces under the entry point group ``lastmile_twin.plugins``, or a package
named on the command line (``plugins=[my_package]``). Hydra's ``instantiate`` would call anything.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module, invalidate_caches
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from experiments.parameters import built
from experiments.suggest import did_you_mean
from twin.errors import InputError
from twin.ports import PORTS, Policies

GROUP = "lastmile_twin.plugins"


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
    return ("policies", *_announced(entry_points), *plugins)


@cache  # what is installed stays so while a process lives
def _announced(lookup: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(entry.value.partition(":")[0].partition(".")[0] for entry in lookup(group=GROUP))


def _importable(name: str) -> bool:
    """Whether a package can be found, if need be in the working folder."""
    here = Path.cwd()
    if not _found(name) and ((here / name).is_dir() or (here / f"{name}.py").is_file()):
        sys.path.append(str(here))
        invalidate_caches()
    return _found(name)


def _found(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # __main__, and what else has no specification
        return False


def _policy(port: str, given: Any, trusted: tuple[str, ...], where: Callable[[str], str]) -> Any:
    key = f"policies.{port}"
    if not isinstance(given, Mapping) or not isinstance(given.get("_target_"), str):
        raise InputError(f"{where(key)}: {key}._target_ must name a class; choose one with policies/{port}=...")
    target = given["_target_"]
    kind = policy_class(target, trusted, f"{where(f'{key}._target_')}: {key}._target_(={target})")
    parameters = {str(name): value for name, value in given.items() if name != "_target_"}
    policy = built(kind, parameters, key, where)
    if not callable(policy):
        raise InputError(f"{where(key)}: {key}._target_(={target}) makes no policy; give {kind.__name__} a __call__")
    return policy


def policy_class(target: str, trusted: Sequence[str], said: str) -> type[Any]:
    """The class that a target names.

    Raises
    ------
    InputError
        If it is not a class that a trusted package defines; the message begins with ``said``.
    """
    module_name, _, name = target.rpartition(".")
    package = module_name.partition(".")[0]
    if package not in trusted or not all(part.isidentifier() for part in target.split(".")):
        only = f"only classes of {', '.join(trusted)} may be named"
        raise InputError(f"{said} is refused: {only}; for another package add plugins=[...]")
    try:
        module = import_module(module_name)
    except (Exception, SystemExit) as error:
        why = f"{type(error).__name__}: {error}"
        raise InputError(f"{said} cannot be imported ({why}); correct the name, or mend the module") from error
    found = vars(module).get(name)
    if not isinstance(found, type) or found.__module__.partition(".")[0] != package:
        classes = [n for n, kind in vars(module).items() if isinstance(kind, type) and kind.__module__ == module_name]
        raise InputError(f"{said} is not a class that {module_name} defines; {did_you_mean(name, classes)}")
    return found
