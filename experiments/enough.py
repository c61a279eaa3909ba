"""How many worlds a study plays when it is not told."""

from collections.abc import Sequence

from experiments.comparison import compared
from experiments.family import DECIDES, Record, effects_of
from experiments.statistics import FIRST, worlds_for, worlds_to_select
from experiments.study import Plan


def enough(plan: Plan, runs: Sequence[Record]) -> int:
    """Worlds that the plan's precision and indifference ask for, judged by those that have been played.

    Returns
    -------
    int
        As many as there are, when they are enough; never more than ``plan.most`` unless it was asked for.
    """
    found = compared("", plan.baseline, list(plan.arms), runs)
    there, wanted = len(found.seeds), [len(found.seeds)]
    if plan.precision is not None:
        half = plan.precision * abs(found.estimates[plan.baseline][DECIDES].estimate)
        intervals = [found.differences[arm][DECIDES] for arm in found.differences]
        intervals = intervals or [found.estimates[plan.baseline][DECIDES]]
        wanted += [worlds_for(interval, there, half) for interval in intervals]
    if plan.indifference is not None:
        first = min(there, max(plan.replications, FIRST))
        stage = [effects_of(DECIDES, found.records[arm][:first]) for arm in found.arms]
        wanted.append(FIRST if there < FIRST else worlds_to_select(stage, plan.indifference))
    return max(there, min(max(wanted), plan.most))
