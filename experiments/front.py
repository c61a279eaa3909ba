"""The way in through Hydra: overrides, groups, ``--multirun``, ``--cfg``, ``--help``, completion.

Before Hydra sees a configuration that is not ours, or starts a sweep, everything is composed and checked here:
so nothing runs code, and nothing is written when one job of many is wrong.
"""

import argparse
import io
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any, NoReturn, TextIO

import hydra
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra._internal.utils import get_args_parser
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from experiments.complaints import CONFIGURATION_ERRORS
from experiments.composition import VERSION_BASE, Composed, composed, translated
from experiments.confdir import conf_dir
from experiments.folder import target
from twin.errors import InputError

Task = Callable[[DictConfig], Any]
Check = Callable[[Composed], Any]


def launch(task: Task, check: Check, config_name: str, argv: Sequence[str]) -> int:
    """Run a task as Hydra's main would, with errors as sentences.

    Parameters
    ----------
    task : callable
        Gets the composed configuration of each job.
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
    arguments = _parsed(argv)
    name = arguments.config_name or config_name
    dirs = [arguments.config_dir] if arguments.config_dir else []
    words, sweep = list(argv), None
    if not (arguments.help or arguments.hydra_help or arguments.shell_completion):
        sweep = _preflight(arguments, name, dirs, check)
    if sweep is not None:
        words.append(f"hydra.sweep.dir={_quoted(sweep)}")
    try:
        with _command_line(words), redirect_stderr(_WithoutHydrasLine(sys.stderr)):
            hydra.main(version_base=VERSION_BASE, config_path=str(conf_dir()), config_name=config_name)(task)()
    except SystemExit as end:
        return int(end.code or 0)
    except (HydraException, OmegaConfBaseException) as error:
        raise translated(error, name, arguments.overrides, dirs) from error
    finally:
        _drop_if_empty(sweep)
    return 0


def _parsed(argv: Sequence[str]) -> argparse.Namespace:
    parser = get_args_parser()
    parser.error = _refuse  # type: ignore[method-assign]
    arguments = parser.parse_args(list(argv))
    if arguments.experimental_rerun is not None:
        raise InputError("--experimental-rerun is refused, because it reads a pickle; use twin resume")
    if arguments.config_path is not None:
        raise InputError("--config-path would replace the shipped configuration; add a folder with --config-dir")
    return arguments


def _refuse(message: str) -> NoReturn:
    raise InputError(f"command line: {message}; see --help")


def _preflight(arguments: argparse.Namespace, name: str, dirs: list[str], check: Check) -> Path | None:
    """Check what Hydra is about to do; returns the folder of a sweep."""
    overrides = list(arguments.overrides)
    if not (arguments.multirun or "hydra.mode=MULTIRUN" in overrides):
        composed(name, overrides, dirs)
        return None
    for job in _jobs(overrides):
        one = composed(name, job, dirs)
        check(one)
    out = one.config.out
    if out is not None and Path(out).exists():
        raise InputError(f"out(={out}) is there already; a sweep needs a new folder, so choose another name")
    return target(out, "sweep", overwrite=False)


def _jobs(overrides: list[str]) -> list[list[str]]:
    """The overrides of each job of a sweep."""
    try:
        parsed = OverridesParser.create().parse_overrides(overrides)
        return BasicSweeper.split_arguments(parsed, None)[0]
    except CONFIGURATION_ERRORS as error:
        raise translated(error, "config", overrides) from error


def _drop_if_empty(sweep: Path | None) -> None:
    """Remove the folder of a sweep of which no job was finished."""
    if sweep is not None and sweep.is_dir() and {path.name for path in sweep.iterdir()} <= {"multirun.yaml"}:
        shutil.rmtree(sweep)


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
