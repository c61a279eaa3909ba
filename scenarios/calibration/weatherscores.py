"""Normal scores of hourly values, how alike they are some hours apart, and steps made smooth."""

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


def correlation(values: Floats, lag: int) -> float:
    """Of hours with those ``lag`` later, where both are known."""
    early, late = values[:-lag], values[lag:]
    both = ~np.isnan(early) & ~np.isnan(late)
    return float(np.corrcoef(early[both], late[both])[0, 1])


def spread(values: Floats, *, upwards: bool) -> Floats:
    """Values that are reported in steps, spread evenly over their step, in their order; NaN stays NaN.

    A view is reported rounded down, so it lies between its step and the next (``upwards``); a wind to the nearest.
    """
    steps, which, count = np.unique(values[~np.isnan(values)], return_inverse=True, return_counts=True)
    middle = steps[1:] if upwards else 0.5 * (steps[1:] + steps[:-1])
    low, high = steps if upwards else np.append(steps[:1], middle), np.append(middle, steps[-1:])
    turn = np.empty(len(which))
    turn[np.argsort(which, kind="stable")] = np.concatenate([(np.arange(many) + 0.5) / many for many in count])
    smooth = np.full(len(values), np.nan)
    smooth[~np.isnan(values)] = low[which] + turn * (high - low)[which]
    return smooth


def plain(values: Floats, digits: int) -> list[float]:
    """A list for YAML."""
    return [round(float(value), digits) for value in values]
