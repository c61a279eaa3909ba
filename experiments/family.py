"""What a study says when its arms and figures are looked at together, and what its common luck was worth."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.statistics import (
    Interval,
    Pairing,
    adjusted,
    against_control,
    best,
    bootstrapped,
    effects,
    p_value,
    pairing,
)
from twin.kpis import RATIOS

DECIDES = "cost_per_delivered_parcel"
"""The figure by which an arm is chosen, and by which worlds are counted."""
QUANTILES = ("late_p95",)
"""Figures that are a quantile of a run."""
Record = Mapping[str, Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Together:
    """What is found of all arms together.

    Attributes
    ----------
    simultaneous : dict
        Arm (but the baseline) -> headline KPI -> interval of the paired difference that holds for all arms at once.
    holm : dict
        Arm -> headline KPI -> p-value of no difference, adjusted for all of them.
    pairings : dict
        Arm -> KPI -> what playing the same worlds as the baseline was worth.
    best : str
        The arm with the lowest cost.
    shortfall : float
        With 95 % confidence no other arm is cheaper by more, in USD per delivered parcel.
    """

    simultaneous: dict[str, dict[str, Interval]]
    holm: dict[str, dict[str, float]]
    pairings: dict[str, dict[str, Pairing]]
    best: str
    shortfall: float


def together(
    records: Mapping[str, Sequence[Record]],
    baseline: str,
    differences: Mapping[str, Mapping[str, Interval]],
    headline: Sequence[str],
) -> Together:
    """Look at all arms of a study together.

    Parameters
    ----------
    records : mapping
        Arm -> one record a world, by seed.
    differences : mapping
        Arm (but the baseline) -> KPI -> interval of the paired difference.
    headline : sequence of str
        The KPIs that are tested as one family.
    """
    others = list(differences)
    names = list(differences[others[0]]) if others else []
    said = {name: {arm: effects_of(name, runs) for arm, runs in records.items()} for name in {*names, DECIDES}}
    apart = {name: {arm: said[name][arm] - said[name][baseline] for arm in others} for name in names}
    tests = {(arm, name): p_value(apart[name][arm]) for arm in others for name in headline}
    found = adjusted(tests)
    wide = {name: _all_arms([apart[name][arm] for arm in others]) for name in headline} if others else {}
    arms = list(records)
    chosen = best([said[DECIDES][arm] for arm in arms])
    return Together(
        simultaneous={
            arm: {name: _around(differences[arm][name], wide[name][i]) for name in headline}
            for i, arm in enumerate(others)
        },
        holm={arm: {name: found[arm, name] for name in headline} for arm in others},
        pairings={arm: {name: pairing(said[name][arm], said[name][baseline]) for name in names} for arm in others},
        best=arms[chosen.arm],
        shortfall=chosen.shortfall,
    )


def effects_of(name: str, records: Sequence[Record]) -> Floats:
    """What each run says about a figure: pseudo-values of a ratio, or its values; NaN where it is not defined."""
    if name in RATIOS:
        above, below = ([record["totals"][part] for record in records] for part in RATIOS[name])
        return effects(above, below)
    return np.array([record["values"].get(name, math.nan) for record in records], dtype=np.float64)


def of_a_quantile(values: Sequence[float], baseline: Sequence[float] | None = None) -> Interval:
    """Interval of a quantile figure, or of its paired difference."""
    own = np.asarray(values, dtype=np.float64)
    return bootstrapped(own if baseline is None else own - np.asarray(baseline, dtype=np.float64))


def _all_arms(rows: Sequence[Floats]) -> list[float]:
    """Half-widths that hold for all arms at once; NaN where there are none."""
    return [found.half for found in against_control(np.array(rows))]


def _around(found: Interval, half: float) -> Interval:
    return Interval(found.estimate, found.estimate - half, found.estimate + half)
