"""Dividing the runs of a sweep, so that each world is drawn once."""

from collections.abc import Sequence

from experiments.sweeping.journal import Journal
from experiments.sweeping.work import Task
from experiments.worker import world_key


def tasks_of(journal: Journal, missing: Sequence[tuple[int, int]], workers: int) -> list[Task]:
    """What workers are told to play.

    A task is one world, drawn once for all cells that differ in decisions alone. When there are fewer worlds than
    workers, the cells of a world are divided, and each part draws it. Cells of one configuration are played once.

    Parameters
    ----------
    missing : sequence of (int, int)
        Cell and seed of the runs to play.
    """
    cells = journal.plan["cells"]
    worlds = [world_key(cell["settings"]) for cell in cells]
    groups: dict[tuple[str, int], dict[str, int]] = {}
    for cell, seed in missing:
        groups.setdefault((worlds[cell], seed), {}).setdefault(cells[cell]["key"], cell)
    parts = -(-workers // len(groups)) if groups else 1
    where = str(journal.folder.absolute())
    return [
        (where, journal.digest, seed, numbers[part::parts])
        for (_, seed), sharing in groups.items()
        for numbers in [tuple(sharing.values())]
        for part in range(min(parts, len(numbers)))
    ]
