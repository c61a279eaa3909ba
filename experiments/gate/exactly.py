"""The first world of a scenario, played by the old code and by the new, and compared event by event."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from experiments.gate.git import twin_there
from experiments.gate.marks import exact
from experiments.gate.plan import Plan, own_keys
from experiments.origin import override_key, without
from scenarios.build import draw_world
from twin.engine import Twin
from twin.ledger import Ledger


def first_differences(plan: Plan, scenario: str, tree: Path, words: Sequence[str]) -> list[str]:
    """What differs first in the first world of a scenario, in sentences; both events are named.

    Parameters
    ----------
    tree : Path
        The old code.
    words : sequence of str
        The overrides that it plays.
    """
    overrides = plan.gate.scenarios[scenario]
    common = without(without(words, *own_keys()), *map(override_key, overrides))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        done = twin_there(tree, ["run", *common, *overrides, f"seed={plan.seed}", f"out={out}"])
        if done.returncode:
            return [f"The old code cannot play it: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"]
        then = Ledger.read(out / "ledger.parquet")
    job = plan.jobs[scenario]
    return exact(Twin(draw_world(job.scenario, plan.seed), job.policies).run(), then)
