"""What ``twin sweep`` is asked: cells, seeds, a baseline, and how to play them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from experiments.composition import Composed, job_of, values_of
from experiments.config import NOT_HASHED, Job, Text, data_files
from experiments.guard import plain
from experiments.origin import override_key, without
from experiments.problems import input_error
from experiments.sweeping.cells import Cell, base_of, labels
from experiments.sweeping.identity import cell_key, config_digest
from twin.errors import InputError
from twin.units import STRICT

OWN = ("replications", "baseline", "executor", "workers", "address", "slurm")
"""Keys of a sweep; everything else is the configuration of its runs."""
MOST_RUNS = 1_000_000


@checked(frozen=True, config=STRICT)
class Slurm:
    """The keys of Slurm."""

    jobs: Annotated[int, Field(strict=True, ge=1, le=1000)] = 8
    minutes: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 60
    memory_gb: Annotated[int, Field(strict=True, ge=1, le=4096)] = 4
    partition: Text | None = None
    cluster: Literal["slurm", "local"] = "slurm"


@checked(frozen=True, config=STRICT)
class Way:
    """The keys of a sweep."""

    replications: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 10
    baseline: tuple[Text, ...] = ()
    executor: Literal["serial", "processes", "dask", "slurm"] = "processes"
    workers: Annotated[int, Field(strict=True, ge=1, le=256)] = 2
    address: Text | None = None
    slurm: Slurm = Slurm()


@dataclass(frozen=True)
class Sweep:
    """A sweep, checked."""

    way: Way
    cells: tuple[Cell, ...]
    seeds: tuple[int, ...]
    out: str | None
    overwrite: bool


def sweep_from(jobs: Sequence[Composed], seeds: Sequence[Any]) -> Sweep:
    """Check every composed combination.

    Parameters
    ----------
    seeds : sequence
        The values that the command line, or the configuration, gives.

    Raises
    ------
    InputError
        If the keys of the sweep, or a cell, are wrong; the message names the cell.
    """
    way = _way(jobs[0])
    _same_for_all(jobs)
    seeds = _seeds(jobs[0], seeds, way)
    first_of: dict[tuple[str, ...], Composed] = {}
    for made in jobs:
        first_of.setdefault(tuple(without(made.origin.overrides, *OWN, *NOT_HASHED, "seed")), made)
    if len(first_of) * len(seeds) > MOST_RUNS:
        raise InputError(f"command line: {len(first_of)} cells with {len(seeds)} seeds are too many; sweep over fewer")
    options = job_of(jobs[0], OWN).options
    return Sweep(way, _cells(first_of, way), seeds, options.out, options.overwrite)


def _cells(made: Mapping[tuple[str, ...], Composed], way: Way) -> tuple[Cell, ...]:
    """The cells, by their words."""
    words = list(made)
    values = [values_of(said) for said in words]
    bases = base_of(values, values_of(way.baseline))
    jobs = [_job(made[said]) for said in words]
    parts = zip(words, labels(words), values, bases, jobs, strict=True)
    return tuple(_cell(number, *part) for number, part in enumerate(parts))


def _way(made: Composed) -> Way:
    settings = plain(made.config)
    own = {key: settings[key] for key in OWN if key in settings}
    try:
        return TypeAdapter(Way).validate_python(own)
    except ValidationError as error:
        raise input_error(error, Way, made.origin.where) from None


def _same_for_all(jobs: Sequence[Composed]) -> None:
    """Refuse values of the sweep itself that are swept over."""
    for key in (*OWN, *NOT_HASHED):
        if len({_said_of(made, key) for made in jobs}) > 1:
            raise InputError(f"command line: {key} is the same for the whole sweep; give it one value")


def _said_of(made: Composed, key: str) -> tuple[str, ...]:
    return tuple(word for word in made.origin.overrides if override_key(word).partition(".")[0] == key)


def _job(made: Composed) -> Job:
    job = job_of(made, OWN)
    if job.until is not None:
        raise InputError(f"until(={job.options.until}) cannot be swept; remove it, whole runs are played")
    return job


def _seeds(made: Composed, given: Sequence[Any], way: Way) -> tuple[int, ...]:
    """Those that are swept over, or as many as there are replications."""
    for seed in given:
        if type(seed) is not int or not 0 <= seed < 1 << 63:
            raise InputError(f"{made.origin.where('seed')}: seed(={seed!r}) must be a whole number from 0; set seed")
    if len(given) == 1:
        return tuple(range(given[0], given[0] + way.replications))
    if any(override_key(word) == "replications" for word in made.origin.overrides):
        raise InputError("command line: seeds are swept and replications given; write one of them")
    return tuple(dict.fromkeys(given))


def _cell(number: int, words: tuple[str, ...], label: str, values: dict[str, Any], base: int | None, job: Job) -> Cell:
    settings = {key: value for key, value in job.plain.items() if key not in ("out", "overwrite", "seed")}
    return Cell(number, words, label, values, base, config_digest(settings), cell_key(job), settings, data_files(job))
