"""What common luck is worth: how much less two arms' difference varies because they met the same worlds."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Pairing:
    """How two arms hang together over paired worlds.

    Attributes
    ----------
    correlation : float
        Of the runs of both arms; NaN where one of them does not vary.
    reduction : float
        Variance that the difference would have with independent runs, over the one it has: so many times fewer
        worlds do. Infinite where every world shows the same difference.
    """

    correlation: float
    reduction: float


def pairing(arm: ArrayLike, baseline: ArrayLike) -> Pairing:
    """How two arms hang together.

    Parameters
    ----------
    arm, baseline : (worlds,) array
        A figure of each run, or its :func:`~experiments.statistics.effects`.
    """
    one, other = np.asarray(arm, dtype=np.float64), np.asarray(baseline, dtype=np.float64)
    if len(one) < 2:
        return Pairing(math.nan, math.nan)
    apart, together = float(one.var(ddof=1) + other.var(ddof=1)), float((one - other).var(ddof=1))
    varies = one.std() > 0 and other.std() > 0
    correlation = float(np.corrcoef(one, other)[0, 1]) if varies else math.nan
    reduction = apart / together if together > 0 else math.inf if apart > 0 else math.nan
    return Pairing(correlation, reduction)
