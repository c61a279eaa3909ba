"""What a process of a sweep does: one world, played by every cell that shares it, each run written when it ends."""

from pathlib import Path

from experiments.pool import news
from experiments.sweeping.journal import journal_of
from experiments.sweeping.shards import write_run
from experiments.worker import play_arm
from twin.errors import InputError, PolicyError
from twin.world import World

Task = tuple[str, str, int, tuple[int, ...]]
"""Folder, digest of its plan, seed, and numbers of cells."""


def play_task(folder: str, digest: str, seed: int, cells: tuple[int, ...]) -> None:
    """Play one world with these cells.

    Raises
    ------
    InputError, PolicyError
        Naming the cell and the seed.
    """
    plan = journal_of(folder, digest).plan
    worlds: dict[str, World] = {}
    for number in cells:
        cell = plan["cells"][number]
        try:
            record = play_arm(cell["label"], seed, {**cell["settings"], "seed": seed}, worlds, False)
        except (InputError, PolicyError) as error:
            raise type(error)(f"cell {number} ({cell['label']}), seed {seed}: {error}") from error
        write_run(Path(folder), cell["key"], record)
        news(cell["label"])


def play_tasks(tasks: list[Task]) -> None:
    """Play several worlds, one after another."""
    for task in tasks:
        play_task(*task)
