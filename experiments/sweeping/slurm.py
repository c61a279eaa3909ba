"""Slurm plays the tasks, many in a job, through submitit.

submitit keeps what it sends and gets in the folder ``slurm`` below that of the sweep, as pickles: like a home folder,
nobody else may write there. Results do not travel that way: they are the files of the runs.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.sweeping.executors import Heard, divided, needed, one_thread, watch
from experiments.sweeping.plan import Slurm, Way
from experiments.sweeping.work import Task, play_tasks
from twin.errors import InputError

FOLDER = "slurm"


def on_slurm(tasks: Sequence[Task], way: Way, folder: Path, heard: Heard) -> None:
    """Play tasks in jobs of Slurm.

    Raises
    ------
    InputError
        If submitit or Slurm is not there, or a job failed.
    """
    needed("submitit", "slurm", "executor=slurm")
    place = folder.absolute() / FOLDER
    with one_thread():
        jobs = _executor(way.slurm, place).map_array(play_tasks, divided(tasks, way.slurm.jobs))
        try:
            watch(lambda: not all(job.done() for job in jobs), folder, heard)
        except BaseException:
            for job in jobs:
                job.cancel()
            raise
    for job in jobs:
        _ended_well(job)
    shutil.rmtree(place)


def _executor(settings: Slurm, place: Path) -> Any:
    from submitit import AutoExecutor

    try:
        executor = AutoExecutor(folder=place, cluster=settings.cluster)
    except RuntimeError as error:
        raise InputError(f"slurm.cluster(={settings.cluster}) is not here ({error}); submit where sbatch is") from None
    executor.update_parameters(name="twin-sweep", timeout_min=settings.minutes, mem_gb=settings.memory_gb)
    executor.update_parameters(cpus_per_task=1, tasks_per_node=1)
    if settings.partition is not None:
        executor.update_parameters(slurm_partition=settings.partition)
    return executor


def _ended_well(job: Any) -> None:
    """Refuse a job that failed: its last words, and where the rest is."""
    error = job.exception()
    if error is not None:
        words = [line for line in str(error).splitlines() if line.strip()] or ["no word"]
        raise InputError(f"slurm job {job.job_id} failed ({words[-1].strip()}); see {job.paths.stderr}")
