"""PyVRP through our adapter against PyVRP alone: twelve instances of a hundred stops, five seeds, equal iterations.

pytest experiments/bench/bench_solvers.py -o python_files='bench_*.py' -o python_functions='bench_*' -s

Iterations are those that take about ten seconds of CPU; a clock decides nothing.
"""

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve
from pyvrp.stop import MaxIterations

from experiments.benchmarks.instances import SCALE, Instance, best_known, solomon
from experiments.benchmarks.solomon import ITERATIONS, STARTS, model_of
from policies.solvers.model import Stop
from policies.solvers.solve import solve as ours

FOLDER = Path(os.environ.get("LASTMILE_DATA", "../shared/data")) / "benchmarks" / "solomon"
NAMES = ("R103", "R106", "R109", "R112", "R203", "R206", "R209", "RC103", "RC106", "RC203", "RC206", "RC208")
"""Every third of the classes R and RC, and one more; C is solved by anything."""
SEEDS = range(11, 16)


def alone(instance: Instance, seed: int) -> float:
    """The cost that PyVRP finds when it is given the instance as its own documentation says."""
    clients = [
        Client(i, [demand], service_duration=service, tw_early=early, tw_late=late)
        for i, (demand, service, early, late) in enumerate(
            zip(*(column.tolist() for column in (instance.demand, instance.service, instance.early, instance.late)),
                strict=True)
        )
        if i
    ]  # fmt: skip
    fleet = VehicleType(instance.vehicles, [instance.capacity], tw_late=int(instance.late[0]))
    places = [Location(0, 0)] * len(instance.demand)
    ways: Any = [instance.duration]
    data = ProblemData(places, clients, [Depot(0)], [fleet], ways, ways)
    return float(solve(data, MaxIterations(ITERATIONS), seed, collect_stats=False).cost()) / SCALE


def bench_the_adapter_loses_nothing() -> None:
    """The median paired gap is at most 0.1 point above PyVRP's, and the mean is below it."""
    if not FOLDER.exists():
        pytest.skip(f"{FOLDER} is absent; set LASTMILE_DATA")
    pairs = []
    for seed in SEEDS:
        for name in NAMES:
            file = FOLDER / f"{name}.txt"
            instance, best = solomon(file), best_known(file.with_suffix(".sol"))
            began = time.process_time()
            theirs = alone(instance, seed)
            middle = time.process_time()
            mine = ours(model_of(instance), "pyvrp", Stop(ITERATIONS, starts=STARTS, trial=1.0), seed).cost / SCALE
            used = middle - began, time.process_time() - middle
            pairs.append((100 * (mine / best - 1), 100 * (theirs / best - 1)))
            print(f"{name} {seed}: {pairs[-1][0]:.3f} % in {used[1]:.1f} s; {pairs[-1][1]:.3f} %, {used[0]:.1f} s",
                  flush=True)  # fmt: skip
    gaps = np.array(pairs)
    differences = gaps[:, 0] - gaps[:, 1]
    print(f"median gap {np.median(gaps, axis=0)}, mean gap {gaps.mean(axis=0)} (ours, alone)")
    print(f"paired: median {np.median(differences):.3f}, mean {differences.mean():.3f} points")
    assert np.median(differences) <= 0.1
    assert differences.mean() < 0
