"""What the shipped configuration says, key by key, whether a run uses it or not.

A key here is the one of the register: ``vehicle.drone.speed_kmh`` is what ``fleet.drones.kind.speed_kmh`` is unless a
run says otherwise, ``policies.routing.insertion.sweeps`` what ``policies.routing.sweeps`` is with that policy.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from experiments.confdir import conf_dir

NOT_A_NUMBER = ("out", "overwrite", "plugins", "programs")
"""Keys that say where to write and whom to trust: no evidence is needed for them."""
NAMES_CODE = ("_target_", "command")
"""Parameters of a policy that say what it is: a class, a program."""


def leaves_of(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted key and value of everything; a list is one value."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from leaves_of(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


@cache
def shipped() -> Mapping[str, Any]:
    """Key of the register -> value in the shipped configuration."""
    found = dict(default_run())
    for kind in _stems("vehicle"):
        found |= {f"vehicle{'' if kind == 'base' else f'.{kind}'}.{key}": value for key, value in _own("vehicle", kind)}
    for name in _stems("carriers"):
        found |= {f"carriers.{key}": value for key, value in _own("carriers", name)}
    for port in sorted(path.name for path in (conf_dir() / "policies").iterdir()):
        for name in _stems(f"policies/{port}"):
            found |= {f"policies.{port}.{name}.{key}": value for key, value in _own(f"policies/{port}", name)}
    return found


@cache
def default_settings() -> dict[str, Any]:
    """The composed default run, as plain data."""
    from experiments.composition import composed
    from experiments.guard import plain

    return plain(composed("config", []).config)


@cache
def default_run() -> Mapping[str, Any]:
    """Key -> value of the default run, without what has a file of its own for each vehicle, carrier and policy."""
    settings = {key: value for key, value in default_settings().items() if key not in (*NOT_A_NUMBER, "policies")}
    return {key: value for key, value in leaves_of(settings) if not key.startswith("carriers.") and ".kind." not in key}


@cache
def default_leaves() -> Mapping[str, Any]:
    """Key on the command line -> value of the default run."""
    return dict(leaves_of(default_settings()))


def usual(key: str, name: str) -> Any:
    """What a key is unless somebody says otherwise: in the default run, or else where the register's key is shipped."""
    leaves = default_leaves()
    return leaves[key] if key in leaves else shipped().get(name)


def names(settings: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Key on the command line, key of the register, and value, of every number of a configuration."""
    for key, value in leaves_of({key: value for key, value in settings.items() if key not in NOT_A_NUMBER}):
        if key.rpartition(".")[2] not in NAMES_CODE:
            yield key, canonical(key, settings), value


def canonical(key: str, settings: Mapping[str, Any]) -> str:
    """The register's key of a key of a configuration."""
    parts = key.split(".")
    if parts[0] == "policies" and len(parts) > 2:
        option = str(settings["policies"][parts[1]].get("_target_", "")).split(".")[-2:-1]
        return ".".join([*parts[:2], *option, *parts[2:]])
    if parts[0] == "fleet" and parts[2:3] == ["kind"]:
        return _of_kind(str(settings["fleet"][parts[1]]["kind"].get("mode")), ".".join(parts[3:]))
    return key


def _of_kind(mode: str, key: str) -> str:
    """The file of a kind, or of one that it builds on, that has the last word on a key."""
    owner = _owners(mode).get(key, "base")
    return f"vehicle.{key}" if owner == "base" else f"vehicle.{owner}.{key}"


@cache
def _owners(mode: str) -> dict[str, str]:
    """Key -> the file that has the last word on it, for a kind of vehicle."""
    chain = _chain(mode) if (conf_dir() / "vehicle" / f"{mode}.yaml").is_file() else ["base"]
    return {key: kind for kind in reversed(chain) for key, _ in _own("vehicle", kind)}


def _chain(kind: str) -> list[str]:
    """A kind and what it builds on, the kind first."""
    parents = [parent for parent in _file(f"vehicle/{kind}").get("defaults", []) if parent != "_self_"]
    return [kind, *(name for parent in parents for name in _chain(parent))]


def _stems(folder: str) -> list[str]:
    return sorted(path.stem for path in (conf_dir() / folder).glob("*.yaml"))


@cache
def _own(folder: str, name: str) -> tuple[tuple[str, Any], ...]:
    """What one file sets itself."""
    values = {key: value for key, value in _file(f"{folder}/{name}").items() if key not in ("defaults", *NAMES_CODE)}
    return tuple(leaves_of(values))


@cache
def _file(name: str) -> dict[str, Any]:
    values: Any = yaml.safe_load(Path(conf_dir() / f"{name}.yaml").read_text(encoding="utf-8"))
    return values or {}
