"""Statistics whose unit is the run: intervals, paired differences, families of tests, selection, warm-up."""

from experiments.statistics.bootstrap import ENOUGH, bootstrapped
from experiments.statistics.families import adjusted, holm
from experiments.statistics.intervals import (
    LEVEL,
    Interval,
    effects,
    interval,
    mean,
    mean_difference,
    p_value,
    ratio,
    ratio_difference,
    relative_effects,
)
from experiments.statistics.pairs import Pairing, pairing
from experiments.statistics.precision import FIRST, worlds_for
from experiments.statistics.selection import Best, best, worlds_to_select
from experiments.statistics.simultaneous import against_control
from experiments.statistics.warmup import mser5

__all__ = [
    "ENOUGH",
    "FIRST",
    "LEVEL",
    "Best",
    "Interval",
    "Pairing",
    "adjusted",
    "against_control",
    "best",
    "bootstrapped",
    "effects",
    "holm",
    "interval",
    "mean",
    "mean_difference",
    "mser5",
    "p_value",
    "pairing",
    "ratio",
    "ratio_difference",
    "relative_effects",
    "worlds_for",
    "worlds_to_select",
]
