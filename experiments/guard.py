"""A configuration is data: nothing in it may run code, read the environment, or be infinite.

Hydra would call whatever ``hydra.callbacks``, a logging handler or a launcher names, and OmegaConf would
read environment variables into a file that is then shared. A configuration from somebody else is checked
here before either gets to see it.
"""

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from twin.errors import InputError

MAX_DEPTH = 20
_RESOLVER = re.compile(r"\$\{[^}]*:")


def leaves(
    node: Any, where: Callable[[str], str] | None = None, key: str = "", depth: int = 0
) -> Iterator[tuple[str, Any]]:
    """Every (dotted key, unresolved value) of a configuration.

    Raises
    ------
    InputError
        If it nests deeper than ``MAX_DEPTH``.
    """
    if depth > MAX_DEPTH:
        place = f"{where(key)}: " if where else ""
        raise InputError(f"{place}{key}: nests deeper than {MAX_DEPTH} levels; flatten it")
    if isinstance(node, dict):
        for name, value in node.items():
            yield from leaves(value, where, f"{key}.{name}" if key else str(name), depth + 1)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, where, f"{key}.{index}", depth + 1)
    else:
        yield key, node


def plain(config: DictConfig, where: Callable[[str], str] = lambda _: "configuration") -> dict[str, Any]:
    """The configuration as plain resolved data.

    Parameters
    ----------
    where : callable
        Dotted key -> the file or "command line" that set it.

    Raises
    ------
    InputError
        If it asks for a resolver (``${oc.env:...}``), names a ``_target_`` that is no policy, leaves a
        value open (``???``), or holds NaN or an infinity.
    """
    for key, value in leaves(_data(config, resolve=False), where):
        _harmless(key, value, where)
    try:
        resolved = _data(config, resolve=True)
    except OmegaConfBaseException as error:
        key, said = str(error.full_key or ""), str(error).splitlines()[0]
        raise InputError(f"{where(key)}: {key}: {said}; correct the ${{...}} there") from None
    present(resolved, where)
    return resolved


def present(data: dict[str, Any], where: Callable[[str], str]) -> None:
    """Refuse plain data that leaves a value open or is infinite.

    Raises
    ------
    InputError
        Naming the place and the key.
    """
    for key, value in leaves(data, where):
        if value == "???":
            raise InputError(f"{where(key)}: {key} has no value; set {key}=...")
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"{where(key)}: {key}(={value}) must be a finite number; set {key}")


def _data(config: DictConfig, *, resolve: bool) -> dict[str, Any]:
    data: Any = OmegaConf.to_container(config, resolve=resolve)
    return {str(key): value for key, value in data.items()}


def _harmless(key: str, value: Any, where: Callable[[str], str]) -> None:
    if isinstance(value, str) and _RESOLVER.search(value):
        said = "calls a resolver; only ${other.key} is allowed: write the value itself"
    elif key.rpartition(".")[2] == "_target_" and not re.fullmatch(r"policies\.[a-z]+\._target_", key):
        said = "is refused: only policies.<port>._target_ names a class; remove the key"
    else:
        return
    raise InputError(f"{where(key)}: {key}(={value}) {said}")


def harmless_hydra(hydra: DictConfig) -> None:
    """Refuse what would make Hydra itself run code or write somewhere else.

    Raises
    ------
    InputError
        If ``hydra.callbacks``, logging, environment or folders are not ours, or a ``_target_`` below
        ``hydra`` is neither Hydra's nor an installed plug-in's.
    """
    node = _data(hydra, resolve=False)
    for part in ("callbacks", "job.env_set", "job.env_copy"):
        if OmegaConf.select(hydra, part):
            raise InputError(f"hydra.{part} is refused, because it can run code; remove it")
    for part in ("job_logging", "hydra_logging"):
        if (node.get(part) or {}).get("root") is not None:
            raise InputError(
                f"hydra.{part} can run code; remove it, or begin your file with defaults: [config, _self_]"
            )
    if (node["run"]["dir"], node["output_subdir"], node["job"]["chdir"]) != (".", None, False):
        raise InputError(
            "hydra.run.dir, hydra.output_subdir and hydra.job.chdir are fixed; name the folder with out=..."
        )
    for key, value in leaves(node):
        if key.rpartition(".")[2] == "_target_" and not str(value).startswith(("hydra._internal.", "hydra_plugins.")):
            raise InputError(f"hydra.{key}(={value}) is refused: it is no plug-in of Hydra; remove it")
