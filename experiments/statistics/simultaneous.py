"""Many arms against one control, with intervals that hold for all of them together.

Dunnett's test (``scipy.stats.dunnett``) supposes independent samples of one variance. Arms that play the same
worlds are neither, and to use it would throw away what pairing gains. The same single-step idea for paired
differences is the maximum of correlated t statistics (Westfall & Young 1993; Hothorn, Bretz & Westfall 2008,
Biometrical Journal 50:346-363). Its distribution has no table, because each difference has its own variance, so it
is played: normal samples with the correlation that the differences have.
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from experiments.statistics.intervals import LEVEL, Interval

PLAYED = 10_000
FEW = 3
"""With fewer worlds than so many times the arms, correlations are guesses, and Bonferroni's bound is used."""
SEED = 1979


def against_control(differences: ArrayLike, level: float = LEVEL) -> list[Interval]:
    """Intervals that contain all true differences together with the confidence stated.

    Parameters
    ----------
    differences : (arms, worlds) array
        Arm minus control, world by world: values, or differences of effects.
    """
    rows = np.atleast_2d(np.asarray(differences, dtype=np.float64))
    worlds = rows.shape[1]
    means = rows.mean(axis=1)
    if worlds < 2:
        return [Interval(float(value), math.nan, math.nan) for value in means]
    half = factor(rows, level) * rows.std(axis=1, ddof=1) / math.sqrt(worlds)
    return [Interval(float(m), float(m - h), float(m + h)) for m, h in zip(means, half, strict=True)]


def factor(rows: np.ndarray, level: float) -> float:
    """Standard errors on each side of a mean: Student's t for one arm, more for many."""
    varying = rows[rows.std(axis=1) > 0]
    arms, worlds = varying.shape
    bonferroni = float(stdtrit(worlds - 1, 1 - (1 - level) / (2 * max(arms, 1))))
    if arms < 2 or worlds < FEW * arms or not np.isfinite(varying).all():
        return bonferroni
    return min(bonferroni, _largest_t(np.corrcoef(varying), worlds, level))


def _largest_t(correlation: np.ndarray, worlds: int, level: float) -> float:
    """Quantile of the largest of the correlated t statistics of ``worlds`` normal samples.

    The mean and the variances of normal samples are independent: a normal vector over the roots of the diagonal of
    a Wishart matrix (Bartlett's decomposition).
    """
    luck = np.random.default_rng(SEED)
    arms, degrees = len(correlation), worlds - 1
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    means = luck.standard_normal((PLAYED, arms)) @ root.T
    triangle = np.tril(luck.standard_normal((PLAYED, arms, arms)), -1)
    diagonal = np.sqrt(luck.chisquare(degrees - np.arange(arms), (PLAYED, arms)))
    triangle[:, np.arange(arms), np.arange(arms)] = diagonal
    spread = np.square(np.einsum("ij,njk->nik", root, triangle)).sum(axis=2) / degrees
    return float(np.quantile(np.abs(means / np.sqrt(spread)).max(axis=1), level))
