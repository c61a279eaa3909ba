"""One world of one scenario: what a process of ``twin check`` does."""

from typing import Any

from experiments.config import job_from
from experiments.gate.figures import PARTS, QUANTILES
from experiments.gate.marks import Marks, differences, marks_of
from experiments.pool import news
from scenarios.build import draw_world
from twin.engine import Twin
from twin.kpis import kpis


def play_pair(scenario: str, seed: int, settings: dict[str, Any], then: Marks | None, mark: bool) -> dict[str, Any]:
    """Play one world as the code is now.

    Parameters
    ----------
    settings : dict
        The resolved configuration of the scenario.
    then : Marks or None
        Of the ledger that the baseline had in this world, to tell what differs.
    mark : bool
        Whether to bring home the marks of this ledger, for a baseline.

    Returns
    -------
    dict
        Scenario, seed, fingerprint, the totals that gates are made of, differences and marks; plain data.
    """
    job = job_from(settings)
    ledger = Twin(draw_world(job.scenario, seed), job.policies).run()
    values = kpis(ledger, job.warmup).values
    news(scenario)
    return {
        "scenario": scenario,
        "seed": seed,
        "fingerprint": ledger.fingerprint().both,
        "totals": {name: values.get(name) for name in (*PARTS, *QUANTILES)},
        "differs": differences(ledger, then) if then else [],
        "marks": marks_of(ledger) if mark else None,
    }
