"""The folder of a sweep: ``sweep.json``, one file for each finished run below ``runs``, and the table."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from experiments.folder import target
from experiments.say import tell
from experiments.sweeping.plan import Sweep
from experiments.sweeping.sealed import read_sealed, write_sealed
from experiments.sweeping.shards import FOLDER, read_run
from experiments.versions import versions
from twin.errors import InputError
from twin.files import sync_folder

PLAN = "sweep.json"
TEMPORARY = ".*.tmp"


@dataclass(frozen=True)
class Journal:
    """A folder of a sweep, and what it holds.

    Attributes
    ----------
    plan : dict
        What ``sweep.json`` says.
    digest : str
        Of the plan.
    """

    folder: Path
    plan: dict[str, Any]
    digest: str

    def runs(self) -> list[tuple[int, int]]:
        """Cell and seed of every run, cell by cell."""
        return [(cell["number"], seed) for cell in self.plan["cells"] for seed in self.plan["seeds"]]

    def run(self, cell: int, seed: int) -> dict[str, Any] | None:
        """A finished run, or None."""
        return read_run(self.folder, self.plan["cells"][cell]["key"], seed)

    def missing(self) -> list[tuple[int, int]]:
        """Cell and seed of each run that is not finished."""
        return [(cell, seed) for cell, seed in self.runs() if self.run(cell, seed) is None]


def read_journal(folder: Path) -> Journal:
    """What a folder says of its sweep.

    Raises
    ------
    FileNotFoundError
        If it has no ``sweep.json``.
    InputError
        If that is damaged.
    """
    plan, digest = read_sealed(folder / PLAN, "sweep")
    return Journal(folder, plan, digest)


@lru_cache(maxsize=1)
def journal_of(folder: str, digest: str) -> Journal:
    """The journal that a worker is told to play from.

    Raises
    ------
    InputError
        If this machine does not see it.
    """
    journal = read_journal(Path(folder)) if (Path(folder) / PLAN).is_file() else None
    if journal is None or journal.digest != digest:
        raise InputError(f"out(={folder}) is not what a worker sees there; put it where all machines share a folder")
    return journal


def place(sweep: Sweep) -> Path:
    """The folder of a sweep, there and empty, or holding what this sweep goes on with.

    Raises
    ------
    InputError
        If it holds something else, or cannot be written.
    """
    folder = target(None, "sweep", overwrite=False) if sweep.out is None else Path(sweep.out)
    if sweep.overwrite:
        _clear(folder)
    if not (folder / PLAN).is_file() and not _only_temporary(folder):
        target(str(folder), "sweep", overwrite=False)
    folder.mkdir(parents=True, exist_ok=True)
    sync_folder(folder.parent)
    return folder


def begun(folder: Path, sweep: Sweep) -> Journal:
    """Write what is to be played; what the folder already has of it stays.

    Raises
    ------
    InputError
        If the folder holds another sweep.
    """
    plan = _plan(sweep)
    before = read_journal(folder).plan if (folder / PLAN).is_file() else None
    if before is not None:
        _same_but_longer(folder, before, plan)
    if before != plan:
        write_sealed(folder / PLAN, "sweep", plan)
    (folder / FOLDER).mkdir(exist_ok=True)
    sync_folder(folder)
    for path in (*folder.glob(TEMPORARY), *(folder / FOLDER).glob(TEMPORARY)):  # of a sweep that was killed
        path.unlink(missing_ok=True)
    return read_journal(folder)


def _only_temporary(folder: Path) -> bool:
    return folder.is_dir() and all(path.match(TEMPORARY) for path in folder.iterdir())


def _clear(folder: Path) -> None:
    """Remove an earlier sweep, or whatever else of ours."""
    target(str(folder), "sweep", overwrite=True)
    if folder.is_dir():
        with alone(folder):
            aside = folder.with_name(f".{folder.name}.old")
            shutil.rmtree(aside, ignore_errors=True)
            folder.replace(aside)
        shutil.rmtree(aside)


def _plan(sweep: Sweep) -> dict[str, Any]:
    """As JSON values: what is played, in full, and nothing of where and when."""
    cells = [{**asdict(cell), "words": list(cell.words)} for cell in sweep.cells]
    return {"cells": cells, "seeds": list(sweep.seeds), "versions": versions()}


def _same_but_longer(folder: Path, before: dict[str, Any], plan: dict[str, Any]) -> None:
    """Refuse to go on with another sweep; say when what is there is of other code."""
    was, keys = ({cell["config"]: cell["key"] for cell in said["cells"]} for said in (before, plan))
    if not was.keys() <= keys.keys() or not {*before["seeds"]} <= {*plan["seeds"]}:
        raise InputError(
            f"out(={folder}) holds another sweep; give all its values and seeds to extend it, "
            "choose another name, or add overwrite=true"
        )
    changed = sum(key != keys[config] for config, key in was.items())
    if changed:
        tell(f"twin: code, packages or data have changed since: {changed} cells are played again")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second sweep out of the folder while this one is at work, where the system can.

    Raises
    ------
    InputError
        If another one is at work.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"out(={folder}) is being played by another twin sweep; wait for it to end") from None
        yield
    finally:
        os.close(handle)
