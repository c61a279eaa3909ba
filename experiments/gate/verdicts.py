"""When a loss is proven, when there is none to speak of, and when nobody can say yet.

All figures of all scenarios are one family, looked at after 16, 32, 64, 128 pairs. The chance that anything is red
although nothing is worse is spent over the looks (Lan & DeMets 1983), and within a look Holm's step-down divides it
(Holm 1979), so it stays below ``alpha`` whatever the figures have to do with one another.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from experiments.statistics import holm

FIRST = 16
"""Pairs of the first look. With 8 pairs of a figure that takes few values, false alarms were fifty times what they
should be."""
FLOOR = 1 / 20
"""No spread is believed that is smaller than this share of the margin: a figure that takes few values shows none."""
DOUBT = 0.10
"""How often, over all looks, a figure that is worse by the whole margin may pass."""
SPENT = (1, 5)
"""Parts of alpha for the first and the second look; two for each later one. Little at 16 pairs, where t statistics of
skewed figures err most; most at 32, where a loss of 2 % should be found."""
SAFE = 0.75
"""Of alpha is spent: t statistics of skewed figures err to the red side. With all of it 1.25 % of 2,000 families of 15
figures were red in which nothing was worse, with this part .9 %."""
Key = tuple[str, str]
"""Scenario and KPI."""


class Verdict(StrEnum):
    """What is known of a figure."""

    SAME = "same"
    """The runs are equal, event by event."""
    PASS = "pass"  # noqa: S105 (a verdict, not a password)
    """No loss as large as the margin."""
    FAIL = "FAIL"
    """A loss, beyond chance."""
    OPEN = "undecided"
    """Neither shown; more pairs may."""


@dataclass(frozen=True, slots=True)
class Loss:
    """By how much a figure is worse, in shares of the baseline (a quantile: in its unit).

    Attributes
    ----------
    estimate, error : float
        Above zero is worse; and its standard error, not below the floor.
    """

    estimate: float
    error: float
    pairs: int
    margin: float

    def p_value(self, tolerated: float) -> float:
        """How likely such a loss, or more, is by chance when the true one is at most what is tolerated."""
        if math.isnan(self.estimate):
            return 1.0
        return float(stdtr(self.pairs - 1, -(self.estimate - tolerated) / self.error))

    def at_most(self, doubt: float) -> float:
        """What the true loss does not exceed, but for this much doubt."""
        return self.estimate + float(stdtrit(self.pairs - 1, 1 - doubt)) * self.error

    def half(self, level: float = 0.95) -> float:
        """Half of the width of its interval."""
        return float(stdtrit(self.pairs - 1, 0.5 + level / 2)) * self.error


def loss(effects: ArrayLike, margin: float) -> Loss:
    """The loss that paired effects show; of effects that are not finite, no loss can be told, unless all are infinite.

    Parameters
    ----------
    effects : (pairs,) array
        How much worse each pair says that the figure is.
    """
    values = np.asarray(effects, dtype=np.float64)
    estimate, floor = float(values.mean()), FLOOR * margin
    if not np.isfinite(values).all():
        return Loss(estimate if np.isinf(values).all() else math.nan, floor, len(values), margin)
    error = max(float(values.std(ddof=1)), floor) / math.sqrt(len(values))
    return Loss(estimate, error, len(values), margin)


def looks(worlds: int) -> tuple[int, ...]:
    """After how many pairs to look: 16, then twice as many, up to the worlds of the baseline."""
    doubling = [FIRST << step for step in range(8) if FIRST << step < worlds]
    return (*doubling, worlds)


@dataclass(frozen=True, slots=True)
class Rules:
    """How a family is judged.

    Attributes
    ----------
    looks : int
        How often it is looked at, at most.
    alpha : float
        How often, at most, anything is red although nothing is worse than tolerated.
    tolerated : float
        A loss that is no loss, as a share of each figure's margin.
    """

    looks: int
    alpha: float = 0.01
    tolerated: float = 0.0

    def alpha_at(self, look: int) -> float:
        """What a look may spend; the looks' parts sum to ``SAFE`` of alpha."""
        parts = (*SPENT, *[2] * self.looks)[: self.looks]
        return SAFE * self.alpha * parts[look] / sum(parts)

    def judge(self, look: int, losses: Mapping[Key, Loss], before: Mapping[Key, Verdict]) -> dict[Key, Verdict]:
        """The verdicts after one more look; a figure that is decided stays so.

        Parameters
        ----------
        look : int
            0 for the first.
        losses : mapping
            Of every figure that is open.
        before : mapping
            The verdict on every figure of the family.
        """
        still = {key: found.p_value(self.tolerated * found.margin) for key, found in losses.items()}
        decided = {key: 1.0 for key in before if key not in losses}
        red = holm(still | decided, self.alpha_at(look))
        after = dict(before)
        for key, found in losses.items():
            if key in red:
                after[key] = Verdict.FAIL
            elif found.at_most(DOUBT / self.looks) < found.margin:
                after[key] = Verdict.PASS
        return after


def overall(verdicts: Mapping[Key, Verdict]) -> Verdict:
    """The verdict on a family: red as soon as one figure is, undecided as long as one is."""
    found = set(verdicts.values())
    return next((v for v in (Verdict.FAIL, Verdict.OPEN, Verdict.PASS) if v in found), Verdict.SAME)
