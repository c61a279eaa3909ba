"""The way in through Hydra: overrides, groups, ``--multirun``, ``--cfg``, ``--help``, completion.

Before Hydra sees a configuration that is not ours, or starts a sweep, everything is composed and checked here:
so nothing runs code, and nothing is written when one job of many is wrong.
"""

import argparse
import io
import logging
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TextIO

import hydra
from hydra._internal.utils import get_args_parser
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from experiments.composition import VERSION_BASE, Composed, composed, sweep_of, swept_values, translated
from experiments.confdir import conf_dir
from experiments.folder import target
from experiments.helptext import choices
from experiments.origin import Origin, override_key, without
from experiments.overrides import at_home
from experiments.packs import spread
from experiments.say import say
from twin.errors import InputError, InvariantError

Task = Callable[[Composed, Path | None], None]
Check = Callable[[Composed], Any]
NAME_LENGTH = 200


def launch(task: Task, check: Check, config_name: str, argv: Sequence[str]) -> int:
    """Run a task on a composed configuration, or on each job of a sweep, or show what Hydra can show.

    Parameters
    ----------
    task : callable
        Gets a composed configuration, and in a sweep the folder to write.
    check : callable
        Raises InputError when a job of a sweep could not run.
    config_name : str
        The primary file.
    argv : sequence of str
        What follows the sub-command.

    Raises
    ------
    InputError
        For anything that is wrong with the command line or the configuration.
    """
    arguments, argv = _parsed([spread(word) for word in argv])
    name = arguments.config_name or config_name
    dirs = [arguments.config_dir] if arguments.config_dir else []
    if arguments.shell_completion:
        return _hydra(task, config_name, argv)
    shows = any(_shown(arguments))
    if arguments.multirun or "hydra.mode=MULTIRUN" in arguments.overrides:
        if shows:
            raise InputError("command line: --multirun plays, and nothing else is shown then; leave one of them out")
        jobs = sweep_of(name, arguments.overrides, dirs)
        for job in jobs:
            check(job)
        return _sweep(task, config_name, argv, jobs)
    made = composed(name, arguments.overrides, dirs)
    if arguments.help:
        say(choices(made))
        return 0
    if arguments.package and OmegaConf.select(made.config, arguments.package) is None:
        raise InputError(f"--package {arguments.package}: there is no such key; see twin run --cfg job")
    if shows:
        return _hydra(task, config_name, argv)
    task(made, None)
    return 0


def launch_cells(play: Callable[[list[Composed], list[Any]], int], config_name: str, argv: Sequence[str]) -> int:
    """Hand every combination of the swept values to one function, or show what Hydra can show.

    Parameters
    ----------
    play : callable
        Gets the cells and the seeds: those are not composed one by one.

    Raises
    ------
    InputError
        For anything that is wrong with the command line or the configuration.
    """
    arguments, argv = _parsed([spread(word) for word in argv])
    name = arguments.config_name or config_name
    dirs = [arguments.config_dir] if arguments.config_dir else []
    if arguments.multirun or "hydra.mode=MULTIRUN" in arguments.overrides:
        raise InputError("command line: twin sweep plays every combination by itself; leave --multirun out")
    if any((*_shown(arguments), arguments.shell_completion)):
        return launch(_nothing, _nothing, config_name, argv)
    said = [word for word in arguments.overrides if override_key(word) == "seed"]
    seeds = swept_values(said[-1]) if said else []
    first = [f"seed={seed}" for seed in seeds[:1]]
    cells = sweep_of(name, [*without(arguments.overrides, "seed"), *first], dirs)
    return play(cells, seeds or [cells[0].config.seed])


def _nothing(_: Composed, __: Path | None = None) -> None:
    """Of a job that is only shown."""


def _shown(arguments: argparse.Namespace) -> tuple[Any, ...]:
    """What asks to show something instead of playing."""
    return arguments.help, arguments.hydra_help, arguments.cfg, arguments.info


@dataclass(frozen=True)
class HydraJob:
    """A task as Hydra calls it, in this process or in one of a launcher."""

    task: Task

    def __call__(self, config: DictConfig) -> None:
        """Play one job of a sweep into its folder below that of the sweep."""
        node = HydraConfig.get()
        said = "".join(letter if letter.isalnum() or letter in "=,.-" else "_" for letter in node.job.override_dirname)
        folder = Path(node.sweep.dir) / f"{node.job.num}_{said[:NAME_LENGTH]}".rstrip("_.")
        self.task(Composed(config, Origin.of(node)), folder)


def _hydra(task: Task, config_name: str, words: Sequence[str]) -> int:
    """Hand the command line to Hydra's main."""
    try:
        with _command_line(words), _quiet_logging(), redirect_stderr(_WithoutHydrasLine(sys.stderr)):
            main = hydra.main(version_base=VERSION_BASE, config_path=str(conf_dir()), config_name=config_name)
            main(HydraJob(task))()
    except SystemExit as end:
        return int(end.code or 0)
    except (HydraException, OmegaConfBaseException) as error:
        raise translated(error, config_name, ()) from error
    except (AssertionError, ValueError, TypeError) as error:
        ours = [word for word in words if word.lstrip("+~").startswith("hydra") and "hydra.sweep.dir" not in word]
        if isinstance(error, InputError | InvariantError) or not ours:
            raise
        why = str(error) or type(error).__name__
        raise InputError(f"command line: Hydra does not take {' '.join(ours)} ({why}); remove it") from error
    return 0


def _sweep(task: Task, config_name: str, words: Sequence[str], jobs: Sequence[Composed]) -> int:
    """Play the jobs, which have been checked, through Hydra's launcher."""
    out = jobs[0].config.out
    if any(job.config.out != out for job in jobs):
        raise InputError("command line: out cannot be swept; name one folder for the whole sweep")
    if out is not None and Path(out).exists():
        raise InputError(f"out(={out}) is there already; a sweep needs a new folder, so choose another name")
    folder = target(out, "sweep", overwrite=False)
    try:
        return _hydra(task, config_name, [*words, f"hydra.sweep.dir={_quoted(folder)}"])
    finally:
        if folder.is_dir() and {path.name for path in folder.iterdir()} <= {"multirun.yaml"}:
            shutil.rmtree(folder)


def _parsed(argv: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The arguments, and the command line for Hydra: options first, which it cannot read between overrides."""
    parser = get_args_parser()
    parser.error = _refuse  # type: ignore[method-assign]
    arguments = parser.parse_intermixed_args(list(argv))
    if arguments.experimental_rerun is not None:
        raise InputError("--experimental-rerun is refused, because it reads a pickle; use twin resume")
    if arguments.config_path is not None:
        raise InputError("--config-path would replace the shipped configuration; add a folder with --config-dir")
    for option in ("config_name", "config_dir"):
        if getattr(arguments, option) == "":
            raise InputError(f"--{option.replace('_', '-')} is empty; give it a value, or leave it out")
    options, overrides = [], list(arguments.overrides)
    for word in argv:
        if overrides and word == overrides[0]:
            overrides.pop(0)
        else:
            options.append(word)
    arguments.overrides = [at_home(word) for word in arguments.overrides]
    return arguments, [*options, *arguments.overrides]


def _refuse(message: str) -> NoReturn:
    raise InputError(f"command line: {message}; see --help")


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("\\", "\\\\").replace("'", r"\'") + "'"


class _WithoutHydrasLine(io.TextIOBase):
    """Standard error without the line that Hydra writes before an error reaches us: we say it better."""

    def __init__(self, inner: TextIO) -> None:
        self._inner = inner

    def write(self, text: str) -> int:
        if text.startswith("Error executing job with overrides"):
            return len(text)
        return self._inner.write(text)

    def flush(self) -> None:
        self._inner.flush()

    def isatty(self) -> bool:
        return self._inner.isatty()

    def fileno(self) -> int:
        return self._inner.fileno()


@contextmanager
def _command_line(words: Sequence[str]) -> Iterator[None]:
    """Hydra reads ``sys.argv``; the program's own name stays, because completion is registered for it."""
    before = sys.argv
    sys.argv = [before[0] if before else "twin", *words]
    try:
        yield
    finally:
        sys.argv = before


@contextmanager
def _quiet_logging() -> Iterator[None]:
    """Hydra shows by logging, which would print a traceback for each line that a closed pipe does not take."""
    before, logging.raiseExceptions = logging.raiseExceptions, False
    try:
        yield
    finally:
        logging.raiseExceptions = before
