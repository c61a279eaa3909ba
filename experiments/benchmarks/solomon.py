"""Solomon's instances: how far our plans are from the best that is known."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from experiments.benchmarks.instances import SCALE, Instance, best_known, solomon
from policies.solvers.feasible import check
from policies.solvers.model import Routes, RoutingModel, Stop, fleet_of, visits_of
from policies.solvers.solve import Engine, solve
from twin.errors import InputError

ITERATIONS = 12_000
"""About ten seconds of one core for a hundred visits."""
STARTS = 3
"""Independent searches that share the iterations: on these instances better than a single long one."""


class Found(NamedTuple):
    """An instance, solved."""

    instance: str
    best: float
    cost: float
    gap: float
    """Per cent above the best known."""
    vehicles: int
    cpu_s: float


def model_of(instance: Instance) -> RoutingModel:
    """An instance as a routing model: distance is time, and all that is paid."""
    rows = np.arange(1, len(instance.demand))
    visits = visits_of(
        rows,
        load=np.stack([instance.demand[1:], *[np.zeros_like(rows)] * 2], axis=1),
        early=instance.early[1:],
        late=instance.late[1:],
        service=instance.service[1:],
    )
    fleet = fleet_of(instance.vehicles, len(rows), capacity=instance.capacity, late=int(instance.late[0]))
    return RoutingModel(visits, fleet, (instance.duration,), (instance.duration,), np.array([0]))


def folder(path: Path, names: tuple[str, ...] = ()) -> list[Path]:
    """The instances of a folder, or some of them by name.

    Raises
    ------
    InputError
        If there is none, or one that is named is not there.
    """
    files = sorted(path.glob("*.txt"))
    if not files:
        raise InputError(f"{path}: no instances (*.txt) in this folder; give one that holds a benchmark")
    missing = [name for name in names if not any(file.stem == name for file in files)]
    if missing:
        raise InputError(f"{path}: there is no instance {missing[0]!r}; it has {files[0].stem} to {files[-1].stem}")
    return [file for file in files if not names or file.stem in names]


def study(files: list[Path], engine: Engine, stop: Stop, seed: int) -> Iterator[Found]:
    """Each instance solved once, checked, and held against its best known cost.

    Raises
    ------
    RuntimeError
        If a plan breaks a rule of its instance: a bug.
    """
    for file in files:
        model, best, began = model_of(solomon(file)), best_known(file.with_suffix(".sol")), time.process_time()
        plan = solve(model, engine, stop, seed)
        used = time.process_time() - began
        _pass(file.stem, model, plan)
        cost = plan.cost / SCALE
        yield Found(file.stem, best, cost, 100 * (cost / best - 1), len(plan.routes), used)


def _pass(name: str, model: RoutingModel, plan: Routes) -> None:
    if faults := check(model, plan):
        raise RuntimeError(f"{name}: the plan cannot be driven: {faults[0]}")
