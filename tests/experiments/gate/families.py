"""Families of checks made from recorded runs of the default city, so that hundreds take seconds.

``pairs.csv`` holds 32 worlds of the default city: the baseline, and three changes of the router that ought to cost
nothing (one more neighbour tried; a minute more of margin; one sweep of the local search instead of two). A family
draws worlds from them, always both runs of a pair, after every figure has been scaled so that the change has exactly
the effect that is planted.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.gate.figures import loss_of
from experiments.gate.verdicts import Key, Rules, Verdict, looks, overall
from twin.kpis import RATIOS

GATES = {
    "cost_per_delivered_parcel": 0.02, "on_time": 0.02, "first_attempt_success": 0.02,
    "contribution_per_checkout": 0.05, "kgco2e_per_parcel": 0.05,
}  # fmt: skip
Runs = dict[str, NDArray[np.float64]]


def recorded(arm: str) -> Runs:
    """Columns of the runs of one arm, by seed."""
    with (Path(__file__).parent / "pairs.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["arm"] == arm]
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name not in ("arm", "seed")}


def changed(arm: str, effect: Mapping[str, float]) -> tuple[Runs, Runs]:
    """The runs of a change and of the baseline, scaled so that each ratio differs by its effect (0: not at all)."""
    now, then = recorded(arm), recorded("base")
    for kpi in GATES:
        above, below = RATIOS[kpi]
        was, is_ = then[above].sum() / then[below].sum(), now[above].sum() / now[below].sum()
        now[above] = now[above] * (was / is_) * (1 + effect.get(kpi, 0.0))
    return now, then


def decided(now: Runs, then: Runs, worlds: NDArray[np.int64], scenarios: int = 1) -> tuple[Verdict, int]:
    """The verdict on a family whose scenarios draw these worlds in turn, and after how many pairs."""
    family: list[Key] = [(str(scenario), kpi) for scenario in range(scenarios) for kpi in GATES]
    verdicts = dict.fromkeys(family, Verdict.OPEN)
    steps = looks(len(worlds) // scenarios)
    rules = Rules(len(steps))
    for look, pairs in enumerate(steps):
        drawn = {str(s): worlds[s::scenarios][:pairs] for s in range(scenarios)}
        losses = {
            key: loss_of(key[1], _some(now, drawn[key[0]]), _some(then, drawn[key[0]]), GATES[key[1]])
            for key in family if verdicts[key] is Verdict.OPEN
        }  # fmt: skip
        verdicts = rules.judge(look, {key: loss for key, loss in losses.items() if loss}, verdicts)
        if overall(verdicts) is not Verdict.OPEN:
            return overall(verdicts), pairs
    return overall(verdicts), pairs


def _some(runs: Runs, worlds: NDArray[np.int64]) -> Runs:
    return {name: column[worlds] for name, column in runs.items()}
