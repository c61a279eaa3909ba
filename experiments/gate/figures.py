"""Which key figures can be gated, which way is worse, and what a pair of runs says about each."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.gate.verdicts import Loss, loss
from experiments.statistics import ENOUGH, relative_effects
from twin.kpis import RATIOS

WORSE = {
    "cost_per_delivered_parcel": 1,
    "on_time": -1,
    "first_attempt_success": -1,
    "kgco2e_per_parcel": 1,
    "contribution_per_checkout": -1,
    "conversion": -1,
    "contacts_per_order": 1,
    "attempts_per_parcel": 1,
    "mean_stars": -1,
    "metres_per_delivered_parcel": 1,
    "late_p95": 1,
}
"""Figures of which one direction is worse (1: more is)."""
QUANTILES = tuple(name for name in WORSE if name not in RATIOS)
"""Gated in the nightly tier only, with a margin in their own unit, once there are enough pairs."""
PARTS = tuple(sorted({part for name in WORSE if name in RATIOS for part in RATIOS[name]}))
"""Totals that the ratios are made of: what a baseline keeps of each run, beside the quantiles."""

Columns = Mapping[str, NDArray[np.float64]]
"""Name of a total or of a quantile -> one entry a world."""


def loss_of(kpi: str, now: Columns, then: Columns, margin: float) -> Loss | None:
    """By how much a figure is worse now than it was, over paired worlds; None while pairs are too few to say."""
    if kpi in QUANTILES:
        worse = WORSE[kpi] * (now[kpi] - then[kpi])
        return loss(worse, margin) if len(worse) >= ENOUGH else None
    above, below = RATIOS[kpi]
    return loss(WORSE[kpi] * relative_effects((now[above], now[below]), (then[above], then[below])), margin)


def level_of(kpi: str, runs: Columns) -> float:
    """The figure itself over all worlds."""
    if kpi in QUANTILES:
        defined = runs[kpi][~np.isnan(runs[kpi])]
        return float(defined.mean()) if len(defined) else float("nan")
    above, below = (runs[part].sum() for part in RATIOS[kpi])
    return float(above / below) if below else float("nan")
