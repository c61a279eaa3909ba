"""What a process of a sweep does: worlds, each played by every cell that shares it, each run written when it ends."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from experiments.pool import news
from experiments.sweeping.journal import journal_of
from experiments.sweeping.shards import write_run
from experiments.worker import play_arm
from twin.errors import InputError, PolicyError
from twin.world import World

Task = tuple[str, str, int, tuple[int, ...]]
"""Folder, digest of its plan, seed, and numbers of cells."""


def play_tasks(tasks: Sequence[Task]) -> None:
    """Play worlds, one after another.

    A run is written while the next one is played: a disk takes longer to say that it is safe than a processor to wait.

    Raises
    ------
    InputError, PolicyError
        Naming the cell and the seed.
    OSError
        If a run cannot be written.
    """
    with ThreadPoolExecutor(max_workers=1) as writer:
        before: Future[None] | None = None
        for task in tasks:
            for cell, record in _played(*task):
                if before is not None:
                    before.result()
                before = writer.submit(_keep, Path(task[0]), cell, record)
        if before is not None:
            before.result()


def _played(folder: str, digest: str, seed: int, cells: tuple[int, ...]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Play one world with these cells; each cell with its run."""
    plan = journal_of(folder, digest).plan
    worlds: dict[str, World] = {}
    for number in cells:
        cell = plan["cells"][number]
        try:
            record = play_arm(cell["label"], seed, {**cell["settings"], "seed": seed}, worlds, False)
        except (InputError, PolicyError) as error:
            raise type(error)(f"cell {number} ({cell['label']}), seed {seed}: {error}") from error
        yield cell, record


def _keep(folder: Path, cell: dict[str, Any], record: dict[str, Any]) -> None:
    write_run(folder, cell["key"], record)
    news(cell["label"])
