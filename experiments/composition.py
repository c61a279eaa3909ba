"""Composing a configuration from the shipped files, others beside them, and overrides."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra import compose, version
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra._internal.hydra import Hydra
from hydra._internal.utils import create_config_search_path
from hydra.core.config_search_path import SearchPathQuery
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import DictConfig, open_dict

from experiments.complaints import CONFIGURATION_ERRORS, complaint, no_such_key, unknown_key
from experiments.confdir import conf_dir
from experiments.config import Job, job_from
from experiments.guard import harmless_hydra, plain
from experiments.origin import COMMAND_LINE, Origin, without
from experiments.overrides import MAX_JOBS, jobs_of, understood
from experiments.yamlfiles import check_files
from twin.errors import InputError

VERSION_BASE = "1.3"


@dataclass(frozen=True)
class Composed:
    """A configuration without Hydra's own node, and where it came from."""

    config: DictConfig
    origin: Origin

    def without(self, names: Sequence[str]) -> "Composed":
        """The same without some keys: those of a study that are not of its runs."""
        config = self.config.copy()
        with open_dict(config):
            for name in names:
                del config[name]
        return Composed(config, self.origin)


def composed(name: str, overrides: Sequence[str], dirs: Sequence[str] = ()) -> Composed:
    """Compose a configuration.

    Parameters
    ----------
    name : str
        Of the primary file, as in ``config``.
    overrides : sequence of str
        As on the command line.
    dirs : sequence of str
        Folders to search beside the shipped configuration.

    Raises
    ------
    InputError
        If it cannot be composed, or would run code.
    """
    words = understood(overrides)
    try:
        config = _compose(name, words, dirs)
    except CONFIGURATION_ERRORS as error:
        raise translated(error, name, words, dirs) from error
    harmless_hydra(config.hydra)
    origin = Origin.of(config.hydra)
    with open_dict(config):
        del config["hydra"]
    return Composed(config, origin)


def sweep_of(name: str, overrides: Sequence[str], dirs: Sequence[str] = ()) -> list[Composed]:
    """Compose every job of a sweep.

    Raises
    ------
    InputError
        If any cannot be composed, or they are too many.
    """
    words = understood(overrides)
    try:
        with _composer(dirs):
            parser = OverridesParser.create(config_loader=GlobalHydra.instance().config_loader())
            swept = parser.parse_overrides(words)
            if not 0 < jobs_of(swept) <= MAX_JOBS:
                raise InputError(f"command line: a sweep must have 1 to {MAX_JOBS:,} jobs; name other values")
            jobs = BasicSweeper.split_arguments(swept, None)[0]
    except CONFIGURATION_ERRORS as error:
        raise translated(error, name, words, dirs) from error
    return [composed(name, words, dirs) for words in jobs]


def swept_values(override: str) -> list[Any]:
    """The values that one override sweeps over, or the one that it has.

    Raises
    ------
    InputError
        If it cannot be read, or they are too many.
    """
    (word,) = understood([override])
    try:
        read = OverridesParser.create().parse_override(word)
        if not 0 < jobs_of([read]) <= MAX_JOBS:
            raise InputError(f"command line: {read.key_or_group} must have 1 to {MAX_JOBS:,} values; name others")
        return list(read.sweep_iterator()) if read.is_sweep_override() else [read.value()]
    except CONFIGURATION_ERRORS as error:
        raise translated(error, "", [word]) from error


def values_of(overrides: Sequence[str]) -> dict[str, Any]:
    """Key or group of each override, and its value as Hydra reads it; what is taken away has the value None."""
    read = OverridesParser.create().parse_overrides(list(overrides))
    return {override.get_key_element().lstrip("+"): override.value() for override in read}


def job_of(made: Composed, beside: Sequence[str] = ()) -> Job:
    """Check a composed configuration as that of a run.

    Parameters
    ----------
    beside : sequence of str
        Keys that are not the run's: those of a study that it is part of.

    Raises
    ------
    InputError
        As :func:`~experiments.config.job_from`, and if a file names plug-ins or programs.
    """
    settings = {key: value for key, value in plain(made.config, made.origin.where).items() if key not in beside}
    if settings.get("plugins") and (place := made.origin.where("plugins")) != COMMAND_LINE:
        raise InputError(f"{place}: plugins run code, so they are named on the command line only; add plugins=[...]")
    for port, words in (settings.get("programs") or {}).items():
        if words and (place := made.origin.where(f"programs.{port}")) != COMMAND_LINE:
            raise InputError(
                f"{place}: programs run code, so they are named on the command line only; add programs.{port}=[...]"
            )
    return job_from(settings, made.origin)


def translated(error: Exception, name: str, overrides: Sequence[str], dirs: Sequence[str] = ()) -> InputError:
    """What to raise for an error of Hydra, OmegaConf or YAML."""
    if isinstance(error, InputError):
        return error
    found = unknown_key(error)
    if found is None:
        return InputError(complaint(error, overrides, [*dirs, str(conf_dir())]))
    said, key = found
    try:
        config = _compose(name, without(overrides, said), dirs)
    except CONFIGURATION_ERRORS:
        return InputError(f"command line: there is no key {key}; see twin run --cfg job")
    more = "" if not key.startswith(f"{said}.") else f" To add it write +{key}=..."
    return InputError(no_such_key(said, key, config) + more)


def _compose(name: str, overrides: Sequence[str], dirs: Sequence[str]) -> DictConfig:
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*is not available", category=UserWarning)
        try:
            with _composer(dirs):
                return compose(name, list(overrides), return_hydra_config=True)
        except UserWarning as warning:
            path = str(warning).partition("path=")[2].removesuffix(" is not available.")
            raise InputError(f"hydra.searchpath: {path} is not there; check the path") from None


@contextmanager
def _composer(dirs: Sequence[str]) -> Iterator[None]:
    """Hydra with our folder and others after it; what it was in use for before is set aside, and given back."""
    version.setbase(VERSION_BASE)
    path = create_config_search_path(str(conf_dir()))
    for folder in dirs:
        if not Path(folder).is_dir():
            raise InputError(f"--config-dir {folder}: there is no such folder; check the path")
        where = f"file://{Path(folder).absolute()}"
        path.prepend(provider="command-line", path=where, anchor=SearchPathQuery(provider="schema"))
    check_files()
    instance = GlobalHydra.instance()
    before, instance.hydra = instance.hydra, None
    try:
        Hydra.create_main_hydra2("twin", path)
        yield
    finally:
        instance.hydra = before
