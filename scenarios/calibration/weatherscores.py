"""Normal scores of hourly values, and how alike they are some hours apart."""

import numpy as np

from twin.world import Floats


def normal_scores(values: Floats) -> Floats:
    """Ranks as standard normal numbers; equal values share their mean rank, and NaN stays NaN."""
    from scipy.special import ndtri

    known = ~np.isnan(values)
    _, which, count = np.unique(values[known], return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - 0.5 * count
    scores = np.full(len(values), np.nan)
    scores[known] = ndtri(middle[which] / known.sum())
    return scores


def tetrachoric(values: Floats, lag: int) -> float:
    """Correlation of the normal scores behind a value that is mostly at its limit (Pearson 1900).

    It is the one at which hours below the lower eighth are followed as often by another such hour, ``lag``
    later, as they are. Both are below h with probability Phi(h) - 2 T(h, root of ((1 - r) / (1 + r))), where T is
    Owen's (1956).
    """
    from scipy.special import ndtri, owens_t

    early, late = values[:-lag], values[lag:]
    both = ~np.isnan(early) & ~np.isnan(late)
    early, late = early[both], late[both]
    low = min(np.quantile(early, 0.125), early.max() - 1e-9) if len(early) else 0.0
    share, together = float((early <= low).mean()), float(((early <= low) & (late <= low)).mean())
    if not 0.0 < share < 1.0:
        return 0.0
    correlation = np.linspace(0.0, 0.999, 1_000)
    expected = share - 2.0 * owens_t(ndtri(share), np.sqrt((1.0 - correlation) / (1.0 + correlation)))
    return float(np.interp(together, expected, correlation))
