"""PyVRP behind our interface on Solomon's instances: the plan is near the best that is known."""

import os
from pathlib import Path

import numpy as np
import pytest

from policies.cases import plain_view
from policies.routing.insertion import CheapestInsertion
from policies.routing.prepare import prepare
from policies.routing.problem import Stakes
from policies.routing.pyvrp import PyVrp
from policies.routing.timing import left_out, total
from twin.entities import FAR, Dispatch, Mode, Stop, Vehicle
from twin.units import HOUR, SECOND, USD

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("LASTMILE_DATA", ROOT.parent / "shared" / "data")) / "benchmarks" / "solomon"
START = 9 * HOUR
HARD = Stakes(late_usd_h=1e6, margin_min=0.0, fail_usd=0.0, left_usd=1e6)
"""Windows are hard there: a second late costs more than any detour."""


def instance(name: str) -> Dispatch:
    """An instance as a wave: a tenth of its unit is a metre, driven in a tenth of a second, at a dollar each."""
    lines = (FOLDER / f"{name}.txt").read_text().splitlines()
    vehicles, capacity = (int(word) for word in lines[4].split())
    rows = np.array([line.split() for line in lines[9:] if line.strip()], dtype=np.int64)
    where = rows[:, 1:3]
    legs = (np.sqrt(((where[:, None] - where[None]) ** 2).sum(axis=2)) * 10).astype(np.int64)
    stops = tuple(
        Stop(i, (i,), START + early * SECOND, START + late * SECOND, service * SECOND, demand, 0, 0)
        for i, (demand, early, late, service) in enumerate(rows[1:, 3:7].tolist())
    )
    end = START + int(rows[0, 5]) * SECOND
    fleet = tuple(Vehicle(v, Mode.VAN, capacity, 1, 1000, START, end, FAR, 0, USD, 0) for v in range(vehicles))
    return Dispatch(0, stops, fleet, (legs * SECOND // 10,), (legs,), START)


@pytest.mark.parametrize(("name", "gap"), [("C101", 0.005), ("R101", 0.05)])
def test_solomon_is_solved_well(name: str, gap: float) -> None:
    """All customers in time, at most so far above the best known distance, and below insertion."""
    if not (FOLDER / f"{name}.txt").exists():
        pytest.skip(f"{FOLDER / name}.txt is absent; set LASTMILE_DATA to the folder of real data")
    best = float((FOLDER / f"{name}.sol").read_text().split()[-1])
    problem = prepare(plain_view(0, dispatch=instance(name)), HARD)
    plan = PyVrp(iterations=150, stakes=HARD).plan(problem)
    assert left_out(problem, plan) == []
    tenths = total(problem, plan) / USD
    assert best * 10 - 1 <= tenths <= best * 10 * (1 + gap)
    assert tenths <= total(problem, CheapestInsertion(stakes=HARD).plan(problem)) / USD
