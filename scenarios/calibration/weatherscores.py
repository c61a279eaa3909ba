"""Normal scores of hourly values, and how alike they are some hours apart."""

import numpy as np

from twin.world import Floats


def normal_scores(values: Floats) -> Floats:
    """Ranks as standard normal numbers; equal values share their mean rank, and NaN stays NaN."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    known = ~np.isnan(values)
    scores = np.full(len(values), np.nan)
    scores[known] = ndtri((rankdata(values[known]) - 0.5) / known.sum())
    return scores


def tetrachoric(values: Floats, lag: int) -> float:
    """Correlation of the normal scores behind a value that is mostly at its limit (Pearson 1900).

    It is the one at which hours below the lower eighth are followed as often by another such hour, ``lag``
    later, as they are.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtri
    from scipy.stats import multivariate_normal

    early, late = values[:-lag], values[lag:]
    both = ~np.isnan(early) & ~np.isnan(late)
    early, late = early[both], late[both]
    low = min(np.quantile(early, 0.125), early.max() - 1e-9) if len(early) else 0.0
    share, together = float((early <= low).mean()), float(((early <= low) & (late <= low)).mean())
    if not 0.0 < share < 1.0 or not share * share < together < share:
        return 0.0
    at = float(ndtri(share))

    def excess(correlation: float) -> float:
        return float(multivariate_normal.cdf([at, at], cov=[[1.0, correlation], [correlation, 1.0]])) - together

    return float(brentq(excess, 0.0, 0.999))
