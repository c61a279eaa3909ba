"""A verdict in words: the same on the terminal, in Markdown, in JUnit and beside a change."""

from experiments.gate.baseline import Stored
from experiments.gate.figures import QUANTILES
from experiments.gate.outcome import Outcome, Row
from experiments.gate.plan import Plan
from experiments.gate.verdicts import Verdict
from experiments.wording import figure, shown_unit
from twin.kpis import MEANING

SENTENCES = {
    Verdict.SAME: "PASSED: the runs are the same, event by event",
    Verdict.PASS: "PASSED: no figure is worse by its margin",
    Verdict.FAIL: "FAILED: {worse}",
    Verdict.OPEN: "UNDECIDED: {open_}",
}


def headline(found: Outcome) -> str:
    """The verdict in a sentence."""
    worse = "; ".join(f"{row.kpi} of {row.scenario} is worse by {worse_by(row)}" for row in _of(found, Verdict.FAIL))
    open_ = ", ".join(f"{row.kpi} of {row.scenario}" for row in _of(found, Verdict.OPEN))
    return SENTENCES[found.verdict].format(worse=worse, open_=f"{open_}: neither a loss nor its absence is shown")


def worse_by(row: Row) -> str:
    """The loss and half of the width of its 95 % interval: ``+2.1 ± 0.4 %``."""
    if row.verdict is Verdict.SAME:
        return "0"
    if row.loss is None:
        return "-"
    value, half = row.loss.estimate, row.loss.half()
    if row.kpi in QUANTILES:
        return f"{value:+.1f} ± {half:.1f} {MEANING[row.kpi][0]}"
    return f"{100 * value:+.2f} ± {100 * half:.2f} %"


def levels(row: Row) -> tuple[str, str]:
    """The figure as it was and as it is, with its unit."""
    unit = MEANING[row.kpi][0]
    then, now = (f"{figure(value, unit)} {shown_unit(unit)}".strip() for value in (row.then, row.now))
    return then, now


def notes(found: Outcome) -> list[str]:
    """What differs first in each scenario whose runs differ."""
    return [f"{scenario}: {sentence}" for scenario, said in found.differs.items() for sentence in said]


def seeds(plan: Plan, found: Outcome) -> str:
    """Which worlds were played."""
    most = max(row.pairs for row in found.rows)
    return f"Seeds {plan.seed} to {plan.seed + most - 1}, {plan.gate.tier} tier."


def compared_with(plan: Plan, stored: Stored) -> str:
    """The baseline, or the commit, that a check compares with."""
    if plan.gate.against:
        return f"{plan.gate.against} ({(stored.baseline.commit or 'unknown')[:12]})"
    return f"{plan.gate.baseline} ({stored.digest[:12]})"


def _of(found: Outcome, verdict: Verdict) -> list[Row]:
    return [row for row in found.rows if row.verdict is verdict]
