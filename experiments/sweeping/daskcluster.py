"""Dask plays the tasks: on a cluster of its own here, or on one that is there already."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from logging import CRITICAL
from pathlib import Path
from typing import Any

from experiments.sweeping.executors import PARTS, Heard, divided, needed, one_thread, watch
from experiments.sweeping.plan import Way
from experiments.sweeping.work import Task, play_tasks
from twin.errors import InputError

SECONDS = 30
"""To reach a scheduler."""


def on_dask(tasks: Sequence[Task], way: Way, folder: Path, heard: Heard) -> None:
    """Play tasks on Dask.

    Raises
    ------
    InputError
        If Dask is not installed or the scheduler cannot be reached.
    """
    needed("distributed", "dask", "executor=dask")
    with _client(way) as client:
        parts = divided(tasks, max(1, sum(client.nthreads().values())) * PARTS)
        futures = client.map(play_tasks, parts, pure=False)
        watch(lambda: _working(futures), folder, heard)


def _working(futures: Sequence[Any]) -> bool:
    """Whether any is not done; what one of them raised is raised here."""
    for future in futures:
        if future.status in ("error", "cancelled", "lost"):
            future.result()
    return any(future.status == "pending" for future in futures)


@contextmanager
def _client(way: Way) -> Iterator[Any]:
    from distributed import Client, LocalCluster

    if way.address is not None:
        with _reached(way.address) as client:
            yield client
        return
    with (
        one_thread(),
        LocalCluster(way.workers, threads_per_worker=1, dashboard_address=None, silence_logs=CRITICAL) as cluster,
        Client(cluster) as client,
    ):
        yield client


def _reached(address: str) -> Any:
    from distributed import Client

    try:
        return Client(address, timeout=SECONDS)
    except (OSError, ValueError) as error:
        said = str(error).partition("\n")[0]
        raise InputError(f"address(={address}) cannot be reached ({said}); check address, or leave it out") from None
