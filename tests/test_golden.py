"""Key figures move on purpose only: ``pytest tests/test_golden.py --update-golden`` writes what the code says now.

The fingerprint is part of it, so the same figures on another machine also mean the same events there.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.composition import composed, job_of
from scenarios.build import draw_world
from tests.twin.orders import contracted
from twin import engines
from twin.engine import Twin
from twin.hierarchy import Hierarchy
from twin.kpis import kpis
from twin.world import City

GOLDEN = Path(__file__).parent / "golden"
RUNS = {
    "vans": ["fleet=vans", "demand.parcels_per_day=120"],
    "everything": ["fleet=mixed", "carriers=three", "demand.parcels_per_day=120"],
}
"""Overrides of the default run, on the small city to be quick."""


def figures(overrides: list[str]) -> dict[str, Any]:
    """The key figures and the fingerprint of a run, as JSON values."""
    job = job_of(composed("config", ["city=small", *overrides]))
    ledger = Twin(draw_world(job.scenario, job.options.seed), job.policies).run()
    print_ = ledger.fingerprint()
    return {"trace": print_.trace, "costs": print_.costs, "kpis": kpis(ledger, job.warmup).values}


@pytest.mark.parametrize("name", RUNS)
def test_the_figures_are_those_that_were_agreed(name: str, request: pytest.FixtureRequest) -> None:
    """Bit for bit; the first figure that moved is named."""
    path = GOLDEN / f"{name}.json"
    now = figures(RUNS[name])
    if request.config.getoption("--update-golden"):
        path.write_text(json.dumps(now, indent=1) + "\n")
    agreed = json.loads(path.read_text())
    moved = {
        key: (agreed["kpis"].get(key), value) for key, value in now["kpis"].items() if agreed["kpis"].get(key) != value
    }
    assert not moved, "if it is meant: pytest tests/test_golden.py --update-golden, and say why in the CHANGELOG"
    assert (agreed["trace"], agreed["costs"]) == (now["trace"], now["costs"])


@pytest.mark.parametrize("engine", ["search", "scipy", "hierarchy"])
def test_the_engine_of_the_roads_moves_no_figure(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever computes the times, and so whatever is installed: the agreed fingerprint, bit for bit."""
    asked = []

    def forced(city: City, _cost: object, places: NDArray[np.int64]) -> str:
        asked.append(len(places))
        return engine

    if engine == "hierarchy":
        monkeypatch.setattr(engines, "hierarchy", cache(lambda city: Hierarchy(city, contracted(city))))
    monkeypatch.setattr(engines, "choice", forced)
    now, agreed = figures(RUNS["vans"]), json.loads((GOLDEN / "vans.json").read_text())
    assert max(asked) > 20
    assert (now["trace"], now["costs"]) == (agreed["trace"], agreed["costs"])
