"""Which arm is best, with a stated probability, when all arms play the same worlds.

Comparisons with the true best are all that can go wrong, so with *k* arms Bonferroni's bound needs *k* - 1 paired
t statistics, whatever the correlation (Clark & Yang 1986; Nelson & Matejcik 1995, Management Science 41:1935-1945).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from experiments.statistics.intervals import LEVEL


@dataclass(frozen=True, slots=True)
class Best:
    """The arm that looks best.

    Attributes
    ----------
    arm : int
        Its row.
    shortfall : float
        With the confidence asked for, no other arm is better than it by more. At most 0: it is the best.
    """

    arm: int
    shortfall: float


def best(costs: ArrayLike, level: float = LEVEL) -> Best:
    """The arm with the lowest mean, and by how much that choice may be wrong.

    Parameters
    ----------
    costs : (arms, worlds) array
        What is to be low, in the same worlds for all arms: values or effects.
    """
    rows = np.atleast_2d(np.asarray(costs, dtype=np.float64))
    arms, worlds = rows.shape
    chosen = int(np.argmin(rows.mean(axis=1)))
    if arms < 2:
        return Best(chosen, 0.0)
    if worlds < 2:
        return Best(chosen, math.inf)
    saved = np.delete(rows[chosen] - rows, chosen, axis=0)
    bounds = saved.mean(axis=1) + _t(arms, worlds, level) * saved.std(axis=1, ddof=1) / math.sqrt(worlds)
    return Best(chosen, max(0.0, float(bounds.max())))


def worlds_to_select(costs: ArrayLike, zone: float, level: float = LEVEL) -> int:
    """Worlds in all after which the lowest mean is the best arm, or within ``zone`` of it, with this confidence.

    The two stages of Clark and Yang: play a first stage, ask this, play the rest, choose the lowest mean. It is
    right at least as often as ``level`` whenever the best arm is better than every other by ``zone`` or more.

    Parameters
    ----------
    costs : (arms, worlds) array
        The first stage, at least two worlds.
    zone : float
        The smallest difference that matters (the indifference zone).
    """
    rows = np.atleast_2d(np.asarray(costs, dtype=np.float64))
    arms, worlds = rows.shape
    pairs = [rows[i] - rows[j] for i in range(arms) for j in range(i)]
    widest = max((float(pair.var(ddof=1)) for pair in pairs), default=0.0)
    needed = math.ceil(_t(max(arms, 2), worlds, level) ** 2 * widest / zone**2)
    return max(int(worlds), needed)


def _t(arms: int, worlds: int, level: float) -> float:
    return float(stdtrit(worlds - 1, 1 - (1 - level) / (arms - 1)))
