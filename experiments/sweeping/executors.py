"""Who plays the tasks of a sweep: this process, others beside it, a Dask cluster, or Slurm."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from experiments.pool import THREADS, mapped
from experiments.sweeping.plan import Way
from experiments.sweeping.shards import count
from experiments.sweeping.work import Task, play_tasks
from twin.errors import InputError

Heard = Callable[[str], None]
PARTS = 32
"""Into which the tasks of a worker are divided: all end at nearly the same time, and few wait for a disk."""
PAUSE = 0.5
"""Seconds between two looks at what a cluster has finished."""


def execute(tasks: Sequence[Task], way: Way, folder: Path, heard: Heard) -> None:
    """Play all tasks.

    Parameters
    ----------
    heard : callable
        Is called for each run that ends.

    Raises
    ------
    InputError, PolicyError
        If a run fails, or the executor is not installed.
    """
    if not tasks:
        return
    match way.executor:
        case "dask":
            from experiments.sweeping.daskcluster import on_dask

            on_dask(tasks, way, folder, heard)
        case "slurm":
            from experiments.sweeping.slurm import on_slurm

            on_slurm(tasks, way, folder, heard)
        case name:
            workers = 1 if name == "serial" else min(way.workers, len(tasks))
            mapped(play_tasks, [(part,) for part in divided(tasks, workers * PARTS)], workers, heard)


def divided(tasks: Sequence[Task], parts: int) -> list[list[Task]]:
    """The tasks, in order, in so many parts of nearly the same length; none is empty."""
    ends = [len(tasks) * part // parts for part in range(parts + 1)]
    return [list(tasks[begin:end]) for begin, end in pairwise(ends) if begin < end]


def needed(package: str, extra: str, asked: str) -> None:
    """Refuse what cannot be done without a package that is not installed."""
    if find_spec(package) is None:
        raise InputError(f"{asked} needs {package}, which is not installed: pip install 'lastmile-twin[{extra}]'")


def watch(working: Callable[[], bool], folder: Path, heard: Heard) -> None:
    """Look at the folder until nobody works any more, and tell of every run that came."""
    seen = count(folder)
    while True:
        busy = working()
        now = count(folder)
        for _ in range(now - seen):
            heard("playing")
        seen = max(seen, now)
        if not busy:
            return
        time.sleep(PAUSE)


@contextmanager
def one_thread() -> Iterator[None]:
    """Processes that are started meanwhile have one thread each."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
