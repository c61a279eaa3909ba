"""Key figures move on purpose only: ``pytest tests/test_golden.py --update-golden`` writes what the code says now.

The fingerprint is part of it, so the same figures on another machine also mean the same events there.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from experiments.composition import composed, job_of
from scenarios.build import draw_world
from twin.engine import Twin
from twin.kpis import kpis

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
